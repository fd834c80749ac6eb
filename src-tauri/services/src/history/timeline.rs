//! All versions of the open project, as the timeline shows them.

use son1k_domain::Event;
use son1k_domain::history::{Branch, Timeline};
use son1k_domain::id::VersionId;

use super::graph::Graph;
use super::listing::Listing;
use super::place::{MAIN, Place};
use super::{Here, History, lock};
use crate::Result;

impl History {
    /// Returns the versions of the open project. A store that cannot be used is told in it and is no error.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) when no project is open.
    pub fn timeline(&self) -> Result<Timeline> {
        let here = self.here()?;
        match self.filled(&here) {
            Ok(timeline) => Ok(timeline),
            Err(error) => {
                tracing::warn!(%error, "the versions could not be listed");
                let problem = Some(self.describe(&error));
                Ok(Timeline { problem, ..self.empty(&here, self.noted(&here).as_ref()) })
            }
        }
    }

    fn empty(&self, here: &Here, place: Option<&Place>) -> Timeline {
        Timeline {
            project: here.project.clone(),
            versions: Vec::new(),
            branches: Vec::new(),
            branch: place.map_or(MAIN, |place| &place.branch).to_owned(),
            head: place.and_then(|place| place.version.clone()),
            changed: false,
            store_bytes: 0.0,
            store: self.folder().display().to_string(),
            problem: None,
        }
    }

    fn filled(&self, here: &Here) -> Result<Timeline> {
        let place = self.settled_place(here)?;
        let mut versions = self.versions(&here.project)?;
        let seen = self.runtime.block_on(self.store.versions_seen(&here.project))?;
        for version in &mut versions {
            if let Some(seen) = seen.get(&version.id) {
                version.changes = Some(seen.changes);
                version.foremost.clone_from(&seen.foremost);
            }
        }
        let mut branches = Graph::of(&versions).branches(&place.branch);
        if let Some(head) = place.version.clone()
            && branches.first().is_none_or(|first| first.name != place.branch)
        {
            // A branch that was begun and has no version of its own yet.
            branches.insert(0, young(&place.branch, head, &versions));
        }
        let parents = Graph::of(&versions).all_parents();
        for (version, parents) in versions.iter_mut().zip(parents) {
            version.parents = parents;
        }
        versions.reverse();
        let timeline = self.empty(here, Some(&place));
        let changed = self.is_changed(here, &place)?;
        Ok(Timeline { versions, branches, changed, store_bytes: self.vault()?.size()? as f64, ..timeline })
    }

    /// Returns where the project stands, without waiting for a version that is being kept.
    pub(super) fn settled_place(&self, here: &Here) -> Result<Place> {
        if let Some(place) = self.noted(here).filter(|place| place.moving.is_none())
            && self.is_known(&place)?
        {
            return Ok(place);
        }
        let _turn = self.turn();
        self.place(here)
    }

    /// Returns whether the project is not as it is in its version. One without versions is as it was made.
    pub(super) fn is_changed(&self, here: &Here, place: &Place) -> Result<bool> {
        if place.version.is_none() && here.document {
            let project = self.projects.get()?;
            let touched = !project.takes.is_empty() || !project.lyrics.is_empty() || project.undo.is_some();
            return Ok(touched || !Listing::of(here).0.is_empty());
        }
        Ok(place.version.is_none() || self.state(here)? != place.state || Listing::of(here) != place.files)
    }

    /// Tells everyone the versions as they are now.
    pub(crate) fn tell(&self) {
        match self.timeline() {
            Ok(timeline) => {
                self.note_told(&timeline);
                self.events.send(Event::TimelineChanged(Box::new(timeline)));
            }
            Err(error) => tracing::debug!(%error, "no versions to tell"),
        }
    }

    /// Tells the versions when the project began to differ from its own, or is the same again.
    pub(super) fn tell_if_turned(&self) -> Result<()> {
        let here = self.here()?;
        let Some(place) = self.noted(&here) else { return Ok(()) };
        let now = Some((here.project.clone(), self.is_changed(&here, &place)?));
        if *lock(&self.told) != now {
            self.tell();
        }
        Ok(())
    }

    /// Says what a version is called from now on; it counts as named.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`](super::Trouble::NoVersion), [`Error::DiskFull`](crate::Error::DiskFull),
    /// [`Error::Unwritable`](crate::Error::Unwritable).
    pub fn name(&self, version: &VersionId, message: &str) -> Result<()> {
        let message = message.trim().to_owned();
        let named = Some(true).filter(|_| !message.is_empty());
        self.note(version, &son1k_history::Note { message: Some(message), starred: None, named })
    }

    /// Stars a version, or takes the star away.
    ///
    /// # Errors
    /// As [`Self::name`].
    pub fn star(&self, version: &VersionId, starred: bool) -> Result<()> {
        self.note(version, &son1k_history::Note { starred: Some(starred), ..Default::default() })
    }

    /// Returns the versions; those that nobody has looked at yet are looked at soon.
    ///
    /// # Errors
    /// As [`Self::timeline`].
    pub(crate) fn asked_timeline(&self) -> Result<Timeline> {
        let timeline = self.timeline()?;
        self.note_told(&timeline);
        Ok(timeline)
    }

    fn note_told(&self, timeline: &Timeline) {
        *lock(&self.told) = Some((timeline.project.clone(), timeline.changed));
        if timeline.versions.iter().any(|version| version.changes.is_none()) {
            self.unseen.notify_one();
        }
    }
}

fn young(name: &str, head: VersionId, versions: &[son1k_domain::history::Version]) -> Branch {
    let time_ms = versions.iter().find(|version| version.id == head).map_or(0.0, |version| version.time_ms);
    Branch { name: name.to_owned(), tip: head, time_ms }
}
