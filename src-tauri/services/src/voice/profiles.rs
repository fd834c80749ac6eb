//! Voices of one's own, and others with their consent: samples, how good they are, and the closest voice that speaks here.

mod checks;
mod closest;
pub(in crate::voice) mod consent;
mod matching;
mod parcel;
mod people;
mod recording;
mod samples;
mod script;
mod target;
mod trouble;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use son1k_domain::Event;
use son1k_domain::id::{ProfileId, SampleId};
use son1k_domain::profile::{Profile, ProfileChange, Sample, ScriptLine, limits};
use son1k_domain::setting::Language;
use son1k_store::Store;

use super::invalid;
use crate::clock::now_ms;
use crate::events::Events;
use crate::{Error, Result, Services};

pub(in crate::voice) use checks::WHO;
pub(in crate::voice) use samples::keep;
pub(in crate::voice) use target::Target;
pub use trouble::Trouble;

/// Folder of the samples in the data folder; each profile has one of its own in it.
const FOLDER: &str = "profiles";
/// Ending of a cleaned sample.
const CLEANED: &str = "clean.wav";

/// The profiles, all of which are in memory: they are few.
pub struct Profiles {
    store: Store,
    events: Events,
    folder: PathBuf,
    list: Mutex<Vec<Profile>>,
    /// One changes something at a time.
    turn: tokio::sync::Mutex<()>,
}

impl Profiles {
    /// Reads the profiles; samples lie in `data`.
    pub(crate) async fn open(store: Store, events: Events, data: &Path) -> Self {
        // A record that cannot be read must not keep the studio shut.
        let read = store.profiles().await;
        let list = read.inspect_err(|error| tracing::error!(%error, "the profiles cannot be read"));
        let (list, turn) = (Mutex::new(list.unwrap_or_default()), tokio::sync::Mutex::default());
        Self { store, events, folder: data.join(FOLDER), list, turn }
    }

    /// Returns every profile, the oldest first.
    pub fn list(&self) -> Vec<Profile> {
        self.lock().clone()
    }

    /// Returns a profile.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn get(&self, id: &ProfileId) -> Result<Profile> {
        let found = self.lock().iter().find(|profile| profile.id == *id).cloned();
        found.ok_or_else(|| Error::NotFound { what: id.to_string() })
    }

    /// Returns the file of a sample: the cleaned one, when there is one.
    fn file(&self, profile: &ProfileId, sample: &Sample) -> PathBuf {
        if sample.cleaned { self.cleaned(profile, &sample.id) } else { self.original(profile, sample) }
    }

    fn folder(&self, profile: &ProfileId) -> PathBuf {
        self.folder.join(profile.as_str())
    }

    /// Returns the file of a sample as it was added. Of its name only the ending is used.
    fn original(&self, profile: &ProfileId, sample: &Sample) -> PathBuf {
        let ending = Path::new(&sample.name).extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let plain =
            !ending.is_empty() && ending.len() <= 5 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
        let ending = if plain { ending.as_str() } else { "sound" };
        self.folder(profile).join(format!("{}.{ending}", sample.id))
    }

    fn cleaned(&self, profile: &ProfileId, sample: &SampleId) -> PathBuf {
        self.folder(profile).join(format!("{sample}.{CLEANED}"))
    }

    /// Keeps a new profile.
    async fn add(&self, profile: Profile) -> Result<()> {
        let _turn = self.turn.lock().await;
        if self.lock().len() >= limits::PROFILES {
            return Err(Trouble::TooManyProfiles.into());
        }
        self.store.save_profile(&profile).await?;
        self.lock().push(profile);
        self.tell();
        Ok(())
    }

    /// Changes a profile, or leaves it as it is when `change` refuses.
    async fn change(&self, id: &ProfileId, change: impl FnOnce(&mut Profile) -> Result<()>) -> Result<()> {
        let _turn = self.turn.lock().await;
        let mut profile = self.get(id)?;
        change(&mut profile)?;
        self.store.save_profile(&profile).await?;
        if let Some(place) = self.lock().iter_mut().find(|kept| kept.id == *id) {
            *place = profile;
        }
        self.tell();
        Ok(())
    }

    /// Forgets a profile and removes its samples.
    async fn remove(&self, id: &ProfileId) -> Result<()> {
        let _turn = self.turn.lock().await;
        self.get(id)?;
        self.store.remove_profile(id).await?;
        self.lock().retain(|profile| profile.id != *id);
        discard(&self.folder(id));
        self.tell();
        Ok(())
    }

    fn tell(&self) {
        self.events.send(Event::ProfilesListed(self.list()));
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Profile>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Services {
    /// Makes an empty profile and returns its id.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a name that is empty or too long, [`Trouble::TooManyProfiles`].
    pub async fn create_profile(&self, name: &str, language: Language, own: bool) -> Result<ProfileId> {
        let profile = Profile {
            id: ProfileId(uuid::Uuid::now_v7().to_string()),
            name: named("profile_name", name)?,
            language,
            notes: String::new(),
            own,
            samples: Vec::new(),
            consent: Vec::new(),
            closest: None,
            created_ms: now_ms(),
        };
        let id = profile.id.clone();
        self.profiles.add(profile).await?;
        Ok(id)
    }

    /// Changes what a profile is called and what is noted about it. Another language makes the closest voice another, so it is
    /// looked for anew.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::InvalidField`] for texts that are too long.
    pub async fn change_profile(&self, id: &ProfileId, change: ProfileChange) -> Result<()> {
        let ProfileChange { name, language, notes, own } = change;
        let name = name.map(|name| named("profile_name", &name)).transpose()?;
        if let Some(notes) = notes.as_ref().filter(|notes| notes.chars().count() > limits::NOTES) {
            return Err(invalid("profile_notes", notes.chars().take(40).collect::<String>()));
        }
        let change = |profile: &mut Profile| {
            if language.is_some_and(|language| language != profile.language) {
                profile.closest = None;
            }
            profile.name = name.unwrap_or(std::mem::take(&mut profile.name));
            profile.language = language.unwrap_or(profile.language);
            profile.notes = notes.unwrap_or(std::mem::take(&mut profile.notes));
            profile.own = own.unwrap_or(profile.own);
            Ok(())
        };
        self.profiles.change(id, change).await
    }

    /// Forgets a profile, with its samples and receipts.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_profile(&self, id: &ProfileId) -> Result<()> {
        self.profiles.remove(id).await
    }

    /// Returns sentences to be read aloud for a sample.
    pub fn reading_script(&self, language: Language) -> Vec<ScriptLine> {
        script::lines(language)
    }
}

/// Returns a name as it is kept.
fn named(field: &str, name: &str) -> Result<String> {
    let name = name.trim();
    let fits =
        !name.is_empty() && name.chars().count() <= limits::NAME && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(invalid(field, name.chars().take(40).collect::<String>())) }
}

/// Removes a file or a folder that nobody needs any more. What cannot be removed takes room, and nothing else.
pub(in crate::voice) fn discard(path: &Path) {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    if let Err(error) = removed.or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }) {
        tracing::warn!(%error, path = %path.display(), "not removed");
    }
}

fn find_sample<'a>(profile: &'a Profile, id: &SampleId) -> Result<&'a Sample> {
    let found = profile.samples.iter().find(|sample| sample.id == *id);
    found.ok_or_else(|| Error::NotFound { what: id.to_string() })
}

#[cfg(test)]
mod tests;
