//! Files brought to a loudness: at once, or as a batch of the queue.

mod batch;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use son1k_domain::job::Stage;
use son1k_domain::mastering::{MasterRequest, MasterResult, Mastered, Preset, PresetTarget};
use son1k_domain::setting::Language;
use son1k_domain::unit::Db;
use son1k_sound::Progress;
use son1k_sound::deliver::{Material, Order, album_gain, deliver};

use crate::cleaning::different;
use crate::make::Watch;
use crate::vouching::Former;
use crate::{Error, Result};

/// The part of the work that goes into measuring an album.
const MEASURING: f32 = 0.2;
/// The part of the work on a file that goes into reading and measuring it.
const READING: f32 = 0.25;

/// Returns the targets that somebody has published.
pub fn presets() -> Vec<PresetTarget> {
    let target =
        |preset: Preset| PresetTarget { preset, target: preset.target(), source: preset.source().into() };
    Preset::ALL.map(target).into()
}

/// Brings each file to the target and writes it to its place; a file that cannot be does not stop the others.
///
/// # Errors
/// [`Error::Cancelled`]; what goes wrong with one file is told in its result.
pub fn master_files(
    request: &MasterRequest,
    places: &[PathBuf],
    language: Language,
    watch: Watch<'_>,
) -> Result<Vec<MasterResult>> {
    let gain = if request.album { album(request, watch)? } else { None };
    let mut results = Vec::with_capacity(request.files.len());
    for (index, (file, place)) in request.files.iter().zip(places).enumerate() {
        let report = |done: f32| (watch.report)(Stage::Mastering, share(request, index, done));
        let progress = Progress { report: &report, cancelled: watch.cancelled };
        let mastered = master_file(Path::new(file), place, request, gain, &progress);
        results.push(result(file, mastered, language)?);
    }
    Ok(results)
}

/// Returns how much of all work is done with so much of a file.
fn share(request: &MasterRequest, index: usize, done: f32) -> f32 {
    let start = if request.album { MEASURING } else { 0.0 };
    start + (1.0 - start) * (index as f32 + done) / request.files.len().max(1) as f32
}

/// Returns what came of a file; only a cancellation is an error of the batch.
fn result(file: &str, mastered: Result<Mastered>, language: Language) -> Result<MasterResult> {
    let source = file.to_owned();
    match mastered {
        Err(Error::Cancelled) => Err(Error::Cancelled),
        Ok(mastered) => Ok(MasterResult { source, mastered: Some(mastered), problem: None }),
        Err(error) => {
            tracing::warn!(file, %error, "not mastered");
            Ok(MasterResult { source, mastered: None, problem: Some(error.describe(language)) })
        }
    }
}

/// Returns the one gain for all files that can be read.
fn album(request: &MasterRequest, watch: Watch<'_>) -> Result<Option<Db>> {
    let count = request.files.len().max(1) as f32;
    let mut sounds = Vec::new();
    for (index, file) in request.files.iter().enumerate() {
        let report = |done: f32| (watch.report)(Stage::Checking, MEASURING * (index as f32 + done) / count);
        let progress = Progress { report: &report, cancelled: watch.cancelled };
        match Material::measured(Path::new(file), Some(request.encoding), &progress) {
            Ok(sound) => sounds.push(sound),
            Err(son1k_sound::Error::Cancelled) => return Err(Error::Cancelled),
            // Told when its turn comes.
            Err(error) => tracing::warn!(file, %error, "left out of the album's loudness"),
        }
    }
    Ok(album_gain(&sounds, request.target.loudness))
}

fn master_file(
    source: &Path,
    place: &Path,
    request: &MasterRequest,
    gain: Option<Db>,
    progress: &Progress,
) -> Result<Mastered> {
    different(source, place)?;
    let material = progress
        .part(0.0, READING, |progress| Material::open(source, request.encoding, progress))
        .map_err(|error| Error::of_reading(source, error))?;
    let former = Former::of(source).map_err(|error| Error::of_reading(source, error))?;
    let order = Order { target: request.target, encoding: request.encoding, gain, out: place };
    let delivered = progress
        .part(READING, 1.0, |progress| deliver(&material, &order, progress))
        .map_err(|error| Error::of_writing(place, error))?;
    former.was_made_into(place).map_err(|error| Error::of_writing(place, error))?;
    Ok(Mastered {
        path: place.display().to_string(),
        before: delivered.before,
        after: delivered.after,
        gain: delivered.gain,
        remarks: delivered.remarks,
    })
}

/// Returns where the results of the files go: into a folder, under their own names with the format's ending; names that
/// are taken by another of the files get a number.
pub fn places(files: &[String], folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut taken = BTreeSet::new();
    let place = |file: &String| {
        numbered(file, extension).find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
    };
    files.iter().map(place).map(|name| folder.join(name)).collect()
}

/// Returns the names that the result of a file may have, the best one first.
fn numbered(file: &str, extension: &str) -> impl Iterator<Item = String> {
    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
    (1..).map(move |number| match number {
        1 => format!("{stem}.{extension}"),
        _ => format!("{stem} {number}.{extension}"),
    })
}

#[cfg(test)]
mod tests;
