//! Characters made plain: letters of mathematics and wide ones, parted accents, signs that look like ours, signs with a name.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::super::rewrite::{At, Change};
use super::unchanged;

/// Returns `text` in the characters that the rules know. Half of a letter with an accent becomes a whole one.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || (is_nfc(text) && !text.contains(is_fancy)) {
        return unchanged(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        match c {
            '\u{2212}' => plain.push('-'),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => {}
            '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' => plain.extend(std::iter::once(c).nfkc()),
            // What no letter takes up is not spoken, though a hundred of them stand on it.
            c if is_combining_mark(c) => {}
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

fn is_fancy(c: char) -> bool {
    matches!(c, '\u{2212}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}')
        || is_combining_mark(c)
}

/// Signs that the normaliser has no name for.
pub fn sign(at: At<'_>) -> Option<Change> {
    let c = at.rest().chars().next().filter(|c| !c.is_ascii())?;
    let name = match c {
        '≥' => "greater than or equal to",
        '≤' => "less than or equal to",
        '≠' => "is not equal to",
        '≈' => "about",
        '∞' => "infinity",
        '√' => "the square root of",
        'π' => "pi",
        '♯' => "sharp",
        '♭' => "flat",
        '♮' => "natural",
        '₿' => "bitcoin",
        _ => return None,
    };
    let alone = at.is_free();
    (c != 'π' || alone).then(|| (c.len_utf8(), format!(" {name} ")))
}
