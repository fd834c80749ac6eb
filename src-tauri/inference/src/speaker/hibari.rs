//! Hibari: one American voice in eight megabytes, there at once.
//!
//! Maureese Williams, "hibari", 2026: a student of Kokoro's voice `af_heart` that predicts, for each 12.5 ms, what turns
//! pulses and noise into speech. The model gives spectra; the sound is made here, as in hibari's own `dsp.py`:
//! S = e^lh · e^(iπ tanh θ) · STFT(pulses of f0) + e^ln · Z + e^lr · e^(iφ), and one inverse transform.

use std::f32::consts::{PI, TAU};
use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

use super::manner::Reading;
use super::{Manner, RATE, edges, vocabulary};
use crate::stft::{Bin, Stft, hann};
use crate::{Result, Sessions};

const SIZE: usize = 1_200;
const HOP: usize = 300;
const BINS: usize = SIZE / 2 + 1;
/// The squared windows that lie over one another sum to this.
const OVERLAP: f32 = 1.5;
/// Below this pitch, in hertz, nothing is voiced.
const LOWEST: f32 = 40.0;
/// Harmonics above this, in hertz, are left to the noise.
const HIGHEST: f32 = 11_000.0;
/// Logarithms of magnitudes are kept below this.
const LOUDEST: f32 = 7.0;
/// How much wider the melody is at a style of 1: as with Kokoro, some three quarters.
const LIVELIER: f32 = 0.75;
/// Bins over which the outline of a spectrum is taken, 500 Hz.
const OUTLINE: usize = 25;

/// Returns a phrase, mono at [`RATE`], in a hundredth of its own duration. As [`super::speak`] otherwise; at a similarity
/// below 0.5 the voice is blurred (its spectrum is drawn towards its outline), above it is sharpened.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`].
pub fn speak_instantly(
    sessions: &Sessions,
    model: &Path,
    phonemes: &str,
    manner: &Manner,
) -> Result<Vec<f32>> {
    let ids = vocabulary::ids(phonemes);
    if !vocabulary::sounds(&ids) {
        return Ok(Vec::new());
    }
    let reading = manner.reading(&ids);
    let spectra =
        sessions.with(&"hibari".into(), model, |session| Spectra::of(session, &ids, reading.speed))?;
    let seed = manner.seed ^ ids.iter().fold(0, |sum: u64, id| sum.rotate_left(5) ^ id.unsigned_abs());
    Ok(edges::trimmed(spectra.sound(reading, manner.own_share(), seed)))
}

/// What the model predicts: five planes of [`BINS`] rows with a column for each frame, and the pitch of each frame.
struct Spectra {
    planes: [Vec<f32>; 5],
    pitch: Vec<f32>,
}

impl Spectra {
    fn of(session: &mut Session, ids: &[i64], speed: f32) -> ort::Result<Self> {
        // The model was trained with a blank around each phrase.
        let ids: Vec<i64> = [0].into_iter().chain(ids.iter().copied()).chain([0]).collect();
        let ids = Tensor::from_array(([1, ids.len()], ids))?;
        let speed = Tensor::from_array(([1], vec![speed]))?;
        let outputs = session.run(ort::inputs!["ids" => ids, "speed" => speed])?;
        let plane = |name: &str| Ok::<_, ort::Error>(outputs[name].try_extract_tensor::<f32>()?.1.to_vec());
        let planes = [plane("lh")?, plane("theta")?, plane("ln")?, plane("lr")?, plane("phi")?];
        Ok(Self { planes, pitch: plane("f0")? })
    }

    fn sound(&self, reading: Reading, own_share: f32, seed: u64) -> Vec<f32> {
        let frames = self.pitch.len();
        let pulses = pulses(&livelier(&self.pitch, reading.livelier));
        let mut stft = Stft::new(hann(SIZE));
        let mut noise = Noise(Pcg32::seed_from_u64(seed));
        let (mut spectrum, mut sound) = (vec![Bin::ZERO; BINS], vec![0.0; frames * HOP]);
        for frame in 0..frames {
            let at = (frame * HOP) as isize - (SIZE / 2) as isize;
            stft.spectrum(&pulses, at, &mut spectrum);
            let column = |plane: &[f32]| (0..BINS).map(|bin| plane[bin * frames + frame]).collect::<Vec<_>>();
            let [harmonic, turn, noisy, free, phase] = self.planes.each_ref().map(|plane| column(plane));
            let harmonic = focused(harmonic, own_share);
            for (bin, value) in spectrum.iter_mut().enumerate() {
                // A unit cosine has a peak of half the window's sum.
                *value *= Bin::from_polar(magnitude(harmonic[bin]) / HOP as f32, PI * turn[bin].tanh());
                *value += noise.next() * magnitude(noisy[bin]);
                *value += Bin::from_polar(magnitude(free[bin]), phase[bin]);
            }
            stft.add(&mut spectrum, 1.0 / OVERLAP, &mut sound, at);
        }
        sound
    }
}

fn magnitude(logarithm: f32) -> f32 {
    logarithm.min(LOUDEST).exp()
}

/// Widens a melody around its mean, in semitones; 0 leaves it.
fn livelier(pitch: &[f32], livelier: f32) -> Vec<f32> {
    let voiced: Vec<f32> = pitch.iter().filter(|hertz| **hertz > LOWEST).map(|hertz| hertz.ln()).collect();
    let mean = voiced.iter().sum::<f32>() / voiced.len().max(1) as f32;
    let wider = |hertz: &f32| match *hertz > LOWEST {
        true => (mean + (1.0 + LIVELIER * livelier) * (hertz.ln() - mean)).exp(),
        false => *hertz,
    };
    pitch.iter().map(wider).collect()
}

/// Draws a spectrum (logarithms) towards its outline or away from it; a share of 1 leaves it.
fn focused(levels: Vec<f32>, share: f32) -> Vec<f32> {
    if share == 1.0 {
        return levels;
    }
    let outline = |bin: usize| {
        let around = &levels[bin.saturating_sub(OUTLINE / 2)..(bin + OUTLINE / 2 + 1).min(levels.len())];
        around.iter().sum::<f32>() / around.len() as f32
    };
    let drawn = |(bin, level): (usize, &f32)| outline(bin) + share * (level - outline(bin));
    levels.iter().enumerate().map(drawn).collect()
}

/// Pulses at a pitch that is given every [`HOP`] samples: all harmonics below [`HIGHEST`] at a unit amplitude,
/// Σ cos(h·t) = sin((H + ½)t) / (2 sin(t/2)) − ½. Where nothing is voiced there is nothing.
fn pulses(pitch: &[f32]) -> Vec<f32> {
    let mut phase = 0.0_f64;
    let pulse = |sample: usize| {
        let place = (sample as f32 + 0.5) / HOP as f32 - 0.5;
        let hertz = between(pitch, place);
        let voiced = hertz > LOWEST;
        let hertz = hertz.max(LOWEST);
        phase = (phase + f64::from(hertz) / f64::from(RATE)).fract();
        let turn = TAU * phase as f32;
        let harmonics = (HIGHEST / hertz).floor() + 0.5;
        let base = 2.0 * (0.5 * turn).sin();
        let sum = if base.abs() <= 2e-3 { harmonics } else { (harmonics * turn).sin() / base };
        if voiced { sum - 0.5 } else { 0.0 }
    };
    (0..pitch.len() * HOP).map(pulse).collect()
}

/// Returns the value at a place between two others; the first and the last reach beyond the ends.
fn between(values: &[f32], place: f32) -> f32 {
    let place = place.clamp(0.0, (values.len() - 1) as f32);
    let (before, share) = (place as usize, place.fract());
    let after = (before + 1).min(values.len() - 1);
    values[before] * (1.0 - share) + values[after] * share
}

/// Complex noise, normal in both parts (G. E. P. Box and M. E. Muller, 1958).
struct Noise(Pcg32);

impl Noise {
    fn next(&mut self) -> Bin {
        let mut even = || (f64::from(self.0.next_u32()) + 0.5) / 4_294_967_296.0;
        let (radius, turn) = ((-2.0 * even().ln()).sqrt(), even());
        Bin::from_polar(radius as f32, TAU * turn as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{PHRASE, notes, span};
    use super::*;
    use crate::Runtime;
    use crate::sessions::weights;

    fn sessions() -> Sessions {
        Sessions::new(Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap(), 256 << 20)
    }

    fn say(sessions: &Sessions, manner: Manner) -> Vec<f32> {
        speak_instantly(sessions, &weights("hibari/hibari.onnx"), PHRASE, &manner).unwrap()
    }

    #[test]
    fn a_phrase_is_said_at_the_pitch_of_the_voice_and_the_same_each_time() {
        let sessions = sessions();
        let said = say(&sessions, Manner::default());
        assert_eq!(said, say(&sessions, Manner::default()));
        let seconds = said.len() as f32 / RATE as f32;
        assert!((3.0..6.5).contains(&seconds), "{seconds} s");
        let peak = said.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((0.1..1.2).contains(&peak), "{peak}");
        let notes = notes(&sessions, &said);
        // `af_heart` speaks around 200 Hz.
        assert!(notes.len() > 60 && (18.0..27.0).contains(&notes[notes.len() / 2]), "{notes:?}");
        assert!(
            speak_instantly(&sessions, &weights("hibari/hibari.onnx"), " , .", &Manner::default())
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn style_widens_the_melody_and_pace_shortens_the_phrase() {
        let sessions = sessions();
        let plain = say(&sessions, Manner::default());
        let lively = say(&sessions, Manner { style: 1.0, ..Manner::default() });
        let spans = [&lively, &plain].map(|speech| span(&notes(&sessions, speech)));
        assert!(spans[0] > 1.4 * spans[1], "{spans:?}");
        let quick = say(&sessions, Manner { speed: 1.5, ..Manner::default() });
        let ratio = quick.len() as f32 / plain.len() as f32;
        assert!((0.55..0.8).contains(&ratio), "{ratio}");
    }

    #[test]
    fn a_spectrum_is_drawn_to_its_outline_and_away_from_it() {
        let levels: Vec<f32> = (0..BINS).map(|bin| if bin % 8 == 0 { 1.0 } else { 0.0 }).collect();
        let span = |levels: &[f32]| {
            levels.iter().fold(f32::MIN, |most, one| most.max(*one))
                - levels.iter().fold(f32::MAX, |least, one| least.min(*one))
        };
        assert_eq!(focused(levels.clone(), 1.0), levels);
        assert!(span(&focused(levels.clone(), 0.0)) < 0.3);
        assert!((span(&focused(levels.clone(), 1.5)) - 1.5).abs() < 0.1);
    }

    #[test]
    fn pulses_keep_their_pitch_and_pause_where_nothing_is_voiced() {
        let sound = pulses(&[vec![200.0; 40], vec![0.0; 40]].concat());
        let peaks = sound[..39 * HOP].iter().filter(|sample| **sample > 40.0).count();
        assert!((95..=105).contains(&peaks), "{peaks} pulses in half a second");
        assert!(sound[42 * HOP..].iter().all(|sample| *sample == 0.0));
    }
}
