//! A project's document: created, opened, read, saved.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use loro::{CommitOptions, Frontiers, LoroDoc};
use son1k_domain::id::{ProjectId, TakeId};
use son1k_domain::project::{MixerStatus, Project};

use crate::steps::Steps;
use crate::value::{entry, field, text};
use crate::{Assets, Error, Result, Version, arrangement, disk, envelope, strip, take};

/// Name of the document in a project's folder.
pub const DOCUMENT: &str = "project.son1k";
/// Name of its previous copy, kept at each save.
pub const PREVIOUS: &str = "project.son1k.bak";

/// The format that this studio writes; it reads this one and older ones.
const FORMAT: u32 = 1;

/// An open project. One owner edits it; readers get plain data.
pub struct Document {
    pub(crate) doc: LoroDoc,
    pub(crate) steps: Steps,
    /// The time that was told last, for the steps that follow.
    pub(crate) now_ms: Option<f64>,
    folder: PathBuf,
    /// The state that is on disk; `None` when none is.
    saved: Option<Frontiers>,
}

/// The document was unreadable and its previous copy was opened in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Where the unreadable file was put; `None` when it was missing.
    pub set_aside: Option<PathBuf>,
    /// What was wrong with it, for the log.
    pub why: String,
}

impl Document {
    /// Makes a project in `folder`, which is created, and saves it.
    pub fn create(folder: &Path, id: ProjectId, name: &str) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        if [DOCUMENT, PREVIOUS].iter().any(|file| folder.join(file).exists()) {
            return Err(Error::Exists(folder.to_owned()));
        }
        let doc = LoroDoc::new();
        let meta = doc.get_map("meta");
        meta.insert("format", FORMAT)?;
        meta.insert("id", id.as_str())?;
        meta.insert("name", name)?;
        doc.commit();
        let mut document = Self::around(doc, Steps::default(), folder);
        document.save()?;
        Ok(document)
    }

    /// Opens the project in `folder`. A document that cannot be read is set aside and the previous copy takes its
    /// place. Fails with [`Error::NotFound`], [`Error::Corrupt`] when both are unreadable, or [`Error::Newer`].
    pub fn open(folder: &Path) -> Result<(Self, Option<Recovered>)> {
        let path = folder.join(DOCUMENT);
        let why = match fs::read(&path) {
            Ok(bytes) => match check(&bytes, &path) {
                Ok((doc, steps)) => {
                    let saved = Some(doc.state_frontiers());
                    return Ok((Self { saved, ..Self::around(doc, steps, folder) }, None));
                }
                Err(Error::Corrupt { why, .. }) => Some(why),
                Err(other) => return Err(other),
            },
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(Error::io("read", &path)(e)),
        };
        Self::recover(folder, why)
    }

    fn recover(folder: &Path, why: Option<String>) -> Result<(Self, Option<Recovered>)> {
        let path = folder.join(DOCUMENT);
        let previous = folder.join(PREVIOUS);
        let bytes = match (fs::read(&previous), &why) {
            (Ok(bytes), _) => bytes,
            (Err(_), Some(why)) => return Err(Error::Corrupt { path, why: why.clone() }),
            (Err(_), None) => return Err(Error::NotFound(folder.to_owned())),
        };
        let (doc, steps) = check(&bytes, &previous)?;
        let set_aside = why.as_ref().and_then(|_| set_aside(&path));
        tracing::warn!(?why, ?set_aside, folder = %folder.display(), "opened the previous copy of a project");
        // Where the copy cannot be put in place (a folder that is not writable) the project counts as not saved.
        let saved = disk::write(&path, &bytes).is_ok().then(|| doc.state_frontiers());
        let why = why.unwrap_or_else(|| "the document is missing".to_owned());
        Ok((Self { saved, ..Self::around(doc, steps, folder) }, Some(Recovered { set_aside, why })))
    }

    /// Reads a project out of the bytes of a document file, such as one of an older version. Its assets are those of
    /// `folder`; nothing is on disk before it is saved there.
    pub fn from_bytes(bytes: &[u8], folder: &Path) -> Result<Self> {
        let (doc, steps) = check(bytes, &folder.join(DOCUMENT))?;
        Ok(Self::around(doc, steps, folder))
    }

    /// Returns what [`Document::save`] writes: the whole history and the steps.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        envelope::seal(&self.doc, &self.steps.to_bytes()).map_err(Error::Library)
    }

    pub(crate) fn around(doc: LoroDoc, steps: Steps, folder: &Path) -> Self {
        Self { doc, steps, now_ms: None, folder: folder.to_owned(), saved: None }
    }

    /// Tells the time, in milliseconds since the Unix epoch, at which the edits that follow are made.
    pub fn at(&mut self, now_ms: f64) -> &mut Self {
        self.now_ms = Some(now_ms);
        self
    }

    /// Ends an edit. Its time goes into the log with it, in milliseconds (the library would do with seconds), so that of
    /// two branches everybody knows which is newer.
    pub(crate) fn commit(&self, doc: &LoroDoc) {
        let options = CommitOptions::new();
        doc.commit_with(match self.now_ms {
            Some(now) => options.timestamp(now as i64),
            None => options,
        });
    }

    /// Returns the state that the document is in now.
    pub fn version(&self) -> Version {
        Version(self.doc.state_frontiers())
    }

    /// Returns the project's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the project's id.
    pub fn id(&self) -> ProjectId {
        ProjectId::from(text(entry(&self.doc.get_map("meta").get_value(), "id")))
    }

    /// Returns the project's files.
    pub fn assets(&self) -> Assets {
        Assets::of(&self.folder)
    }

    /// Reads the whole project as plain data.
    pub fn view(&self) -> Result<Project> {
        let root = self.doc.get_deep_value();
        let status = self.mixer_status();
        let unreadable = |why| Error::Corrupt { path: self.folder.join(DOCUMENT), why };
        let current = self.current();
        let arrangement =
            current.as_ref().map(|_| arrangement::read_back(&root)).transpose().map_err(unreadable)?;
        Ok(Project {
            id: self.id(),
            name: text(entry(entry(&root, "meta"), "name")).to_owned(),
            folder: self.folder.to_string_lossy().into_owned(),
            lyrics: text(entry(&root, "lyrics")).to_owned(),
            takes: take::read_all(&root).map_err(unreadable)?,
            current,
            arrangement,
            mixer: status.mixer,
            undo: status.undo,
            redo: status.redo,
            saved: status.saved,
        })
    }

    /// Reads what changes while a fader moves, without the notes.
    pub fn mixer_status(&self) -> MixerStatus {
        // Deleting the take on the lanes empties them; undo brings take, lanes and strips back.
        let tracks = if self.current().is_some() { self.track_ids() } else { Vec::new() };
        MixerStatus {
            mixer: strip::read_all(tracks, &self.doc.get_map("mixer").get_deep_value()),
            undo: self.next_undo(),
            redo: self.next_redo(),
            saved: self.is_saved(),
        }
    }

    /// Returns the take on the lanes.
    pub fn current(&self) -> Option<TakeId> {
        arrangement::take(&self.doc.get_map("arrangement").get_value())
            .filter(|id| take::find(&self.doc, id).is_ok())
    }

    /// Whether everything is on disk.
    pub fn is_saved(&self) -> bool {
        self.saved.as_ref() == Some(&self.doc.state_frontiers())
    }

    /// Writes the document and its steps at once; the document before stays as [`PREVIOUS`].
    pub fn save(&mut self) -> Result<()> {
        let path = self.folder.join(DOCUMENT);
        let frontiers = self.doc.state_frontiers();
        let bytes = self.to_bytes()?;
        // A damaged document must not push out the last good copy.
        if fs::read(&path).is_ok_and(|old| envelope::content(&old).is_ok()) {
            disk::keep_copy(&path, &self.folder.join(PREVIOUS))?;
        }
        disk::write(&path, &bytes)?;
        self.saved = Some(frontiers);
        Ok(())
    }
}

/// Reads a document and makes sure that everything in it can be shown.
fn check(bytes: &[u8], path: &Path) -> Result<(LoroDoc, Steps)> {
    let corrupt = |why| Error::Corrupt { path: path.to_owned(), why };
    let (doc, steps) = envelope::unseal(bytes).map_err(corrupt)?;
    let root = doc.get_deep_value();
    let format: u32 = field(entry(&root, "meta"), "format").map_err(corrupt)?;
    if format > FORMAT {
        return Err(Error::Newer { path: path.to_owned(), format });
    }
    take::read_all(&root).map_err(corrupt)?;
    if arrangement::take(entry(&root, "arrangement")).is_some() {
        arrangement::read_back(&root).map_err(corrupt)?;
    }
    let steps = Steps::read(steps, &doc);
    Ok((doc, steps))
}

/// Moves an unreadable document out of the way and returns where it is now.
fn set_aside(path: &Path) -> Option<PathBuf> {
    let free = (1..1000)
        .map(|n| path.with_file_name(format!("{DOCUMENT}.damaged-{n}")))
        .find(|candidate| !candidate.exists())?;
    fs::rename(path, &free).ok().map(|()| free)
}
