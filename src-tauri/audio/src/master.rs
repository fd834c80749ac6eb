//! Masters a song: finds the one gain that brings it to its loudness under the ceiling.

use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::unit::{Db, Dbtp, Lufs};

use crate::chain::MasterChain;
use crate::error::{Error, Result};
use crate::limiter::LATENCY;
use crate::loudness::{SILENCE, integrated, true_peak};
use crate::mixer::Mixer;
use crate::progress::Progress;
use crate::stems::StemSet;

/// Frames mixed at a time.
const BLOCK: usize = 1_024;
/// How close to the target is close enough, in LU.
const TOLERANCE: f32 = 0.06;
/// Most runs of the chain.
const ATTEMPTS: u32 = 9;
/// Most gain, in dB: more only lifts noise.
const MOST_GAIN: f32 = 48.0;

/// What a master is to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    pub loudness: Lufs,
    /// Never passed.
    pub ceiling: Dbtp,
}

impl Default for Target {
    /// −14 LUFS and −1 dBTP, what streaming services play without changing it.
    fn default() -> Self {
        Self { loudness: Lufs(-14.0), ceiling: Dbtp(-1.0) }
    }
}

/// A finished song.
#[derive(Debug, Clone, PartialEq)]
pub struct Master {
    /// Interleaved stereo.
    pub samples: Vec<f32>,
    /// The gain before the limiter: with it, the [`Mixer`] plays the same sound.
    pub gain: Db,
    pub loudness: Lufs,
    pub true_peak: Dbtp,
}

/// Mixes and masters a song. One gain holds for the whole song; nothing follows its dynamics but the limiter.
///
/// # Errors
/// [`Error::Stems`] when the stems are not those of the score, [`Error::Io`] when they cannot be read,
/// [`Error::Cancelled`].
pub fn master(
    score: &Score,
    stems: &StemSet,
    strips: &[Strip],
    target: Target,
    progress: &Progress,
) -> Result<Master> {
    let mix = mix(score, stems, strips, progress)?;
    let mut search = Search::new(integrated(&mix, progress)?, target.loudness);
    let mut chain = MasterChain::new(&score.mix);
    // The chain's ceiling is made for −1 dBTP.
    chain.lower_ceiling((-1.0 - target.ceiling.0).max(0.0));
    let mut found = None;
    for attempt in 0..ATTEMPTS {
        progress.at(0.5 + 0.5 * attempt as f32 / ATTEMPTS as f32)?;
        let samples = levelled(&mut chain, &mix, Db(search.gain), progress)?;
        let loudness = integrated(&samples, progress)?;
        let reached = (loudness.0 - target.loudness.0).abs() <= TOLERANCE || loudness == SILENCE;
        // Measuring the peak takes long: only what may be the result needs it.
        if reached || attempt + 1 == ATTEMPTS {
            let true_peak = true_peak(&samples)?;
            let over = true_peak.0 - target.ceiling.0;
            if over <= 0.0 {
                found = Some(Master { samples, gain: Db(search.gain), loudness, true_peak });
                break;
            }
            chain.lower_ceiling(over + 0.02);
        }
        search.learn(loudness);
    }
    progress.at(1.0)?;
    let master = found.ok_or_else(|| Error::Measure("the master does not stay under its ceiling".into()))?;
    report(&master, &mut chain, target);
    Ok(master)
}

fn report(master: &Master, chain: &mut MasterChain, target: Target) {
    let reduction = Db::from_amplitude(chain.take_reduction()).0;
    tracing::info!(gain = master.gain.0, loudness = master.loudness.0, reduction, "mastered");
    if reduction < -6.0 {
        tracing::warn!(
            reduction,
            "the limiter takes more than 6 dB: the mix has peaks far above its loudness"
        );
    }
    if (master.loudness.0 - target.loudness.0).abs() > 0.1 {
        tracing::warn!(
            loudness = master.loudness.0,
            wanted = target.loudness.0,
            "the loudness was not reached"
        );
    }
}

/// Mixes the whole song up to the gain of the master.
fn mix(score: &Score, stems: &StemSet, strips: &[Strip], progress: &Progress) -> Result<Vec<f32>> {
    if !stems.tracks().iter().eq(score.tracks.iter().map(|t| &t.id)) {
        return Err(Error::Stems("they belong to another score".into()));
    }
    let mut readers = (0..stems.tracks().len()).map(|n| stems.reader(n)).collect::<Result<Vec<_>>>()?;
    let mut buffers = vec![vec![0.0f32; BLOCK * 2]; readers.len()];
    let mut mixer = Mixer::new(score, strips);
    let mut mix = vec![0.0f32; stems.frames() as usize * 2];
    let blocks = mix.len().div_ceil(BLOCK * 2);
    for (index, block) in mix.chunks_mut(BLOCK * 2).enumerate() {
        progress.at(0.5 * index as f32 / blocks as f32)?;
        for (reader, buffer) in readers.iter_mut().zip(&mut buffers) {
            reader.read(&mut buffer[..block.len()])?;
        }
        mixer.sum(&buffers, block);
    }
    Ok(mix)
}

/// Returns the mix at a gain, limited, in time again.
fn levelled(chain: &mut MasterChain, mix: &[f32], gain: Db, progress: &Progress) -> Result<Vec<f32>> {
    chain.set_gain(gain);
    chain.reset();
    let mut out = mix.to_vec();
    // What the limiter still holds when the song ends.
    out.extend([0.0; LATENCY * 2]);
    let (frames, _) = out.as_chunks_mut::<2>();
    for block in frames.chunks_mut(BLOCK) {
        progress.check()?;
        chain.level(block);
    }
    out.drain(..LATENCY * 2);
    Ok(out)
}

/// Finds the gain: the secant method, begun with what would be right without a limiter.
struct Search {
    gain: f32,
    target: f32,
    last: Option<(f32, f32)>,
}

impl Search {
    fn new(loudness: Lufs, target: Lufs) -> Self {
        let gain = if loudness == SILENCE { 0.0 } else { (target.0 - loudness.0).clamp(-60.0, MOST_GAIN) };
        Self { gain, target: target.0, last: None }
    }

    fn learn(&mut self, loudness: Lufs) {
        let now = (self.gain, loudness.0);
        // Loudness never rises faster than gain; where the limiter works it rises more slowly.
        let slope = self.last.map_or(0.9, |last| (now.1 - last.1) / (now.0 - last.0));
        let slope = if slope.is_finite() { slope.clamp(0.12, 1.0) } else { 0.9 };
        self.last = Some(now);
        self.gain = (self.gain + (self.target - now.1) / slope).clamp(-60.0, MOST_GAIN);
    }
}
