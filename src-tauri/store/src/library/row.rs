//! Rows of `sound`.

use son1k_domain::id::SoundId;
use son1k_domain::library::{Analysis, AnalysisStep, AnalysisSteps, FileTags, LibrarySound, SoundState};
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::sound::SoundFacts;
use son1k_domain::unit::{Bpm, Seconds};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::word::from_word;
use crate::{Error, Result};

/// Reads a whole row.
pub(super) fn read(row: &SqliteRow) -> Result<LibrarySound> {
    let missing: bool = row.try_get("missing")?;
    Ok(LibrarySound {
        id: SoundId(row.try_get("id")?),
        path: row.try_get("path")?,
        name: row.try_get("name")?,
        state: if missing { SoundState::Missing } else { SoundState::Present },
        facts: facts(row)?,
        tags: tags(row)?,
        has_cover: row.try_get("has_cover")?,
        rating: row.try_get("rating")?,
        added_ms: row.try_get("added_ms")?,
        analysis: analysis(row)?,
    })
}

pub(super) fn number(row: &SqliteRow) -> Result<i64> {
    Ok(row.try_get("number")?)
}

fn facts(row: &SqliteRow) -> Result<SoundFacts> {
    Ok(SoundFacts {
        container: from_word(row.try_get("container")?)?,
        codec: from_word(row.try_get("codec")?)?,
        rate: row.try_get("rate")?,
        channels: row.try_get("channels")?,
        bits: row.try_get("bits")?,
        duration: row.try_get::<Option<f64>, _>("duration_s")?.map(Seconds),
        bytes: row.try_get::<i64, _>("bytes")? as f64,
    })
}

fn tags(row: &SqliteRow) -> Result<FileTags> {
    Ok(FileTags {
        title: row.try_get("title")?,
        artist: row.try_get("artist")?,
        album: row.try_get("album")?,
        genre: row.try_get("genre")?,
        year: row.try_get("year")?,
        comment: row.try_get("comment")?,
    })
}

fn analysis(row: &SqliteRow) -> Result<Analysis> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(Analysis {
        loudness: text("loudness")?.as_deref().map(serde_json::from_str).transpose()?,
        bpm: row.try_get::<Option<f64>, _>("bpm")?.map(|bpm| Bpm(bpm as f32)),
        key: row.try_get::<Option<i64>, _>("key")?.map(key_of).transpose()?,
        sounds_like: serde_json::from_str(row.try_get("sounds_like")?)?,
        steps: steps(row)?,
        problem: text("problem")?.as_deref().map(serde_json::from_str).transpose()?,
    })
}

fn steps(row: &SqliteRow) -> Result<AnalysisSteps> {
    let mut steps = AnalysisSteps::default();
    for step in AnalysisStep::ALL {
        steps.set(step, from_word(row.try_get(column(step))?)?);
    }
    Ok(steps)
}

/// Returns the column with the state of a step.
pub(super) fn column(step: AnalysisStep) -> &'static str {
    match step {
        AnalysisStep::Peaks => "peaks_step",
        AnalysisStep::Loudness => "loudness_step",
        AnalysisStep::Rhythm => "rhythm_step",
        AnalysisStep::Beats => "beats_step",
        AnalysisStep::SoundsLike => "sounds_like_step",
    }
}

/// Returns the number of a key.
pub(super) fn number_of(key: Key) -> i64 {
    let mode = Mode::ALL.iter().position(|mode| *mode == key.mode).unwrap_or(0);
    i64::from(key.tonic.0 % 12) * Mode::ALL.len() as i64 + mode as i64
}

fn key_of(number: i64) -> Result<Key> {
    let modes = Mode::ALL.len() as i64;
    let tonic = u8::try_from(number / modes).ok().filter(|tonic| *tonic < 12);
    let tonic = tonic.ok_or_else(|| Error::Damaged(format!("{number} is no key")))?;
    Ok(Key { tonic: PitchClass(tonic), mode: Mode::ALL[(number % modes) as usize] })
}
