//! Spanish: from a text to words, and from words to sounds.
//!
//! Nothing of it is a dictionary of the language: Spanish is read from its letters (Real Academia Española, *Ortografía
//! de la lengua española*, 2010). What is written in figures, signs and short forms is brought into words first, by one
//! reader for each kind; the first that fits a place takes it.

mod abbreviation;
mod acronym;
mod address;
mod clock;
mod count;
mod date;
mod figure;
mod letter;
mod loanword;
mod money;
mod music;
mod noun;
mod number;
mod phone;
mod phoneme;
mod roman;
mod scan;
mod sign;
mod syllable;
mod unit;

#[cfg(test)]
mod tests;

pub(crate) use phoneme::phonemes;

use scan::Scan;

/// Takes something off the front of what is ahead and says it in words; what it leaves when it fails does not matter.
type Reader = fn(&mut Scan) -> Option<String>;

/// In the order in which they are asked: the more a form is like nothing else, the earlier.
const READERS: &[Reader] = &[
    address::address,
    date::date,
    clock::time,
    phone::phone,
    money::sum,
    unit::measured,
    abbreviation::ordinal,
    music::fraction,
    vulgar_fraction,
    count::count,
    abbreviation::abbreviation,
    roman::numeral,
    music::note,
    unit::alone,
    money::alone,
    word,
    acronym::acronym,
    acronym::mixed,
    acronym::consonants,
];

/// Returns a text with everything in words that a Spanish speaker would say as words: numbers, dates, times, sums,
/// measures, addresses, acronyms, notes, signs. Words and marks stay as they are. It takes time in proportion to the
/// length of the text.
pub(crate) fn words(text: &str) -> String {
    let calm = calm(text);
    let mut scan = Scan::new(&calm);
    let mut out = String::with_capacity(calm.len() * 2);
    while !scan.is_done() {
        if let Some(said) = at_start(&scan).then(|| read(&mut scan)).flatten() {
            append(&mut out, &said);
        } else if let Some(name) = scan.maybe(sign::sign) {
            append(&mut out, name);
        } else {
            copy(&mut scan, &mut out);
        }
    }
    settle(&mut out, false);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a word or a number may begin here.
fn at_start(scan: &Scan) -> bool {
    scan.last().is_none_or(|last| !last.is_alphanumeric())
}

fn read(scan: &mut Scan) -> Option<String> {
    READERS.iter().find_map(|reader| scan.maybe(reader))
}

/// A name of its own, parted from what is behind it and what follows.
fn append(out: &mut String, said: &str) {
    let word = said.starts_with(char::is_alphanumeric);
    settle(out, word);
    if word && out.ends_with(|last: char| last.is_alphanumeric() || last == ',') {
        out.push(' ');
    }
    out.push_str(said);
    out.push(GAP);
}

/// Stands behind what was read until it is known whether a word follows, which needs a space, or a mark, which has none.
const GAP: char = '\u{1f}';

fn copy(scan: &mut Scan, out: &mut String) {
    let letters = scan.run(|next| next.is_alphabetic() || next.is_ascii_digit());
    if !letters.is_empty() {
        settle(out, true);
        out.push_str(letters);
        return;
    }
    if let Some(mark) = scan.any() {
        settle(out, false);
        out.push(mark);
    }
}

fn settle(out: &mut String, word: bool) {
    if out.ends_with(GAP) {
        out.pop();
        if word {
            out.push(' ');
        }
    }
}

/// A word of letters that is known to be foreign.
fn word(scan: &mut Scan) -> Option<String> {
    let mut hyphened = *scan;
    let whole = hyphened.run(|next| next.is_alphabetic() || next == '-').trim_end_matches('-');
    if let Some(said) = loanword::respelled(&whole.to_lowercase()) {
        scan.literal(whole)?;
        scan.boundary()?;
        return Some(said);
    }
    let letters = scan.letters()?;
    scan.boundary()?;
    loanword::respelled(&letters.to_lowercase())
}

/// `½`, and `2 ½`.
fn vulgar_fraction(scan: &mut Scan) -> Option<String> {
    let behind = scan.before().trim_end().ends_with(|last: char| last.is_ascii_digit());
    let (masculine, feminine) = match scan.any()? {
        '½' => ("medio", "media"),
        '¼' => ("un cuarto", "un cuarto"),
        '¾' => ("tres cuartos", "tres cuartos"),
        '⅓' => ("un tercio", "un tercio"),
        '⅔' => ("dos tercios", "dos tercios"),
        '⅛' => ("un octavo", "un octavo"),
        _ => return None,
    };
    if behind {
        return Some(format!("y {masculine}"));
    }
    let before_feminine = noun::form_before(scan.next_word()) == number::Form::Feminine;
    Some(if before_feminine { feminine } else { masculine }.to_owned())
}

/// A text that shouts is read as one that does not, so that its words are not taken for acronyms.
fn calm(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() > 1).collect();
    let loud = words.iter().filter(|word| word.chars().all(char::is_uppercase)).count();
    let long = words.iter().any(|word| word.chars().count() > 4);
    if words.len() > 2 && long && loud * 10 >= words.len() * 7 {
        text.to_lowercase()
    } else {
        text.to_owned()
    }
}
