//! What a delivered file says about itself: the tags and the cover of its source, and how loud it is.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lofty::config::WriteOptions;
use lofty::file::TaggedFileExt;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag, TagExt};
use son1k_domain::loudness::Loudness;

use crate::error::{Error, Result};
use crate::probe::probe;

/// The loudness that ReplayGain 2.0 plays everything at, in LUFS.
const REFERENCE: f32 = -18.0;

/// Writes the tags and the cover of `source`, and ReplayGain 2.0, into a finished file; returns whether it holds any.
///
/// # Errors
/// [`crate::Error::Io`] when a file cannot be read or written; [`crate::Error::Refused`] when the file would not be
/// readable afterwards.
pub fn carry(source: &Path, file: &Path, loudness: &Loudness) -> Result<bool> {
    let before = probe(file)?;
    // The parsers are written for files in good faith; a file made to break them must not take the studio along.
    let carried = catch_unwind(AssertUnwindSafe(|| write(source, file, loudness))).unwrap_or(Ok(false))?;
    let after = probe(file)?;
    let same = (before.rate, before.channels, before.codec) == (after.rate, after.channels, after.codec);
    Ok(carried && same)
}

fn write(source: &Path, file: &Path, loudness: &Loudness) -> Result<bool> {
    let kind = Probe::new(BufReader::new(File::open(file)?)).guess_file_type()?;
    let Some(kind) = kind.file_type().map(|kind| kind.primary_tag_type()) else { return Ok(false) };
    let mut tag = tags_of(source)?.unwrap_or_else(|| Tag::new(kind));
    tag.re_map(kind);
    add_replay_gain(&mut tag, loudness);
    if tag.is_empty() {
        return Ok(true);
    }
    tag.save_to_path(file, WriteOptions::default()).map_err(|error| refused(&error))?;
    Ok(true)
}

/// Returns the tags of a sound, the kind that its file prefers; none when there are none or they cannot be read.
fn tags_of(source: &Path) -> Result<Option<Tag>> {
    let kind = Probe::new(BufReader::new(File::open(source)?)).guess_file_type()?;
    if kind.file_type().is_none() {
        return Ok(None);
    }
    let Ok(read) = kind.read() else { return Ok(None) };
    Ok(read.primary_tag().or(read.first_tag()).cloned())
}

/// What was measured of the source no longer holds.
fn add_replay_gain(tag: &mut Tag, loudness: &Loudness) {
    for stale in [ItemKey::ReplayGainAlbumGain, ItemKey::ReplayGainAlbumPeak] {
        tag.remove_key(stale);
    }
    if let Some(integrated) = loudness.integrated {
        tag.insert_text(ItemKey::ReplayGainTrackGain, format!("{:.2} dB", REFERENCE - integrated.0));
    }
    if let Some(peak) = loudness.true_peak {
        tag.insert_text(ItemKey::ReplayGainTrackPeak, format!("{:.6}", 10f32.powf(peak.0 / 20.0)));
    }
}

/// A disk that is full is not the fault of the tags.
fn refused(error: &(dyn std::error::Error + 'static)) -> Error {
    let mut cause = Some(error);
    while let Some(here) = cause {
        if let Some(io) = here.downcast_ref::<std::io::Error>() {
            return Error::Io(io.kind().into());
        }
        cause = here.source();
    }
    Error::Encode(format!("tags: {error}"))
}
