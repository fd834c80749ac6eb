//! The open project: every edit is a named step of its document, saved by itself a moment later.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::{Project, ProjectInfo, StepName, StripChange};
use son1k_domain::score::Score;
use son1k_domain::take::Take;
use son1k_project::{Assets, Document, Version};
use son1k_store::Store;
use tokio::sync::{Notify, watch};

use crate::events::Events;
use crate::history::decide;
use crate::{Error, Result};

/// Rest after an edit before the document is written, so that a drag is one write.
const AUTOSAVE_AFTER: Duration = Duration::from_millis(400);

/// The projects on this machine and the one that is open.
pub struct Projects {
    store: Store,
    events: Events,
    folder: PathBuf,
    open: Mutex<Option<Document>>,
    /// The open project is in no list.
    unlisted: AtomicBool,
    edited: Notify,
    /// How many edits there were.
    edits: watch::Sender<u64>,
}

/// A step that was taken back, or done again.
pub(crate) struct Travelled {
    /// The state of the document before the merge that the step is, where it is one.
    pub merge: Option<String>,
}

impl Projects {
    /// Opens nothing yet. `folder` is where new projects go.
    pub fn new(store: Store, events: Events, folder: PathBuf) -> Self {
        Self {
            store,
            events,
            folder,
            open: Mutex::new(None),
            unlisted: AtomicBool::new(false),
            edited: Notify::new(),
            edits: watch::Sender::new(0),
        }
    }

    /// Opens the project that was open last, or makes the first one called `name`.
    ///
    /// Returns the problem of a damaged project that was repaired or passed over.
    pub async fn open_last(&self, name: &str) -> Result<Option<Error>> {
        let mut problem = None;
        for info in self.store.list_projects().await? {
            match self.open_folder(Path::new(&info.folder)).await {
                Ok(recovered) => return Ok(recovered.or(problem)),
                Err(error) => {
                    tracing::warn!(%error, folder = info.folder, "project passed over");
                    problem.get_or_insert(error);
                }
            }
        }
        self.create(name).await?;
        // A project that was simply deleted from the disk is no news.
        Ok(problem.filter(|error| !matches!(error, Error::NotFound { .. })))
    }

    /// Lists the projects, the latest first.
    pub async fn list(&self) -> Result<Vec<ProjectInfo>> {
        let mut projects = self.store.list_projects().await?;
        projects.retain(|info| Path::new(&info.folder).is_dir());
        Ok(projects)
    }

    /// Makes and opens a project.
    pub async fn create(&self, name: &str) -> Result<ProjectId> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 120 {
            return Err(Error::InvalidField { field: "name".into(), value: name.chars().take(40).collect() });
        }
        let id = ProjectId(uuid::Uuid::now_v7().to_string());
        let folder = free_folder(&self.folder, name)?;
        let document = Document::create(&folder, id.clone(), name)?;
        self.adopt(document).await?;
        Ok(id)
    }

    /// Opens a listed project.
    pub async fn open(&self, id: &ProjectId) -> Result<Option<Error>> {
        let info = self.info(id).await?;
        self.open_folder(Path::new(&info.folder)).await
    }

    /// Opens a project folder (or the document inside it); says when an older good copy had to be used.
    pub async fn open_folder(&self, folder: &Path) -> Result<Option<Error>> {
        let folder = if folder.is_file() { folder.parent().unwrap_or(folder) } else { folder };
        if !folder.join(son1k_project::DOCUMENT).exists() && !folder.join(son1k_project::PREVIOUS).exists() {
            return Err(Error::NotFound { what: folder.display().to_string() });
        }
        let (document, recovered) = Document::open(folder)?;
        decide(&document);
        let name = document.view()?.name;
        self.adopt(document).await?;
        Ok(recovered.map(|_| Error::ProjectCorrupt(name)))
    }

    async fn adopt(&self, document: Document) -> Result<()> {
        let project = document.view()?;
        let before = {
            let mut open = self.lock();
            if let Some(document) = open.as_mut() {
                document.save()?;
            }
            open.replace(document)
        };
        drop(before);
        self.unlisted.store(false, Ordering::SeqCst);
        self.store.touch_project(&info_of(&project)).await?;
        self.events.send(Event::ProjectChanged(Box::new(project)));
        self.events.send(Event::ProjectsListed(self.list().await?));
        Ok(())
    }

    /// Opens a project folder without entering it into the list.
    pub(crate) fn open_unlisted(&self, folder: &Path) -> Result<()> {
        let (document, _) = Document::open(folder)?;
        decide(&document);
        *self.lock() = Some(document);
        self.unlisted.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Enters the open project into the list as it is now, unless it was opened for its past alone.
    pub(crate) async fn touch(&self) -> Result<()> {
        if !self.unlisted.load(Ordering::SeqCst) {
            self.store.touch_project(&info_of(&self.get()?)).await?;
        }
        Ok(())
    }

    /// Returns whether something is not on disk yet.
    pub(crate) fn is_unsaved(&self) -> bool {
        self.read(|document| Ok(!document.is_saved())).unwrap_or(false)
    }

    async fn info(&self, id: &ProjectId) -> Result<ProjectInfo> {
        let projects = self.store.list_projects().await?;
        projects
            .into_iter()
            .find(|info| info.id == *id)
            .ok_or_else(|| Error::NotFound { what: id.to_string() })
    }

    /// Returns the open project as the page sees it.
    pub fn get(&self) -> Result<Project> {
        self.read(|document| Ok(document.view()?))
    }

    /// Returns the id of the open project.
    pub fn current(&self) -> Result<ProjectId> {
        Ok(self.get()?.id)
    }

    /// Changes the document in one step and tells everyone.
    pub fn edit(&self, step: impl FnOnce(&mut Document) -> son1k_project::Result<()>) -> Result<()> {
        let project = self.write(|document| {
            step(document)?;
            Ok(document.view()?)
        })?;
        self.events.send(Event::ProjectChanged(Box::new(project)));
        self.note_edit();
        Ok(())
    }

    /// Changes one mixer strip. Changes with the same `gesture` number are one step.
    pub fn set_strip(&self, track: &TrackId, change: StripChange, gesture: u32) -> Result<()> {
        check_strip(&change)?;
        let status = self.write(|document| {
            document.set_strip(track, change, Some(gesture))?;
            Ok(document.mixer_status())
        })?;
        self.events.send(Event::MixerChanged(status));
        self.note_edit();
        Ok(())
    }

    /// Takes the last step back; returns what it was, if there was one.
    pub(crate) fn undo(&self) -> Result<Option<Travelled>> {
        self.travel(Document::undo, |before, _| before)
    }

    /// Takes the last undone step again; returns what it was, if there was one.
    pub(crate) fn redo(&self) -> Result<Option<Travelled>> {
        self.travel(Document::redo, |_, after| after)
    }

    fn travel(
        &self,
        step: impl FnOnce(&mut Document) -> son1k_project::Result<Option<StepName>>,
        which: impl FnOnce(Option<Version>, Option<Version>) -> Option<Version>,
    ) -> Result<Option<Travelled>> {
        let (moved, merge, project) = self.write(|document| {
            let before = document.merged();
            let moved = step(document)?;
            let after = document.merged();
            let merge = if before == after { None } else { which(before, after) };
            Ok((moved, merge, document.view()?))
        })?;
        if moved.is_none() {
            return Ok(None);
        }
        self.events.send(Event::ProjectChanged(Box::new(project)));
        self.note_edit();
        Ok(Some(Travelled { merge: merge.map(|merge| merge.to_string()) }))
    }

    /// Returns how many edits there were, as they come.
    pub(crate) fn edits(&self) -> watch::Receiver<u64> {
        self.edits.subscribe()
    }

    fn note_edit(&self) {
        self.edited.notify_one();
        self.edits.send_modify(|count| *count += 1);
    }

    /// Writes the open document now.
    pub async fn save(&self) -> Result<()> {
        let status = self.write(|document| {
            document.save()?;
            Ok(document.mixer_status())
        })?;
        self.touch().await?;
        self.events.send(Event::MixerChanged(status));
        Ok(())
    }

    /// Puts a finished take into a project, open or not, and writes it. A take that is there already stays as it is.
    pub async fn add_take(
        &self,
        id: &ProjectId,
        build: impl FnOnce(&Assets) -> Result<(Take, Score)>,
    ) -> Result<TakeId> {
        self.add_take_of(id, None, build).await
    }

    /// Like [`Self::add_take`]; where the take that it was made of is on the lanes, the mixer stays as it is.
    pub async fn add_take_of(
        &self,
        id: &ProjectId,
        origin: Option<&TakeId>,
        build: impl FnOnce(&Assets) -> Result<(Take, Score)>,
    ) -> Result<TakeId> {
        if self.current().is_ok_and(|current| current == *id) {
            let (take, project) = self.write(|document| {
                let take = insert(document, origin, build)?;
                Ok((take, document.view()?))
            })?;
            self.events.send(Event::ProjectChanged(Box::new(project)));
            self.note_edit();
            return Ok(take);
        }
        let info = self.info(id).await?;
        let (mut document, _) = Document::open(Path::new(&info.folder))?;
        decide(&document);
        insert(&mut document, origin, build)
    }

    /// Returns a take of the open project and its score.
    pub fn take(&self, id: &TakeId) -> Result<(Take, Score, PathBuf)> {
        self.read(|document| {
            let project = document.view()?;
            let take = project.takes.into_iter().find(|take| take.id == *id);
            let take = take.ok_or_else(|| Error::NotFound { what: id.to_string() })?;
            let score = serde_json::from_slice(&document.assets().get(&take.score)?)
                .map_err(|error| Error::ProjectCorrupt(format!("{}: {error}", project.name)))?;
            let audio = document.assets().path(&take.audio)?;
            Ok((take, score, audio))
        })
    }

    /// Returns the assets of the open project.
    pub(crate) fn assets(&self) -> Result<Assets> {
        self.read(|document| Ok(document.assets()))
    }

    /// Saves a moment after each edit, for as long as the projects live.
    pub async fn autosave(self: Arc<Self>) {
        loop {
            self.edited.notified().await;
            tokio::time::sleep(AUTOSAVE_AFTER).await;
            if let Err(error) = self.save().await {
                tracing::error!(%error, "could not save the project");
                self.events.send(Event::ProblemFound(error.describe(Default::default())));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Document>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the open document.
    pub(crate) fn read<T>(&self, use_it: impl FnOnce(&Document) -> Result<T>) -> Result<T> {
        use_it(self.lock().as_ref().ok_or_else(no_project)?)
    }

    /// Changes the open document, at the time it is now.
    pub(crate) fn write<T>(&self, use_it: impl FnOnce(&mut Document) -> Result<T>) -> Result<T> {
        use_it(self.lock().as_mut().ok_or_else(no_project)?.at(crate::clock::now_ms()))
    }
}

fn no_project() -> Error {
    Error::NotFound { what: "project".into() }
}

fn insert(
    document: &mut Document,
    origin: Option<&TakeId>,
    build: impl FnOnce(&Assets) -> Result<(Take, Score)>,
) -> Result<TakeId> {
    let (take, score) = build(&document.assets())?;
    let id = take.id.clone();
    let added = match origin {
        Some(_) if document.view()?.current.as_ref() == origin => document.add_variant(take, &score),
        _ => document.add_take(take, &score, true),
    };
    match added {
        // The job ran before and the program ended between this and telling the queue.
        Ok(()) | Err(son1k_project::Error::TakeExists(_)) => document.save()?,
        Err(error) => return Err(error.into()),
    }
    Ok(id)
}

fn check_strip(change: &StripChange) -> Result<()> {
    let (field, value, valid) = match change {
        StripChange::Level(level) => ("level", level.0, (-60.0..=12.0).contains(&level.0)),
        StripChange::Pan(pan) => ("pan", pan.0, (-2.0..=2.0).contains(&pan.0)),
        StripChange::Mute(_) | StripChange::Solo(_) => return Ok(()),
    };
    if valid { Ok(()) } else { Err(Error::InvalidField { field: field.into(), value: value.to_string() }) }
}

fn info_of(project: &Project) -> ProjectInfo {
    let (id, name, folder) = (project.id.clone(), project.name.clone(), project.folder.clone());
    ProjectInfo { id, name, folder, modified_ms: crate::clock::now_ms() }
}

/// Returns a folder for a project of this name that does not exist yet.
pub(crate) fn free_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(parent).map_err(|error| Error::writing(parent, error))?;
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' }).collect();
    let safe = match safe.trim() {
        "" => "Song",
        safe => safe,
    };
    let numbered = std::iter::once(safe.to_owned()).chain((2..10_000).map(|n| format!("{safe} {n}")));
    let mut candidates = numbered.map(|name| parent.join(name));
    candidates
        .find(|folder| !folder.exists())
        .ok_or_else(|| Error::Internal(format!("no free name for {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_project_of_the_same_name_gets_its_own_folder() {
        let parent = tempfile::tempdir().unwrap();
        let first = free_folder(parent.path(), "Canción / 1").unwrap();
        assert_eq!(first.file_name().unwrap(), "Canción _ 1");
        std::fs::create_dir(&first).unwrap();
        assert_eq!(free_folder(parent.path(), "Canción / 1").unwrap().file_name().unwrap(), "Canción _ 1 2");
    }
}
