//! Loaded models under one memory budget: read when first used, dropped when others need the room, least recently used
//! first. Never out of memory, only slower.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use ort::session::Session;
use son1k_domain::id::ModelId;

use crate::{Error, Result, Runtime};

/// Memory of a loaded model: the weights once as read and once as packed for the processor, and what a run needs.
const FACTOR: u64 = 2;
const OVERHEAD: u64 = 16 << 20;

/// The models in memory. Shared by all threads.
#[derive(Debug)]
pub struct Sessions {
    runtime: Runtime,
    budget: AtomicU64,
    shelf: Mutex<Shelf>,
    /// Woken when a model is put back or dropped.
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Shelf {
    slots: HashMap<Key, Slot>,
    /// Counts uses; a slot keeps the count of its last one.
    clock: u64,
}

/// A model: an entry of the catalogue may hold several, such as an encoder and a decoder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    id: ModelId,
    file: PathBuf,
}

#[derive(Debug)]
struct Slot {
    bytes: u64,
    last_used: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Idle(Box<Session>),
    /// Loading or running.
    Held(ThreadId),
}

impl Shelf {
    fn used(&self) -> u64 {
        self.slots.values().map(|slot| slot.bytes).sum()
    }

    fn holds(&self, thread: ThreadId) -> bool {
        self.slots.values().any(|slot| matches!(slot.state, State::Held(holder) if holder == thread))
    }

    /// Drops the idle model that was not used for the longest time.
    fn drop_oldest(&mut self) -> bool {
        let idle = self.slots.iter().filter(|(_, slot)| matches!(slot.state, State::Idle(_)));
        let Some(oldest) = idle.min_by_key(|(_, slot)| slot.last_used).map(|(key, _)| key.clone()) else {
            return false;
        };
        tracing::debug!(model = %oldest.id, "unloaded");
        self.slots.remove(&oldest);
        true
    }
}

impl Sessions {
    /// Returns an empty set. `budget` is the memory that loaded models may use together, in bytes; a single model larger
    /// than that is still loaded, alone.
    pub fn new(runtime: Runtime, budget: u64) -> Self {
        Self { runtime, budget: budget.into(), shelf: Mutex::default(), freed: Condvar::new() }
    }

    /// Runs `work` with the model in `file`, loading it when needed; `id` is the entry that it belongs to. Waits while another
    /// thread uses the same model, or while those in use leave no room.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelUnusable`] when the file is no model or the run fails, [`Error::Nested`] when
    /// `work` asks for a second model.
    pub fn with<T>(
        &self,
        id: &ModelId,
        file: &Path,
        work: impl FnOnce(&mut Session) -> ort::Result<T>,
    ) -> Result<T> {
        let mut lease = self.lease(id, file)?;
        let unusable =
            |error: ort::Error| Error::ModelUnusable { model: id.clone(), reason: error.to_string() };
        match lease.session.as_deref_mut() {
            Some(session) => work(session).map_err(unusable),
            None => Err(Error::ModelMissing(file.to_owned())),
        }
    }

    /// Returns the entries of which something is in memory, with the bytes that is counted with.
    pub fn loaded(&self) -> Vec<(ModelId, u64)> {
        let mut loaded = BTreeMap::new();
        for (key, slot) in &self.lock().slots {
            *loaded.entry(key.id.clone()).or_insert(0) += slot.bytes;
        }
        loaded.into_iter().collect()
    }

    /// Returns the bytes that loaded models are counted with together.
    pub fn used(&self) -> u64 {
        self.lock().used()
    }

    /// Returns the budget in bytes.
    pub fn budget(&self) -> u64 {
        self.budget.load(Ordering::SeqCst)
    }

    /// Changes the budget; idle models that no longer fit are dropped at once.
    pub fn set_budget(&self, budget: u64) {
        self.budget.store(budget, Ordering::SeqCst);
        let mut shelf = self.lock();
        while shelf.used() > budget && shelf.drop_oldest() {}
        self.freed.notify_all();
    }

    /// Returns the name of the execution provider.
    pub fn provider(&self) -> &'static str {
        self.runtime.provider()
    }

    /// Drops the models of an entry unless they are in use; their files may then be replaced.
    pub fn unload(&self, id: &ModelId) {
        self.lock().slots.retain(|key, slot| key.id != *id || matches!(slot.state, State::Held(_)));
        self.freed.notify_all();
    }

    fn lease(&self, id: &ModelId, file: &Path) -> Result<Lease<'_>> {
        let me = thread::current().id();
        let key = Key { id: id.clone(), file: file.to_owned() };
        let mut shelf = self.lock();
        if shelf.holds(me) {
            return Err(Error::Nested(id.clone()));
        }
        loop {
            if let Some(slot) = shelf.slots.get_mut(&key) {
                if let State::Idle(_) = slot.state {
                    return Ok(self.take(&mut shelf, key, me));
                }
            } else {
                let bytes = cost(file)?;
                let alone = shelf.slots.is_empty();
                if alone || shelf.used() + bytes <= self.budget() {
                    shelf.clock += 1;
                    let slot = Slot { bytes, last_used: shelf.clock, state: State::Held(me) };
                    shelf.slots.insert(key.clone(), slot);
                    drop(shelf);
                    return self.load(key);
                }
                if shelf.drop_oldest() {
                    continue;
                }
            }
            shelf = self.freed.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn take(&self, shelf: &mut Shelf, key: Key, me: ThreadId) -> Lease<'_> {
        shelf.clock += 1;
        let clock = shelf.clock;
        let session = shelf.slots.get_mut(&key).and_then(|slot| {
            slot.last_used = clock;
            match std::mem::replace(&mut slot.state, State::Held(me)) {
                State::Idle(session) => Some(session),
                State::Held(_) => None,
            }
        });
        Lease { sessions: self, key, session }
    }

    /// Loads into a slot that this thread already holds, with the shelf unlocked: others go on with their models.
    fn load(&self, key: Key) -> Result<Lease<'_>> {
        // Dropped on failure, it gives the slot back.
        let mut lease = Lease { sessions: self, key, session: None };
        let mut session = self.runtime.session(&lease.key.file);
        if session.is_err() && self.make_room() {
            session = self.runtime.session(&lease.key.file);
        }
        match session {
            Ok(session) => lease.session = Some(Box::new(session)),
            Err(e) => {
                return Err(Error::ModelUnusable { model: lease.key.id.clone(), reason: e.to_string() });
            }
        }
        tracing::debug!(model = %lease.key.id, "loaded");
        Ok(lease)
    }

    /// Drops every idle model: the estimate may have been too low for this machine. Returns whether there was one.
    fn make_room(&self) -> bool {
        let mut shelf = self.lock();
        let mut dropped = false;
        while shelf.drop_oldest() {
            dropped = true;
        }
        dropped
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A model in use; put back when dropped.
struct Lease<'a> {
    sessions: &'a Sessions,
    key: Key,
    session: Option<Box<Session>>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut shelf = self.sessions.lock();
        match (self.session.take(), shelf.slots.get_mut(&self.key)) {
            (Some(session), Some(slot)) => slot.state = State::Idle(session),
            _ => drop(shelf.slots.remove(&self.key)),
        }
        // An oversized model leaves as soon as it is done, so that the others find their room.
        while shelf.used() > self.sessions.budget() && shelf.drop_oldest() {}
        self.sessions.freed.notify_all();
    }
}

fn cost(file: &Path) -> Result<u64> {
    let meta = fs::metadata(file).map_err(|_| Error::ModelMissing(file.to_owned()))?;
    Ok(meta.len() * FACTOR + OVERHEAD)
}

/// Returns a file of the shelf for tests: below `SON1K_MODELS`, or the repository's `models/weights`.
#[cfg(test)]
pub(crate) fn weights(file: &str) -> std::path::PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/weights");
    let folder = std::env::var_os("SON1K_MODELS").map_or(repository, Into::into);
    let path = folder.join(file);
    assert!(path.is_file(), "{} is missing: run the set-up first", path.display());
    path
}

#[cfg(test)]
mod tests;
