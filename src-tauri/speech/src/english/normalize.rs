//! Times, dates, units, abbreviations and signs in words, where the lexicon has no rule for them: hibari's `normalize.py`,
//! rule by rule and in its order. Its tables are `normalize.json`.

mod amounts;
mod dates;
mod names;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::letter::is_space;
use super::rewrite::{At, Change, rewrite};

/// What `normalize.json` holds.
#[derive(Deserialize)]
#[serde(rename = "normalize")]
pub struct Tables {
    /// `jan` → `January`, from January on.
    months: Pairs<String>,
    /// `Dr` → `Dr`: read as a title before a name.
    titles: Pairs<String>,
    abbreviations: Pairs<String>,
    /// `km` → one kilometer, several kilometers.
    units: Pairs<[String; 2]>,
    symbols: Pairs<String>,
    currency: Pairs<[String; 2]>,
    /// What is numbered by Roman numerals: `Chapter IV`.
    roman_cardinal: Vec<String>,
    /// Who is: `Henry VIII`.
    roman_ordinal: Vec<String>,
}

/// An object of JSON in the order of its file.
struct Pairs<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(file: D) -> Result<Self, D::Error> {
        struct InOrder<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrder<T> {
            type Value = Pairs<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        file.deserialize_map(InOrder(PhantomData))
    }
}

impl<T> Pairs<T> {
    fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Longer keys first, so that the longest that fits is found.
    fn sort(&mut self) {
        self.0.sort_by_key(|(key, _)| std::cmp::Reverse(key.chars().count()));
    }

    /// Takes the longest key that `text` begins with and that `fits`, given what is behind it.
    fn take<'t>(&self, text: &'t str, fits: impl Fn(&str) -> bool) -> Option<(&str, &T, &'t str)> {
        self.0.iter().find_map(|(key, value)| {
            let behind = text.strip_prefix(key.as_str()).filter(|behind| fits(behind))?;
            Some((key.as_str(), value, behind))
        })
    }
}

pub struct Normalizer {
    tables: Tables,
    /// Every way to write a month → its full name, longest first.
    months: Pairs<String>,
}

impl Normalizer {
    pub fn new(mut tables: Tables) -> Self {
        let mut months = Pairs(vec![("Sept".to_owned(), "September".to_owned())]);
        for (short, name) in &tables.months.0 {
            let mut short = short.clone();
            if let Some(first) = short.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            months.0.extend([(name.clone(), name.clone()), (short, name.clone())]);
        }
        months.sort();
        tables.titles.sort();
        tables.abbreviations.sort();
        tables.units.sort();
        for names in [&mut tables.roman_cardinal, &mut tables.roman_ordinal] {
            names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
        }
        Self { tables, months }
    }

    pub fn normalize(&self, text: &str) -> String {
        let straight = |c| match c {
            '’' => '\'',
            '‒' => '-',
            '―' => '—',
            c => c,
        };
        let mut text: Cow<'_, str> = Cow::Owned(single_spaced(text).chars().map(straight).collect());
        let rules: [fn(&Self, At<'_>) -> Option<Change>; 19] = [
            |_, at| dates::time(at),
            Self::iso_date,
            Self::date,
            Self::large_amount,
            Self::cents,
            Self::foreign_amount,
            |_, at| amounts::degrees(at),
            Self::quantity,
            Self::month_and_day,
            Self::day_and_month,
            Self::title,
            Self::abbreviation,
            |_, at| names::number_sign(at),
            |_, at| names::hash(at),
            Self::numbered,
            Self::ruler,
            |_, at| amounts::telephone(at),
            Self::fraction,
            |_, at| amounts::range(at),
        ];
        for rule in rules {
            text = rewrite(text, |at| rule(self, at));
        }
        text = rewrite(text, amounts::plus);
        for (symbol, word) in &self.tables.symbols.0 {
            if !text.contains(symbol.as_str()) {
                continue;
            }
            text = rewrite(text, |at| names::symbol(at, symbol, word));
        }
        let text = rewrite(Cow::Owned(single_spaced(&text)), space_before_mark);
        text.trim_matches(is_space).to_owned()
    }
}

/// Returns `text` with one space for every run of them, and none at its ends.
fn single_spaced(text: &str) -> String {
    let mut single = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !single.is_empty() {
            single.push(' ');
        }
        single.push_str(word);
    }
    single
}

fn space_before_mark(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix(' ')?;
    rest.starts_with([',', '.', ';', ':', '!', '?']).then(|| (1, String::new()))
}

/// Returns the name of one or of several, as `number` has it.
fn counted<'n>(number: &str, [one, several]: &'n [String; 2]) -> &'n str {
    if matches!(number.replace(',', "").as_str(), "1" | "1.0" | "-1") { one } else { several }
}

#[cfg(test)]
mod tests;
