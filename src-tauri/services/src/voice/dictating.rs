//! Speech written down while somebody speaks: a take is recorded, and what is said in it is heard phrase by phrase.
//!
//! The take is the recorder's own, so it survives whatever happens to the studio; it is read while it grows.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::live::{Dictation, DictationState};
use son1k_domain::recording::{InputSettings, RecordedTake};
use son1k_domain::setting::Language;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{HeardLine, Transcript};
use son1k_sound::{Progress, Reader, Resampler};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use super::listening::{Ear, NEEDS, later};
use super::stretches::RATE;
use crate::recording::Trouble;
use crate::{Error, Result, Services};

/// How often it is looked whether a phrase is over.
const LOOK: Duration = Duration::from_millis(400);
/// How long a finished take may need on its way into the library.
const TAKEN_IN: Duration = Duration::from_secs(60);
/// Silence that ends a phrase: 0.7 s.
const PAUSE: usize = 7 * RATE as usize / 10;
/// Whoever speaks on without a pause is written down after so long all the same: 10 s.
const LONGEST: usize = 10 * RATE as usize;
/// What is kept of a silence, so that the beginning of the next phrase is whole: 1 s.
const KEPT: usize = RATE as usize;

/// The dictation that runs, or the last one.
#[derive(Default)]
pub(crate) struct Dictating {
    now: Mutex<Dictation>,
    task: Mutex<Option<JoinHandle<()>>>,
    cancelled: AtomicBool,
}

impl Dictating {
    fn with<T>(&self, change: impl FnOnce(&mut Dictation) -> T) -> T {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for the last phrases, but not for ever, because the studio is closed.
    pub(crate) async fn leave(&self, patience: Duration) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut task) = task else { return };
        if tokio::time::timeout(patience, &mut task).await.is_err() {
            self.cancelled.store(true, Ordering::Relaxed);
            drop(task.await);
        }
    }
}

impl Services {
    /// Returns what was dictated so far, or last.
    pub fn dictation(&self) -> Dictation {
        self.dictating.with(|now| now.clone())
    }

    /// Records from a microphone (the system's default without a name) and writes down what is said, each phrase as soon as
    /// it is over; without a language, each in the one that is heard. It comes as `Event::DictationChanged`. The take goes
    /// into the library, and what was said becomes its transcript.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`]; [`Error::Recording`] without an input, without room for the take, or
    /// while one runs.
    pub async fn start_dictation(
        self: &Arc<Self>,
        device: Option<String>,
        language: Option<Language>,
    ) -> Result<()> {
        self.shelf.require_all(&NEEDS)?;
        let deck = self.deck()?;
        if self.dictation().state != DictationState::Off {
            return Err(Trouble::Recording.into());
        }
        self.open_input(InputSettings { device, ..InputSettings::default() }).await?;
        let facts = self.events.subscribe();
        if let Err(error) = self.record().await {
            self.close_input().await?;
            return Err(error);
        }
        let path = deck.state().path.ok_or(Trouble::Closed)?;
        self.dictating.with(|now| {
            *now = Dictation { state: DictationState::Listening, ..Dictation::default() };
        });
        self.tell_dictation();
        let task = tokio::spawn(self.clone().dictate(path, language, facts));
        *self.dictating.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        Ok(())
    }

    /// Ends the recording; what was said last is still written down.
    ///
    /// # Errors
    /// As [`Services::deck`].
    pub async fn stop_dictation(&self) -> Result<()> {
        match self.dictation().state {
            DictationState::Listening => self.close_input().await,
            DictationState::Off | DictationState::Finishing => Ok(()),
        }
    }

    fn tell_dictation(&self) {
        self.events.send(Event::DictationChanged(self.dictation()));
    }

    /// Writes down what is said in a take until it is over, and keeps it with its sound.
    async fn dictate(self: Arc<Self>, path: String, language: Option<Language>, facts: Receiver<Event>) {
        let taken = tokio::spawn(taken_in(facts, path.clone()));
        let mut heard = Phrases::default();
        let result = self.listen_to(&path, language, &mut heard).await;
        // Without ears there is nothing to go on recording for.
        let closed = if result.is_err() { self.close_input().await } else { Ok(()) };
        let take = match Path::new(&path).exists() {
            true => tokio::time::timeout(TAKEN_IN, taken).await.ok().and_then(|taken| taken.ok().flatten()),
            // Nothing was recorded yet.
            false => None,
        };
        let kept = self.keep_dictation(take.as_ref(), &heard).await;
        let error = result.and(closed).and(kept).err().filter(|error| !matches!(error, Error::Cancelled));
        let problem = error.map(|error| error.describe(self.settings.language()));
        self.dictating.with(|now| {
            now.state = DictationState::Off;
            now.problem = problem.or_else(|| take.as_ref()?.problem.clone());
            now.sound = take.and_then(|take| take.sound);
        });
        self.tell_dictation();
    }

    async fn keep_dictation(&self, take: Option<&RecordedTake>, heard: &Phrases) -> Result<()> {
        let Some((take, sound)) = take.and_then(|take| Some((take, take.sound.clone()?))) else {
            return Ok(());
        };
        let lines = self.dictating.with(|now| now.lines.clone());
        let language = heard.language().filter(|_| !lines.is_empty());
        self.keep_transcript(Transcript { sound, lines, language, duration: take.duration, edited: false })
            .await
    }

    /// Reads the take as it grows, and writes down each phrase that is over.
    async fn listen_to(&self, path: &str, language: Option<Language>, heard: &mut Phrases) -> Result<()> {
        let deck = self.deck()?;
        let mut take = Growing::new(path.into());
        loop {
            tokio::time::sleep(LOOK).await;
            let over = deck.state().path.as_deref() != Some(path);
            if over
                && self.dictating.with(|now| std::mem::replace(&mut now.state, DictationState::Finishing))
                    == DictationState::Listening
            {
                self.tell_dictation();
            }
            tokio::task::block_in_place(|| -> Result<()> {
                take.read(&mut heard.waiting, over)?;
                while let Some(lines) = self.hear_phrase(heard, language, over)? {
                    if !lines.is_empty() {
                        self.dictating.with(|now| {
                            now.lines.extend(lines);
                            now.language = heard.latest;
                        });
                        self.tell_dictation();
                    }
                }
                Ok(())
            })?;
            if over {
                return Ok(());
            }
        }
    }

    /// Hears the next phrase that is over; `None` when there is none.
    fn hear_phrase(
        &self,
        heard: &mut Phrases,
        language: Option<Language>,
        over: bool,
    ) -> Result<Option<Vec<HeardLine>>> {
        let progress = Progress { report: &|_| (), cancelled: &self.dictating.cancelled };
        if heard.waiting.is_empty() {
            return Ok(None);
        }
        let ear = Ear::new(&self.shelf)?;
        let speech = ear.speech(&heard.waiting, &progress)?;
        let Some(phrase) = phrase(&speech, heard.waiting.len(), over) else {
            heard.pass(speech.first().map_or(heard.waiting.len(), |first| first.start).saturating_sub(KEPT));
            return Ok(None);
        };
        let said =
            ear.listen(&heard.waiting[..phrase.to], &speech[..phrase.stretches], language, &progress)?;
        heard.note(said.language, &said.lines);
        let place = heard.place();
        heard.pass(phrase.to);
        Ok(Some(said.lines.into_iter().map(|line| later(line, place)).collect()))
    }
}

/// Waits for a take to be in the library; `None` when the studio is closed first.
async fn taken_in(mut facts: Receiver<Event>, path: String) -> Option<RecordedTake> {
    loop {
        match facts.recv().await {
            Ok(Event::TakeRecorded(take)) if take.path == path => return Some(take),
            Err(RecvError::Closed) => return None,
            Ok(_) | Err(RecvError::Lagged(_)) => {}
        }
    }
}

/// A take that is read while it is written.
struct Growing {
    path: PathBuf,
    /// Frames that were read.
    read: u64,
    resampler: Option<Resampler>,
}

impl Growing {
    fn new(path: PathBuf) -> Self {
        Self { path, read: 0, resampler: None }
    }

    /// Appends what has come since the last time, mono at [`RATE`].
    fn read(&mut self, out: &mut Vec<f32>, over: bool) -> Result<()> {
        let reading = |error| Error::of_reading(&self.path, error);
        let mut reader = match Reader::open(&self.path) {
            Ok(reader) => reader,
            // A take without a sample is no sound yet, and one that stays so is removed.
            Err(_) if self.read == 0 => return Ok(()),
            Err(error) => return Err(reading(error)),
        };
        if reader.frames().is_some_and(|frames| frames <= self.read) && !over {
            return Ok(());
        }
        reader.seek(self.read).map_err(reading)?;
        let resampler = match &mut self.resampler {
            Some(resampler) => resampler,
            none => none.insert(Resampler::new(reader.spec().rate, RATE, 1)?),
        };
        let (downmix, mut block, mut stereo) = (reader.downmix(), Vec::new(), Vec::new());
        while reader.read(&mut block).map_err(reading)? > 0 {
            downmix.append(&block, &mut stereo);
        }
        let mono: Vec<f32> =
            stereo.as_chunks::<2>().0.iter().map(|[left, right]| 0.5 * (left + right)).collect();
        resampler.push(&mono, out)?;
        self.read += mono.len() as u64;
        if over {
            resampler.finish(out)?;
        }
        Ok(())
    }
}

/// What was said so far, and what is still to be listened to.
#[derive(Default)]
struct Phrases {
    waiting: Vec<f32>,
    /// Samples before it.
    gone: usize,
    latest: Option<Language>,
    /// Seconds of speech in English and in Spanish.
    spoken: [f64; 2],
}

impl Phrases {
    fn place(&self) -> Seconds {
        Seconds(self.gone as f64 / f64::from(RATE))
    }

    fn pass(&mut self, samples: usize) {
        self.waiting.drain(..samples);
        self.gone += samples;
    }

    fn note(&mut self, language: Option<Language>, lines: &[HeardLine]) {
        let Some(language) = language else { return };
        self.latest = Some(language);
        let seconds: f64 = lines.iter().map(|line| line.end.0 - line.start.0).sum();
        self.spoken[usize::from(language == Language::Es)] += seconds;
    }

    /// Returns the language of most of it.
    fn language(&self) -> Option<Language> {
        let [english, spanish] = self.spoken;
        self.latest.map(|_| if spanish > english { Language::Es } else { Language::En })
    }
}

/// A phrase that is over.
#[derive(Debug, PartialEq)]
struct Phrase {
    /// How many stretches of speech belong to it.
    stretches: usize,
    /// The sample behind it.
    to: usize,
}

/// Returns the first phrase that is over, of the stretches of speech in so many samples.
fn phrase(speech: &[Range<usize>], samples: usize, over: bool) -> Option<Phrase> {
    let begins = |n: usize| speech.get(n).map_or(samples, |next| next.start);
    let first = speech.first()?.start;
    let paused = (0..speech.len()).find(|&n| begins(n + 1) - speech[n].end >= PAUSE);
    let last = match paused {
        Some(last) => last,
        None if over => speech.len() - 1,
        // Whoever has no end in sight is cut where the last stretch begins, or else in the middle of a word.
        None if samples - first >= LONGEST => speech.len().saturating_sub(2),
        None => return None,
    };
    let silence = begins(last + 1) - speech[last].end;
    Some(Phrase { stretches: last + 1, to: speech[last].end + silence.min(PAUSE) / 2 })
}

#[cfg(test)]
mod tests {
    use son1k_domain::encoding::{Depth, Encoding};
    use son1k_sound::SongTags;
    use son1k_sound::encode::{Spec, Writer};

    use super::*;

    const SECOND: usize = RATE as usize;

    #[test]
    fn a_phrase_is_over_when_somebody_pauses_or_nothing_more_comes() {
        let said = |stretches: usize, to: usize| Some(Phrase { stretches, to });
        let speech = [SECOND..2 * SECOND, 2 * SECOND + 3_200..4 * SECOND];
        assert_eq!(phrase(&[], 9 * SECOND, true), None);
        assert_eq!(phrase(&speech, 4 * SECOND, false), None, "it goes on");
        assert_eq!(phrase(&speech, 4 * SECOND + PAUSE, false), said(2, 4 * SECOND + PAUSE / 2));
        assert_eq!(phrase(&speech, 4 * SECOND, true), said(2, 4 * SECOND));
        let two = [SECOND..2 * SECOND, 3 * SECOND..4 * SECOND];
        assert_eq!(phrase(&two, 4 * SECOND, false), said(1, 2 * SECOND + PAUSE / 2), "the second goes on");
    }

    #[test]
    fn whoever_never_pauses_is_written_down_all_the_same() {
        let speech = [0..4 * SECOND, 4 * SECOND + 3_200..11 * SECOND];
        assert_eq!(
            phrase(&speech, 11 * SECOND, false),
            Some(Phrase { stretches: 1, to: 4 * SECOND + 1_600 })
        );
        let endless = Vec::from_iter(std::iter::once(0..10 * SECOND));
        assert_eq!(phrase(&endless, 10 * SECOND, false), Some(Phrase { stretches: 1, to: 10 * SECOND }));
    }

    #[test]
    fn the_language_is_that_of_most_of_it() {
        let mut heard = Phrases::default();
        let line = |seconds| HeardLine {
            text: String::new(),
            start: Seconds(1.0),
            end: Seconds(1.0 + seconds),
            words: Vec::new(),
        };
        assert_eq!(heard.language(), None);
        heard.note(Some(Language::Es), &[line(3.0)]);
        heard.note(Some(Language::En), &[line(1.0), line(1.0)]);
        heard.note(None, &[]);
        assert_eq!((heard.language(), heard.latest), (Some(Language::Es), Some(Language::En)));
    }

    #[test]
    fn a_take_is_read_as_it_grows_without_a_sample_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("take.wav");
        let nobody = AtomicBool::new(false);
        let write = |seconds: usize| {
            let (spec, encoding) =
                (Spec { rate: 48_000, channels: 1 }, Encoding::Wav { depth: Depth::Int24 });
            let mut writer = Writer::create(&path, spec, encoding, &SongTags::default(), &nobody).unwrap();
            writer.write(&vec![0.25; 48_000 * seconds]).unwrap();
            writer.finish().unwrap();
        };
        let (mut take, mut heard) = (Growing::new(path.clone()), Vec::new());
        take.read(&mut heard, false).unwrap();
        assert!(heard.is_empty(), "there is nothing yet");
        for seconds in [1, 3] {
            write(seconds);
            take.read(&mut heard, false).unwrap();
            take.read(&mut heard, false).unwrap();
        }
        take.read(&mut heard, true).unwrap();
        assert_eq!(heard.len(), 3 * SECOND);
        assert!(heard[SECOND / 2..2 * SECOND].iter().all(|sample| (sample - 0.25).abs() < 1e-3));
    }
}
