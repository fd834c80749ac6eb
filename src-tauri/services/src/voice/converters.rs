//! The converters that the studio keeps: copies of what the musician brought, each in a folder that is named after its hash.

use std::fs::File;
use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::converter::{Converter, limits};
use son1k_domain::id::ConverterId;
use son1k_domain::unit::Hertz;

use super::converting::{Engine, Model, Trouble, unload};
use super::invalid;
use super::profiles::{discard, keep};
use crate::birth;
use crate::{Error, Result, Services};

/// Folder of the converters in the data folder.
const FOLDER: &str = "converters";
/// A converter in its folder, and what is shown of it.
const MODEL: &str = "model.onnx";
const CARD: &str = "card.json";
/// Digits of a SHA-256.
const DIGITS: usize = 64;

impl Services {
    /// Returns the converters that were brought, by name.
    pub fn list_converters(&self) -> Vec<Converter> {
        let folders = std::fs::read_dir(self.converters()).into_iter().flatten().flatten();
        let mut found: Vec<Converter> = folders.filter_map(|folder| card(&folder.path())).collect();
        found.sort_by(|a, b| (a.name.to_lowercase(), &a.id.0).cmp(&(b.name.to_lowercase(), &b.id.0)));
        found
    }

    /// Copies a converter into the studio, if it keeps to the contract of `docs/converters.md`, and returns its id; one that is
    /// there already stays. It comes as `Event::ConvertersListed`.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a path that is not absolute, [`Error::NotFound`], [`Error::Unreadable`],
    /// [`Error::TooLarge`], [`Trouble::Breach`], [`Trouble::TooMany`], [`Error::ModelMissing`] without the runtime library,
    /// [`Error::Runtime`], [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn add_converter(&self, path: &str) -> Result<ConverterId> {
        let file = Path::new(path);
        if !file.is_absolute() {
            return Err(invalid("path", path));
        }
        let id = tokio::task::block_in_place(|| self.take_converter(file))?;
        self.events.send(Event::ConvertersListed(self.list_converters()));
        Ok(id)
    }

    fn take_converter(&self, file: &Path) -> Result<ConverterId> {
        let model = Model::open(&self.shelf, file)?;
        unload(&self.shelf, &model.sha256);
        let id = ConverterId(model.sha256.clone());
        let folder = self.converters().join(id.as_str());
        let known = self.list_converters();
        let is_known = known.iter().any(|kept| kept.id == id);
        // One that was damaged is brought back by bringing it again.
        if is_known && birth::of_file(&folder.join(MODEL)).is_ok_and(|hash| hash == id.0) {
            return Ok(id);
        }
        if !is_known && known.len() >= limits::CONVERTERS {
            return Err(Trouble::TooMany.into());
        }
        let source = File::open(file)
            .map_err(|source| Error::Unreadable { path: file.display().to_string(), source })?;
        if keep(source, &folder.join(MODEL))? != model.sha256 {
            discard(&folder);
            return Err(Trouble::Damaged(model.contract.name).into());
        }
        let json =
            serde_json::to_vec_pretty(&shown(&model)).map_err(|error| Error::Internal(error.to_string()))?;
        keep(&json[..], &folder.join(CARD))?;
        Ok(id)
    }

    /// Lets go of a converter and of its file. What was made with it stays. It comes as `Event::ConvertersListed`.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unwritable`].
    pub async fn remove_converter(&self, id: &ConverterId) -> Result<()> {
        let folder = self.folder_of(id)?;
        unload(&self.shelf, id.as_str());
        tokio::task::block_in_place(|| std::fs::remove_dir_all(&folder))
            .map_err(|error| Error::writing(&folder, error))?;
        self.events.send(Event::ConvertersListed(self.list_converters()));
        Ok(())
    }

    /// Returns what turns a voice: the closest match, or a converter that was brought, whose file is looked at anew.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Trouble::Damaged`], [`Trouble::Breach`], [`Error::ModelMissing`] without the runtime library,
    /// [`Error::Runtime`].
    pub(super) fn engine(&self, converter: Option<&ConverterId>) -> Result<Engine> {
        let Some(id) = converter else { return Ok(Engine::Matching) };
        let folder = self.folder_of(id)?;
        let name = card(&folder).map_or_else(|| id.to_string(), |card| card.name);
        let file = folder.join(MODEL);
        let there = std::fs::metadata(&file).ok().filter(std::fs::Metadata::is_file);
        let bytes = there.ok_or_else(|| Trouble::Damaged(name.clone()))?.len();
        if birth::of_file(&file)? != id.0 {
            return Err(Trouble::Damaged(name).into());
        }
        Ok(Engine::Onnx(Box::new(Model::of_hash(&self.shelf, &file, id.0.clone(), bytes)?)))
    }

    /// Returns the converter of a name or an id of those that were brought, or of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`], [`Error::TooLarge`], [`Trouble::Breach`], [`Trouble::Damaged`],
    /// [`Error::ModelMissing`] without the runtime library, [`Error::Runtime`].
    pub fn find_converter(&self, text: &str) -> Result<Engine> {
        let named =
            |kept: &Converter| kept.id.as_str() == text || kept.name.to_lowercase() == text.to_lowercase();
        match self.list_converters().into_iter().find(named) {
            Some(kept) => self.engine(Some(&kept.id)),
            None => Ok(Engine::Onnx(Box::new(Model::open(&self.shelf, Path::new(text))?))),
        }
    }

    fn converters(&self) -> PathBuf {
        self.paths.data.join(FOLDER)
    }

    /// Returns the folder of a converter. An id is never a way out of the folder of all.
    fn folder_of(&self, id: &ConverterId) -> Result<PathBuf> {
        let folder = self.converters().join(id.as_str());
        let found = is_hash(id.as_str()) && folder.is_dir();
        if found { Ok(folder) } else { Err(Error::NotFound { what: id.to_string() }) }
    }
}

/// Returns what is shown of the converter in a folder; `None` for what is no folder of a converter.
fn card(folder: &Path) -> Option<Converter> {
    let id = folder.file_name()?.to_str().filter(|name| is_hash(name))?;
    let read: Converter = serde_json::from_slice(&std::fs::read(folder.join(CARD)).ok()?).ok()?;
    let there = std::fs::metadata(folder.join(MODEL)).is_ok_and(|meta| meta.len() as f64 == read.bytes);
    Some(Converter { id: id.into(), whole: there, ..read })
}

fn shown(model: &Model) -> Converter {
    Converter {
        id: ConverterId(model.sha256.clone()),
        name: model.contract.name.clone(),
        licence: model.contract.licence.clone(),
        rate: Hertz(model.contract.rate as f32),
        guide: model.guide(),
        bytes: model.bytes as f64,
        whole: true,
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
