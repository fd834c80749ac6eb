//! A text in words, figures and signs.

/// What a text is made of, without marks and spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// Letters in lower case, with apostrophes inside.
    Word(String),
    /// Digits with points, commas and colons inside.
    Figure(String),
    /// A sign that is said: `$`, `€`, `%` …
    Sign(char),
}

/// Signs that are said as words.
const SIGNS: &str = "$€£%°&+@#♯♭ºª";

/// Returns the tokens of a text in lower case. "p.m." and "p. m." are one word.
pub fn tokens(text: &str) -> Vec<Token> {
    let text: Vec<char> = text.to_lowercase().replace('’', "'").chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = text.get(at) {
        let end = if first.is_ascii_digit() {
            end(&text, at, char::is_ascii_digit, ".,:")
        } else if is_letter(&first) {
            end(&text, at, is_letter, "'")
        } else {
            at + 1
        };
        let token: String = text[at..end].iter().collect();
        if first.is_ascii_digit() {
            tokens.push(Token::Figure(token));
        } else if is_letter(&first) {
            let (letters, behind) = initials(&text, at).unwrap_or((token, end));
            tokens.push(Token::Word(letters));
            at = behind;
            continue;
        } else if SIGNS.contains(first) {
            tokens.push(Token::Sign(first));
        }
        at = end;
    }
    tokens
}

/// The signs of places in a row count as letters for Unicode.
fn is_letter(c: &char) -> bool {
    c.is_alphabetic() && !SIGNS.contains(*c)
}

/// Returns where a run of characters ends; `inside` may stand between two of them.
fn end(text: &[char], start: usize, belongs: fn(&char) -> bool, inside: &str) -> usize {
    let mut at = start;
    while let Some(c) = text.get(at) {
        let joins = inside.contains(*c) && text.get(at + 1).is_some_and(belongs);
        if !belongs(c) && !joins {
            break;
        }
        at += 1;
    }
    at
}

/// Returns single letters with a stop behind each as one word, and where they end; there are at least two.
fn initials(text: &[char], start: usize) -> Option<(String, usize)> {
    let (mut letters, mut at) = (String::new(), start);
    let mut next = start;
    while let (Some(letter), Some('.')) = (text.get(next).filter(|c| is_letter(c)), text.get(next + 1)) {
        letters.push(*letter);
        at = next + 2;
        next = at + usize::from(text.get(at) == Some(&' '));
    }
    (letters.chars().count() > 1).then_some((letters, at))
}
