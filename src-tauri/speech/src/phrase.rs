//! A text into phrases of phonemes, one at a time.

use std::collections::VecDeque;

use son1k_domain::unit::Seconds;
use son1k_domain::voice::Pronunciation;

use crate::dictionary::Dictionary;
use crate::english::{self, English};
use crate::spanish;
use crate::text::{self, Piece};

#[cfg(test)]
mod tests;

/// What the model says in one breath.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// As it is shown: of the text, without what cannot be read.
    pub text: String,
    /// At most 400 symbols of Kokoro's alphabet.
    pub phonemes: String,
    /// Silence behind it, before the factor that a request asks for; none behind the last.
    pub pause: Seconds,
    pub ends_sentence: bool,
}

/// Symbols of a phrase at most. Kokoro takes 510; it hurries when it is given nearly as many.
const LONGEST: usize = 400;

/// Silence where a phrase had to be parted because its numbers and signs grew too long in words.
const PARTED: Seconds = Seconds(0.05);

/// Reads texts in one language.
pub struct Reader<'a> {
    tongue: Tongue<'a>,
    dictionary: Dictionary,
}

/// Phonemes of a phrase, in one of the two languages.
enum Tongue<'a> {
    English(Box<dyn FnMut(&str) -> String + 'a>),
    Spanish,
}

impl<'a> Reader<'a> {
    /// Reads English with a lexicon. `dictionary` says how words are to be said that the lexicon would say otherwise;
    /// `unknown` reads words that no list has (`None`: letter by letter).
    pub fn english(
        english: &'a English,
        dictionary: &[Pronunciation],
        unknown: &'a mut dyn FnMut(&str) -> Option<String>,
    ) -> Self {
        let phonemes = move |text: &str| english.phonemes(&english::words(text), &mut *unknown);
        Self { tongue: Tongue::English(Box::new(phonemes)), dictionary: Dictionary::new(dictionary) }
    }

    /// Reads Spanish. `dictionary` says how words are to be said that its rules would read otherwise.
    pub fn spanish(dictionary: &[Pronunciation]) -> Self {
        Self { tongue: Tongue::Spanish, dictionary: Dictionary::new(dictionary) }
    }

    /// Returns the phrases of a text in order, each made when it is asked for. Every word that can be read is in one of
    /// them; a text without any has none. Other languages are read as if they were the reader's own.
    pub fn phrases<'r>(&'r mut self, text: &str) -> impl Iterator<Item = Phrase> + use<'r, 'a> {
        let mut pieces = text::split(text).into_iter();
        let mut ready = VecDeque::new();
        std::iter::from_fn(move || {
            while ready.is_empty() {
                self.read(pieces.next()?, &mut ready);
            }
            ready.pop_front()
        })
    }

    /// Reads a piece as one phrase, or in halves while it is too long for one.
    fn read(&mut self, piece: Piece, phrases: &mut VecDeque<Phrase>) {
        let phonemes = self.phonemes(&piece);
        if phonemes.chars().count() <= LONGEST {
            phrases.extend(phrase(piece, phonemes));
        } else if let Some((first, second)) = halves(&piece) {
            self.read(first, phrases);
            self.read(second, phrases);
        } else {
            phrases.extend(parts(piece, &phonemes));
        }
    }

    fn phonemes(&mut self, piece: &Piece) -> String {
        let said = self.dictionary.apply(&piece.text);
        let said = match &mut self.tongue {
            Tongue::English(phonemes) => phonemes(&said),
            Tongue::Spanish => spanish::phonemes(&spanish::words(&said)),
        };
        let mut out = if piece.emphasised { raised(said.trim()) } else { said.trim().to_owned() };
        if !out.is_empty() && !out.ends_with(is_mark) {
            out.push(if piece.ends_sentence && !piece.goes_on { '.' } else { ',' });
        }
        out
    }
}

/// Marks that shape the melody before them.
fn is_mark(symbol: char) -> bool {
    ",.;:!?…—\"”)".contains(symbol)
}

fn phrase(piece: Piece, phonemes: String) -> Option<Phrase> {
    let said = !phonemes.is_empty();
    said.then_some(Phrase {
        text: piece.text,
        phonemes,
        pause: piece.pause,
        ends_sentence: piece.ends_sentence,
    })
}

/// Vowels of both alphabets; capitals are misaki's diphthongs.
const VOWELS: &str = "aeiouæɐɑɒɔəɚɛɜɨɪʊʌᵊᵻAIOQWY";

/// Gives what is emphasised a primary stress if it has none: in place of its secondary, or on its first vowel.
///
/// Kokoro has no sign of emphasis. Doubled marks of stress are heard as sounds of their own, and a long vowel (`ː`) hardly
/// changes anything; but a word that is a phrase of its own is drawn out by a third and has the whole melody (measured
/// with the three Spanish voices), and the silences around it are heard. So what is emphasised is such a phrase.
fn raised(phonemes: &str) -> String {
    if phonemes.contains('ˈ') {
        return phonemes.to_owned();
    }
    if phonemes.contains('ˌ') {
        return phonemes.replacen('ˌ', "ˈ", 1);
    }
    match phonemes.find(|symbol| VOWELS.contains(symbol)) {
        Some(vowel) => format!("{}ˈ{}", &phonemes[..vowel], &phonemes[vowel..]),
        None => phonemes.to_owned(),
    }
}

/// Parts a piece at the space nearest to its middle, after a mark if there is one in its middle half.
fn halves(piece: &Piece) -> Option<(Piece, Piece)> {
    let text = piece.text.as_str();
    let middle = text.len() / 2;
    let far = |space: &usize| space.abs_diff(middle);
    let spaces = || text.match_indices(' ').map(|(at, _)| at).filter(|at| *at > 0 && at + 1 < text.len());
    let at_mark = spaces()
        .filter(|at| text[..*at].ends_with([',', ';', ':', '—', ')']) && far(at) * 4 < text.len())
        .min_by_key(far);
    let at = at_mark.or_else(|| spaces().min_by_key(far))?;
    let first = Piece {
        text: text[..at].to_owned(),
        emphasised: piece.emphasised,
        pause: PARTED,
        ends_sentence: false,
        goes_on: true,
    };
    let second = Piece { text: text[at + 1..].to_owned(), ..piece.clone() };
    Some((first, second))
}

/// Parts what one word is said as. The word is the text of the first phrase; the others show nothing.
fn parts(piece: Piece, phonemes: &str) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    let mut rest = phonemes;
    while !rest.is_empty() {
        let longest = rest.char_indices().nth(LONGEST - 1).map_or(rest.len(), |(at, _)| at);
        let at = if longest == rest.len() {
            longest
        } else {
            rest[..longest].rfind(' ').filter(|at| *at > 0).unwrap_or(longest)
        };
        let text = if phrases.is_empty() { piece.text.clone() } else { String::new() };
        phrases.push(Phrase { text, phonemes: rest[..at].to_owned(), pause: PARTED, ends_sentence: false });
        rest = rest[at..].trim_start();
    }
    if let Some(last) = phrases.last_mut() {
        (last.pause, last.ends_sentence) = (piece.pause, piece.ends_sentence);
    }
    phrases
}
