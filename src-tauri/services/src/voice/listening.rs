//! What is said in sounds: heard in files, and for sounds of the library as a job of the queue.

use std::ops::Range;
use std::path::Path;

use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::setting::Language;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{HeardLine, Transcript};
use son1k_inference::gate;
use son1k_inference::listener::{self, Models};
use son1k_sound::Progress;

use super::hearing;
use super::stretches::{RATE, Stretches};
use crate::jobs::JobContext;
use crate::shelf::Shelf;
use crate::{Result, Services};

const GATE: &str = "silero-vad";
const WHISPER: &str = "whisper-base";
/// Entries of the shelf that listening needs.
pub(super) const NEEDS: [&str; 3] = ["onnxruntime", GATE, WHISPER];

/// Of a stretch, what finding speech in it takes.
const GATED: f32 = 0.1;
/// Whoever still speaks so many samples before the end of a stretch may go on in the next one.
const EDGE: usize = RATE as usize;

/// What was heard in a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// In the order of their starts; empty when nobody speaks.
    pub lines: Vec<HeardLine>,
    /// `None` when nobody speaks.
    pub language: Option<Language>,
    pub duration: Seconds,
}

impl Heard {
    /// Returns all that is said, in one line.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| line.text.trim()).collect::<Vec<_>>().join(" ")
    }
}

impl Services {
    /// Writes down what is said in a sound file of any length; without a language, in the one that is heard first. Silence
    /// and music without a voice give nothing. Blocks.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::Unreadable`](crate::Error::Unreadable),
    /// [`Error::SoundRefused`](crate::Error::SoundRefused), [`Error::ModelMissing`](crate::Error::ModelMissing),
    /// [`Error::ModelCorrupt`](crate::Error::ModelCorrupt), [`Error::Runtime`](crate::Error::Runtime),
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn transcribe_speech(
        &self,
        input: &Path,
        language: Option<Language>,
        progress: &Progress<'_>,
    ) -> Result<Heard> {
        // A file that cannot be read is told before a model that is not there: no download mends it.
        let mut stretches = Stretches::open(input)?;
        self.shelf.require_all(&NEEDS)?;
        let ear = Ear::new(&self.shelf)?;
        let mut heard = Heard { lines: Vec::new(), language: None, duration: Seconds(0.0) };
        progress.at(0.0)?;
        loop {
            let from = stretches.done();
            if stretches.fill()?.is_empty() {
                break;
            }
            let known = language.or(heard.language);
            let (to, place, over) = (stretches.done(), stretches.place(), stretches.is_over());
            let mono = stretches.fill()?;
            let passed = progress.part(from, to, |progress| -> Result<usize> {
                let speech = progress.part(0.0, GATED, |progress| ear.speech(mono, progress))?;
                let (speech, passed) = settled(speech, mono.len(), over);
                let part =
                    progress.part(GATED, 1.0, |progress| ear.listen(mono, &speech, known, progress))?;
                heard.language = known.or(part.language);
                heard.lines.extend(part.lines.into_iter().map(|line| later(line, place)));
                Ok(passed)
            })?;
            stretches.pass(passed);
        }
        if heard.lines.is_empty() {
            heard.language = None;
        }
        heard.duration = stretches.place();
        progress.at(1.0)?;
        Ok(heard)
    }

    /// Queues a listening for what is said in a sound, which comes as `Event::SpeechHeard` in the place of what was heard
    /// earlier.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound), [`Error::SoundMissing`](crate::Error::SoundMissing),
    /// [`Error::ModelMissing`](crate::Error::ModelMissing), [`Error::ModelCorrupt`](crate::Error::ModelCorrupt).
    pub async fn hear_speech(&self, sound: SoundId, language: Option<Language>) -> Result<JobId> {
        self.library.present(&sound).await?;
        self.shelf.require_all(&NEEDS)?;
        self.jobs()?.push(Work::HearSpeech { sound, language }, Priority::Pro).await
    }

    pub(crate) async fn run_speech_hearing(
        &self,
        context: &JobContext,
        id: &SoundId,
        language: Option<Language>,
    ) -> Result<()> {
        let sound = self.library.present(id).await?;
        let heard = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Listening, done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.transcribe_speech(Path::new(&sound.path), language, &progress)
        })?;
        let Heard { lines, language, duration } = heard;
        self.keep_transcript(Transcript { sound: id.clone(), lines, language, duration, edited: false }).await
    }
}

/// The models that listen.
pub(super) struct Ear<'a> {
    shelf: &'a Shelf,
    files: [std::path::PathBuf; 3],
}

impl<'a> Ear<'a> {
    pub(super) fn new(shelf: &'a Shelf) -> Result<Self> {
        let file = |name| shelf.file(WHISPER, name);
        let files = [file("encoder.onnx")?, file("decoder.onnx")?, file("tokenizer.json")?];
        Ok(Self { shelf, files })
    }

    /// Returns where somebody speaks.
    pub(super) fn speech(&self, mono: &[f32], progress: &Progress<'_>) -> Result<Vec<Range<usize>>> {
        self.shelf.hear(GATE, |sessions, model| {
            hearing(progress, |progress| gate::speech(sessions, model, mono, progress))
        })
    }

    /// Returns what is said there.
    pub(super) fn listen(
        &self,
        mono: &[f32],
        speech: &[Range<usize>],
        language: Option<Language>,
        progress: &Progress<'_>,
    ) -> Result<listener::Heard> {
        let [encoder, decoder, tokenizer] = &self.files;
        let models = Models { encoder, decoder, tokenizer };
        self.shelf.run(|sessions| {
            hearing(progress, |progress| listener::listen(sessions, models, mono, speech, language, progress))
        })
    }
}

/// Returns which speech of a stretch is listened to now, and how many samples are done with then: whoever still speaks at
/// the end of it is heard in the next one, whole.
fn settled(mut speech: Vec<Range<usize>>, samples: usize, over: bool) -> (Vec<Range<usize>>, usize) {
    let open = speech.last().filter(|last| !over && last.end + EDGE >= samples).map(|last| last.start);
    match open {
        // Somebody who speaks through half of it is cut where it ends: there is no end of him in sight.
        Some(start) if start >= samples / 2 => {
            speech.pop();
            (speech, start)
        }
        _ => (speech, samples),
    }
}

/// Returns a line as it is in the whole sound.
pub(super) fn later(mut line: HeardLine, by: Seconds) -> HeardLine {
    let move_on = |time: &mut Seconds| time.0 += by.0;
    for word in &mut line.words {
        move_on(&mut word.start);
        move_on(&mut word.end);
    }
    move_on(&mut line.start);
    move_on(&mut line.end);
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_speaks_on_at_the_end_of_a_stretch_is_heard_in_the_next_one() {
        let second = RATE as usize;
        let speech = || vec![second..2 * second, 8 * second..10 * second - 100];
        assert_eq!(settled(speech(), 10 * second, true), (speech(), 10 * second));
        assert_eq!(settled(speech(), 10 * second, false), (speech()[..1].to_vec(), 8 * second));
        assert_eq!(settled(speech(), 20 * second, false), (speech(), 20 * second));
        let endless = Vec::from_iter(std::iter::once(0..10 * second));
        assert_eq!(settled(endless.clone(), 10 * second, false), (endless, 10 * second));
        assert_eq!(settled(Vec::new(), 10 * second, false), (Vec::new(), 10 * second));
    }

    #[test]
    fn words_are_told_by_their_place_in_the_whole_sound() {
        let word = son1k_domain::voice::HeardWord {
            text: "hola".into(),
            start: Seconds(1.0),
            end: Seconds(1.5),
            confidence: 0.9,
        };
        let line =
            HeardLine { text: "hola".into(), start: Seconds(1.0), end: Seconds(1.5), words: vec![word] };
        let moved = later(line, Seconds(300.0));
        assert_eq!((moved.start, moved.words[0].end), (Seconds(301.0), Seconds(301.5)));
    }
}
