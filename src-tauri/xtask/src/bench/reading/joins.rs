//! Clicks where phrases begin and end.
//!
//! A click is a corner in the sound: a sample that is not where the two before it lead. That is its second difference, as loud
//! as the step of a cut would be. Within a millisecond of a join it counts as a click when it is over −50 dBFS and over every
//! corner in the ten milliseconds around: hiss and sharp consonants are made of corners.

use super::wave::Wave;

/// The loudest corner that is no click whatever is around it, in dBFS.
const QUIET: f64 = -50.0;
/// How far from a join a corner belongs to it, and how far what it is compared with goes, in seconds.
const NEAR: f64 = 0.001;
const AROUND: f64 = 0.010;
/// Below what any file of 24 bits holds, in dBFS.
const NOTHING: f64 = -150.0;

/// What was found at all joins of a sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joins {
    /// Beginnings and ends of phrases.
    pub count: usize,
    pub clicks: usize,
    /// The loudest corner at any of them, in dBFS.
    pub loudest: f64,
}

impl Joins {
    /// Looks at a sound where its phrases begin and end, in seconds.
    pub fn of(wave: &Wave, phrases: &[(f64, f64)]) -> Self {
        let mut joins = Self { count: 0, clicks: 0, loudest: NOTHING };
        for place in phrases.iter().flat_map(|(start, end)| [*start, *end]) {
            let near = corner(wave, place - NEAR, place + NEAR);
            let around =
                corner(wave, place - AROUND, place - NEAR).max(corner(wave, place + NEAR, place + AROUND));
            joins.count += 1;
            joins.clicks += usize::from(near > QUIET && near > around);
            joins.loudest = joins.loudest.max(near);
        }
        joins
    }
}

/// Returns the loudest corner of a stretch, in dBFS; before and behind the sound there is silence.
fn corner(wave: &Wave, from: f64, to: f64) -> f64 {
    let place = |seconds: f64| (seconds * f64::from(wave.rate)).round() as i64;
    let sample = |at: i64| {
        let sample = usize::try_from(at).ok().and_then(|at| wave.samples.get(at));
        f64::from(sample.copied().unwrap_or_default())
    };
    let corner = |at: i64| (sample(at) - 2.0 * sample(at - 1) + sample(at - 2)).abs();
    let loudest = (place(from)..place(to)).map(corner).fold(0.0, f64::max);
    (20.0 * loudest.log10()).max(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 24_000;

    /// A low tone of a second with silence around it.
    fn tone(fade: usize) -> Wave {
        let second = RATE as usize;
        let tone = (0..second).map(|n| {
            let edge = n.min(second - 1 - n);
            let gain = if edge < fade {
                0.5 - 0.5 * (std::f32::consts::PI * edge as f32 / fade as f32).cos()
            } else {
                1.0
            };
            gain * 0.3 * (n as f32 * 0.04 + 1.0).sin()
        });
        let samples =
            std::iter::repeat_n(0.0, second).chain(tone).chain(std::iter::repeat_n(0.0, second)).collect();
        Wave { rate: RATE, samples }
    }

    #[test]
    fn a_faded_phrase_has_no_clicks() {
        let joins = Joins::of(&tone(120), &[(1.0, 2.0)]);
        assert_eq!((joins.count, joins.clicks), (2, 0));
        assert!(joins.loudest < QUIET, "{}", joins.loudest);
    }

    #[test]
    fn a_phrase_that_is_cut_clicks_at_both_ends() {
        let joins = Joins::of(&tone(0), &[(1.0, 2.0)]);
        assert_eq!((joins.count, joins.clicks), (2, 2));
        assert!(joins.loudest > -20.0, "{}", joins.loudest);
    }

    #[test]
    fn hiss_that_begins_loudly_is_no_click() {
        let mut wave = tone(0);
        let mut noise = 7u32;
        for sample in &mut wave.samples[RATE as usize..2 * RATE as usize] {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            *sample = 0.05 * (noise as f32 / u32::MAX as f32 - 0.5);
        }
        assert_eq!(Joins::of(&wave, &[(1.0, 2.0)]).clicks, 0);
    }
}
