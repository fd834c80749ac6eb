//! Repeatable chance: one stream of numbers for each concern, so that drums stay when the melody draws once more.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// A source of choices that depends on the seed and on the name of a concern only.
pub(crate) struct Dice(Pcg32);

impl Dice {
    /// Starts the stream of a concern (`drums/verse`).
    pub(crate) fn new(seed: u32, concern: &str) -> Self {
        let stream = fnv1a(concern.as_bytes());
        Self(Pcg32::new(splitmix(u64::from(seed) ^ stream.rotate_left(17)), stream))
    }

    /// Returns a number below `limit`; 0 when the limit is 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        let drawn = (u64::from(self.0.next_u32()) * limit) >> 32;
        usize::try_from(drawn).unwrap_or(0)
    }

    /// Returns a number between two, both included.
    pub(crate) fn range(&mut self, low: i32, high: i32) -> i32 {
        let width = usize::try_from(high - low + 1).unwrap_or(1);
        low + i32::try_from(self.below(width)).unwrap_or(0)
    }

    /// Returns true in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// Returns a number around 0, within ±`spread`, most often small.
    pub(crate) fn bell(&mut self, spread: i32) -> i32 {
        (self.range(-spread, spread) + self.range(-spread, spread)) / 2
    }

    /// Chooses one of several; `None` when there are none.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// Chooses an index by weight.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total as usize);
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight as usize {
                return index;
            }
            left -= *weight as usize;
        }
        0
    }
}

/// FNV-1a, 64 bits: short, stable over versions and machines.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Finaliser of SplitMix64: neighbouring seeds get unrelated states.
fn splitmix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concern_has_its_own_repeatable_stream() {
        let draw = |seed, concern| {
            let mut dice = Dice::new(seed, concern);
            (0..8).map(|_| dice.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "drums"), draw(7, "drums"));
        assert_ne!(draw(7, "drums"), draw(7, "melody"));
        assert_ne!(draw(7, "drums"), draw(8, "drums"));
    }

    #[test]
    fn numbers_stay_inside_their_limits() {
        let mut dice = Dice::new(1, "limits");
        for _ in 0..1000 {
            assert!((-3..=4).contains(&dice.range(-3, 4)));
            assert!(dice.bell(5).abs() <= 5);
            assert!(dice.weighted(&[0, 2, 1]) != 0);
        }
    }
}
