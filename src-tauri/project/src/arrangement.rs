//! The arrangement on the lanes: a [`Score`] laid out in the document and read back.
//!
//! Root containers: `arrangement` (the figures of the piece), `sections`, `chords`, `tracks` (movable; each track has a
//! list of clips, one for each section in which it plays, each clip a list of notes) and `mixer`. Every track, clip,
//! section and note carries an id of its own, because undo and merge give containers new library ids.
//!
//! A note is one list value `[id, start, length, pitch, velocity]`, with `start` relative to its clip. Measured with 5,000
//! notes: a map container for each took eight times as long to add (283 ms to 37 ms), six to open, fifteen to undo, and
//! four and a half times the bytes.

use loro::{LoroDoc, LoroList, LoroMap, LoroMovableList, LoroValue};
use son1k_domain::id::TakeId;
use son1k_domain::score::{ChordSpan, Note, Score, Section, Track};
use son1k_domain::unit::Ticks;

use crate::value::{entry, field, items, plain, read, text};
use crate::{Error, Result};

/// A list or map that is ready to be written: everything that can be refused has been.
struct Sheet {
    figures: Vec<(&'static str, LoroValue)>,
    sections: Vec<Vec<(&'static str, LoroValue)>>,
    chords: Vec<LoroValue>,
    tracks: Vec<TrackSheet>,
}

struct TrackSheet {
    fields: Vec<(&'static str, LoroValue)>,
    clips: Vec<Clip>,
}

/// The notes of a track inside one section, or outside of all.
struct Clip {
    id: String,
    section: String,
    start: u32,
    length: u32,
    notes: Vec<LoroValue>,
}

/// Replaces the lanes by `score`. Nothing is changed when a value is refused.
pub(crate) fn lay_out(doc: &LoroDoc, take: &TakeId, score: &Score) -> Result<()> {
    let sheet = Sheet::of(take, score)?;
    let figures = doc.get_map("arrangement");
    for (key, value) in sheet.figures {
        figures.insert(key, value)?;
    }
    let sections = doc.get_list("sections");
    sections.clear()?;
    for section in sheet.sections {
        fill(&sections.push_container(LoroMap::new())?, section)?;
    }
    let chords = doc.get_list("chords");
    chords.clear()?;
    for chord in sheet.chords {
        chords.push(chord)?;
    }
    let tracks = doc.get_movable_list("tracks");
    tracks.clear()?;
    for track in sheet.tracks {
        write_track(&tracks, track)?;
    }
    Ok(())
}

fn write_track(tracks: &LoroMovableList, track: TrackSheet) -> Result<()> {
    let map = tracks.push_container(LoroMap::new())?;
    fill(&map, track.fields)?;
    let clips = map.insert_container("clips", LoroList::new())?;
    for clip in track.clips {
        let map = clips.push_container(LoroMap::new())?;
        map.insert("id", clip.id)?;
        map.insert("section", clip.section)?;
        map.insert("start", clip.start)?;
        map.insert("length", clip.length)?;
        let notes = map.insert_container("notes", LoroList::new())?;
        for note in clip.notes {
            notes.push(note)?;
        }
    }
    Ok(())
}

fn fill(map: &LoroMap, fields: Vec<(&'static str, LoroValue)>) -> Result<()> {
    for (key, value) in fields {
        map.insert(key, value)?;
    }
    Ok(())
}

impl Sheet {
    fn of(take: &TakeId, score: &Score) -> Result<Self> {
        let figures = vec![
            ("take", take.as_str().into()),
            ("title", score.title.as_str().into()),
            ("style", score.style.as_str().into()),
            ("seed", score.seed.into()),
            ("bpm", plain("the tempo", &score.bpm)?),
            ("meter", plain("the meter", &score.meter)?),
            ("key", plain("the key", &score.key)?),
            ("length", score.length.0.into()),
            ("mix", plain("the mix", &score.mix)?),
        ];
        Ok(Self {
            figures,
            sections: score.sections.iter().map(section_fields).collect::<Result<_>>()?,
            chords: score.chords.iter().map(|c| plain("a chord", c)).collect::<Result<_>>()?,
            tracks: score.tracks.iter().map(|t| TrackSheet::of(t, score)).collect::<Result<_>>()?,
        })
    }
}

fn section_fields(section: &Section) -> Result<Vec<(&'static str, LoroValue)>> {
    Ok(vec![
        ("id", section.id.as_str().into()),
        ("kind", plain("a section", &section.kind)?),
        ("start", section.start.0.into()),
        ("length", section.length.0.into()),
        ("energy", plain("the energy of a section", &section.energy)?),
    ])
}

impl TrackSheet {
    fn of(track: &Track, score: &Score) -> Result<Self> {
        let fields = vec![
            ("id", track.id.as_str().into()),
            ("name", track.name.as_str().into()),
            ("role", plain("the role of a track", &track.role)?),
            ("sound", plain("the sound of a track", &track.sound)?),
            ("channel", plain("the channel of a track", &track.channel)?),
        ];
        Ok(Self { fields, clips: clips_of(track, &score.sections) })
    }
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
        let id = i64::try_from(id).unwrap_or(i64::MAX);
        let start = i64::from(note.start.0.saturating_sub(self.start));
        let figures = [id, start, note.length.0.into(), note.pitch.into(), note.velocity.into()];
        self.notes.push(LoroValue::List(figures.into_iter().map(LoroValue::I64).collect()));
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
        sections: read::<Vec<Section>>(entry(root, "sections")).map_err(|e| format!("sections: {e}"))?,
        chords: read::<Vec<ChordSpan>>(entry(root, "chords")).map_err(|e| format!("chords: {e}"))?,
        tracks: items(entry(root, "tracks")).iter().map(read_track).collect::<std::result::Result<_, _>>()?,
        mix: field(figures, "mix")?,
    })
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
    let [_, LoroValue::I64(start), LoroValue::I64(length), LoroValue::I64(pitch), LoroValue::I64(velocity)] =
        items(note)
    else {
        return None;
    };
    Some(Note {
        start: Ticks(clip.checked_add(u32::try_from(*start).ok()?)?),
        length: Ticks(u32::try_from(*length).ok()?),
        pitch: u8::try_from(*pitch).ok()?,
        velocity: u8::try_from(*velocity).ok()?,
    })
}

/// Reads a score out of the asset of a take.
pub(crate) fn parse(bytes: &[u8]) -> Result<Score> {
    serde_json::from_slice(bytes)
        .map_err(|e| Error::Unkeepable { what: "the score of a take", why: e.to_string() })
}
