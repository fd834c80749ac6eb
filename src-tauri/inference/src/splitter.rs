//! A song parted into voice and backing: Spleeter, two stems.
//!
//! R. Hennequin, A. Khlif, F. Voituret and M. Moussallam, "Spleeter: a fast and efficient music source separation tool
//! with pre-trained models", JOSS 5(50), 2020. Two U-Nets guess the magnitudes of both stems below 11 kHz; what each has
//! of every bin is a mask, as of a Wiener filter. Both masks sum to one, so both stems sum to the song.

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;

use crate::stft::{Bin, Stft, hann, side};
use crate::{Progress, Result, Sessions};

/// Frames of 93 ms, every 23 ms, at 44,100 Hz.
const FRAME: usize = 4_096;
const HOP: usize = 1_024;
const BINS: usize = FRAME / 2 + 1;
/// Squared Hann windows at a quarter of their length sum to this.
const OVERLAP: f32 = 1.5;
/// What the nets see of a song at once: 512 frames (12 s) of the lowest 1,024 bins, on both sides.
const SEEN: usize = 512;
const HEARD: usize = 1_024;
/// Frames at both edges that only give the nets their context: what they guess there knows one side only.
const MARGIN: usize = 64;
const RUN: usize = SEEN - 2 * MARGIN;
/// Shared evenly by the stems of a silent bin.
const SILENCE: f32 = 1e-10;

/// Both parts of a song, stereo interleaved at 44,100 Hz, as long as the song. They sum to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stems {
    pub vocals: Vec<f32>,
    pub backing: Vec<f32>,
}

/// Parts a song. `stereo` is interleaved at 44,100 Hz and becomes the backing. Above 11 kHz, where the nets hear nothing,
/// each moment is shared as it is on the mean below.
///
/// Works through stretches of nine seconds; besides the song it holds the vocals and one side of the song.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn split(sessions: &Sessions, model: &Path, stereo: Vec<f32>, progress: &Progress<'_>) -> Result<Stems> {
    let sides = [side(&stereo, 0), side(&stereo, 1)];
    let mut voices = [vec![0.0; sides[0].len()], vec![0.0; sides[0].len()]];
    let mut stft = Stft::new(hann(FRAME));
    // Each sample lies in four frames; the first ones begin before the sound.
    let frames = sides[0].len().div_ceil(HOP) + FRAME / HOP - 1;
    for start in (0..frames).step_by(RUN) {
        progress.at(start, frames)?;
        let spectra = sides.each_ref().map(|side| spectra(&mut stft, side, start));
        let magnitude = magnitudes(&spectra);
        let masks = sessions.with(&"spleeter-2stems".into(), model, |session| masks(session, magnitude))?;
        for (number, (spectra, voice)) in spectra.into_iter().zip(&mut voices).enumerate() {
            let masks = &masks[number * SEEN * HEARD..][..SEEN * HEARD];
            add_voice(&mut stft, spectra, masks, voice, start);
        }
    }
    progress.at(1, 1)?;
    drop(sides);
    Ok(part(stereo, &voices))
}

/// Takes the voices out of the song.
fn part(mut song: Vec<f32>, voices: &[Vec<f32>; 2]) -> Stems {
    song.truncate(voices[0].len() * 2);
    let vocals: Vec<f32> =
        voices[0].iter().zip(&voices[1]).flat_map(|(left, right)| [*left, *right]).collect();
    for (sample, voice) in song.iter_mut().zip(&vocals) {
        *sample = if sample.is_finite() { *sample - voice } else { -voice };
    }
    Stems { vocals, backing: song }
}

/// Where a frame begins in the sound.
fn begin(frame: isize) -> isize {
    (frame + 1) * HOP as isize - FRAME as isize
}

/// Returns the spectra of the [`SEEN`] frames around the run that starts here.
fn spectra(stft: &mut Stft, sound: &[f32], start: usize) -> Vec<Bin> {
    let mut spectra = vec![Bin::ZERO; SEEN * BINS];
    for (row, spectrum) in spectra.chunks_exact_mut(BINS).enumerate() {
        stft.spectrum(sound, begin(row as isize + start as isize - MARGIN as isize), spectrum);
    }
    spectra
}

fn magnitudes(spectra: &[Vec<Bin>; 2]) -> Vec<f32> {
    let rows = spectra.iter().flat_map(|spectra| spectra.chunks_exact(BINS));
    rows.flat_map(|row| row[..HEARD].iter().map(|bin| bin.norm())).collect()
}

/// Returns what the voice has of each bin, 0 to 1: two sides of [`SEEN`] frames of [`HEARD`] bins.
fn masks(session: &mut Session, magnitude: Vec<f32>) -> ort::Result<Vec<f32>> {
    let magnitude = Tensor::from_array(([1, 2, SEEN, HEARD], magnitude))?;
    let outputs = session.run(ort::inputs!["magnitude" => magnitude])?;
    let (_, vocals) = outputs["vocals"].try_extract_tensor::<f32>()?;
    let (_, backing) = outputs["accompaniment"].try_extract_tensor::<f32>()?;
    let share = |(voice, backing): (&f32, &f32)| {
        let (voice, backing) = (voice * voice, backing * backing);
        (voice + SILENCE / 2.0) / (voice + backing + SILENCE)
    };
    Ok(vocals.iter().zip(backing).map(share).collect())
}

fn add_voice(stft: &mut Stft, mut spectra: Vec<Bin>, masks: &[f32], voice: &mut [f32], start: usize) {
    let rows = spectra.chunks_exact_mut(BINS).zip(masks.chunks_exact(HEARD));
    for (row, (spectrum, mask)) in rows.enumerate().skip(MARGIN).take(RUN) {
        let (heard, above) = spectrum.split_at_mut(HEARD);
        heard.iter_mut().zip(mask).for_each(|(bin, share)| *bin *= *share);
        let mean = mask.iter().sum::<f32>() / HEARD as f32;
        above.iter_mut().for_each(|bin| *bin *= mean);
        stft.add(spectrum, 1.0 / OVERLAP, voice, begin((start + row - MARGIN) as isize));
    }
}

#[cfg(test)]
mod tests;
