//! The file read back.

use std::collections::BTreeMap;

use midly::{MetaMessage, MidiMessage, Smf, Timing, TrackEventKind};
use proptest::prelude::*;
use son1k_domain::id::{SectionId, TrackId};
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::*;
use son1k_domain::unit::*;

use super::{midi, signature};

fn track(id: &str, sound: Sound, notes: Vec<Note>) -> Track {
    let channel = Channel { level: Db(-6.0), pan: Pan(-0.5), ..Channel::default() };
    Track { id: TrackId::from(id), name: format!("{id} ñ"), role: Role::Lead, sound, channel, notes }
}

fn score(tracks: Vec<Track>) -> Score {
    let section = |id: &str, kind, start| Section {
        id: SectionId::from(id),
        kind,
        start: Ticks(start),
        length: Ticks(1440),
        energy: 0.5,
    };
    Score {
        title: "Vals".into(),
        style: "jazz".into(),
        seed: 1,
        bpm: Bpm(96.0),
        meter: Meter { beats: 6, unit: 8 },
        key: Key { tonic: PitchClass(9), mode: Mode::Minor },
        length: Ticks(2880),
        sections: vec![
            section("intro", SectionKind::Intro, 0),
            section("pre_chorus-2", SectionKind::PreChorus, 1440),
        ],
        chords: vec![],
        tracks,
        mix: MixPlan {
            reverb_time: Seconds(1.0),
            delay_quarters: 0.5,
            delay_feedback: 0.2,
            low_shelf: Db(0.0),
            high_shelf: Db(0.0),
        },
    }
}

fn note(start: u32, length: u32, pitch: u8, velocity: u8) -> Note {
    Note { start: Ticks(start), length: Ticks(length), pitch, velocity }
}

/// Reads the notes of a track of the file.
fn notes_of(events: &[midly::TrackEvent<'_>]) -> Vec<Note> {
    let (mut now, mut open, mut notes) = (0, BTreeMap::new(), Vec::new());
    for event in events {
        now += event.delta.as_int();
        match event.kind {
            TrackEventKind::Midi { message: MidiMessage::NoteOn { key, vel }, .. } => {
                assert!(
                    open.insert(key.as_int(), (now, vel.as_int())).is_none(),
                    "a note struck while it sounds"
                );
            }
            TrackEventKind::Midi { message: MidiMessage::NoteOff { key, .. }, .. } => {
                let (start, velocity) = open.remove(&key.as_int()).unwrap();
                notes.push(note(start, now - start, key.as_int(), velocity));
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    notes.sort_by_key(|n: &Note| (n.start, n.pitch));
    notes
}

#[test]
fn the_first_track_has_tempo_meter_key_and_sections() {
    let bytes = midi(&score(vec![]));
    let smf = Smf::parse(&bytes).unwrap();
    assert_eq!(smf.header.timing, Timing::Metrical(480.into()));
    assert_eq!(smf.header.format, midly::Format::Parallel);
    let (mut now, mut metas) = (0, Vec::new());
    for event in smf.tracks.first().unwrap() {
        now += event.delta.as_int();
        if let TrackEventKind::Meta(meta) = event.kind {
            metas.push((now, meta));
        }
    }
    assert_eq!(
        metas,
        [
            (0, MetaMessage::TrackName(b"Vals")),
            (0, MetaMessage::Tempo(625_000.into())),
            (0, MetaMessage::TimeSignature(6, 3, 36, 8)),
            (0, MetaMessage::KeySignature(0, true)),
            (0, MetaMessage::Marker(b"Intro")),
            (1440, MetaMessage::Marker(b"Pre-chorus 2")),
            (2880, MetaMessage::EndOfTrack),
        ]
    );
}

#[test]
fn every_note_comes_back_with_program_channel_volume_and_pan() {
    let line =
        vec![note(0, 480, 60, 100), note(480, 480, 60, 90), note(480, 200, 64, 1), note(2700, 400, 67, 127)];
    let beat = vec![note(0, 30, 36, 110), note(240, 30, 42, 60)];
    let tracks = vec![
        track("lead", Sound::Synth { patch: Patch::SawLead }, line.clone()),
        track("drums", Sound::Kit { kit: Kit::Trap }, beat.clone()),
        track("keys", Sound::SoundFont { bank: 0, program: 4 }, line.clone()),
    ];
    let bytes = midi(&score(tracks));
    let smf = Smf::parse(&bytes).unwrap();
    let expected = [(0, 81, &line), (9, 25, &beat), (1, 4, &line)];
    for (events, (channel, program, notes)) in smf.tracks.iter().skip(1).zip(expected) {
        assert_eq!(&notes_of(events), notes);
        let messages: Vec<_> = events
            .iter()
            .filter_map(|e| match e.kind {
                TrackEventKind::Midi { channel: c, message } => Some((c.as_int(), message)),
                _ => None,
            })
            .collect();
        assert!(messages.iter().all(|(c, _)| *c == channel));
        assert_eq!(messages[0].1, MidiMessage::ProgramChange { program: program.into() });
        assert_eq!(messages[1].1, MidiMessage::Controller { controller: 7.into(), value: 71.into() });
        assert_eq!(messages[2].1, MidiMessage::Controller { controller: 10.into(), value: 33.into() });
    }
    assert_eq!(smf.tracks.len(), 4);
    assert_eq!(smf.tracks[1][0].kind, TrackEventKind::Meta(MetaMessage::TrackName("lead ñ".as_bytes())));
}

#[test]
fn signatures_are_those_of_the_circle_of_fifths() {
    let of = |tonic, mode| signature(Key { tonic: PitchClass(tonic), mode });
    assert_eq!(of(7, Mode::Major), (1, false));
    assert_eq!(of(10, Mode::Major), (-2, false));
    assert_eq!(of(0, Mode::Minor), (-3, true));
    assert_eq!(of(2, Mode::Dorian), (0, true));
    assert_eq!(of(4, Mode::Phrygian), (0, true));
    assert_eq!(of(5, Mode::Lydian), (0, false));
    assert_eq!(of(7, Mode::Mixolydian), (0, false));
}

proptest! {
    #[test]
    fn any_notes_come_back_unless_they_overlap_on_one_key(
        mut notes in prop::collection::vec((0..4000u32, 1..900u32, 30..60u8, 1..128u8), 0..60)
    ) {
        notes.sort_by_key(|n| (n.0, n.2));
        notes.dedup_by_key(|n| (n.0, n.2));
        let mut expected: Vec<Note> = notes.iter().map(|n| note(n.0, n.1, n.2, n.3)).collect();
        let bytes = midi(&score(vec![track("x", Sound::SoundFont { bank: 0, program: 0 }, expected.clone())]));
        for i in 0..expected.len() {
            let next = expected.iter().skip(i + 1).find(|n| n.pitch == expected[i].pitch).map(|n| n.start.0);
            let end = (expected[i].start.0 + expected[i].length.0).min(next.unwrap_or(u32::MAX));
            expected[i].length = Ticks(end - expected[i].start.0);
        }
        prop_assert_eq!(notes_of(&Smf::parse(&bytes).unwrap().tracks[1]), expected);
    }

    #[test]
    fn no_score_makes_it_panic(notes in prop::collection::vec((any::<u32>(), any::<u32>(), any::<u8>(), any::<u8>()), 0..20),
        bpm in any::<f32>(), beats in any::<u8>(), unit in any::<u8>(), tonic in any::<u8>(), count in 0..40usize) {
        let notes: Vec<Note> = notes.iter().map(|n| note(n.0, n.1, n.2, n.3)).collect();
        let mut wild = score(vec![track("x", Sound::Kit { kit: Kit::Pop }, notes); count]);
        wild.bpm = Bpm(bpm);
        wild.meter = Meter { beats, unit };
        wild.key.tonic = PitchClass(tonic);
        prop_assert!(Smf::parse(&midi(&wild)).is_ok());
    }
}
