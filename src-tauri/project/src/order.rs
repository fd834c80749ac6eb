//! Orders: what moved between two of them, and one order out of two people's.

use std::collections::{HashMap, HashSet};

use crate::merging::Side;

/// Marks the elements of a longest rising run of `numbers`: those that stayed while the others moved around them.
pub(crate) fn longest_rising(numbers: &[usize]) -> Vec<bool> {
    // For each length, the place of the smallest number that ends a rising run of it (patience sorting).
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; numbers.len()];
    for (place, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers.get(*end).is_some_and(|n| n < number));
        if let (Some(previous), Some(slot)) = (length.checked_sub(1), before.get_mut(place)) {
            *slot = ends.get(previous).copied();
        }
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut rising = vec![false; numbers.len()];
    let mut place = ends.last().copied();
    while let Some(at) = place {
        if let Some(mark) = rising.get_mut(at) {
            *mark = true;
        }
        place = before.get(at).copied().flatten();
    }
    rising
}

/// Returns the keys of `new` that stand elsewhere among their neighbours of `old` than before.
pub(crate) fn moved<'a>(old: &[&str], new: &[&'a str]) -> HashSet<&'a str> {
    let place: HashMap<&str, usize> = old.iter().enumerate().map(|(at, key)| (*key, at)).collect();
    let common: Vec<(&str, usize)> =
        new.iter().filter_map(|key| place.get(key).map(|at| (*key, *at))).collect();
    let stayed = longest_rising(&common.iter().map(|(_, at)| *at).collect::<Vec<_>>());
    common.iter().zip(stayed).filter(|(_, stayed)| !stayed).map(|((key, _), _)| *key).collect()
}

/// One order out of two that came from `base`.
pub(crate) struct Orders<'a> {
    pub base: Vec<&'a str>,
    pub ours: Vec<&'a str>,
    pub theirs: Vec<&'a str>,
}

impl<'a> Orders<'a> {
    /// Returns the keys that both moved, each to another place, sorted.
    pub fn both_moved(&self) -> Vec<&'a str> {
        let theirs = moved(&self.base, &self.theirs);
        let both = moved(&self.base, &self.ours).into_iter().filter(|key| theirs.contains(key));
        let mut both: Vec<_> =
            both.filter(|key| before(&self.ours, key) != before(&self.theirs, key)).collect();
        both.sort_unstable();
        both
    }

    /// Merges the orders; `winner` says whose place counts for what both put somewhere. What nobody moved keeps the
    /// order of the base; the rest follows what it followed on the side that put it there. Which side is which does
    /// not matter.
    pub fn merge(&self, winner: impl Fn(&str) -> Side) -> Vec<&'a str> {
        let (ours_moved, theirs_moved) = (moved(&self.base, &self.ours), moved(&self.base, &self.theirs));
        let known: HashSet<&str> = self.base.iter().copied().collect();
        let ours: HashSet<&str> = self.ours.iter().copied().collect();
        let theirs: HashSet<&str> = self.theirs.iter().copied().collect();
        let stayed = self.base.iter().copied();
        let stayed = stayed.filter(|key| !ours_moved.contains(key) && !theirs_moved.contains(key));
        let put_by = |key: &str| {
            let (by_us, by_them) = match known.contains(key) {
                true => (ours_moved.contains(key), theirs_moved.contains(key)),
                false => (ours.contains(key), theirs.contains(key)),
            };
            match (by_us, by_them) {
                (true, true) => Some(winner(key)),
                (true, false) => Some(Side::Ours),
                (false, true) => Some(Side::Theirs),
                (false, false) => None,
            }
        };
        let our_runs = runs(&self.ours, |key| put_by(key) == Some(Side::Ours), |key| put_by(key).is_none());
        let their_runs =
            runs(&self.theirs, |key| put_by(key) == Some(Side::Theirs), |key| put_by(key).is_none());
        let mut order = Vec::new();
        for anchor in std::iter::once(None).chain(stayed.map(Some)) {
            order.extend(anchor);
            let none = Vec::new();
            let (a, b) = (our_runs.get(&anchor).unwrap_or(&none), their_runs.get(&anchor).unwrap_or(&none));
            let (first, second) = if a.first() <= b.first() { (a, b) } else { (b, a) };
            order.extend(first.iter().chain(second));
        }
        order
    }
}

/// Gathers the keys of `order` that are `its`, by the last key before them that stayed.
fn runs<'a>(
    order: &[&'a str],
    its: impl Fn(&str) -> bool,
    stays: impl Fn(&str) -> bool,
) -> HashMap<Option<&'a str>, Vec<&'a str>> {
    let mut runs: HashMap<Option<&str>, Vec<&str>> = HashMap::new();
    let mut anchor = None;
    for key in order {
        if stays(key) {
            anchor = Some(*key);
        } else if its(key) {
            runs.entry(anchor).or_default().push(key);
        }
    }
    runs
}

fn before<'a>(order: &[&'a str], key: &str) -> Option<&'a str> {
    let at = order.iter().position(|k| *k == key)?;
    at.checked_sub(1).and_then(|at| order.get(at).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<&str> {
        text.split_terminator("").skip(1).collect()
    }

    fn merged(base: &str, ours: &str, theirs: &str) -> String {
        let orders = Orders { base: keys(base), ours: keys(ours), theirs: keys(theirs) };
        orders.merge(|_| Side::Ours).concat()
    }

    #[test]
    fn what_two_people_move_and_add_is_all_in_its_place() {
        assert_eq!(merged("abcd", "bcda", "abcd"), "bcda");
        assert_eq!(merged("abcdef", "bcdaef", "abcdfe"), "bcdafe");
        assert_eq!(merged("abc", "axbc", "abyc"), "axbyc");
        assert_eq!(merged("abc", "abcx", "abcy"), "abcxy");
        assert_eq!(merged("", "xy", "ab"), "abxy");
    }

    proptest! {
        #[test]
        fn a_merged_order_has_everything_once_and_knows_no_sides(
            ours in Just("abcdefxy".to_owned()).prop_map(|s| s.chars().collect::<Vec<_>>()).prop_shuffle(),
            theirs in Just("abcdefzw".to_owned()).prop_map(|s| s.chars().collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let (ours, theirs): (String, String) = (ours.iter().collect(), theirs.iter().collect());
            let one = Orders { base: keys("abcdef"), ours: keys(&ours), theirs: keys(&theirs) };
            let other = Orders { base: keys("abcdef"), ours: keys(&theirs), theirs: keys(&ours) };
            let order = one.merge(|_| Side::Ours).concat();
            prop_assert_eq!(&order, &other.merge(|_| Side::Theirs).concat());
            prop_assert_eq!(one.both_moved(), other.both_moved());
            let mut letters: Vec<_> = order.chars().collect();
            letters.sort_unstable();
            prop_assert_eq!(letters.into_iter().collect::<String>(), "abcdefwxyz");
        }
    }
}
