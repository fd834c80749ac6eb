//! A prompt cut into words: folded to lower case without accents, each knowing where it was written.

use std::ops::Range;

/// One word, number or emoji of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Lower case, without accents.
    pub word: String,
    /// Where it stands in the prompt, in bytes.
    pub place: Range<usize>,
    /// Whether a comma, a full stop or the like stands before it.
    pub after_break: bool,
}

/// Cuts a text into tokens. Time grows with the length of the text only.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut cutter = Cutter::default();
    let mut before = ' ';
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let after = letters.peek().map_or(' ', |(_, next)| *next);
        cutter.take(at, letter, before, after);
        before = letter;
    }
    cutter.finish();
    cutter.tokens
}

#[derive(Default)]
struct Cutter {
    tokens: Vec<Token>,
    word: String,
    place: Range<usize>,
    broken: bool,
}

impl Cutter {
    fn take(&mut self, at: usize, letter: char, before: char, after: char) {
        let end = at + letter.len_utf8();
        let between_digits = before.is_ascii_digit() && after.is_ascii_digit();
        match letter {
            '/' | ':' if between_digits => self.push(at..end, letter),
            '.' | ',' if between_digits => self.push(at..end, '.'),
            '\'' | '’' | '´' if between_digits => self.push(at..end, ':'),
            '\'' | '’' | '´' if before.is_alphanumeric() && after.is_alphanumeric() => {}
            '#' | '♯' if !self.word.is_empty() => self.push(at..end, '#'),
            '♭' if !self.word.is_empty() => self.push(at..end, 'b'),
            // Accents written apart, and the selectors and joiners that emoji are built with.
            '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}' => {}
            _ if letter.is_alphanumeric() => fold(letter, |folded| self.push(at..end, folded)),
            _ if is_picture(letter) => {
                self.finish();
                self.push(at..end, letter);
                self.finish();
            }
            _ => {
                self.finish();
                self.broken |= matches!(
                    letter,
                    ',' | '.' | ';' | '!' | '?' | '(' | ')' | '\n' | '—' | '–' | '…' | '"' | '¡' | '¿'
                );
            }
        }
    }

    fn push(&mut self, place: Range<usize>, letter: char) {
        if self.word.is_empty() {
            self.place = place.clone();
        }
        self.word.push(letter);
        self.place.end = place.end;
    }

    fn finish(&mut self) {
        if !self.word.is_empty() {
            let word = std::mem::take(&mut self.word);
            self.tokens.push(Token { word, place: self.place.clone(), after_break: self.broken });
            self.broken = false;
        }
    }
}

/// Emoji and other pictures lie above the arrows, outside of CJK punctuation.
fn is_picture(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

fn fold(letter: char, mut push: impl FnMut(char)) {
    for lower in letter.to_lowercase() {
        match lower {
            'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' => push('a'),
            'é' | 'è' | 'ë' | 'ê' => push('e'),
            'í' | 'ì' | 'ï' | 'î' => push('i'),
            'ó' | 'ò' | 'ö' | 'ô' | 'õ' => push('o'),
            'ú' | 'ù' | 'ü' | 'û' => push('u'),
            'ñ' => push('n'),
            'ç' => push('c'),
            '\u{300}'..='\u{36f}' => {}
            other => push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.word).collect()
    }

    #[test]
    fn accents_capitals_and_hyphens_do_not_matter() {
        assert_eq!(words("Lo-Fi MELANCÓLICO, años"), ["lo", "fi", "melancolico", "anos"]);
        assert_eq!(words("mel\u{301}o don't rock'n'roll"), ["melo", "dont", "rocknroll"]);
    }

    #[test]
    fn numbers_keep_their_signs_and_notes_their_accidentals() {
        assert_eq!(
            words("3/4 2:30 92,5 3'30 F#m B♭ C♯. #1"),
            ["3/4", "2:30", "92.5", "3:30", "f#m", "bb", "c#", "1"]
        );
    }

    #[test]
    fn emoji_stand_alone_and_keep_their_place() {
        let text = "rock🔥🔥 ❤️";
        let found = tokens(text);
        assert_eq!(
            found.iter().map(|t| &text[t.place.clone()]).collect::<Vec<_>>(),
            ["rock", "🔥", "🔥", "❤"]
        );
    }

    #[test]
    fn a_comma_is_a_break_and_a_colon_is_none() {
        let breaks: Vec<_> = tokens("key: A, rock").iter().map(|t| t.after_break).collect();
        assert_eq!(breaks, [false, false, true]);
    }
}
