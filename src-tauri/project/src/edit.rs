//! The edits of a project. Each one is a named step that can be undone; one that changes nothing is no step.

use loro::{Container, LoroDoc, LoroValue, ValueOrContainer};
use son1k_domain::id::{TakeId, TrackId};
use son1k_domain::project::{Step, StepName, StripChange};
use son1k_domain::score::Score;
use son1k_domain::take::Take;

use crate::node::{Fields, Node};
use crate::rework::keep_strips;
use crate::steps::{Control, Entry};
use crate::write::{write, write_text};
use crate::{Document, Error, Result, arrangement, past, strip, take};

impl Document {
    /// Renames the project.
    pub fn rename(&mut self, name: &str) -> Result<()> {
        self.edit(Step::RenameProject, name, control(Step::RenameProject, ""), |doc| {
            Ok(doc.get_map("meta").insert("name", name)?)
        })
    }

    /// Replaces the lyrics; only what differs is written.
    pub fn set_lyrics(&mut self, lyrics: &str) -> Result<()> {
        self.edit(Step::Lyrics, "", control(Step::Lyrics, ""), |doc| {
            write_text(&doc.get_text("lyrics"), lyrics)
        })
    }

    /// Adds a take. Its score becomes an asset, and the take refers to that one. With `make_current` the score goes to
    /// the lanes, with neutral strips, in the same step.
    pub fn add_take(&mut self, take: Take, score: &Score, make_current: bool) -> Result<()> {
        let lanes = make_current.then(|| arrangement::lay_out(&take.id, score)).transpose()?;
        self.add(take, score, lanes)
    }

    /// Adds a take that was made of the one on the lanes and puts it there in the same step. The strips of the tracks that
    /// both have stay as they are.
    pub fn add_variant(&mut self, take: Take, score: &Score) -> Result<()> {
        let mut lanes = arrangement::lay_out(&take.id, score)?;
        keep_strips(lanes.get_mut("mixer"), &past::now(&self.doc));
        self.add(take, score, Some(lanes))
    }

    fn add(&mut self, mut take: Take, score: &Score, lanes: Option<Fields>) -> Result<()> {
        if take::is_known(&self.doc, &take.id) {
            return Err(Error::TakeExists(take.id));
        }
        take.score = self.put_score(score)?;
        self.edit(Step::AddTake, &take.title, None, |doc| {
            lanes.map_or(Ok(()), |lanes| put_on(doc, lanes))?;
            take::push(doc, &take)
        })
    }

    fn put_score(&self, score: &Score) -> Result<son1k_domain::id::AssetId> {
        let unkeepable = |e: serde_json::Error| Error::Unkeepable { what: "a score", why: e.to_string() };
        let bytes = serde_json::to_vec(score).map_err(unkeepable)?;
        self.assets().put(&bytes)
    }

    /// Reads the score of a take from the project's assets.
    pub fn score(&self, id: &TakeId) -> Result<Score> {
        let take = take::read(&take::find(&self.doc, id)?)?;
        arrangement::parse(&self.assets().get(&take.score)?)
    }

    /// Puts a take on the lanes, with neutral strips.
    pub fn use_take(&mut self, id: &TakeId) -> Result<()> {
        let score = self.score(id)?;
        let title = take::title(&take::find(&self.doc, id)?);
        let lanes = arrangement::lay_out(id, &score)?;
        self.edit(Step::UseTake, &title, None, |doc| put_on(doc, lanes))
    }

    /// Renames a take.
    pub fn rename_take(&mut self, id: &TakeId, title: &str) -> Result<()> {
        let control = control(Step::RenameTake, id.as_str());
        self.edit(Step::RenameTake, title, control, |doc| Ok(take::find(doc, id)?.insert("title", title)?))
    }

    /// Stars a take, or takes the star away.
    pub fn star_take(&mut self, id: &TakeId, starred: bool) -> Result<()> {
        let title = take::title(&take::find(&self.doc, id)?);
        self.edit(Step::StarTake, &title, None, |doc| Ok(take::find(doc, id)?.insert("starred", starred)?))
    }

    /// Deletes a take. It stays in the document, hidden, and its assets stay on disk, so that undo brings it back.
    pub fn delete_take(&mut self, id: &TakeId) -> Result<()> {
        let title = take::title(&take::find(&self.doc, id)?);
        self.edit(Step::DeleteTake, &title, None, |doc| Ok(take::find(doc, id)?.insert("deleted", true)?))
    }

    /// Moves a control of a track's strip. Changes of one control with the same `gesture` number that follow each other
    /// are one step, from the mouse going down to it coming up. Without a gesture, a level or a pan that follows the last
    /// one within a second of the time told by [`Document::at`] joins it.
    pub fn set_strip(&mut self, track: &TrackId, change: StripChange, gesture: Option<u32>) -> Result<()> {
        let name = self.track_name(track).ok_or_else(|| Error::NoTrack(track.clone()))?;
        let step = match change {
            StripChange::Level(_) => Step::Level,
            StripChange::Pan(_) => Step::Pan,
            StripChange::Mute(_) => Step::Mute,
            StripChange::Solo(_) => Step::Solo,
        };
        let control = Control { step, of: track.0.clone(), gesture };
        self.edit(step, &name, Some(control), |doc| strip::set(doc, track, &change))
    }

    /// Ends the gesture under way; the next change is a new step even with the same number.
    pub fn end_gesture(&mut self) {
        self.steps.end_gesture();
    }

    /// Makes an edit that is a step of its own, or continues the last change of the same `control`.
    pub(crate) fn edit(
        &mut self,
        step: Step,
        subject: &str,
        control: Option<Control>,
        change: impl FnOnce(&LoroDoc) -> Result<()>,
    ) -> Result<()> {
        let before = self.doc.state_frontiers();
        let changed = change(&self.doc);
        self.commit(&self.doc);
        let after = self.doc.state_frontiers();
        if after == before {
            self.steps.touch(control.as_ref());
        } else {
            let name = StepName { step, subject: subject.to_owned() };
            let step = Entry { name, time_ms: self.now_ms, before, after, turns_to: None };
            self.steps.push(step, control);
        }
        changed
    }

    /// Edits the document by bringing it to the state of a tree, as stored.
    pub(crate) fn bring_to(
        &mut self,
        step: Step,
        subject: &str,
        control: Option<Control>,
        current: &Node,
        target: &Node,
    ) -> Result<()> {
        self.edit(step, subject, control, |doc| write(doc, current, target))
    }

    pub(crate) fn track_ids(&self) -> Vec<TrackId> {
        self.tracks(|id, _| id.clone())
    }

    fn track_name(&self, track: &TrackId) -> Option<String> {
        self.tracks(|id, name| (id == track).then(|| name.to_owned())).into_iter().flatten().next()
    }

    fn tracks<T>(&self, pick: impl Fn(&TrackId, &str) -> T) -> Vec<T> {
        let tracks = self.doc.get_movable_list("tracks");
        let maps = (0..tracks.len()).filter_map(|i| match tracks.get(i) {
            Some(ValueOrContainer::Container(Container::Map(map))) => Some(map.get_value()),
            _ => None,
        });
        let text = |map: &LoroValue, key| crate::value::text(crate::value::entry(map, key)).to_owned();
        maps.map(|map| pick(&TrackId(text(&map, "id")), &text(&map, "name"))).collect()
    }
}

/// A control that belongs to the project or a take and has no gestures.
fn control(step: Step, of: &str) -> Option<Control> {
    Some(Control { step, of: of.to_owned(), gesture: None })
}

/// Puts laid-out lanes in the place of those that are there.
fn put_on(doc: &LoroDoc, lanes: Fields) -> Result<()> {
    let current = past::now(doc);
    let mut target = current.clone();
    if let Some(fields) = target.fields_mut() {
        fields.extend(lanes);
    }
    write(doc, &current, &target)
}
