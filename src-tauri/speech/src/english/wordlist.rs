//! A list of words with their phonemes, as compact as its file: one string, and where each word begins in it.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

/// How a word is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    Always(&'a str),
    /// By its part of speech; see [`ByTag::get`].
    ByTag(&'a ByTag),
}

/// Readings of a word that is said in several ways.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ByTag(Vec<(String, Option<String>)>);

impl ByTag {
    /// Returns the reading as `tag`, or `None` where the list does not tell that tag apart. A reading of `None` is spelled
    /// out.
    pub fn get(&self, tag: &str) -> Option<Option<&str>> {
        self.0.iter().find(|(known, _)| known == tag).map(|(_, reading)| reading.as_deref())
    }
}

/// Words in the order of their bytes, all ASCII. A word answers to its Capitalised form too, and the other way round,
/// unless that has a reading of its own.
pub struct WordList {
    /// Word and phonemes, word and phonemes …
    text: String,
    entries: Vec<Entry>,
    by_tag: Vec<ByTag>,
}

#[derive(Clone, Copy)]
struct Entry {
    start: u32,
    word: u8,
    reading: Length,
}

#[derive(Clone, Copy)]
enum Length {
    Phonemes(u8),
    /// Place in `by_tag`.
    ByTag(u16),
}

impl WordList {
    /// Reads `{"word": "phonemes", "word": {"DEFAULT": "phonemes", "VERB": …}}`, sorted.
    pub fn read(json: &[u8]) -> serde_json::Result<Self> {
        let mut list =
            Self { text: String::with_capacity(json.len()), entries: Vec::new(), by_tag: Vec::new() };
        let mut file = serde_json::Deserializer::from_slice(json);
        file.deserialize_map(Words(&mut list))?;
        file.end()?;
        list.text.shrink_to_fit();
        list.entries.shrink_to_fit();
        Ok(list)
    }

    pub fn contains(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    pub fn get(&self, word: &str) -> Option<Reading<'_>> {
        let (&first, rest) = word.as_bytes().split_first().filter(|_| word.is_ascii())?;
        let capital_inside = rest.iter().any(u8::is_ascii_uppercase);
        let other =
            if first.is_ascii_uppercase() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
        self.find(first, rest).or_else(|| {
            let answers = !rest.is_empty() && !capital_inside && other != first;
            if answers { self.find(other, rest) } else { None }
        })
    }

    fn find(&self, first: u8, rest: &[u8]) -> Option<Reading<'_>> {
        let place = self.entries.binary_search_by(|entry| compare(self.word(entry), first, rest)).ok()?;
        let entry = self.entries.get(place)?;
        match entry.reading {
            Length::Phonemes(length) => {
                let start = entry.start as usize + usize::from(entry.word);
                self.text.get(start..start + usize::from(length)).map(Reading::Always)
            }
            Length::ByTag(place) => self.by_tag.get(usize::from(place)).map(Reading::ByTag),
        }
    }

    fn word(&self, entry: &Entry) -> &[u8] {
        let start = entry.start as usize;
        self.text.as_bytes().get(start..start + usize::from(entry.word)).unwrap_or_default()
    }
}

/// Compares a word of the list with `first` and `rest` behind it.
fn compare(word: &[u8], first: u8, rest: &[u8]) -> Ordering {
    match word.split_first() {
        Some((head, tail)) => head.cmp(&first).then_with(|| tail.cmp(rest)),
        None => Ordering::Less,
    }
}

/// Fills a list from the pairs of its file.
struct Words<'a>(&'a mut WordList);

impl<'de> Visitor<'de> for Words<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words with their phonemes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let list = self.0;
        loop {
            let start = list.text.len();
            if map.next_key_seed(Text(&mut list.text))?.is_none() {
                return Ok(());
            }
            let behind = list.text.len();
            let by_tag = map.next_value_seed(Value(&mut list.text))?;
            let reading = match by_tag {
                None => u8::try_from(list.text.len() - behind).map(Length::Phonemes).ok(),
                Some(by_tag) => {
                    list.by_tag.push(by_tag);
                    u16::try_from(list.by_tag.len() - 1).map(Length::ByTag).ok()
                }
            };
            let entry =
                Option::zip(u32::try_from(start).ok(), u8::try_from(behind - start).ok()).zip(reading);
            let ((start, word), reading) =
                entry.ok_or_else(|| A::Error::custom("a word or its reading is too long"))?;
            let entry = Entry { start, word, reading };
            let after = list.entries.last().is_none_or(|last| list.word(last) < list.word(&entry));
            if !after || !list.word(&entry).is_ascii() {
                return Err(A::Error::custom("its words are not in order"));
            }
            list.entries.push(entry);
        }
    }
}

/// Appends a string to another.
struct Text<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, file: D) -> Result<(), D::Error> {
        file.deserialize_str(self)
    }
}

impl Visitor<'_> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }
}

/// Appends phonemes to a string, or returns those of each part of speech.
struct Value<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Option<ByTag>;

    fn deserialize<D: Deserializer<'de>>(self, file: D) -> Result<Option<ByTag>, D::Error> {
        file.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Option<ByTag>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("phonemes, or phonemes by part of speech")
    }

    fn visit_str<E>(self, phonemes: &str) -> Result<Option<ByTag>, E> {
        self.0.push_str(phonemes);
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<ByTag>, A::Error> {
        let mut readings = Vec::new();
        while let Some(pair) = map.next_entry()? {
            readings.push(pair);
        }
        let by_tag = ByTag(readings);
        by_tag.get("DEFAULT").ok_or_else(|| A::Error::missing_field("DEFAULT"))?;
        Ok(Some(by_tag))
    }
}
