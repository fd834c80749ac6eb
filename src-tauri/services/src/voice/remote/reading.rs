//! The engine of the narrator that speaks elsewhere: pieces of a text spoken by a voice of ElevenLabs. What was paid for is
//! in the result cache and is not paid for again.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;
use son1k_domain::unit::Seconds;
use son1k_domain::voice::{SpeechRequest, Voice, VoiceSettings};
use son1k_inference::speaker::{RATE, trimmed};
use son1k_sound::{Reader, Resampler};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::client::{MODEL, Settings, Speech, Wish};
use super::pieces::{Piece, around, pieces};
use super::{Remote, Trouble};
use crate::cache::{Cache, Kind};
use crate::voice::narrator::{Said, bytes_of, samples_of};
use crate::{Error, Result};

/// Changed when the same piece would sound different.
pub(in crate::voice) const ENGINE: &str = "elevenlabs eleven_multilingual_v2 1";
/// How often it is looked whether somebody still waits.
const LOOK: Duration = Duration::from_millis(100);
/// Nobody reads so many characters a second: speech that is shorter was cut off.
const HASTE: f64 = 40.0;

/// Reads texts with one voice.
pub(in crate::voice) struct Reading {
    remote: Arc<Remote>,
    cache: Arc<Cache>,
    /// As it is shown.
    voice: Voice,
    runtime: Handle,
}

/// All that the sound of a piece depends on. What stands around it is left out: it colours the melody a little, and nobody
/// wants to pay for a piece again because its neighbour was mended.
#[derive(Serialize)]
struct Parameters<'a> {
    said: &'a str,
    voice: &'a str,
    settings: Settings,
}

impl Reading {
    /// Prepares to read with a voice of ElevenLabs, from within a runtime.
    pub(in crate::voice) fn new(remote: Arc<Remote>, cache: Arc<Cache>, voice: Voice) -> Self {
        Self { remote, cache, voice, runtime: Handle::current() }
    }

    /// Reads a text and hands over one piece after the other. Somebody who stops waiting still gets the piece that is on its
    /// way: it is paid for and goes to the cache.
    ///
    /// # Errors
    /// [`Trouble`], [`Error::Cancelled`], and those of `take`, which end the reading.
    pub(in crate::voice) fn read(
        &self,
        request: &SpeechRequest,
        cancelled: &AtomicBool,
        mut take: impl FnMut(Said) -> Result<()>,
    ) -> Result<()> {
        let pieces = pieces(&request.text, &request.dictionary);
        for (index, Piece { text, said: _, pause }) in pieces.iter().enumerate() {
            let samples = self.sound(&pieces, index, request, cancelled)?;
            let pause = Seconds(pause.0 * f64::from(request.pauses) / f64::from(request.speed));
            let (text, phonemes) = (text.clone(), String::new());
            take(Said { text, phonemes, samples, pause, ends_sentence: true })?;
        }
        Ok(())
    }

    /// Returns how the voice says a piece, from the cache or spoken now.
    fn sound(
        &self,
        pieces: &[Piece],
        index: usize,
        request: &SpeechRequest,
        cancelled: &AtomicBool,
    ) -> Result<Vec<f32>> {
        let key = key(&pieces[index], request)?;
        if let Some(bytes) = self.cache.get_bytes(Kind::Phrase, &key) {
            return Ok(samples_of(&bytes));
        }
        let (previous_text, next_text) = around(pieces, index);
        let text = pieces[index].said.clone();
        let voice_settings = settings(request);
        let wish = Wish { text, model_id: MODEL, voice_settings, previous_text, next_text };
        let (remote, cache, voice) = (self.remote.clone(), self.cache.clone(), self.voice.clone());
        let asked = self.runtime.spawn(async move {
            let _one_at_a_time = remote.speaking.lock().await;
            // A text that was stopped may have left this piece on its way.
            if let Some(bytes) = cache.get_bytes(Kind::Phrase, &key) {
                return Ok(samples_of(&bytes));
            }
            let samples = say(&remote, &voice, &wish).await?;
            if let Err(error) = cache.put_bytes(Kind::Phrase, &key, &bytes_of(&samples)) {
                tracing::warn!(%error, "a piece that was paid for was not kept");
            }
            Ok(samples)
        });
        self.wait(asked, cancelled)
    }

    fn wait(&self, mut asked: JoinHandle<Result<Vec<f32>>>, cancelled: &AtomicBool) -> Result<Vec<f32>> {
        let waiting = async {
            loop {
                tokio::select! {
                    said = &mut asked => return said.map_err(|error| Error::Internal(error.to_string()))?,
                    () = tokio::time::sleep(LOOK) => {}
                }
                if cancelled.load(Ordering::Relaxed) {
                    return Err(Error::Cancelled);
                }
            }
        };
        tokio::task::block_in_place(|| self.runtime.block_on(waiting))
    }
}

/// Returns the characters of a text that would be billed: those of pieces that are not in the cache, each once.
pub(super) fn missing(cache: &Cache, request: &SpeechRequest) -> Result<usize> {
    let (mut seen, mut characters) = (HashSet::new(), 0);
    for piece in pieces(&request.text, &request.dictionary) {
        let key = key(&piece, request)?;
        if cache.get_path(Kind::Phrase, &key).is_none() && seen.insert(key) {
            characters += piece.characters();
        }
    }
    Ok(characters)
}

fn key(piece: &Piece, request: &SpeechRequest) -> Result<String> {
    let voice = request.voice.as_str();
    let parameters = Parameters { said: &piece.said, voice, settings: settings(request) };
    Kind::Phrase.key(ENGINE, &parameters, 0)
}

fn settings(request: &SpeechRequest) -> Settings {
    let VoiceSettings { style, stability, similarity_boost, use_speaker_boost } = request.settings;
    Settings { stability, similarity_boost, style, use_speaker_boost, speed: request.speed }
}

async fn say(remote: &Arc<Remote>, voice: &Voice, wish: &Wish) -> Result<Vec<f32>> {
    let key = remote.key().await?;
    let id = voice.id.remote().unwrap_or_default();
    let speech = remote.client.speak(id, wish, &key).await.map_err(|trouble| match trouble {
        Trouble::NoVoice(_) => Trouble::NoVoice(voice.name.clone()),
        other => other,
    })?;
    let samples = tokio::task::block_in_place(|| samples(speech))?;
    let least = wish.text.chars().count() as f64 / HASTE * f64::from(RATE);
    if (samples.len() as f64) < least {
        return Err(Trouble::Broken.into());
    }
    Ok(trimmed(samples))
}

/// Returns what came as samples, mono at [`RATE`].
fn samples(speech: Speech) -> Result<Vec<f32>> {
    match speech {
        Speech::Pcm(bytes) => match bytes.as_chunks::<2>() {
            (pairs, []) => {
                Ok(pairs.iter().map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32_768.0).collect())
            }
            _ => Err(Trouble::Broken.into()),
        },
        Speech::Mp3(bytes) => decoded(bytes),
    }
}

fn decoded(bytes: Vec<u8>) -> Result<Vec<f32>> {
    let broken = |error: son1k_sound::Error| {
        tracing::warn!(%error, "what came from ElevenLabs is no sound");
        Error::from(Trouble::Broken)
    };
    let mut reader = Reader::in_memory(bytes).map_err(broken)?;
    let (downmix, mut block, mut stereo) = (reader.downmix(), Vec::new(), Vec::new());
    while reader.read(&mut block).map_err(broken)? > 0 {
        downmix.append(&block, &mut stereo);
    }
    if !reader.damage().is_none() {
        return Err(Trouble::Broken.into());
    }
    let mono: Vec<f32> = stereo.as_chunks::<2>().0.iter().map(|[left, right]| (left + right) / 2.0).collect();
    Ok(Resampler::new(reader.spec().rate, RATE, 1)?.whole(&mono)?)
}
