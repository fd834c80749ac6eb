//! Lyrics of two people: merged line by line, so that only a line that both changed is a conflict.

use std::ops::Range;

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// More lines than this that differ are taken as one change: no lyrics have them, and comparing takes their square.
const COMPARED: usize = 2_000;

/// What one side put in the place of some lines of the base.
pub(crate) struct Hunk<'a> {
    pub base: Range<usize>,
    pub new: Vec<&'a str>,
}

/// A part of the text in which the two differ.
#[derive(Debug, PartialEq)]
pub(crate) struct Differing {
    /// First of its lines in the base, from 0.
    pub line: usize,
    pub base: String,
    pub ours: String,
    pub theirs: String,
}

/// Merges two texts that came from `base`. `choose_ours` decides about lines that both changed.
pub(crate) fn merge(
    base: &str,
    ours: &str,
    theirs: &str,
    mut choose_ours: impl FnMut(&Differing) -> bool,
) -> String {
    let [lines, ours, theirs] = [base, ours, theirs].map(|text| text.split('\n').collect::<Vec<_>>());
    let (our_hunks, their_hunks) = (hunks(&lines, &ours), hunks(&lines, &theirs));
    let (mut a, mut b) = (our_hunks.as_slice(), their_hunks.as_slice());
    let mut merged: Vec<&str> = Vec::new();
    let mut done = 0;
    while let Some(group) = next_group(&mut a, &mut b) {
        let span = group.span();
        merged.extend(lines.get(done..span.start).unwrap_or_default());
        done = span.end;
        let (ours, theirs) = (applied(&lines, &span, group.ours), applied(&lines, &span, group.theirs));
        if group.theirs.is_empty() || ours == theirs {
            merged.extend(ours);
        } else if group.ours.is_empty() {
            merged.extend(theirs);
        } else if span.is_empty() {
            // Both put lines in at one place: both stay, in an order that knows no sides.
            let (first, second) = if ours <= theirs { (ours, theirs) } else { (theirs, ours) };
            merged.extend(first.into_iter().chain(second));
        } else {
            let base = lines.get(span.clone()).unwrap_or_default().join("\n");
            let differing =
                Differing { line: span.start, base, ours: ours.join("\n"), theirs: theirs.join("\n") };
            merged.extend(if choose_ours(&differing) { ours } else { theirs });
        }
    }
    merged.extend(lines.get(done..).unwrap_or_default());
    merged.join("\n")
}

/// Hunks of both sides that touch the same lines.
struct Group<'a, 'b> {
    ours: &'b [Hunk<'a>],
    theirs: &'b [Hunk<'a>],
}

impl Group<'_, '_> {
    fn span(&self) -> Range<usize> {
        let all = || self.ours.iter().chain(self.theirs);
        let start = all().map(|hunk| hunk.base.start).min().unwrap_or_default();
        start..all().map(|hunk| hunk.base.end).max().unwrap_or_default()
    }
}

/// Takes the next hunk and everything that overlaps with it off both lists.
fn next_group<'a, 'b>(ours: &mut &'b [Hunk<'a>], theirs: &mut &'b [Hunk<'a>]) -> Option<Group<'a, 'b>> {
    let key = |hunk: &Hunk| (hunk.base.start, hunk.base.end);
    let first = match (ours.first(), theirs.first()) {
        (Some(a), Some(b)) if key(a) <= key(b) => a,
        (Some(a), None) => a,
        (_, b) => b?,
    };
    let mut span = first.base.clone();
    let (mut from_ours, mut from_theirs) = (0, 0);
    loop {
        let grown = match (ours.get(from_ours), theirs.get(from_theirs)) {
            (Some(hunk), _) if overlap(&span, &hunk.base) => {
                from_ours += 1;
                hunk
            }
            (_, Some(hunk)) if overlap(&span, &hunk.base) => {
                from_theirs += 1;
                hunk
            }
            _ => break,
        };
        span.end = span.end.max(grown.base.end);
    }
    let (taken_ours, rest_ours) = ours.split_at(from_ours);
    let (taken_theirs, rest_theirs) = theirs.split_at(from_theirs);
    (*ours, *theirs) = (rest_ours, rest_theirs);
    Some(Group { ours: taken_ours, theirs: taken_theirs })
}

/// Lines put in beside a changed line do not touch it; put in at the same place they do.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a == b || (a.start < b.end && b.start < a.end)
}

fn applied<'a>(lines: &[&'a str], span: &Range<usize>, hunks: &[Hunk<'a>]) -> Vec<&'a str> {
    let mut text = Vec::new();
    let mut done = span.start;
    for hunk in hunks {
        text.extend(lines.get(done..hunk.base.start).unwrap_or_default());
        text.extend(&hunk.new);
        done = hunk.base.end;
    }
    text.extend(lines.get(done..span.end).unwrap_or_default());
    text
}

/// Returns what is other in `new`, in order.
pub(crate) fn hunks<'a>(base: &[&str], new: &[&'a str]) -> Vec<Hunk<'a>> {
    let head = base.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (base.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let old = old.get(..old.len() - tail).unwrap_or_default();
    let new = new.get(..new.len() - tail).unwrap_or_default();
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    if old.len().max(new.len()) > COMPARED {
        return vec![Hunk { base: head..head + old.len(), new: new.to_vec() }];
    }
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (tag, from, to) = op.as_tag_tuple();
        let lines = new.get(to.clone()).unwrap_or_default();
        let from = head + from.start..head + from.end;
        if tag == DiffTag::Replace && from.len() == lines.len() {
            // As many lines as before: each is a line that was changed.
            found.extend(from.zip(lines).map(|(at, line)| Hunk { base: at..at + 1, new: vec![line] }));
        } else if tag != DiffTag::Equal {
            found.push(Hunk { base: from, new: lines.to_vec() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(base: &str, ours: &str, theirs: &str) -> (String, Vec<Differing>) {
        let mut found = Vec::new();
        let text = merge(base, ours, theirs, |d| {
            found.push(Differing {
                base: d.base.clone(),
                ours: d.ours.clone(),
                theirs: d.theirs.clone(),
                ..*d
            });
            true
        });
        (text, found)
    }

    #[test]
    fn lines_that_one_person_changed_are_all_kept() {
        let (text, found) = merged("a\nb\nc\nd", "a\nB\nc\nd\ne", "new\na\nb\nC");
        assert_eq!((text.as_str(), found.len()), ("new\na\nB\nC\ne", 0));
        let (text, found) = merged("a\nb", "a\nb\nfirst", "a\nb\nsecond");
        assert_eq!((text.as_str(), found.len()), ("a\nb\nfirst\nsecond", 0));
    }

    #[test]
    fn a_line_that_both_changed_is_a_conflict_with_both_wordings() {
        let (text, found) = merged("a\nnight\nc", "a\nnoche\nc", "a\nnuit\nc");
        assert_eq!(text, "a\nnoche\nc");
        let expected =
            Differing { line: 1, base: "night".into(), ours: "noche".into(), theirs: "nuit".into() };
        assert_eq!(found, [expected]);
    }

    proptest! {
        #[test]
        fn a_merge_knows_no_sides_and_loses_nothing(base in "[ab\n]{0,12}", ours in "[abx\n]{0,12}", theirs in "[aby\n]{0,12}") {
            let one = merge(&base, &ours, &theirs, |_| true);
            let other = merge(&base, &theirs, &ours, |_| false);
            prop_assert_eq!(one, other);
            prop_assert_eq!(merge(&base, &ours, &base, |_| true), ours.clone());
            prop_assert_eq!(merge(&base, &base, &theirs, |_| true), theirs);
            prop_assert_eq!(merge(&base, &ours, &ours, |_| true), ours);
        }
    }
}
