//! Words that no list has: letters are asked for or spelled, figures are read, signs have their names.

use unicode_normalization::UnicodeNormalization;

use super::letter::{ascii_digit, is_apostrophe, is_digit, is_letter, is_space, is_word};
use super::lexicon::Lexicon;

/// Returns the phonemes of `text`. `ask` reads a word of letters; where it cannot, the word is spelled.
pub fn read(lexicon: &Lexicon, text: &str, ask: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut said: Vec<String> = Vec::new();
    for piece in pieces(text) {
        let phonemes = match piece.chars().next() {
            Some(first) if is_digit(first) => {
                lexicon.number(&piece.chars().map(ascii_digit).collect::<String>(), None, false)
            }
            Some(first) if is_letter(first) => ask(piece).or_else(|| spelled(lexicon, piece)),
            _ => Some(piece.chars().filter_map(sign).collect()),
        };
        said.extend(phonemes.filter(|phonemes| !phonemes.is_empty()));
    }
    said.join(" ")
}

/// Returns whether nothing in `text` can be read. hibari reads the word beside it as an unknown one then.
pub fn is_mute(text: &str) -> bool {
    !text.chars().any(|c| c.is_alphanumeric() || sign(c).is_some())
}

/// Spells the letters of a word that have a name; accents are not spoken.
fn spelled(lexicon: &Lexicon, word: &str) -> Option<String> {
    let letters: String = word.nfkd().filter(char::is_ascii_alphabetic).collect();
    lexicon.spelled(&letters)
}

fn sign(c: char) -> Option<&'static str> {
    Some(match c {
        '/' => "slˈæʃ",
        '=' => "ˈikwᵊlz",
        '+' => "plˈʌs",
        '&' => "ænd",
        '@' => "æt",
        '%' => "pəɹsˈɛnt",
        '#' => "hˈæʃ",
        '*' => "ˈæstəɹˌɪsk",
        '~' => "tˈɪldə",
        '^' => "kˈɛɹət",
        '<' => "lˈɛs ðən",
        '>' => "ɡɹˈATəɹ ðən",
        '—' => "—",
        _ => return None,
    })
}

/// Returns words with their inner apostrophes, numbers with their commas and points, and runs of signs.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| is_space(c) || c == '_');
        let first = rest.chars().next()?;
        let length = match first {
            _ if is_digit(first) => joined(rest, is_digit, |c| matches!(c, ',' | '.')),
            _ if is_letter(first) => joined(rest, is_letter, |c| c != '‘' && is_apostrophe(c)),
            _ => rest.find(|c| is_word(c) || is_space(c)).unwrap_or(rest.len()),
        };
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        Some(piece)
    })
}

/// Returns the bytes of characters of one kind, with single joints between them.
fn joined(text: &str, of: impl Fn(char) -> bool, joint: impl Fn(char) -> bool) -> usize {
    let mut ahead = text.char_indices().peekable();
    while let Some((place, c)) = ahead.next() {
        let joins = joint(c) && ahead.peek().is_some_and(|&(_, next)| of(next));
        if !of(c) && !joins {
            return place;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn a_word_falls_into_letters_figures_and_signs() {
        assert_eq!(pieces("o'clock_12,5.x=>2").collect::<Vec<_>>(), ["o'clock", "12,5", ".", "x", "=>", "2"]);
        assert_eq!(pieces("a''b").collect::<Vec<_>>(), ["a", "''", "b"]);
    }
}
