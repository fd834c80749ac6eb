//! The explicit fields of a request: what cannot be used is refused, with the field's name.

use son1k_domain::generation::{Request, limits};

use super::number::accepted;
use crate::instrument::INSTRUMENTS;
use crate::mood::MOODS;
use crate::{Error, Result};

/// Longest value that is repeated in an error.
const SHOWN: usize = 60;

/// Checks every field of a request.
pub(super) fn check(request: &Request) -> Result<()> {
    let ok = |good: bool, field: &'static str, value: &dyn Fn() -> String| {
        if good { Ok(()) } else { Err(invalid(field, &value())) }
    };
    let bytes = |text: &str| format!("{} bytes", text.len());
    ok(request.prompt.len() <= limits::PROMPT_BYTES, "prompt", &|| bytes(&request.prompt))?;
    ok(request.lyrics.len() <= limits::LYRICS_BYTES, "lyrics", &|| bytes(&request.lyrics))?;
    if let Some(bpm) = request.bpm {
        ok(limits::BPM.contains(&bpm.0), "bpm", &|| bpm.0.to_string())?;
    }
    if let Some(duration) = request.duration {
        ok(limits::DURATION_S.contains(&duration.0), "duration", &|| duration.0.to_string())?;
    }
    if let Some(meter) = request.meter {
        ok(accepted(meter).is_some(), "meter", &|| meter.to_string())?;
    }
    if let Some(key) = request.key {
        ok(key.tonic.0 < 12, "key", &|| key.tonic.0.to_string())?;
    }
    // Nought is the default of the record and means one.
    ok(request.variations <= *limits::VARIATIONS.end(), "variations", &|| request.variations.to_string())?;
    if let Some(style) = &request.style {
        ok(crate::style::styles().iter().any(|s| s.id == *style), "style", &|| style.clone())?;
    }
    check_ids(request)
}

fn check_ids(request: &Request) -> Result<()> {
    known("moods", &request.moods, &MOODS)?;
    known("instruments", &request.instruments, &INSTRUMENTS)?;
    known("without", &request.without, &INSTRUMENTS)?;
    match request.without.iter().find(|id| request.instruments.contains(id)) {
        Some(both) => Err(invalid("without", both)),
        None => Ok(()),
    }
}

fn known(field: &'static str, ids: &[String], all: &[&str]) -> Result<()> {
    ids.iter().find(|id| !all.contains(&id.as_str())).map_or(Ok(()), |id| Err(invalid(field, id)))
}

fn invalid(field: &'static str, value: &str) -> Error {
    Error::InvalidField { field, value: value.chars().take(SHOWN).collect() }
}

/// Whether neither the prompt nor a field says anything about the music.
pub(super) fn is_empty(request: &Request) -> bool {
    request.prompt.trim().is_empty()
        && request.style.is_none()
        && request.bpm.is_none()
        && request.key.is_none()
        && request.meter.is_none()
        && request.duration.is_none()
        && request.instruments.is_empty()
        && request.without.is_empty()
        && request.moods.is_empty()
}
