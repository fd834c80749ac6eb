//! The word tables, read once from the data files that are compiled in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;
use son1k_domain::music::Meter;

use super::token::{Token, tokens};

/// What a word or phrase says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning {
    Style(String),
    /// A genre that the studio does not have; the style is its nearest.
    Near(String),
    Mood(String),
    Instrument(String),
    /// A place in the style's range of tempo, per cent.
    Pace(u32),
    /// Quarters a minute.
    Tempo(f32),
    Meter(Meter),
    /// Per cent of the style's typical length.
    Length(u32),
    /// What follows is refused.
    Refusing,
    /// True of every song here.
    Fulfilled,
}

type Table = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
struct Styles {
    name: Table,
    near: Table,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(flatten)]
    words: BTreeMap<String, Entry>,
}

/// Either a list of words under an id, or a table of its own (`emoji`, `family`).
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Words(Vec<String>),
    Table(Table),
}

#[derive(Deserialize)]
struct Figures {
    pace: Table,
    italian: Table,
    meter: Table,
    length: Table,
    number: Table,
}

#[derive(Deserialize)]
struct Small {
    english: Vec<String>,
    spanish: Vec<String>,
    refusing: Vec<String>,
    fulfilled: Vec<String>,
}

/// A phrase in tokens, with what it says.
type Phrase = (Vec<String>, Meaning);

/// Every word the studio knows.
#[derive(Default)]
pub(super) struct Vocabulary {
    /// By first word, longest first.
    phrases: HashMap<String, Vec<Phrase>>,
    /// Long single words, for words that are nearly right.
    long: Vec<String>,
    families: HashMap<String, Vec<String>>,
    numbers: HashMap<String, u32>,
    english: HashSet<String>,
    spanish: HashSet<String>,
    /// Single words with Spanish endings (`oscuro`, `oscura`).
    gendered: HashSet<String>,
}

/// Shortest word in which one wrong letter is overlooked; in shorter ones it would too often be another word.
const FORGIVING: usize = 7;

/// Returns the tables.
pub(super) fn vocabulary() -> &'static Vocabulary {
    static TABLES: OnceLock<Vocabulary> = OnceLock::new();
    // The files are part of the program and a test reads them; without one the studio would know no words.
    TABLES.get_or_init(|| read().unwrap_or_default())
}

fn read() -> Result<Vocabulary, toml::de::Error> {
    let mut all = Vocabulary::default();
    let styles: Styles = toml::from_str(include_str!("../../words/styles.toml"))?;
    all.add(&styles.name, |id| Some(Meaning::Style(id.to_owned())));
    all.add(&styles.near, |id| Some(Meaning::Near(id.to_owned())));
    let moods: Listed = toml::from_str(include_str!("../../words/moods.toml"))?;
    let (words, emoji) = moods.split("emoji");
    all.add(&words, |id| Some(Meaning::Mood(id.to_owned())));
    all.add(&emoji, |id| Some(Meaning::Mood(id.to_owned())));
    let instruments: Listed = toml::from_str(include_str!("../../words/instruments.toml"))?;
    let (words, families) = instruments.split("family");
    all.add(&words, |id| Some(Meaning::Instrument(id.to_owned())));
    all.families = families.into_iter().collect();
    let figures: Figures = toml::from_str(include_str!("../../words/figures.toml"))?;
    all.add(&figures.pace, |per_cent| per_cent.parse().ok().map(Meaning::Pace));
    all.add(&figures.italian, |bpm| bpm.parse().ok().map(Meaning::Tempo));
    all.add(&figures.meter, |meter| super::number::meter_of(meter).map(Meaning::Meter));
    all.add(&figures.length, |per_cent| per_cent.parse().ok().map(Meaning::Length));
    for (value, words) in figures.number {
        let Ok(value) = value.parse() else { continue };
        all.numbers.extend(words.into_iter().map(|word| (word, value)));
    }
    all.add_small(toml::from_str(include_str!("../../words/small.toml"))?);
    all.order();
    Ok(all)
}

impl Listed {
    fn split(self, special: &str) -> (Table, Table) {
        let (mut words, mut table) = (Table::new(), Table::new());
        for (key, entry) in self.words {
            match entry {
                Entry::Words(list) => {
                    words.insert(key, list);
                }
                Entry::Table(inner) if key == special => table = inner,
                Entry::Table(_) => {}
            }
        }
        (words, table)
    }
}

impl Vocabulary {
    fn add(&mut self, table: &Table, meaning: impl Fn(&str) -> Option<Meaning>) {
        for (id, phrases) in table {
            let Some(meaning) = meaning(id) else { continue };
            phrases.iter().for_each(|phrase| self.add_phrase(phrase, &meaning));
        }
    }

    fn add_phrase(&mut self, phrase: &str, meaning: &Meaning) {
        let endings: &[&str] = if phrase.contains('@') { &["o", "a", "os", "as"] } else { &[""] };
        for ending in endings {
            let words: Vec<String> =
                tokens(&phrase.replace('@', ending)).into_iter().map(|t| t.word).collect();
            let Some(first) = words.first().cloned() else { continue };
            if words.len() == 1 && !ending.is_empty() {
                self.gendered.insert(first.clone());
            }
            if words.len() == 1 && first.chars().count() >= FORGIVING {
                self.long.push(first.clone());
            }
            self.phrases.entry(first).or_default().push((words, meaning.clone()));
        }
    }

    fn add_small(&mut self, small: Small) {
        small.refusing.iter().for_each(|phrase| self.add_phrase(phrase, &Meaning::Refusing));
        small.fulfilled.iter().for_each(|phrase| self.add_phrase(phrase, &Meaning::Fulfilled));
        self.english = small.english.into_iter().collect();
        self.spanish = small.spanish.into_iter().collect();
    }

    /// Longest phrases first; a stable sort, so that of two tables with the same phrase the earlier one wins.
    fn order(&mut self) {
        for phrases in self.phrases.values_mut() {
            phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
    }

    /// Finds the longest phrase at the start of `tokens`, and how many tokens it has.
    pub fn phrase(&self, tokens: &[Token]) -> Option<(&Meaning, usize)> {
        let first = tokens.first()?;
        self.exact(&first.word, tokens).or_else(|| self.exact(&squeeze(&first.word)?, tokens)).or_else(|| {
            let singular = singulars(&first.word).find_map(|word| self.single(word))?;
            Some((singular, 1))
        })
    }

    fn exact(&self, first: &str, tokens: &[Token]) -> Option<(&Meaning, usize)> {
        let (words, meaning) = self.phrases.get(first)?.iter().find(|(words, _)| {
            words.iter().skip(1).enumerate().all(|(i, word)| {
                tokens.get(i + 1).is_some_and(|token| !token.after_break && same_word(&token.word, word))
            })
        })?;
        Some((meaning, words.len()))
    }

    fn single(&self, word: &str) -> Option<&Meaning> {
        self.phrases.get(word)?.iter().find(|(words, _)| words.len() == 1).map(|(_, meaning)| meaning)
    }

    /// Finds a long word that differs in one letter.
    pub fn nearly(&self, word: &str) -> Option<&Meaning> {
        let length = word.chars().count();
        if !(FORGIVING..=24).contains(&length) || self.is_small(word) {
            return None;
        }
        let known = self
            .long
            .iter()
            .find(|known| known.chars().next() == word.chars().next() && one_apart(known, word))?;
        self.single(known)
    }

    /// Returns the instruments that go when this word is refused.
    pub fn family(&self, word: &str) -> Option<&[String]> {
        std::iter::once(word).chain(singulars(word)).find_map(|w| self.families.get(w)).map(Vec::as_slice)
    }

    /// Returns the number a word stands for.
    pub fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    pub fn is_small(&self, word: &str) -> bool {
        self.is_english(word) || self.is_spanish(word)
    }

    pub fn is_english(&self, word: &str) -> bool {
        self.english.contains(word)
    }

    pub fn is_spanish(&self, word: &str) -> bool {
        self.spanish.contains(word)
    }

    /// Whether the word tells that whoever wrote it writes in Spanish, small or not.
    pub fn tells_spanish(&self, word: &str) -> bool {
        self.is_spanish(word) || self.gendered.contains(word)
    }
}

fn same_word(written: &str, known: &str) -> bool {
    written == known || singulars(written).any(|word| word == known)
}

/// What a plural may be the plural of (`pianos`, `violines`).
fn singulars(word: &str) -> impl Iterator<Item = &str> {
    let long = word.len() >= 4;
    let one = word.strip_suffix('s').filter(|_| long);
    let two = word.strip_suffix("es").filter(|_| long && word.len() >= 6);
    one.into_iter().chain(two)
}

/// Undoes letters held down for emphasis (`tristeee`, `suuuper`).
fn squeeze(word: &str) -> Option<String> {
    let letters: Vec<char> = word.chars().collect();
    if !letters.windows(3).any(|w| matches!(w, [a, b, c] if a == b && b == c && a.is_alphabetic())) {
        return None;
    }
    let mut squeezed = letters;
    squeezed.dedup();
    Some(squeezed.into_iter().collect())
}

/// Whether two words differ by one letter: another one, one more, one less, or two swapped.
fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let head = short.iter().zip(long.iter()).take_while(|(x, y)| x == y).count();
    let rest = |word: &[char], skip: usize| word.get(head + skip..).unwrap_or_default().to_vec();
    if short.len() < long.len() {
        return rest(short, 0) == rest(long, 1);
    }
    let swapped = short.get(head) == long.get(head + 1) && short.get(head + 1) == long.get(head);
    rest(short, 1) == rest(long, 1) || (swapped && rest(short, 2) == rest(long, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read_and_names_only_what_exists() {
        let all = read().unwrap();
        let styles: Vec<String> = crate::style::styles().into_iter().map(|s| s.id).collect();
        for (words, meaning) in all.phrases.values().flatten() {
            let known = match meaning {
                Meaning::Style(id) | Meaning::Near(id) => styles.contains(id),
                Meaning::Mood(id) => crate::mood::MOODS.contains(&id.as_str()),
                Meaning::Instrument(id) => crate::instrument::INSTRUMENTS.contains(&id.as_str()),
                _ => true,
            };
            assert!(known, "{words:?} means {meaning:?}");
        }
        for id in
            styles.iter().map(String::as_str).chain(crate::mood::MOODS).chain(crate::instrument::INSTRUMENTS)
        {
            let tokens = tokens(&id.replace('_', " "));
            let found = all.phrase(&tokens).unwrap_or_else(|| panic!("{id} has no word"));
            assert_eq!(found.1, tokens.len(), "{id}");
        }
        assert!(
            all.families.values().flatten().all(|id| crate::instrument::INSTRUMENTS.contains(&id.as_str()))
        );
        assert!(all.numbers.len() > 50);
    }

    #[test]
    fn words_are_forgiven_one_letter_when_they_are_long() {
        let all = vocabulary();
        assert_eq!(all.nearly("melancholc"), Some(&Meaning::Mood("melancholic".into())));
        assert!(all.nearly("guitarrra").is_some());
        assert_eq!(all.nearly("saxohpone"), Some(&Meaning::Instrument("saxophone".into())));
        assert_eq!(all.nearly("horse"), None);
        assert!(!one_apart("piano", "pianola") && !one_apart("harp", "carp s"));
    }
}
