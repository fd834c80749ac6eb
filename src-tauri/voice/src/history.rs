//! The end of a stream, its samples addressed by their place from the start.

/// Keeps at least the last `keep` samples. Before the stream there is silence.
#[derive(Debug)]
pub(crate) struct History {
    samples: Vec<f32>,
    /// Place of the first sample that is kept.
    first: i64,
    keep: usize,
}

impl History {
    pub fn new(keep: usize) -> Self {
        Self { samples: vec![0.0; keep], first: -(keep as i64), keep }
    }

    /// Takes samples; what is no number is silence.
    pub fn push(&mut self, samples: &[f32]) {
        // Moved once in a while rather than each time, so that a sample is moved once on the average.
        if self.samples.len() > 4 * self.keep {
            let gone = self.samples.len() - self.keep;
            self.samples.drain(..gone);
            self.first += gone as i64;
        }
        self.samples.extend(samples.iter().map(|&x| if x.is_finite() { x } else { 0.0 }));
    }

    /// Lets the sound go on for `length` samples, mirrored and fading: cut off in the middle of a wave, its last pieces
    /// would click.
    pub fn fade(&mut self, length: usize) {
        let count = length.min(self.samples.len());
        let faded = |(n, x): (usize, &f32)| x * (1.0 - n as f32 / count as f32);
        let mirrored: Vec<f32> = self.samples.iter().rev().take(count).enumerate().map(faded).collect();
        self.samples.extend(mirrored);
    }

    /// Returns the place behind the last sample.
    pub fn end(&self) -> i64 {
        self.first + self.samples.len() as i64
    }

    /// Returns samples `from..to`, or none when some of them are not there yet or no more.
    pub fn get(&self, from: i64, to: i64) -> Option<&[f32]> {
        let start = usize::try_from(from - self.first).ok()?;
        let end = usize::try_from(to - self.first).ok()?;
        self.samples.get(start..end)
    }
}

/// The pitch of a stream, one value for each `hop` samples, addressed like its samples.
#[derive(Debug)]
pub(crate) struct Contour {
    hertz: std::collections::VecDeque<f32>,
    first: i64,
    hop: i64,
    ended: bool,
}

impl Contour {
    pub fn new(hop: usize) -> Self {
        Self { hertz: std::collections::VecDeque::new(), first: 0, hop: hop.max(1) as i64, ended: false }
    }

    pub fn push(&mut self, hertz: &[f32]) {
        self.hertz.extend(hertz);
    }

    /// Makes what is missing up to a place without pitch.
    pub fn fill(&mut self, place: i64) {
        let wanted = (place / self.hop - self.first).max(0) as usize;
        if self.hertz.len() < wanted {
            self.hertz.resize(wanted, 0.0);
        }
    }

    /// Makes all that comes without pitch.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Returns the pitch at a place; none where it is not known yet. 0 is no pitch.
    pub fn at(&self, place: f64) -> Option<f32> {
        let index = (place as i64).div_euclid(self.hop) - self.first;
        let known = usize::try_from(index).map_or(Some(0.0), |index| self.hertz.get(index).copied());
        known.or(self.ended.then_some(0.0))
    }

    /// Forgets what lies before a place.
    pub fn forget(&mut self, place: i64) {
        while (self.first + 1) * self.hop <= place && self.hertz.pop_front().is_some() {
            self.first += 1;
        }
    }
}
