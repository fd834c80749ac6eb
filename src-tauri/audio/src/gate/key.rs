//! The key heard in the sound: a chroma of spectral peaks against the profiles of the major and minor keys.

use son1k_domain::music::{Key, Mode, PitchClass};

use super::spectrum::{RATE, spectra};

const WINDOW: usize = 8_192;
const HOP: usize = 4_096;

/// Below, kicks rule and pitches blur into each other in this window; above, cymbals and overtones.
const LOWEST: f32 = 80.0;
const HIGHEST: f32 = 2_000.0;

/// A peak is also taken as an overtone of a lower note, each with this part of the weight of the one before
/// (harmonic weighting of Gómez 2006, "Tonal description of music audio signals").
const OVERTONES: usize = 4;
const OVERTONE_WEIGHT: f32 = 0.5;

/// Peaks this far below the loudest of their moment are noise (−40 dB).
const FAINT: f32 = 0.01;

/// Profiles of Krumhansl & Kessler (1982), from the ratings of listeners.
const KRUMHANSL: [[f32; 12]; 2] = [
    [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
    [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
];

/// Profiles of Temperley (2001, "The Cognition of Basic Musical Structures"), from the Kostka-Payne corpus.
const TEMPERLEY: [[f32; 12]; 2] = [
    [0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400],
    [0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330],
];

/// Below this correlation there is no key to speak of.
const CLEAR: f32 = 0.6;

/// A key that fits must lose against the best by more than this to be contradicted.
const CLOSE: f32 = 0.1;

/// Keys a fifth apart share six of their seven notes and are what every detector confuses most (MIREX counts them as
/// half right), so such an answer contradicts nothing.
const AKIN: u32 = 6;

/// Returns the key (major or minor), or `None` when no key is clear, or the expected one, if any, is akin or fits nearly as well.
pub(super) fn listen(mono: &[f32], expected: Option<Key>) -> Option<Key> {
    let chroma = chroma(mono)?;
    let mut best: Option<(Key, f32)> = None;
    let mut fitting = f32::NEG_INFINITY;
    for tonic in 0..12u8 {
        for (index, mode) in [Mode::Major, Mode::Minor].into_iter().enumerate() {
            let key = Key { tonic: PitchClass(tonic), mode };
            let turned: [f32; 12] = std::array::from_fn(|degree| chroma[(degree + usize::from(tonic)) % 12]);
            let fit =
                0.5 * (correlation(&turned, &KRUMHANSL[index]) + correlation(&turned, &TEMPERLEY[index]));
            if expected.is_some_and(|expected| matches(key, expected)) {
                fitting = fitting.max(fit);
            }
            if best.is_none_or(|(_, most)| fit > most) {
                best = Some((key, fit));
            }
        }
    }
    let (key, fit) = best.filter(|(_, fit)| *fit >= CLEAR)?;
    let Some(expected) = expected else { return Some(key) };
    let akin = (notes(key) & notes(expected)).count_ones() >= AKIN;
    (matches(key, expected) || (!akin && fit - fitting > CLOSE)).then_some(key)
}

/// Returns whether two keys have the same tonic and third, or the same seven notes.
pub(super) fn matches(heard: Key, expected: Key) -> bool {
    let same_tonic = heard.tonic.0 % 12 == expected.tonic.0 % 12;
    (same_tonic && heard.mode.is_minor() == expected.mode.is_minor()) || notes(heard) == notes(expected)
}

/// Returns the notes of a key as a set of bits.
fn notes(key: Key) -> u16 {
    key.mode.degrees().iter().fold(0, |notes, degree| notes | 1 << ((key.tonic.0 + degree) % 12))
}

/// Returns how much each pitch class sounds over the whole song; `None` for a song without pitch.
fn chroma(mono: &[f32]) -> Option<[f32; 12]> {
    let moments = spectra(mono, WINDOW, HOP, moment);
    let mut chroma = [0.0; 12];
    for moment in moments.iter().flatten() {
        chroma.iter_mut().zip(moment).for_each(|(sum, part)| *sum += part);
    }
    chroma.iter().any(|part| *part > 0.0).then_some(chroma)
}

/// Returns the chroma of one spectrum. Its sum grows slowly with the level, so that loud moments do not decide alone.
fn moment(spectrum: &[f32]) -> Option<[f32; 12]> {
    let bin = RATE / WINDOW as f32;
    let (from, to) = ((LOWEST / bin) as usize, (HIGHEST / bin) as usize);
    let loudest = spectrum[from..to].iter().copied().fold(0.0, f32::max);
    if loudest < 1e-4 {
        return None;
    }
    let mut chroma = [0.0f32; 12];
    for at in from..to {
        let [before, here, after] = [spectrum[at - 1], spectrum[at], spectrum[at + 1]];
        if here > before && here >= after && here > FAINT * loudest {
            let shift = 0.5 * (before - after) / (before - 2.0 * here + after);
            add_pitch(&mut chroma, (at as f32 + shift) * bin, here.sqrt());
        }
    }
    let sum = chroma.iter().sum::<f32>();
    let weight = loudest.sqrt();
    (sum > 0.0).then(|| chroma.map(|part| part * weight / sum))
}

fn add_pitch(chroma: &mut [f32; 12], frequency: f32, strength: f32) {
    let mut weight = strength;
    for overtone in 1..=OVERTONES {
        let semitones = 12.0 * (frequency / overtone as f32 / 440.0).log2() + 9.0;
        let off = semitones - semitones.round();
        let centred = (std::f32::consts::PI * off).cos();
        chroma[(semitones.round() as i32).rem_euclid(12) as usize] += weight * centred * centred;
        weight *= OVERTONE_WEIGHT;
    }
}

/// Returns Pearson's correlation.
fn correlation(a: &[f32; 12], b: &[f32; 12]) -> f32 {
    let mean = |values: &[f32; 12]| values.iter().sum::<f32>() / 12.0;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut only_a, mut only_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        both += a * b;
        only_a += a * a;
        only_b += b * b;
    }
    both / (only_a * only_b).sqrt().max(1e-12)
}
