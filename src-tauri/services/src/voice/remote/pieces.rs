//! A text in pieces, each of which is asked for at once.
//!
//! A piece is some sentences, so that the voice has room for a melody. Paragraphs begin pieces anew where they can: a text
//! that is changed in one place is paid for in that place only.

use son1k_domain::unit::Seconds;
use son1k_domain::voice::Pronunciation;
use son1k_speech::{Written, written};

/// Characters of a piece at most, but for what a dictionary makes longer; the service takes 10,000.
const LONGEST: usize = 1_000;
/// Of the first one, where its sentences allow: it is waited for.
const FIRST: usize = 250;
/// From here on a piece ends with its paragraph.
const PARAGRAPH: usize = 300;
/// Characters that the voice is told of what stands around a piece.
const AROUND: usize = 300;

/// What is asked for at once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// As it is shown.
    pub(super) text: String,
    /// As it is sent, and billed.
    pub(super) said: String,
    /// Silence behind it, before the factor that a request asks for.
    pub(super) pause: Seconds,
}

impl Piece {
    /// Returns what is billed for it.
    pub(super) fn characters(&self) -> usize {
        self.said.chars().count()
    }
}

/// Returns the pieces of a text, in order.
pub(super) fn pieces(text: &str, dictionary: &[Pronunciation]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut open = Draft::default();
    for sentence in written(text, dictionary).chunk_by(|breath, _| !breath.ends_sentence) {
        let room = if pieces.is_empty() { FIRST } else { LONGEST };
        if open.length + sentence.iter().map(length).sum::<usize>() > room {
            pieces.extend(open.close());
        }
        for breath in sentence {
            if open.length + length(breath) > LONGEST {
                pieces.extend(open.close());
            }
            open.add(breath);
        }
        if open.length >= PARAGRAPH && sentence.last().is_some_and(Written::ends_paragraph) {
            pieces.extend(open.close());
        }
    }
    pieces.extend(open.close());
    pieces
}

/// Returns the end of what stands before a piece and the beginning of what comes behind it, if anything does.
pub(super) fn around(pieces: &[Piece], index: usize) -> (Option<String>, Option<String>) {
    let before = index.checked_sub(1).and_then(|before| pieces.get(before)).map(|piece| {
        let skipped = piece.characters().saturating_sub(AROUND);
        piece.said.chars().skip(skipped).collect()
    });
    let behind = pieces.get(index + 1).map(|piece| piece.said.chars().take(AROUND).collect());
    (before, behind)
}

fn length(breath: &Written) -> usize {
    breath.said.chars().count() + breath.gap.len()
}

/// A piece that is being put together.
#[derive(Default)]
struct Draft {
    text: String,
    said: String,
    length: usize,
    gap: &'static str,
    pause: Option<Seconds>,
}

impl Draft {
    fn add(&mut self, breath: &Written) {
        for (whole, part) in [(&mut self.text, &breath.text), (&mut self.said, &breath.said)] {
            whole.push_str(self.gap);
            whole.push_str(part);
        }
        self.length += length(breath);
        (self.gap, self.pause) = (breath.gap, Some(breath.pause));
    }

    /// Returns the piece, if there is anything in it, and begins another.
    fn close(&mut self) -> Option<Piece> {
        let Self { text, said, pause, .. } = std::mem::take(self);
        Some(Piece { text, said, pause: pause? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(sentences: usize) -> String {
        (0..sentences).map(|n| format!("Sentence number {n} is about as long as people speak. ")).collect()
    }

    #[test]
    fn pieces_are_whole_sentences_and_nothing_of_the_text_is_lost() {
        let text = long(100);
        let pieces = pieces(&text, &[]);
        assert!(pieces.iter().all(|piece| piece.characters() <= LONGEST && piece.said.ends_with('.')));
        assert!(pieces[0].characters() <= FIRST, "{}", pieces[0].characters());
        assert!(pieces[1..pieces.len() - 1].iter().all(|piece| piece.characters() > LONGEST * 9 / 10));
        let whole: Vec<&str> = pieces.iter().map(|piece| piece.said.as_str()).collect();
        assert_eq!(whole.join(" "), text.trim());
    }

    #[test]
    fn a_change_in_one_paragraph_leaves_the_pieces_of_the_others_as_they_are() {
        let paragraphs = [long(30), long(25), long(40)];
        let before = pieces(&paragraphs.join("\n\n"), &[]);
        let mended = [paragraphs[0].clone(), format!("Well. {}", paragraphs[1]), paragraphs[2].clone()];
        let after = pieces(&mended.join("\n\n"), &[]);
        let new = after.iter().filter(|piece| !before.iter().any(|old| old.said == piece.said)).count();
        assert!((1..=2).contains(&new), "{new} of {}", after.len());
    }

    #[test]
    fn a_text_without_any_mark_is_parted_where_a_reader_would_breathe() {
        let pieces = pieces(&"palabra ".repeat(1_000), &[]);
        assert!(pieces.len() > 7 && pieces.iter().all(|piece| piece.characters() <= LONGEST));
        assert!(super::pieces("", &[]).is_empty());
    }

    #[test]
    fn a_piece_knows_what_stands_around_it() {
        let pieces = pieces(&long(40), &[]);
        let (before, behind) = around(&pieces, 1);
        assert!(pieces[0].said.ends_with(&before.unwrap()) && pieces[2].said.starts_with(&behind.unwrap()));
        assert_eq!(around(&pieces[..1], 0), (None, None));
    }
}
