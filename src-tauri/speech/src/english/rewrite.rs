//! Text changed from left to right by rules that look at what stands on either side.

use std::borrow::Cow;

use super::letter::is_word;

/// A place in a text.
#[derive(Clone, Copy)]
pub struct At<'t> {
    text: &'t str,
    place: usize,
}

impl<'t> At<'t> {
    /// Returns the character before it.
    pub fn before(self) -> Option<char> {
        self.text[..self.place].chars().next_back()
    }

    /// Returns everything behind it.
    pub fn rest(self) -> &'t str {
        &self.text[self.place..]
    }

    /// Returns whether a word can begin here: no letter, digit or low line stands before it.
    pub fn is_free(self) -> bool {
        !self.before().is_some_and(is_word)
    }

    /// Returns what stands before the spaces before it, if there are any.
    pub fn before_space(self) -> Option<char> {
        let before = &self.text[..self.place];
        let solid = before.trim_end_matches(' ');
        solid.chars().next_back().filter(|_| solid.len() < before.len())
    }

    /// Returns whether a sentence or a line begins here.
    pub fn begins_sentence(self) -> bool {
        let mut back = self.text[..self.place].chars().rev();
        let before = back.find(|c| !matches!(c, ' ' | '"' | '“' | '\'' | '‘' | '('));
        before.is_none_or(|c| matches!(c, '.' | '!' | '?' | '…' | '\n' | '\r'))
    }

    /// Returns whether `word` and a space stand before it.
    pub fn follows_word(self, word: &str) -> bool {
        let before = self.text[..self.place].strip_suffix(' ').and_then(|before| before.strip_suffix(word));
        before.is_some_and(|before| !before.ends_with(is_word))
    }

    /// Returns whether a number, or a number and its unit, stand before it.
    pub fn follows_amount(self) -> bool {
        let amount = self.text[..self.place].trim_end_matches(char::is_alphabetic).trim_end_matches(' ');
        amount.ends_with(|c: char| c.is_ascii_digit())
    }

    /// Returns whether neither a word nor one of `marks` stands before it.
    pub fn is_clear_of(self, marks: &str) -> bool {
        !self.before().is_some_and(|c| is_word(c) || marks.contains(c))
    }
}

/// What a rule puts in the place of how many bytes.
pub type Change = (usize, String);

/// Returns `text` with every change that `rule` makes, none of them within another. A rule looks at the text as it was.
pub fn rewrite<'t>(text: Cow<'t, str>, rule: impl Fn(At<'_>) -> Option<Change>) -> Cow<'t, str> {
    let mut changed: Option<String> = None;
    let (mut place, mut kept) = (0, 0);
    while let Some(c) = text[place..].chars().next() {
        match rule(At { text: &text, place }) {
            Some((length, words)) => {
                let so_far = changed.get_or_insert_default();
                so_far.push_str(&text[kept..place]);
                so_far.push_str(&words);
                place += length.max(c.len_utf8());
                kept = place;
            }
            None => place += c.len_utf8(),
        }
    }
    match changed {
        Some(mut changed) => {
            changed.push_str(&text[kept..]);
            Cow::Owned(changed)
        }
        None => text,
    }
}

/// Returns whether no word goes on at the beginning of `rest`.
pub fn ends_word(rest: &str) -> bool {
    !rest.starts_with(is_word)
}

/// Takes one to `most` digits off the beginning of `text`, as many as there are.
pub fn digits(text: &str, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    text.split_at_checked(count).filter(|_| count > 0)
}

/// Takes exactly `count` digits.
pub fn exactly(text: &str, count: usize) -> Option<(&str, &str)> {
    digits(text, count).filter(|(digits, _)| digits.len() == count)
}

/// Digits that a number has at most on either side of its point, and groups of three in it. A longer one is none that has a
/// unit, and looking through it again from each of its groups would take all day.
const LONGEST: usize = 64;

/// Takes a number: digits with commas before every three, and a point with more behind it.
pub fn number(text: &str) -> Option<(&str, &str)> {
    let (_, mut rest) = digits(text, LONGEST)?;
    for _ in 0..LONGEST {
        let Some((_, behind)) = rest.strip_prefix(',').and_then(|rest| exactly(rest, 3)) else { break };
        rest = behind;
    }
    if let Some((_, behind)) = rest.strip_prefix('.').and_then(|rest| digits(rest, LONGEST)) {
        rest = behind;
    }
    text.split_at_checked(text.len() - rest.len())
}

/// Takes a space if there is one.
pub fn spaced(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}
