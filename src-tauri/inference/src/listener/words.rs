//! From tokens to words: which belong together, when a word is said, and how sure the model was of it.

use std::ops::Range;

use super::reading::Token;
use super::vocabulary::Vocabulary;

/// Marks that belong to the word behind them; all others belong to the one before.
const OPENING: &str = "¿¡\"'“‘«([{-";

/// A word as it was heard in a window.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// With its punctuation, without spaces.
    pub(super) text: String,
    /// Places of the window, 20 ms each.
    pub(super) places: Range<usize>,
    /// 0 to 1: the mean over its tokens.
    pub(super) confidence: f32,
}

/// A word in the making.
#[derive(Default)]
struct Draft {
    text: String,
    places: Option<Range<usize>>,
    probabilities: Vec<f32>,
}

/// Returns the words of a text. `beginnings` has the place of each token and that of the end.
pub(super) fn words(vocabulary: &Vocabulary, tokens: &[Token], beginnings: &[usize]) -> Vec<Word> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut bytes = Vec::new();
    let mut first = 0;
    for (number, token) in tokens.iter().enumerate() {
        bytes.extend_from_slice(vocabulary.bytes(token.id));
        // A letter may be spread over several tokens.
        let unfinished = std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_none());
        if unfinished && number + 1 < tokens.len() {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let at = |number: usize| beginnings.get(number).or(beginnings.last()).copied().unwrap_or(0);
        put(&mut drafts, &text, at(first)..at(number + 1), &tokens[first..=number]);
        bytes.clear();
        first = number + 1;
    }
    finished(drafts)
}

/// Puts a piece of text where it belongs: a space begins a word, unless nothing but marks follows it.
fn put(drafts: &mut Vec<Draft>, text: &str, places: Range<usize>, tokens: &[Token]) {
    let trimmed = text.trim();
    let mark = !trimmed.chars().any(char::is_alphanumeric);
    let opening = mark && trimmed.chars().all(|character| OPENING.contains(character));
    let apart = text.starts_with(char::is_whitespace) && (!mark || opening);
    let after_opening = drafts.last().is_some_and(|draft| draft.places.is_none());
    if drafts.is_empty() || (apart && !after_opening) {
        drafts.push(Draft::default());
    }
    let Some(draft) = drafts.last_mut() else { return };
    draft.text.push_str(trimmed);
    // Marks are not spoken: they have no time of their own and say nothing of how well the word was heard.
    if !mark {
        let start = draft.places.as_ref().map_or(places.start, |its| its.start);
        draft.places = Some(start..places.end);
        draft.probabilities.extend(tokens.iter().map(|token| token.probability));
    }
}

fn finished(drafts: Vec<Draft>) -> Vec<Word> {
    let word = |draft: Draft| {
        let confidence = draft.probabilities.iter().sum::<f32>() / draft.probabilities.len().max(1) as f32;
        Some(Word { text: draft.text, places: draft.places?, confidence })
    };
    drafts.into_iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of tokens that are given as text, one place each.
    fn of(texts: &[&[u8]]) -> Vec<Word> {
        let vocabulary = Vocabulary::of(texts.iter().map(|text| text.to_vec()).collect());
        let tokens: Vec<Token> =
            (0..texts.len() as u32).map(|id| Token { id, probability: 1.0 / (id + 1) as f32 }).collect();
        words(&vocabulary, &tokens, &(0..=texts.len()).collect::<Vec<_>>())
    }

    fn texts(words: &[Word]) -> Vec<&str> {
        words.iter().map(|word| word.text.as_str()).collect()
    }

    #[test]
    fn tokens_make_words_with_their_times() {
        let words = of(&[b" Hel", b"lo", b",", b" world", b"."]);
        assert_eq!(texts(&words), ["Hello,", "world."]);
        assert_eq!((words[0].places.clone(), words[1].places.clone()), (0..2, 3..4));
        assert!((words[0].confidence - 0.75).abs() < 1e-6);
    }

    #[test]
    fn marks_go_to_the_word_they_belong_to() {
        assert_eq!(texts(&of(&[" ¿".as_bytes(), b"C", "ómo".as_bytes(), b" va", b"?"])), ["¿Cómo", "va?"]);
        assert_eq!(texts(&of(&[" ¿".as_bytes(), b" Qu", "é".as_bytes(), b" ?"])), ["¿Qué?"]);
        assert_eq!(texts(&of(&[b" rock", b"-", b"and", b"-", b"roll"])), ["rock-and-roll"]);
        assert_eq!(texts(&of(&[b" it", b"'s", b" 7", b".", b"5", b"%"])), ["it's", "7.5%"]);
    }

    #[test]
    fn a_letter_may_be_spread_over_tokens() {
        assert_eq!(texts(&of(&[b" ni\xc3", b"\xb1", b"o"])), ["niño"]);
        assert_eq!(texts(&of(&[b" cut\xc3"])), ["cut\u{fffd}"]);
    }

    #[test]
    fn marks_alone_are_no_words() {
        assert!(of(&[b" .", b"."]).is_empty());
        assert!(of(&[]).is_empty());
    }
}
