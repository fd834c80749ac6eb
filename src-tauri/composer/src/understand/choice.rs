//! What nobody asked for is chosen from the style's data, the moods and the seed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use son1k_domain::generation::StyleInfo;
use son1k_domain::music::{Mode, PitchClass};
use son1k_domain::unit::Bpm;

use crate::random::Dice;
use crate::{Error, Result, style};

#[derive(Default, Deserialize)]
struct Leanings {
    style: Votes,
    pace: BTreeMap<String, i32>,
    third: BTreeMap<String, i32>,
}

#[derive(Default, Deserialize)]
struct Votes {
    mood: BTreeMap<String, Vec<String>>,
    instrument: BTreeMap<String, Vec<String>>,
}

fn leanings() -> &'static Leanings {
    static TABLE: OnceLock<Leanings> = OnceLock::new();
    TABLE.get_or_init(|| read().unwrap_or_default())
}

fn read() -> std::result::Result<Leanings, toml::de::Error> {
    toml::from_str(include_str!("../../words/leanings.toml"))
}

/// Chooses a style for moods and instruments; a tempo that was asked for rules out styles that never play it.
pub(super) fn style(
    moods: &[String],
    instruments: &[String],
    tempo: Option<f32>,
    seed: u32,
) -> Result<String> {
    let table = &leanings().style;
    let voters = moods.iter().filter_map(|m| table.mood.get(m));
    let votes: Vec<&String> =
        voters.chain(instruments.iter().filter_map(|i| table.instrument.get(i))).flatten().collect();
    let styles = style::styles();
    let plays = |s: &&StyleInfo| tempo.is_none_or(|bpm| (s.bpm_min.0..=s.bpm_max.0).contains(&bpm));
    let fitting: Vec<&StyleInfo> = styles.iter().filter(plays).collect();
    let offered = if fitting.is_empty() { styles.iter().collect() } else { fitting };
    let count = |s: &StyleInfo| votes.iter().filter(|v| **v == &s.id).count();
    let most = offered.iter().map(|s| count(s)).max().unwrap_or(0);
    let best: Vec<&StyleInfo> = offered.into_iter().filter(|s| count(s) == most).collect();
    let chosen = Dice::new(seed, "understand/style").pick(&best).copied();
    chosen.map(|s| s.id.clone()).ok_or_else(|| Error::UnknownStyle(String::new()))
}

/// Chooses a tempo around the style's typical one, moved by the moods.
pub(super) fn tempo(style: &StyleInfo, moods: &[String], seed: u32) -> Bpm {
    let lean: i32 = moods.iter().filter_map(|m| leanings().pace.get(m)).sum();
    let place = 50 + lean.clamp(-70, 70) / 2 + Dice::new(seed, "understand/tempo").bell(10);
    at(style, place)
}

/// Returns the tempo at a place of the style's range: 0 the slowest, 50 the typical, 100 the fastest.
pub(super) fn paced(style: &StyleInfo, place: u32, seed: u32) -> Bpm {
    let place = i32::try_from(place).unwrap_or(50);
    at(style, place + Dice::new(seed, "understand/tempo").bell(4))
}

fn at(style: &StyleInfo, place: i32) -> Bpm {
    let place = i16::try_from(place.clamp(0, 100)).unwrap_or(50);
    let (low, middle, high) = (style.bpm_min.0, style.bpm_typical.0, style.bpm_max.0);
    let share = f32::from(place) / 50.0;
    let bpm =
        if share < 1.0 { low + (middle - low) * share } else { middle + (high - middle) * (share - 1.0) };
    Bpm(bpm.round().clamp(low, high))
}

/// Chooses one of the style's modes; moods pull towards a major or a minor third.
pub(super) fn mode(style: &str, moods: &[String], seed: u32) -> Result<Mode> {
    let modes = &style::find(style)?.modes;
    let pull: i32 = moods.iter().filter_map(|m| leanings().third.get(m)).sum();
    let weights: Vec<u32> = modes
        .iter()
        .map(|m| {
            let agreeing = if m.mode.is_minor() { -pull } else { pull };
            m.weight * (1 + 3 * u32::try_from(agreeing).unwrap_or(0))
        })
        .collect();
    let chosen = modes.get(Dice::new(seed, "understand/mode").weighted(&weights));
    Ok(chosen.map_or(Mode::Minor, |m| m.mode))
}

/// Chooses a tonic.
pub(super) fn tonic(seed: u32) -> PitchClass {
    PitchClass(u8::try_from(Dice::new(seed, "understand/tonic").below(12)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaning_names_moods_instruments_and_styles_that_exist() {
        let table = read().unwrap();
        let known = |id: &String| style::styles().iter().any(|s| s.id == *id);
        assert!(table.style.mood.values().chain(table.style.instrument.values()).flatten().all(known));
        for mood in crate::mood::MOODS {
            assert!(table.style.mood.contains_key(mood), "{mood}");
            assert!(table.pace.contains_key(mood) && table.third.contains_key(mood), "{mood}");
        }
        assert!(
            table.style.instrument.keys().all(|id| crate::instrument::INSTRUMENTS.contains(&id.as_str()))
        );
    }

    #[test]
    fn two_seeds_may_differ_in_key_and_the_same_never_does() {
        let tonics: std::collections::BTreeSet<u8> = (0..60).map(|seed| tonic(seed).0).collect();
        assert_eq!(tonics.len(), 12);
        assert_eq!(tonic(7), tonic(7));
    }

    #[test]
    fn sad_songs_are_slower_and_more_often_minor_than_happy_ones() {
        let style = style::styles().into_iter().find(|s| s.id == "pop").unwrap();
        let sum = |mood: &str| (0..40).map(|seed| tempo(&style, &[mood.into()], seed).0).sum::<f32>();
        assert!(sum("sad") < sum("happy"));
        let minor = |mood: &str| {
            (0..80).filter(|seed| mode("pop", &[mood.into()], *seed).unwrap().is_minor()).count()
        };
        assert!(minor("sad") > minor("happy"));
    }
}
