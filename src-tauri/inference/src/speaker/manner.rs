//! The settings of a voice, as what the model is given.

use super::melody::LIVELIER;
use super::style::TIMBRE;

/// Limits of the pace that the model keeps to; beyond them words run together or fall apart.
const PACES: std::ops::RangeInclusive<f32> = 0.5..=2.0;
/// How far a voice goes beyond itself at a similarity of 1. The centre of the spectrum of `af_heart` then rises from 1.0 to
/// 1.5 kHz; at twice that it is at 2.7 kHz, and the voice hisses.
const BEYOND: f32 = 0.5;
/// How much the pace (as a factor's logarithm) and the melody (of what `style` does at most) of a phrase may differ from
/// the plain reading at a stability of 0.
const PACE_VARIES: f32 = 0.16;
const MELODY_VARIES: f32 = 0.6;

/// How a phrase is said. Settings go from 0 to 1; what lies outside, or is no number, is brought inside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// 1 is the voice's own pace; 0.5 to 2.
    pub speed: f32,
    /// How wide its melody is: 0 is the plain reading, 1 one and a half to two times as wide in semitones. Its mean pitch,
    /// pace and timbre stay.
    pub style: f32,
    /// 1 says a phrase the same way each time. Below, pace and melody vary from phrase to phrase: at 0 by up to 17 % in
    /// pace, and the melody up to a third narrower or half as wide again.
    pub stability: f32,
    /// How much of its own timbre it has: 0 is the mean of the voices, 0.5 is the voice itself, 1 goes half as far beyond it.
    /// Melody and pace stay.
    pub similarity: f32,
    /// What the variation is drawn from, together with the phrase: the same of both gives the same again.
    pub seed: u64,
}

impl Default for Manner {
    /// The voice as it is.
    fn default() -> Self {
        Self { speed: 1.0, style: 0.0, stability: 1.0, similarity: 0.5, seed: 0 }
    }
}

/// What the model is given beside the phonemes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Delivery {
    pub style: Vec<f32>,
    pub speed: f32,
}

impl Manner {
    /// Returns how `ids` are said by a voice; `own` is its row for them, `mean` that of the voices it is one of.
    pub(super) fn delivery(&self, ids: &[i64], own: &[f32], mean: &[f32]) -> Delivery {
        let Reading { speed, livelier } = self.reading(ids);
        let own_share = self.own_share();
        let timbre = own.iter().zip(mean).take(TIMBRE).map(|(own, mean)| mean + own_share * (own - mean));
        let prosody = own.iter().skip(TIMBRE).zip(LIVELIER).map(|(own, step)| own + livelier * step);
        Delivery { style: timbre.chain(prosody).collect(), speed }
    }

    /// Returns how `ids` are read this time.
    pub(super) fn reading(&self, ids: &[i64]) -> Reading {
        let unsteady = 1.0 - setting(self.stability, 1.0);
        let mut draw = Draw::new(self.seed, ids);
        let pace = (PACE_VARIES * unsteady * draw.next()).exp();
        let livelier = setting(self.style, 0.0) + MELODY_VARIES * unsteady * draw.next();
        let speed = if self.speed.is_finite() { self.speed } else { 1.0 };
        Reading { speed: (speed * pace).clamp(*PACES.start(), *PACES.end()), livelier }
    }

    /// Returns how much of what is its own a voice keeps: 1 is the voice as it is.
    pub(super) fn own_share(&self) -> f32 {
        share(setting(self.similarity, 0.5))
    }
}

/// The pace and the melody of a phrase, 1 and 0 as the model would read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    pub speed: f32,
    pub livelier: f32,
}

fn setting(given: f32, otherwise: f32) -> f32 {
    if given.is_finite() { given.clamp(0.0, 1.0) } else { otherwise }
}

/// Returns how much of what is its own a voice keeps at a similarity.
fn share(similarity: f32) -> f32 {
    if similarity <= 0.5 { 2.0 * similarity } else { 1.0 + (2.0 * similarity - 1.0) * BEYOND }
}

/// Numbers that look like chance and are the same for the same seed and phrase (G. L. Steele, D. Lea and C. H. Flood, "Fast
/// splittable pseudorandom number generators", OOPSLA 2014: SplitMix64).
struct Draw(u64);

impl Draw {
    fn new(seed: u64, ids: &[i64]) -> Self {
        let mut draw = Self(seed);
        for id in ids {
            draw.0 ^= id.unsigned_abs();
            draw.0 = draw.bits();
        }
        draw
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns the next number, −1 to 1.
    fn next(&mut self) -> f32 {
        // The highest bits, as many as the number holds.
        (self.bits() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::style::WIDTH;
    use super::*;

    const OWN: [f32; WIDTH] = [1.0; WIDTH];
    const MEAN: [f32; WIDTH] = [0.0; WIDTH];

    fn delivery(manner: Manner) -> Delivery {
        manner.delivery(&[43, 44, 45], &OWN, &MEAN)
    }

    #[test]
    fn without_a_wish_the_voice_is_given_as_it_is() {
        for seed in 0..9 {
            let plain = delivery(Manner { seed, ..Manner::default() });
            assert_eq!(plain, Delivery { style: OWN.to_vec(), speed: 1.0 });
        }
    }

    #[test]
    fn similarity_moves_the_timbre_from_the_mean_through_the_voice_to_beyond() {
        for (similarity, expected) in
            [(0.0, 0.0), (0.25, 0.5), (0.5, 1.0), (0.75, 1.25), (1.0, 1.5), (7.0, 1.5)]
        {
            let style = delivery(Manner { similarity, ..Manner::default() }).style;
            assert_eq!(style[..TIMBRE], [expected; TIMBRE], "at {similarity}");
            assert_eq!(style[TIMBRE..], OWN[TIMBRE..], "the melody stays");
        }
    }

    #[test]
    fn style_moves_the_melody_and_nothing_else() {
        let style = delivery(Manner { style: 1.0, ..Manner::default() }).style;
        assert_eq!(style[..TIMBRE], OWN[..TIMBRE]);
        let moved: Vec<f32> = style[TIMBRE..].iter().map(|value| value - 1.0).collect();
        assert!(moved.iter().zip(LIVELIER).all(|(moved, step)| (moved - step).abs() < 1e-6));
    }

    #[test]
    fn an_unsteady_voice_differs_from_phrase_to_phrase_and_not_from_time_to_time() {
        let manner = Manner { stability: 0.0, seed: 5, ..Manner::default() };
        let say = |manner: Manner, ids: &[i64]| manner.delivery(ids, &OWN, &MEAN);
        assert_eq!(say(manner, &[43]), say(manner, &[43]));
        assert_ne!(say(manner, &[43]), say(manner, &[44]));
        assert_ne!(say(manner, &[43]), say(Manner { seed: 6, ..manner }, &[43]));
        let paces: Vec<f32> = (0..500).map(|id| say(manner, &[id]).speed).collect();
        let (slowest, quickest) =
            paces.iter().fold((2.0_f32, 0.5_f32), |(low, high), pace| (low.min(*pace), high.max(*pace)));
        assert!(
            slowest < 0.87 && slowest > 0.85 && quickest > 1.15 && quickest < 1.18,
            "{slowest} to {quickest}"
        );
    }

    #[test]
    fn odd_wishes_are_brought_inside() {
        let odd =
            Manner { speed: f32::NAN, style: f32::NAN, stability: f32::NAN, similarity: f32::NAN, seed: 1 };
        assert_eq!(delivery(odd), Delivery { style: OWN.to_vec(), speed: 1.0 });
        assert_eq!(delivery(Manner { speed: 9.0, ..Manner::default() }).speed, 2.0);
        assert_eq!(delivery(Manner { speed: -1.0, ..Manner::default() }).speed, 0.5);
    }
}
