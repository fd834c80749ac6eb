//! Where a phrase begins and ends, so that phrases can be put behind one another without a click.

use super::RATE;

/// What is quieter is silence (of full scale); the reference trims the same.
const SILENCE: f32 = 0.01;
/// Of the silence so much stays, 10 ms: soft consonants begin below the threshold, and the fades need room.
const KEPT: usize = RATE as usize / 100;
/// Length of a fade, 5 ms.
const FADE: usize = RATE as usize / 200;

/// Returns speech at [`RATE`] without the silence around it, faded in and out, and without DC. Silence alone gives nothing.
pub fn trimmed(mut speech: Vec<f32>) -> Vec<f32> {
    speech.iter_mut().filter(|sample| !sample.is_finite()).for_each(|sample| *sample = 0.0);
    let loud = |sample: &f32| sample.abs() >= SILENCE;
    let (Some(first), Some(last)) = (speech.iter().position(loud), speech.iter().rposition(loud)) else {
        return Vec::new();
    };
    speech.truncate(last + 1 + KEPT);
    speech.drain(..first.saturating_sub(KEPT));
    let offset = (speech.iter().map(|sample| f64::from(*sample)).sum::<f64>() / speech.len() as f64) as f32;
    speech.iter_mut().for_each(|sample| *sample -= offset);
    fade(speech.iter_mut());
    fade(speech.iter_mut().rev());
    speech
}

/// Raises the first samples from nothing, along half a cosine.
fn fade<'a>(samples: impl Iterator<Item = &'a mut f32>) {
    for (n, sample) in samples.take(FADE).enumerate() {
        *sample *= 0.5 - 0.5 * (std::f32::consts::PI * n as f32 / FADE as f32).cos();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(length: usize) -> impl Iterator<Item = f32> {
        (0..length).map(|n| 0.3 * (n as f32 * 0.05).sin() + 0.02)
    }

    #[test]
    fn silence_goes_and_a_little_of_it_stays() {
        let speech: Vec<f32> = [0.0; 5_000].into_iter().chain(tone(12_000)).chain([0.001; 7_000]).collect();
        let length = trimmed(speech).len();
        assert!((12_000..=12_000 + 2 * KEPT).contains(&length), "{length}");
    }

    #[test]
    fn it_begins_and_ends_at_nothing_and_without_a_jump() {
        let speech = trimmed(tone(12_000).collect());
        assert!(speech[0].abs() < 1e-6 && speech[speech.len() - 1].abs() < 1e-6);
        let steepest = speech.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.02, "{steepest}");
        let mean = speech.iter().sum::<f32>() / speech.len() as f32;
        // The fades bring back a little of it.
        assert!(mean.abs() < 2e-3, "{mean}");
    }

    #[test]
    fn silence_gives_nothing_and_very_short_sounds_stay() {
        assert!(trimmed(vec![]).is_empty() && trimmed(vec![0.009; 9_000]).is_empty());
        assert!(trimmed(vec![f32::NAN; 100]).is_empty());
        assert_eq!(trimmed(vec![0.5]).len(), 1);
        assert!(trimmed([f32::INFINITY, 0.5, -0.5].repeat(50)).iter().all(|sample| sample.is_finite()));
    }
}
