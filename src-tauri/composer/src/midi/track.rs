//! One track of the score as a track of the file.

use midly::num::{u4, u7};
use midly::{MetaMessage, MidiMessage, Track as Events, TrackEventKind};
use son1k_domain::score::{Kit, Note, Patch, Sound, Track};
use son1k_domain::unit::{Db, Ticks};

use super::{Timed, in_order};

/// Controllers of General MIDI: channel volume and pan.
const VOLUME: u8 = 7;
const PAN: u8 = 10;

/// Writes name, program, volume, pan and notes.
pub(super) fn events(track: &Track, channel: u8, end: Ticks) -> Events<'_> {
    let message = |message| TrackEventKind::Midi { channel: u4::new(channel & 15), message };
    let controller =
        |number, value| MidiMessage::Controller { controller: u7::new(number), value: u7::new(value) };
    let mut events: Vec<Timed<'_>> = vec![
        (0, TrackEventKind::Meta(MetaMessage::TrackName(track.name.as_bytes()))),
        (0, message(MidiMessage::ProgramChange { program: u7::new(program(&track.sound) & 127) })),
        (0, message(controller(VOLUME, volume(track.channel.level)))),
        (0, message(controller(PAN, pan(track.channel.pan.0)))),
    ];
    events.extend(note_events(&track.notes).into_iter().map(|(at, note)| (at, message(note))));
    in_order(events, end.0)
}

/// Notes on and off in time. At one moment notes end before others start, so that a repeated note is not cut short; a
/// note struck again while it sounds ends there.
fn note_events(notes: &[Note]) -> Vec<(u32, MidiMessage)> {
    let mut sorted: Vec<Note> = notes.to_vec();
    sorted.sort_by_key(|n| (n.start, n.pitch));
    let mut events = Vec::with_capacity(2 * sorted.len());
    let mut sounding: [Option<u32>; 128] = [None; 128];
    for note in sorted.iter().rev() {
        let key = usize::from(note.pitch & 127);
        let whole = note.start.0.saturating_add(note.length.0.max(1));
        let struck_again = sounding.get(key).copied().flatten().unwrap_or(u32::MAX);
        let end = if struck_again > note.start.0 { whole.min(struck_again) } else { whole };
        if let Some(slot) = sounding.get_mut(key) {
            *slot = Some(note.start.0);
        }
        let pitch = u7::new(note.pitch & 127);
        events.push((
            note.start.0,
            1,
            MidiMessage::NoteOn { key: pitch, vel: u7::new(note.velocity.clamp(1, 127)) },
        ));
        events.push((end, 0, MidiMessage::NoteOff { key: pitch, vel: u7::new(64) }));
    }
    events.reverse();
    events.sort_by_key(|(at, order, _)| (*at, *order));
    events.into_iter().map(|(at, _, message)| (at, message)).collect()
}

/// Channel volume of a level: General MIDI level 2 has 40·log10(value/127) dB; 100 is the level of the score's 0 dB, so
/// that there is room above it.
fn volume(level: Db) -> u8 {
    let value = 100.0 * 10f32.powf(level.0 / 40.0);
    value.round().clamp(0.0, 127.0) as u8
}

fn pan(pan: f32) -> u8 {
    (64.0 + pan * 63.0).round().clamp(0.0, 127.0) as u8
}

/// The General MIDI program nearest to a sound, counted from 0. Kits are programs of the percussion channel.
pub(super) fn program(sound: &Sound) -> u8 {
    match sound {
        Sound::SoundFont { program, .. } => *program,
        Sound::Kit { kit } => match kit {
            Kit::Dembow | Kit::Pop => 0,
            Kit::Trap => 25,
            Kit::House | Kit::Synthwave => 24,
            Kit::Lofi => 40,
        },
        Sound::Synth { patch } => match patch {
            Patch::Sub808 | Patch::PluckBass => 38,
            Patch::ReeseBass | Patch::ArpBass => 39,
            Patch::Supersaw => 90,
            Patch::WarmPad => 89,
            Patch::AirPad => 91,
            Patch::Pluck => 84,
            Patch::FmBell => 98,
            Patch::FmKeys => 5,
            Patch::SawLead => 81,
            Patch::SquareLead => 80,
            Patch::SineLead => 79,
            Patch::Riser => 97,
            Patch::Vinyl => 122,
        },
        // Voice oohs.
        Sound::Recording { .. } => 53,
    }
}
