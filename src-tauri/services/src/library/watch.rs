//! Watched folders: what is put there comes into the library once it is whole.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use son1k_domain::Event;
use son1k_domain::id::SoundId;
use son1k_domain::job::Stage;
use son1k_domain::sound::Refusal;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::{Library, lock, look, walk};
use crate::make::Watch;
use crate::{Error, Result};

/// Several changes of one file within this time are one.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// How often files that are being written are looked at.
const LOOK: Duration = Duration::from_millis(250);
/// A file that has not changed for so long is whole.
const SETTLED: Duration = Duration::from_millis(1_000);
/// An empty file is waited for, but not for ever.
const EMPTY: Duration = Duration::from_secs(600);

type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// The tasks beside the queue.
#[derive(Default)]
pub(super) struct Watches {
    others: Mutex<Vec<JoinHandle<()>>>,
    folders: Mutex<Option<JoinHandle<()>>>,
    stopping: Arc<AtomicBool>,
}

impl Watches {
    /// Keeps a task to end it with the library.
    pub(super) fn keep(&self, task: JoinHandle<()>) {
        lock(&self.others).push(task);
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let others = std::mem::take(&mut *lock(&self.others));
        others.into_iter().chain(lock(&self.folders).take()).for_each(|task| task.abort());
    }
}

impl Library {
    /// Watches the folders of the settings, and no others any more.
    pub(crate) fn watch_folders(self: &Arc<Self>) {
        let folders = self.settings.get().watched_folders;
        let watching = (!folders.is_empty() && self.jobs.get().is_some()).then(|| {
            let library = self.clone();
            tokio::spawn(async move { library.follow(folders).await })
        });
        if let Some(before) = std::mem::replace(&mut *lock(&self.watch.folders), watching) {
            before.abort();
        }
        lock(&self.arriving).clear();
    }

    async fn follow(self: Arc<Self>, folders: Vec<String>) {
        let (sender, receiver) = unbounded_channel();
        let places: Vec<PathBuf> = folders.iter().map(|folder| walk::path_of(folder)).collect();
        let watching = tokio::task::spawn_blocking({
            let (places, sender) = (places.clone(), sender.clone());
            move || watch(&places, &sender)
        });
        let (_watcher, problems) = match watching.await {
            Ok((watcher, problems)) => (watcher, problems),
            Err(error) => (None, vec![Error::Internal(error.to_string())]),
        };
        for problem in problems {
            self.events.send(Event::ProblemFound(problem.describe(self.settings.language())));
        }
        // What came while nobody watched.
        for place in places.into_iter().filter(|place| place.is_dir()) {
            let _the_receiver_is_here = sender.send(place);
        }
        self.receive(receiver).await;
    }

    async fn receive(&self, mut changes: UnboundedReceiver<PathBuf>) {
        let mut arrivals = Arrivals::default();
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                change = changes.recv() => match change {
                    Some(path) => arrivals.notice(path),
                    None => return,
                },
                _ = look.tick() => {
                    if arrivals.is_empty() {
                        continue;
                    }
                    if let Err(error) = self.take_arrivals(&mut arrivals).await {
                        tracing::warn!(%error, "what came into a watched folder could not be taken");
                    }
                }
            }
        }
    }

    async fn take_arrivals(&self, arrivals: &mut Arrivals) -> Result<()> {
        let (whole, gone) = tokio::task::block_in_place(|| arrivals.look(Instant::now()));
        let waiting: Vec<String> = arrivals.waiting.keys().map(|path| path.display().to_string()).collect();
        let before = std::mem::replace(&mut *lock(&self.arriving), waiting.iter().cloned().collect());
        if before.len() != waiting.len() || waiting.iter().any(|path| !before.contains(path)) {
            self.tell();
        }
        if !gone.is_empty() {
            self.miss(&gone).await?;
        }
        if !whole.is_empty() {
            self.take_whole(whole).await?;
        }
        Ok(())
    }

    /// Takes files in that are whole, and tells the report if there is something in it.
    async fn take_whole(&self, files: Vec<PathBuf>) -> Result<()> {
        let mut unknown = Vec::new();
        for path in files {
            if self.unchanged(&path).await?.is_none() {
                unknown.push(path);
            }
        }
        // Covers and texts lie beside sounds in every folder; nobody asked for them.
        unknown.retain(|path| tokio::task::block_in_place(|| is_sound(path)));
        let watch = Watch { report: &|_: Stage, _| (), cancelled: &self.watch.stopping };
        let mut report = self.take_files(unknown, None, watch).await?;
        report.duplicates.retain(|duplicate| duplicate.path != duplicate.of_path);
        let empty = report.added.is_empty() && report.relinked.is_empty() && report.refused.is_empty();
        if !(empty && report.duplicates.is_empty()) {
            self.events.send(Event::ImportFinished { job: None, report });
        }
        Ok(())
    }

    /// Marks the sounds at these paths, and in these folders, as missing.
    async fn miss(&self, gone: &HashSet<PathBuf>) -> Result<()> {
        let places = self.store.sound_places(false).await?;
        let is_gone = |path: &Path| path.ancestors().any(|above| gone.contains(above)) && !path.is_file();
        let missing: Vec<SoundId> = places
            .into_iter()
            .filter(|place| !place.missing && is_gone(Path::new(&place.path)))
            .map(|place| place.id)
            .collect();
        if !missing.is_empty() {
            self.store.mark_missing(&missing, true).await?;
            self.tell();
        }
        Ok(())
    }
}

fn watch(folders: &[PathBuf], sender: &UnboundedSender<PathBuf>) -> (Option<Watcher>, Vec<Error>) {
    let failed = |path: &Path, error: notify::Error| Error::Unreadable {
        path: path.display().to_string(),
        source: std::io::Error::other(error.to_string()),
    };
    let sender = sender.clone();
    let heard = move |changes: DebounceEventResult| {
        for path in changes.into_iter().flatten().flat_map(|change| change.event.paths) {
            let _nobody_watches_any_more = sender.send(path);
        }
    };
    let mut watcher = match new_debouncer(DEBOUNCE, None, heard) {
        Ok(watcher) => watcher,
        Err(error) => return (None, vec![failed(Path::new(""), error)]),
    };
    let mut problems = Vec::new();
    for folder in folders {
        if !folder.is_dir() {
            problems.push(Error::NotFound { what: folder.display().to_string() });
        } else if let Err(error) = watcher.watch(folder, RecursiveMode::Recursive) {
            problems.push(failed(folder, error));
        }
    }
    (Some(watcher), problems)
}

fn is_sound(path: &Path) -> bool {
    let refused = look::check(path).err();
    !matches!(refused, Some(Error::SoundRefused(Refusal::NotSound(_) | Refusal::Empty | Refusal::NotAFile)))
}

/// Paths that changed, and files that are waited for.
#[derive(Default)]
struct Arrivals {
    changed: HashSet<PathBuf>,
    waiting: BTreeMap<PathBuf, Arrival>,
}

/// A file as it was seen last.
#[derive(Clone, Copy)]
struct Arrival {
    bytes: u64,
    modified_ms: f64,
    /// Since when it has looked so.
    since: Instant,
}

impl Arrivals {
    fn notice(&mut self, path: PathBuf) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            self.changed.insert(path);
        }
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.waiting.is_empty()
    }

    /// Returns the files that are whole, and what is gone.
    fn look(&mut self, now: Instant) -> (Vec<PathBuf>, HashSet<PathBuf>) {
        let mut gone = HashSet::new();
        for path in std::mem::take(&mut self.changed) {
            if !path.exists() {
                self.waiting.remove(&path);
                gone.insert(path);
                continue;
            }
            for file in walk::files(&[path.display().to_string()]) {
                self.waiting.entry(file).or_insert(Arrival { bytes: 0, modified_ms: 0.0, since: now });
            }
        }
        let mut whole = Vec::new();
        self.waiting.retain(|path, arrival| {
            let Ok(facts) = look::facts_of(path) else { return false };
            let (bytes, modified_ms) = (facts.len(), look::modified_ms(&facts));
            if (bytes, modified_ms) != (arrival.bytes, arrival.modified_ms) {
                *arrival = Arrival { bytes, modified_ms, since: now };
                return true;
            }
            let age = now.duration_since(arrival.since);
            if bytes > 0 && age >= SETTLED {
                whole.push(path.clone());
            }
            (bytes == 0 && age < EMPTY) || (bytes > 0 && age < SETTLED)
        });
        (whole, gone)
    }
}
