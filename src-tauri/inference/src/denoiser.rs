//! A voice without the noise around it: DeepFilterNet3, full band.
//!
//! H. Schröter, T. Rosenkranz, A. N. Escalante-B. and A. Maier, "DeepFilterNet: perceptually motivated real-time speech
//! enhancement", Interspeech 2023. The net was trained on speech: what is not a voice counts as noise, music included.
//!
//! It gives a gain for each of 32 bands, and for the lowest 96 bins (below 4.8 kHz) a filter over five frames. Both sides
//! of a stereo sound are cleaned each by itself, as two recordings would be.

mod features;

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use son1k_domain::unit::Db;

use crate::resample::Resampler;
use crate::stft::{Bin, Stft, side};
use crate::{Progress, Result, Sessions};
use features::{BANDS, BINS, FILTERED, Features};

/// Rate of the sound, and of the net.
const RATE: usize = 44_100;
const NET_RATE: usize = 48_000;
/// Frames of 20 ms, every 10 ms.
const FRAME: usize = 960;
const HOP: usize = 480;
/// Frames that a run of the net gives: 3 s.
const RUN: usize = 300;
/// Frames before them that it hears again: its convolutions look back over a few, and settle within these.
const AGAIN: usize = 20;
/// Samples of the beginning that are heard backwards before the sound, so that the net knows the noise when it begins: 2 s.
const LEAD: usize = 2 * RATE;
/// Recurrent layers and their cells.
const MEMORY: [usize; 3] = [5, 1, 256];
/// The net looks so many frames ahead, and its filters reach as far in both directions.
const AHEAD: usize = 2;
/// Taps of a filter.
const TAPS: usize = 2 * AHEAD + 1;

/// An attenuation from which on nothing of what was taken away comes back.
pub const ALL: Db = Db(100.0);

/// Returns the sound without its noise, as long as it was. `stereo` is interleaved at 44,100 Hz. `strength` is how far
/// noise is turned down at most: 0 dB leaves the sound as it is, 12 dB keeps some air around the voice, [`ALL`] keeps
/// nothing. Above 20.8 kHz nothing is left but at a strength below [`ALL`].
///
/// Works through stretches of three seconds; besides the sound and the result it holds both sides of it.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn denoise(
    sessions: &Sessions,
    model: &Path,
    stereo: &[f32],
    strength: Db,
    progress: &Progress<'_>,
) -> Result<Vec<f32>> {
    let (left, right) = (side(stereo, 0), side(stereo, 1));
    let alike = left == right;
    let sides = if alike { 1 } else { 2 };
    let mut cleaned = vec![0.0; left.len() * 2];
    for number in 0..sides {
        let (sound, lead) = led_in(if number == 0 { &left } else { &right });
        let mut place = 0;
        Cleaning::new(&sound).run(
            |inputs| sessions.with(&"deepfilternet3".into(), model, |session| answers(session, inputs)),
            |done| progress.at(number * sound.len() + done, sides * sound.len()),
            |samples| {
                for sample in samples {
                    if let Some(at) = usize::checked_sub(place, lead) {
                        cleaned[2 * at + number] = sample;
                    }
                    place += 1;
                }
            },
        )?;
        keep_some(&sound[lead..], &mut cleaned[number..], strength);
    }
    if alike {
        cleaned.as_chunks_mut::<2>().0.iter_mut().for_each(|frame| frame[1] = frame[0]);
    }
    progress.at(1, 1)?;
    Ok(cleaned)
}

/// Returns the sound behind its own beginning in reverse, which joins it without a jump, and the length of that.
fn led_in(sound: &[f32]) -> (Vec<f32>, usize) {
    let lead = LEAD.min(sound.len());
    (sound[..lead].iter().rev().chain(sound).copied().collect(), lead)
}

/// Mixes back what the strength leaves of the noise; `cleaned` is every other sample.
fn keep_some(sound: &[f32], cleaned: &mut [f32], strength: Db) {
    if strength.0 >= ALL.0 {
        return;
    }
    let kept = Db(-strength.0.max(0.0)).amplitude();
    for (cleaned, sample) in cleaned.iter_mut().step_by(2).zip(sound) {
        *cleaned = kept * sample + (1.0 - kept) * *cleaned;
    }
}

/// What a run of the net is asked: [`BANDS`] levels and [`FILTERED`] bins a frame.
struct Question {
    bands: Vec<f32>,
    /// All real parts, then all imaginary ones.
    bins: Vec<f32>,
    /// What the net remembers of the frames before.
    memory: Vec<f32>,
}

/// What it answers: [`BANDS`] gains and [`FILTERED`] × [`TAPS`] complex taps a frame.
struct Answer {
    gains: Vec<f32>,
    taps: Vec<f32>,
    /// The memory behind each frame.
    memories: Vec<f32>,
}

fn answers(session: &mut Session, question: Question) -> ort::Result<Answer> {
    let frames = question.bands.len() / BANDS;
    let bands = Tensor::from_array(([1, 1, frames, BANDS], question.bands))?;
    let bins = Tensor::from_array(([1, 2, frames, FILTERED], question.bins))?;
    let memory = Tensor::from_array((MEMORY, question.memory))?;
    let outputs = session.run(ort::inputs!["feat_erb" => bands, "feat_spec" => bins, "memory" => memory])?;
    let values = |name: &str| Ok::<_, ort::Error>(outputs[name].try_extract_tensor::<f32>()?.1.to_vec());
    Ok(Answer { gains: values("gains")?, taps: values("coefs")?, memories: values("memories")? })
}

/// One side on its way through the net. Frame `n` begins at sample `(n − 1) · HOP` of the sound at 48 kHz.
struct Cleaning<'a> {
    sound: &'a [f32],
    there: Resampler,
    back: Resampler,
    stft: Stft,
    features: Features,
    /// Spectra from frame `first` on.
    spectra: Vec<Bin>,
    first: usize,
    /// The result at 48 kHz from sample `begins` on; the last half frame still waits for its other half.
    result: Vec<f32>,
    begins: usize,
    /// Samples that went out at 44.1 kHz.
    out: usize,
}

impl<'a> Cleaning<'a> {
    fn new(sound: &'a [f32]) -> Self {
        Self {
            sound,
            there: Resampler::new(RATE, NET_RATE),
            back: Resampler::new(NET_RATE, RATE),
            stft: Stft::new(features::window(FRAME)),
            features: Features::new(),
            spectra: Vec::new(),
            first: 0,
            result: Vec::new(),
            begins: 0,
            out: 0,
        }
    }

    /// Gives the cleaned samples to `take`, piece by piece; `told` hears how many samples are done.
    fn run(
        mut self,
        mut ask: impl FnMut(Question) -> Result<Answer>,
        told: impl Fn(usize) -> Result<()>,
        mut take: impl FnMut(Vec<f32>),
    ) -> Result<()> {
        let frames = self.there.length(self.sound.len()).div_ceil(HOP) + 1;
        let cells = MEMORY.iter().product();
        let mut memory = vec![0.0; cells];
        for start in (0..frames).step_by(RUN) {
            told(self.out)?;
            let end = (start + RUN).min(frames);
            let heard_from = start.saturating_sub(AGAIN);
            self.hear(end + AHEAD);
            let answer = ask(self.features.question(heard_from + AHEAD..end + AHEAD, memory))?;
            for frame in start..end {
                self.put(frame, &answer, frame - heard_from);
            }
            take(self.finished(end == frames));
            self.forget(end);
            // The memory before the frames that are heard again.
            let row = end.saturating_sub(AGAIN + 1).saturating_sub(heard_from);
            memory = answer.memories[row * cells..][..cells].to_vec();
        }
        Ok(())
    }

    /// Takes the spectra and features of the frames up to `end`; behind the sound there is silence.
    fn hear(&mut self, end: usize) {
        let known = self.first + self.spectra.len() / BINS;
        let begin = known.saturating_sub(1) * HOP;
        let sound = self.there.stretch(self.sound, begin..end * HOP);
        for frame in known..end {
            let at = (frame * HOP) as isize - HOP as isize - begin as isize;
            let start = self.spectra.len();
            self.spectra.resize(start + BINS, Bin::ZERO);
            let spectrum = &mut self.spectra[start..];
            self.stft.spectrum(&sound, at, spectrum);
            spectrum.iter_mut().for_each(|bin| *bin *= features::SCALE);
            self.features.hear(spectrum);
        }
    }

    /// Puts the cleaned frame into the result; its answer is the one of number `row`.
    fn put(&mut self, frame: usize, answer: &Answer, row: usize) {
        let spectrum_of = |frame: usize| {
            let start = (frame - self.first) * BINS;
            &self.spectra[start..start + BINS]
        };
        let mut cleaned = spectrum_of(frame).to_vec();
        self.features.apply_gains(&mut cleaned, &answer.gains[row * BANDS..][..BANDS]);
        cleaned[..FILTERED].fill(Bin::ZERO);
        let taps = answer.taps[row * FILTERED * TAPS * 2..][..FILTERED * TAPS * 2].as_chunks::<2>().0;
        for tap in 0..TAPS {
            // The frames before the first one are silence.
            let Some(other) = (frame + tap).checked_sub(AHEAD) else { continue };
            for (bin, value) in spectrum_of(other)[..FILTERED].iter().enumerate() {
                let [re, im] = taps[bin * TAPS + tap];
                cleaned[bin] += value * Bin::new(re, im);
            }
        }
        // The first frame begins one hop before the sound.
        let at = (frame * HOP) as isize - HOP as isize - self.begins as isize;
        self.result.resize(self.result.len().max(((frame + 1) * HOP).saturating_sub(self.begins)), 0.0);
        self.stft.add(&mut cleaned, 1.0 / features::SCALE, &mut self.result, at);
    }

    /// Returns what will not change any more, at 44.1 kHz.
    fn finished(&mut self, all: bool) -> Vec<f32> {
        let whole = (self.begins + self.result.len()).saturating_sub(if all { 0 } else { HOP });
        let end = if all { self.sound.len() } else { self.back.settled(whole).min(self.sound.len()) };
        let samples = self.back.stretch_of_tail(&self.result, self.begins, self.out..end);
        self.out = end;
        let needed = self.back.needed_from(end).min(whole);
        self.result.drain(..needed - self.begins);
        self.begins = needed;
        samples
    }

    /// Lets go of what the run after frame `end` does not need.
    fn forget(&mut self, end: usize) {
        let needed = end.saturating_sub(AHEAD);
        self.spectra.drain(..(needed - self.first) * BINS);
        self.first = needed;
        self.features.forget(end.saturating_sub(AGAIN));
    }
}

#[cfg(test)]
mod tests;
