//! Two lyrics compared word by word.

use similar::{Algorithm, DiffTag, capture_diff_slices};
use son1k_domain::comparison::{Found, WordSpan};

use crate::lines::hunks;

/// A changed passage of more pieces than this (words and the spaces between them) is told as a whole: nobody reads more
/// words in a row that are half old and half new, and comparing takes their square.
const COMPARED: usize = 1_200;

/// What stands at one place: the same on both sides, or something else on each.
type Passage = (String, String);

/// Returns the words of both texts in reading order, what was removed before what came for it.
pub(crate) fn compare(before: &str, after: &str) -> Vec<WordSpan> {
    if before == after {
        return Vec::new();
    }
    // Always compared in one order, so that looking the other way shows the same passages.
    let mut passages = if before <= after {
        compared(before, after)
    } else {
        compared(after, before).into_iter().map(|(old, new)| (new, old)).collect()
    };
    // Neighbouring changes are one, or what was removed would stand between what came, and the other way round not.
    passages.dedup_by(|next, last| {
        let both_differ = last.0 != last.1 && next.0 != next.1 || next.0.is_empty() && next.1.is_empty();
        if both_differ {
            last.0.push_str(&next.0);
            last.1.push_str(&next.1);
        }
        both_differ
    });
    let mut spans: Vec<WordSpan> = Vec::new();
    for (old, new) in passages {
        if old == new {
            push(&mut spans, Found::InBoth, old);
        } else {
            push(&mut spans, Found::Before, old);
            push(&mut spans, Found::After, new);
        }
    }
    spans
}

/// Counts the words of the spans that are `found` there.
pub(crate) fn count(spans: &[WordSpan], found: Found) -> u32 {
    let words = spans.iter().filter(|span| span.found == found).map(|s| s.text.split_whitespace().count());
    u32::try_from(words.sum::<usize>()).unwrap_or(u32::MAX)
}

fn push(spans: &mut Vec<WordSpan>, found: Found, text: String) {
    if text.is_empty() {
        return;
    }
    match spans.last_mut().filter(|last| last.found == found) {
        Some(last) => last.text.push_str(&text),
        None => spans.push(WordSpan { found, text }),
    }
}

fn compared(old: &str, new: &str) -> Vec<Passage> {
    let [old, new] = [old, new].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut passages = Vec::new();
    let mut done = 0;
    for hunk in hunks(&old, &new) {
        let same = old.get(done..hunk.base.start).unwrap_or_default().concat();
        passages.push((same.clone(), same));
        done = hunk.base.end;
        let gone = old.get(hunk.base).unwrap_or_default().concat();
        passages.extend(words_compared(&gone, &hunk.new.concat()));
    }
    let same = old.get(done..).unwrap_or_default().concat();
    passages.push((same.clone(), same));
    passages
}

fn words_compared(old_text: &str, new_text: &str) -> Vec<Passage> {
    let (old, new) = (pieces(old_text), pieces(new_text));
    if old.len().max(new.len()) > COMPARED {
        return vec![(old_text.to_owned(), new_text.to_owned())];
    }
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new).into_iter();
    let passages = ops.map(|op| {
        let (tag, from, to) = op.as_tag_tuple();
        let gone = old.get(from).unwrap_or_default().concat();
        let new = new.get(to).unwrap_or_default().concat();
        if tag == DiffTag::Equal { (gone.clone(), gone) } else { (gone, new) }
    });
    passages.collect()
}

/// Takes a text apart into words and the spaces between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let space = first.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != space).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(found: Found, text: &str) -> WordSpan {
        WordSpan { found, text: text.into() }
    }

    #[test]
    fn a_changed_word_stands_alone_among_those_that_stayed() {
        let spans = compare("Noche de verano\nlejos del mar", "Noche de invierno\nlejos del mar\nla la");
        let expected = [
            span(Found::InBoth, "Noche de "),
            span(Found::Before, "verano"),
            span(Found::After, "invierno"),
            span(Found::InBoth, "\nlejos del mar"),
            span(Found::After, "\nla la"),
        ];
        assert_eq!(spans, expected);
        assert_eq!((count(&spans, Found::Before), count(&spans, Found::After)), (1, 3));
    }

    #[test]
    fn long_lyrics_that_differ_everywhere_are_one_passage() {
        let many = |word: &str| (0..5_000).map(|i| format!("{word}{i} ")).collect::<String>();
        let spans = compare(&many("a"), &many("b"));
        assert_eq!(spans.len(), 2);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_and_the_other_way_is_the_mirror(old in "[ab \n]{0,16}", new in "[abx \n]{0,16}") {
            let spans = compare(&old, &new);
            let side = |not: Found| spans.iter().filter(|s| s.found != not).map(|s| s.text.as_str()).collect::<String>();
            if old != new {
                prop_assert_eq!((side(Found::After), side(Found::Before)), (old.clone(), new.clone()));
            }
            let texts = |spans: &[WordSpan], found| spans.iter().filter(|s| s.found == found).map(|s| s.text.clone()).collect::<Vec<_>>();
            let other = compare(&new, &old);
            prop_assert_eq!(texts(&spans, Found::Before), texts(&other, Found::After));
            prop_assert_eq!(texts(&spans, Found::InBoth), texts(&other, Found::InBoth));
        }
    }
}
