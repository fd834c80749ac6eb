//! Which beats are rather the first of a bar: those that are struck harder than the others, and no more of them than bars
//! have.

use super::{ACCENT, Activation, CLEAR};

/// Frames on both sides in which the attack of a beat may be.
const AROUND: usize = 2;
/// No accent counts more than this many standard deviations.
const STRONGEST: f32 = 2.0;
/// A net that takes more of the beats than this for downbeats (a metronome's are all alike to it) is brought down to what
/// bars of three and four have on the mean.
const TOO_MANY: f32 = 0.4;
const USUAL: f32 = 0.29;

/// Shifts each frame's share of the downbeat by how much stronger its attack is than those of the other beats.
pub(super) fn weigh(activations: &mut [Activation], attacks: &[f32]) {
    let strength = |frame: usize| {
        let end = (frame + AROUND + 1).min(attacks.len());
        attacks[frame.saturating_sub(AROUND)..end].iter().copied().fold(0.0, f32::max)
    };
    let is_beat = |frame: &usize| {
        let value = |frame: usize| activations[frame].either();
        value(*frame) > CLEAR && value(*frame) > value(frame - 1) && value(*frame) >= value(frame + 1)
    };
    let last = activations.len().min(attacks.len()).saturating_sub(1);
    let beats: Vec<usize> = (1..last).filter(is_beat).collect();
    let count = beats.len().max(1) as f32;
    let mean = beats.iter().map(|beat| strength(*beat)).sum::<f32>() / count;
    let deviation = (beats.iter().map(|beat| (strength(*beat) - mean).powi(2)).sum::<f32>() / count).sqrt();
    if deviation > 0.01 * mean {
        for (frame, activation) in activations.iter_mut().enumerate() {
            let accent = ((strength(frame) - mean) / deviation).clamp(-STRONGEST, STRONGEST);
            shift(activation, (ACCENT * accent).exp());
        }
    }
    let factor = modesty(&beats.iter().map(|beat| activations[*beat]).collect::<Vec<_>>());
    activations.iter_mut().for_each(|activation| shift(activation, factor));
}

/// Returns what the odds of all downbeats are multiplied with, 1 where they are not too many.
fn modesty(beats: &[Activation]) -> f32 {
    let share = |factor: f32| {
        let share = |beat: &Activation| factor * beat.downbeat / (factor * beat.downbeat + beat.beat);
        beats.iter().map(share).sum::<f32>() / beats.len().max(1) as f32
    };
    if share(1.0) <= TOO_MANY {
        return 1.0;
    }
    // The share grows with the factor: halve the range of its logarithm until it is small.
    let (mut low, mut high) = (-12.0_f32, 0.0);
    for _ in 0..20 {
        let middle = (low + high) / 2.0;
        if share(middle.exp()) < USUAL { low = middle } else { high = middle }
    }
    low.exp()
}

/// Multiplies the odds of the downbeat against the other beats; both together stay as likely as they were.
fn shift(activation: &mut Activation, factor: f32) {
    let either = activation.either();
    let weighed = activation.downbeat * factor;
    let sum = weighed + activation.beat;
    if sum > 0.0 {
        *activation = Activation { beat: either * activation.beat / sum, downbeat: either * weighed / sum };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_decides_where_the_net_is_unsure_and_nowhere_else() {
        let even = Activation { beat: 0.4, downbeat: 0.4 };
        let (surely, surely_not) =
            (Activation { beat: 0.01, downbeat: 0.9 }, Activation { beat: 0.9, downbeat: 0.01 });
        let most = Activation { beat: 0.9, downbeat: 0.0 };
        let nothing = Activation { beat: 0.0, downbeat: 0.0 };
        let mut activations = vec![nothing; 70];
        let mut attacks = vec![0.0; 70];
        for (beat, activation) in [even, even, most, surely, surely_not, most].into_iter().enumerate() {
            activations[10 * beat + 5] = activation;
            attacks[10 * beat + 5] = if beat == 0 || beat == 4 { 5.0 } else { 3.0 };
        }
        weigh(&mut activations, &attacks);
        assert!(activations[5].downbeat > activations[5].beat);
        assert!(activations[15].downbeat < activations[15].beat);
        assert!(activations[35].downbeat > 0.8 && activations[45].beat > 0.8);
        assert!((activations[5].either() - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_net_that_hears_downbeats_only_is_brought_down_to_bars() {
        let mut activations =
            [Activation { beat: 0.05, downbeat: 0.9 }, Activation { beat: 0.0, downbeat: 0.0 }].repeat(40);
        weigh(&mut activations, &[1.0; 80]);
        let share = activations[10].downbeat / activations[10].either();
        assert!((share - USUAL).abs() < 0.01, "{share}");
    }

    #[test]
    fn equal_beats_stay_as_they_are() {
        let mut activations = vec![Activation { beat: 0.4, downbeat: 0.1 }; 10];
        let before = activations.clone();
        weigh(&mut activations, &[1.0; 10]);
        assert_eq!(activations, before);
        weigh(&mut [], &[]);
    }
}
