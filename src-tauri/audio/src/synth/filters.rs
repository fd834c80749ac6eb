//! The filters of several voices side by side.
//!
//! A recursive filter waits for its own last value; the two sides of up to four voices fill one vector of the processor
//! and wait together.

use super::tone::{Filter, Tone};
use super::voice::{Stretch, Voice};
use crate::envelope::CONTROL;
use crate::filter::SvfLanes;

/// Most voices filtered together.
pub(super) const VOICES: usize = 4;

/// Returns the next frames of up to [`VOICES`] voices, filtered.
pub(super) fn sound(voices: &mut [Voice], tone: &Tone, now: u64) -> [Stretch; VOICES] {
    let mut sound = [[[0.0; CONTROL]; 2]; VOICES];
    for (voice, stretch) in voices.iter_mut().zip(&mut sound) {
        *stretch = voice.sound(tone, now);
    }
    if let Some(filter) = &tone.filter {
        let lanes = sound.as_flattened_mut();
        match voices.len() {
            0 => (),
            1 => run::<2>(voices, filter, lanes),
            2 => run::<4>(voices, filter, lanes),
            _ => run::<8>(voices, filter, lanes),
        }
    }
    sound
}

fn run<const LANES: usize>(voices: &mut [Voice], filter: &Filter, sound: &mut [[f32; CONTROL]]) {
    let mut stages: [SvfLanes<LANES>; 2] = Default::default();
    for (index, voice) in voices.iter_mut().enumerate() {
        if let Some((cutoff, [first, second])) = voice.filter(filter) {
            first.set(cutoff, filter.resonance);
            second.set(cutoff, 0.0);
            stages[0].load(index * 2, first);
            stages[1].load(index * 2, second);
        }
    }
    let mut frames = [[0.0; LANES]; CONTROL];
    for (lane, values) in sound.iter().take(LANES).enumerate() {
        for n in 0..CONTROL {
            frames[n][lane] = values[n];
        }
    }
    let [first, second] = &mut stages;
    for frame in &mut frames {
        *frame = first.low(*frame);
        if filter.steep {
            *frame = second.low(*frame);
        }
    }
    for (lane, values) in sound.iter_mut().take(LANES).enumerate() {
        for n in 0..CONTROL {
            values[n] = frames[n][lane];
        }
    }
    for (index, voice) in voices.iter_mut().enumerate() {
        if let Some([first, second]) = voice.stages() {
            stages[0].store(index * 2, first);
            stages[1].store(index * 2, second);
        }
    }
}
