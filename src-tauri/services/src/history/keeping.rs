//! A version is kept.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use son1k_domain::history::Occasion;
use son1k_domain::id::VersionId;
use son1k_history::{Contents, Draft, Kind, Progress};
use son1k_project::{DOCUMENT, Document};

use super::listing::{Listing, is_kept};
use super::place::{Merge, Place};
use super::{Here, History, Trouble, lock, of_engine, to_engine, unwatched};
use crate::{Error, Result, clock};

/// Attempts to keep a version while another program writes to a file of the project.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(400);

/// What a version is kept for.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub message: String,
    pub occasion: Occasion,
}

impl Wish {
    pub(super) fn of(occasion: Occasion) -> Self {
        Self { message: String::new(), occasion }
    }

    /// What is kept by itself while no version holds a merge yet is that merge.
    fn after(&self, place: &Place) -> Self {
        let by_itself = matches!(self.occasion, Occasion::Before | Occasion::Pause | Occasion::Close);
        let is_merge = by_itself && place.merge.as_ref().is_some_and(Merge::is_unkept);
        if is_merge { Self { occasion: Occasion::Merge, ..self.clone() } } else { self.clone() }
    }
}

/// A project at one moment: what is in memory of it cannot change under the hands of whoever keeps it.
pub(super) struct Moment {
    here: Here,
    document: Option<Vec<u8>>,
    state: Option<String>,
    files: Listing,
}

impl History {
    /// Keeps a version for the musician and returns its name.
    ///
    /// # Errors
    /// [`Trouble::Changing`](super::Trouble::Changing) when a program keeps writing to a file, [`Error::DiskFull`],
    /// [`Error::Unwritable`], [`Error::Unreadable`]; no version is kept then and the project stays as it is.
    pub fn save(&self, message: &str) -> Result<VersionId> {
        self.keep_and_tell(Wish { message: message.trim().to_owned(), ..Wish::of(Occasion::Named) })
    }

    /// Keeps what another program changed.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub fn keep_outside(&self, message: &str) -> Result<VersionId> {
        self.keep_and_tell(Wish { message: message.trim().to_owned(), ..Wish::of(Occasion::Outside) })
    }

    fn keep_and_tell(&self, wish: Wish) -> Result<VersionId> {
        let kept = {
            let _turn = self.turn();
            let here = self.here()?;
            let mut place = self.place(&here)?;
            self.keep(&here, &mut place, &wish)?
        };
        self.tell();
        Ok(kept)
    }

    /// Keeps a version on its own account if something changed since the last one; returns whether it did.
    ///
    /// # Errors
    /// As [`Self::save`].
    pub(crate) fn keep_if_changed(&self, occasion: Occasion, progress: Progress<'_>) -> Result<bool> {
        let kept = {
            let _turn = self.turn();
            let here = self.here()?;
            let mut place = self.place(&here)?;
            let moment = self.moment(&here)?;
            let changed = self.differs(&place, &moment)?;
            if changed {
                self.keep_moment(&moment, &mut place, &Wish::of(occasion), progress)?;
            }
            changed
        };
        if kept {
            self.tell();
        }
        Ok(kept)
    }

    /// Takes in the files of the project, so that the next version of them takes no time. Returns the bytes that the
    /// store grew by.
    ///
    /// # Errors
    /// As [`Self::save`]; the next version then reads them itself.
    pub(super) fn take_in(&self, here: &Here) -> Result<u64> {
        let (vault, contents) = (self.vault()?, files_of(here)?);
        unwatched(|progress| vault.take_in(&here.project, now(), &contents, progress))
    }

    /// Makes sure that a version holds the project as it is, before something that changes much; returns it.
    pub(super) fn secure(&self, here: &Here, place: &mut Place) -> Result<VersionId> {
        let moment = self.moment(here)?;
        match &place.version {
            Some(version) if !moment.is_other(place) => Ok(version.clone()),
            _ => unwatched_keep(|progress| {
                self.keep_moment(&moment, place, &Wish::of(Occasion::Before), progress)
            }),
        }
    }

    /// Keeps a version whether or not something changed. Whoever calls this has the turn.
    pub(super) fn keep(&self, here: &Here, place: &mut Place, wish: &Wish) -> Result<VersionId> {
        let moment = self.moment(here)?;
        unwatched_keep(|progress| self.keep_moment(&moment, place, wish, progress))
    }

    /// Takes hold of the project as it is now, with its document on disk.
    pub(super) fn moment(&self, here: &Here) -> Result<Moment> {
        let (document, state) = if here.document {
            let (bytes, state) = self.projects.write(|document| {
                // Another project may have been opened meanwhile.
                let same = document.id() == here.project && document.folder() == here.folder;
                if same { settled(document) } else { Err(Trouble::Changing(DOCUMENT.to_owned()).into()) }
            })?;
            (Some(bytes), Some(state))
        } else {
            (None, None)
        };
        Ok(Moment { here: here.clone(), document, state, files: Listing::of(here) })
    }

    /// Returns whether there is something to keep. A project that nobody has touched yet is nothing.
    fn differs(&self, place: &Place, moment: &Moment) -> Result<bool> {
        if place.version.is_some() || !moment.files.0.is_empty() {
            return Ok(place.version.is_none() || moment.is_other(place));
        }
        if !moment.here.document {
            return Ok(false);
        }
        let project = self.projects.get()?;
        Ok(!project.takes.is_empty() || !project.lyrics.is_empty() || project.undo.is_some())
    }

    fn keep_moment(
        &self,
        moment: &Moment,
        place: &mut Place,
        wish: &Wish,
        progress: Progress<'_>,
    ) -> Result<VersionId> {
        if !moment.here.document && self.noted(&moment.here).is_none() {
            // The name under which its versions are found has to be in the folder before they are.
            place.write_lasting(&moment.here.folder)?;
        }
        let wish = &wish.after(place);
        let vault = self.vault()?;
        let draft = self.draft(moment, place, wish)?;
        let mut attempt = 1;
        let kept = loop {
            match vault.save(&draft, &moment.contents()?, progress) {
                Err(son1k_history::Error::Changing(_)) if attempt < ATTEMPTS => {
                    attempt += 1;
                    std::thread::sleep(PAUSE);
                }
                kept => break kept?,
            }
        };
        let version = of_engine(&kept.id);
        place.version = Some(version.clone());
        place.state.clone_from(&moment.state);
        place.files.clone_from(&moment.files);
        if let Some(merge) = place.merge.as_mut().filter(|merge| merge.is_unkept()) {
            merge.merged = Some(version.clone());
        }
        self.close_merge(&moment.here, place, wish);
        place.write(&moment.here.folder)?;
        *lock(&self.left) = None;
        Ok(version)
    }

    /// A merge is over once its result was kept with nothing left to decide.
    fn close_merge(&self, here: &Here, place: &mut Place, wish: &Wish) {
        let under_way =
            |merge: &&mut Merge| wish.occasion != Occasion::Merge && !(merge.over || merge.undone);
        let Some(merge) = place.merge.as_mut().filter(under_way) else { return };
        let decided = || self.projects.read(|document| Ok(document.conflicts()?.is_empty()));
        merge.over = !here.document || decided().unwrap_or(false);
    }

    fn draft(&self, moment: &Moment, place: &Place, wish: &Wish) -> Result<Draft> {
        let named = wish.occasion == Occasion::Named;
        let theirs = place.merge.as_ref().filter(|merge| merge.is_unkept()).map(|merge| &merge.theirs);
        let parents = place.version.iter().chain(theirs).map(to_engine).collect();
        Ok(Draft {
            project: moment.here.project.clone(),
            message: wish.message.clone(),
            time: self.time_after(&moment.here)?,
            kind: if named { Kind::Named } else { Kind::Automatic },
            occasion: word_of(wish.occasion).to_owned(),
            branch: place.branch.clone(),
            author: author(),
            parents,
        })
    }

    /// Returns now, or where the clock was set back the moment after the project's latest version: versions are in the
    /// order in which they were kept.
    fn time_after(&self, here: &Here) -> Result<SystemTime> {
        let now = now();
        let latest = self.vault()?.versions(&here.project)?.last().map(|version| version.time);
        Ok(latest.map_or(now, |latest| now.max(latest + Duration::from_millis(1))))
    }
}

impl Moment {
    /// Returns whether the project is not as it is in its version.
    pub(super) fn is_other(&self, place: &Place) -> bool {
        self.state != place.state || self.files != place.files
    }

    fn contents(&self) -> Result<Contents> {
        let contents = files_of(&self.here)?;
        Ok(match &self.document {
            Some(bytes) => contents.document(&PathBuf::from(DOCUMENT), bytes.clone())?,
            None => contents,
        })
    }
}

/// Returns the files of a project without its document.
fn files_of(here: &Here) -> Result<Contents> {
    let own = |path: &Path| here.document && path == Path::new(DOCUMENT);
    Ok(Contents::folder(&here.folder, |path| is_kept(path) && !own(path))?)
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(clock::now_ms() as u64)
}

/// Returns a document as it is on disk after everything of it was written, and its state.
fn settled(document: &mut Document) -> Result<(Vec<u8>, String)> {
    if !document.is_saved() {
        document.save()?;
    }
    let path = document.folder().join(DOCUMENT);
    let bytes = std::fs::read(&path).or_else(|_| {
        // Somebody removed it: what is open is the only one there is.
        document.save()?;
        std::fs::read(&path).map_err(|source| Error::Unreadable { path: path.display().to_string(), source })
    })?;
    Ok((bytes, document.version().to_string()))
}

fn unwatched_keep(keep: impl FnOnce(Progress<'_>) -> Result<VersionId>) -> Result<VersionId> {
    keep(Progress { report: &|_| (), cancelled: &std::sync::atomic::AtomicBool::new(false) })
}

/// The word for an occasion in the store.
pub(super) fn word_of(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Named => "named",
        Occasion::Pause => "pause",
        Occasion::Before => "before",
        Occasion::Close => "close",
        Occasion::Branch => "branch",
        Occasion::Merge => "merge",
        Occasion::Outside => "outside",
    }
}

/// Returns who sits here, as far as the system tells.
fn author() -> String {
    ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}

impl History {
    /// Says something else about a version.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`](super::Trouble::NoVersion), [`Error::DiskFull`], [`Error::Unwritable`].
    pub(super) fn note(&self, version: &VersionId, note: &son1k_history::Note) -> Result<()> {
        let vault = self.vault()?;
        unwatched(|progress| vault.annotate(&to_engine(version), note, progress))?;
        self.tell();
        Ok(())
    }
}
