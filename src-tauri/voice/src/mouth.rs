//! What a mouth does to something else than its own glottis: to breath, or to a synthesiser.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use son1k_domain::conversion::limits::VOICES;
use son1k_domain::conversion::{Character, Conversion, Vocoder};

use crate::carrier::Carrier;
use crate::envelope::Envelope;
use crate::frames::Frames;
use crate::noise::Noise;

/// Corner of added breath in Hz: below it the voice covers it (D. Klatt & L. Klatt, 1990, "Analysis, synthesis, and
/// perception of voice quality variations").
const BREATH: f32 = 1_500.0;
/// Level of added breath at its fullest beside the partials.
const FULLEST: f32 = 0.5;
/// A voiced spectrum falls by 12 dB an octave at the glottis, breath does not; so a whisper is lifted again.
const LIFT: f32 = 0.8;

/// What a voice does at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moment {
    /// In Hz; none where there is no pitch.
    pub pitch: Option<f32>,
    pub chord: [f32; VOICES],
}

enum Kind {
    Whisper,
    Breath(f32),
    Vocoder(Box<Carrier>),
}

/// Changes spectra of a voice.
pub(crate) struct Mouth {
    kind: Kind,
    rate: f32,
    frames: Frames,
    shape: Shape,
}

/// The envelope of a frame.
struct Shape {
    envelope: Envelope,
    magnitudes: Vec<f32>,
    levels: Vec<f32>,
    noise: Noise,
}

impl Mouth {
    /// Returns what a conversion needs, if it needs any.
    pub fn of(conversion: &Conversion, rate: u32, prompt: bool) -> Option<Self> {
        let mut planner = RealFftPlanner::new();
        let frames = Frames::new(rate, prompt, &mut planner);
        let kind = match (&conversion.vocoder, conversion.character) {
            (Some(Vocoder { wave, bands, chord }), _) => {
                let carrier =
                    Carrier::new(*wave, chord.len(), usize::from(*bands), rate, &frames, &mut planner);
                Kind::Vocoder(Box::new(carrier))
            }
            (None, Character::Whisper) => Kind::Whisper,
            (None, _) if conversion.breath > 0.0 => Kind::Breath(conversion.breath),
            _ => return None,
        };
        let size = Frames::size(rate);
        let shape = Shape {
            envelope: Envelope::new(size, &mut planner),
            magnitudes: vec![0.0; size / 2 + 1],
            levels: vec![0.0; size / 2 + 1],
            noise: Noise::new(1),
        };
        Some(Self { kind, rate: rate as f32, frames, shape })
    }

    /// Returns how far what comes out is behind what went in, in samples.
    pub fn latency(&self) -> usize {
        self.frames.latency()
    }

    /// Takes sound and appends what is finished to `out`; `moment` tells what the voice does at a place, when the sound has
    /// come to another.
    pub fn push(&mut self, sound: &[f32], out: &mut Vec<f32>, moment: impl Fn(i64, i64) -> Moment) {
        let Self { kind, rate, frames, shape } = self;
        frames.push(sound, out, |place, end, spectrum| {
            let now = moment(place, end);
            match kind {
                Kind::Whisper => shape.whisper(spectrum, now.pitch, *rate),
                Kind::Breath(amount) => shape.breathe(spectrum, now.pitch, *amount, *rate),
                Kind::Vocoder(carrier) => {
                    shape.measure(spectrum, now.pitch, *rate);
                    carrier.speak(spectrum, &shape.levels, &now);
                }
            }
        });
    }
}

impl Shape {
    /// Measures the envelope of a frame; returns the Hz of a bin.
    fn measure(&mut self, spectrum: &[Complex<f32>], pitch: Option<f32>, rate: f32) -> f32 {
        for (magnitude, bin) in self.magnitudes.iter_mut().zip(spectrum) {
            *magnitude = bin.norm();
        }
        // Where there is no pitch, as if it were 240 Hz: fine enough for consonants.
        let order = (0.5 * rate / pitch.unwrap_or(240.0)) as usize;
        self.envelope.follow(&self.magnitudes, order, &mut self.levels);
        rate / (2 * (spectrum.len() - 1)) as f32
    }

    /// Puts breath in the place of everything, with the power that was there.
    fn whisper(&mut self, spectrum: &mut [Complex<f32>], pitch: Option<f32>, rate: f32) {
        let before: f32 = spectrum.iter().map(Complex::norm_sqr).sum();
        let bin = self.measure(spectrum, pitch, rate);
        let lift = if pitch.is_some() { LIFT } else { 0.0 };
        for (n, (value, level)) in spectrum.iter_mut().zip(&self.levels).enumerate() {
            let hertz = bin * n as f32;
            let tilt = (hertz.clamp(150.0, 4_000.0) / 1_000.0).powf(lift) * (hertz / 120.0).min(1.0);
            *value = direction(&mut self.noise) * (level * tilt);
        }
        let after: f32 = spectrum.iter().map(Complex::norm_sqr).sum();
        let gain = if after > 0.0 { (before / after).sqrt() } else { 0.0 };
        spectrum.iter_mut().for_each(|value| *value *= gain);
    }

    /// Adds breath to a voice.
    fn breathe(&mut self, spectrum: &mut [Complex<f32>], pitch: Option<f32>, amount: f32, rate: f32) {
        if pitch.is_none() {
            return;
        }
        let bin = self.measure(spectrum, pitch, rate);
        for (n, (value, level)) in spectrum.iter_mut().zip(&self.levels).enumerate() {
            let octave = (bin * n as f32 / BREATH).powi(2);
            let part = amount * octave / (1.0 + octave);
            *value = *value * (1.0 - 0.5 * part) + direction(&mut self.noise) * (level * part * FULLEST);
        }
    }
}

/// Returns a number of length one in a direction of chance.
fn direction(noise: &mut Noise) -> Complex<f32> {
    Complex::cis(std::f32::consts::PI * noise.even())
}
