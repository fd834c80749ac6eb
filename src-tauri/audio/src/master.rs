//! Masters a song: finds the one gain that brings it to its loudness under the ceiling.

use rayon::prelude::*;
use son1k_domain::mastering::LoudnessTarget;
use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::unit::{Db, Dbtp, Lufs};

use crate::SAMPLE_RATE;
use crate::chain::MasterChain;
use crate::error::{Error, Result};
use crate::mixer::{Buses, Mixer};
use crate::stems::{StemReader, StemSet};
use son1k_sound::Progress;
use son1k_sound::deliver::GainSearch;
use son1k_sound::loudness::Gauge;

/// Frames mixed at a time: 0.4 s, so that two cores seldom wait for each other.
const CHUNK: usize = 16_384;
/// Frames that the limiter runs over before a segment: its gain is then what it would be after the whole song.
const RUN_IN: usize = 2 * SAMPLE_RATE as usize;
/// How close to the target is close enough, in LU.
const TOLERANCE: f32 = 0.06;
/// Most runs of the chain.
const ATTEMPTS: u32 = 9;
/// Gains that are looked for, in dB: more only lifts noise.
const GAINS: std::ops::RangeInclusive<f32> = -60.0..=48.0;

/// What a song that is too short or too quiet to be measured is said to have.
pub(crate) const SILENCE: Lufs = Lufs(-120.0);
pub(crate) const NO_PEAK: Dbtp = Dbtp(-120.0);

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
    target: LoudnessTarget,
    progress: &Progress,
) -> Result<Master> {
    let mix = mix(score, stems, strips, progress)?;
    let gauge = Gauge::song();
    let loudness = gauge.integrated(mix.as_flattened(), progress)?;
    let mut search = GainSearch::new(loudness, target.loudness, GAINS);
    // The chain's ceiling is made for −1 dBTP.
    let mut lowered = (-1.0 - target.ceiling.0).max(0.0);
    let mut samples = vec![[0.0f32; 2]; mix.len()];
    for attempt in 0..ATTEMPTS {
        progress.at(0.5 + 0.5 * attempt as f32 / ATTEMPTS as f32)?;
        let chain = || {
            let mut chain = MasterChain::new(&score.mix);
            chain.lower_ceiling(lowered);
            chain.set_gain(search.gain());
            chain.reset();
            chain
        };
        let (loudness, reduction) = level(chain, &gauge, &mix, &mut samples, progress)?;
        let reached = loudness.is_none_or(|loudness| (loudness.0 - target.loudness.0).abs() <= TOLERANCE);
        let loudness = loudness.unwrap_or(SILENCE);
        // Measuring the peak takes long: only what may be the result needs it.
        if reached || attempt + 1 == ATTEMPTS {
            let true_peak = gauge.true_peak(samples.as_flattened(), progress)?.unwrap_or(NO_PEAK);
            let over = true_peak.0 - target.ceiling.0;
            if over <= 0.0 {
                progress.at(1.0)?;
                let samples = samples.into_flattened();
                let master = Master { samples, gain: search.gain(), loudness, true_peak };
                report(&master, reduction, target);
                return Ok(master);
            }
            lowered += over + 0.02;
        }
        search.learn(loudness);
    }
    Err(Error::Master("the master does not stay under its ceiling".into()))
}

fn report(master: &Master, reduction: Db, target: LoudnessTarget) {
    let (gain, loudness, reduction) = (master.gain.0, master.loudness.0, reduction.0);
    tracing::info!(gain, loudness, reduction, "mastered");
    if reduction < -6.0 {
        tracing::warn!(
            reduction,
            "the limiter takes more than 6 dB: the mix has peaks far above its loudness"
        );
    }
    if (loudness - target.loudness.0).abs() > 0.1 {
        tracing::warn!(loudness, wanted = target.loudness.0, "the loudness was not reached");
    }
}

/// Mixes the whole song up to the gain of the master: the faders are a chunk ahead of the room.
fn mix(score: &Score, stems: &StemSet, strips: &[Strip], progress: &Progress) -> Result<Vec<[f32; 2]>> {
    if !stems.tracks().iter().eq(score.tracks.iter().map(|t| &t.id)) {
        return Err(Error::Stems("they belong to another score".into()));
    }
    let (mut faders, mut room, mut chain) = Mixer::new(score, strips).into_parts();
    let mut readers = (0..stems.tracks().len()).map(Stem::open(stems)).collect::<Result<Vec<_>>>()?;
    let mut sum = |frames: usize, buses: &mut Buses| -> Result<()> {
        readers.iter_mut().try_for_each(|stem| stem.read(frames))?;
        faders.sum(frames, |track| &readers[track].samples, buses, |_, _| {});
        Ok(())
    };
    let mut mix = vec![[0.0f32; 2]; stems.frames() as usize];
    let (mut summed, mut next) = (Buses::new(CHUNK), Buses::new(CHUNK));
    sum(mix.len().min(CHUNK), &mut summed)?;
    let total = mix.len().div_ceil(CHUNK);
    let mut left = mix.len();
    for (index, chunk) in mix.chunks_mut(CHUNK).enumerate() {
        progress.at(0.5 * index as f32 / total as f32)?;
        left -= chunk.len();
        let (read, ()) = rayon::join(
            || sum(left.min(CHUNK), &mut next),
            || {
                room.add(&mut summed, chunk.len());
                chunk.copy_from_slice(&summed.sum[..chunk.len()]);
                chain.tone(chunk);
            },
        );
        read?;
        std::mem::swap(&mut summed, &mut next);
    }
    Ok(mix)
}

/// A stem and the samples that were read of it.
struct Stem {
    reader: StemReader,
    samples: Vec<f32>,
}

impl Stem {
    fn open(stems: &StemSet) -> impl Fn(usize) -> Result<Self> {
        |track| Ok(Self { reader: stems.reader(track)?, samples: vec![0.0; CHUNK * 2] })
    }

    fn read(&mut self, frames: usize) -> Result<()> {
        self.reader.read(&mut self.samples[..frames * 2]).map(drop)
    }
}

/// Writes the mix through a chain into `samples`, in time again; returns the loudness, and the most that the limiter
/// took.
fn level(
    chain: impl Fn() -> MasterChain + Sync,
    gauge: &Gauge,
    mix: &[[f32; 2]],
    samples: &mut [[f32; 2]],
    progress: &Progress,
) -> Result<(Option<Lufs>, Db)> {
    let length = gauge.segment();
    let segments = samples.par_chunks_mut(length).enumerate().map(|(index, out)| {
        progress.check()?;
        Ok(level_segment(chain(), gauge, mix, index * length, out))
    });
    let levelled = segments.collect::<Result<Vec<_>>>()?;
    let energies: Vec<f64> = levelled.iter().flat_map(|(energies, _)| energies).copied().collect();
    let reduction = levelled.iter().map(|(_, reduction)| *reduction).fold(1.0, f32::min);
    Ok((gauge.gated(&energies)?, Db::from_amplitude(reduction)))
}

/// Fills `out` with the frames of the master from `start` on; returns the energies of its steps and the lowest gain
/// of the limiter.
fn level_segment(
    mut chain: MasterChain,
    gauge: &Gauge,
    mix: &[[f32; 2]],
    start: usize,
    out: &mut [[f32; 2]],
) -> (Vec<f64>, f32) {
    let from = start.saturating_sub(RUN_IN);
    let to = start + out.len();
    let latency = chain.latency();
    let mut frames = Vec::with_capacity(to - from + latency);
    frames.extend_from_slice(&mix[from..(to + latency).min(mix.len())]);
    // What the limiter still holds when the song ends.
    frames.resize(to - from + latency, [0.0; 2]);
    chain.level(&mut frames);
    let finished = &frames[latency..];
    out.copy_from_slice(&finished[start - from..]);
    (gauge.energies(finished.as_flattened(), start - from..to - from), chain.take_reduction())
}
