//! Files brought to a loudness.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use son1k_domain::job::Stage;
use son1k_domain::mastering::{MasterRequest, MasterResult, Mastered};
use son1k_domain::setting::Language;
use son1k_domain::unit::Db;
use son1k_sound::Progress;
use son1k_sound::deliver::{Material, Order, album_gain, deliver};

use crate::cleaning::different;
use crate::make::Watch;
use crate::{Error, Result};

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
    let count = request.files.len().max(1) as f32;
    let gain = if request.album { album(request, watch)? } else { None };
    let start = if request.album { 0.2 } else { 0.0 };
    let mut results = Vec::with_capacity(request.files.len());
    for (index, (file, place)) in request.files.iter().zip(places).enumerate() {
        let part = |done: f32| start + (1.0 - start) * (index as f32 + done) / count;
        let report = |done: f32| (watch.report)(Stage::Mastering, part(done));
        let progress = Progress { report: &report, cancelled: watch.cancelled };
        let mastered = match master_file(Path::new(file), place, request, gain, &progress) {
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            other => other,
        };
        let (mastered, problem) = match mastered {
            Ok(mastered) => (Some(mastered), None),
            Err(error) => (None, Some(error.describe(language))),
        };
        results.push(MasterResult { source: file.clone(), mastered, problem });
    }
    Ok(results)
}

/// Returns the one gain for all files that can be read.
fn album(request: &MasterRequest, watch: Watch<'_>) -> Result<Option<Db>> {
    let count = request.files.len().max(1) as f32;
    let mut sounds = Vec::new();
    for (index, file) in request.files.iter().enumerate() {
        let report = |done: f32| (watch.report)(Stage::Checking, 0.2 * (index as f32 + done) / count);
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
    let material = Material::open(source, request.encoding, progress)
        .map_err(|error| Error::of_reading(source, error))?;
    let order = Order { target: request.target, encoding: request.encoding, gain, out: place };
    let delivered = deliver(&material, &order, progress).map_err(|error| Error::of_writing(place, error))?;
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
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let numbered = |number: usize| match number {
            1 => format!("{stem}.{extension}"),
            _ => format!("{stem} {number}.{extension}"),
        };
        let name = (1..).map(numbered).find(|name| taken.insert(name.to_lowercase()));
        folder.join(name.unwrap_or_default())
    };
    files.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_name_get_numbers() {
        let files = ["a/Song.wav", "b/song.flac", "c/other.wav"].map(str::to_owned);
        let places = places(&files, Path::new("out"), "mp3");
        assert_eq!(places, ["out/Song.mp3", "out/song 2.mp3", "out/other.mp3"].map(PathBuf::from));
    }
}
