//! Whatever is typed, an answer comes, and soon.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use son1k_domain::generation::{Request, limits};

use crate::{Error, parse_key, understand};

fn request(prompt: String) -> Request {
    Request { prompt, ..Request::default() }
}

proptest! {
    #[test]
    fn any_text_is_understood_or_refused(prompt in any::<String>(), seed in any::<u32>()) {
        if let Ok(understood) = understand(&request(prompt.clone()), seed) {
            prop_assert!(understood.not_understood.len() <= 12);
            prop_assert!(!understood.brief.title.is_empty());
            for chip in &understood.chips {
                prop_assert!(chip.words.split(" … ").all(|words| prompt.contains(words)), "{chip:?}");
            }
        } else {
            prop_assert!(prompt.trim().is_empty());
        }
    }

    /// Words that mean something, in any order and with any separators, meet each other in every way.
    #[test]
    fn any_mixture_of_known_words_is_understood(words in prop::collection::vec(prop::sample::select(vec![
        "sin", "no", "nada de", "without", ",", ".", "y", "and", "la", "a", "mi", "en", "in", "key", "of", "menor", "minor", "B", "b",
        "sostenido", "Am", "#", "3/4", "2:30", "95", "bpm", "noventa", "y medio", "minutos", "half a", "drums", "piano", "rock",
        "jazz", "sad", "slow", "100000", "😢", "sobre", "called", "\"", "«", "'", "hundred", "one",
    ]), 0..40)) {
        let prompt = words.join(" ");
        prop_assert!(understand(&request(prompt), 9).is_ok() || words.is_empty());
    }

    #[test]
    fn any_text_is_a_key_or_none(text in any::<String>()) {
        if let Some(key) = parse_key(&text) {
            prop_assert!(key.tonic.0 < 12);
        }
    }
}

#[test]
fn a_megabyte_is_refused_at_once() {
    let prompt = "sin piano ".repeat(100_000);
    let start = Instant::now();
    let refused = understand(&request(prompt), 1);
    assert!(matches!(refused, Err(Error::InvalidField { field: "prompt", .. })));
    assert!(start.elapsed() < Duration::from_millis(20), "{:?}", start.elapsed());
    assert_eq!(parse_key(&"la ".repeat(300_000)), None);
}

#[test]
fn the_longest_prompts_are_read_quickly() {
    for piece in [
        "sin batería, ",
        "a ",
        "noventa y ",
        "melanchxlicx ",
        "🎵",
        "la mayor ",
        "x",
        "drums,",
        "sobre ",
        "ñ\u{301}",
    ] {
        let prompt = piece.repeat(limits::PROMPT_BYTES / piece.len());
        let start = Instant::now();
        understand(&request(prompt), 1).unwrap();
        assert!(start.elapsed() < Duration::from_millis(1500), "{piece}: {:?}", start.elapsed());
    }
}
