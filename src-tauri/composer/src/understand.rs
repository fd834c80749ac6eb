//! From a request to a brief.
use son1k_domain::generation::{Brief, Palette, Request, Understanding};
use son1k_domain::music::{Key, Meter, Mode, PITCH_NAMES, PitchClass};
use son1k_domain::unit::{Bpm, Seconds};

use crate::{Error, Result};

/// What the form can offer.
pub fn palette() -> Palette {
    Palette {
        styles: crate::style::styles(),
        moods: crate::mood::MOODS.map(str::to_owned).to_vec(),
        instruments: crate::instrument::INSTRUMENTS.map(str::to_owned).to_vec(),
    }
}

/// Reads `A minor`.
pub fn parse_key(text: &str) -> Option<Key> {
    let (name, mode) = text.split_once(' ')?;
    let tonic = PITCH_NAMES.iter().position(|n| *n == name)?;
    let mode = if mode == "minor" { Mode::Minor } else { Mode::Major };
    Some(Key { tonic: PitchClass(u8::try_from(tonic).ok()?), mode })
}

/// Reads the explicit fields of a request.
pub fn understand(request: &Request, _seed: u32) -> Result<Understanding> {
    if request.prompt.trim().is_empty() {
        return Err(Error::EmptyPrompt);
    }
    let brief = Brief {
        title: request.prompt.clone(),
        style: request.style.clone().unwrap_or_else(|| "pop".to_owned()),
        bpm: request.bpm.unwrap_or(Bpm(110.0)),
        key: request.key.unwrap_or(Key { tonic: PitchClass(0), mode: Mode::Major }),
        meter: request.meter.unwrap_or(Meter::FOUR_FOUR),
        duration: request.duration.unwrap_or(Seconds(180.0)),
        moods: request.moods.clone(),
        instruments: request.instruments.clone(),
        without: request.without.clone(),
    };
    Ok(Understanding { chips: Vec::new(), not_understood: Vec::new(), brief })
}
