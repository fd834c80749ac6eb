//! The envelope of a spectrum: what the mouth does, without what the glottis does.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Each step brings the envelope nearer to the partials; after four it is within 2 dB of them.
const STEPS: usize = 4;
/// Below −120 dB there is nothing to follow.
const FLOOR: f32 = 1e-6;

/// Envelopes by cepstral smoothing, repeated on the larger of spectrum and envelope until it lies on the partials
/// instead of between them (A. Röbel & X. Rodet, "Efficient spectral envelope estimation and its application to pitch
/// shifting and envelope preservation", DAFx 2005).
pub(crate) struct Envelope {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    logs: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    cepstrum: Vec<f32>,
}

impl Envelope {
    /// `size` is the length of the transform, even.
    pub fn new(size: usize, planner: &mut RealFftPlanner<f32>) -> Self {
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let (spectrum, cepstrum) = (forward.make_output_vec(), forward.make_input_vec());
        Self { forward, inverse, logs: vec![0.0; size / 2 + 1], spectrum, cepstrum }
    }

    /// Writes the envelope of the `size / 2 + 1` magnitudes. `order` is the shortest period in samples that it does not
    /// follow: half the period of the voice.
    pub fn follow(&mut self, magnitudes: &[f32], order: usize, envelope: &mut [f32]) {
        for (log, magnitude) in self.logs.iter_mut().zip(magnitudes) {
            *log = magnitude.max(FLOOR).ln();
        }
        for step in 0..STEPS {
            for ((bin, log), last) in self.spectrum.iter_mut().zip(&self.logs).zip(&*envelope) {
                let level = if step == 0 { *log } else { log.max(*last) };
                *bin = Complex::new(level, 0.0);
            }
            self.smooth(order);
            for (envelope, bin) in envelope.iter_mut().zip(&self.spectrum) {
                *envelope = bin.re;
            }
        }
        envelope.iter_mut().for_each(|level| *level = level.exp());
    }

    /// Takes what changes faster than `order` out of the spectrum.
    fn smooth(&mut self, order: usize) {
        let size = self.cepstrum.len();
        let order = order.clamp(2, size / 2);
        // Both only fail for buffers of a wrong length, and these were made by the transforms themselves.
        let turned = self.inverse.process(&mut self.spectrum, &mut self.cepstrum);
        self.cepstrum[order..=size - order].fill(0.0);
        self.cepstrum.iter_mut().for_each(|value| *value /= size as f32);
        let back = self.forward.process(&mut self.cepstrum, &mut self.spectrum);
        debug_assert!(turned.is_ok() && back.is_ok());
    }
}
