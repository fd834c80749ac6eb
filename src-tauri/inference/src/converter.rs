//! True voice converters: models that say what somebody says with another voice.
//!
//! None of them is part of the studio. Any model that keeps to the [`contract`] works, and what the contract is stands in
//! `docs/converters.md`. Sounds are given to it in windows that overlap and are faded into each other, so that their length
//! costs no memory.

mod contract;

use std::path::Path;

use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;
use son1k_domain::id::ModelId;

use crate::likeness::{VoicePrint, WIDTH};
use crate::{Error, Progress, Result, Sessions};

pub use contract::{Breach, Contract, Reference};

/// Of a window, what the next one goes over as well.
const OVERLAP: usize = 8;
/// No net hears anything in less than this: shorter sounds get silence behind them. In parts of a second.
const LEAST: u32 = 4;

/// Whom a sound is to be said by.
pub struct Guide<'a> {
    pub print: &'a VoicePrint,
    /// Speech of the target at [`Contract::rate`]; read only by models with an input `reference`.
    pub reference: &'a [f32],
    /// The melody that is wanted, in hertz, one value every [`Contract::hop`] samples of the source; 0 where there is no
    /// tone. Read only by models with an input `pitch`; what is missing at its end has no tone.
    pub pitch: &'a [f32],
}

/// Returns what a model says of itself, if it keeps to the contract. `model` is what it is called in memory.
///
/// # Errors
/// [`Error::ModelMissing`], [`Error::Contract`].
pub fn contract(sessions: &Sessions, model: &ModelId, file: &Path) -> Result<Contract> {
    let read = sessions.with(model, file, |session| Ok(Contract::read(session)));
    let broken = |breach| Error::Contract { model: model.clone(), breach };
    match read {
        Ok(found) => found.map_err(broken),
        Err(Error::ModelUnusable { reason, .. }) => Err(broken(Breach::NoModel(reason))),
        Err(other) => Err(other),
    }
}

/// Returns speech in another voice, as long as it was. `source` is mono at [`Contract::rate`], and so is what comes of it.
///
/// Besides both sounds it holds one window of [`Contract::window`] samples.
///
/// # Errors
/// [`Error::ModelMissing`], [`Error::Cancelled`]; [`Error::Contract`] when a run fails, or gives what it should not.
pub fn convert(
    sessions: &Sessions,
    model: &ModelId,
    file: &Path,
    contract: &Contract,
    source: &[f32],
    guide: &Guide<'_>,
    progress: &Progress<'_>,
) -> Result<Vec<f32>> {
    let broken = |breach| Error::Contract { model: model.clone(), breach };
    let mut seam = Seam { made: Vec::with_capacity(source.len()), overlap: contract.overlap() };
    let starts = contract.starts(source.len());
    for (number, start) in starts.iter().copied().enumerate() {
        progress.at(number, starts.len())?;
        let end = (start + contract.window).min(source.len());
        let piece = contract.piece(&source[start..end]);
        let run = |session: &mut Session| say(session, contract, piece.clone(), start, guide);
        let said = match sessions.with(model, file, run) {
            Err(Error::ModelUnusable { reason, .. }) => return Err(broken(Breach::Failed(reason))),
            other => other?,
        };
        let said = contract.checked(said, piece.len(), end - start).map_err(broken)?;
        seam.join(start, &said);
    }
    progress.at(1, 1)?;
    Ok(seam.made)
}

/// Runs the model over one window that begins at a sample of the source.
fn say(
    session: &mut Session,
    contract: &Contract,
    piece: Vec<f32>,
    start: usize,
    guide: &Guide<'_>,
) -> ort::Result<Vec<f32>> {
    let samples = piece.len();
    let mut inputs: Vec<(&str, SessionInputValue<'_>)> =
        vec![(contract::SOURCE, Tensor::from_array(([1, samples], piece))?.into())];
    if contract.target {
        inputs.push((
            contract::TARGET,
            Tensor::from_array(([1, WIDTH], guide.print.values().to_vec()))?.into(),
        ));
    }
    if let Some(reference) = contract.reference {
        let sound = reference.of(guide.reference);
        inputs.push((contract::REFERENCE, Tensor::from_array(([1, sound.len()], sound))?.into()));
    }
    if contract.pitch {
        let (first, frames) = (start / contract.hop, samples / contract.hop);
        let melody = (first..first + frames).map(|frame| guide.pitch.get(frame).copied().unwrap_or(0.0));
        let melody: Vec<f32> = melody.collect();
        inputs.push((contract::PITCH, Tensor::from_array(([1, frames], melody))?.into()));
    }
    let outputs = session.run(inputs)?;
    Ok(outputs[contract::CONVERTED].try_extract_tensor::<f32>()?.1.to_vec())
}

impl Contract {
    /// Returns the samples that two windows have in common.
    fn overlap(&self) -> usize {
        (self.window / OVERLAP).next_multiple_of(self.hop).min(self.window / 2)
    }

    /// Returns where windows begin, so that the last one is as full as any: at its start and end a net hears least.
    fn starts(&self, samples: usize) -> Vec<usize> {
        if samples <= self.window {
            return vec![0];
        }
        let step = ((self.window - self.overlap()) / self.hop * self.hop).max(self.hop);
        let last = (samples - self.window).next_multiple_of(self.hop);
        (0..last).step_by(step).chain([last]).collect()
    }

    /// Returns a window as the model takes it: of whole hops, and as long as it has to be.
    fn piece(&self, sound: &[f32]) -> Vec<f32> {
        let least = ((self.rate / LEAST) as usize).min(self.window);
        let long = if self.fixed { self.window } else { sound.len().max(least).next_multiple_of(self.hop) };
        let mut piece: Vec<f32> =
            sound.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }).collect();
        piece.resize(long, 0.0);
        piece
    }

    /// Checks what a run gave for `asked` samples, and returns the `wanted` ones at its beginning.
    fn checked(&self, mut said: Vec<f32>, asked: usize, wanted: usize) -> Result<Vec<f32>, Breach> {
        if said.len().abs_diff(asked) > self.hop {
            return Err(Breach::Length { asked, given: said.len() });
        }
        if said.iter().any(|sample| !sample.is_finite()) {
            return Err(Breach::NotFinite);
        }
        said.resize(wanted, 0.0);
        Ok(said)
    }
}

/// Windows put together.
struct Seam {
    made: Vec<f32>,
    overlap: usize,
}

impl Seam {
    /// Adds a window that begins at a sample of the whole. Where it goes over what is there already, the end of that is faded
    /// into it: both gains are one together, as both say the same.
    fn join(&mut self, start: usize, window: &[f32]) {
        let made = self.made.len();
        let fade = (made - start.min(made)).min(self.overlap).min(window.len());
        let begin = made - fade;
        let fresh = window.get(begin.saturating_sub(start)..).unwrap_or_default();
        for (place, sample) in fresh.iter().enumerate() {
            match self.made.get_mut(begin + place) {
                Some(before) => {
                    let way = (place as f32 + 0.5) / fade as f32;
                    let gain = 0.5 - 0.5 * (std::f32::consts::PI * way).cos();
                    *before += gain * (sample - *before);
                }
                None => self.made.push(*sample),
            }
        }
    }
}

#[cfg(test)]
mod tests;
