//! Renders a score into stems.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use son1k_domain::score::{Duck, Score, Track};

use crate::SAMPLE_RATE;
use crate::channel::Inserts;
use crate::error::{Error, Result};
use crate::instrument::{frame_of, played};
use crate::sounds::Sounds;
use crate::stems::{StemSet, StemWriter};
use son1k_sound::Progress;

/// Frames rendered at a time: 23 ms, short enough for a quick cancellation. It never changes the sound: results are
/// the same for every multiple of the control step, and this one is fixed.
const BLOCK: usize = 1_024;

/// Time that tails may ring on after the last bar.
pub(crate) const TAIL: f64 = 0.5;

/// Longest song that is rendered, half an hour: a score that says more is damaged.
const LONGEST: u64 = 30 * 60 * SAMPLE_RATE as u64;

/// Returns the length of a song in frames, tail included.
pub fn song_frames(score: &Score) -> u64 {
    frame_of(score.length, score.bpm) + (TAIL * f64::from(SAMPLE_RATE)) as u64
}

/// Renders every track of a score through its inserts into the folder `dir`, which is made if need be.
///
/// Tracks are rendered in parallel, each on its own; the same score and sounds give the same bytes on any number of
/// threads.
///
/// # Errors
/// [`Error::Score`] when the tempo or the length cannot be played, [`Error::Sound`] when a sound cannot be loaded,
/// [`Error::Io`] when the folder cannot be written, [`Error::Cancelled`].
pub fn render(score: &Score, sounds: &Sounds, dir: &Path, progress: &Progress) -> Result<StemSet> {
    if !(score.bpm.0.is_finite() && score.bpm.0 >= 10.0) {
        return Err(Error::Score(format!("a tempo of {} is not playable", score.bpm.0)));
    }
    let frames = song_frames(score);
    if frames > LONGEST {
        return Err(Error::Score("it is longer than half an hour".into()));
    }
    std::fs::create_dir_all(dir)?;
    StemSet::unfinish(dir)?;
    let done = AtomicU64::new(0);
    let total = (frames * score.tracks.len() as u64).max(1);
    let report = |count: usize| {
        let now = done.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        Ok(progress.at(now as f32 / total as f32)?)
    };
    score
        .tracks
        .par_iter()
        .enumerate()
        .try_for_each(|(index, track)| render_track(score, track, index, sounds, dir, frames, &report))?;
    progress.check()?;
    StemSet::finish(dir, frames, score.tracks.iter().map(|t| t.id.clone()).collect())
}

fn render_track(
    score: &Score,
    track: &Track,
    index: usize,
    sounds: &Sounds,
    dir: &Path,
    frames: u64,
    report: &(dyn Fn(usize) -> Result<()> + Sync),
) -> Result<()> {
    report(0)?;
    let notes = played(&track.notes, score.bpm);
    let mut instrument = sounds.instrument(&track.sound, notes, seed(score.seed, index))?;
    let triggers = track.channel.duck.as_ref().map_or_else(Vec::new, |duck| triggers(score, duck));
    let mut inserts = Inserts::new(&track.channel, triggers);
    let mut stem = StemWriter::create(dir, index)?;
    let mut block = [[0.0f32; 2]; BLOCK];
    let mut at = 0;
    while at < frames {
        let wanted = ((frames - at) as usize).min(BLOCK);
        block.fill([0.0; 2]);
        let sounding = instrument.play(at, &mut block);
        if !sounding && inserts.quiet() {
            inserts.rest();
            stem.skip(wanted);
        } else {
            inserts.run(at, &mut block);
            stem.write(&block[..wanted])?;
        }
        at += wanted as u64;
        report(wanted)?;
    }
    stem.finish()
}

/// Each track gets a seed of its own that depends on nothing but the score's seed and its place.
fn seed(seed: u32, index: usize) -> u32 {
    seed ^ (index as u32 + 1).wrapping_mul(0x9e37_79b9)
}

/// Returns the frames at which a duck sets in.
fn triggers(score: &Score, duck: &Duck) -> Vec<u64> {
    let Some(track) = score.tracks.iter().find(|t| t.id == duck.from) else {
        tracing::warn!(from = %duck.from, "a duck listens to a track that is not there");
        return Vec::new();
    };
    let notes = played(&track.notes, score.bpm);
    let mut frames: Vec<u64> = notes
        .iter()
        .filter(|n| duck.keys.is_empty() || duck.keys.contains(&n.pitch))
        .map(|n| n.start)
        .collect();
    frames.dedup();
    frames
}
