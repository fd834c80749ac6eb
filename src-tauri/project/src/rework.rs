//! Edits of the arrangement on the lanes: the score is changed as plain data, and what is the same keeps its ids.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;

use son1k_domain::project::Step;
use son1k_domain::score::Score;

use crate::arrangement::{self, lay_out, note_figures, note_value};
use crate::node::{Items, Node, find, int, keyed};
use crate::steps::Control;
use crate::value::items;
use crate::{Document, Error, Result, past};

/// A note in a clip: start, length, pitch, velocity.
type Figures = [i64; 4];

impl Document {
    /// Changes the arrangement on the lanes as one step called `step` and `subject`. Tracks and sections keep their ids
    /// where the score keeps them, notes where they are still recognised: the same note, else one at the same place of
    /// the same pitch, else a neighbour in time or pitch. Strips stay. With a `gesture`, or within a second of the time
    /// told by [`Document::at`] for the tempo, the change joins the one before it.
    ///
    /// Fails with [`Error::NoTake`] when no arrangement is on the lanes, or when a value cannot be kept.
    pub fn rework(
        &mut self,
        step: Step,
        subject: &str,
        gesture: Option<u32>,
        change: impl FnOnce(&mut Score),
    ) -> Result<()> {
        let take = self.current().ok_or_else(|| Error::NoTake("".into()))?;
        let root = self.doc.get_deep_value();
        let mut score = arrangement::read_back(&root)
            .map_err(|why| Error::Unkeepable { what: "the arrangement on the lanes", why })?;
        change(&mut score);
        let current = past::now(&self.doc);
        let mut laid_out = lay_out(&take, &score)?;
        if let Some(tracks) = laid_out.get_mut("tracks") {
            keep_note_ids(tracks, &current);
        }
        keep_strips(laid_out.get_mut("mixer"), &current);
        let mut target = current.clone();
        if let Some(fields) = target.fields_mut() {
            fields.extend(laid_out);
        }
        let control = Control { step, of: subject.to_owned(), gesture };
        self.bring_to(step, subject, Some(control), &current, &target)
    }
}

/// Gives the tracks of a laid-out mixer the strips that they have in the document.
pub(crate) fn keep_strips(mixer: Option<&mut Node>, current: &Node) {
    let (Some(mixer), Some(strips)) = (mixer.and_then(Node::fields_mut), current.field("mixer")) else {
        return;
    };
    for (track, strip) in mixer {
        if let Some(kept) = strips.field(track) {
            *strip = kept.clone();
        }
    }
}

/// Gives the notes of laid-out tracks the ids that they have in the document.
fn keep_note_ids(tracks: &mut Node, current: &Node) {
    let Node::Items(tracks) = tracks else { return };
    for (id, track) in tracks {
        let old = find(current.items("tracks"), id).map_or(&[][..], |track| track.items("clips"));
        let notes_of = |clip: &Node| clip.items("notes").iter().map(|(_, n)| note_id(n)).collect::<Vec<_>>();
        let mut used: HashSet<i64> = old.iter().flat_map(|(_, clip)| notes_of(clip)).collect();
        for (key, clip) in track.items_mut("clips").into_iter().flatten() {
            let old = find(old, key).map_or(&[][..], |clip| clip.items("notes"));
            let name = format!("{id}/{key}");
            if let Some(notes) = clip.items_mut("notes") {
                recognise(notes, old, &name, &mut used);
            }
        }
    }
}

fn note_id(note: &Node) -> i64 {
    match note {
        Node::Value(value) => items(value).first().map(int).unwrap_or_default(),
        _ => 0,
    }
}

fn figures_of(note: &Node) -> Figures {
    match note {
        Node::Value(value) => note_figures(value).unwrap_or_default(),
        _ => Figures::default(),
    }
}

/// Gives each of the `notes` of a clip an id: that of the note of `old` which it was, or one of its own.
fn recognise(notes: &mut Items, old: &[(String, Node)], clip: &str, used: &mut HashSet<i64>) {
    let new: Vec<Figures> = notes.iter().map(|(_, note)| figures_of(note)).collect();
    let mut pairing = Pairing {
        old: old.iter().map(|(_, note)| Some((note_id(note), figures_of(note)))).collect(),
        ids: vec![None; new.len()],
        new,
    };
    pairing.pair(|note| *note);
    pairing.pair(|[start, _, pitch, _]| [*start, *pitch]);
    pairing.pair(|[start, length, ..]| [*start, *length]);
    pairing.pair(|[_, length, pitch, velocity]| [*length, *pitch, *velocity]);
    let ids = pairing.ids.into_iter().zip(pairing.new);
    let named = ids.map(|(id, figures)| (id.unwrap_or_else(|| own_id(clip, figures, used)), figures));
    *notes = keyed(named.map(|(id, figures)| (id.to_string(), note_value(id, figures))));
}

/// Old and new notes of a clip on their way to each other.
struct Pairing {
    /// Id and figures of the notes that nobody was recognised as yet.
    old: Vec<Option<(i64, Figures)>>,
    new: Vec<Figures>,
    ids: Vec<Option<i64>>,
}

impl Pairing {
    /// Pairs what is left and has the same `feature`, in order.
    fn pair<F: Hash + Eq>(&mut self, feature: impl Fn(&Figures) -> F) {
        let mut left: HashMap<F, VecDeque<usize>> = HashMap::new();
        for (at, note) in self.old.iter().enumerate() {
            if let Some((_, figures)) = note {
                left.entry(feature(figures)).or_default().push_back(at);
            }
        }
        for (figures, id) in self.new.iter().zip(&mut self.ids).filter(|(_, id)| id.is_none()) {
            let place = left.get_mut(&feature(figures)).and_then(VecDeque::pop_front);
            let note = place.and_then(|at| self.old.get_mut(at)).and_then(Option::take);
            *id = note.map(|(id, _)| id);
        }
    }
}

/// Makes an id for a new note out of what it is, so that the same note put in on two branches is one note.
fn own_id(clip: &str, figures: Figures, used: &mut HashSet<i64>) -> i64 {
    let mut count = 0u32;
    loop {
        let hash = blake3::hash(format!("{clip} {figures:?} {count}").as_bytes());
        let bytes = hash.as_bytes().first_chunk().copied().unwrap_or_default();
        let id = i64::from_le_bytes(bytes) & i64::MAX;
        if used.insert(id) {
            return id;
        }
        count += 1;
    }
}
