//! The arrangement on the lanes: a [`Score`] laid out for the document and read back.
//!
//! Root containers: `arrangement` (the figures of the piece), `sections`, `chords`, `tracks` (movable; each track has a
//! list of clips, one for each section in which it plays, each clip a list of notes) and `mixer`. Every track, clip,
//! section and note carries an id of its own, because undo and merge give containers new library ids.
//!
//! A note is one list value `[id, start, length, pitch, velocity]`, with `start` relative to its clip. Measured with 5,000
//! notes: a map container for each took eight times as long to add (283 ms to 37 ms), six to open, fifteen to undo, and
//! four and a half times the bytes.

use loro::LoroValue;
use serde::de::DeserializeOwned;
use son1k_domain::id::TakeId;
use son1k_domain::score::{Note, Score, Section, Track};
use son1k_domain::unit::Ticks;

use crate::node::{Fields, Node, chords, fields, keyed, number};
use crate::value::{entry, field, items, plain, read, text};
use crate::{Error, Result, strip};

/// Lays a score out as the parts of the stored tree that make up the lanes, with neutral strips. Fails when a value can
/// not be kept.
pub(crate) fn lay_out(take: &TakeId, score: &Score) -> Result<Fields> {
    let figures = fields([
        ("take", value(take.as_str())),
        ("title", value(score.title.as_str())),
        ("style", value(score.style.as_str())),
        ("seed", number(score.seed.into())),
        ("bpm", Node::Value(plain("the tempo", &score.bpm)?)),
        ("meter", Node::Value(plain("the meter", &score.meter)?)),
        ("key", Node::Value(plain("the key", &score.key)?)),
        ("length", number(score.length.0.into())),
        ("mix", Node::Value(plain("the mix", &score.mix)?)),
    ]);
    let sections = score.sections.iter().map(|s| Ok((s.id.0.clone(), section(s)?)));
    let spans = score.chords.iter().map(|c| plain("a chord", c)).collect::<Result<Vec<_>>>()?;
    let tracks = score.tracks.iter().map(|t| Ok((t.id.0.clone(), track(t, &score.sections)?)));
    let lanes = [
        ("arrangement", figures),
        ("sections", Node::Items(keyed(sections.collect::<Result<Vec<_>>>()?))),
        ("chords", chords(&LoroValue::List(spans.into()))),
        ("tracks", Node::Items(keyed(tracks.collect::<Result<Vec<_>>>()?))),
        ("mixer", strip::lay_out(&score.tracks)?),
    ];
    Ok(lanes.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

fn value(value: impl Into<LoroValue>) -> Node {
    Node::Value(value.into())
}

fn section(section: &Section) -> Result<Node> {
    Ok(fields([
        ("id", value(section.id.as_str())),
        ("kind", Node::Value(plain("a section", &section.kind)?)),
        ("start", number(section.start.0.into())),
        ("length", number(section.length.0.into())),
        ("energy", Node::Value(plain("the energy of a section", &section.energy)?)),
    ]))
}

fn track(track: &Track, sections: &[Section]) -> Result<Node> {
    let clips = clips_of(track, sections).into_iter().map(|clip| (clip.id.clone(), clip.node()));
    Ok(fields([
        ("id", value(track.id.as_str())),
        ("name", value(track.name.as_str())),
        ("role", Node::Value(plain("the role of a track", &track.role)?)),
        ("sound", Node::Value(plain("the sound of a track", &track.sound)?)),
        ("channel", Node::Value(plain("the channel of a track", &track.channel)?)),
        ("clips", Node::Items(keyed(clips))),
    ]))
}

/// The notes of a track inside one section, or outside of all.
struct Clip {
    id: String,
    section: String,
    start: u32,
    length: u32,
    notes: Vec<(String, Node)>,
}

/// Shares the notes of a track out to the sections in which they start; the rest goes to a clip without a section.
fn clips_of(track: &Track, sections: &[Section]) -> Vec<Clip> {
    let mut clips: Vec<Clip> = sections.iter().map(|s| Clip::of(track, s)).collect();
    let mut loose =
        Clip { id: track.id.0.clone(), section: String::new(), start: 0, length: 0, notes: Vec::new() };
    // Notes come sorted, so that the section of one note is mostly the section of the next.
    let mut at = 0;
    for (id, note) in track.notes.iter().enumerate() {
        if !sections.get(at).is_some_and(|s| contains(s, note.start)) {
            at = sections.iter().position(|s| contains(s, note.start)).unwrap_or(sections.len());
        }
        clips.get_mut(at).unwrap_or(&mut loose).push(id, note);
    }
    clips.push(loose);
    clips.retain(|clip| !clip.notes.is_empty());
    clips
}

fn contains(section: &Section, at: Ticks) -> bool {
    at.0.checked_sub(section.start.0).is_some_and(|inside| inside < section.length.0)
}

impl Clip {
    fn of(track: &Track, section: &Section) -> Self {
        Self {
            id: format!("{}/{}", track.id, section.id),
            section: section.id.0.clone(),
            start: section.start.0,
            length: section.length.0,
            notes: Vec::new(),
        }
    }

    fn push(&mut self, id: usize, note: &Note) {
        let start = i64::from(note.start.0.saturating_sub(self.start));
        let figures = [start, note.length.0.into(), note.pitch.into(), note.velocity.into()];
        self.notes.push((id.to_string(), note_value(i64::try_from(id).unwrap_or(i64::MAX), figures)));
    }

    fn node(self) -> Node {
        fields([
            ("id", value(self.id)),
            ("section", value(self.section)),
            ("start", number(self.start.into())),
            ("length", number(self.length.into())),
            ("notes", Node::Items(self.notes)),
        ])
    }
}

/// Makes a note: its id, then start in its clip, length, pitch and velocity.
pub(crate) fn note_value(id: i64, figures: [i64; 4]) -> Node {
    let figures = std::iter::once(id).chain(figures).map(LoroValue::I64);
    Node::Value(LoroValue::List(figures.collect()))
}

/// Returns start in its clip, length, pitch and velocity of a note.
pub(crate) fn note_figures(note: &LoroValue) -> Option<[i64; 4]> {
    match items(note) {
        [
            _,
            LoroValue::I64(start),
            LoroValue::I64(length),
            LoroValue::I64(pitch),
            LoroValue::I64(velocity),
        ] => Some([*start, *length, *pitch, *velocity]),
        _ => None,
    }
}

/// Returns the take whose arrangement is on the lanes, out of the figures of the piece.
pub(crate) fn take(figures: &LoroValue) -> Option<TakeId> {
    let id = text(entry(figures, "take"));
    (!id.is_empty()).then(|| TakeId::from(id))
}

/// Reads the lanes out of the deep value of the document.
pub(crate) fn read_back(root: &LoroValue) -> std::result::Result<Score, String> {
    let figures = entry(root, "arrangement");
    Ok(Score {
        title: field(figures, "title")?,
        style: field(figures, "style")?,
        seed: field(figures, "seed")?,
        bpm: field(figures, "bpm")?,
        meter: field(figures, "meter")?,
        key: field(figures, "key")?,
        length: field(figures, "length")?,
        sections: list(root, "sections")?,
        chords: list(root, "chords")?,
        tracks: items(entry(root, "tracks")).iter().map(read_track).collect::<std::result::Result<_, _>>()?,
        mix: field(figures, "mix")?,
    })
}

/// Reads a root list; one that nothing was ever put into is not there.
fn list<T: DeserializeOwned>(root: &LoroValue, key: &str) -> std::result::Result<Vec<T>, String> {
    items(entry(root, key)).iter().map(|thing| read(thing).map_err(|e| format!("{key}: {e}"))).collect()
}

fn read_track(track: &LoroValue) -> std::result::Result<Track, String> {
    let mut notes = Vec::new();
    for clip in items(entry(track, "clips")) {
        let start: u32 = field(clip, "start")?;
        for note in items(entry(clip, "notes")) {
            notes.push(read_note(start, note).ok_or("a note is damaged")?);
        }
    }
    notes.sort_by_key(|n: &Note| (n.start, n.pitch));
    Ok(Track {
        id: field(track, "id")?,
        name: field(track, "name")?,
        role: field(track, "role")?,
        sound: field(track, "sound")?,
        channel: field(track, "channel")?,
        notes,
    })
}

fn read_note(clip: u32, note: &LoroValue) -> Option<Note> {
    let [start, length, pitch, velocity] = note_figures(note)?;
    Some(Note {
        // A section that was moved back can take a note past the end of what a score can hold.
        start: Ticks(clip.saturating_add(u32::try_from(start).ok()?)),
        length: Ticks(u32::try_from(length).ok()?),
        pitch: u8::try_from(pitch).ok()?,
        velocity: u8::try_from(velocity).ok()?,
    })
}

/// Reads a score out of the asset of a take.
pub(crate) fn parse(bytes: &[u8]) -> Result<Score> {
    serde_json::from_slice(bytes)
        .map_err(|e| Error::Unkeepable { what: "the score of a take", why: e.to_string() })
}
