//! A place in a text, from which something is read or nothing.
//!
//! Each reader of this module takes what it wants off the front with `?` between the parts; what is left over tells how
//! much it took. All of them look at each character once, so that a text of any length is read in linear time.

use std::ops::RangeInclusive;

/// What is behind and what is ahead.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns what is not read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Returns what has been passed.
    pub(super) fn before(&self) -> &'a str {
        &self.text[..self.at]
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn last(&self) -> Option<char> {
        self.before().chars().next_back()
    }

    /// Takes whatever comes.
    pub(super) fn any(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn one_of(&mut self, chars: &str) -> Option<char> {
        let next = self.peek().filter(|next| chars.contains(*next))?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn literal(&mut self, wanted: &str) -> Option<()> {
        self.rest().starts_with(wanted).then(|| self.at += wanted.len())
    }

    /// Takes so many bytes, when a character ends there.
    pub(super) fn run_exactly(&mut self, bytes: usize) -> Option<&'a str> {
        let taken = self.rest().get(..bytes)?;
        self.at += bytes;
        Some(taken)
    }

    /// Takes the first of the longest-first `wanted` that stands here.
    pub(super) fn first_of<'w>(&mut self, wanted: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
        let found = wanted.into_iter().find(|wanted| self.rest().starts_with(wanted))?;
        self.at += found.len();
        Some(found)
    }

    /// Takes all characters that are `wanted`, which may be none.
    pub(super) fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|next| !wanted(next)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Takes a whole run of digits, if there are that many.
    pub(super) fn digits(&mut self, count: RangeInclusive<usize>) -> Option<&'a str> {
        let digits = self.run(|next| next.is_ascii_digit());
        count.contains(&digits.len()).then_some(digits)
    }

    /// Takes a whole run of digits as a number within `range`.
    pub(super) fn number(
        &mut self,
        digits: RangeInclusive<usize>,
        range: RangeInclusive<u32>,
    ) -> Option<u32> {
        self.digits(digits)?.parse().ok().filter(|number| range.contains(number))
    }

    /// Takes a run of letters.
    pub(super) fn letters(&mut self) -> Option<&'a str> {
        Some(self.run(char::is_alphabetic)).filter(|letters| !letters.is_empty())
    }

    /// Takes spaces, which may be none.
    pub(super) fn spaces(&mut self) -> &'a str {
        self.run(|next| next == ' ')
    }

    /// Takes at least one space.
    pub(super) fn space(&mut self) -> Option<()> {
        (!self.spaces().is_empty()).then_some(())
    }

    /// Succeeds where no word goes on.
    pub(super) fn boundary(&self) -> Option<()> {
        self.peek().is_none_or(|next| !next.is_alphanumeric()).then_some(())
    }

    /// Takes a part that may be missing.
    pub(super) fn maybe<T>(&mut self, part: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = *self;
        let found = part(&mut ahead)?;
        *self = ahead;
        Some(found)
    }

    /// Returns the word behind, in lower case, when only spaces (and at most a full stop) part it from here.
    pub(super) fn previous_word(&self) -> String {
        let behind = self.before().trim_end_matches(' ');
        let behind = behind.strip_suffix('.').unwrap_or(behind);
        let start = behind.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).last();
        start.map_or_else(String::new, |(start, _)| behind[start..].to_lowercase())
    }

    /// Returns the word ahead, past spaces; empty when it is not a word.
    pub(super) fn next_word(&self) -> &'a str {
        let mut ahead = *self;
        ahead.spaces();
        let word = ahead.run(char::is_alphabetic);
        if ahead.peek().is_some_and(|next| next.is_ascii_digit()) { "" } else { word }
    }
}
