//! The words a sound is found by, and texts as they are sorted.

use son1k_domain::library::{FileTags, LibrarySound};
use son1k_domain::music::{Key, PITCH_NAMES};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{FoundSound, name_of};

/// Longer comments are found by their beginning.
const COMMENT_CHARS: usize = 500;
/// More words in a search narrow nothing that a person could want.
const TERMS: usize = 16;
const TERM_CHARS: usize = 64;
const KEY_CHARS: usize = 100;

/// Returns all words that a new file is found by.
pub(super) fn of_found(found: &FoundSound) -> String {
    of_tags(&found.tags, name_of(&found.path))
}

fn of_tags(tags: &FileTags, name: &str) -> String {
    let comment: String = tags.comment.chars().take(COMMENT_CHARS).collect();
    let year = tags.year.map(|year| year.to_string()).unwrap_or_default();
    [&tags.title, &tags.artist, &tags.album, &tags.genre, &comment, name, &year].join(" ")
}

/// Returns all words that a sound is found by.
pub(super) fn of(sound: &LibrarySound) -> String {
    let mut words = of_tags(&sound.tags, &sound.name);
    let mut add = |word: &str| {
        words.push(' ');
        words.push_str(word);
    };
    if let Some(bpm) = sound.analysis.bpm {
        add(&format!("{0} {0}bpm", bpm.0.round()));
    }
    if let Some(key) = sound.analysis.key {
        add(&key_words(key));
    }
    if let Some(integrated) = sound.analysis.loudness.and_then(|loudness| loudness.integrated) {
        add(&format!("{0} {0}lufs", integrated.0.abs().round()));
    }
    for tag in &sound.analysis.sounds_like {
        add(&tag.name);
    }
    words
}

/// Writes a key as people do: `F# minor`, `F#m`, and `F sharp` for the sign that no word has.
fn key_words(key: Key) -> String {
    let name = PITCH_NAMES[usize::from(key.tonic.0 % 12)];
    let third = if key.mode.is_minor() { "m" } else { "" };
    let sharp = if name.ends_with('#') { " sharp" } else { "" };
    format!("{key} {name}{third}{sharp}")
}

/// Returns the search for a text, in the language of FTS5: the beginnings of all its words. `None`: there are no words.
pub(super) fn search_of(text: &str) -> Option<String> {
    let terms = text.split(|c: char| !c.is_alphanumeric()).filter(|term| !term.is_empty()).take(TERMS);
    let terms: Vec<String> =
        terms.map(|term| format!("\"{}\"*", term.chars().take(TERM_CHARS).collect::<String>())).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

/// Returns a text as it is sorted: without case and accents.
pub(super) fn sort_key(text: &str) -> String {
    let folded = text.trim().nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    folded.take(KEY_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::music::{Mode, PitchClass};

    #[test]
    fn a_search_is_the_beginnings_of_its_words_and_nothing_of_its_signs() {
        assert_eq!(search_of("  noche lo-fi").as_deref(), Some("\"noche\"* \"lo\"* \"fi\"*"));
        assert_eq!(search_of("\"* OR (").as_deref(), Some("\"OR\"*"));
        assert_eq!(search_of(" -- "), None);
    }

    #[test]
    fn accents_and_case_do_not_sort() {
        assert_eq!(sort_key(" Ángel "), "angel");
        assert_eq!(sort_key("ÑU"), "nu");
    }

    #[test]
    fn a_key_is_found_in_the_ways_it_is_written() {
        let words = key_words(Key { tonic: PitchClass(6), mode: Mode::Minor });
        assert_eq!(words, "F# minor F#m sharp");
    }
}
