//! How good a sample is: level, noise, clipping, duration, and whether one person speaks.

use son1k_domain::profile::{Quality, SampleCheck, Verdict};
use son1k_inference::likeness;
use son1k_sound::Progress;
use son1k_sound::loudness::Gauge;

use super::people::two_most_different;
use super::recording::{RATE, Recording};
use crate::shelf::Shelf;
use crate::voice::hearing;
use crate::{Error, Result};

/// The entry of the shelf that hears who speaks.
pub(in crate::voice) const WHO: &str = "resemblyzer";

/// Speech within these levels is good, and under the last one is lost in the converter's own noise, in LUFS.
const LEVELS: std::ops::RangeInclusive<f32> = -34.0..=-9.0;
const FAINT: f32 = -50.0;
/// Decibels of speech above what is between it.
const QUIET: f32 = 30.0;
const NOISY: f32 = 12.0;
/// Percent of the file that are cut off.
const TOUCHED: f32 = 0.01;
const CUT: f32 = 1.0;
/// Seconds of speech.
const ENOUGH: f32 = 10.0;
const LITTLE: f32 = 3.0;
/// Likeness of the two most different voices in it. One person who changes their tone stays above the first; two people of
/// the same sex lie below the second.
const ONE: f32 = 0.80;
const TWO: f32 = 0.70;

/// Pauses are listened to in frames of 20 ms, without 50 ms at each end, where speech fades; less than 0.3 s of them say
/// nothing.
const FRAME: usize = RATE as usize / 50;
const EDGE: usize = RATE as usize / 20;
const LEAST_FRAMES: usize = 15;
/// More than 16 bits hold is not measured.
const MOST_SNR: f32 = 96.0;
/// Speech that is listened to for who speaks: ten minutes.
const HEARD: usize = 600 * RATE as usize;

/// Looks at a sample.
///
/// # Errors
/// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Cancelled`].
pub(super) fn checks(
    recording: &Recording,
    shelf: &Shelf,
    progress: &Progress<'_>,
) -> Result<Vec<SampleCheck>> {
    let spoken = recording.spoken(HEARD);
    let level = match spoken.is_empty() {
        true => None,
        false => {
            Gauge::new(RATE, 1).and_then(|gauge| gauge.integrated(&spoken, progress)).map_err(Error::from)?
        }
    };
    let prints = shelf.hear(WHO, |sessions, model| {
        hearing(progress, |progress| likeness::prints(sessions, model, &spoken, progress))
    })?;
    let seconds = spoken.len() as f32 / RATE as f32;
    Ok(vec![
        check_level(level.map(|level| level.0)),
        check_noise(noise(recording)),
        check_clipping(100.0 * recording.clipped),
        check_duration(seconds),
        check_speakers(seconds, two_most_different(&prints)),
    ])
}

fn check(quality: Quality, verdict: Verdict, value: impl Into<Option<f32>>) -> SampleCheck {
    SampleCheck { quality, verdict, value: value.into() }
}

fn check_level(level: Option<f32>) -> SampleCheck {
    let verdict = match level {
        None => Verdict::Unusable,
        Some(level) if level < FAINT => Verdict::Unusable,
        Some(level) if LEVELS.contains(&level) => Verdict::Good,
        Some(_) => Verdict::Poor,
    };
    check(Quality::Level, verdict, level)
}

fn check_noise(snr: Option<f32>) -> SampleCheck {
    let verdict = match snr {
        Some(snr) if snr < NOISY => Verdict::Unusable,
        Some(snr) if snr < QUIET => Verdict::Poor,
        // Without a pause there is nothing to hear noise in.
        _ => Verdict::Good,
    };
    check(Quality::Noise, verdict, snr)
}

fn check_clipping(percent: f32) -> SampleCheck {
    let verdict = match percent {
        _ if percent < TOUCHED => Verdict::Good,
        _ if percent < CUT => Verdict::Poor,
        _ => Verdict::Unusable,
    };
    check(Quality::Clipping, verdict, percent)
}

fn check_duration(seconds: f32) -> SampleCheck {
    let verdict = match seconds {
        _ if seconds >= ENOUGH => Verdict::Good,
        _ if seconds >= LITTLE => Verdict::Poor,
        _ => Verdict::Unusable,
    };
    check(Quality::Duration, verdict, seconds)
}

fn check_speakers(seconds: f32, likeness: Option<f32>) -> SampleCheck {
    let (verdict, people) = match likeness {
        _ if seconds <= 0.0 => (Verdict::Unusable, 0.0),
        Some(likeness) if likeness < TWO => (Verdict::Unusable, 2.0),
        Some(likeness) if likeness < ONE => (Verdict::Poor, 2.0),
        _ => (Verdict::Good, 1.0),
    };
    check(Quality::Speakers, verdict, people)
}

/// Returns how far speech is above what is between it, in decibels: mean against median, so that a click or a breath in a
/// pause is no noise.
fn noise(recording: &Recording) -> Option<f32> {
    let power =
        |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    let inner = |pause: std::ops::Range<usize>| pause.start + EDGE..pause.end.saturating_sub(EDGE);
    let pauses = recording.pauses().into_iter().map(inner).filter(|pause| pause.start < pause.end);
    let frames = pauses.flat_map(|pause| recording.mono[pause].chunks_exact(FRAME));
    let mut floors: Vec<f32> = frames.map(power).collect();
    if floors.len() < LEAST_FRAMES || recording.speech.is_empty() {
        return None;
    }
    let half = floors.len() / 2;
    let floor = *floors.select_nth_unstable_by(half, f32::total_cmp).1;
    let spoken: Vec<f32> =
        recording.speech.iter().map(|speech| power(&recording.mono[speech.clone()])).collect();
    let lengths = recording.speech.iter().map(|speech| speech.len() as f32);
    let loud: f32 = spoken.iter().zip(lengths.clone()).map(|(power, length)| power * length).sum();
    let loud = loud / lengths.sum::<f32>();
    Some((10.0 * (loud / floor.max(1e-12)).log10()).clamp(0.0, MOST_SNR))
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::unit::Seconds;

    fn verdicts(of: impl Fn(f32) -> SampleCheck, values: [f32; 3]) -> [Verdict; 3] {
        values.map(|value| of(value).verdict)
    }

    #[test]
    fn each_quality_has_its_good_its_poor_and_its_useless_values() {
        use Verdict::{Good, Poor, Unusable};
        let all = [Good, Poor, Unusable];
        assert_eq!(verdicts(|level| check_level(Some(level)), [-20.0, -40.0, -60.0]), all);
        assert_eq!(verdicts(|snr| check_noise(Some(snr)), [45.0, 20.0, 5.0]), all);
        assert_eq!(verdicts(check_clipping, [0.0, 0.2, 4.0]), all);
        assert_eq!(verdicts(check_duration, [12.0, 4.0, 0.2]), all);
        assert_eq!(verdicts(|likeness| check_speakers(5.0, Some(likeness)), [0.9, 0.75, 0.5]), all);
        assert_eq!(check_level(None).verdict, Unusable);
        assert_eq!(check_level(Some(-3.0)).verdict, Poor);
        assert_eq!(check_noise(None), check(Quality::Noise, Good, None));
        assert_eq!(check_speakers(0.0, None), check(Quality::Speakers, Unusable, 0.0));
    }

    #[test]
    fn noise_is_what_is_left_between_the_words() {
        let second = RATE as usize;
        // A tone of −6 dB RMS in noise of −46 dB, and a click in the pause.
        let tone =
            |n: usize| if (second..2 * second).contains(&n) { (n as f32 * 0.3).sin() * 0.707 } else { 0.0 };
        let hiss = |n: usize| if n.is_multiple_of(2) { 0.005 } else { -0.005 };
        let mut mono: Vec<f32> = (0..3 * second).map(|n| tone(n) + hiss(n)).collect();
        mono[second / 2] = 1.0;
        let mut recording = Recording {
            mono,
            speech: Vec::from_iter(std::iter::once(second..2 * second)),
            duration: Seconds(3.0),
            clipped: 0.0,
        };
        let heard = noise(&recording).unwrap();
        assert!((heard - 40.0).abs() < 0.3, "{heard}");
        recording.speech = Vec::from_iter(std::iter::once(0..3 * second));
        assert_eq!(noise(&recording), None, "nobody paused");
        recording.speech = vec![];
        assert_eq!(noise(&recording), None, "nobody spoke");
    }
}
