//! Brings a sound file to a loudness: measured, turned by one gain, limited only where the target leaves no room, written,
//! and measured again as it came out of the file.
//!
//! The gain holds for the whole file and nothing follows its dynamics but the true-peak limiter, which is told. A file
//! that does not come out at its target and under its ceiling does not appear.

mod leveller;
mod material;
mod rehearsal;
mod search;

use std::path::Path;
use std::sync::mpsc::sync_channel;

use son1k_domain::encoding::Encoding;
use son1k_domain::loudness::Loudness;
use son1k_domain::mastering::{LoudnessTarget, Remark};
use son1k_domain::unit::{Db, Lufs};

use crate::encode::{SongTags, Unfinished, Writer};
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::tags;
pub use leveller::Level;
pub use material::Material;
use rehearsal::Rehearsal;
pub use search::GainSearch;

/// How far the file may be from the target, in LU.
pub const TOLERANCE: f32 = 0.1;
/// How far the sound may be from it before it is written: what the format changes comes on top.
const CLOSE: f32 = 0.03;
/// Gains that are looked for, in dB.
const GAINS: std::ops::RangeInclusive<f32> = -90.0..=90.0;
/// Most runs of the limiter in search of its gain.
const SEARCHES: u32 = 12;
/// Most files that are written and measured: lossy formats lift peaks by an amount that only they know.
const ATTEMPTS: u32 = 5;
/// What the peaks of the whole may be higher than those of a part of it, in dB.
const RESERVE: f32 = 0.15;
/// Most times that a part is coded before the whole is.
const REHEARSALS: u32 = 3;
/// What a lowered ceiling is lowered by further, in dB, so that the next file is not a hair over again.
const MARGIN: f32 = 0.05;
/// Blocks that are levelled before they are encoded.
const AHEAD: usize = 4;

/// What is to be done with a file.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    pub target: LoudnessTarget,
    pub encoding: Encoding,
    /// The gain of the album, when the file is part of one: its own loudness is then not brought to the target.
    pub gain: Option<Db>,
    pub out: &'a Path,
}

/// What was done, with the file as it was measured on the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    pub before: Loudness,
    pub after: Loudness,
    pub gain: Db,
    pub remarks: Vec<Remark>,
}

/// Writes the material as the order says, with the tags and the cover of its source and its loudness as ReplayGain.
///
/// # Errors
/// [`Error::OutOfReach`] when the target cannot be reached under the ceiling, [`Error::Encode`] when the format has no
/// place for the sound, [`Error::Io`], [`Error::Cancelled`].
pub fn deliver(material: &Material, order: &Order, progress: &Progress) -> Result<Delivered> {
    let before = material.loudness();
    let mut plan = Plan::new(material, order);
    for attempt in 0..ATTEMPTS {
        // Nobody knows how many there will be: each takes three quarters of what is left to tell.
        let done = |attempts: u32| 1.0 - 0.25f32.powi(attempts as i32);
        let (unfinished, after) = progress.part(done(attempt), done(attempt + 1), |progress| {
            progress.part(0.0, 0.25, |progress| plan.prepare(material, order, progress))?;
            let unfinished =
                progress.part(0.25, 0.8, |progress| write(material, order, plan.level(), progress))?;
            let after = progress
                .part(0.8, 1.0, |progress| Material::measured(unfinished.path(), None, progress))?
                .loudness();
            Ok::<_, Error>((unfinished, after))
        })?;
        if plan.accept(order, &after) {
            let carried = tags::carry(material.path(), unfinished.path(), &after)?;
            unfinished.keep()?;
            progress.at(1.0)?;
            let mut remarks = material.remarks();
            remarks.extend(plan.remarks());
            remarks.extend((!carried).then_some(Remark::TagsLost));
            return Ok(Delivered { before, after, gain: Db(plan.gain), remarks });
        }
    }
    Err(Error::OutOfReach { reached: plan.reached, wanted: order.target.loudness })
}

/// Writes the file beside its place: one thread levels what another encodes, as encoders have no use for a second one.
fn write(material: &Material, order: &Order, level: Level, progress: &Progress) -> Result<Unfinished> {
    let mut writer =
        Writer::create(order.out, material.spec(), order.encoding, &SongTags::default(), progress.cancelled)?;
    let (sender, levelled) = sync_channel::<Vec<f32>>(AHEAD);
    std::thread::scope(|scope| {
        let levelling = scope.spawn(move || {
            // Nobody takes it any more: the writer says why.
            let mut hand_on = |samples: &[f32]| sender.send(samples.to_vec()).map_err(|_| Error::Cancelled);
            material.levelled(level, progress, &mut hand_on)
        });
        let written = levelled.iter().try_for_each(|samples| writer.write(&samples));
        drop(levelled);
        let levelled = levelling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.and(levelled)
    })?;
    writer.close()
}

/// The gain of an album that brings its loudness, all files together, to the target.
pub fn album_gain(sounds: &[Material], target: Lufs) -> Option<Db> {
    let together = Material::together(sounds)?;
    Some(Db(target.0 - together.0))
}

/// Gain and ceiling of the next file.
struct Plan {
    gain: f32,
    /// Of the samples before the format changes them, in dBTP; none while the peaks have room.
    ceiling: Option<f32>,
    /// What the sound is to have before it is written: the target, and what the format took the last time.
    wanted: f32,
    /// Whether there is a loudness to bring to the target.
    measurable: bool,
    /// True peak of the material, in dBTP.
    peak: Option<f32>,
    rehearsed: bool,
    lowered: f32,
    reduction: Db,
    reached: Option<Lufs>,
}

impl Plan {
    fn new(material: &Material, order: &Order) -> Self {
        let before = material.loudness();
        let target = order.target.loudness.0;
        let gain = match (order.gain, before.integrated) {
            (Some(gain), _) => gain.0,
            (None, Some(integrated)) => target - integrated.0,
            (None, None) => 0.0,
        };
        let over = before.true_peak.is_some_and(|peak| peak.0 + gain > order.target.ceiling.0);
        Self {
            gain,
            ceiling: over.then_some(order.target.ceiling.0 - MARGIN),
            wanted: before.integrated.map_or(target, |integrated| integrated.0 + gain),
            measurable: before.integrated.is_some(),
            peak: before.true_peak.map(|peak| peak.0),
            rehearsed: false,
            lowered: 0.0,
            reduction: Db(0.0),
            reached: before.integrated,
        }
    }

    fn level(&self) -> Level {
        Level { gain: Db(self.gain), ceiling: self.ceiling.map(son1k_domain::unit::Dbtp) }
    }

    /// Finds gain and ceiling of the next file, the first time with a part of it.
    fn prepare(&mut self, material: &Material, order: &Order, progress: &Progress) -> Result<()> {
        progress.part(0.0, 0.4, |progress| self.settle(material, order, progress))?;
        if std::mem::replace(&mut self.rehearsed, true) {
            return Ok(());
        }
        let lowered = progress.part(0.4, 0.6, |progress| self.rehearse(material, order, progress))?;
        match lowered {
            true => progress.part(0.6, 1.0, |progress| self.settle(material, order, progress)),
            false => Ok(()),
        }
    }

    /// Lowers the ceiling until a part of the sound comes out below the target's. Returns whether it had to.
    fn rehearse(&mut self, material: &Material, order: &Order, progress: &Progress) -> Result<bool> {
        let Some(rehearsal) = Rehearsal::of(material, order, progress)? else { return Ok(false) };
        for _ in 0..REHEARSALS {
            let level = self.level();
            // A limited sound has its peaks everywhere, and a part of it not the highest.
            let reserve = if level.ceiling.is_some() { RESERVE } else { 0.0 };
            let quiet = Progress { report: &|_| (), cancelled: progress.cancelled };
            let peak = rehearsal.true_peak(material, order, level, &quiet)?;
            let over = peak.map_or(0.0, |peak| peak.0 - order.target.ceiling.0 + reserve);
            if over <= 0.0 {
                break;
            }
            self.lower(order, over);
        }
        Ok(self.lowered > 0.0)
    }

    /// Finds the gain with which the limited sound has the wanted loudness; an album keeps its own.
    fn settle(&mut self, material: &Material, order: &Order, progress: &Progress) -> Result<()> {
        if self.ceiling.is_none() {
            return Ok(());
        }
        let mut search = GainSearch::begun(Db(self.gain), Lufs(self.wanted), GAINS);
        for run in 0..SEARCHES {
            let done = |runs: u32| 1.0 - 0.5f32.powi(runs as i32);
            let (loudness, reduction) = progress.part(done(run), done(run + 1), |progress| {
                material.measure_levelled(self.level(), progress)
            })?;
            (self.reduction, self.reached) = (reduction, loudness);
            let fixed = order.gain.is_some() || !self.measurable;
            let Some(loudness) = loudness.filter(|_| !fixed) else { return Ok(()) };
            if (loudness.0 - self.wanted).abs() <= CLOSE {
                return Ok(());
            }
            self.gain = search.learn(loudness).0;
        }
        Err(Error::OutOfReach { reached: self.reached, wanted: order.target.loudness })
    }

    /// Returns whether the file is as it should be, or else mends the plan.
    fn accept(&mut self, order: &Order, after: &Loudness) -> bool {
        self.reached = after.integrated;
        let over = after.true_peak.map_or(-1.0, |peak| peak.0 - order.target.ceiling.0);
        let off = match (order.gain, after.integrated) {
            (None, Some(integrated)) if self.measurable => integrated.0 - order.target.loudness.0,
            _ => 0.0,
        };
        if over <= 0.0 && off.abs() <= TOLERANCE {
            return true;
        }
        if over > 0.0 {
            self.lower(order, over);
        }
        self.wanted -= off;
        if self.ceiling.is_none() {
            self.gain -= off;
        }
        false
    }

    /// Takes from the peaks what the format put on top of them. Without a limiter they may be well below the ceiling.
    fn lower(&mut self, order: &Order, over: f32) {
        let peak = self.ceiling.or(self.peak.map(|peak| peak + self.gain)).unwrap_or(order.target.ceiling.0);
        let ceiling = peak - over - MARGIN;
        self.lowered = order.target.ceiling.0 - ceiling;
        self.ceiling = Some(ceiling);
    }

    fn remarks(&self) -> Vec<Remark> {
        let limited = (self.reduction.0 < -0.01).then_some(Remark::Limited(Db(-self.reduction.0)));
        let format = (self.lowered > 0.0).then_some(Remark::FormatPeaks(Db(self.lowered)));
        limited.into_iter().chain(format).collect()
    }
}

#[cfg(test)]
mod tests;
