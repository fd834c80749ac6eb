//! Stems as other programs want them: one file a track, with fader, pan, room and echoes, before the limiter.

use std::path::{Path, PathBuf};

use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::project::Strip;
use son1k_domain::score::{Score, Track};
use son1k_domain::unit::Db;

use crate::error::{Error, Result};
use crate::mixer::Mixer;
use crate::stems::StemSet;
use son1k_sound::Progress;
use son1k_sound::encode::{SongTags, encode};

const WAV: Encoding = Encoding::Wav { depth: Depth::Int24 };

/// Frames mixed at a time.
const BLOCK: usize = 1_024;
/// Highest sample of a file, just below full scale.
const FULL: f32 = 0.99;

/// Writes one 24-bit WAV a track into `dir` and returns the files, in the order of the score. Laid over each other
/// they are the mix before the limiter, at `gain`; where a track would pass full scale at that gain, all are lowered
/// by the same amount. Muted tracks, and tracks beside a soloed one, are left out.
///
/// # Errors
/// [`Error::Stems`] when the stems are not those of the score, [`Error::Io`] and [`Error::Encode`] when a file cannot
/// be written, [`Error::Cancelled`].
pub fn export_stems(
    score: &Score,
    stems: &StemSet,
    strips: &[Strip],
    gain: Db,
    dir: &Path,
    progress: &Progress,
) -> Result<Vec<PathBuf>> {
    if !stems.tracks().iter().eq(score.tracks.iter().map(|t| &t.id)) {
        return Err(Error::Stems("they belong to another score".into()));
    }
    std::fs::create_dir_all(dir)?;
    let heard = heard(score, strips);
    let steps = (heard.len() * 2).max(1) as f32;
    let mut highest = 0f32;
    for (step, &index) in heard.iter().enumerate() {
        progress.at(step as f32 / steps)?;
        let samples = wet(score, stems, strips, index, progress)?;
        highest = samples.iter().fold(highest, |peak, v| peak.max(v.abs()));
    }
    let factor = gain.amplitude().min(FULL / highest.max(1e-6));
    if factor < gain.amplitude() {
        tracing::info!(lowered = Db::from_amplitude(factor / gain.amplitude()).0, "stems are lowered to fit");
    }
    let mut files = Vec::new();
    for (step, &index) in heard.iter().enumerate() {
        progress.at((heard.len() + step) as f32 / steps)?;
        let mut samples = wet(score, stems, strips, index, progress)?;
        samples.iter_mut().for_each(|v| *v *= factor);
        let path = dir.join(format!("{:02} {}.wav", index + 1, file_name(&score.tracks[index].name)));
        // The encoder's own progress would run from 0 to 1 for every file.
        let file = Progress { report: &|_| {}, cancelled: progress.cancelled };
        encode(&samples, WAV, &path, &tags(score, index), &file)?;
        files.push(path);
    }
    progress.at(1.0)?;
    Ok(files)
}

/// Returns which tracks are neither muted nor beside a soloed one, in the order of the score.
pub fn heard(score: &Score, strips: &[Strip]) -> Vec<usize> {
    let solo = strips.iter().any(|s| s.solo);
    let is_heard = |track: &Track| {
        let strip = strips.iter().find(|s| s.track == track.id);
        strip.map_or(!solo, |s| !s.mute && (s.solo || !solo))
    };
    (0..score.tracks.len()).filter(|&index| is_heard(&score.tracks[index])).collect()
}

/// Mixes one track alone. Rooms and echoes are linear, so the tracks' shares of them add up to the whole.
fn wet(
    score: &Score,
    stems: &StemSet,
    strips: &[Strip],
    index: usize,
    progress: &Progress,
) -> Result<Vec<f32>> {
    let mut alone = score.clone();
    alone.tracks = vec![score.tracks[index].clone()];
    let strip = strips.iter().filter(|s| s.track == score.tracks[index].id).cloned().collect::<Vec<_>>();
    let mut mixer = Mixer::new(&alone, &strip);
    let mut reader = stems.reader(index)?;
    let mut buffer = [vec![0.0f32; BLOCK * 2]];
    let mut samples = vec![0.0f32; stems.frames() as usize * 2];
    for block in samples.chunks_mut(BLOCK * 2) {
        progress.check()?;
        reader.read(&mut buffer[0][..block.len()])?;
        mixer.sum(&buffer, block);
    }
    Ok(samples)
}

/// Leaves out what file systems do not take.
fn file_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_alphanumeric() || " -_()".contains(c) { c } else { '-' }).collect();
    let name = name.trim().to_owned();
    if name.is_empty() { "track".to_owned() } else { name }
}

fn tags(score: &Score, index: usize) -> SongTags {
    SongTags {
        title: format!("{} - {}", score.title, score.tracks[index].name),
        bpm: Some(score.bpm),
        key: Some(score.key),
        ..SongTags::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_nothing_that_leads_elsewhere() {
        assert_eq!(file_name("../../etc/pass: wd"), "------etc-pass- wd");
        assert_eq!(file_name("Piano de cola (ñ)"), "Piano de cola (ñ)");
        assert_eq!(file_name("  "), "track");
    }
}
