//! One sounding note of the synthesiser.

use super::tone::{Filter, Pair, Source, Tone};
use crate::SAMPLE_RATE;
use crate::drive::Curve;
use crate::envelope::{CONTROL, Envelope, fall};
use crate::filter::Svf;
use crate::instrument::{PlayedNote, velocity_gain};
use crate::oscillator::{Noise, SawBank, sine, wrap};

const RATE: f32 = SAMPLE_RATE as f32;

/// The two sides of so many frames as envelopes take for a step.
pub(super) type Stretch = [[f32; CONTROL]; 2];

/// The moving part of a [`Pair`].
#[derive(Debug, Clone)]
struct PairState {
    pair: Pair,
    carrier: f32,
    modulator: f32,
    index: f32,
    fall: f32,
    left: f32,
    right: f32,
}

impl PairState {
    fn new(pair: Pair, brightness: f32) -> Self {
        let angle = (pair.pan + 1.0) * std::f32::consts::FRAC_PI_4;
        let level = pair.level * std::f32::consts::SQRT_2;
        Self {
            pair,
            carrier: 0.0,
            modulator: 0.0,
            index: pair.index * brightness,
            fall: fall(pair.decay),
            left: level * angle.cos(),
            right: level * angle.sin(),
        }
    }

    fn add(
        &mut self,
        frequency: f32,
        brightness: f32,
        left: &mut [f32; CONTROL],
        right: &mut [f32; CONTROL],
    ) {
        if self.pair.level == 0.0 {
            return;
        }
        let floor = self.pair.index * self.pair.floor * brightness;
        self.index = floor + (self.index - floor) * self.fall;
        let carrier_step = (frequency * self.pair.carrier / RATE).min(0.45);
        let modulator_step = frequency * self.pair.modulator / RATE;
        // A modulator near half the rate folds back as noise: fade it out before.
        let index =
            self.index * (1.0 - (modulator_step - 0.15) * 6.0).clamp(0.0, 1.0) / std::f32::consts::TAU;
        let modulator_step = modulator_step.min(0.45);
        for n in 0..CONTROL {
            let steps = (n + 1) as f32;
            let modulation = sine(wrap(self.modulator + modulator_step * steps));
            let value = sine(wrap(self.carrier + carrier_step * steps + index * modulation));
            left[n] += value * self.left;
            right[n] += value * self.right;
        }
        self.modulator = wrap(self.modulator + modulator_step * CONTROL as f32);
        self.carrier = wrap(self.carrier + carrier_step * CONTROL as f32);
    }
}

#[derive(Debug, Clone)]
enum SourceState {
    Saws(SawBank),
    Fm([PairState; 2]),
}

/// The moving part of a [`Filter`].
#[derive(Debug, Clone)]
struct FilterState {
    stages: [Svf; 2],
    envelope: Envelope,
    /// Octaves fixed when the note starts: velocity.
    offset: f32,
    phase: f32,
}

/// One note.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    end: u64,
    age: f32,
    pitch: f32,
    target: f32,
    glide: f32,
    drop: f32,
    drop_fall: f32,
    gain: f32,
    brightness: f32,
    amp: Envelope,
    level: f32,
    choked: bool,
    source: SourceState,
    filter: Option<FilterState>,
    sub: f32,
    vibrato: f32,
    noise: Noise,
    curves: [Curve; 2],
}

impl Voice {
    /// Starts a note; `from` is the pitch to glide from.
    pub fn new(tone: &Tone, note: PlayedNote, from: Option<f32>, noise: &mut Noise) -> Self {
        let target = f32::from(note.pitch);
        // Octaves of brightness below velocity 100, one for each full stretch of 80.
        let softness = (f32::from(note.velocity) - 100.0) / 80.0;
        let brightness = (0.9 * softness).exp2();
        let source = match tone.source {
            Source::Analogue { voices, detune, spread, pulse, width } => {
                let mut bank = SawBank::new(voices, detune, spread, false, noise);
                (bank.pulse, bank.width) = (pulse, width);
                SourceState::Saws(bank)
            }
            Source::Fm(pairs) => SourceState::Fm(pairs.map(|p| PairState::new(p, brightness))),
        };
        let filter = tone.filter.map(|f| FilterState {
            stages: Default::default(),
            envelope: Envelope::new(f.times),
            offset: softness * f.velocity,
            phase: noise.unit(),
        });
        let (drop, drop_fall) = tone.drop.map_or((0.0, 0.0), |(semitones, time)| (semitones, fall(time)));
        Self {
            end: note.end,
            age: 0.0,
            pitch: from.unwrap_or(target),
            target,
            // 95 % of the way in the time of the glide.
            glide: if tone.glide > 0.0 { fall(tone.glide * 2.3) } else { 0.0 },
            // A note that glides in is not struck again.
            drop: if from.is_some() { 0.0 } else { drop },
            drop_fall,
            gain: velocity_gain(note.velocity),
            brightness,
            amp: Envelope::new(tone.amp),
            level: 0.0,
            choked: false,
            source,
            filter,
            sub: 0.0,
            vibrato: 0.0,
            noise: Noise::new(noise.bits()),
            curves: [Curve::default(); 2],
        }
    }

    pub fn held_at(&self, frame: u64) -> bool {
        frame <= self.end
    }

    pub fn pitch(&self) -> f32 {
        self.pitch
    }

    pub fn choke(&mut self) {
        self.choked = true;
        self.amp.choke();
    }

    pub fn choked(&self) -> bool {
        self.choked
    }

    pub fn done(&self) -> bool {
        self.amp.done() && self.level == 0.0
    }

    /// Returns the next frames before the filter.
    pub fn sound(&mut self, tone: &Tone, now: u64) -> Stretch {
        if now >= self.end && !self.amp.released() {
            self.amp.release();
            if let Some(filter) = &mut self.filter {
                filter.envelope.release();
            }
        }
        let frequency = self.frequency(tone);
        let [mut l, mut r] = [[0.0; CONTROL]; 2];
        match &mut self.source {
            SourceState::Saws(bank) => bank.add(frequency, &mut l, &mut r),
            SourceState::Fm(pairs) => {
                for pair in pairs {
                    pair.add(frequency, self.brightness, &mut l, &mut r);
                }
            }
        }
        self.add_extras(tone, frequency, &mut l, &mut r);
        self.age += CONTROL as f32 / RATE;
        [l, r]
    }

    /// Moves the filter's envelope and sweep on and returns its cutoff and its two stages; a tone without a filter has
    /// none.
    pub fn filter(&mut self, filter: &Filter) -> Option<(f32, &mut [Svf; 2])> {
        let pitch = self.pitch;
        self.filter.as_mut().map(|state| (state.cutoff(filter, pitch), &mut state.stages))
    }

    /// Returns the two stages of the filter.
    pub fn stages(&mut self) -> Option<&mut [Svf; 2]> {
        self.filter.as_mut().map(|state| &mut state.stages)
    }

    /// Moves glide, drop and vibrato on and returns the frequency.
    fn frequency(&mut self, tone: &Tone) -> f32 {
        self.pitch = self.target + (self.pitch - self.target) * self.glide;
        self.drop *= self.drop_fall;
        let mut pitch = self.pitch + self.drop;
        if let Some(vibrato) = tone.vibrato {
            self.vibrato = wrap(self.vibrato + vibrato.rate * CONTROL as f32 / RATE);
            let depth = ((self.age - vibrato.delay) / 0.4).clamp(0.0, 1.0);
            pitch += depth * vibrato.cents * 0.01 * sine(self.vibrato);
        }
        440.0 * ((pitch - 69.0) / 12.0).exp2()
    }

    fn add_extras(&mut self, tone: &Tone, frequency: f32, l: &mut [f32; CONTROL], r: &mut [f32; CONTROL]) {
        if tone.sub > 0.0 {
            let step = frequency / RATE;
            for n in 0..CONTROL {
                let value = tone.sub * sine(wrap(self.sub + step * (n + 1) as f32));
                l[n] += value;
                r[n] += value;
            }
            self.sub = wrap(self.sub + step * CONTROL as f32);
        }
        if tone.noise > 0.0 {
            for n in 0..CONTROL {
                l[n] += tone.noise * self.noise.tick();
                r[n] += tone.noise * self.noise.tick();
            }
        }
    }

    /// Applies loudness and saturation.
    pub fn shape(&mut self, tone: &Tone, [l, r]: &mut Stretch) {
        let from = self.level;
        self.level = self.amp.step() * self.gain;
        let step = (self.level - from) / CONTROL as f32;
        for n in 0..CONTROL {
            let level = from + step * (n + 1) as f32;
            l[n] *= level;
            r[n] *= level;
        }
        if tone.drive > 0.0 {
            for (values, curve) in [l, r].into_iter().zip(&mut self.curves) {
                values.iter_mut().for_each(|value| *value *= tone.drive);
                curve.run(values);
                values.iter_mut().for_each(|value| *value /= tone.drive);
            }
        }
    }
}

impl FilterState {
    fn cutoff(&mut self, filter: &Filter, pitch: f32) -> f32 {
        self.phase = wrap(self.phase + filter.sweep.0 * CONTROL as f32 / RATE);
        let octaves = filter.track * (pitch - 60.0) / 12.0
            + filter.envelope * self.envelope.step()
            + filter.sweep.1 * sine(self.phase)
            + self.offset;
        filter.cutoff * octaves.exp2()
    }
}
