//! Notes that were heard in a sound, as a score: on one track, at the tempo that was heard with them.

use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::{Channel, MixPlan, Note, Role, Score, Sound, Track};
use son1k_domain::unit::{Bpm, Db, Seconds, TICKS_PER_QUARTER, Ticks};

/// The tempo of a MIDI file that names none.
const USUAL: Bpm = Bpm(120.0);

/// Profiles of Krumhansl & Kessler (1982) from the tonic on, major and minor: how well each pitch class fits the key.
const PROFILES: [(Mode, [f32; 12]); 2] = [
    (Mode::Major, [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]),
    (Mode::Minor, [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]),
];

/// Returns the notes as a score for a piano. Its first tick is the beginning of the sound, so that both can be laid side by
/// side; without a pulse the tempo is 120 BPM. The key is the one that fits the notes best.
pub fn transcript(title: &str, notes: &[HeardNote], pulse: Option<&Pulse>) -> Score {
    let bpm = pulse.map_or(USUAL, |pulse| pulse.bpm);
    let meter = Meter { beats: pulse.map_or(4, |pulse| pulse.beats_a_bar), unit: 4 };
    let notes: Vec<Note> = notes.iter().map(|note| written(note, bpm)).collect();
    let end = notes.iter().map(|note| note.start.0 + note.length.0).max().unwrap_or_default();
    let track = Track {
        id: "notes".into(),
        name: title.to_owned(),
        role: Role::Lead,
        sound: Sound::SoundFont { bank: 0, program: 0 },
        channel: Channel::default(),
        notes: notes.clone(),
    };
    Score {
        title: title.to_owned(),
        style: String::new(),
        seed: 0,
        bpm,
        meter,
        key: key(&notes),
        length: Ticks(end.next_multiple_of(meter.bar().0.max(1))),
        sections: Vec::new(),
        chords: Vec::new(),
        tracks: vec![track],
        mix: MixPlan {
            reverb_time: Seconds(1.0),
            delay_quarters: 0.75,
            delay_feedback: 0.0,
            low_shelf: Db(0.0),
            high_shelf: Db(0.0),
        },
    }
}

fn written(note: &HeardNote, bpm: Bpm) -> Note {
    let ticks = |at: Seconds| (at.0 * f64::from(bpm.0) / 60.0 * f64::from(TICKS_PER_QUARTER)).round() as u32;
    let start = ticks(note.start);
    let end = ticks(Seconds(note.start.0 + note.length.0));
    Note {
        start: Ticks(start),
        length: Ticks((end - start).max(1)),
        pitch: note.pitch,
        velocity: note.velocity.clamp(1, 127),
    }
}

/// The key whose profile goes along best with how long each pitch class sounds (Krumhansl & Schmuckler).
fn key(notes: &[Note]) -> Key {
    let mut lengths = [0.0; 12];
    for note in notes {
        lengths[usize::from(note.pitch % 12)] += note.length.0 as f32;
    }
    let candidates =
        (0..12_u8).flat_map(|tonic| PROFILES.iter().map(move |(mode, profile)| (tonic, *mode, profile)));
    let fit = |tonic: u8, profile: &[f32; 12]| {
        let mean = profile.iter().sum::<f32>() / 12.0;
        let spread = profile.iter().map(|value| (value - mean).powi(2)).sum::<f32>().sqrt();
        let degree = |class: usize| profile[(class + 12 - usize::from(tonic)) % 12] - mean;
        lengths.iter().enumerate().map(|(class, length)| length * degree(class)).sum::<f32>() / spread
    };
    let fits = candidates
        .map(|(tonic, mode, profile)| (Key { tonic: PitchClass(tonic), mode }, fit(tonic, profile)));
    let c_major = Key { tonic: PitchClass(0), mode: Mode::Major };
    fits.fold((c_major, 0.0), |best, next| if next.1 > best.1 { next } else { best }).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(pitch: u8, start: f64, length: f64) -> HeardNote {
        HeardNote { start: Seconds(start), length: Seconds(length), pitch, velocity: 80 }
    }

    #[test]
    fn notes_keep_their_time_at_any_tempo() {
        let notes = [note(60, 0.5, 0.25), note(64, 1.0, 0.5)];
        let pulse = |bpm| Pulse { bpm: Bpm(bpm), beats_a_bar: 3, beats: Vec::new() };
        for pulse in [None, Some(pulse(90.0)), Some(pulse(174.3))] {
            let score = transcript("x", &notes, pulse.as_ref());
            for (written, heard) in score.tracks[0].notes.iter().zip(&notes) {
                assert!((written.start.seconds(score.bpm).0 - heard.start.0).abs() < 1e-3);
                assert!((written.length.seconds(score.bpm).0 - heard.length.0).abs() < 1e-3);
            }
            assert!(score.length.seconds(score.bpm).0 >= 1.5);
            assert_eq!(score.meter.beats, if pulse.is_some() { 3 } else { 4 });
        }
    }

    #[test]
    fn a_scale_is_in_its_key() {
        let scale = |tonic: u8, steps: &[u8]| -> Vec<HeardNote> {
            let steps = steps.iter().chain([&0, &7, &0]).enumerate();
            steps.map(|(n, step)| note(60 + tonic + step, n as f64, 0.9)).collect()
        };
        let key = |notes: &[HeardNote]| transcript("x", notes, None).key.to_string();
        assert_eq!(key(&scale(0, &[0, 2, 4, 5, 7, 9, 11])), "C major");
        assert_eq!(key(&scale(3, &[0, 2, 4, 5, 7, 9, 11])), "Eb major");
        assert_eq!(key(&scale(9, &[0, 2, 3, 5, 7, 8, 10])), "A minor");
    }

    #[test]
    fn no_notes_give_an_empty_file_that_can_be_read() {
        let score = transcript("x", &[], None);
        assert_eq!(score.length, Ticks(0));
        assert!(midly::Smf::parse(&crate::midi(&score)).is_ok());
    }
}
