//! Voices of ElevenLabs, for musicians who have an account there. What they say leaves this machine and costs; nothing is
//! asked of them before somebody has put a key in, and nothing is spoken before its cost was seen.
//!
//! The key is in the keychain of the system and nowhere else. The voices of its account are in a file of the data folder:
//! they are listed without asking anybody, and without them there is no key either.

mod client;
mod pieces;
mod reading;
mod trouble;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use son1k_domain::Event;
use son1k_domain::id::VoiceId;
use son1k_domain::setting::Language;
use son1k_domain::voice::{Accent, Gender, RemoteAccount, SpeechCost, SpeechRequest, Voice};
use tempfile::NamedTempFile;

use super::{check, invalid};
use crate::keychain;
use crate::{Error, Result, Services};
use client::{Client, Described, Key, Labels};

pub(super) use reading::{ENGINE, Reading};
pub use trouble::Trouble;

/// In the data folder.
const FILE: &str = "elevenlabs.json";
/// Characters of the longest name.
const NAME: usize = 80;
/// Accents whose voices speak Spanish, where the service does not say so.
const SPANISH: [&str; 9] = [
    "spanish",
    "castilian",
    "peninsular",
    "latin american",
    "mexican",
    "argentine",
    "argentinian",
    "colombian",
    "chilean",
];

/// The voices of an account at ElevenLabs.
pub struct Remote {
    client: Client,
    file: PathBuf,
    /// Held while a piece is spoken: whoever wants the same one waits for it, and does not pay again.
    speaking: tokio::sync::Mutex<()>,
}

/// A voice of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Known {
    voice: Voice,
    /// Where everybody may hear it.
    sample: Option<String>,
}

impl Remote {
    /// Asks nobody yet. `address` stands in for that of ElevenLabs.
    pub(crate) fn open(address: Option<String>, data: &Path) -> Self {
        Self { client: Client::new(address), file: data.join(FILE), speaking: tokio::sync::Mutex::default() }
    }

    /// Returns the voices of the account as they were last heard of.
    pub(super) fn voices(&self) -> Vec<Voice> {
        self.known().unwrap_or_default().into_iter().map(|known| known.voice).collect()
    }

    /// Returns a voice of the account.
    ///
    /// # Errors
    /// [`Trouble::NoKey`], [`Trouble::NoVoice`].
    pub(super) fn voice(&self, id: &VoiceId) -> Result<Voice> {
        Ok(self.find(id)?.voice)
    }

    fn find(&self, id: &VoiceId) -> Result<Known, Trouble> {
        let known = self.known().ok_or(Trouble::NoKey)?;
        let found = known.into_iter().find(|known| known.voice.id == *id);
        found.ok_or_else(|| Trouble::NoVoice(id.remote().unwrap_or_default().to_owned()))
    }

    /// Returns the voices of the account; `None` without one. It is read each time: `son1k` may have changed it.
    fn known(&self) -> Option<Vec<Known>> {
        let bytes = std::fs::read(&self.file).ok()?;
        let known = serde_json::from_slice(&bytes);
        known.inspect_err(|error| tracing::warn!(%error, "{FILE} cannot be read")).ok()
    }

    /// Keeps the voices of the account, or forgets it, and returns whether anything is different.
    fn keep(&self, known: Option<&[Known]>) -> Result<bool> {
        if self.known().as_deref() == known {
            return Ok(false);
        }
        let writing = |error| Error::writing(&self.file, error);
        match known {
            Some(known) => {
                let folder = self.file.parent().unwrap_or(Path::new("."));
                let mut file = NamedTempFile::new_in(folder).map_err(writing)?;
                serde_json::to_writer(&mut file, known).map_err(|error| writing(error.into()))?;
                file.persist(&self.file).map_err(|error| writing(error.error))?;
            }
            None => std::fs::remove_file(&self.file).or_else(unless_gone).map_err(writing)?,
        }
        Ok(true)
    }

    /// Returns the key.
    ///
    /// # Errors
    /// [`Trouble::NoKey`], [`Trouble::NoKeychain`].
    async fn key(&self) -> Result<Key> {
        let name = self.client.key_name();
        let text = waited(move || keychain::find(&name)).await?;
        Ok(Key::new(&text.map_err(Trouble::from)?)?)
    }

    /// Returns what is left on the account, as far as the key may look.
    async fn account(&self, key: &Key) -> Result<RemoteAccount, Trouble> {
        let count = |characters: u64| Some(u32::try_from(characters).unwrap_or(u32::MAX));
        match self.client.subscription(key).await {
            Ok(plan) => Ok(RemoteAccount {
                left: count(plan.character_limit.saturating_sub(plan.character_count)),
                limit: count(plan.character_limit),
            }),
            Err(Trouble::NotAllowed(_)) => Ok(RemoteAccount { left: None, limit: None }),
            Err(trouble) => Err(trouble),
        }
    }
}

impl Services {
    /// Looks at the account at ElevenLabs and at its voices; `None` without a key, for which nobody is asked. Voices that
    /// came or went come as `Event::VoicesListed`.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn remote_account(&self) -> Result<Option<RemoteAccount>> {
        if self.remote.known().is_none() {
            return Ok(None);
        }
        let key = match self.remote.key().await {
            Err(Error::Remote(Trouble::NoKey)) => {
                self.put_remote(None)?;
                return Ok(None);
            }
            key => key?,
        };
        let (voices, account) = tokio::join!(self.remote.client.voices(&key), self.remote.account(&key));
        self.put_remote(Some(voices?))?;
        Ok(Some(account?))
    }

    /// Takes a key in after trying it. It is kept in the keychain; nothing gives it out again. The voices of its account come
    /// as `Event::VoicesListed`.
    ///
    /// # Errors
    /// [`Trouble`]; nothing is kept then.
    pub async fn set_remote_key(&self, key: &str) -> Result<()> {
        let key = Key::new(key)?;
        let voices = self.remote.client.voices(&key).await?;
        let name = self.remote.client.key_name();
        waited(move || keychain::keep(&name, key.secret())).await?.map_err(Trouble::from)?;
        self.put_remote(Some(voices))
    }

    /// Forgets the key and the voices of its account. What they have said stays.
    ///
    /// # Errors
    /// [`Trouble::NoKeychain`].
    pub async fn forget_remote_key(&self) -> Result<()> {
        let name = self.remote.client.key_name();
        waited(move || keychain::forget(&name)).await?.map_err(Trouble::from)?;
        self.put_remote(None)
    }

    /// Returns what speaking a text costs, before anything of it is spoken. Nothing is billed for what was spoken before, nor
    /// for the voices of this machine.
    ///
    /// # Errors
    /// As [`Services::speak`], and [`Trouble`].
    pub async fn speech_cost(&self, request: &SpeechRequest) -> Result<SpeechCost> {
        check(request)?;
        if request.voice.remote().is_none() {
            return Ok(SpeechCost { characters: 0, left: None });
        }
        self.remote.find(&request.voice)?;
        let characters = tokio::task::block_in_place(|| reading::missing(&self.cache, request))?;
        let left = match characters {
            0 => None,
            _ => self.remote.account(&self.remote.key().await?).await?.left,
        };
        Ok(SpeechCost { characters: u32::try_from(characters).unwrap_or(u32::MAX), left })
    }

    /// Lets the sample of a voice of ElevenLabs be heard, which costs nothing; `stop` ends it.
    ///
    /// # Errors
    /// [`Trouble`], [`Error::InvalidField`] for another voice, [`Error::NoAudioDevice`].
    pub async fn hear_voice_sample(&self, voice: &VoiceId) -> Result<()> {
        if voice.remote().is_none() {
            return Err(invalid("voice", voice));
        }
        let Known { voice, sample } = self.remote.find(voice)?;
        let address = sample.ok_or_else(|| Trouble::NoSample(voice.name.clone()))?;
        self.transport()?;
        let sound = self.remote.client.sample(&address, &voice.name).await?;
        self.hear_bytes(&sound, &voice.name)
    }

    fn put_remote(&self, voices: Option<Vec<Described>>) -> Result<()> {
        let known: Option<Vec<Known>> = voices.map(|voices| voices.into_iter().filter_map(known).collect());
        if self.remote.keep(known.as_deref())? {
            self.events.send(Event::VoicesListed(self.list_voices()));
        }
        Ok(())
    }
}

/// Returns a voice as the studio shows it; none for an id that is no part of an address.
fn known(described: Described) -> Option<Known> {
    let Described { voice_id, name, labels, preview_url: sample } = described;
    let plain = !voice_id.is_empty() && voice_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let labels = labels.unwrap_or_default();
    let language = language_of(&labels);
    let name = name.chars().filter(|sign| !sign.is_control()).take(NAME).collect::<String>();
    plain.then(|| Known {
        voice: Voice {
            id: VoiceId::of_remote(&voice_id),
            name: if name.trim().is_empty() { voice_id } else { name.trim().to_owned() },
            gender: gender_of(&labels),
            accent: accent_of(&labels, language),
            language,
            ready: true,
        },
        sample,
    })
}

fn language_of(labels: &Labels) -> Language {
    let accent = label(&labels.accent);
    match label(&labels.language).as_str() {
        "es" | "spanish" => Language::Es,
        "" if SPANISH.contains(&accent.as_str()) => Language::Es,
        _ => Language::En,
    }
}

fn accent_of(labels: &Labels, language: Language) -> Accent {
    match (language, label(&labels.accent).as_str()) {
        (Language::Es, _) => Accent::Spanish,
        (Language::En, "american") => Accent::American,
        (Language::En, "british") => Accent::British,
        _ => Accent::Other,
    }
}

fn gender_of(labels: &Labels) -> Gender {
    match label(&labels.gender).as_str() {
        "female" => Gender::Female,
        "male" => Gender::Male,
        _ => Gender::Neutral,
    }
}

fn label(text: &Option<String>) -> String {
    text.as_deref().unwrap_or_default().trim().to_lowercase()
}

/// Lets the keychain take its time: it may ask the musician to be unlocked.
async fn waited<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}

fn unless_gone(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
