//! The model shelf: what lies there, how the rest gets there, and what is in memory.

mod fetching;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::id::ModelId;
use son1k_domain::model::{Model, ModelState, ModelTask};
use son1k_domain::take::Tag;
use son1k_inference::catalogue::{self, Entry};
use son1k_inference::shelved::{self, Presence};
use son1k_inference::{Runtime, Sessions, tagger};
use son1k_platform::{Paths, machine};

use crate::{Error, Result};
use fetching::Fetching;

/// The budget on a machine that does not tell its memory.
const FALLBACK_BUDGET: u64 = 1 << 30;

/// The models of one installation.
#[derive(Debug)]
pub struct Shelf {
    models: PathBuf,
    cache: PathBuf,
    /// Bytes.
    budget: AtomicU64,
    /// Opened when first needed.
    sessions: Mutex<Option<Arc<Sessions>>>,
    /// Entries whose hash was found to be wrong since the start.
    damaged: Mutex<HashSet<ModelId>>,
    fetching: Fetching,
}

impl Shelf {
    /// Returns the shelf in the folders of `paths`. `budget_mib` is the memory for loaded models; without it, a quarter of
    /// the machine's.
    ///
    /// # Errors
    /// None today; a shelf that cannot be written to is found out when something is fetched.
    pub fn new(paths: &Paths, budget_mib: Option<u32>) -> Result<Self> {
        Ok(Self {
            models: paths.models.clone(),
            cache: paths.cache.clone(),
            budget: bytes_of(budget_mib).into(),
            sessions: Mutex::default(),
            damaged: Mutex::default(),
            fetching: Fetching::default(),
        })
    }

    /// Changes the memory for loaded models.
    pub fn set_budget(&self, budget_mib: Option<u32>) {
        let budget = bytes_of(budget_mib);
        self.budget.store(budget, Ordering::SeqCst);
        if let Some(sessions) = &*lock(&self.sessions) {
            sessions.set_budget(budget);
        }
    }

    /// Returns the shelf as it stands. Files are looked at by size only.
    pub fn list(&self) -> son1k_domain::model::Shelf {
        let sessions = self.sessions().ok();
        let loaded = sessions.as_ref().map(|sessions| sessions.loaded()).unwrap_or_default();
        let row = |entry: &Entry| {
            let bytes = loaded.iter().find(|(id, _)| *id == entry.id).map(|(_, bytes)| *bytes);
            self.row(entry, bytes)
        };
        son1k_domain::model::Shelf {
            models: catalogue::catalogue().iter().map(row).collect(),
            provider: sessions.map(|sessions| sessions.provider().to_owned()),
            budget_bytes: self.budget.load(Ordering::SeqCst) as f64,
            used_bytes: loaded.iter().map(|(_, bytes)| *bytes as f64).sum(),
        }
    }

    fn row(&self, entry: &Entry, loaded: Option<u64>) -> Model {
        let state = match (self.fetching.progress(&entry.id), loaded, self.presence(entry)) {
            (Some(progress), ..) => ModelState::Fetching { progress },
            (_, Some(bytes), _) => ModelState::Loaded { bytes: bytes as f64 },
            (.., Presence::Ready) => ModelState::Ready,
            (.., Presence::Damaged) => ModelState::Corrupt,
            (.., Presence::Missing) => ModelState::Missing,
        };
        Model {
            id: entry.id.clone(),
            name: entry.name.clone(),
            task: entry.task,
            licence: entry.licence.clone(),
            credit: entry.credit.clone(),
            source: sources(entry),
            bytes: entry.bytes() as f64,
            required: entry.required,
            state,
        }
    }

    fn presence(&self, entry: &Entry) -> Presence {
        match shelved::presence(entry, &self.models) {
            Presence::Ready if lock(&self.damaged).contains(&entry.id) => Presence::Damaged,
            found => found,
        }
    }

    /// Returns a row of the catalogue.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn entry(&self, id: &ModelId) -> Result<&'static Entry> {
        catalogue::entry(id).ok_or_else(|| Error::NotFound { what: id.to_string() })
    }

    /// Returns where an entry lies: its file, or the folder of the one-shots. `None` when it is not there or damaged.
    pub fn path(&self, id: &ModelId) -> Option<PathBuf> {
        self.require(id.as_str()).ok()
    }

    /// Returns where an entry lies: its file, or the folder of the one-shots.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an entry, [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub fn require(&self, id: &str) -> Result<PathBuf> {
        let entry = self.entry(&id.into())?;
        match self.presence(entry) {
            Presence::Missing => return Err(missing(&[entry])),
            Presence::Damaged => return Err(damaged(entry)),
            Presence::Ready => {}
        }
        let folder = shelved::folder(entry, &self.models);
        Ok(match (entry.task, entry.files.first()) {
            (ModelTask::OneShots, _) | (_, None) => folder,
            (_, Some(file)) => folder.join(&file.name),
        })
    }

    /// Returns one file of an entry that has several.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an entry or file, [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub fn file(&self, id: &str, name: &str) -> Result<PathBuf> {
        let entry = self.entry(&id.into())?;
        if !entry.files.iter().any(|file| file.name == name) {
            return Err(Error::NotFound { what: format!("{id}/{name}") });
        }
        self.require(id)?;
        Ok(shelved::folder(entry, &self.models).join(name))
    }

    /// Checks that several entries are there.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], which names all that are missing; [`Error::NotFound`], [`Error::ModelCorrupt`].
    pub fn require_all(&self, ids: &[&str]) -> Result<()> {
        let entries = ids.iter().map(|id| self.entry(&(*id).into())).collect::<Result<Vec<_>>>()?;
        let absent: Vec<&Entry> =
            entries.into_iter().filter(|entry| self.presence(entry) == Presence::Missing).collect();
        if !absent.is_empty() {
            return Err(missing(&absent));
        }
        ids.iter().try_for_each(|id| self.require(id).map(drop))
    }

    /// Returns the entries without which no song can be made and that are not there.
    pub fn missing_required(&self) -> Vec<&'static Entry> {
        self.lacking().filter(|entry| entry.required).collect()
    }

    fn lacking(&self) -> impl Iterator<Item = &'static Entry> {
        catalogue::catalogue().iter().filter(|entry| self.presence(entry) != Presence::Ready)
    }

    /// Reads all files of an entry and compares their hashes; damage is remembered and shown until it is fetched again.
    /// Takes up to a second for the sound bank: keep it off async threads.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub fn verify(&self, id: &ModelId) -> Result<()> {
        let entry = self.entry(id)?;
        match shelved::verify(entry, &shelved::folder(entry, &self.models))? {
            Presence::Ready => {
                lock(&self.damaged).remove(id);
                Ok(())
            }
            Presence::Missing => Err(missing(&[entry])),
            Presence::Damaged => {
                tracing::warn!(model = %id, "damaged files on the shelf");
                lock(&self.damaged).insert(id.clone());
                Err(damaged(entry))
            }
        }
    }

    /// Reads and compares everything that is there; see [`Shelf::verify`].
    pub fn verify_all(&self) {
        for entry in catalogue::catalogue() {
            if let Err(error) = self.verify(&entry.id) {
                tracing::warn!(%error, "not whole on the shelf");
            }
        }
    }

    /// Returns the damage of what every song is played with, which sizes alone do not show.
    pub fn damage_of_sounds(&self) -> Option<Error> {
        let required = catalogue::catalogue().iter().filter(|entry| entry.required);
        required.filter_map(|entry| self.verify(&entry.id).err()).next()
    }

    /// Returns the loaded models, opening the runtime library at the first call.
    ///
    /// # Errors
    /// [`Error::ModelMissing`] without the library, [`Error::Runtime`] when it cannot be used.
    pub fn sessions(&self) -> Result<Arc<Sessions>> {
        let mut opened = lock(&self.sessions);
        if let Some(sessions) = &*opened {
            return Ok(sessions.clone());
        }
        let runtime = Runtime::open(&self.require("onnxruntime")?)?;
        let sessions = Arc::new(Sessions::new(runtime, self.budget.load(Ordering::SeqCst)));
        *opened = Some(sessions.clone());
        Ok(sessions)
    }

    /// Looks whether songs can get tags.
    ///
    /// # Errors
    /// Why not: [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`].
    pub fn can_tag(&self) -> Result<()> {
        self.require("musicnn-msd").and(self.require("musicnn-mtt"))?;
        self.sessions().map(drop)
    }

    /// Returns what a song sounds like, best first. `stereo` is interleaved at 44,100 Hz. Takes a second or two.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`].
    pub fn tags(&self, stereo: &[f32]) -> Result<Vec<Tag>> {
        let (msd, mtt) = (self.require("musicnn-msd")?, self.require("musicnn-mtt")?);
        let models = tagger::Models { msd: &msd, mtt: &mtt };
        self.blame(tagger::tags(&*self.sessions()?, models, stereo))
    }

    /// Runs `work` with the loaded models and the file of this one.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], and those of the work.
    pub fn hear<T>(
        &self,
        id: &str,
        work: impl FnOnce(&Sessions, &Path) -> son1k_inference::Result<T>,
    ) -> Result<T> {
        let file = self.require(id)?;
        self.run(|sessions| work(sessions, &file))
    }

    /// Runs `work` with the loaded models, for an entry of several files; see [`Shelf::file`].
    ///
    /// # Errors
    /// As [`Shelf::hear`].
    pub fn run<T>(&self, work: impl FnOnce(&Sessions) -> son1k_inference::Result<T>) -> Result<T> {
        self.blame(work(&*self.sessions()?))
    }

    /// A file of the right size may still hold the wrong bytes; the hash says whose fault it is.
    fn blame<T>(&self, result: son1k_inference::Result<T>) -> Result<T> {
        match result {
            Err(son1k_inference::Error::ModelUnusable { model, reason }) => {
                self.verify(&model)?;
                Err(Error::Internal(reason))
            }
            result => Ok(result?),
        }
    }
}

impl From<son1k_inference::Error> for Error {
    fn from(error: son1k_inference::Error) -> Self {
        use son1k_inference::Error as E;
        let reason = error.to_string();
        let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        // A file lies in the folder that is named after its entry.
        let id = |path: &Path| text(path.parent().and_then(Path::file_name));
        let name = |path: &Path| text(path.file_name());
        match error {
            E::RuntimeMissing(_) | E::RuntimeUnusable { .. } => Self::Runtime(reason),
            E::ModelMissing(path) => Self::ModelMissing { id: id(&path), name: name(&path) },
            E::Unreadable { path, .. } => Self::ModelCorrupt { id: id(&path), name: name(&path) },
            E::Unwritable { path, source } => Self::writing(&path, source),
            E::Cancelled => Self::Cancelled,
            E::ModelUnusable { .. } | E::Nested(_) | E::Contract { .. } => Self::Internal(reason),
        }
    }
}

fn sources(entry: &Entry) -> String {
    let sources: Vec<_> = entry.packages().map(|package| package.source.to_string()).collect();
    sources.join(", ")
}

/// Names the entries, and all of their ids as the command that fetches them takes them.
fn missing(entries: &[&Entry]) -> Error {
    let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    Error::ModelMissing { id: ids.join(" "), name: names.join(", ") }
}

fn damaged(entry: &Entry) -> Error {
    Error::ModelCorrupt { id: entry.id.to_string(), name: entry.name.clone() }
}

fn bytes_of(budget_mib: Option<u32>) -> u64 {
    match budget_mib {
        Some(mib) => u64::from(mib) << 20,
        None => machine::memory().map_or(FALLBACK_BUDGET, |memory| memory.total / 4),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
