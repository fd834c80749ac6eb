//! What a musician changes: stars, tags, covers, collections, and what belongs to the library at all.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use son1k_domain::Event;
use son1k_domain::id::{CollectionId, SoundId};
use son1k_domain::library::{Collection, FileTags, LibrarySound, TagChange, limits};
use son1k_sound::tags;

use super::{Library, look, walk};
use crate::vouching::retagging;
use crate::{Error, Result, clock};

impl Library {
    /// Takes sounds out of the library; their files stay.
    pub async fn remove(&self, ids: &[SoundId]) -> Result<()> {
        self.store.remove_sounds(ids).await?;
        self.tell();
        self.tell_collections().await
    }

    /// Gives sounds 0 to 5 stars.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for more.
    pub async fn rate(&self, ids: &[SoundId], rating: u8) -> Result<()> {
        if !limits::RATING.contains(&rating) {
            return Err(Error::InvalidField { field: "rating".into(), value: rating.to_string() });
        }
        self.store.rate_sounds(ids, rating).await?;
        self.tell_all(ids).await
    }

    /// Writes tags into the files of sounds; kinds of files that hold none keep them in the library. One that cannot be
    /// written does not keep the others from being.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a text that is too long; else the first error of a file.
    pub async fn edit_tags(&self, ids: &[SoundId], change: &TagChange) -> Result<()> {
        check(change)?;
        let mut first = Ok(());
        for id in ids {
            let edited = self.edit_one(id, change).await;
            first = first.and(edited);
        }
        self.tell();
        first
    }

    async fn edit_one(&self, id: &SoundId, change: &TagChange) -> Result<()> {
        let sound = self.present(id).await?;
        let (path, change) = (sound.path.clone(), change.clone());
        let old = sound.tags.clone();
        self.rewrite(sound, move || {
            let held = retagging(Path::new(&path), |file| tags::write_tags(file, &change));
            let held = held.map_err(|e| writing(&path, e))?;
            Ok((!held).then(|| merged(old, &change)))
        })
        .await
    }

    /// Returns the cover of a sound as a `data:` address.
    pub async fn cover(&self, id: &SoundId) -> Result<Option<String>> {
        let sound = self.present(id).await?;
        let reading = tokio::task::spawn_blocking(move || {
            let path = Path::new(&sound.path);
            let cover = tags::read_cover(path).map_err(|error| look::reading(path, error))?;
            let address = |cover: tags::Cover| {
                format!("data:{};base64,{}", cover.mime, BASE64_STANDARD.encode(cover.bytes))
            };
            Ok(cover.map(address))
        });
        reading.await.map_err(|error| Error::Internal(error.to_string()))?
    }

    /// Writes a picture into the file of a sound, or takes its pictures out.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a picture that is none or too large, [`Error::TagsRefused`] when the file holds none.
    pub async fn set_cover(&self, id: &SoundId, picture: Option<&str>) -> Result<()> {
        let sound = self.present(id).await?;
        let path = sound.path.clone();
        let picture = picture.map(walk::path_of);
        self.rewrite(sound, move || {
            let bytes = picture.map(|picture| read_picture(&picture)).transpose()?;
            let held = retagging(Path::new(&path), |file| tags::write_cover(file, bytes.as_deref()));
            let held = held.map_err(|e| writing(&path, e))?;
            if held { Ok(None) } else { Err(Error::TagsRefused { path, why: "it holds no pictures".into() }) }
        })
        .await
    }

    /// Lets `write` change a file and notes what is in it then; tags that the file did not take are noted as they are.
    async fn rewrite(
        &self,
        sound: LibrarySound,
        write: impl FnOnce() -> Result<Option<FileTags>> + Send + 'static,
    ) -> Result<()> {
        let id = sound.id.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let kept = write()?;
            let mut found = look::look(Path::new(&sound.path), clock::now_ms(), &AtomicBool::new(false))?;
            found.tags = kept.unwrap_or(found.tags);
            Ok::<_, Error>(found)
        });
        let found = writing.await.map_err(|error| Error::Internal(error.to_string()))??;
        if let Some(sound) = self.store.retag_sound(&id, &found).await? {
            self.tell_sound(&sound);
        }
        Ok(())
    }

    async fn tell_all(&self, ids: &[SoundId]) -> Result<()> {
        for id in ids {
            if let Some(sound) = self.store.sound(id).await? {
                self.tell_sound(&sound);
            }
        }
        self.tell();
        Ok(())
    }

    pub async fn collections(&self) -> Result<Vec<Collection>> {
        Ok(self.store.collections().await?)
    }

    /// Makes an empty collection.
    pub async fn create_collection(&self, name: &str) -> Result<CollectionId> {
        let name = named(name)?;
        let id = CollectionId(uuid::Uuid::now_v7().to_string());
        self.store.create_collection(&id, &name).await?;
        self.tell_collections().await?;
        Ok(id)
    }

    pub async fn rename_collection(&self, id: &CollectionId, name: &str) -> Result<()> {
        let name = named(name)?;
        found(id, self.store.rename_collection(id, &name).await?)?;
        self.tell_collections().await
    }

    /// Deletes a collection, but none of its sounds.
    pub async fn delete_collection(&self, id: &CollectionId) -> Result<()> {
        found(id, self.store.delete_collection(id).await?)?;
        self.tell();
        self.tell_collections().await
    }

    /// Adds sounds to a collection.
    pub async fn collect(&self, id: &CollectionId, sounds: &[SoundId]) -> Result<()> {
        found(id, self.store.collect_sounds(id, sounds).await?)?;
        self.tell();
        self.tell_collections().await
    }

    /// Takes sounds out of a collection.
    pub async fn uncollect(&self, id: &CollectionId, sounds: &[SoundId]) -> Result<()> {
        found(id, self.store.uncollect_sounds(id, sounds).await?)?;
        self.tell();
        self.tell_collections().await
    }

    pub(super) async fn require_collection(&self, id: &CollectionId) -> Result<()> {
        let there = self.store.collections().await?.iter().any(|collection| collection.id == *id);
        found(id, there)
    }

    async fn tell_collections(&self) -> Result<()> {
        self.events.send(Event::CollectionsListed(self.store.collections().await?));
        Ok(())
    }
}

fn found(id: &CollectionId, there: bool) -> Result<()> {
    if there { Ok(()) } else { Err(Error::NotFound { what: id.to_string() }) }
}

fn named(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > limits::NAME_CHARS {
        return Err(Error::InvalidField { field: "name".into(), value: name.chars().take(40).collect() });
    }
    Ok(name.to_owned())
}

fn check(change: &TagChange) -> Result<()> {
    let texts = [
        ("title", &change.title),
        ("artist", &change.artist),
        ("album", &change.album),
        ("genre", &change.genre),
        ("comment", &change.comment),
    ];
    for (field, text) in texts {
        if text.as_ref().is_some_and(|text| text.chars().count() > limits::TAG_CHARS) {
            let value = text.iter().flat_map(|text| text.chars()).take(40).collect();
            return Err(Error::InvalidField { field: field.into(), value });
        }
    }
    match change.year {
        Some(year) if year > 9999 => {
            Err(Error::InvalidField { field: "year".into(), value: year.to_string() })
        }
        _ => Ok(()),
    }
}

fn merged(old: FileTags, change: &TagChange) -> FileTags {
    let text = |new: &Option<String>, old: String| new.as_ref().map_or(old, |new| new.trim().to_owned());
    FileTags {
        title: text(&change.title, old.title),
        artist: text(&change.artist, old.artist),
        album: text(&change.album, old.album),
        genre: text(&change.genre, old.genre),
        year: change.year.map_or(old.year, |year| (year > 0).then_some(year)),
        comment: text(&change.comment, old.comment),
    }
}

fn read_picture(path: &Path) -> Result<Vec<u8>> {
    let bytes = look::facts_of(path)?.len();
    if bytes > limits::COVER_BYTES {
        return Err(Error::TooLarge { bytes, limit: limits::COVER_BYTES });
    }
    std::fs::read(path).map_err(|error| look::reading(path, error.into()))
}

fn writing(path: &str, error: son1k_sound::Error) -> Error {
    match error {
        son1k_sound::Error::Io(source) => Error::writing(Path::new(path), source),
        son1k_sound::Error::Tags(why) => Error::TagsRefused { path: path.to_owned(), why },
        other => other.into(),
    }
}
