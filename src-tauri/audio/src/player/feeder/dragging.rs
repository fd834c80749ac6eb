//! A pointer that drags the playhead.

use super::Feeder;
use crate::meters::Meters;
use crate::player::scrub::Scrub;

impl Feeder {
    /// The pointer drags, or lets go.
    pub(super) fn drag(&mut self, pointer: Option<f64>) {
        let Some(seconds) = pointer else {
            if let Some(scrub) = self.end_scrub() {
                self.go_or_fail(scrub.spot);
                self.prime();
                self.set_playing(scrub.was_playing);
            }
            return;
        };
        let spot = self.within(seconds);
        let Some(output) = self.output.as_mut().filter(|_| self.source.is_some()) else {
            return self.seek(seconds);
        };
        match &mut self.scrub {
            Some(scrub) => {
                scrub.move_to(spot);
                self.status.facts().point(spot);
            }
            None => {
                let (rate, origin) = (output.rate, output.flush(false));
                self.status.facts().set_origin(spot, origin);
                self.meters.iter_mut().for_each(Meters::cut);
                self.scrub = Some(Scrub::new(self.playing(), spot, rate));
                self.status.facts().scrubbing = true;
                self.feed();
                self.sound(true);
            }
        }
    }

    pub(super) fn end_scrub(&mut self) -> Option<Scrub> {
        self.status.facts().scrubbing = false;
        let scrub = self.scrub.take()?;
        self.sound(false);
        Some(scrub)
    }
}
