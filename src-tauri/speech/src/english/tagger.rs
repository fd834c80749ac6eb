//! The part of speech of each word of a sentence: an averaged perceptron (M. Collins, 2002) over the word, its neighbours and
//! the tags before it; a word with one dominant tag is answered from a list.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use super::letter::is_digit;
use super::token::{TAGS, Tag};

/// What stands before a sentence, the nearer last, and behind it.
const START: [&str; 2] = ["-START2-", "-START-"];
const END: [&str; 2] = ["-END-", "-END2-"];

#[derive(Deserialize)]
#[serde(rename = "tagger")]
pub struct Tagger {
    #[serde(rename = "tagdict")]
    dominant: HashMap<Box<str>, TagName>,
    #[serde(rename = "vocab")]
    vocabulary: HashSet<Box<str>>,
    weights: Weights,
}

/// A tag as its place in [`TAGS`].
#[derive(Clone, Copy)]
struct TagName(u8);

impl<'de> Deserialize<'de> for TagName {
    fn deserialize<D: Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'_, str>>::deserialize(file)?;
        let place = TAGS.iter().position(|tag| **tag == *name).and_then(|place| u8::try_from(place).ok());
        place.map(Self).ok_or_else(|| D::Error::custom(format!("the tag {name} is unknown")))
    }
}

/// For each feature, what it says for or against tags.
struct Weights {
    /// Where the weights of a feature are.
    features: HashMap<Box<str>, std::ops::Range<u32>>,
    /// In tenths, as the file has them.
    weights: Vec<(TagName, i16)>,
}

impl Weights {
    fn of(&self, feature: &str) -> &[(TagName, i16)] {
        let range = self.features.get(feature).cloned().unwrap_or_default();
        self.weights.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Weights {
    fn deserialize<D: Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
        file.deserialize_map(Features)
    }
}

struct Features;

impl<'de> Visitor<'de> for Features {
    type Value = Weights;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("weights of tags for each feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Weights, A::Error> {
        let mut all = Weights { features: HashMap::new(), weights: Vec::new() };
        while let Some(feature) = map.next_key()? {
            let start = all.weights.len() as u32;
            map.next_value_seed(OfFeature(&mut all.weights))?;
            all.features.insert(feature, start..all.weights.len() as u32);
        }
        Ok(all)
    }
}

/// Appends the weights of one feature.
struct OfFeature<'a>(&'a mut Vec<(TagName, i16)>);

impl<'de> serde::de::DeserializeSeed<'de> for OfFeature<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, file: D) -> Result<(), D::Error> {
        file.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OfFeature<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("weights of tags")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((tag, weight)) = map.next_entry::<TagName, f64>()? {
            self.0.push((tag, (weight * 10.0).round() as i16));
        }
        Ok(())
    }
}

impl Tagger {
    /// Returns the tag of each word.
    pub fn tags(&self, words: &[&str]) -> Vec<Tag> {
        let known: Vec<String> = words.iter().map(|word| self.known(word)).collect();
        let mut tags: Vec<Tag> = Vec::with_capacity(words.len());
        for (place, word) in words.iter().enumerate() {
            let tag = match self.dominant.get(*word) {
                Some(TagName(tag)) => TAGS.get(usize::from(*tag)).copied().unwrap_or("NN"),
                None => self.likeliest(&Sight { words: &known, tags: &tags, place }, word),
            };
            tags.push(tag);
        }
        tags
    }

    /// Returns a word as its neighbours see it; one that the tagger has not learnt is seen by its shape.
    fn known(&self, word: &str) -> String {
        let normal = normal(word);
        if self.vocabulary.contains(normal.as_str()) { normal } else { format!("<{}>", shape(word)) }
    }

    fn likeliest(&self, sight: &Sight<'_>, word: &str) -> Tag {
        let mut scores = [0.0_f64; TAGS.len()];
        sight.features(word, |feature| {
            for &(TagName(tag), tenths) in self.weights.of(feature) {
                if let Some(score) = scores.get_mut(usize::from(tag)) {
                    *score += f64::from(tenths) / 10.0;
                }
            }
        });
        let best = TAGS.iter().zip(scores).max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map_or("NN", |(tag, _)| tag)
    }
}

/// A sentence from one of its words.
struct Sight<'a> {
    words: &'a [String],
    /// Of the words before it.
    tags: &'a [Tag],
    place: usize,
}

impl Sight<'_> {
    /// Returns the word `offset` places on.
    fn word(&self, offset: isize) -> &str {
        match self.place.checked_add_signed(offset) {
            Some(place) => match self.words.get(place) {
                Some(word) => word,
                None => END.get(place - self.words.len()).copied().unwrap_or_default(),
            },
            None => before(self.place, offset.unsigned_abs()),
        }
    }

    /// Returns the tag `back` places before.
    fn tag(&self, back: usize) -> &str {
        match self.place.checked_sub(back).and_then(|place| self.tags.get(place)) {
            Some(tag) => tag,
            None => before(self.place, back),
        }
    }

    /// Gives every feature to `each`, in the order of the reference, so that sums round as they do there.
    fn features(&self, word: &str, mut each: impl FnMut(&str)) {
        let (tag, tag_before) = (self.tag(1), self.tag(2));
        let (first, ending) = (word.chars().next().unwrap_or_default(), last_three(word));
        each("b");
        each(&format!("s3={ending}"));
        each(&format!("p1={first}"));
        each(&format!("w={}", self.word(0)));
        each(&format!("sh={}", shape(word)));
        each(if self.place == 0 { "i0" } else { "i+" });
        each(&format!("t-1={tag}"));
        each(&format!("t-2={tag_before}"));
        each(&format!("t-12={tag},{tag_before}"));
        each(&format!("w-1={}", self.word(-1)));
        each(&format!("s3-1={}", last_three(self.word(-1))));
        each(&format!("w-2={}", self.word(-2)));
        each(&format!("w+1={}", self.word(1)));
        each(&format!("s3+1={}", last_three(self.word(1))));
        each(&format!("w+2={}", self.word(2)));
    }
}

/// Returns what stands `back` places before `place`, before the sentence.
fn before(place: usize, back: usize) -> &'static str {
    START.get((place + START.len()).saturating_sub(back)).copied().unwrap_or_default()
}

fn last_three(word: &str) -> &str {
    let start = word.char_indices().rev().nth(2).map_or(0, |(start, _)| start);
    word.get(start..).unwrap_or_default()
}

fn normal(word: &str) -> String {
    let digits = || word.chars().all(is_figure);
    match word.chars().next() {
        Some(first) if first != '-' && word.contains('-') => "!HYPHEN".to_owned(),
        Some(first) if is_figure(first) => {
            let year = digits() && word.chars().count() == 4;
            if year { "!YEAR" } else { "!DIGITS" }.to_owned()
        }
        _ => word.to_lowercase(),
    }
}

/// Returns the outline of a word: `Xx`, `XX`, `d`, or its first four characters by kind.
fn shape(word: &str) -> String {
    if word.chars().all(char::is_alphabetic) {
        return outline(word).to_owned();
    }
    if word.chars().all(is_figure) {
        return "d".to_owned();
    }
    let kind = |c: char| match c {
        c if is_figure(c) => 'd',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    word.chars().take(4).map(kind).collect()
}

/// Returns where the capitals of a word of letters are.
fn outline(word: &str) -> &'static str {
    let mut rest = word.chars();
    let capital = rest.next().is_some_and(char::is_uppercase);
    let single = rest.as_str().is_empty();
    if word.chars().all(char::is_lowercase) {
        "x"
    } else if word.chars().all(char::is_uppercase) {
        if single { "X1" } else { "XX" }
    } else if capital && !single && rest.all(char::is_lowercase) {
        "Xx"
    } else {
        "xX"
    }
}

/// Returns whether `c` is a digit, on the line, above or below it, or in a circle.
fn is_figure(c: char) -> bool {
    is_digit(c) || matches!(c, '²' | '³' | '¹' | '⁰' | '⁴'..='⁹' | '₀'..='₉' | '①'..='⑨')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_seen_by_its_outline() {
        assert_eq!(
            ["hello", "HELLO", "I", "Hello", "iPhone", "42", "4th!x", "-"].map(shape),
            ["x", "XX", "X1", "Xx", "xX", "d", "dxx!", "-"]
        );
        assert_eq!(
            ["Well", "x-ray", "1999", "12", "-"].map(normal),
            ["well", "!HYPHEN", "!YEAR", "!DIGITS", "-"]
        );
    }

    #[test]
    fn a_sentence_has_neighbours_beyond_its_ends() {
        let words = ["one".to_owned(), "two".to_owned()];
        let first = Sight { words: &words, tags: &[], place: 0 };
        assert_eq!([-2, -1, 0, 1, 2].map(|o| first.word(o)), ["-START2-", "-START-", "one", "two", "-END-"]);
        let second = Sight { words: &words, tags: &["CD"], place: 1 };
        assert_eq!([-2, 1, 2].map(|o| second.word(o)), ["-START-", "-END-", "-END2-"]);
        assert_eq!([second.tag(1), second.tag(2)], ["CD", "-START-"]);
    }

    #[test]
    fn the_end_of_a_word_is_three_characters() {
        assert_eq!(["production", "né", "crème"].map(last_three), ["ion", "né", "ème"]);
    }
}
