//! Phonemes as misaki writes them, one character each, and the stress on their vowels.

/// On the strongest vowel of a word.
pub const PRIMARY: char = 'ˈ';
/// On a weaker one.
pub const SECONDARY: char = 'ˌ';

/// How a word is stressed otherwise than its lexicon has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stress {
    /// Without any.
    None,
    /// The primary becomes secondary.
    Weaker,
    /// The primary becomes secondary; a word without any gets a secondary.
    Even,
    /// A word without any gets a secondary: words with a capital.
    Some,
    /// The secondary becomes primary; a word without any gets a primary: words in capitals.
    Full,
}

pub fn is_vowel(c: char) -> bool {
    matches!(
        c,
        'A' | 'I'
            | 'O'
            | 'Q'
            | 'W'
            | 'Y'
            | 'a'
            | 'i'
            | 'u'
            | 'æ'
            | 'ɑ'
            | 'ɒ'
            | 'ɔ'
            | 'ə'
            | 'ɛ'
            | 'ɜ'
            | 'ɪ'
            | 'ʊ'
            | 'ʌ'
            | 'ᵻ'
    )
}

pub fn is_consonant(c: char) -> bool {
    "bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ".contains(c)
}

/// Returns how much of a word the phonemes are: diphthongs and affricates count twice.
pub fn weight(phonemes: &str) -> usize {
    phonemes.chars().map(|c| if "AIOQWYʤʧ".contains(c) { 2 } else { 1 }).sum()
}

/// Returns the phonemes with another stress.
pub fn apply(phonemes: String, stress: Option<Stress>) -> String {
    let (primary, secondary) = (phonemes.contains(PRIMARY), phonemes.contains(SECONDARY));
    match stress {
        Some(Stress::None) => phonemes.replace([PRIMARY, SECONDARY], ""),
        Some(Stress::Weaker | Stress::Even) if primary => {
            phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY.encode_utf8(&mut [0; 4]))
        }
        Some(Stress::Even | Stress::Some) if !primary && !secondary => on_first_vowel(phonemes, SECONDARY),
        Some(Stress::Full) if !primary && secondary => {
            phonemes.replace(SECONDARY, PRIMARY.encode_utf8(&mut [0; 4]))
        }
        Some(Stress::Full) if !primary => on_first_vowel(phonemes, PRIMARY),
        _ => phonemes,
    }
}

fn on_first_vowel(mut phonemes: String, stress: char) -> String {
    if let Some(vowel) = phonemes.find(is_vowel) {
        phonemes.insert(vowel, stress);
    }
    phonemes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(phonemes: &str, stress: Stress) -> String {
        apply(phonemes.to_owned(), Some(stress))
    }

    #[test]
    fn a_word_without_stress_gets_it_on_its_first_vowel() {
        assert_eq!(with("ðə", Stress::Some), "ðˌə");
        assert_eq!(with("ðə", Stress::Full), "ðˈə");
        assert_eq!(with("ðə", Stress::Weaker), "ðə");
        assert_eq!(with("s", Stress::Full), "s");
    }

    #[test]
    fn a_weaker_word_keeps_one_secondary_stress() {
        assert_eq!(with("ˌʌndəɹstˈænd", Stress::Weaker), "ʌndəɹstˌænd");
        assert_eq!(with("ˌʌndəɹstˈænd", Stress::None), "ʌndəɹstænd");
        assert_eq!(with("ˌʌp", Stress::Full), "ˈʌp");
    }
}
