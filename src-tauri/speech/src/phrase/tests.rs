//! Texts and the phrases that are made of them.

use std::cell::Cell;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn phrases(text: &str) -> Vec<Phrase> {
    Reader::spanish(&[]).phrases(text).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What is in the phrases is what is in the cleaned pieces.
fn nothing_is_lost(text: &str) -> std::result::Result<(), TestCaseError> {
    let shown: String = phrases(text).iter().map(|phrase| phrase.text.as_str()).collect();
    let pieces: String = text::split(text).iter().map(|piece| piece.text.as_str()).collect();
    prop_assert_eq!(letters(&shown), letters(&pieces));
    Ok(())
}

#[test]
fn a_text_becomes_phrases_of_phonemes() {
    let phrases = phrases("Hola, ¿cómo estás? Tengo 21 canciones.");
    let said: Vec<&str> = phrases.iter().map(|phrase| phrase.phonemes.as_str()).collect();
    assert_eq!(said, ["ˈola, kˈomo estˈas?", "tˈeŋɡo beɪntjˈuna kansjˈones."]);
    assert!(phrases.iter().all(|phrase| phrase.ends_sentence));
}

#[test]
fn the_dictionary_says_how_a_word_is_said() {
    let dictionary = [Pronunciation { word: "Nov4Ix".to_owned(), says: "nóvaics".to_owned() }];
    let said: Vec<Phrase> = Reader::spanish(&dictionary).phrases("NOV4IX canta.").collect();
    assert_eq!(said[0].phonemes, "nˈoβaɪks kˈanta.");
    assert_eq!(said[0].text, "NOV4IX canta.");
}

#[test]
fn an_emphasised_word_is_said_alone_between_short_silences() {
    let phrases = phrases("No quiero cantar *nunca* con luz.");
    let said: Vec<&str> = phrases.iter().map(|phrase| phrase.phonemes.as_str()).collect();
    assert_eq!(said, ["nˈo kjˈeɾo kantˈaɾ,", "nˈuŋka,", "kon lˈus."]);
    assert!(phrases[..2].iter().all(|phrase| (0.1..0.2).contains(&phrase.pause.0)));
}

#[test]
fn a_small_word_that_is_emphasised_is_stressed() {
    assert_eq!(phrases("*de* noche.")[0].phonemes, "dˈe,");
    assert_eq!(raised("ðə"), "ðˈə");
    assert_eq!(raised("sˌʌm"), "sˈʌm");
    assert_eq!(raised("wˌɪð mˈi"), "wˌɪð mˈi");
    assert_eq!(raised("pst"), "pst");
}

#[test]
fn a_phrase_that_grows_in_words_is_parted() {
    let text = "12345678 ".repeat(30);
    let phrases = phrases(&text);
    assert!(phrases.len() > 5);
    assert!(phrases.iter().all(|phrase| phrase.phonemes.chars().count() <= LONGEST));
    assert_eq!(
        letters(&phrases.iter().map(|phrase| phrase.text.as_str()).collect::<String>()),
        letters(&text)
    );
    assert!(phrases.iter().rev().skip(1).all(|phrase| !phrase.ends_sentence));
}

#[test]
fn one_word_that_is_long_to_say_is_parted_between_the_words_it_is_said_in() {
    let dictionary = [Pronunciation { word: "eco".to_owned(), says: "hola ".repeat(300) }];
    let phrases: Vec<Phrase> = Reader::spanish(&dictionary).phrases("eco").collect();
    assert!(phrases.len() > 2);
    assert_eq!(phrases[0].text, "eco");
    assert!(
        phrases
            .iter()
            .all(|phrase| phrase.phonemes.chars().count() <= LONGEST && phrase.phonemes.contains("ˈola"))
    );
}

#[test]
fn the_first_phrase_is_short_where_a_comma_allows() {
    let text = "Cuando llegó la noche, los músicos afinaron sus guitarras y el público, que llevaba horas esperando, empezó.";
    assert_eq!(phrases(text)[0].phonemes, "kwˌando ʝeɣˈo la nˈoʧe,");
}

#[test]
fn a_text_without_anything_to_say_has_no_phrases() {
    assert_eq!(phrases("👍 — … ¿? *** 漢字"), []);
}

#[test]
fn phrases_are_made_when_they_are_asked_for() {
    let made = Cell::new(0);
    let count = |phrase: &str| {
        made.set(made.get() + 1);
        phrase.to_owned()
    };
    let mut reader = Reader { tongue: Tongue::English(Box::new(count)), dictionary: Dictionary::default() };
    let text = "One sentence after the other. ".repeat(100);
    assert_eq!(reader.phrases(&text).take(2).count(), 2);
    assert_eq!(made.get(), 2);
}

#[test]
fn a_long_text_without_a_space_is_read_in_linear_time() {
    for text in ["7".repeat(200_000), "x".repeat(200_000), "#@%".repeat(60_000), "a.".repeat(100_000)] {
        let begun = Instant::now();
        assert!(!phrases(&text).is_empty());
        // Seconds on an idle machine; a quadratic way would take hours.
        assert!(begun.elapsed() < Duration::from_secs(300), "{:?} {}", begun.elapsed(), &text[..2]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_loss(text in "\\PC{0,200}") {
        nothing_is_lost(&text)?;
    }

    #[test]
    fn any_characters_at_all_are_read(characters in proptest::collection::vec(any::<char>(), 0..120)) {
        nothing_is_lost(&characters.into_iter().collect::<String>())?;
    }

    #[test]
    fn what_looks_like_numbers_and_addresses_is_read(text in "[ .,:;/@#*$€%°ºª&+=x()IVXLa-eA-G0-9-]{0,120}") {
        nothing_is_lost(&text)?;
    }

    #[test]
    fn no_phrase_is_longer_than_the_model_takes(text in "[a-zñáé0-9 .,€%]{0,600}") {
        for phrase in phrases(&text) {
            prop_assert!(phrase.phonemes.chars().count() <= LONGEST);
        }
    }
}
