//! The edits of a project. Each one is a named step that can be undone; one that changes nothing is no step.

use loro::{Container, LoroDoc, LoroValue, UpdateOptions, ValueOrContainer};
use son1k_domain::id::{TakeId, TrackId};
use son1k_domain::project::{Step, StepName, StripChange};
use son1k_domain::score::Score;
use son1k_domain::take::Take;

use crate::history::Gesture;
use crate::{Document, Error, Result, arrangement, strip, take};

/// How long the finest comparison of two texts may take before a coarser one does.
const COMPARING_MS: f64 = 30.0;

impl Document {
    /// Renames the project.
    pub fn rename(&mut self, name: &str) -> Result<()> {
        self.edit(Step::RenameProject, name, None, |doc| Ok(doc.get_map("meta").insert("name", name)?))
    }

    /// Replaces the lyrics; only what differs is written.
    pub fn set_lyrics(&mut self, lyrics: &str) -> Result<()> {
        self.edit(Step::Lyrics, "", None, |doc| {
            let text = doc.get_text("lyrics");
            let options = || UpdateOptions { timeout_ms: Some(COMPARING_MS), ..Default::default() };
            if text.update(lyrics, options()).is_err() && text.update_by_line(lyrics, options()).is_err() {
                text.delete(0, text.len_unicode())?;
                text.insert(0, lyrics)?;
            }
            Ok(())
        })
    }

    /// Adds a take. Its score becomes an asset, and the take refers to that one. With `make_current` the score goes to
    /// the lanes, with neutral strips, in the same step.
    pub fn add_take(&mut self, mut take: Take, score: &Score, make_current: bool) -> Result<()> {
        if take::is_known(&self.doc, &take.id) {
            return Err(Error::TakeExists(take.id));
        }
        take.score = self.put_score(score)?;
        self.edit(Step::AddTake, &take.title, None, |doc| {
            if make_current {
                arrangement::lay_out(doc, &take.id, score)?;
                strip::lay_out(doc, &score.tracks)?;
            }
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
        self.edit(Step::UseTake, &title, None, |doc| {
            arrangement::lay_out(doc, id, &score)?;
            strip::lay_out(doc, &score.tracks)
        })
    }

    /// Renames a take.
    pub fn rename_take(&mut self, id: &TakeId, title: &str) -> Result<()> {
        self.edit(Step::RenameTake, title, None, |doc| Ok(take::find(doc, id)?.insert("title", title)?))
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
    /// are one step, from the mouse going down to it coming up; `None` is a step of its own.
    pub fn set_strip(&mut self, track: &TrackId, change: StripChange, gesture: Option<u32>) -> Result<()> {
        let name = self.track_name(track).ok_or_else(|| Error::NoTrack(track.clone()))?;
        let step = match change {
            StripChange::Level(_) => Step::Level,
            StripChange::Pan(_) => Step::Pan,
            StripChange::Mute(_) => Step::Mute,
            StripChange::Solo(_) => Step::Solo,
        };
        let gesture = gesture.map(|number| Gesture { track: track.clone(), step, number });
        self.edit(step, &name, gesture, |doc| strip::set(doc, track, &change))
    }

    /// Ends the gesture under way; the next change is a new step even with the same number.
    pub fn end_gesture(&mut self) {
        self.history.end_gesture();
    }

    /// Takes the last step back and returns its name; `None` when there is none.
    pub fn undo(&mut self) -> Result<Option<StepName>> {
        self.history.undo()
    }

    /// Does the step again that was taken back last, and returns its name.
    pub fn redo(&mut self) -> Result<Option<StepName>> {
        self.history.redo()
    }

    /// Returns the name of the step that undo would take back.
    pub fn next_undo(&self) -> Option<StepName> {
        self.history.next_undo()
    }

    /// Returns the name of the step that redo would do again.
    pub fn next_redo(&self) -> Option<StepName> {
        self.history.next_redo()
    }

    fn edit(
        &mut self,
        step: Step,
        subject: &str,
        gesture: Option<Gesture>,
        change: impl FnOnce(&LoroDoc) -> Result<()>,
    ) -> Result<()> {
        self.history.prepare(&StepName { step, subject: subject.to_owned() }, gesture)?;
        let changed = change(&self.doc);
        self.doc.commit();
        changed
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
