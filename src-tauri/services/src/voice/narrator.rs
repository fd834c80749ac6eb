//! A text read aloud, phrase after phrase. What was spoken is in the result cache: a text that was stopped goes on where
//! it was, and one that is changed in one place is spoken anew in that place only.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use son1k_domain::certificate::ConsentReceipt;
use son1k_domain::conversion::Conversion;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{SpeechRequest, Voice, VoiceSettings, limits};
use son1k_inference::speaker::{self, Manner, Style};
use son1k_inference::spelling;
use son1k_speech::{Phrase, Reader};

use super::booth::{self, Booth, Lexicon};
use super::casting::Casting;
use super::remote::{self, Reading};
use super::{ENGLISH, INSTANT, check, modulating, needs};
use crate::cache::{Cache, Kind};
use crate::shelf::Shelf;
use crate::{Error, Result, Services};

/// Changed when the same phrase would sound different.
const KOKORO: &str = "kokoro-82m-int8 4";
const HIBARI: &str = "hibari 0.2.1";

/// Samples that are spoken before anybody asks: while so much is heard, a slow machine makes the next phrase.
const BEGINNING: usize = 3 * speaker::RATE as usize;

/// Reads one text with one voice.
pub(super) struct Narrator {
    request: SpeechRequest,
    casting: Casting,
    engine: Engine,
}

/// What makes the sound.
enum Engine {
    Local(Box<Local>),
    Remote(Reading),
}

/// A model of this machine, phrase after phrase.
struct Local {
    shelf: Arc<Shelf>,
    cache: Arc<Cache>,
    booth: Arc<Booth>,
    /// English needs one; Spanish is read as it is written.
    lexicon: Option<Arc<Lexicon>>,
    model: Model,
}

/// What speaks on this machine.
enum Model {
    Kokoro { style: Style, mean: Arc<Style> },
    Hibari,
}

impl Model {
    /// Returns what it is called, with its version.
    fn name(&self) -> &'static str {
        match self {
            Self::Kokoro { .. } => KOKORO,
            Self::Hibari => HIBARI,
        }
    }
}

/// A phrase that was spoken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    pub(super) text: String,
    /// What the voice was given; nothing for one that reads letters.
    pub(super) phonemes: String,
    /// Mono, at [`speaker::RATE`]; silent at both ends.
    pub(super) samples: Vec<f32>,
    /// Silence behind it, when another follows.
    pub(super) pause: Seconds,
    pub(super) ends_sentence: bool,
}

/// All that the sound of a phrase depends on.
#[derive(Serialize)]
struct Parameters<'a> {
    phonemes: &'a str,
    voice: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversion: Option<&'a Conversion>,
    speed: f32,
    style: f32,
    stability: f32,
    similarity: f32,
    seed: u64,
}

impl Services {
    /// Prepares to read a text: its voice, and the lexicon that it needs. Blocks for up to a second the first time.
    ///
    /// # Errors
    /// [`Error::NothingToSay`](crate::Error::NothingToSay), [`Error::TextTooLong`](crate::Error::TextTooLong),
    /// [`Error::InvalidField`](crate::Error::InvalidField), [`Error::ModelMissing`](crate::Error::ModelMissing),
    /// [`Error::ModelCorrupt`](crate::Error::ModelCorrupt); for the voice of a profile also
    /// [`Error::NotFound`](crate::Error::NotFound) and [`Error::Profiles`](crate::Error::Profiles), for one of ElevenLabs
    /// [`Error::Remote`](crate::Error::Remote).
    pub(super) fn narrator(&self, request: SpeechRequest) -> Result<Narrator> {
        check(&request)?;
        let casting = self.cast(&request.voice)?;
        self.narrator_of(casting, request)
    }

    /// Prepares to read a text with a voice that is put together.
    pub(super) fn narrator_of(&self, casting: Casting, request: SpeechRequest) -> Result<Narrator> {
        casting.require(&self.shelf)?;
        let engine = match casting.is_remote() {
            true => {
                let voice = casting.voice.clone();
                Engine::Remote(Reading::new(self.remote.clone(), self.cache.clone(), voice))
            }
            false => {
                let local = Local::new(self.shelf.clone(), self.cache.clone(), self.booth.clone(), &casting)?;
                Engine::Local(Box::new(local))
            }
        };
        Ok(Narrator { request, casting, engine })
    }
}

impl Narrator {
    /// Returns what speaks, with its version.
    pub(super) fn engine(&self) -> &'static str {
        match &self.engine {
            Engine::Local(local) => local.model.name(),
            Engine::Remote(_) => remote::ENGINE,
        }
    }

    pub(super) fn request(&self) -> &SpeechRequest {
        &self.request
    }

    pub(super) fn voice(&self) -> &Voice {
        &self.casting.voice
    }

    /// Returns who has consented to the use of the voice.
    pub(super) fn consent(&self) -> &[ConsentReceipt] {
        &self.casting.consent
    }

    /// Returns whether each phrase costs something.
    pub(super) fn is_remote(&self) -> bool {
        self.casting.is_remote()
    }

    /// Returns whether the studio brings the voice forward; ElevenLabs does so by itself.
    pub(super) fn is_boosted(&self) -> bool {
        self.request.settings.use_speaker_boost && !self.is_remote()
    }

    /// Reads the text and hands over one phrase after the other, as soon as each is spoken. What cannot be stopped in between
    /// looks at `cancelled`.
    ///
    /// # Errors
    /// [`Error::ModelMissing`](crate::Error::ModelMissing), [`Error::ModelCorrupt`](crate::Error::ModelCorrupt),
    /// [`Error::Runtime`](crate::Error::Runtime), [`Error::Remote`](crate::Error::Remote), and those of `take`, which end
    /// the reading.
    pub(super) fn read(&self, cancelled: &AtomicBool, take: impl FnMut(Said) -> Result<()>) -> Result<()> {
        match &self.engine {
            Engine::Local(local) => local.read(&self.request, &self.casting, take),
            Engine::Remote(reading) => reading.read(&self.request, cancelled, take),
        }
    }

    /// Speaks the beginning, which is in the cache from then on.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(super) fn begin(&self) -> Result<()> {
        let mut there = 0;
        let take = |said: Said| {
            there += said.samples.len();
            if there < BEGINNING { Ok(()) } else { Err(Error::Cancelled) }
        };
        match self.read(&AtomicBool::new(false), take) {
            Err(Error::Cancelled) => Ok(()),
            ended => ended,
        }
    }
}

impl Local {
    fn new(shelf: Arc<Shelf>, cache: Arc<Cache>, booth: Arc<Booth>, casting: &Casting) -> Result<Self> {
        let voice = &casting.voice;
        let english = needs(voice).contains(&ENGLISH);
        let lexicon = english.then(|| booth.lexicon(&shelf, voice.accent)).transpose()?;
        let model = match voice.id.as_str() {
            INSTANT => Model::Hibari,
            _ => Model::Kokoro {
                style: booth::blended(&shelf, &casting.blend)?,
                mean: booth.mean(&shelf, voice.language)?,
            },
        };
        Ok(Self { shelf, cache, booth, lexicon, model })
    }

    fn read(
        &self,
        request: &SpeechRequest,
        casting: &Casting,
        mut take: impl FnMut(Said) -> Result<()>,
    ) -> Result<()> {
        let dictionary = &request.dictionary;
        let mut number = 0;
        let mut say = |phrase: Phrase| {
            number += 1;
            let said = self.say(phrase, number, request, casting)?;
            // Signs that the voice does not know are no phrase.
            if said.samples.is_empty() { Ok(()) } else { take(said) }
        };
        match &self.lexicon {
            None => Reader::spanish(dictionary).phrases(&request.text).try_for_each(&mut say),
            Some(lexicon) => {
                let mut unknown = |word: &str| self.spell(lexicon, word);
                Reader::english(&lexicon.english, dictionary, &mut unknown)
                    .phrases(&request.text)
                    .try_for_each(&mut say)
            }
        }
    }

    /// Returns how a word is said that no lexicon has; without an answer it is spelled out.
    fn spell(&self, lexicon: &Lexicon, word: &str) -> Option<String> {
        let heard =
            self.shelf.run(|sessions| spelling::spell(sessions, &lexicon.speller, &lexicon.alphabet, word));
        heard.inspect_err(|error| tracing::warn!(%error, word, "not read as a word")).ok().flatten()
    }

    fn say(&self, phrase: Phrase, number: u64, request: &SpeechRequest, casting: &Casting) -> Result<Said> {
        let samples = self.sound(&phrase.phonemes, number, request, casting)?;
        let pause = phrase.pause.0 * f64::from(request.pauses) / f64::from(request.speed);
        let Phrase { text, phonemes, pause: _, ends_sentence } = phrase;
        Ok(Said { text, phonemes, samples, pause: Seconds(pause), ends_sentence })
    }

    /// Returns how the voice says phonemes, from the cache or spoken now.
    fn sound(
        &self,
        phonemes: &str,
        number: u64,
        request: &SpeechRequest,
        casting: &Casting,
    ) -> Result<Vec<f32>> {
        let VoiceSettings { style, stability, similarity_boost: similarity, .. } = request.settings;
        // A voice that is wholly stable says the same thing the same way wherever it stands.
        let seed = if stability < 1.0 { number } else { 0 };
        let speed = (request.speed * casting.pace).clamp(*limits::SPEED.start(), *limits::SPEED.end());
        let (voice, conversion) = (&casting.key(), casting.conversion.as_ref());
        let parameters =
            Parameters { phonemes, voice, conversion, speed, style, stability, similarity, seed };
        let key = Kind::Phrase.key(self.model.name(), &parameters, 0)?;
        if let Some(bytes) = self.cache.get_bytes(Kind::Phrase, &key) {
            return Ok(samples_of(&bytes));
        }
        let (_mine, waited) = self.booth.claim(&key);
        if waited && let Some(bytes) = self.cache.get_bytes(Kind::Phrase, &key) {
            return Ok(samples_of(&bytes));
        }
        let manner = Manner { speed, style, stability, similarity, seed };
        let spoken = match &self.model {
            Model::Kokoro { style, mean } => self.shelf.hear("kokoro", |sessions, model| {
                speaker::speak(sessions, model, phonemes, style, mean, &manner)
            })?,
            Model::Hibari => self.shelf.hear(INSTANT, |sessions, model| {
                speaker::speak_instantly(sessions, model, phonemes, &manner)
            })?,
        };
        let spoken = match conversion {
            Some(conversion) => modulating::change_phrase(&self.shelf, &spoken, speaker::RATE, conversion)?,
            None => spoken,
        };
        // What cannot be kept is spoken again another time.
        if let Err(error) = self.cache.put_bytes(Kind::Phrase, &key, &bytes_of(&spoken)) {
            tracing::warn!(%error, "a phrase was not kept");
        }
        Ok(spoken)
    }
}

pub(super) fn bytes_of(samples: &[f32]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

pub(super) fn samples_of(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|sample| f32::from_le_bytes(*sample)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_kept_to_the_last_bit() {
        let samples = [0.0, -1.0, 1e-20, 0.123_456_79, f32::MAX];
        assert_eq!(samples_of(&bytes_of(&samples)), samples);
    }
}
