//! Batches of the queue: each file is done once, however often the batch is paused, stopped or tried again.
//!
//! What came of each file, and the gain of an album, are in the store as soon as they are known. A file that was under
//! way when the studio closed is begun anew, at the same place.

use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::encoding::Encoding;
use son1k_domain::id::JobId;
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::mastering::{LoudnessTarget, MasterRequest, MasterResult, Mastering, PresetTarget};
use son1k_domain::problem::Problem;
use son1k_domain::unit::Db;
use son1k_sound::{Progress, encode};
use son1k_store::mastering::{Begun, MasterBatch};

use super::{album, master_file, numbered, presets, result, share};
use crate::jobs::JobContext;
use crate::make::Watch;
use crate::{Error, Result, Services};

impl Services {
    /// Returns the targets that somebody has published.
    pub fn list_mastering_presets(&self) -> Vec<PresetTarget> {
        presets()
    }

    /// Queues files to be brought to a loudness. Their folder is made when the one that it lies in is there.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for what cannot be ordered, [`Error::NotFound`], [`Error::Unwritable`] or
    /// [`Error::DiskFull`] for the folder: nothing is queued then.
    pub async fn master_files(&self, request: MasterRequest) -> Result<JobId> {
        check(&request)?;
        make_folder(Path::new(&request.folder))?;
        self.jobs()?.push(Work::Master { request }, Priority::Pro).await
    }

    /// Returns how far a batch is, the last ones even after their jobs have left the list.
    pub async fn get_mastering(&self, job: &JobId) -> Result<Option<Mastering>> {
        if let Some(batch) = self.store.mastering(job).await? {
            return Ok(Some(batch.shown(job)));
        }
        Ok(match self.store.job(job).await?.map(|row| row.job.work) {
            Some(Work::Master { request }) => {
                Some(Mastering { job: job.clone(), request, results: Vec::new() })
            }
            _ => None,
        })
    }

    /// Carries out a batch of the queue, or what is left of it.
    ///
    /// # Errors
    /// [`Error::DiskFull`]: what is done stays, and the rest can be done later. [`Error::Told`] when no file at all could
    /// be brought to its loudness.
    pub(crate) async fn run_mastering(&self, context: &JobContext, request: &MasterRequest) -> Result<()> {
        // The files tell whether they can be written there.
        let _told_with_each_file = make_folder(Path::new(&request.folder));
        let mut batch = self.take_up(context, request).await?;
        let gain = self.album_of(context, &batch).await?;
        for index in 0..request.files.len() {
            if batch.begun.get(&index).is_none_or(|begun| begun.result.is_none()) {
                self.master_one(context, &mut batch, index, gain).await?;
            }
        }
        let results = || batch.begun.values().filter_map(|begun| begun.result.as_ref());
        match results().find_map(|result| result.problem.as_ref()) {
            Some(problem) if results().all(|result| result.mastered.is_none()) => {
                Err(Error::Told(problem.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Returns the batch with the results that still hold: files that are gone again are done again, and, in a batch that
    /// had been through, those that could not be done.
    async fn take_up(&self, context: &JobContext, request: &MasterRequest) -> Result<MasterBatch> {
        self.store.begin_mastering(&context.id, request).await?;
        let batch = self.store.mastering(&context.id).await?;
        let mut batch = batch.ok_or_else(|| Error::NotFound { what: context.id.to_string() })?;
        let through = batch.begun.values().filter(|begun| begun.result.is_some()).count();
        let through = through == request.files.len();
        let holds = |result: &MasterResult| match &result.mastered {
            Some(mastered) => Path::new(&mastered.path).is_file(),
            None => !through,
        };
        let is_old = |begun: &Begun| begun.result.as_ref().is_some_and(|result| !holds(result));
        let old: Vec<usize> =
            batch.begun.iter().filter(|(_, begun)| is_old(begun)).map(|(index, _)| *index).collect();
        self.store.forget_mastered(&context.id, &old).await?;
        batch.begun.retain(|index, _| !old.contains(index));
        Ok(batch)
    }

    /// Returns the one gain of an album. It is measured once, so that files done later keep their distance to the others.
    async fn album_of(&self, context: &JobContext, batch: &MasterBatch) -> Result<Option<Db>> {
        if !batch.request.album {
            return Ok(None);
        }
        if let Some(gain) = batch.gain {
            return Ok(gain);
        }
        let (request, held) = (batch.request.clone(), context.clone());
        let measuring = tokio::task::spawn_blocking(move || {
            let report = |stage: Stage, done: f32| held.progress(stage, done);
            album(&request, Watch { report: &report, cancelled: held.cancelled_flag() })
        });
        let gain = measuring.await.map_err(|error| Error::Internal(error.to_string()))??;
        self.store.note_album_gain(&context.id, gain).await?;
        Ok(gain)
    }

    async fn master_one(
        &self,
        context: &JobContext,
        batch: &mut MasterBatch,
        index: usize,
        gain: Option<Db>,
    ) -> Result<()> {
        let file = batch.request.files[index].clone();
        let place = self.place_of(context, batch, index).await?;
        let (source, target, request, held) =
            (file.clone(), place.clone(), batch.request.clone(), context.clone());
        let working = tokio::task::spawn_blocking(move || {
            let report = |done: f32| held.progress(Stage::Mastering, share(&request, index, done));
            let progress = Progress { report: &report, cancelled: held.cancelled_flag() };
            progress.at(0.0)?;
            master_file(Path::new(&source), &target, &request, gain, &progress)
        });
        let mastered = working.await.map_err(|error| Error::Internal(error.to_string()))?;
        if let Err(full @ Error::DiskFull { .. }) = mastered {
            return Err(full);
        }
        let mut done = result(&file, mastered, self.settings.language())?;
        self.note(context, batch, index, &place, &done).await?;
        if batch.request.into_library && done.mastered.is_some() {
            done.problem = self.take_into_library(context, &place).await;
            if done.problem.is_some() {
                self.note(context, batch, index, &place, &done).await?;
            }
        }
        Ok(())
    }

    /// Returns where the result of a file goes, and notes it: where it was meant to go before, or to the first of its
    /// names that nothing has.
    async fn place_of(&self, context: &JobContext, batch: &MasterBatch, index: usize) -> Result<PathBuf> {
        if let Some(begun) = batch.begun.get(&index) {
            return Ok(PathBuf::from(&begun.place));
        }
        let (request, mut number) = (&batch.request, 0);
        let folder = Path::new(&request.folder);
        for name in numbered(&request.files[index], request.encoding.extension()) {
            let place = folder.join(name);
            let text = place.display().to_string();
            // A link that leads nowhere is a file, too.
            let free = place.symlink_metadata().is_err();
            if free && self.store.take_master_place(&context.id, index, &text).await? {
                return Ok(place);
            }
            number += 1;
            if number > 100_000 {
                break;
            }
        }
        Err(Error::Internal(format!("no name is left for {}", request.files[index])))
    }

    /// Notes what came of a file, and tells it.
    async fn note(
        &self,
        context: &JobContext,
        batch: &mut MasterBatch,
        index: usize,
        place: &Path,
        done: &MasterResult,
    ) -> Result<()> {
        self.store.note_mastered(&context.id, index, done).await?;
        let begun = Begun { place: place.display().to_string(), result: Some(done.clone()) };
        batch.begun.insert(index, begun);
        self.events.send(Event::MasteringChanged(batch.shown(&context.id)));
        Ok(())
    }

    /// Returns why a result could not be taken into the library.
    async fn take_into_library(&self, context: &JobContext, place: &Path) -> Option<Problem> {
        let watch = Watch { report: &|_: Stage, _| (), cancelled: context.cancelled_flag() };
        match self.library.take_in(&[place.display().to_string()], None, watch).await {
            Ok(report) => report.refused.into_iter().next().map(|refused| refused.problem),
            Err(error) => Some(error.describe(self.settings.language())),
        }
    }
}

fn check(request: &MasterRequest) -> Result<()> {
    let refuse = |field: &str, value: String| Err(Error::InvalidField { field: field.into(), value });
    let LoudnessTarget { loudness, ceiling } = request.target;
    if request.files.is_empty() {
        return refuse("files", "0".into());
    }
    if let Some(file) = request.files.iter().find(|file| !Path::new(file).is_absolute()) {
        return refuse("files", file.clone());
    }
    if !Path::new(&request.folder).is_absolute() {
        return refuse("folder", request.folder.clone());
    }
    if !(-70.0..=0.0).contains(&loudness.0) {
        return refuse("loudness", format!("{} LUFS", loudness.0));
    }
    if !(-20.0..=0.0).contains(&ceiling.0) {
        return refuse("ceiling", format!("{} dBTP", ceiling.0));
    }
    if !encode::is_possible(request.encoding) {
        return refuse("encoding", named(request.encoding));
    }
    Ok(())
}

/// Returns an encoding as people write it.
fn named(encoding: Encoding) -> String {
    let format = encoding.extension().to_uppercase();
    match encoding {
        Encoding::Mp3 { kbps } | Encoding::Opus { kbps } => format!("{format} {kbps} kbit/s"),
        Encoding::Vorbis { quality } => format!("{format} q{quality}"),
        Encoding::Wav { depth } | Encoding::Aiff { depth } | Encoding::Flac { depth } => {
            format!("{format} {} bit", depth.bits())
        }
    }
}

fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    match folder.parent() {
        Some(parent) if parent.is_dir() => {
            std::fs::create_dir(folder).map_err(|error| Error::writing(folder, error))
        }
        _ => Err(Error::NotFound { what: folder.display().to_string() }),
    }
}
