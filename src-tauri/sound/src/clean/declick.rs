//! Clicks and crackle mended.
//!
//! Each channel is predicted from its own past and future (an autoregressive model of a stretch of 120 ms). A click is
//! what neither foresaw: short, far above the errors of prediction around it, and gone again without a trace. Its samples
//! are thrown away and put back as the model has them from both sides. After S. V. Vaseghi and P. J. W. Rayner,
//! "Detection and suppression of impulsive noise in speech communication systems", IEE Proceedings I 137(1), 1990, and
//! S. J. Godsill and P. J. W. Rayner, "Digital Audio Restoration", Springer 1998, chapters 4 and 5.

mod detection;
mod prediction;

use rayon::prelude::*;

use crate::encode::Spec;
use detection::{Click, Sizes};
use prediction::Model;

/// Times that a stretch is looked at again after its clicks were mended: what is left of them spoils the model less
/// each time, so that fainter ones show.
const ROUNDS: usize = 4;
/// A stretch of which a larger share would have to be replaced is noise, not a recording with clicks.
const MOST: f64 = 0.25;

/// Mends clicks in sound that flows through. As many frames come out as went in.
pub struct Declick {
    sizes: Sizes,
    lines: Vec<Vec<f64>>,
    clicks: u32,
}

impl Declick {
    /// Prepares for sound of this rate and these channels.
    pub fn new(spec: Spec) -> Self {
        let sizes = Sizes::at(spec.rate);
        // Silence before the beginning stands in for the margin that is not there.
        let line = vec![0.0; sizes.margin];
        Self { sizes, lines: vec![line; usize::from(spec.channels).max(1)], clicks: 0 }
    }

    /// Returns how many clicks were mended so far. Channels that click at the same moment count once.
    pub fn clicks(&self) -> u32 {
        self.clicks
    }

    /// Takes whole frames and adds those that are done to `out`: they come about 80 ms late.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let channels = self.lines.len();
        for (channel, line) in self.lines.iter_mut().enumerate() {
            line.extend(samples.iter().skip(channel).step_by(channels).map(|sample| f64::from(*sample)));
        }
        while self.lines[0].len() >= self.sizes.block() {
            self.mend(self.sizes.block());
            self.hand_out(self.sizes.hop, out);
        }
    }

    /// Adds what is left to `out`, and is ready for another sound.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        while self.lines[0].len() > self.sizes.margin {
            let end = self.lines[0].len();
            let block = self.sizes.block().max(end);
            self.lines.iter_mut().for_each(|line| line.resize(block, 0.0));
            self.mend(end);
            self.hand_out(self.sizes.hop.min(end - self.sizes.margin), out);
            let left = end.saturating_sub(self.sizes.hop).max(self.sizes.margin);
            self.lines.iter_mut().for_each(|line| line.resize(left, 0.0));
        }
        self.lines.iter_mut().for_each(|line| {
            line.clear();
            line.resize(self.sizes.margin, 0.0);
        });
    }

    /// Mends the first block of each channel, of which `end` samples are sound.
    fn mend(&mut self, end: usize) {
        let (sizes, block) = (self.sizes, self.sizes.block());
        let found = self.lines.par_iter_mut().map(|line| mend_line(&mut line[..block], end, &sizes));
        let mut clicks: Vec<Click> = found.flatten_iter().collect();
        clicks.sort_by_key(|click| click.start);
        let mut reached = None;
        for click in clicks {
            if reached.is_none_or(|reached| click.start > reached) {
                self.clicks = self.clicks.saturating_add(1);
            }
            reached = reached.max(Some(click.end));
        }
    }

    fn hand_out(&mut self, frames: usize, out: &mut Vec<f32>) {
        let margin = self.sizes.margin;
        for frame in margin..margin + frames {
            out.extend(self.lines.iter().map(|line| line[frame] as f32));
        }
        let gone = frames.min(self.sizes.hop);
        self.lines.iter_mut().for_each(|line| drop(line.drain(..gone)));
    }
}

/// Mends the clicks that begin in the middle of a block, and returns them. Those behind it are mended for the model's
/// sake and are damaged again afterwards: they have their turn when more is known of what follows.
fn mend_line(block: &mut [f64], end: usize, sizes: &Sizes) -> Vec<Click> {
    let mut mended: Vec<Click> = Vec::new();
    if block.iter().all(|sample| *sample == 0.0) {
        return mended;
    }
    let before = block.to_vec();
    for _ in 0..ROUNDS {
        let model = Model::of(block);
        let found = detection::clicks(block, &model, end, sizes);
        if found.is_empty() {
            break;
        }
        mended = joined(mended, found);
        let damaged: usize = mended.iter().map(Click::len).sum();
        if damaged as f64 > MOST * sizes.hop as f64 {
            block.copy_from_slice(&before);
            return Vec::new();
        }
        model.fill(block, &mended);
    }
    if !mended.is_empty() {
        // Once more with the model of the mended sound.
        Model::of(block).fill(block, &mended);
    }
    let is_due = |click: &Click| click.start < sizes.margin + sizes.hop;
    for click in mended.iter().filter(|click| !is_due(click)) {
        block[click.start..=click.end].copy_from_slice(&before[click.start..=click.end]);
    }
    mended.retain(is_due);
    mended
}

/// Returns all clicks in their order, those that touch as one.
fn joined(some: Vec<Click>, more: Vec<Click>) -> Vec<Click> {
    let mut all = [some, more].concat();
    all.sort_by_key(|click| click.start);
    let mut joined: Vec<Click> = Vec::with_capacity(all.len());
    for click in all {
        match joined.last_mut() {
            Some(last) if click.start <= last.end + 1 => last.end = last.end.max(click.end),
            _ => joined.push(click),
        }
    }
    joined
}
