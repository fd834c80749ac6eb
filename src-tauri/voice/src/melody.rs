//! What is to be sung: the pitch that was heard, moved, spread, drawn to the scale, and set for other voices.

use son1k_domain::conversion::limits::VOICES;
use son1k_domain::conversion::{Character, Conversion};
use son1k_domain::music::{Key, Mode};

use crate::pulses::Pulse;

/// A new note must be nearer by so many semitones than the note that is sung, or a voice between two would flutter.
const HOLD: f32 = 0.3;
/// Seconds over which a pitch is taken together before its note is chosen.
const CHOICE: f32 = 0.012;
/// Seconds in which other voices glide from note to note.
const GLIDE: f32 = 0.02;
/// Seconds without voice after which a new note begins.
const REST: f32 = 0.06;
/// Seconds of voice over which the middle of a melody is felt, where it is not told.
const MIDDLE: f32 = 2.0;

/// What is to be sung at a pulse.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sung {
    /// Semitones from the voice as it is to the first voice.
    pub lead: f32,
    /// Semitones from the first voice to those of the harmony.
    pub harmony: [f32; VOICES],
    /// Notes of the vocoder, as MIDI has them.
    pub chord: [f32; VOICES],
}

/// The notes that may be sung.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale(Option<Key>);

impl Scale {
    pub fn new(key: Option<Key>) -> Self {
        Self(key)
    }

    /// Returns the place of a note above the tonic.
    fn above(key: Key, note: i32) -> i32 {
        (note - i32::from(key.tonic.0)).rem_euclid(12)
    }

    fn has(self, note: i32) -> bool {
        let within = |key: Key| key.mode.degrees().iter().any(|&d| i32::from(d) == Self::above(key, note));
        self.0.is_none_or(within)
    }

    /// Returns the note of the scale nearest to a pitch; both as MIDI has them.
    pub fn nearest(self, pitch: f32) -> i32 {
        let around = pitch.round() as i32;
        let near = (around - 2..=around + 2).filter(|&note| self.has(note));
        near.min_by(|&a, &b| (a as f32 - pitch).abs().total_cmp(&(b as f32 - pitch).abs())).unwrap_or(around)
    }

    /// Returns the semitones from a note of the scale to the one `degree` steps away.
    pub fn interval(self, note: i32, degree: i8) -> f32 {
        let (degrees, own) = match self.0 {
            Some(key) => (key.mode.degrees(), Self::above(key, note)),
            None => (Mode::Major.degrees(), 0),
        };
        let step = degrees.iter().position(|&d| i32::from(d) >= own).unwrap_or(0) as i32;
        let goal = step + i32::from(degree);
        let semitones = |step: i32| 12 * step.div_euclid(7) + i32::from(degrees[step.rem_euclid(7) as usize]);
        (semitones(goal) - semitones(step)) as f32
    }
}

/// Follows a voice from pulse to pulse.
#[derive(Debug)]
pub(crate) struct Melody {
    rate: f32,
    conversion: Conversion,
    scale: Scale,
    /// The middle of the melody, where it was told; else as it is felt.
    told: Option<f32>,
    felt: Option<f32>,
    /// The pitch from which the note is chosen, and the note.
    chosen: Option<(f32, i32)>,
    /// Semitones that tuning adds.
    correction: f32,
    sung: Sung,
    /// Seconds since there was a voice.
    rest: f32,
}

impl Melody {
    /// `middle` is the middle of the melody in Hz.
    pub fn new(rate: u32, conversion: &Conversion, middle: Option<f32>) -> Self {
        let scale = Scale::new(conversion.key);
        Self {
            rate: rate as f32,
            conversion: conversion.clone(),
            scale,
            told: middle.map(midi),
            felt: None,
            chosen: None,
            correction: 0.0,
            sung: Sung::default(),
            rest: f32::INFINITY,
        }
    }

    /// Returns what is to be sung at the next pulse. Where there is no voice, the last note is kept.
    pub fn follow(&mut self, pulse: &Pulse) -> Sung {
        let seconds = pulse.left as f32 / self.rate;
        if !pulse.voiced {
            self.rest += seconds;
            return self.sung;
        }
        let fresh = self.rest > REST;
        if fresh {
            (self.chosen, self.correction) = (None, 0.0);
        }
        self.rest = 0.0;
        let heard = midi(self.rate / pulse.period as f32);
        let wanted = self.shape(heard, seconds);
        let note = self.choose(wanted, seconds);
        let tuned = wanted + self.tune(note as f32 - wanted, seconds);
        self.sung.lead = tuned - heard;
        self.set_others(note, tuned, if fresh { 1.0 } else { part(seconds, GLIDE) });
        self.sung
    }

    /// Returns the pitch with the melody's span and place changed.
    fn shape(&mut self, heard: f32, seconds: f32) -> f32 {
        let felt = self.felt.map_or(heard, |felt| felt + part(seconds, MIDDLE) * (heard - felt));
        self.felt = Some(felt);
        let middle = self.told.unwrap_or(felt);
        if self.conversion.character == Character::Robot {
            return middle.round() + self.conversion.pitch;
        }
        middle + (heard - middle) * self.conversion.range + self.conversion.pitch
    }

    /// Returns the note that is sung.
    fn choose(&mut self, pitch: f32, seconds: f32) -> i32 {
        let smooth = self.chosen.map_or(pitch, |(last, _)| last + part(seconds, CHOICE) * (pitch - last));
        let nearest = self.scale.nearest(smooth);
        let away = |note: i32| (note as f32 - smooth).abs();
        let note = match self.chosen {
            Some((_, note)) if away(nearest) + HOLD > away(note) => note,
            _ => nearest,
        };
        self.chosen = Some((smooth, note));
        note
    }

    fn tune(&mut self, off: f32, seconds: f32) -> f32 {
        if let Some(tune) = self.conversion.tune {
            self.correction += part(seconds, tune.retune.0 as f32) * (off * tune.amount - self.correction);
        }
        self.correction
    }

    /// Sets the harmony and the chord, `part` of the way from their last notes.
    fn set_others(&mut self, note: i32, tuned: f32, part: f32) {
        for (voice, &degree) in self.sung.harmony.iter_mut().zip(&self.conversion.harmony) {
            *voice += part * (self.scale.interval(note, degree) - *voice);
        }
        let chord = self.conversion.vocoder.as_ref().map_or(&[][..], |vocoder| &vocoder.chord);
        // A chord in a key is in tune; without one it goes with the voice.
        let root = if self.conversion.key.is_some() { note as f32 } else { tuned };
        for (voice, &degree) in self.sung.chord.iter_mut().zip(chord) {
            *voice += part * (root + self.scale.interval(note, degree) - *voice);
        }
    }
}

/// Returns the part of a way that is gone after `seconds` when its 63 % take `time`.
fn part(seconds: f32, time: f32) -> f32 {
    if time > 0.0 { 1.0 - (-seconds / time).exp() } else { 1.0 }
}

/// Returns a pitch in semitones, 69 at 440 Hz.
pub(crate) fn midi(hertz: f32) -> f32 {
    69.0 + 12.0 * (hertz / 440.0).log2()
}

/// Returns a pitch in Hz.
pub(crate) fn hertz(midi: f32) -> f32 {
    440.0 * ((midi - 69.0) / 12.0).exp2()
}
