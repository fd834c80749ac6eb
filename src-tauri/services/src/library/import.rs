//! Taking files in: each is checked and read, the good ones are added a batch at a time, and the others get a reason.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use rayon::prelude::*;
use son1k_domain::Event;
use son1k_domain::id::{CollectionId, SoundId};
use son1k_domain::job::Stage;
use son1k_domain::library::{Duplicate, ImportReport, RefusedFile};
use son1k_store::library::{Added, FoundSound};

use super::{Library, look, walk};
use crate::jobs::JobContext;
use crate::make::Watch;
use crate::{Error, Result, clock};

/// Files that are read before they are added together: a cancelled import loses no more than these.
const BATCH: usize = 64;

/// Imports that leave the index of words in many pieces.
const MANY: usize = 1_000;

/// What was found out about one file.
enum Looked {
    /// It is in the library as it is.
    Unchanged(SoundId, PathBuf),
    Found(Box<FoundSound>),
    Refused(RefusedFile),
}

impl Library {
    /// Carries out an import of the queue and tells its report.
    pub(crate) async fn run_import(
        &self,
        context: &JobContext,
        paths: &[String],
        collection: Option<&CollectionId>,
    ) -> Result<()> {
        let report = |stage: Stage, done: f32| context.progress(stage, done);
        let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
        let report = self.take_in(paths, collection, watch).await?;
        let cancelled = report.cancelled;
        self.events.send(Event::ImportFinished { job: Some(context.id.clone()), report });
        if cancelled { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Takes files and whole folders in now. What was taken before a cancellation stays.
    ///
    /// # Errors
    /// Of the store; files that cannot be taken are in the report.
    pub async fn take_in(
        &self,
        paths: &[String],
        collection: Option<&CollectionId>,
        watch: Watch<'_>,
    ) -> Result<ImportReport> {
        (watch.report)(Stage::Searching, 0.0);
        let files: Vec<PathBuf> = tokio::task::block_in_place(|| {
            walk::files(paths).take_while(|_| !watch.cancelled.load(Ordering::Relaxed)).collect()
        });
        self.take_files(files, collection, watch).await
    }

    pub(super) async fn take_files(
        &self,
        files: Vec<PathBuf>,
        collection: Option<&CollectionId>,
        watch: Watch<'_>,
    ) -> Result<ImportReport> {
        let mut report = ImportReport::default();
        for (index, batch) in files.chunks(BATCH).enumerate() {
            (watch.report)(Stage::Importing, (index * BATCH) as f32 / files.len() as f32);
            if watch.cancelled.load(Ordering::Relaxed) {
                break;
            }
            self.take_batch(batch, collection, watch, &mut report).await?;
        }
        report.cancelled = watch.cancelled.load(Ordering::Relaxed);
        if report.added.len() >= MANY {
            self.store.optimise_library().await?;
        }
        if !report.added.is_empty() {
            self.analyse_waiting().await;
        }
        Ok(report)
    }

    async fn take_batch(
        &self,
        batch: &[PathBuf],
        collection: Option<&CollectionId>,
        watch: Watch<'_>,
        report: &mut ImportReport,
    ) -> Result<()> {
        let mut looked = Vec::with_capacity(batch.len());
        for path in batch {
            looked.push((path, self.unchanged(path).await?));
        }
        let now_ms = clock::now_ms();
        let looked: Vec<Looked> = tokio::task::block_in_place(|| {
            looked
                .into_par_iter()
                .filter_map(|(path, known)| match known {
                    Some(id) => Some(Looked::Unchanged(id, path.clone())),
                    None => self.look_at(path, now_ms, watch),
                })
                .collect()
        });
        let mut sounds: Vec<SoundId> = Vec::new();
        let mut found = Vec::new();
        for looked in looked {
            match looked {
                Looked::Unchanged(id, path) => {
                    let path = path.display().to_string();
                    report.duplicates.push(Duplicate { path: path.clone(), of: id.clone(), of_path: path });
                    sounds.push(id);
                }
                Looked::Found(sound) => found.push(*sound),
                Looked::Refused(refused) => report.refused.push(refused),
            }
        }
        if !found.is_empty() {
            for (sound, added) in found.iter().zip(self.store.add_sounds(&found).await?) {
                sounds.push(self.enter(sound, added, report).await?);
            }
            self.tell();
        }
        if let Some(collection) = collection.filter(|_| !sounds.is_empty()) {
            self.collect(collection, &sounds).await?;
        }
        Ok(())
    }

    /// Returns the sound of a file that is known, with the size and the time it had.
    pub(super) async fn unchanged(&self, path: &Path) -> Result<Option<SoundId>> {
        let (Some(text), Ok(facts)) = (path.to_str(), look::facts_of(path)) else { return Ok(None) };
        let known = self.store.sound_at(text).await?.filter(|known| {
            !known.missing && known.bytes == facts.len() && known.modified_ms == look::modified_ms(&facts)
        });
        Ok(known.map(|known| known.id))
    }

    /// Returns nothing when nobody waits for it any more.
    fn look_at(&self, path: &Path, now_ms: f64, watch: Watch<'_>) -> Option<Looked> {
        match look::look(path, now_ms, watch.cancelled) {
            Ok(found) => Some(Looked::Found(Box::new(found))),
            Err(Error::Cancelled) => None,
            Err(error) => {
                let problem = error.describe(self.settings.language());
                Some(Looked::Refused(RefusedFile { path: path.display().to_string(), problem }))
            }
        }
    }

    /// Enters into the report what became of a file, and returns the sound that it is.
    async fn enter(&self, found: &FoundSound, added: Added, report: &mut ImportReport) -> Result<SoundId> {
        Ok(match added {
            Added::New(id) => {
                report.added.push(id.clone());
                id
            }
            Added::Known(id) => {
                let path = found.path.clone();
                report.duplicates.push(Duplicate { path: path.clone(), of: id.clone(), of_path: path });
                id
            }
            Added::Changed(id) => {
                if let Some(sound) = self.store.sound(&id).await? {
                    self.tell_sound(&sound);
                }
                report.added.push(id.clone());
                id
            }
            Added::Back(id) => {
                report.relinked.push(id.clone());
                id
            }
            // A file that was moved while nobody looked is not a second one.
            Added::Duplicate { of, of_path } if !Path::new(&of_path).is_file() => {
                if let Some(sound) = self.store.relink_sound(&of, found).await? {
                    self.tell_sound(&sound);
                }
                report.relinked.push(of.clone());
                of
            }
            Added::Duplicate { of, of_path } => {
                report.duplicates.push(Duplicate { path: found.path.clone(), of: of.clone(), of_path });
                of
            }
        })
    }
}
