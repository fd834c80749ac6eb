//! Reading the compiled-in data files, once.

use std::sync::OnceLock;

use super::Style;
use crate::{Error, Result};

/// The data files, in menu order.
const FILES: [(&str, &str); 10] = [
    ("reggaeton", include_str!("../../styles/reggaeton.toml")),
    ("trap", include_str!("../../styles/trap.toml")),
    ("house", include_str!("../../styles/house.toml")),
    ("synthwave", include_str!("../../styles/synthwave.toml")),
    ("lo-fi", include_str!("../../styles/lo-fi.toml")),
    ("pop", include_str!("../../styles/pop.toml")),
    ("rock", include_str!("../../styles/rock.toml")),
    ("ambient", include_str!("../../styles/ambient.toml")),
    ("jazz", include_str!("../../styles/jazz.toml")),
    ("cinematic", include_str!("../../styles/cinematic.toml")),
];

fn read() -> &'static [std::result::Result<Style, String>] {
    static STYLES: OnceLock<Vec<std::result::Result<Style, String>>> = OnceLock::new();
    STYLES.get_or_init(|| {
        FILES.iter().map(|(id, text)| toml::from_str(text).map_err(|e| format!("{id}: {e}"))).collect()
    })
}

/// Returns every style whose file can be read, in menu order.
pub fn all() -> Vec<&'static Style> {
    read().iter().filter_map(|style| style.as_ref().ok()).collect()
}

/// Finds a style by its id.
///
/// # Errors
/// [`Error::UnknownStyle`] when no file has this id, [`Error::Style`] when the file breaks its own rules.
pub fn find(id: &str) -> Result<&'static Style> {
    let index =
        FILES.iter().position(|(name, _)| *name == id).ok_or_else(|| Error::UnknownStyle(id.to_owned()))?;
    read()[index].as_ref().map_err(|reason| Error::Style(reason.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{Chord, Colour};
    use son1k_domain::music::{Key, Mode, PitchClass};

    #[test]
    fn every_data_file_is_read_under_its_own_id() {
        for (id, _) in FILES {
            assert_eq!(find(id).map(|style| style.id.as_str()), Ok(id));
        }
        assert_eq!(find("polka").err(), Some(Error::UnknownStyle("polka".to_owned())));
    }

    #[test]
    fn every_progression_and_cadence_is_made_of_chords() {
        for style in all() {
            for (mode, kinds) in &style.harmony {
                let minor = matches!(mode.as_str(), "minor" | "dorian" | "phrygian");
                let key = Key { tonic: PitchClass(0), mode: if minor { Mode::Minor } else { Mode::Major } };
                let cadence = style.cadence.get(mode).into_iter().flatten();
                for text in kinds.values().flatten().chain(cadence) {
                    for token in text.split(['|', ' ']).filter(|t| !t.is_empty() && *t != "%") {
                        assert!(Chord::read(token, key, Colour::Triad).is_some(), "{}: {token}", style.id);
                    }
                }
            }
            assert!(
                style.harmony.contains_key("major") && style.harmony.contains_key("minor"),
                "{}",
                style.id
            );
            assert!(
                style.cadence.contains_key("major") && style.cadence.contains_key("minor"),
                "{}",
                style.id
            );
        }
    }

    #[test]
    fn every_lane_and_pattern_divides_into_four_beats() {
        for style in all() {
            let fills = style.drums.fills.iter().map(|fill| &fill.lanes);
            let grooves = style.drums.grooves.iter().chain(&style.percussion).map(|groove| &groove.lanes);
            let lanes = grooves.chain(fills).flat_map(|lanes| lanes.values());
            let patterns = style.tracks.iter().flat_map(|track| track.patterns.iter().flatten());
            let rhythms = style.melody.rhythms.values().flatten();
            for bar in lanes.chain(patterns).chain(rhythms).flat_map(|text| text.split('|')) {
                let steps = bar.chars().filter(|c| !c.is_whitespace()).count();
                assert!(steps > 0 && steps % 4 == 0, "{}: {bar:?} has {steps}", style.id);
            }
        }
    }

    #[test]
    fn every_arrangement_names_tracks_that_exist() {
        for style in all() {
            for (kind, tokens) in &style.play {
                for token in tokens.split_whitespace() {
                    let id = token.trim_end_matches(|c: char| c.is_ascii_digit());
                    assert!(style.tracks.iter().any(|track| track.id == id), "{} {kind}: {token}", style.id);
                }
            }
        }
    }
}
