//! Random edits, as a musician makes them.

use proptest::prelude::*;
use son1k_domain::id::{SectionId, TakeId, TrackId};
use son1k_domain::music::Meter;
use son1k_domain::project::{Project, Step, StripChange};
use son1k_domain::score::{Note, Score, Section, SectionKind};
use son1k_domain::unit::{Bpm, Db, Pan, Ticks};

use super::sample::{key, score, section, take};
use crate::{Document, Result};

#[derive(Debug, Clone)]
pub enum Edit {
    Rename(String),
    Lyrics(String),
    Add(u8, bool),
    Use(u8),
    RenameTake(u8, String),
    Star(u8, bool),
    Delete(u8),
    Strip(u8, StripChange, Option<u32>),
    Rework(Rework),
    Undo,
    Redo,
}

/// Changes of the arrangement; numbers name a thing by its place, as far as there are so many.
#[derive(Debug, Clone)]
pub enum Rework {
    Tempo(f32),
    Key(u8),
    Meter(u8),
    Shelf(f32),
    AddNote(u8, u16, u8),
    RemoveNote(u8, u16),
    Transpose(u8, u16, u8),
    Nudge(u8, u16, u16),
    Chord(u8, u8),
    RenameTrack(u8, String),
    RemoveTrack(u8),
    MoveTrack(u8, u8),
    Drive(u8, f32),
    AddSection(u8, u8),
    RemoveSection(u8),
    MoveSection(u8, u8),
    Energy(u8, f32),
}

pub fn any_edit() -> impl Strategy<Value = Edit> {
    let change = prop_oneof![
        (-60f32..12.0).prop_map(|db| StripChange::Level(Db(db))),
        (-1f32..1.0).prop_map(|pan| StripChange::Pan(Pan(pan))),
        any::<bool>().prop_map(StripChange::Mute),
        any::<bool>().prop_map(StripChange::Solo),
    ];
    prop_oneof![
        1 => "[a-c]{1,3}".prop_map(Edit::Rename),
        2 => "([ab]{0,3}\n){0,4}[ab]{0,3}".prop_map(Edit::Lyrics),
        1 => ".{0,30}".prop_map(Edit::Lyrics),
        1 => (0..6u8, any::<bool>()).prop_map(|(id, current)| Edit::Add(id, current)),
        1 => (0..6u8).prop_map(Edit::Use),
        1 => (0..6u8, "[a-c]{1,3}").prop_map(|(id, title)| Edit::RenameTake(id, title)),
        1 => (0..6u8, any::<bool>()).prop_map(|(id, star)| Edit::Star(id, star)),
        1 => (0..6u8).prop_map(Edit::Delete),
        2 => (0..4u8, change, prop::option::of(0..3u32)).prop_map(|(t, c, g)| Edit::Strip(t, c, g)),
        8 => any_rework().prop_map(Edit::Rework),
        2 => Just(Edit::Undo),
        1 => Just(Edit::Redo),
    ]
}

fn any_rework() -> impl Strategy<Value = Rework> {
    use Rework as R;
    prop_oneof![
        (60f32..180.0).prop_map(R::Tempo),
        (0..12u8).prop_map(R::Key),
        (2..5u8).prop_map(R::Meter),
        (-3f32..3.0).prop_map(R::Shelf),
        (0..3u8, any::<u16>(), 30..90u8).prop_map(|(t, at, pitch)| R::AddNote(t, at, pitch)),
        (0..3u8, any::<u16>()).prop_map(|(t, n)| R::RemoveNote(t, n)),
        (0..3u8, any::<u16>(), 30..90u8).prop_map(|(t, n, pitch)| R::Transpose(t, n, pitch)),
        (0..3u8, any::<u16>(), 0..2_000u16).prop_map(|(t, n, by)| R::Nudge(t, n, by)),
        (0..40u8, 0..5u8).prop_map(|(at, chord)| R::Chord(at, chord)),
        (0..3u8, "[a-c]{1,3}").prop_map(|(t, name)| R::RenameTrack(t, name)),
        (0..3u8).prop_map(R::RemoveTrack),
        (0..3u8, 0..3u8).prop_map(|(from, to)| R::MoveTrack(from, to)),
        (0..3u8, 0f32..1.0).prop_map(|(t, drive)| R::Drive(t, drive)),
        (0..9u8, 0..4u8).prop_map(|(at, id)| R::AddSection(at, id)),
        (0..9u8).prop_map(R::RemoveSection),
        (0..9u8, 0..9u8).prop_map(|(from, to)| R::MoveSection(from, to)),
        (0..9u8, 0f32..1.0).prop_map(|(at, energy)| R::Energy(at, energy)),
    ]
}

/// Makes an edit; one that is refused (no such take) leaves everything as it was.
pub fn make(document: &mut Document, edit: Edit) -> Result<()> {
    let id = |n: u8| TakeId(format!("take-{n}"));
    match edit {
        Edit::Rename(name) => document.rename(&name),
        Edit::Lyrics(text) => document.set_lyrics(&text),
        Edit::Add(n, current) => document.add_take(take(id(n).as_str()), &score(u32::from(n) * 9), current),
        Edit::Use(n) => document.use_take(&id(n)),
        Edit::RenameTake(n, title) => document.rename_take(&id(n), &title),
        Edit::Star(n, starred) => document.star_take(&id(n), starred),
        Edit::Delete(n) => document.delete_take(&id(n)),
        Edit::Strip(n, change, gesture) => {
            let track = ["drums", "bass", "lead", "none"][usize::from(n % 4)];
            document.set_strip(&TrackId::from(track), change, gesture)
        }
        Edit::Rework(rework) => document.rework(Step::Notes, "", None, |score| apply(score, rework)),
        Edit::Undo => document.undo().map(drop),
        Edit::Redo => document.redo().map(drop),
    }
}

/// What the history is about: everything but where it lies and the names of its steps.
pub fn content(document: &Document) -> Project {
    Project { undo: None, redo: None, saved: true, folder: String::new(), ..document.view().unwrap() }
}

fn apply(score: &mut Score, rework: Rework) {
    use Rework as R;
    match rework {
        R::Tempo(bpm) => score.bpm = Bpm(bpm),
        R::Key(tonic) => score.key = key(tonic),
        R::Meter(beats) => score.meter = Meter { beats, unit: 4 },
        R::Shelf(db) => score.mix.low_shelf = Db(db),
        R::Chord(at, chord) => {
            if let Some(span) = score.chords.get_mut(usize::from(at)) {
                span.symbol = ["C", "F", "G", "Am", "Dm"][usize::from(chord)].into();
            }
        }
        R::AddSection(at, id) => {
            let new = SectionId(format!("new-{id}"));
            if score.sections.iter().all(|s| s.id != new) {
                let at = usize::from(at).min(score.sections.len());
                rearrange(score, |form| form.insert(at, Piece::New(new.clone())));
            }
        }
        R::RemoveSection(at) => rearrange(score, |form| {
            if usize::from(at) < form.len() {
                form.remove(usize::from(at));
            }
        }),
        R::MoveSection(from, to) => rearrange(score, |form| {
            if usize::from(from) < form.len() {
                let piece = form.remove(usize::from(from));
                form.insert(usize::from(to).min(form.len()), piece);
            }
        }),
        R::Energy(at, energy) => {
            if let Some(section) = score.sections.get_mut(usize::from(at)) {
                section.energy = energy;
            }
        }
        R::MoveTrack(from, to) => {
            if usize::from(from) < score.tracks.len() {
                let track = score.tracks.remove(usize::from(from));
                score.tracks.insert(usize::from(to).min(score.tracks.len()), track);
            }
        }
        R::RemoveTrack(at) => {
            if usize::from(at) < score.tracks.len() {
                score.tracks.remove(usize::from(at));
            }
        }
        track_edit => edit_track(score, track_edit),
    }
}

fn edit_track(score: &mut Score, rework: Rework) {
    use Rework as R;
    let (R::AddNote(t, ..)
    | R::RemoveNote(t, _)
    | R::Transpose(t, ..)
    | R::Nudge(t, ..)
    | R::RenameTrack(t, _)
    | R::Drive(t, _)) = rework
    else {
        return;
    };
    let Some(track) = score.tracks.get_mut(usize::from(t)) else { return };
    let count = track.notes.len().max(1);
    let picked = |n: u16| usize::from(n) % count;
    match rework {
        R::AddNote(_, at, pitch) => {
            let start = Ticks(u32::from(at) % score.length.0.max(1));
            track.notes.push(Note { start, length: Ticks(240), pitch, velocity: 90 });
        }
        R::RemoveNote(_, n) if !track.notes.is_empty() => drop(track.notes.remove(picked(n))),
        R::Transpose(_, n, pitch) => {
            if let Some(note) = track.notes.get_mut(picked(n)) {
                note.pitch = pitch;
            }
        }
        R::Nudge(_, n, by) => {
            if let Some(note) = track.notes.get_mut(picked(n)) {
                note.start = Ticks(note.start.0 + u32::from(by));
            }
        }
        R::RenameTrack(_, name) => track.name = name,
        R::Drive(_, drive) => track.channel.drive = drive,
        _ => {}
    }
    track.notes.sort_by_key(|note| (note.start, note.pitch));
}

pub enum Piece {
    Old(usize),
    New(SectionId),
}

/// Puts the sections of a score in another form; notes and chords go with theirs, those outside of all stay.
pub fn rearrange(score: &mut Score, change: impl FnOnce(&mut Vec<Piece>)) {
    let mut form: Vec<Piece> = (0..score.sections.len()).map(Piece::Old).collect();
    change(&mut form);
    let old = std::mem::take(&mut score.sections);
    let around = |at: Ticks| old.iter().position(|s| (s.start.0..s.start.0 + s.length.0).contains(&at.0));
    let mut end = 0;
    let mut moved_to = vec![None; old.len()];
    for piece in form {
        let placed = match piece {
            Piece::Old(at) => {
                moved_to[at] = Some(end);
                Section { start: Ticks(end), ..old[at].clone() }
            }
            Piece::New(id) => Section { kind: SectionKind::Bridge, ..section(id.as_str(), end, 7_680) },
        };
        end += placed.length.0;
        score.sections.push(placed);
    }
    let place = |at: Ticks| match around(at) {
        Some(section) => moved_to[section].map(|start: u32| Ticks(start + at.0 - old[section].start.0)),
        None => Some(at),
    };
    for track in &mut score.tracks {
        track.notes =
            track.notes.iter().filter_map(|n| Some(Note { start: place(n.start)?, ..*n })).collect();
        track.notes.sort_by_key(|note| (note.start, note.pitch));
    }
    let chords = score
        .chords
        .drain(..)
        .filter_map(|c| Some(son1k_domain::score::ChordSpan { start: place(c.start)?, ..c }));
    let mut chords: Vec<_> = chords.collect();
    chords.sort_by_key(|c| c.start);
    score.chords = chords;
    score.length = Ticks(end);
}
