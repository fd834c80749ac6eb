//! Words into the sounds of American Spanish (*seseo*, *yeísmo*), in the alphabet that Kokoro's Spanish voices were
//! taught in: the International Phonetic Alphabet, with a mark of stress before the stressed vowel.

use super::letter::{self, Sound};
use super::syllable::{self, Role};

pub(super) use letter::plain;

const PRIMARY: char = 'ˈ';
const SECONDARY: char = 'ˌ';

/// Words of one syllable that lean on the next one.
const CLITICS: &[&str] = &[
    "a", "al", "con", "de", "del", "e", "el", "en", "la", "las", "le", "les", "lo", "los", "me", "mi", "mis",
    "ni", "nos", "o", "os", "por", "que", "se", "si", "sin", "su", "sus", "te", "tu", "tus", "u", "un", "y",
];

/// Longer ones, which keep a weak stress.
const WEAK: &[&str] = &[
    "ante", "aunque", "como", "contra", "cuando", "desde", "donde", "durante", "entre", "hacia", "hasta",
    "mientras", "nuestra", "nuestras", "nuestro", "nuestros", "para", "pero", "porque", "pues", "sino",
    "sobre", "tras", "una", "unas", "unos",
];

/// Returns how a phrase of words sounds. Marks that make a breath or a melody stay (`, ; : . ! ? … —`), the strongest of
/// several that meet; brackets are commas; what is no letter and no such mark says nothing.
pub(crate) fn phonemes(phrase: &str) -> String {
    let mut out = String::with_capacity(phrase.len() * 2);
    let mut rest = phrase;
    while let Some(next) = rest.chars().next() {
        if next.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic() && !is_joint(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length);
            speak(&mut out, word, ends_group(behind));
            rest = behind;
        } else {
            if let Some(mark) = mark(next, rest) {
                punctuate(&mut out, mark);
            }
            rest = &rest[next.len_utf8()..];
        }
    }
    out
}

/// Accents that stand apart from their letter, and the apostrophe inside "O'Neill".
fn is_joint(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c) || c == '\'' || c == '’'
}

/// Whether a word is the last before a breath, where even a small one is stressed.
fn ends_group(behind: &str) -> bool {
    !behind.trim_start_matches([' ', '"', '”', '»', ')']).starts_with(char::is_alphabetic)
}

fn speak(out: &mut String, word: &str, last: bool) {
    let letters = letter::plain_word(word);
    if letters.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push(' ');
    }
    let text: String = letters.iter().collect();
    match adverb(&letters, &text) {
        Some(at) => {
            out.push_str(&pronounced(&letters[..at], Some(SECONDARY), true));
            out.push_str(&pronounced(&letters[at..], Some(PRIMARY), false));
        }
        None => out.push_str(&pronounced(&letters, accent(&text, last), true)),
    }
}

fn accent(word: &str, last: bool) -> Option<char> {
    match () {
        () if last => Some(PRIMARY),
        () if CLITICS.contains(&word) => None,
        () if WEAK.contains(&word) => Some(SECONDARY),
        () => Some(PRIMARY),
    }
}

/// Returns where *-mente* begins in an adverb, whose first part keeps a stress of its own: "rápidamente".
fn adverb(letters: &[char], word: &str) -> Option<usize> {
    let stem = word.strip_suffix("mente")?.chars().count();
    let sounds = letter::sounds(&letters[..stem]);
    let syllables = syllable::roles(&sounds).into_iter().filter(|role| *role == Role::Nucleus).count();
    (stem > 3 && syllables > 1).then_some(stem)
}

/// Returns the sounds of a word or of a part of one, which `begins` it or not.
fn pronounced(letters: &[char], accent: Option<char>, begins: bool) -> String {
    let sounds = letter::sounds(letters);
    let roles = syllable::roles(&sounds);
    let stressed = syllable::stress(letters, &sounds, &roles);
    let mut out = String::with_capacity(sounds.len() * 2);
    for (at, sound) in sounds.iter().enumerate() {
        if let Some(mark) = accent.filter(|_| stressed == Some(at)) {
            out.push(mark);
        }
        out.push(match *sound {
            Sound::Vowel(vowel, _) => vowel_symbol(vowel, roles[at]),
            Sound::Consonant(symbol) => {
                let before = at.checked_sub(1).map(|at| sounds[at]);
                coloured(symbol, before, sounds.get(at + 1).copied(), begins)
            }
        });
    }
    out
}

fn vowel_symbol(vowel: char, role: Role) -> char {
    match (vowel, role) {
        ('i', Role::Onglide) => 'j',
        ('u', Role::Onglide) => 'w',
        ('i', Role::Offglide) => 'ɪ',
        ('u', Role::Offglide) => 'ʊ',
        _ => vowel,
    }
}

/// b, d and g are stops at the beginning of a word and behind a nasal (d behind l as well), else they are let through;
/// n takes the place of what follows.
fn coloured(symbol: char, before: Option<Sound>, next: Option<Sound>, begins: bool) -> char {
    let first = before.is_none() && begins;
    let behind = |symbols: &str| matches!(before, Some(Sound::Consonant(before)) if symbols.contains(before));
    let ahead = |symbols: &str| matches!(next, Some(Sound::Consonant(next)) if symbols.contains(next));
    let stop = first || behind("mn");
    match symbol {
        'b' if !stop && next.is_some() => 'β',
        'd' if !stop && !behind("l") => 'ð',
        'ɡ' if !stop && next.is_some() => 'ɣ',
        'n' if ahead("bpm") => 'm',
        'n' if ahead("kɡx") => 'ŋ',
        _ => symbol,
    }
}

/// Returns what a mark does to the voice, if anything.
fn mark(mark: char, rest: &str) -> Option<char> {
    match mark {
        ',' | ';' | ':' | '.' | '!' | '?' | '…' => Some(mark),
        '—' | '–' => Some('—'),
        '-' if rest[1..].starts_with(' ') => Some('—'),
        '(' | ')' | '[' | ']' => Some(','),
        _ => None,
    }
}

/// Puts a mark behind the last word; of several the strongest stays.
fn punctuate(out: &mut String, mark: char) {
    let strength = |mark: char| ",—:;….!?".find(mark);
    match out.chars().next_back() {
        None => {}
        Some(last) => match strength(last) {
            None => out.push(mark),
            Some(before) if Some(before) < strength(mark) => {
                out.pop();
                out.push(mark);
            }
            Some(_) => {}
        },
    }
}
