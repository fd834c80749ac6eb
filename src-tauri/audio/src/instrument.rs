//! What plays the notes of a track, whatever makes the sound.

use son1k_domain::score::Note;
use son1k_domain::unit::{Bpm, Ticks};

use crate::SAMPLE_RATE;

/// A note with its times in frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlayedNote {
    pub start: u64,
    pub end: u64,
    pub pitch: u8,
    pub velocity: u8,
}

/// A player of one track's notes.
pub(crate) trait Instrument: Send {
    /// Adds the frames from frame `at` of the song on. Calls follow each other without gaps, their length a multiple
    /// of [`crate::envelope::CONTROL`]. Returns whether anything sounds.
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool;
}

/// Returns the frame of a position at a constant tempo.
pub(crate) fn frame_of(ticks: Ticks, bpm: Bpm) -> u64 {
    (ticks.seconds(bpm).0 * f64::from(SAMPLE_RATE)).round().max(0.0) as u64
}

/// Returns the notes in frames, sorted by start. Notes nobody can hear (velocity 0) are left out.
pub(crate) fn played(notes: &[Note], bpm: Bpm) -> Vec<PlayedNote> {
    let mut played: Vec<PlayedNote> = notes
        .iter()
        .filter(|n| n.velocity > 0 && n.pitch < 128)
        .map(|n| PlayedNote {
            start: frame_of(n.start, bpm),
            end: frame_of(Ticks(n.start.0.saturating_add(n.length.0.max(1))), bpm),
            pitch: n.pitch,
            velocity: n.velocity.min(127),
        })
        .collect();
    played.sort_by_key(|n| (n.start, n.pitch));
    played
}

/// Returns the gain of a velocity; 100 is unity. The exponent lies between the square law of General MIDI and what
/// recorded instruments do, so that ghost notes stay audible.
pub(crate) fn velocity_gain(velocity: u8) -> f32 {
    (f32::from(velocity) / 100.0).powf(1.5)
}
