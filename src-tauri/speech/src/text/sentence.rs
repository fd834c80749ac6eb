//! Where a sentence ends, and where it only seems to.

/// What parts a word from the next one, from the weakest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// A space.
    Word,
    /// A comma or a bracket.
    Comma,
    /// A semicolon, a colon, a dash, dots after which the sentence goes on.
    Clause,
    /// The end of a short line, as in a list or a song.
    Line,
    Sentence,
    Paragraph,
}

/// Shortened words behind which a sentence goes on, in both languages, as they are without their stop.
const SHORT: &[&str] = &[
    "sr", "sra", "srta", "sres", "sras", "dr", "dra", "dres", "d", "dña", "prof", "profa", "lic", "ing",
    "arq", "gral", "tte", "cnel", "sgto", "excmo", "excma", "ilmo", "ilma", "mtro", "mtra", "sto", "sta",
    "fr", "hnos", "hno", "hna", "núm", "núms", "n", "nro", "pág", "págs", "pp", "vol", "vols", "cap", "caps",
    "art", "arts", "fig", "figs", "op", "tel", "tfno", "av", "avda", "avd", "pza", "plza", "ctra", "urb",
    "edif", "dpto", "depto", "aprox", "máx", "mín", "cf", "cfr", "vs", "feat", "ft", "prod", "arr", "ej",
    "p.ej", "i.e", "e.g", "bs", "mr", "mrs", "ms", "messrs", "st", "gen", "sen", "rep", "gov", "capt", "cpt",
    "lt", "sgt", "rev", "hon", "dept", "approx", "mt", "ave", "blvd", "viz", "incl", "max", "min",
];

/// Shortened words that may end a sentence: it does end when a capital follows.
const EITHER: &[&str] = &[
    "etc", "ud", "uds", "vd", "vds", "cía", "ltd", "inc", "co", "corp", "jr", "hrs", "hr", "seg", "as",
    "s.a", "s.l", "a.m", "p.m", "a.c", "d.c", "u.s", "u.k", "ee.uu", "eeuu", "ph.d", "izq", "dcha", "ed",
    "eds", "pl", "col",
];

/// Shortened words that are one only before a figure: "No. 5", "nov. 2026".
const BEFORE_FIGURES: &[&str] = &[
    "no", "nos", "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "sept", "set", "oct", "nov",
    "dic", "jan", "apr", "aug", "dec", "ch", "sec",
];

/// Words behind which a lone capital is no initial: "plan B."
const LETTERED: &[&str] = &[
    "plan", "vitamina", "vitamin", "grupo", "group", "tipo", "type", "parte", "part", "clase", "class",
    "letra", "letter", "cara", "side", "lado", "sección", "section", "opción", "option", "nota", "note",
    "en", "in", "y", "and",
];

/// Marks that close what was opened, behind the end of a sentence.
const CLOSING: [char; 7] = ['"', '\'', ')', ']', '}', '*', '_'];

/// Returns what follows a word: `before` is the word in front of it (none at the beginning of a line), `next` the one
/// behind it (none at the end).
pub(super) fn after(word: &str, before: Option<&str>, next: Option<&str>) -> Break {
    let core = word.trim_end_matches(CLOSING);
    let bracket = word.len() > core.len() && word.contains([')', ']']);
    let opens = next.is_some_and(|next| next.starts_with(['(', '[']));
    let goes_on = next.is_some_and(starts_small);
    match core.chars().next_back() {
        Some('?' | '!' | '…') if goes_on => Break::Clause,
        Some('?' | '!' | '…') => Break::Sentence,
        Some('.') if is_end(core, before, next) => Break::Sentence,
        Some(';' | ':' | '—' | '–') => Break::Clause,
        Some('-') if core == "-" => Break::Clause,
        // "January 1, 2020" is said in one breath.
        Some(',') if is_figure(core) && next.is_some_and(starts_figure) => Break::Word,
        Some(',') => Break::Comma,
        _ if next.is_some_and(|next| next == "—" || next == "–") => Break::Comma,
        _ if bracket || opens => Break::Comma,
        _ => Break::Word,
    }
}

/// Whether the stop behind a word ends a sentence.
fn is_end(core: &str, before: Option<&str>, next: Option<&str>) -> bool {
    let Some(next) = next else { return true };
    let stem = core.trim_end_matches('.').trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = stem.to_lowercase();
    let capital = !starts_small(next) && !starts_figure(next);
    match () {
        () if stem.is_empty() => true,
        // "1. Intro" at the beginning of a line is an item of a list.
        () if before.is_none() && stem.len() < 4 && stem.chars().all(|c| c.is_ascii_digit()) => false,
        () if SHORT.contains(&lower.as_str()) => false,
        () if EITHER.contains(&lower.as_str()) => capital,
        () if BEFORE_FIGURES.contains(&lower.as_str()) => !starts_figure(next) && next != "de",
        () if is_doubled(stem) => capital && !is_doubled(next.trim_end_matches('.')),
        () if stem.chars().count() == 1 => is_letter_end(stem, before, next, capital),
        () => true,
    }
}

/// A lone letter is an initial ("J. S. Bach"), the half of an abbreviation ("a. m."), or the last word of a sentence.
fn is_letter_end(letter: &str, before: Option<&str>, next: &str, capital: bool) -> bool {
    let small = letter.chars().all(char::is_lowercase);
    let is_letter = |word: &str| word.ends_with('.') && word.trim_end_matches('.').chars().count() == 1;
    let second_half = before.is_some_and(|before| is_letter(before) && starts_small(before));
    match () {
        () if second_half => capital,
        () if is_letter(next) || small && next.starts_with("ej.") => false,
        () if letter.chars().all(|c| c.is_ascii_digit()) => true,
        () if small => !starts_figure(next) && !next.starts_with(['I', 'V', 'X']),
        // "I" is a word of English.
        () if letter == "I" => true,
        () => before.is_some_and(|before| LETTERED.contains(&before.to_lowercase().as_str())),
    }
}

/// `EE`, `UU`: a plural of initials.
fn is_doubled(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    matches!(letters[..], [first, second] if first == second && first.is_uppercase())
}

fn starts_small(word: &str) -> bool {
    word.trim_start_matches(['"', '\'', '(', '*', '—', '-', ' ']).starts_with(char::is_lowercase)
}

fn is_figure(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn starts_figure(word: &str) -> bool {
    is_figure(word.trim_start_matches(['"', '(', '#']))
}
