//! The synthesiser: plays the notes of a track with a patch.

mod filters;
mod patches;
mod texture;
mod tone;
mod voice;

use son1k_domain::score::Patch;

use crate::SAMPLE_RATE;
use crate::chorus::Chorus;
use crate::envelope::CONTROL;
use crate::instrument::{Instrument, PlayedNote};
use crate::oscillator::Noise;
use son1k_sound::biquad::{Biquad, Coefficients};
use texture::{Riser, Vinyl};
use tone::Tone;
use voice::Voice;

/// Voices that may sound at once; more are choked, oldest first.
const POLYPHONY: usize = 24;

/// Frames for which the chorus rings on after the last voice.
const TAIL: u64 = 4_096;

/// Returns the instrument of a patch. The same notes and seed give the same samples.
pub(crate) fn instrument(patch: Patch, notes: Vec<PlayedNote>, seed: u32, gain: f32) -> Box<dyn Instrument> {
    match patch {
        Patch::Riser => Box::new(Riser::new(notes, seed, gain)),
        Patch::Vinyl => Box::new(Vinyl::new(notes, seed, gain)),
        _ => Box::new(Synth::new(patches::tone(patch), notes, seed, gain)),
    }
}

struct Synth {
    tone: Tone,
    notes: Vec<PlayedNote>,
    next: usize,
    voices: Vec<Voice>,
    noise: Noise,
    gain: f32,
    /// Saturated pulses lean to one side; what is below hearing goes.
    subsonic: Biquad,
    chorus: Option<Chorus>,
    quiet_from: u64,
}

impl Synth {
    fn new(tone: Tone, notes: Vec<PlayedNote>, seed: u32, gain: f32) -> Self {
        let chorus = (tone.chorus > 0.0).then(|| Chorus::new(tone.chorus));
        let voices = Vec::with_capacity(POLYPHONY + 8);
        let subsonic =
            Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 16.0, std::f32::consts::FRAC_1_SQRT_2));
        Self { tone, notes, next: 0, voices, noise: Noise::new(seed), gain, subsonic, chorus, quiet_from: 0 }
    }

    /// Starts the notes that begin before frame `end`.
    fn start_notes(&mut self, end: u64) {
        while let Some(&note) = self.notes.get(self.next).filter(|n| n.start < end) {
            self.next += 1;
            let from = if self.tone.mono { self.hand_over(note.start) } else { None };
            let sounding = self.voices.iter().filter(|v| !v.choked()).count();
            if sounding >= POLYPHONY
                && let Some(oldest) = self.voices.iter_mut().find(|v| !v.choked())
            {
                oldest.choke();
            }
            self.voices.push(Voice::new(&self.tone, note, from, &mut self.noise));
        }
    }

    /// Chokes what sounds and returns the pitch to glide from, if the last note is still held.
    fn hand_over(&mut self, start: u64) -> Option<f32> {
        let mut from = None;
        for voice in self.voices.iter_mut().filter(|v| !v.choked()) {
            if voice.held_at(start) {
                from = Some(voice.pitch());
            }
            voice.choke();
        }
        from
    }
}

impl Instrument for Synth {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let end = at + out.len() as u64;
        let starts = self.notes.get(self.next).is_some_and(|n| n.start < end);
        if self.voices.is_empty() && !starts && at >= self.quiet_from {
            return false;
        }
        for (index, chunk) in out.chunks_mut(CONTROL).enumerate() {
            let now = at + (index * CONTROL) as u64;
            self.start_notes(now + CONTROL as u64);
            let (mut left, mut right) = ([0.0; CONTROL], [0.0; CONTROL]);
            for voices in self.voices.chunks_mut(filters::VOICES) {
                let mut sound = filters::sound(voices, &self.tone, now);
                for (voice, stretch) in voices.iter_mut().zip(&mut sound) {
                    voice.shape(&self.tone, stretch);
                    for n in 0..CONTROL {
                        left[n] += stretch[0][n];
                        right[n] += stretch[1][n];
                    }
                }
            }
            self.voices.retain(|v| !v.done());
            if !self.voices.is_empty() {
                self.quiet_from = now + TAIL;
            }
            for (frame, (l, r)) in chunk.iter_mut().zip(left.iter().zip(&right)) {
                *frame = [frame[0] + l * self.gain, frame[1] + r * self.gain];
            }
        }
        self.subsonic.run(out);
        if let Some(chorus) = &mut self.chorus {
            chorus.run(out);
        }
        true
    }
}
