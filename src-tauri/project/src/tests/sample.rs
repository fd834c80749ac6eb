//! Scores and takes for the tests.

use proptest::prelude::*;
use son1k_domain::generation::{Brief, Request, Understanding};
use son1k_domain::id::{AssetId, SectionId, TakeId, TrackId};
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::*;
use son1k_domain::take::{Measured, Tag, Take};
use son1k_domain::unit::*;

pub fn section(id: &str, start: u32, length: u32) -> Section {
    Section {
        id: SectionId::from(id),
        kind: SectionKind::Verse,
        start: Ticks(start),
        length: Ticks(length),
        energy: 0.7,
    }
}

fn track(id: &str, notes: Vec<Note>) -> Track {
    let channel = Channel {
        level: Db(-3.1),
        high_pass: Some(Hertz(32.7)),
        eq: vec![EqBand { frequency: Hertz(440.1), gain: Db(1.7), q: 0.71 }],
        duck: Some(Duck { from: TrackId::from("drums"), keys: vec![36], depth: Db(6.0), release_ms: 120.0 }),
        ..Channel::default()
    };
    let sound = Sound::SoundFont { bank: 0, program: 33 };
    Track { id: TrackId::from(id), name: format!("Name of {id}"), role: Role::Bass, sound, channel, notes }
}

pub fn key(tonic: u8) -> Key {
    Key { tonic: PitchClass(tonic), mode: Mode::Dorian }
}

/// A score with `notes` notes over three tracks and eight sections.
pub fn score(notes: u32) -> Score {
    let bar = Meter::FOUR_FOUR.bar().0;
    let sections: Vec<_> = (0..8).map(|i| section(&format!("verse-{i}"), i * 16 * bar, 16 * bar)).collect();
    let each = notes / 3;
    let line = |shift: u32| -> Vec<Note> {
        let note = |i| Note {
            start: Ticks(i * (128 * bar / each.max(1)) + shift),
            length: Ticks(120 + i % 7),
            pitch: 40 + (i % 30) as u8,
            velocity: 60 + (i % 50) as u8,
        };
        (0..each).map(note).collect()
    };
    let chord = ChordSpan {
        start: Ticks(0),
        length: Ticks(bar),
        symbol: "Am7".into(),
        numeral: "i7".into(),
        tones: vec![9, 0, 4, 7],
        bass: 9,
    };
    Score {
        title: "Noche de verano".into(),
        style: "reggaeton".into(),
        seed: u32::MAX,
        bpm: Bpm(95.1),
        meter: Meter::FOUR_FOUR,
        key: key(9),
        length: Ticks(128 * bar),
        sections,
        chords: vec![chord; 128],
        tracks: vec![track("drums", line(0)), track("bass", line(3)), track("lead", line(11))],
        mix: MixPlan {
            reverb_time: Seconds(1.234_567_890_123_4),
            delay_quarters: 0.75,
            delay_feedback: 0.3,
            low_shelf: Db(1.1),
            high_shelf: Db(-0.7),
        },
    }
}

pub fn take(id: &str) -> Take {
    let brief = Brief {
        title: format!("Title of {id}"),
        style: "pop".into(),
        bpm: Bpm(95.1),
        key: key(0),
        meter: Meter::FOUR_FOUR,
        duration: Seconds(180.0),
        moods: vec!["happy".into()],
        instruments: vec![],
        without: vec!["drums".into()],
    };
    let measured = Measured {
        duration: Seconds(179.987_654_321),
        loudness: Lufs(-14.02),
        true_peak: Dbtp(-1.003),
        dc_offset: Db(-90.5),
        clipped_samples: 0,
        longest_silence: Seconds(0.1),
        bpm: Some(Bpm(95.0)),
        bpm_matches: true,
        key: None,
        key_matches: false,
    };
    Take {
        id: TakeId::from(id),
        title: format!("Title of {id}"),
        request: Request {
            prompt: "una canción ☀".into(),
            seed: Some(u32::MAX),
            variations: 2,
            ..Request::default()
        },
        understanding: Understanding { chips: vec![], not_understood: vec!["xyz".into()], brief },
        seed: u32::MAX,
        engine: "composer 1".into(),
        score: AssetId::from(""),
        audio: AssetId("ab".repeat(32)),
        master_gain: Db(3.25),
        measured,
        refused: vec![],
        tags: vec![Tag { name: "latin".into(), score: 0.123_456_79 }],
        starred: false,
        created_ms: 1_700_000_000_123.456,
        elapsed: Seconds(3.3),
    }
}

prop_compose! {
    fn any_note()(start in prop_oneof![0..40_000u32, any::<u32>()], length in any::<u32>(), pitch in 0..128u8, velocity in 1..128u8) -> Note {
        Note { start: Ticks(start), length: Ticks(length), pitch, velocity }
    }
}

prop_compose! {
    fn any_track()(id in "[a-z]{1,3}", name in ".{0,12}", mut notes in prop::collection::vec(any_note(), 0..60), level in -60f32..12.0,
        sound in prop_oneof![
            (any::<u8>(), any::<u8>()).prop_map(|(bank, program)| Sound::SoundFont { bank, program }),
            Just(Sound::Kit { kit: Kit::Trap }),
            Just(Sound::Synth { patch: Patch::FmBell }),
        ]) -> Track {
        notes.sort_by_key(|n| (n.start, n.pitch));
        Track { name, sound, channel: Channel { level: Db(level), ..Channel::default() }, ..track(&id, notes) }
    }
}

prop_compose! {
    /// Any score: sections may overlap, leave gaps or be empty, notes may lie outside of all.
    pub fn any_score()(spans in prop::collection::vec((0..40_000u32, 0..9_000u32), 0..6), mut tracks in prop::collection::vec(any_track(), 0..5),
        title in ".{0,20}", bpm in 40f32..240.0, seed in any::<u32>(), time in 0f64..9.0, length in any::<u32>()) -> Score {
        tracks.sort_by(|a, b| a.id.cmp(&b.id));
        tracks.dedup_by(|a, b| a.id == b.id);
        let sections = spans.iter().enumerate().map(|(i, (start, len))| section(&format!("s{i}"), *start, *len)).collect();
        let mix = MixPlan { reverb_time: Seconds(time), ..score(0).mix };
        Score { sections, tracks, title, bpm: Bpm(bpm), seed, mix, length: Ticks(length), ..score(0) }
    }
}
