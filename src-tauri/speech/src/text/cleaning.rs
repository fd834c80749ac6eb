//! A text as it came, made one that can be read: one kind of each quote, dash and space, and nothing that has no sound.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of the Latin script that are not an ASCII letter with marks on it.
const LATIN: &str = "ßẞæÆœŒøØłŁđĐðÐþÞıªº";

/// Signs beyond ASCII that are read, or that make a melody.
const SIGNS: &str = "¡¿…–—€£¥¢₿₹₲₡§©°²³¼½¾⅓⅔⅛±×÷≈≠≤≥√∞♯♭♮⁄‰παβγδΔλµμσΣφΩω";

/// Zeros of the decimal digits that are written elsewhere: Arabic, Persian, Devanagari, Bengali, Tamil, Thai.
const ZEROS: [char; 6] = ['٠', '۰', '०', '০', '௦', '๐'];

/// Returns a text in which only what can be read is left, in Unicode's composed form (UAX #15). Other scripts, emoji,
/// control and invisible characters are left out; where that would join two words a space takes their place.
pub(super) fn clean(text: &str) -> String {
    let mut cleaner = Cleaner { out: String::with_capacity(text.len()), last: ' ', run: 0, rule: None };
    for character in text.nfc() {
        cleaner.take(character);
    }
    cleaner.out
}

struct Cleaner {
    out: String,
    /// The last character that was taken.
    last: char,
    /// How many of the character at the end are in a row.
    run: usize,
    /// The sign of which a rule was drawn (`=====`), until it ends.
    rule: Option<char>,
}

impl Cleaner {
    fn take(&mut self, character: char) {
        match character {
            '\r' => self.push('\n'),
            // A line feed behind a carriage return is the same end of a line.
            '\n' if self.out.ends_with('\n') && self.last == '\r' => {}
            '\n' | '\u{85}' | '\u{2028}' | '\u{b}' => self.push('\n'),
            '\u{2029}' | '\u{c}' => self.push_all("\n\n"),
            _ if is_invisible(character) => return,
            _ if character.is_whitespace() => self.push(' '),
            _ => self.take_visible(character),
        }
        self.last = character;
    }

    fn take_visible(&mut self, character: char) {
        match character {
            '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '「' | '」' | '『' | '』' => {
                self.push('"')
            }
            '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' | 'ʼ' | 'ʻ' | '‹' | '›' => {
                self.push('\'')
            }
            '‐' | '‑' | '−' | '﹣' => self.push('-'),
            '‒' => self.push('–'),
            '―' => self.push('—'),
            '。' | '．' | '।' => self.push_all(". "),
            '，' | '、' | '،' => self.push_all(", "),
            '؟' => self.push('?'),
            '؛' => self.push(';'),
            '⁴'..='⁹' => self.push_all(&format!("^{}", u32::from(character) - u32::from('⁰'))),
            _ if character.is_ascii() || SIGNS.contains(character) => self.push(character),
            _ if is_latin(character) => self.push(character),
            _ if is_dressed(character) => {
                for plain in std::iter::once(character).nfkc() {
                    if plain.is_ascii() {
                        self.push(plain);
                    }
                }
            }
            _ => self.push(digit(character).unwrap_or(' ')),
        }
    }

    fn push_all(&mut self, text: &str) {
        for character in text.chars() {
            self.push(character);
        }
    }

    /// Puts a character down, but for rules of dashes and stars and for marks that are repeated beyond sense.
    fn push(&mut self, character: char) {
        self.run = if self.out.ends_with(character) { self.run + 1 } else { 1 };
        if self.rule == Some(character) {
            return;
        }
        self.rule = None;
        match character {
            '.' if self.run == 3 => {
                self.out.truncate(self.out.len() - 2);
                self.out.push('…');
            }
            '.' if self.out.ends_with('…') => {}
            '-' if self.run == 2 => {
                self.out.pop();
                self.set_apart('—');
            }
            '-' | '—' if self.out.trim_end_matches(' ').ends_with('—') => {}
            '—' => self.set_apart('—'),
            '=' | '_' | '*' | '~' | '#' | '+' if self.run == 3 => {
                self.out.truncate(self.out.len() - 2);
                self.out.push(' ');
                self.rule = Some(character);
            }
            '¼' | '½' | '¾' | '⅓' | '⅔' | '⅛' if self.out.ends_with(|last: char| last.is_ascii_digit()) =>
            {
                self.out.push(' ');
                self.out.push(character);
            }
            '¿' | '¡' if self.out.ends_with(['!', '?', '.', '…']) => {
                self.out.push(' ');
                self.out.push(character);
            }
            _ if self.out.ends_with('…') && character.is_alphanumeric()
                || self.out.ends_with('!') && character.is_alphabetic()
                || self.out.ends_with('?') && character.is_uppercase() =>
            {
                self.out.push(' ');
                self.out.push(character);
            }
            _ if character.is_ascii_punctuation() && self.run > 3 => {}
            _ => self.out.push(character),
        }
    }

    fn set_apart(&mut self, dash: char) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        self.out.push(dash);
        self.out.push(' ');
    }
}

/// Nothing to see: controls, marks of direction, joiners, selectors of a look, and marks that no letter took.
fn is_invisible(character: char) -> bool {
    let control = character.is_control() && !character.is_whitespace();
    let format = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}'
    );
    control || format || is_combining_mark(character)
}

fn is_latin(character: char) -> bool {
    LATIN.contains(character)
        || character.is_alphabetic()
            && std::iter::once(character).nfd().next().is_some_and(|base| base.is_ascii_alphabetic())
}

/// Plain letters and figures in fancy dress: full width, bold and script, circled, ligatures, Roman numerals of one sign.
fn is_dressed(character: char) -> bool {
    matches!(
        character,
        '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{2460}'..='\u{24ff}' | '\u{2160}'..='\u{217f}'
            | '\u{fb00}'..='\u{fb06}' | '\u{2080}'..='\u{2089}' | '℃' | '℉'
    )
}

/// Returns a decimal digit of another script as the one that it is worth.
fn digit(character: char) -> Option<char> {
    ZEROS.iter().find_map(|zero| {
        let value = u32::from(character).checked_sub(u32::from(*zero)).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    })
}
