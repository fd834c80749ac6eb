//! How many people speak in a sample: the voice of every 1.6 s, sorted into two heaps.

use son1k_inference::likeness::VoicePrint;

/// Rounds until the heaps stay as they are; voices settle in three or four.
const ROUNDS: usize = 12;
/// A heap that holds less than this share of the sample, or fewer windows, is no person: a laugh, a cough, a loud word.
const SHARE: f32 = 0.15;
const WINDOWS: usize = 3;

/// Returns how alike the two most different voices of a sample are, 0 to 1; `None` when there is only one.
pub(super) fn two_most_different(prints: &[VoicePrint]) -> Option<f32> {
    let (mut one, mut other) = farthest(prints)?;
    let mut heaps = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        heaps = prints.iter().partition(|print| one.likeness(print) >= other.likeness(print));
        let (first, second): &(Vec<&VoicePrint>, Vec<&VoicePrint>) = &heaps;
        one = VoicePrint::mean(first.iter().copied())?;
        other = VoicePrint::mean(second.iter().copied())?;
    }
    let least = WINDOWS.max((SHARE * prints.len() as f32).ceil() as usize);
    (heaps.0.len().min(heaps.1.len()) >= least).then(|| one.likeness(&other))
}

/// Returns the two windows to begin with: the one least like the whole, and the one least like that.
fn farthest(prints: &[VoicePrint]) -> Option<(VoicePrint, VoicePrint)> {
    let least_like =
        |of: &VoicePrint| prints.iter().min_by(|a, b| of.likeness(a).total_cmp(&of.likeness(b))).cloned();
    let one = least_like(&VoicePrint::mean(prints)?)?;
    let other = least_like(&one)?;
    (one != other).then_some((one, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_inference::likeness::WIDTH;

    /// Returns a voice that lies `part` of the way from one person to another, with a window's own colour.
    fn print(part: f32, window: usize) -> VoicePrint {
        let mut values = vec![0.0; WIDTH];
        (values[0], values[1]) = (1.0 - part, part);
        values[2 + window] = 0.3;
        VoicePrint::towards(values).unwrap()
    }

    #[test]
    fn two_people_make_two_heaps_that_are_unlike() {
        let prints: Vec<_> = (0..20).map(|n| print(if n < 8 { 0.0 } else { 0.9 }, n)).collect();
        assert!(two_most_different(&prints).unwrap() < 0.3);
    }

    #[test]
    fn one_person_is_always_alike() {
        let prints: Vec<_> = (0..20).map(|n| print(0.02 * (n % 5) as f32, n)).collect();
        assert!(two_most_different(&prints).is_none_or(|likeness| likeness > 0.85));
    }

    #[test]
    fn a_cough_is_nobody_and_a_moment_is_one_voice() {
        let prints: Vec<_> = (0..20).map(|n| print(if n == 3 { 1.0 } else { 0.0 }, n)).collect();
        assert_eq!(two_most_different(&prints), None);
        assert_eq!(two_most_different(&prints[..1]), None);
        assert_eq!(two_most_different(&[]), None);
    }
}
