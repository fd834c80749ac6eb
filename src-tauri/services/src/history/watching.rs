//! The folder of the open project is watched: what another program changes there can be kept as a version.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use son1k_domain::Event;
use son1k_domain::history::OutsideChange;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::listing::{Listing, Look, is_kept, is_own, named};
use super::place::Place;
use super::{Here, History, lock};
use crate::Result;

/// Several changes of one file within this time are one.
const DEBOUNCE: Duration = Duration::from_millis(300);
/// Files that have not changed for so long are whole.
const SETTLED: Duration = Duration::from_millis(1_000);

type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// The task that watches, and what it told.
#[derive(Default)]
pub(super) struct Watching {
    task: Mutex<Option<JoinHandle<((), ())>>>,
    told: Mutex<BTreeSet<(String, Option<u64>)>>,
}

impl History {
    /// Watches the folder of the open project, and no other any more.
    pub(crate) fn watch_project(self: &Arc<Self>) {
        let Ok(here) = self.here() else { return };
        if let Err(error) = self.claim() {
            tracing::warn!(%error, "the project is not this program's alone");
        }
        let history = self.clone();
        let task = self
            .runtime
            .spawn(async move { tokio::join!(history.clone().watch(here), history.keep_looking()) });
        if let Some(before) = lock(&self.watch.task).replace(task) {
            before.abort();
        }
        lock(&self.watch.told).clear();
    }

    /// Watches nothing any more.
    pub(crate) fn stop_watching(&self) {
        if let Some(task) = lock(&self.watch.task).take() {
            task.abort();
        }
    }

    async fn watch(self: Arc<Self>, here: Here) {
        let (sender, changes) = unbounded_channel();
        let folder = here.folder.clone();
        let heard = move |changes: DebounceEventResult| {
            for path in changes.into_iter().flatten().flat_map(|change| change.event.paths) {
                let _nobody_watches_any_more = sender.send(path);
            }
        };
        let watching = tokio::task::spawn_blocking(move || -> notify::Result<Watcher> {
            let mut watcher = new_debouncer(DEBOUNCE, None, heard)?;
            watcher.watch(&folder, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        let watcher = match watching.await {
            Ok(Ok(watcher)) => watcher,
            Ok(Err(error)) => return tracing::warn!(%error, "the folder of the project cannot be watched"),
            Err(error) => return tracing::warn!(%error, "the folder of the project is not watched"),
        };
        self.bring_back_lost().await;
        // What came while nobody watched.
        self.look_outside(&here).await;
        self.receive(&here, changes).await;
        drop(watcher);
    }

    async fn receive(self: &Arc<Self>, here: &Here, mut changes: UnboundedReceiver<PathBuf>) {
        while let Some(path) = changes.recv().await {
            if !concerns(here, &path) {
                continue;
            }
            // Until nobody writes any more.
            let mut seen = look(here).await;
            loop {
                tokio::time::sleep(SETTLED).await;
                while changes.try_recv().is_ok() {}
                let now = look(here).await;
                if now == seen {
                    break;
                }
                seen = now;
            }
            self.look_outside(here).await;
        }
    }

    async fn look_outside(self: &Arc<Self>, here: &Here) {
        let here = here.clone();
        let told = self.run(move |history| {
            if history.tell_outside(&here)? {
                history.take_in(&here)?;
            }
            Ok(())
        });
        if let Err(error) = told.await {
            tracing::warn!(%error, "changes of other programs are not known, or not taken in");
        }
    }

    /// Tells what another program changed since the studio last touched the files. Returns whether it is news.
    fn tell_outside(&self, here: &Here) -> Result<bool> {
        let paths = {
            // The studio may be changing files itself: then they are looked at when it is done.
            let _turn = self.turn();
            if self.here()? != *here {
                return Ok(false);
            }
            self.outside(here)
        };
        let now: BTreeSet<(String, Option<u64>)> = paths
            .iter()
            .map(|path| (path.clone(), Look::at(&here.folder.join(path)).map(|look| look.modified)))
            .collect();
        let is_news = {
            let mut told = lock(&self.watch.told);
            std::mem::replace(&mut *told, now.clone()) != now
        };
        if is_news {
            if !now.is_empty() {
                self.events.send(Event::ProjectFilesChanged(OutsideChange { paths }));
            }
            self.tell_if_turned()?;
        }
        Ok(is_news && !now.is_empty())
    }

    /// Returns the files as the studio left them.
    pub(super) fn known_files(&self, here: &Here, place: &Place) -> Listing {
        self.left_files(here).unwrap_or_else(|| place.files.clone())
    }

    /// Returns the files as the studio left them, where that is not how their version has them.
    fn left_files(&self, here: &Here) -> Option<Listing> {
        let left = lock(&self.left).clone().filter(|(folder, _)| *folder == here.folder);
        left.map(|(_, listing)| listing)
    }

    /// Returns the files that are not as the studio knows them.
    fn outside(&self, here: &Here) -> Vec<String> {
        let known = self.left_files(here).or_else(|| self.noted(here).map(|place| place.files));
        // Of a project without a place nobody knows how it was.
        let Some(known) = known else { return Vec::new() };
        known.differing(&Listing::of(here)).into_iter().collect()
    }

    /// Notes a file that the studio itself wrote: it is no change of another program.
    pub(crate) fn wrote(&self, path: &Path) {
        let Ok(here) = self.here() else { return };
        let Ok(inside) = path.strip_prefix(&here.folder) else { return };
        let mut left = lock(&self.left);
        let mut listing = match left.take() {
            Some((folder, listing)) if folder == here.folder => listing,
            _ => self.noted(&here).map(|place| place.files).unwrap_or_default(),
        };
        let now = Listing::of(&here);
        // A folder of stems is one export.
        let name = named(inside);
        for (path, look) in now.0.into_iter().filter(|(path, _)| Path::new(path).starts_with(&name)) {
            listing.0.insert(path, look);
        }
        *left = Some((here.folder, listing));
    }

    async fn bring_back_lost(self: &Arc<Self>) {
        match self.run(|history| history.find_lost_assets()).await {
            Ok(0) => {}
            Ok(found) => tracing::info!(found, "files that the project had lost are back from its versions"),
            Err(error) => tracing::warn!(%error, "files that the project lost were not looked for"),
        }
    }
}

/// Looks at the files of a project, which may take a while.
async fn look(here: &Here) -> Option<Listing> {
    let here = here.clone();
    tokio::task::spawn_blocking(move || Listing::of(&here)).await.ok()
}

/// Returns whether a change of this path is a change of the project's files.
fn concerns(here: &Here, path: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(&here.folder) else { return false };
    let kept = inside.ancestors().filter(|part| !part.as_os_str().is_empty()).all(is_kept);
    kept && !(here.document && is_own(inside))
}
