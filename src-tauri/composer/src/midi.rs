//! A score as a Standard MIDI File, format 1, 480 ticks a quarter.

mod track;

use midly::num::{u15, u24, u28};
use midly::{Format, Header, MetaMessage, Smf, Timing, Track as Events, TrackEvent, TrackEventKind};
use son1k_domain::music::{Key, Mode};
use son1k_domain::score::{Role, Score, SectionKind, Sound, Track};
use son1k_domain::unit::TICKS_PER_QUARTER;

/// The channel that General MIDI keeps for percussion, counted from 0.
const DRUMS: u8 = 9;

/// Writes a score as a MIDI file: a first track with tempo, meter, key and a marker for each section, then one track for
/// each track of the score with its name, its General MIDI program, its level and pan, and its notes. A recording has no
/// notes that another program could play, and is left out.
pub fn midi(score: &Score) -> Vec<u8> {
    let resolution = u15::new(u16::try_from(TICKS_PER_QUARTER).unwrap_or(480));
    let markers: Vec<String> = score.sections.iter().map(|s| section_name(s.kind, s.id.as_str())).collect();
    let mut smf = Smf::new(Header::new(Format::Parallel, Timing::Metrical(resolution)));
    smf.tracks.push(conductor(score, &markers));
    let played: Vec<&Track> =
        score.tracks.iter().filter(|track| !matches!(track.sound, Sound::Recording { .. })).collect();
    let channels = channels(&played);
    smf.tracks.extend(
        played.into_iter().zip(channels).map(|(track, channel)| track::events(track, channel, score.length)),
    );
    let mut bytes = Vec::new();
    // Writing into memory cannot fail; without a file there would be nothing to say either.
    smf.write_std(&mut bytes).map(|()| bytes).unwrap_or_default()
}

/// An event at an absolute time.
type Timed<'a> = (u32, TrackEventKind<'a>);

/// Turns absolute times into the distances that a file holds. The order of events at one time is kept.
fn in_order(mut events: Vec<Timed<'_>>, end: u32) -> Events<'_> {
    events.sort_by_key(|(at, _)| *at);
    let last = events.last().map_or(0, |(at, _)| *at).max(end);
    events.push((last, TrackEventKind::Meta(MetaMessage::EndOfTrack)));
    let mut now = 0;
    let mut distance = |at: u32| {
        let delta = u28::try_from(at - now).unwrap_or(u28::max_value());
        now = at;
        delta
    };
    events.into_iter().map(|(at, kind)| TrackEvent { delta: distance(at), kind }).collect()
}

fn conductor<'a>(score: &'a Score, markers: &'a [String]) -> Events<'a> {
    let micros = (60_000_000.0 / f64::from(score.bpm.0.max(1.0))).round() as u32;
    let beats = score.meter.beats.max(1);
    let unit = u8::try_from(score.meter.unit.max(1).ilog2()).unwrap_or(2);
    // MIDI clocks in a metronome click: 24 to a quarter, a dotted quarter in compound meters.
    let click = if score.meter.unit == 8 && beats.is_multiple_of(3) { 36 } else { 24 };
    let (sharps, minor) = signature(score.key);
    let opening = [
        MetaMessage::TrackName(score.title.as_bytes()),
        MetaMessage::Tempo(u24::try_from(micros).unwrap_or(u24::max_value())),
        MetaMessage::TimeSignature(beats, unit, click, 8),
        MetaMessage::KeySignature(sharps, minor),
    ];
    let mut events: Vec<Timed<'a>> =
        opening.into_iter().map(|meta| (0, TrackEventKind::Meta(meta))).collect();
    events.extend(score.sections.iter().zip(markers).map(|(section, name)| {
        (section.start.0, TrackEventKind::Meta(MetaMessage::Marker(name.as_bytes())))
    }));
    in_order(events, score.length.0)
}

/// Sharps (flats below 0) of the key's signature. Other modes have the signature of the scale they share their notes with.
fn signature(key: Key) -> (i8, bool) {
    // Fifths above C of each pitch class, in the spelling with at most six accidentals.
    const FIFTHS: [i8; 12] = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];
    let up = match key.mode {
        Mode::Major => 0,
        Mode::Minor => 3,
        Mode::Dorian => 10,
        Mode::Phrygian => 8,
        Mode::Lydian => 7,
        Mode::Mixolydian => 5,
    };
    let major = usize::from((key.tonic.0 % 12 + up) % 12);
    (FIFTHS.get(major).copied().unwrap_or(0), key.mode.is_minor())
}

fn section_name(kind: SectionKind, id: &str) -> String {
    let kind = match kind {
        SectionKind::Intro => "Intro",
        SectionKind::Verse => "Verse",
        SectionKind::PreChorus => "Pre-chorus",
        SectionKind::Chorus => "Chorus",
        SectionKind::Bridge => "Bridge",
        SectionKind::Solo => "Solo",
        SectionKind::Build => "Build",
        SectionKind::Drop => "Drop",
        SectionKind::Breakdown => "Breakdown",
        SectionKind::Outro => "Outro",
    };
    // Ids end in the number of the repeat: `verse-2`.
    match id.rsplit_once('-').map(|(_, number)| number).filter(|n| n.parse::<u8>().is_ok()) {
        Some(number) => format!("{kind} {number}"),
        None => kind.to_owned(),
    }
}

/// Gives each track a channel: kits the percussion channel, the others the free ones in turn. With more than fifteen
/// players channels are shared.
fn channels(tracks: &[&Track]) -> Vec<u8> {
    let mut next = 0;
    let mut free = || {
        let channel =
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15].get(next % 15).copied().unwrap_or(0);
        next += 1;
        channel
    };
    tracks.iter().map(|track| if is_kit(&track.sound, track.role) { DRUMS } else { free() }).collect()
}

fn is_kit(sound: &Sound, role: Role) -> bool {
    match sound {
        Sound::SoundFont { bank, .. } => *bank == 128,
        Sound::Kit { .. } => true,
        Sound::Synth { .. } => role == Role::Drums,
        Sound::Recording { .. } => false,
    }
}

#[cfg(test)]
mod tests;
