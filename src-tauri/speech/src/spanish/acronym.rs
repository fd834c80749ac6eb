//! Words of capitals, and of letters with figures: spelled, or said as words.

use super::number::{self, Form};
use super::scan::Scan;

/// Said in a way that no rule tells.
const KNOWN: &[(&str, &str)] = &[
    ("DJ", "diyéi"),
    ("DJs", "diyéis"),
    ("MC", "emecé"),
    ("MCs", "emecés"),
    ("VJ", "viyéi"),
    ("OK", "okéi"),
    ("TV", "te ve"),
    ("DAW", "dau"),
    ("DAWs", "daus"),
    ("LUFS", "lufs"),
    ("MIDI", "midi"),
    ("WAV", "uav"),
    ("FLAC", "flac"),
    ("ASIO", "asio"),
    ("ADSR", "a de ese erre"),
    ("JPEG", "jotapeg"),
    ("CEO", "ceo"),
    ("NASA", "nasa"),
    ("ONU", "onu"),
    ("UNESCO", "unesco"),
    ("SGAE", "esgae"),
    ("RAE", "rae"),
    ("UE", "u e"),
    ("IA", "i a"),
    ("LSD", "ele ese de"),
    ("DIY", "de i ye"),
    ("CD-ROM", "cederrón"),
    ("CDs", "cedés"),
    ("DVDs", "devedés"),
    ("EPs", "epés"),
    ("LPs", "elepés"),
    ("PC", "pecé"),
    ("PCs", "pecés"),
    ("BTS", "be te ese"),
    ("R&B", "ar an bi"),
    ("D&B", "dram an beis"),
    ("AC/DC", "eicidici"),
    ("EQ", "e cu"),
    ("USA", "usa"),
    ("ID", "i de"),
    ("AM", "a eme"),
    ("FM", "efe eme"),
];

/// Takes a word of capitals, such as "BPM" and "ONU".
pub(super) fn acronym(scan: &mut Scan) -> Option<String> {
    let known = KNOWN.iter().filter(|(written, _)| {
        scan.rest().strip_prefix(written).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    });
    if let Some((written, said)) = known.max_by_key(|(written, _)| written.len()) {
        scan.literal(written)?;
        return Some((*said).to_owned());
    }
    let letters = scan.letters()?;
    scan.boundary()?;
    dotted(scan, letters).or_else(|| {
        let stem = letters.strip_suffix('s').unwrap_or(letters);
        let capitals = stem.chars().all(char::is_uppercase) && stem.chars().count() > 1;
        (capitals && has_names(stem)).then(|| in_capitals(stem))
    })
}

/// `U.S.A.` and `J. S.`: letters with a point behind each.
fn dotted(scan: &mut Scan, first: &str) -> Option<String> {
    (is_initial(first) && scan.rest().starts_with('.')).then_some(())?;
    let mut letters = first.to_owned();
    while let Some(next) = scan.maybe(initial) {
        letters.push_str(next);
    }
    // The last point ends the sentence as well where the text ends: "Plan B."
    if scan.rest().strip_prefix('.').is_some_and(|behind| !behind.trim().is_empty()) {
        scan.literal(".");
    }
    Some(spelled(&letters))
}

fn initial<'a>(scan: &mut Scan<'a>) -> Option<&'a str> {
    scan.literal(".")?;
    scan.letters().filter(|letters| is_initial(letters))
}

fn is_initial(letters: &str) -> bool {
    letters.chars().count() == 1 && letters.chars().all(char::is_uppercase) && has_names(letters)
}

/// Words of two letters that somebody wrote in capitals to be heard.
const LOUD: [&str; 26] = [
    "al", "da", "de", "el", "en", "es", "ha", "he", "la", "le", "lo", "me", "mi", "ni", "no", "se", "si",
    "sí", "su", "te", "tu", "tú", "un", "va", "ya", "yo",
];

fn in_capitals(letters: &str) -> String {
    let lower = letters.to_lowercase();
    let word = if letters.chars().count() > 2 { is_sayable(&lower) } else { LOUD.contains(&lower.as_str()) };
    if word { lower } else { spelled(&lower) }
}

/// Takes letters and figures in one word: "MP3", "son1k", "H2O", "v2".
pub(super) fn mixed(scan: &mut Scan) -> Option<String> {
    let token = scan.run(|next| next.is_alphanumeric());
    let has = |wanted: fn(char) -> bool| token.chars().any(wanted);
    (has(char::is_alphabetic) && has(|next| next.is_ascii_digit())).then_some(())?;
    Some(parts(token))
}

fn parts(token: &str) -> String {
    let mut scan = Scan::new(token);
    let mut said = Vec::new();
    while !scan.is_done() {
        let digits = scan.run(|next| next.is_ascii_digit());
        if !digits.is_empty() {
            said.push(number::written(digits, Form::Alone));
        }
        let letters = scan.run(|next| !next.is_ascii_digit());
        if !letters.is_empty() {
            said.push(letter_part(letters));
        }
    }
    said.join(" ")
}

fn letter_part(letters: &str) -> String {
    let lower = letters.to_lowercase();
    match letters {
        "v" | "V" => "versión".to_owned(),
        _ if letters.chars().count() > 2 && is_sayable(&lower) => lower,
        _ if letters.chars().count() == 2
            && letters.chars().any(char::is_lowercase)
            && is_sayable(&lower) =>
        {
            lower
        }
        _ => spelled(&lower),
    }
}

/// Takes letters that nobody can say in a row, which are their names: "la nota C", "un pdf". Sounds such as "brr" and
/// "shh", in which a letter comes twice, are no names.
pub(super) fn consonants(scan: &mut Scan) -> Option<String> {
    let letters = scan.letters()?;
    scan.boundary()?;
    let lower = letters.to_lowercase();
    let plain: Vec<char> = lower.chars().map(super::phoneme::plain).collect();
    let sayable = plain.iter().any(|letter| VOWELS.contains(*letter) || *letter == 'y');
    let silent = plain.iter().all(|letter| *letter == 'h');
    let noise =
        plain.windows(2).any(|pair| pair[0] == pair[1]) || ["pst", "sh", "hm"].contains(&lower.as_str());
    let short = plain.len() <= 6 && !scan.rest().starts_with(['\'', '’']);
    (silent || !sayable && !noise && short && has_names(&lower)).then(|| spelled(&lower))
}

/// Returns the names of the letters of a word in small letters.
pub(super) fn spelled(letters: &str) -> String {
    let names: Vec<&str> = letters.chars().flat_map(char::to_lowercase).map(name).collect();
    names.join(" ").trim().to_owned()
}

/// Whether each letter has a name in Spanish, as Greek ones have not here.
fn has_names(letters: &str) -> bool {
    letters.chars().all(|letter| !name(letter).is_empty())
}

fn name(letter: char) -> &'static str {
    match super::phoneme::plain(letter) {
        'a' | 'á' => "a",
        'b' => "be",
        'c' => "ce",
        'd' => "de",
        'e' | 'é' => "e",
        'f' => "efe",
        'g' => "ge",
        'h' => "hache",
        'i' | 'í' => "i",
        'j' => "jota",
        'k' => "ka",
        'l' => "ele",
        'm' => "eme",
        'n' => "ene",
        'ñ' => "eñe",
        'o' | 'ó' => "o",
        'p' => "pe",
        'q' => "cu",
        'r' => "erre",
        's' => "ese",
        't' => "te",
        'u' | 'ú' | 'ü' => "u",
        'v' => "uve",
        'w' => "uve doble",
        'x' => "equis",
        'y' => "ye",
        'z' => "zeta",
        _ => "",
    }
}

const VOWELS: &str = "aeiouáéíóúü";

/// What may begin a syllable with two consonants.
const ONSETS: [&str; 18] = [
    "bl", "br", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "pl", "pr", "tr", "ch", "ll", "rr", "qu", "gu",
    "ps",
];

/// What may end a word; inside, what is left of a cluster ends the syllable before it.
const CODAS: &str = "bcdfgklmnrstxyz";

/// Returns whether a Spanish speaker would say a word of small letters instead of spelling it.
pub(super) fn is_sayable(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let is_vowel = |letter: &char| VOWELS.contains(*letter);
    if letters.len() < 2 || !letters.iter().any(is_vowel) {
        return false;
    }
    let mut clusters = letters.split(is_vowel).collect::<Vec<_>>();
    let last = clusters.pop().unwrap_or_default();
    let first = if clusters.is_empty() { &letters[..0] } else { clusters.remove(0) };
    is_onset(first) && is_coda(last) && clusters.iter().all(|inner| is_inner(inner))
}

fn is_onset(letters: &[char]) -> bool {
    match letters {
        [] | [_] => true,
        [_, _] => ONSETS.contains(&letters.iter().collect::<String>().as_str()),
        _ => false,
    }
}

fn is_coda(letters: &[char]) -> bool {
    match letters {
        [] => true,
        [last] => CODAS.contains(*last),
        [before, 's'] => CODAS.contains(*before),
        ['r' | 'n' | 'l', 't' | 'd' | 'k' | 'x'] | ['c', 'k'] | ['c', 't'] => true,
        _ => false,
    }
}

fn is_inner(letters: &[char]) -> bool {
    (0..=letters.len().min(2)).any(|coda| is_coda(&letters[..coda]) && is_onset(&letters[coda..]))
}
