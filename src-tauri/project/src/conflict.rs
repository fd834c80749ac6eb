//! What both sides of a merge changed, in the words of music.

use son1k_domain::comparison::Control;
use son1k_domain::id::{SectionId, TakeId, TrackId};
use son1k_domain::merge::{Choice, Conflict, Contested, Held};

use crate::merging::{Clash, PLACE, Side, at};
use crate::node::Node;
use crate::words::{
    channel_control, figure, json, mix_control, note, note_count, strip_control, symbol, typed,
};

/// Describes the clashes of a merge; `merged` is what came of it. Notes of one clip are one conflict.
pub(crate) fn describe(clashes: &[Clash], merged: &Node) -> Vec<Conflict> {
    let mut conflicts: Vec<Conflict> = Vec::new();
    for clash in clashes {
        let conflict = one(clash, merged);
        match conflicts.last_mut() {
            Some(last) if last.path == conflict.path => join(last, conflict),
            _ => conflicts.push(conflict),
        }
    }
    conflicts
}

/// Adds the notes of a conflict to another of the same clip.
fn join(into: &mut Conflict, from: Conflict) {
    let sides = [(&mut into.base, from.base), (&mut into.ours, from.ours), (&mut into.theirs, from.theirs)];
    for (into, from) in sides {
        match (into, from) {
            (Held::Notes { notes }, Held::Notes { notes: more }) => notes.extend(more),
            (into @ Held::Nothing, from) => *into = from,
            _ => {}
        }
    }
}

fn one(clash: &Clash, merged: &Node) -> Conflict {
    let what = contested(&clash.path, clash);
    let held = |side: &Option<Node>| side.as_ref().map_or(Held::Nothing, |node| held(&what, node));
    // A note is decided with the others of its clip.
    let length = if is_note(&clash.path) { clash.path.len() - 2 } else { clash.path.len() };
    Conflict {
        path: clash.path.iter().take(length).cloned().collect(),
        subject: subject(clash, merged),
        base: held(&clash.base),
        ours: held(&clash.ours),
        theirs: held(&clash.theirs),
        kept: match clash.kept {
            Side::Ours => Choice::Ours,
            Side::Theirs => Choice::Theirs,
        },
        what,
    }
}

fn is_note(path: &[String]) -> bool {
    matches!(path, [.., clips, _, notes, _] if clips == "clips" && notes == "notes")
}

fn contested(path: &[String], clash: &Clash) -> Contested {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["name"] => Contested::ProjectName,
        ["lyrics", line] => {
            Contested::Lyrics { line: line.parse().map_or(1, |line: u32| line.saturating_add(1)) }
        }
        ["takes", id] => Contested::Take { take: TakeId::from(*id) },
        ["takes", id, "title"] => Contested::TakeTitle { take: TakeId::from(*id) },
        ["lanes"] => Contested::Lanes,
        ["lanes", "bpm"] => Contested::Tempo,
        ["lanes", "key"] => Contested::Key,
        ["lanes", "meter"] => Contested::Meter,
        ["lanes", "chords", ..] => Contested::Chord,
        ["lanes", "mix", key] => mixer(None, mix_control(key)),
        ["lanes", "sections", id, rest @ ..] => section(SectionId::from(*id), rest),
        ["lanes", "tracks", id, rest @ ..] => track(TrackId::from(*id), rest, clash),
        _ => Contested::Setting,
    }
}

fn mixer(track: Option<TrackId>, control: Option<Control>) -> Contested {
    control.map_or(Contested::Setting, |control| Contested::Mixer { track, control })
}

fn section(section: SectionId, rest: &[&str]) -> Contested {
    match rest {
        [] => Contested::Section { section },
        [PLACE] => Contested::SectionPlace { section },
        _ => Contested::SectionShape { section },
    }
}

fn track(track: TrackId, rest: &[&str], clash: &Clash) -> Contested {
    match rest {
        [] => Contested::Track { track },
        [PLACE] => Contested::TrackPlace { track },
        ["name"] => Contested::TrackName { track },
        ["sound" | "role"] => Contested::TrackSound { track },
        ["strip", key] => mixer(Some(track), strip_control(key)),
        ["channel", key] => mixer(Some(track), channel_control(key)),
        ["clips", clip, ..] => {
            // A clip is called after its track and its section.
            let section = [&clash.base, &clash.ours, &clash.theirs].into_iter().flatten();
            let mut section = section.map(|clip| clip.text("section")).filter(|id| !id.is_empty());
            let named = clip.strip_prefix(track.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let section = section.next().or(named).unwrap_or_default();
            Contested::Notes { section: SectionId::from(section), track }
        }
        _ => Contested::Setting,
    }
}

/// Returns the name of the track or take it is about, on whichever side still has it.
fn subject(clash: &Clash, merged: &Node) -> String {
    let (root, key) = match clash.path.first().map(String::as_str) {
        Some("takes") => (2, "title"),
        Some("lanes") if clash.path.get(1).is_some_and(|part| part == "tracks") => (3, "name"),
        _ => return String::new(),
    };
    let path = clash.path.get(..root).unwrap_or(&clash.path);
    let mut names = [at(merged, path), clash.ours.as_ref(), clash.theirs.as_ref()].into_iter().flatten();
    names.find_map(|node| Some(node.text(key)).filter(|name| !name.is_empty())).unwrap_or_default().to_owned()
}

fn held(what: &Contested, node: &Node) -> Held {
    let other = || Held::Other { json: json(node) };
    let words = match what {
        Contested::ProjectName
        | Contested::Lyrics { .. }
        | Contested::TakeTitle { .. }
        | Contested::TrackName { .. } => text(node).map(|text| Held::Text { text }),
        Contested::Take { .. } if node.value("deleted") == &true.into() => Some(Held::Nothing),
        Contested::Take { .. } => Some(Held::Take { title: node.text("title").to_owned() }),
        Contested::Lanes => Some(Held::Take { title: node.text("title").to_owned() }),
        Contested::Tempo => typed(Some(node)).map(|bpm| Held::Tempo { bpm }),
        Contested::Key => typed(Some(node)).map(|key| Held::Key { key }),
        Contested::Meter => typed(Some(node)).map(|meter| Held::Meter { meter }),
        Contested::Chord => chord(node),
        Contested::Section { .. } => {
            typed(node.field("kind")).map(|section_kind| Held::Section { section_kind })
        }
        Contested::SectionPlace { .. } | Contested::TrackPlace { .. } => {
            typed(Some(node)).map(|place: u32| Held::Place { place: place.saturating_add(1) })
        }
        Contested::Track { .. } => {
            Some(Held::Track { name: node.text("name").to_owned(), notes: note_count(node) })
        }
        Contested::Notes { .. } => notes(node),
        Contested::Mixer { control, .. } => setting(*control, node),
        Contested::TrackSound { .. } | Contested::SectionShape { .. } | Contested::Setting => None,
    };
    words.unwrap_or_else(other)
}

fn text(node: &Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text.clone()),
        Node::Value(value) => Some(crate::value::text(value).to_owned()),
        _ => None,
    }
}

fn chord(node: &Node) -> Option<Held> {
    match node {
        Node::Value(value) => Some(Held::Chord { symbol: symbol(value).to_owned() }),
        _ => None,
    }
}

fn setting(control: Control, node: &Node) -> Option<Held> {
    match node {
        Node::Value(value) => Some(Held::Figure { figure: figure(control, value) }),
        _ => None,
    }
}

fn notes(node: &Node) -> Option<Held> {
    match node {
        Node::Value(_) => note(node).map(|note| Held::Notes { notes: vec![note] }),
        Node::Fields(_) => {
            let notes = node.items("notes").iter().filter_map(|(_, node)| note(node)).collect();
            Some(Held::Notes { notes })
        }
        _ => None,
    }
}
