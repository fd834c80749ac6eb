//! The past of a project: versions are kept, looked at, heard, gone back to, branched and brought together.
//!
//! One store holds the versions of all projects; it is opened once, when it is first needed, and stays open. What takes
//! the disk's time runs on a thread that may block, so that playback and edits go on. Where a project stands among its
//! versions is in its own folder ([`place::Place`]), written after what it tells of is on disk. What a crash leaves
//! between two versions is ended or taken back when the project is opened again ([`moving`]).

mod asking;
mod changing;
mod checking;
mod comparing;
mod documents;
mod graph;
mod hearing;
mod keeping;
mod listing;
mod merging;
mod moving;
mod place;
mod pruning;
mod resting;
mod restoring;
mod returning;
mod seeing;
mod sounding;
mod switching;
mod timeline;
mod trouble;
mod watching;
mod words;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::Event;
use son1k_domain::id::{ProjectId, VersionId};
use son1k_history as engine;
use son1k_history::{Key, Vault};
use son1k_store::Store;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::events::Events;
use crate::peaks::PeakMemory;
use crate::projects::Projects;
use crate::settings::CurrentSettings;
use crate::{Error, Result};

pub use changing::Merged;
pub(crate) use moving::decide;
pub use son1k_history::Progress;
pub use trouble::Trouble;

use documents::Documents;
use listing::Listing;

/// The folder of the store inside the data folder.
const STORE: &str = "history";
/// What opens it.
const KEY: &str = "history.key";

/// The versions of all projects, and what is done with those of the open one.
pub struct History {
    projects: Arc<Projects>,
    settings: Arc<CurrentSettings>,
    store: Store,
    events: Events,
    runtime: Handle,
    data: PathBuf,
    vault: Mutex<Option<Arc<Vault>>>,
    /// A folder without a document that is worked on in the place of the open project, and its name where it has none of
    /// its own yet.
    bare: Mutex<Option<(PathBuf, ProjectId)>>,
    /// Says to other programs that the project in this folder is open here.
    claimed: Mutex<Option<(PathBuf, File)>>,
    /// One changes the project's files or keeps a version at a time.
    turn: Mutex<()>,
    documents: Documents,
    /// The files of the open project as the studio left them, where that is not how its version has them.
    left: Mutex<Option<(PathBuf, Listing)>>,
    /// What became of a change whose end could not be written down.
    decided: Mutex<Option<(moving::Moving, bool)>>,
    /// Whether the project was told to differ from its version.
    told: Mutex<Option<(ProjectId, bool)>>,
    /// Held by whoever looks at what versions changed.
    looking: Mutex<()>,
    /// There are versions that nobody has looked at.
    unseen: Notify,
    peaks: PeakMemory,
    watch: watching::Watching,
}

/// Whose versions these are: the project that is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Here {
    folder: PathBuf,
    project: ProjectId,
    /// Whether there is a document, or files alone.
    document: bool,
}

impl History {
    /// Opens nothing yet. `data` is the folder of the store and its key.
    pub(crate) fn new(
        projects: Arc<Projects>,
        settings: Arc<CurrentSettings>,
        store: Store,
        events: Events,
        data: &Path,
    ) -> Self {
        Self {
            projects,
            settings,
            store,
            events,
            runtime: Handle::current(),
            data: data.to_owned(),
            vault: Mutex::default(),
            bare: Mutex::default(),
            claimed: Mutex::default(),
            turn: Mutex::default(),
            documents: Documents::default(),
            left: Mutex::default(),
            decided: Mutex::default(),
            told: Mutex::default(),
            looking: Mutex::default(),
            unseen: Notify::new(),
            peaks: PeakMemory::default(),
            watch: watching::Watching::default(),
        }
    }

    /// Returns the store of versions, made on first use. Blocks for a third of a second the first time.
    ///
    /// # Errors
    /// [`Trouble::WrongKey`] and [`Trouble::NoKey`], [`Trouble::Damaged`], [`Error::Unwritable`], [`Error::DiskFull`].
    pub fn vault(&self) -> Result<Arc<Vault>> {
        let mut opened = lock(&self.vault);
        if let Some(vault) = &*opened {
            return Ok(vault.clone());
        }
        let vault = Arc::new(self.open_vault()?);
        *opened = Some(vault.clone());
        Ok(vault)
    }

    fn open_vault(&self) -> Result<Vault> {
        let place = engine::Place::Folder(self.folder());
        let key = match Key::read(&self.key_file()) {
            Ok(key) => key,
            // A new key would never open the versions that are there.
            Err(_) if self.holds_a_store() && !self.key_file().exists() => {
                return Err(Trouble::NoKey(self.key_file()).into());
            }
            // A key file without a key and no store: an older studio was ended while it made them.
            Err(engine::Error::NoKey(_)) if !self.holds_a_store() => {
                put_away(&self.key_file())?;
                self.make_key()?
            }
            Err(error) if self.key_file().exists() => return Err(error.into()),
            Err(_) => self.make_key()?,
        };
        match Vault::open(&place, &key) {
            Err(engine::Error::NotAStore(_)) => {}
            opened => return Ok(opened?),
        }
        match Vault::create(&place, &key) {
            Err(engine::Error::AlreadyAStore(_)) => Ok(Vault::open(&place, &key)?),
            made => Ok(made?),
        }
    }

    /// Of two programs that start at once, one makes it.
    fn make_key(&self) -> Result<Key> {
        Ok(Key::create(&self.key_file()).or_else(|_| Key::read(&self.key_file()))?)
    }

    /// Returns whether there is a store that only its own key opens. Its configuration may be gone: it is brought back
    /// from its second copy.
    fn holds_a_store(&self) -> bool {
        ["config", "spare/config"].iter().any(|file| self.folder().join(file).exists())
    }

    /// Puts the store and its key out of the way, whatever is there of them; they are never deleted.
    ///
    /// # Errors
    /// [`Error::Unwritable`].
    pub(crate) fn set_aside(&self) -> Result<()> {
        put_away(&self.key_file())?;
        put_away(&self.folder())
    }

    /// Returns the folder of the store.
    pub fn folder(&self) -> PathBuf {
        self.data.join(STORE)
    }

    /// Returns the file with the key of the store.
    pub fn key_file(&self) -> PathBuf {
        self.data.join(KEY)
    }

    /// Works on a folder without a document from now on, in the place of the open project.
    pub(crate) fn use_bare(&self, folder: &Path) {
        let unnamed = ProjectId(uuid::Uuid::now_v7().to_string());
        *lock(&self.bare) = Some((folder.to_owned(), unnamed));
    }

    /// Says to other programs that the open project is open here.
    ///
    /// # Errors
    /// [`Trouble::OpenElsewhere`] when it is open in another, [`Error::Unwritable`].
    pub(crate) fn claim(&self) -> Result<()> {
        let here = self.here()?;
        let mut claimed = lock(&self.claimed);
        // A project that is opened again is not open elsewhere.
        *claimed = None;
        *claimed = place::claim(&here.folder)?.map(|file| (here.folder, file));
        if claimed.is_some() { Ok(()) } else { Err(Trouble::OpenElsewhere.into()) }
    }

    fn here(&self) -> Result<Here> {
        if let Some((folder, unnamed)) = lock(&self.bare).clone() {
            let project = place::bare_id(&folder).unwrap_or(unnamed);
            return Ok(Here { folder, project, document: false });
        }
        self.projects.read(|document| {
            Ok(Here { folder: document.folder().to_owned(), project: document.id(), document: true })
        })
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }

    /// Runs work that blocks on a thread that may.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let history = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&history)).await;
        done.map_err(|error| Error::Internal(error.to_string()))?
    }

    /// Tells everyone the project as it is now.
    fn tell_project(&self) {
        match self.projects.get() {
            Ok(project) => self.events.send(Event::ProjectChanged(Box::new(project))),
            Err(error) => tracing::debug!(%error, "no project to tell"),
        }
    }

    fn describe(&self, error: &Error) -> son1k_domain::Problem {
        error.describe(self.settings.language())
    }
}

/// Gives a file or folder the name of something that cannot be opened; does nothing where there is none.
fn put_away(path: &Path) -> Result<()> {
    if !path.exists() {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut names = (1..).map(|number| path.with_file_name(format!("{name}.locked-{number}")));
    let Some(aside) = names.find(|aside| !aside.exists()) else { return Ok(()) };
    tracing::warn!(aside = %aside.display(), "versions that nobody can open are set aside");
    std::fs::rename(path, &aside).map_err(|error| Error::writing(&aside, error))
}

/// Takes a lock whose data stays whole even if a holder died.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of_engine(id: &engine::VersionId) -> VersionId {
    VersionId(id.0.clone())
}

fn to_engine(id: &VersionId) -> engine::VersionId {
    engine::VersionId(id.0.clone())
}

/// Runs work of the store that nobody watches.
fn unwatched<T>(work: impl FnOnce(Progress<'_>) -> engine::Result<T>) -> Result<T> {
    Ok(work(Progress { report: &|_| (), cancelled: &AtomicBool::new(false) })?)
}

#[cfg(test)]
mod tests;
