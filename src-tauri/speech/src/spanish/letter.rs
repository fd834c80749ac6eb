//! From the letters of a word to its consonants and vowels.

use unicode_normalization::UnicodeNormalization;

/// What a letter or a group of letters stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sound {
    /// One of a, e, i, o, u, and whether it is written with an accent.
    Vowel(char, bool),
    /// A consonant in the phonetic alphabet, before its neighbours colour it.
    Consonant(char),
}

/// Returns a letter in the form that Spanish writes it in: small, without the marks of other languages.
pub(super) fn plain(letter: char) -> char {
    let letter = letter.to_lowercase().next().unwrap_or(letter);
    match letter {
        'á' | 'é' | 'í' | 'ó' | 'ú' | 'ü' | 'ñ' => letter,
        'à' | 'â' | 'è' | 'ê' | 'ì' | 'î' | 'ò' | 'ô' | 'ù' | 'û' => {
            std::iter::once(letter).nfd().next().unwrap_or(letter)
        }
        'ª' => 'a',
        'º' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        'ø' => 'o',
        'ı' => 'i',
        'œ' => 'e',
        'þ' => 't',
        _ => std::iter::once(letter).nfd().next().unwrap_or(letter),
    }
}

/// Returns the letters of a word as Spanish writes them; others are left out.
pub(super) fn plain_word(word: &str) -> Vec<char> {
    let mut letters = Vec::with_capacity(word.len());
    for letter in word.nfc() {
        match letter {
            'ß' | 'ẞ' => letters.extend(['s', 's']),
            'æ' | 'Æ' => letters.extend(['a', 'e']),
            _ => letters.push(plain(letter)),
        }
    }
    letters.retain(|letter| letter.is_ascii_lowercase() || "áéíóúüñ".contains(*letter));
    letters
}

/// Beginnings of words in which *x* is said as *j*, as their peoples say them.
const MEXICAN: [&str; 7] = ["méxic", "mexic", "oaxa", "texa", "ximén", "ximen", "xavi"];

/// Returns the consonants and vowels of a word of [plain](plain_word) letters.
pub(super) fn sounds(word: &[char]) -> Vec<Sound> {
    let text: String = word.iter().collect();
    let mexican = MEXICAN.iter().any(|start| text.starts_with(start));
    let prefixed = text.starts_with("desh") || text.starts_with("inhi");
    let mut sounds = Vec::with_capacity(word.len());
    let mut at = 0;
    while at < word.len() {
        let ahead = Ahead { word, at };
        let length = match ahead.letter(0) {
            vowel @ ('a' | 'e' | 'i' | 'o' | 'u' | 'á' | 'é' | 'í' | 'ó' | 'ú' | 'ü') => {
                let (base, accent) = bare(vowel);
                sounds.push(Sound::Vowel(base, accent));
                1
            }
            'y' if !is_vowel(ahead.letter(1)) => {
                sounds.push(Sound::Vowel('i', false));
                1
            }
            'x' if mexican => push(&mut sounds, "x", 1),
            's' if ahead.letter(1) == 'h' && prefixed => push(&mut sounds, "s", 2),
            _ => consonant(&mut sounds, &ahead),
        };
        at += length;
    }
    sounds
}

struct Ahead<'a> {
    word: &'a [char],
    at: usize,
}

impl Ahead<'_> {
    /// Returns the letter so many places ahead; a space beyond the end.
    fn letter(&self, ahead: usize) -> char {
        self.word.get(self.at + ahead).copied().unwrap_or(' ')
    }

    fn starts(&self) -> bool {
        self.at == 0
    }
}

/// Pushes a consonant and returns how many letters it took.
fn consonant(sounds: &mut Vec<Sound>, ahead: &Ahead) -> usize {
    let [first, second, third] = [ahead.letter(0), ahead.letter(1), ahead.letter(2)];
    let (symbols, length) = match (first, second) {
        ('b' | 'v', _) => ("b", 1),
        ('c', 'h') => ("ʧ", 2),
        ('c', 'k') => ("k", 2),
        ('c', _) if is_front(second) => ("s", 1),
        ('c', _) => ("k", 1),
        ('g', 'u') if is_front(third) => ("ɡ", 2),
        ('g', 'h') => ("ɡ", 2),
        ('g', 'n') if ahead.starts() => ("n", 2),
        ('g', _) if is_front(second) => ("x", 1),
        ('g', _) => ("ɡ", 1),
        ('h', 'i') if ahead.starts() && matches!(third, 'e' | 'é') => ("ʝ", 2),
        ('h', _) => ("", 1),
        ('j', _) => ("x", 1),
        ('l', 'l') if is_vowel(third) => ("ʝ", 2),
        ('l', 'l') => ("l", 2),
        ('m', 'n') if ahead.starts() => ("n", 2),
        ('ñ', _) => ("ɲ", 1),
        ('p', 'h') => ("f", 2),
        ('p', 's') if ahead.starts() => ("s", 2),
        ('p', 't') if ahead.starts() => ("t", 2),
        ('q', 'u') if is_front(third) => ("k", 2),
        ('q', _) => ("k", 1),
        ('r', 'r') => ("r", 2),
        ('r', _) if ahead.starts() || after_trill(ahead) => ("r", 1),
        ('r', _) => ("ɾ", 1),
        ('s', 'c') if is_front(third) => ("s", 2),
        ('s', 'h') => ("ʃ", 2),
        ('t', 'h') => ("t", 2),
        ('t', 'x') => ("ʧ", 2),
        ('x', _) if ahead.starts() => ("s", 1),
        ('x', 'c') if is_front(third) => ("ks", 2),
        ('x', _) => ("ks", 1),
        ('y', _) => ("ʝ", 1),
        ('z', _) => ("s", 1),
        ('d', _) => ("d", 1),
        ('f', _) => ("f", 1),
        ('k', _) => ("k", 1),
        ('l', _) => ("l", 1),
        ('m', _) => ("m", 1),
        ('n', _) => ("n", 1),
        ('p', _) => ("p", 1),
        ('s', _) => ("s", 1),
        ('t', _) => ("t", 1),
        ('w', _) => ("w", 1),
        _ => ("", 1),
    };
    push(sounds, symbols, length)
}

/// A single *r* is trilled behind l, n and s: "alrededor", "honra".
fn after_trill(ahead: &Ahead) -> bool {
    ahead.at > 0 && matches!(ahead.word[ahead.at - 1], 'l' | 'n' | 's')
}

/// Doubled consonants are one.
fn push(sounds: &mut Vec<Sound>, symbols: &str, length: usize) -> usize {
    for symbol in symbols.chars() {
        if sounds.last() != Some(&Sound::Consonant(symbol)) {
            sounds.push(Sound::Consonant(symbol));
        }
    }
    length
}

fn bare(vowel: char) -> (char, bool) {
    match vowel {
        'á' => ('a', true),
        'é' => ('e', true),
        'í' => ('i', true),
        'ó' => ('o', true),
        'ú' => ('u', true),
        'ü' => ('u', false),
        _ => (vowel, false),
    }
}

pub(super) fn is_vowel(letter: char) -> bool {
    "aeiouáéíóúü".contains(letter)
}

fn is_front(letter: char) -> bool {
    "eiéíy".contains(letter)
}
