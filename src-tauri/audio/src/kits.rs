//! Drum kits: how each stroke is layered, tuned and shaped, from the sheets in `kits/`.
//!
//! Strokes are baked once: each, at three strengths and in several variants, becomes one finished buffer, so that
//! playing is no more than mixing.

mod bake;
mod player;

use std::collections::BTreeMap;

use serde::Deserialize;
use son1k_domain::score::Kit;

use crate::drums::Drum;
use crate::error::{Error, Result};

pub(crate) use bake::Oven;
pub(crate) use player::KitPlayer;

/// Every kit.
pub(crate) const ALL: [Kit; 6] = [Kit::Dembow, Kit::Trap, Kit::House, Kit::Synthwave, Kit::Lofi, Kit::Pop];

/// The sheet of a kit: strokes by name. Strokes that a kit leaves out come from `base.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KitSheet {
    /// Tone of the whole kit.
    #[serde(default)]
    pub(crate) finish: Finish,
    pub(crate) strokes: BTreeMap<String, Stroke>,
}

/// What is done to all strokes of a kit.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Finish {
    pub low_pass: Option<f32>,
    /// Saturation, 0 to 1.
    pub drive: f32,
}

/// What one General MIDI key (or several) plays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stroke {
    pub keys: Vec<u8>,
    /// Peak level in dB relative to the others.
    pub gain: f32,
    /// −1 to 1.
    #[serde(default)]
    pub pan: f32,
    /// Strokes of the same group cut each other off; 0 is no group.
    #[serde(default)]
    pub choke: u8,
    /// Variants that take turns, so that no two strokes in a row are the same.
    #[serde(default = "two")]
    pub variants: u8,
    /// Saturation, 0 to 1.
    #[serde(default)]
    pub drive: f32,
    pub layers: Vec<Layer>,
}

fn two() -> u8 {
    2
}

/// One sound within a stroke. Exactly one of `file`, `drum` and `font` is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Layer {
    /// A one-shot, by its file name without extension.
    pub file: Option<String>,
    /// A computed drum with `pitch`, `length` and `tone`.
    pub drum: Option<Drum>,
    /// Program of bank 128 and key.
    pub font: Option<[u8; 2]>,
    pub pitch: f32,
    pub length: f32,
    pub tone: f32,
    /// Peak in dB relative to the loudest layer.
    pub gain: f32,
    /// Semitones.
    pub tune: f32,
    /// Seconds after which a fast fade sets in.
    pub hold: Option<f32>,
    /// Seconds of a 60 dB fade after `hold`.
    pub decay: Option<f32>,
    pub high_pass: Option<f32>,
    pub low_pass: Option<f32>,
    /// Milliseconds later than the stroke.
    pub delay: f32,
    /// 0 makes it mono, 1 leaves it.
    pub width: Option<f32>,
}

impl KitSheet {
    /// Reads the sheet of a kit.
    ///
    /// # Errors
    /// [`Error::Sound`] when a sheet is not what it should be.
    pub fn read(kit: Kit) -> Result<Self> {
        let text = match kit {
            Kit::Dembow => include_str!("../kits/dembow.toml"),
            Kit::Trap => include_str!("../kits/trap.toml"),
            Kit::House => include_str!("../kits/house.toml"),
            Kit::Synthwave => include_str!("../kits/synthwave.toml"),
            Kit::Lofi => include_str!("../kits/lofi.toml"),
            Kit::Pop => include_str!("../kits/pop.toml"),
        };
        let mut sheet = Self::parse(text)?;
        let taken: Vec<u8> = sheet.strokes.values().flat_map(|s| s.keys.clone()).collect();
        for (name, mut stroke) in Self::parse(include_str!("../kits/base.toml"))?.strokes {
            stroke.keys.retain(|key| !taken.contains(key));
            if !stroke.keys.is_empty() {
                sheet.strokes.insert(format!("base {name}"), stroke);
            }
        }
        Ok(sheet)
    }

    fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|e| Error::Sound(format!("a kit cannot be read: {}", e.message())))
    }

    /// Returns the names of the one-shots it needs.
    pub fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.strokes.values().flat_map(|s| &s.layers).filter_map(|l| l.file.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_reads_and_names_each_key_once() {
        for kit in ALL {
            let sheet = KitSheet::read(kit).unwrap();
            let mut keys: Vec<u8> = sheet.strokes.values().flat_map(|s| s.keys.clone()).collect();
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), count, "{kit:?} names a key twice");
            assert!(
                (35..=59).all(|key| keys.contains(&key)),
                "{kit:?} leaves out keys of the drum set: {keys:?}"
            );
        }
    }

    #[test]
    fn every_layer_has_exactly_one_source() {
        for kit in ALL {
            for (name, stroke) in KitSheet::read(kit).unwrap().strokes {
                for layer in stroke.layers {
                    let sources = [layer.file.is_some(), layer.drum.is_some(), layer.font.is_some()];
                    assert_eq!(sources.iter().filter(|s| **s).count(), 1, "{kit:?} {name}");
                    assert!(
                        layer.drum.is_none() || (layer.pitch > 0.0 && layer.length > 0.0),
                        "{kit:?} {name}"
                    );
                }
            }
        }
    }
}
