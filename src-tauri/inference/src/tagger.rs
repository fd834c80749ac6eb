//! What a song sounds like, in words: the musicnn models trained on the Million Song Dataset (moods, genres, eras) and on
//! MagnaTagATune (instruments, voices, pace).
//!
//! J. Pons and X. Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging", 2019.

mod labels;
mod mel;

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use son1k_domain::take::Tag;

use crate::resample::Resampler;
use crate::{Result, Sessions, stft};
use labels::Labels;
use mel::{MELS, Mel};

/// Rate of the song.
const RATE: usize = 44_100;
/// Three seconds: the length that the models were trained with.
const PATCH_FRAMES: usize = 187;
/// Patches a song is heard by, spread evenly over it.
const PATCHES: usize = 10;
/// Tags below this score say more about the model than about the song.
const THRESHOLD: f32 = 0.1;

/// The two ONNX files.
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    /// Million Song Dataset.
    pub msd: &'a Path,
    /// MagnaTagATune.
    pub mtt: &'a Path,
}

/// Returns the tags with a score of at least 0.1, best first. `stereo` is interleaved at 44,100 Hz; a song shorter than
/// three seconds is repeated until it is long enough. Labels that mean the same (`female vocalist`, `woman` …) are joined
/// under one name with their highest score.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`].
pub fn tags(sessions: &Sessions, models: Models<'_>, stereo: &[f32]) -> Result<Vec<Tag>> {
    let patches = patches(stereo);
    if patches.is_empty() {
        return Ok(Vec::new());
    }
    let msd = sessions.with(&"musicnn-msd".into(), models.msd, |session| scores(session, &patches))?;
    let mtt = sessions.with(&"musicnn-mtt".into(), models.mtt, |session| scores(session, &patches))?;
    Ok(best(labels::MSD.iter().zip(&msd).chain(labels::MTT.iter().zip(&mtt))))
}

/// Returns the mean over the patches of each label's score. They are heard one by one: all at once is no faster and
/// takes ten times the memory.
fn scores(session: &mut Session, patches: &[f32]) -> ort::Result<Vec<f32>> {
    let mut means = Vec::new();
    let patches = patches.chunks_exact(PATCH_FRAMES * MELS);
    let share = 1.0 / patches.len() as f32;
    for patch in patches {
        let mel = Tensor::from_array(([1, PATCH_FRAMES, MELS], patch.to_vec()))?;
        let outputs = session.run(ort::inputs!["mel" => mel])?;
        let (_, scores) = outputs["tags"].try_extract_tensor::<f32>()?;
        means.resize(scores.len(), 0.0);
        means.iter_mut().zip(scores).for_each(|(mean, score)| *mean += score * share);
    }
    Ok(means)
}

/// Returns spectrograms of at most [`PATCHES`] stretches of the song, one after the other.
fn patches(stereo: &[f32]) -> Vec<f32> {
    let mut mono = stft::mono(stereo);
    if mono.is_empty() {
        return Vec::new();
    }
    let resampler = Resampler::new(RATE, mel::RATE);
    let least = resampler.needed_for(PATCH_FRAMES * mel::HOP);
    let once = mono.len();
    while mono.len() < least {
        mono.extend_from_within(..once.min(least - mono.len()));
    }
    let frames = resampler.length(mono.len()) / mel::HOP;
    let (mut mel, spare) = (Mel::new(), frames - PATCH_FRAMES);
    let count = (frames / PATCH_FRAMES).clamp(1, PATCHES);
    let start = |patch: usize| if count == 1 { spare / 2 } else { spare * patch / (count - 1) };
    (0..count).flat_map(|patch| spectrogram(&mut mel, &resampler, &mono, start(patch))).collect()
}

/// Returns one patch; only its own stretch of the song is resampled.
fn spectrogram(mel: &mut Mel, resampler: &Resampler, mono: &[f32], start: usize) -> Vec<f32> {
    // The first frame reaches one hop back, the last one a hop further.
    let before = start.min(1);
    let stretch = (start - before) * mel::HOP..(start + PATCH_FRAMES + 1) * mel::HOP;
    mel.spectrogram(&resampler.stretch(mono, stretch), before, PATCH_FRAMES)
}

fn best<'a>(scored: impl Iterator<Item = (&'a &'a str, &'a f32)>) -> Vec<Tag> {
    let mut labels = Labels::default();
    for (label, score) in scored {
        labels.hear(label, *score);
    }
    labels.at_least(THRESHOLD)
}

#[cfg(test)]
mod tests;
