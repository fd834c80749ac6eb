//! A text for a reader who knows how words sound: parted into breaths, and still written.

use son1k_domain::unit::Seconds;
use son1k_domain::voice::Pronunciation;

use crate::dictionary::Dictionary;
use crate::text;

/// What is said in one breath, as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// As it is shown: of the text, without what cannot be read.
    pub text: String,
    /// The same with each word of the dictionary as it is to be said.
    pub said: String,
    /// Silence behind it, before the factor that a request asks for; none behind the last.
    pub pause: Seconds,
    /// What stands between it and the next: a space, the end of a line, or an empty line behind a paragraph.
    pub gap: &'static str,
    pub ends_sentence: bool,
}

/// Behind a paragraph.
const EMPTY_LINE: &str = "\n\n";
/// Silences from which on a line ends, and a paragraph (see `text::pause`).
const LINE: Seconds = Seconds(0.35);
const PARAGRAPH: Seconds = Seconds(0.8);

impl Written {
    /// Returns whether a paragraph ends with it.
    pub fn ends_paragraph(&self) -> bool {
        self.gap == EMPTY_LINE
    }
}

/// Parts a text into breaths, in order. Every word that can be read is in one of them; a text without any has none.
pub fn written(text: &str, dictionary: &[Pronunciation]) -> Vec<Written> {
    let dictionary = Dictionary::new(dictionary);
    let written = |piece: text::Piece| Written {
        said: dictionary.apply(&piece.text),
        gap: match piece.pause {
            pause if pause.0 >= PARAGRAPH.0 => EMPTY_LINE,
            pause if pause.0 >= LINE.0 && !piece.ends_sentence => "\n",
            _ => " ",
        },
        text: piece.text,
        pause: piece.pause,
        ends_sentence: piece.ends_sentence,
    };
    text::split(text).into_iter().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_together_again_a_text_is_what_it_was_with_its_verses_and_paragraphs() {
        let text = "Sube la noche\npor la azotea.\n\nDr. Soto llega a las 21:30, creo. ¡Vamos!";
        let whole: String =
            written(text, &[]).iter().map(|breath| breath.said.clone() + breath.gap).collect();
        assert_eq!(whole.trim_end(), text);
    }

    #[test]
    fn words_of_the_dictionary_are_said_otherwise_and_shown_as_they_are() {
        let says = Pronunciation { word: "Son1k".into(), says: "sonic".into() };
        let breaths = written("This is Son1k.", &[says]);
        assert_eq!(
            (breaths[0].text.as_str(), breaths[0].said.as_str()),
            ("This is Son1k.", "This is sonic.")
        );
        assert!(breaths[0].ends_sentence);
    }

    #[test]
    fn a_paragraph_ends_with_an_empty_line_and_the_text_with_a_sentence() {
        let breaths = written("One.\n\nTwo", &[]);
        let ends: Vec<_> =
            breaths.iter().map(|breath| (breath.ends_paragraph(), breath.ends_sentence)).collect();
        assert_eq!(ends, [(true, true), (false, true)]);
        assert!(written("🎸 …", &[]).is_empty());
    }
}
