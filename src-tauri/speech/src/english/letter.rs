//! Kinds of characters, drawn as the rules of spaCy and misaki draw them: Latin letters have their own classes, and digits
//! of any script count as digits.

/// The zeros of the scripts that write decimal numbers (general category Nd, Unicode 15, basic plane).
const ZEROS: [u32; 37] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50,
    0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
    0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

/// Returns the value of a decimal digit of any script.
pub fn digit(c: char) -> Option<u8> {
    let code = c as u32;
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    u8::try_from(code - zero).ok().filter(|&value| value < 10)
}

/// Returns a decimal digit of any script as ours, and anything else as it is.
pub fn ascii_digit(c: char) -> char {
    digit(c).map_or(c, |value| char::from(b'0' + value))
}

pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { digit(c).is_some() }
}

/// Returns whether `c` is part of a word: a letter, a digit or a low line.
pub fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Returns whether `c` is part of a word, but neither a digit nor a low line.
pub fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !is_digit(c)
}

/// Returns whether `c` is a small letter of Latin-1.
pub fn is_small(c: char) -> bool {
    matches!(c, 'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ')
}

/// Returns whether `c` is a capital letter of Latin-1.
pub fn is_capital(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ')
}

pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’')
}

/// Returns whether `c` parts words; the separators of the old teletypes do too.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Returns whether nothing of `text` changes when it is written in capitals; true where it has no letters.
pub fn is_upper(text: &str) -> bool {
    text.chars().all(|c| if c.is_ascii() { !c.is_ascii_lowercase() } else { c.to_uppercase().eq([c]) })
}

/// Returns whether nothing of `text` changes when it is written small; true where it has no letters.
pub fn is_lower(text: &str) -> bool {
    text.chars().all(|c| if c.is_ascii() { !c.is_ascii_uppercase() } else { c.to_lowercase().eq([c]) })
}

/// Returns whether `text` is letters and nothing else.
pub fn is_alphabetic(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphabetic)
}

/// Returns whether `text` is ASCII digits and nothing else.
pub fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_have_their_value() {
        assert_eq!(['0', '9', '٣', '४', '５'].map(digit), [Some(0), Some(9), Some(3), Some(4), Some(5)]);
        assert_eq!(['a', '²', '½', '\u{0}', 'Ⅷ'].map(digit), [None; 5]);
    }

    #[test]
    fn numerals_that_are_no_digits_count_as_letters() {
        assert!(is_letter('²') && is_letter('é') && !is_letter('7') && !is_letter('_') && !is_letter('-'));
    }
}
