//! The frames of one file in the order in which they are heard: from any place on, and round a selection.

use son1k_sound::{Downmix, Reader, Result};

use super::Cue;
use super::tape::Piece;

/// Seconds over which a seam that would click is covered.
const SEAM: f64 = 0.005;

/// Frames on either side of a seam that tell how rough the sound is.
const NEAR: usize = 64;

pub(super) struct Reel {
    reader: Reader,
    downmix: Downmix,
    rate: f64,
    /// First frame and the one behind the last of the selection.
    span: Option<(u64, u64)>,
    seam: Seam,
    /// Frames that were read and not given away: near the end of a selection they may be blended.
    held: Vec<[f32; 2]>,
    /// The file's frame that `held` begins with.
    at: u64,
    block: Vec<f32>,
    stereo: Vec<f32>,
}

/// What a selection begins with.
#[derive(Default)]
struct Seam {
    /// Just before the selection; silence before the start of the file.
    before: Vec<[f32; 2]>,
    /// The first of the selection.
    after: Vec<[f32; 2]>,
}

impl Reel {
    pub(super) fn new(reader: Reader) -> Self {
        let (downmix, rate) = (reader.downmix(), f64::from(reader.facts().rate));
        let (block, stereo) = (Vec::new(), Vec::new());
        Self {
            reader,
            downmix,
            rate,
            span: None,
            seam: Seam::default(),
            held: Vec::new(),
            at: 0,
            block,
            stereo,
        }
    }

    /// Goes to another place; the end of a selection that lies before it is never met, so it goes to its start.
    pub(super) fn cue(&mut self, cue: Cue) -> Result<()> {
        let frame = |seconds: f64| (seconds.max(0.0) * self.rate).round() as u64;
        self.span = cue.span.map(|(from, to)| (frame(from), frame(to))).filter(|(from, to)| to > from);
        let mut at = frame(cue.at);
        if let Some((from, to)) = self.span {
            self.learn(from, to)?;
            at = if at >= to { from } else { at };
        }
        self.go(at)
    }

    fn go(&mut self, frame: u64) -> Result<()> {
        self.held.clear();
        self.at = frame;
        self.reader.seek(frame)
    }

    /// Reads what a selection begins with.
    fn learn(&mut self, from: u64, to: u64) -> Result<()> {
        let length = ((SEAM * self.rate) as u64).min((to - from) / 2);
        let start = from.saturating_sub(length);
        self.go(start)?;
        while self.held.len() < (from - start) as usize + NEAR && self.read()? > 0 {}
        let lead = ((from - start) as usize).min(self.held.len());
        let mut before = vec![[0.0; 2]; length as usize - lead];
        before.extend_from_slice(&self.held[..lead]);
        let after = self.held[lead..].iter().take(NEAR).copied().collect();
        self.seam = Seam { before, after };
        Ok(())
    }

    /// Returns the next frames; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            let read = self.read()?;
            let Some((from, to)) = self.span else {
                let at = self.at;
                self.at += self.held.len() as u64;
                let frames = std::mem::take(&mut self.held);
                return Ok((read > 0).then_some(Piece { at, frames }));
            };
            let left = usize::try_from(to - self.at).unwrap_or(usize::MAX);
            // A file may be shorter than it said; its end is then that of the selection.
            if read == 0 && self.held.is_empty() && self.at <= from {
                return Ok(None);
            }
            if read == 0 || self.held.len() >= left {
                self.held.truncate(left);
                self.seam.cover(&mut self.held);
                let piece = Piece { at: self.at, frames: std::mem::take(&mut self.held) };
                self.go(from)?;
                return Ok(Some(piece));
            }
            let free = self.held.len().saturating_sub(self.seam.before.len());
            if free > 0 {
                let kept = self.held.split_off(free);
                let piece = Piece { at: self.at, frames: std::mem::replace(&mut self.held, kept) };
                self.at += free as u64;
                return Ok(Some(piece));
            }
        }
    }

    /// Reads some more frames, and returns how many.
    fn read(&mut self) -> Result<usize> {
        let frames = self.reader.read(&mut self.block)?;
        self.stereo.clear();
        self.downmix.append(&self.block, &mut self.stereo);
        self.held.extend_from_slice(self.stereo.as_chunks().0);
        Ok(frames)
    }

    /// Returns whether part of the file was lost.
    pub(super) fn is_damaged(&self) -> bool {
        self.reader.damage().lost.is_some()
    }
}

impl Seam {
    /// Lets the end of a round go over into what is before the selection, if a jump to its start would click. The first
    /// frames of the selection stay as they are: a beat may begin there.
    fn cover(&self, end: &mut [[f32; 2]]) {
        if !self.clicks(end) {
            return;
        }
        let length = self.before.len().min(end.len());
        let start = end.len() - length;
        let into = &self.before[self.before.len() - length..];
        for (index, (frame, other)) in end[start..].iter_mut().zip(into).enumerate() {
            let part = (index + 1) as f32 / (length + 1) as f32 * std::f32::consts::FRAC_PI_2;
            for (sample, other) in frame.iter_mut().zip(other) {
                *sample = *sample * part.cos() + other * part.sin();
            }
        }
    }

    /// A seam clicks when it bends the sound more than the sound bends by itself beside it.
    fn clicks(&self, end: &[[f32; 2]]) -> bool {
        let near = &end[end.len().saturating_sub(NEAR)..];
        let at_seam: Vec<[f32; 2]> =
            near.iter().rev().take(2).rev().chain(self.after.iter().take(2)).copied().collect();
        bend(&at_seam) > 2.0 * bend(near).max(bend(&self.after)) + 1e-4
    }
}

/// Returns the sharpest bend in some frames.
fn bend(frames: &[[f32; 2]]) -> f32 {
    let bends = frames.windows(3).flat_map(|three| {
        [0, 1].map(|side: usize| (three[0][side] - 2.0 * three[1][side] + three[2][side]).abs())
    });
    bends.fold(0.0, f32::max)
}
