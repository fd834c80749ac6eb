//! A token parted where its spelling changes: "MacBook", "B2B", "R&B", "1,000s".

use super::letter::{is_apostrophe, is_capital, is_digit, is_letter, is_small, is_word};

/// Returns the parts of a token. An apostrophe between things that are no letters is left out.
pub fn parts(token: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut place = 0;
    while let Some(rest) = token.get(place..).filter(|rest| !rest.is_empty()) {
        let length = length(rest, place == 0);
        parts.extend(rest.get(..length).filter(|part| !part.is_empty()));
        place += if length > 0 { length } else { rest.chars().next().map_or(1, char::len_utf8) };
    }
    parts
}

/// Returns the bytes of the part at the beginning of `rest`, 0 if none begins there.
fn length(rest: &str, at_start: bool) -> usize {
    let mut ahead = rest.chars();
    let (first, second, third) = (ahead.next(), ahead.next(), ahead.next());
    let first = first.unwrap_or_default();
    let apostrophes = run(rest, is_apostrophe);
    if at_start && apostrophes > 0 {
        return apostrophes;
    }
    if is_capital(first) && second.is_some_and(is_capital) && third.is_some_and(is_small) {
        return first.len_utf8();
    }
    let minus = usize::from(at_start && first == '-');
    match figures(&rest[minus..]) {
        0 => {}
        length => return minus + length,
    }
    match run(rest, |c| matches!(c, '-' | '_')) {
        0 => {}
        length => return length,
    }
    let several = second.is_some_and(is_apostrophe);
    match word(rest) {
        _ if apostrophes > 0 && several => apostrophes,
        0 if apostrophes == rest.len() => apostrophes,
        0 if apostrophes > 0 || is_word(first) => 0,
        0 => first.len_utf8(),
        length => length,
    }
}

fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.len() - text.trim_start_matches(of).len()
}

/// Returns the bytes of a number: digits, with single commas and points before digits.
fn figures(text: &str) -> usize {
    let mut length = 0;
    let mut ahead = text.chars().peekable();
    while let Some(c) = ahead.next() {
        let joint = matches!(c, ',' | '.') && ahead.peek().copied().is_some_and(is_digit);
        if !joint && !is_digit(c) {
            break;
        }
        length += c.len_utf8();
    }
    length
}

/// Returns the bytes of a word with its inner apostrophes: up to where a small letter meets a capital, or the whole of it.
fn word(text: &str) -> usize {
    let (mut letters, mut before) = (0, None);
    for c in text.chars().take_while(|&c| is_letter(c)) {
        if is_capital(c) && before.is_some_and(is_small) {
            return letters;
        }
        before = Some(c);
        letters += c.len_utf8();
    }
    let behind = &text[letters..];
    let hump = elisions(behind, |rest| humped(rest) > 0);
    match humped(&behind[hump..]) {
        0 if letters == 0 => 0,
        0 => letters + elisions(behind, |_| false),
        small => letters + hump + small,
    }
}

/// Returns the bytes of apostrophes with one letter each ("'n'r") until `stop` says so of what is left.
fn elisions(text: &str, stop: impl Fn(&str) -> bool) -> usize {
    let mut rest = text;
    while !stop(rest) {
        let mut ahead = rest.chars();
        if !(ahead.next().is_some_and(is_apostrophe) && ahead.next().is_some_and(is_letter)) {
            break;
        }
        rest = ahead.as_str();
    }
    text.len() - rest.len()
}

/// Returns the bytes of a small letter with a capital behind it.
fn humped(text: &str) -> usize {
    let mut ahead = text.chars();
    match (ahead.next(), ahead.next()) {
        (Some(small), Some(capital)) if is_small(small) && is_capital(capital) => small.len_utf8(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn words_are_parted_where_their_case_changes() {
        assert_eq!(parts("MacBook"), ["Mac", "Book"]);
        assert_eq!(parts("iPhone"), ["i", "Phone"]);
        assert_eq!(parts("HTTPServer"), ["HTTPServer"]);
        assert_eq!(parts("YouTube's"), ["You", "Tube's"]);
    }

    #[test]
    fn figures_and_letters_are_parted() {
        assert_eq!(parts("B2B"), ["B", "2", "B"]);
        assert_eq!(parts("-1,234.5th"), ["-1,234.5", "th"]);
        assert_eq!(parts("1,,2"), ["1", ",", ",2"]);
        assert_eq!(parts("R&B"), ["R", "&", "B"]);
    }

    #[test]
    fn apostrophes_stay_with_one_letter_behind_them() {
        assert_eq!(parts("rock'n'roll"), ["rock'n'r", "oll"]);
        assert_eq!(parts("'tis"), ["'", "tis"]);
        assert_eq!(parts("dogs'"), ["dogs", "'"]);
        assert_eq!(parts("well-known_one"), ["well", "-", "known", "_", "one"]);
    }
}
