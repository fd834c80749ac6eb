//! The analysis in the background: one sound after the other, one step after the other, each noted when it is done.
//!
//! The states of the steps in the store are the truth: a program that dies loses no more than the step it was at, and a
//! step is cancelled by its state. One job of the queue does all that waits, and another is queued when more comes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use son1k_audio::gate;
use son1k_domain::id::SoundId;
use son1k_domain::job::{JobState, Priority, Stage, Work};
use son1k_domain::library::{AnalysisStep, LibrarySound, StepState};
use son1k_sound as sound;
use son1k_store::library::{Heard, Waiting};

use super::{Library, lock, look};
use crate::jobs::JobContext;
use crate::measuring::measure_file;
use crate::{Error, Result};

/// The models of the steps that need some, and what runs them.
const MODELS: [(AnalysisStep, &[&str]); 2] = [
    (AnalysisStep::Beats, &["onnxruntime", "beatnet"]),
    (AnalysisStep::SoundsLike, &["onnxruntime", "musicnn-msd", "musicnn-mtt"]),
];

/// States from which a step is done again.
const ENDED: [StepState; 4] =
    [StepState::Done, StepState::Failed, StepState::Cancelled, StepState::NeedsModel];

/// What is under way.
#[derive(Default)]
pub(super) struct Analysing {
    running: Mutex<Option<Running>>,
    /// Whether the running job will still look for more.
    taking: tokio::sync::Mutex<bool>,
}

struct Running {
    id: SoundId,
    step: AnalysisStep,
    cancelled: Arc<AtomicBool>,
}

impl Analysing {
    /// Marks the step that is under way; the store does not know of it.
    pub(super) fn overlay(&self, sound: &mut LibrarySound) {
        if let Some(running) = lock(&self.running).as_ref().filter(|running| running.id == sound.id)
            && sound.analysis.steps.get(running.step) == StepState::Waiting
        {
            sound.analysis.steps.set(running.step, StepState::Running);
        }
    }
}

impl Library {
    /// Has steps done again; no sounds are all sounds, no steps are all steps.
    pub async fn analyse(&self, sounds: &[SoundId], steps: &[AnalysisStep]) -> Result<()> {
        self.store.set_steps(sounds, all_if_none(steps), &ENDED, StepState::Waiting).await?;
        self.tell();
        self.analyse_waiting().await;
        Ok(())
    }

    /// Cancels steps that wait or run; no sounds are all sounds, no steps are all steps.
    pub async fn cancel_analysis(&self, sounds: &[SoundId], steps: &[AnalysisStep]) -> Result<()> {
        let steps = all_if_none(steps);
        self.store.set_steps(sounds, steps, &[StepState::Waiting], StepState::Cancelled).await?;
        if let Some(running) = lock(&self.analysing.running).as_ref()
            && (sounds.is_empty() || sounds.contains(&running.id))
            && steps.contains(&running.step)
        {
            running.cancelled.store(true, Ordering::SeqCst);
        }
        self.tell();
        Ok(())
    }

    /// Has what waited for models done, if they are there now, and what else waits.
    pub async fn wake_models(&self) {
        let is_there =
            |models: &&[&str]| models.iter().all(|model| self.shelf.path(&(*model).into()).is_some());
        let able = MODELS.iter().filter(|(_, models)| is_there(models));
        let steps: Vec<AnalysisStep> = able.map(|(step, _)| *step).collect();
        let woken = self.store.set_steps(&[], &steps, &[StepState::NeedsModel], StepState::Waiting);
        if let Err(error) = woken.await {
            tracing::warn!(%error, "sounds that wait for a model could not be woken");
        }
        self.analyse_waiting().await;
    }

    /// Queues the job that does what waits, unless there is one that will. Without a queue, it waits for one.
    pub(super) async fn analyse_waiting(&self) {
        if self.jobs.get().is_some()
            && let Err(error) = self.try_analyse_waiting().await
        {
            tracing::warn!(%error, "the analysis could not be queued");
        }
    }

    async fn try_analyse_waiting(&self) -> Result<()> {
        let taking = self.analysing.taking.lock().await;
        if self.store.count_waiting_sounds().await? == 0 {
            return Ok(());
        }
        let jobs = self.jobs()?;
        let takes_more = |state: JobState| match state {
            JobState::Queued | JobState::Retrying | JobState::Paused => true,
            JobState::Running => *taking,
            _ => false,
        };
        let list = jobs.list().await?;
        if !list.iter().any(|job| job.work == Work::AnalyseSounds && takes_more(job.state)) {
            jobs.push(Work::AnalyseSounds, Priority::Free).await?;
        }
        Ok(())
    }

    /// Carries out the analysis of the queue: all that waits, the sounds added last first.
    pub(crate) async fn run_analysis(&self, context: &JobContext) -> Result<()> {
        *self.analysing.taking.lock().await = true;
        let done = self.analyse_all(context).await;
        if done.is_err() {
            *self.analysing.taking.lock().await = false;
        }
        done
    }

    async fn analyse_all(&self, context: &JobContext) -> Result<()> {
        let mut done = 0;
        loop {
            if context.cancelled.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let Some(waiting) = self.store.next_waiting_sound().await? else {
                let mut taking = self.analysing.taking.lock().await;
                if self.store.next_waiting_sound().await?.is_none() {
                    *taking = false;
                    return Ok(());
                }
                continue;
            };
            let left = self.store.count_waiting_sounds().await?;
            context.progress(Stage::Analysing, done as f32 / (done + left).max(1) as f32);
            self.analyse_one(context, &waiting).await?;
            self.tell();
            done += 1;
        }
    }

    async fn analyse_one(&self, context: &JobContext, waiting: &Waiting) -> Result<()> {
        let mut samples = None;
        for step in AnalysisStep::ALL {
            if context.cancelled.is_cancelled() {
                return Err(Error::Cancelled);
            }
            // Asked anew each time: it may have been cancelled meanwhile.
            let now = self.store.sound(&waiting.id).await?;
            let Some(now) = now.filter(|now| now.analysis.steps.get(step) == StepState::Waiting) else {
                continue;
            };
            if !Path::new(&now.path).is_file() {
                return self.sound(&now.id).await.map(drop);
            }
            if let Some(heard) = self.hear(context, waiting, step, &now, &mut samples).await? {
                self.note(waiting, &heard).await?;
            }
        }
        Ok(())
    }

    /// Does a step; nothing is returned when it was cancelled.
    async fn hear(
        &self,
        context: &JobContext,
        waiting: &Waiting,
        step: AnalysisStep,
        sound: &LibrarySound,
        samples: &mut Option<Vec<f32>>,
    ) -> Result<Option<Heard>> {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (token, flag) = (context.cancelled.clone(), cancelled.clone());
        let passing_on = tokio::spawn(async move {
            token.cancelled().await;
            flag.store(true, Ordering::SeqCst);
        });
        let running = Running { id: waiting.id.clone(), step, cancelled: cancelled.clone() };
        *lock(&self.analysing.running) = Some(running);
        self.tell_sound(sound);
        let (path, content) = (Path::new(&sound.path), &*waiting.content);
        let heard =
            tokio::task::block_in_place(|| self.hear_step(step, (path, content), samples, &cancelled));
        *lock(&self.analysing.running) = None;
        passing_on.abort();
        match heard {
            Ok(heard) => Ok(Some(heard)),
            Err(Error::Cancelled) => Ok(None),
            Err(Error::ModelMissing { .. } | Error::ModelCorrupt { .. } | Error::Runtime(_)) => {
                Ok(Some(Heard::NeedsModel(step)))
            }
            Err(error) => {
                tracing::warn!(%error, ?step, "a step of the analysis failed");
                Ok(Some(Heard::Failed(step, error.describe(self.settings.language()))))
            }
        }
    }

    /// `samples` are decoded for the first step that needs them.
    fn hear_step(
        &self,
        step: AnalysisStep,
        (path, content): (&Path, &str),
        samples: &mut Option<Vec<f32>>,
        cancelled: &AtomicBool,
    ) -> Result<Heard> {
        let heard = match step {
            AnalysisStep::Peaks => {
                self.draw(path, content, cancelled)?;
                Heard::Peaks
            }
            AnalysisStep::Loudness => {
                let (measurement, _) = measure_file(path, cancelled)?;
                self.keep_curve(content, &measurement.curve);
                Heard::Loudness(measurement.loudness)
            }
            AnalysisStep::Rhythm => {
                let (bpm, key) = gate::listen(decoded(path, samples)?);
                Heard::Rhythm { bpm, key }
            }
            AnalysisStep::Beats => {
                let progress = sound::Progress { report: &|_| (), cancelled };
                Heard::Beats(self.shelf.pulse(decoded(path, samples)?, &progress)?)
            }
            AnalysisStep::SoundsLike => Heard::SoundsLike(self.shelf.tags(decoded(path, samples)?)?),
        };
        if cancelled.load(Ordering::SeqCst) { Err(Error::Cancelled) } else { Ok(heard) }
    }

    async fn note(&self, waiting: &Waiting, heard: &Heard) -> Result<()> {
        if let Some(sound) = self.store.note_heard(&waiting.id, &waiting.content, heard).await? {
            self.tell_sound(&sound);
        }
        Ok(())
    }
}

fn decoded<'a>(path: &Path, samples: &'a mut Option<Vec<f32>>) -> Result<&'a [f32]> {
    Ok(match samples {
        Some(samples) => samples,
        none => none.insert(sound::decode(path).map_err(|error| look::reading(path, error))?),
    })
}

fn all_if_none(steps: &[AnalysisStep]) -> &[AnalysisStep] {
    if steps.is_empty() { &AnalysisStep::ALL } else { steps }
}
