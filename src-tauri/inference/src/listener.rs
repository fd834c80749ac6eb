//! What somebody says in a sound: Whisper base, in English and Spanish, with the time of each word.
//!
//! A. Radford, J. W. Kim, T. Xu, G. Brockman, C. McLeavey and I. Sutskever, "Robust speech recognition via large-scale weak
//! supervision", 2022. It hears speech; what is sung over a band it mostly does not. Left alone with silence or music it
//! invents words, so it is only given stretches in which somebody speaks, and what it is unsure of is tried again or dropped,
//! as the whisper package's `transcribe.py` does it.

mod alignment;
mod lines;
mod net;
mod reading;
mod spectrogram;
mod vocabulary;
mod windows;
mod words;

use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::Ordering;

use flate2::write::ZlibEncoder;
use rand_pcg::Pcg32;
use son1k_domain::setting::Language;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{HeardLine, HeardWord};

use crate::{Progress, Result, Sessions};
use net::{Decoder, PROMPT, Sound};
use reading::{Reader, Text, log_sum};
use spectrogram::{RATE, Spectrogram};
use vocabulary::{ENGLISH, LANGUAGES, NO_SPEECH, SPANISH, Vocabulary};
use windows::Window;

/// The entry of the catalogue.
const MODEL: &str = "whisper-base";
/// Samples of a place that the decoder looks at: 20 ms.
const PLACE: usize = RATE / 50;
/// What is tried, one after the other, until the text is good.
const TEMPERATURES: [f32; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
/// A text that shrinks by more than this repeats itself.
const COMPRESSION: f32 = 2.4;
/// The mean logarithm of the probabilities below which a text is a guess.
const GUESS: f32 = -1.0;
/// With these probabilities of no speech, a text is dropped that is likely to less than this (a mean logarithm too). The first
/// pair is that of `transcribe.py`; the second one takes the "you" away that the model hears in silence and in chords (no
/// speech 0.86 and 0.93, likely to −0.94 and −0.62), where speech has below 0.05.
const NO_SPEECH_AT: [(f32, f32); 2] = [(0.6, GUESS), (0.8, -0.5)];
/// Speech behind the last word that is worth hearing again: 2 s. The model sometimes ends its text early.
const WORTH: usize = 2 * RATE;
/// How sure of the other language the model must be before the language changes within a sound.
const CHANGE: f32 = 0.9;

/// The three files.
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    pub encoder: &'a Path,
    pub decoder: &'a Path,
    /// `tokenizer.json`.
    pub tokenizer: &'a Path,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// In order, each at most 42 characters and 7 s long.
    pub lines: Vec<HeardLine>,
    /// The language of most of it; `None` when nobody speaks.
    pub language: Option<Language>,
    /// How sure that is, 0 to 1, among all languages that the model knows; 1 when the language was given.
    pub confidence: f32,
}

/// Returns what is said in a sound. `mono` is at 16,000 Hz; only the stretches of samples in `speech` are listened to, which
/// are in order. Without a `language` it is found out.
///
/// Works through windows of at most 30 s; besides the sound it holds 40 MB. The same sound gives the same words.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn listen(
    sessions: &Sessions,
    models: Models<'_>,
    mono: &[f32],
    speech: &[Range<usize>],
    language: Option<Language>,
    progress: &Progress<'_>,
) -> Result<Heard> {
    let windows = windows::windows(mono, speech);
    if windows.is_empty() {
        return Ok(Heard { lines: Vec::new(), language: None, confidence: 0.0 });
    }
    let mut listener = Listener::new(sessions, models, mono, language)?;
    let (mut done, all) = (0, windows.iter().map(Window::speech).sum());
    for window in windows {
        let speech = window.speech();
        listener.hear_all(window, &|rest| progress.at(done + speech - rest, all), progress)?;
        done += speech;
    }
    progress.at(1, 1)?;
    Ok(listener.finished())
}

/// Somebody who listens, and what was heard so far.
struct Listener<'a> {
    sessions: &'a Sessions,
    models: Models<'a>,
    mono: &'a [f32],
    vocabulary: Vocabulary,
    unwanted: Vec<bool>,
    spectrogram: Spectrogram,
    /// Whether the language was given.
    told: Option<Language>,
    /// The language of the window before.
    last: Option<Language>,
    /// For English and Spanish: seconds heard, and how sure each of them was.
    heard: [(f32, f32); 2],
    words: Vec<HeardWord>,
}

/// What the beginning of a window tells of it.
#[derive(Debug, Clone, Copy)]
struct Opening {
    language: Language,
    /// How likely it is, among all languages.
    certainty: f32,
    no_speech: f32,
}

/// A window's text, when it is one.
struct Found {
    opening: Opening,
    text: Text,
    beginnings: Vec<usize>,
}

impl<'a> Listener<'a> {
    fn new(
        sessions: &'a Sessions,
        models: Models<'a>,
        mono: &'a [f32],
        told: Option<Language>,
    ) -> Result<Self> {
        let vocabulary = Vocabulary::read(models.tokenizer)?;
        Ok(Self {
            sessions,
            models,
            mono,
            unwanted: vocabulary.unwanted(),
            vocabulary,
            spectrogram: Spectrogram::new(),
            told,
            last: told,
            heard: [(0.0, 0.0); 2],
            words: Vec::new(),
        })
    }

    /// Hears a window; when the model stopped before its end, it hears the rest. `at` is told how much speech is left.
    fn hear_all(
        &mut self,
        mut rest: Window,
        at: &dyn Fn(usize) -> Result<()>,
        progress: &Progress<'_>,
    ) -> Result<()> {
        loop {
            at(rest.speech())?;
            let Some(end) = self.hear(&rest, progress)? else { break };
            let left = rest.behind(end);
            if left.speech() < WORTH || left.speech() == rest.speech() {
                break;
            }
            rest = left;
        }
        // What is left of cancelled work is no text.
        at(0)
    }

    /// Adds the words of a window and returns the sample of the sound at which they end.
    fn hear(&mut self, window: &Window, progress: &Progress<'_>) -> Result<Option<usize>> {
        let mel = self.spectrogram.of(&window.of(self.mono));
        let encode = |session: &mut _| Sound::hear(session, mel);
        let sound = self.sessions.with(&MODEL.into(), self.models.encoder, encode)?;
        let decode = |session: &mut _| self.decode(Decoder::new(session, &sound)?, window.length(), progress);
        let found = self.sessions.with(&MODEL.into(), self.models.decoder, decode)?;
        let Some(found) = found else { return Ok(None) };

        let heard = &mut self.heard[usize::from(found.opening.language == Language::Es)];
        let seconds = window.speech() as f32 / RATE as f32;
        *heard = (heard.0 + seconds, heard.1 + seconds * found.opening.certainty);
        self.last = Some(found.opening.language);
        let words = words::words(&self.vocabulary, &found.text.tokens, &found.beginnings);
        let words = words.into_iter().filter_map(|word| {
            let said = window.said(word.places.start * PLACE..word.places.end * PLACE)?;
            Some((word, said))
        });
        let mut end = None;
        for (word, said) in words {
            end = Some(said.end);
            let (start, end) =
                (said.start as f64 / RATE as f64, said.end.max(said.start + PLACE) as f64 / RATE as f64);
            let (start, end) = (Seconds(start), Seconds(end));
            self.words.push(HeardWord { text: word.text, start, end, confidence: word.confidence });
        }
        Ok(end)
    }

    /// Reads a window of so many samples.
    fn decode(
        &self,
        mut decoder: Decoder<'_>,
        samples: usize,
        progress: &Progress<'_>,
    ) -> ort::Result<Option<Found>> {
        let opening = self.opening(&decoder.open()?);
        let language = if opening.language == Language::Es { SPANISH } else { ENGLISH };
        let Some(text) = self.read(&mut decoder, language, opening.no_speech, progress)? else {
            return Ok(None);
        };
        let scores = decoder.align(language, text.tokens.iter().map(|token| token.id))?;
        let count = PROMPT + text.tokens.len() + 1;
        let beginnings = alignment::beginnings(&scores, count, samples.div_ceil(PLACE));
        Ok(Some(Found { opening, text, beginnings }))
    }

    fn opening(&self, scores: &[f32]) -> Opening {
        let all = log_sum(scores.iter().copied());
        let languages = log_sum(LANGUAGES.map(|token| scores[token as usize]));
        let of = |token: u32| (scores[token as usize] - languages).exp();
        let (english, spanish) = (of(ENGLISH), of(SPANISH));
        let language = self.told.unwrap_or_else(|| better(english, spanish, self.last));
        let certainty = match (self.told, language) {
            (Some(_), _) => 1.0,
            (None, Language::En) => english,
            (None, Language::Es) => spanish,
        };
        Opening { language, certainty, no_speech: (scores[NO_SPEECH as usize] - all).exp() }
    }

    /// Returns the best text of several tries; `None` when it is none.
    fn read(
        &self,
        decoder: &mut Decoder<'_>,
        language: u32,
        no_speech: f32,
        progress: &Progress<'_>,
    ) -> ort::Result<Option<Text>> {
        let mut best: Option<Text> = None;
        for temperature in TEMPERATURES {
            // The seed is the same each time, so that the same sound gives the same words.
            let mut reader = Reader { unwanted: &self.unwanted, temperature, chance: Pcg32::new(0, 0) };
            let wanted = || !progress.cancelled.load(Ordering::Relaxed);
            let beginning = decoder.begin(language)?;
            let text = reader.read(beginning, |token| wanted().then(|| decoder.next(token)).transpose())?;
            let doubtful = |(silent, likely): (f32, f32)| no_speech > silent && text.mean_log < likely;
            if !wanted() || NO_SPEECH_AT.into_iter().any(doubtful) {
                return Ok(None);
            }
            let rank = |text: &Text| (!self.repeats(text), text.mean_log);
            let good = rank(&text) >= (true, GUESS);
            if best.as_ref().is_none_or(|best| rank(&text) > rank(best)) {
                best = Some(text);
            }
            if good {
                break;
            }
        }
        Ok(best.filter(|text| !text.tokens.is_empty()))
    }

    /// Returns whether a text says the same again and again.
    fn repeats(&self, text: &Text) -> bool {
        text.looped
            || compression(&self.vocabulary.text(text.tokens.iter().map(|token| token.id))) > COMPRESSION
    }

    fn finished(self) -> Heard {
        let [english, spanish] = self.heard;
        let (language, (seconds, sure)) =
            if spanish.0 > english.0 { (Language::Es, spanish) } else { (Language::En, english) };
        let language = (!self.words.is_empty()).then_some(language);
        let confidence = if seconds > 0.0 { sure / seconds } else { 0.0 };
        Heard { lines: lines::lines(self.words), language, confidence }
    }
}

/// Returns the likelier language; the one before stays unless the model is sure.
fn better(english: f32, spanish: f32, last: Option<Language>) -> Language {
    let share = spanish / (english + spanish).max(f32::MIN_POSITIVE);
    match last {
        Some(Language::En) if share < CHANGE => Language::En,
        Some(Language::Es) if share > 1.0 - CHANGE => Language::Es,
        _ if share > 0.5 => Language::Es,
        _ => Language::En,
    }
}

/// Returns how many times smaller a text becomes when it is compressed.
fn compression(text: &str) -> f32 {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    // Writing to memory does not fail.
    written.map_or(1.0, |compressed| text.len() as f32 / compressed.len().max(1) as f32)
}

#[cfg(test)]
mod tests;
