//! Plays a recording: a voice that was sung or spoken, from where the notes of its track start.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use son1k_domain::id::AssetId;

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::instrument::{Instrument, PlayedNote, velocity_gain};

/// Where the recordings of a project lie.
pub type Recordings = HashMap<AssetId, PathBuf>;

/// Frames over which a recording that is cut off fades: 5 ms, so that it does not click.
const FADE: u64 = SAMPLE_RATE as u64 / 200;

/// A recording in memory with the notes that play it.
pub(crate) struct RecordingPlayer {
    frames: Vec<[f32; 2]>,
    notes: Vec<PlayedNote>,
}

impl RecordingPlayer {
    /// Reads the file; it may have any rate and any format that is known.
    pub(crate) fn open(file: &Path, notes: Vec<PlayedNote>) -> Result<Self> {
        let samples = son1k_sound::decode(file).map_err(|error| Error::Sound(error.to_string()))?;
        Ok(Self { frames: samples.as_chunks().0.to_vec(), notes })
    }

    /// Adds what a note plays of the stretch of the song that begins at frame `at`; returns whether it sounds there.
    fn play_note(&self, note: &PlayedNote, at: u64, out: &mut [[f32; 2]]) -> bool {
        let length = self.frames.len() as u64;
        let end = note.end.min(note.start + length);
        let (from, to) = (note.start.max(at), end.min(at + out.len() as u64));
        if from >= to {
            return false;
        }
        let cut = end < note.start + length;
        let gain = velocity_gain(note.velocity);
        let source = &self.frames[(from - note.start) as usize..(to - note.start) as usize];
        let heard = &mut out[(from - at) as usize..(to - at) as usize];
        for (index, (heard, frame)) in heard.iter_mut().zip(source).enumerate() {
            let left = end - from - index as u64;
            let fade = if cut && left < FADE { left as f32 / FADE as f32 } else { 1.0 };
            heard[0] += gain * fade * frame[0];
            heard[1] += gain * fade * frame[1];
        }
        true
    }
}

impl Instrument for RecordingPlayer {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let mut sounding = false;
        for note in &self.notes {
            sounding |= self.play_note(note, at, out);
        }
        sounding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(frames: usize, notes: &[(u64, u64)]) -> RecordingPlayer {
        let note = |&(start, end): &(u64, u64)| PlayedNote { start, end, pitch: 60, velocity: 100 };
        RecordingPlayer { frames: vec![[0.5, -0.5]; frames], notes: notes.iter().map(note).collect() }
    }

    fn heard(player: &mut RecordingPlayer, frames: usize, block: usize) -> Vec<[f32; 2]> {
        let mut all = vec![[0.0; 2]; frames];
        for (index, part) in all.chunks_mut(block).enumerate() {
            player.play((index * block) as u64, part);
        }
        all
    }

    #[test]
    fn a_recording_is_heard_from_where_its_note_starts_to_its_own_end() {
        let all = heard(&mut player(1_000, &[(300, 9_000)]), 2_048, 256);
        assert!(all[..300].iter().chain(&all[1_300..]).all(|frame| *frame == [0.0; 2]));
        assert!(all[300..1_300].iter().all(|frame| *frame == [0.5, -0.5]));
    }

    #[test]
    fn one_that_is_cut_off_fades_and_stops_with_its_note() {
        let all = heard(&mut player(9_000, &[(0, 1_000)]), 2_048, 512);
        assert_eq!(all[1_000 - FADE as usize - 1], [0.5, -0.5]);
        assert!(all[999][0] < 0.01 && all[1_000] == [0.0; 2]);
    }

    #[test]
    fn the_blocks_in_which_it_is_asked_for_change_nothing() {
        let notes = [(100, 900), (600, 2_500)];
        let whole = heard(&mut player(1_500, &notes), 4_096, 4_096);
        assert_eq!(whole, heard(&mut player(1_500, &notes), 4_096, 64));
        assert_eq!(whole[650], [1.0, -1.0], "two notes that overlap are both heard");
    }

    #[test]
    fn a_file_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("voice.wav");
        std::fs::write(&file, b"RIFF").unwrap();
        assert!(matches!(RecordingPlayer::open(&file, Vec::new()), Err(Error::Sound(_))));
    }
}
