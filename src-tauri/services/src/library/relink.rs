//! Missing files: noticing them, and finding them again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use son1k_domain::Event;
use son1k_domain::id::SoundId;
use son1k_domain::job::Stage;
use son1k_domain::library::{ImportReport, LibraryStatus};
use son1k_store::library::{Added, Place};

use super::{Library, look, walk};
use crate::jobs::JobContext;
use crate::make::Watch;
use crate::{Error, Result, clock};

impl Library {
    /// Looks whether all files are where they were, and marks those that are not.
    pub async fn check(&self) -> Result<LibraryStatus> {
        let places = self.store.sound_places(false).await?;
        let looking = tokio::task::spawn_blocking(move || {
            let moved = |place: &Place| Path::new(&place.path).is_file() == place.missing;
            places.into_iter().filter(moved).collect::<Vec<_>>()
        });
        let moved = looking.await.map_err(|error| Error::Internal(error.to_string()))?;
        for missing in [true, false] {
            let ids: Vec<SoundId> =
                moved.iter().filter(|place| place.missing != missing).map(|place| place.id.clone()).collect();
            if !ids.is_empty() {
                self.store.mark_missing(&ids, missing).await?;
            }
        }
        if !moved.is_empty() {
            self.tell();
        }
        self.analyse_waiting().await;
        self.status().await
    }

    /// Links a sound to a file that somebody chose. A file with another content is heard anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound, [`Error::InvalidField`] for a file that is another sound's, and all for
    /// which a file is refused.
    pub async fn relink(&self, id: &SoundId, path: &str) -> Result<()> {
        self.known(id).await?;
        let path = walk::path_of(path);
        let looking =
            tokio::task::spawn_blocking(move || look::look(&path, clock::now_ms(), &AtomicBool::new(false)));
        let found = looking.await.map_err(|error| Error::Internal(error.to_string()))??;
        let Some(sound) = self.store.relink_sound(id, &found).await? else {
            return Err(Error::InvalidField { field: "path".into(), value: found.path });
        };
        // Now that the path is the sound's own, another content is a change of its file.
        if let Added::Changed(_) = self.store.add_sounds(std::slice::from_ref(&found)).await?[0] {
            self.analyse_waiting().await;
        }
        let sound = self.store.sound(id).await?.unwrap_or(sound);
        self.tell_sound(&sound);
        self.tell();
        Ok(())
    }

    /// Carries out a search for missing files of the queue and tells its report.
    pub(crate) async fn run_relink(&self, context: &JobContext, folder: &str) -> Result<()> {
        let report = |stage: Stage, done: f32| context.progress(stage, done);
        let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
        let report = self.find_missing(folder, watch).await?;
        let cancelled = report.cancelled;
        self.events.send(Event::ImportFinished { job: Some(context.id.clone()), report });
        if cancelled { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Looks in a folder for the files of all missing sounds. Only files of the right size are read.
    async fn find_missing(&self, folder: &str, watch: Watch<'_>) -> Result<ImportReport> {
        self.check().await?;
        let mut missing: HashMap<u64, Vec<Place>> = HashMap::new();
        for place in self.store.sound_places(true).await? {
            missing.entry(place.bytes).or_default().push(place);
        }
        (watch.report)(Stage::Searching, 0.0);
        let candidates: Vec<PathBuf> = tokio::task::block_in_place(|| {
            walk::files(&[folder.to_owned()])
                .take_while(|_| !watch.cancelled.load(Ordering::Relaxed))
                .filter(|path| path.metadata().is_ok_and(|facts| missing.contains_key(&facts.len())))
                .collect()
        });
        let mut report = ImportReport::default();
        for (index, path) in candidates.iter().enumerate() {
            (watch.report)(Stage::Searching, index as f32 / candidates.len() as f32);
            if watch.cancelled.load(Ordering::Relaxed) || missing.is_empty() {
                break;
            }
            let looked = tokio::task::block_in_place(|| look::look(path, clock::now_ms(), watch.cancelled));
            let Ok(found) = looked else { continue };
            let Some(places) = missing.get_mut(&(found.facts.bytes as u64)) else { continue };
            let Some(at) = places.iter().position(|place| place.content == found.content) else { continue };
            if let Some(sound) = self.store.relink_sound(&places[at].id, &found).await? {
                report.relinked.push(places.swap_remove(at).id);
                self.tell_sound(&sound);
                self.tell();
            }
            missing.retain(|_, places| !places.is_empty());
        }
        report.cancelled = watch.cancelled.load(Ordering::Relaxed);
        self.analyse_waiting().await;
        Ok(report)
    }
}
