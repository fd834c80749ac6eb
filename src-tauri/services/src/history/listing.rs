//! The files of a project's folder as they look: size and time, not content.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use son1k_project::{DOCUMENT, PREVIOUS};
use walkdir::WalkDir;

use super::Here;

/// How a file looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    pub bytes: u64,
    /// Nanoseconds since the Unix epoch.
    pub modified: u64,
}

impl Look {
    pub(super) fn of(found: &Metadata) -> Self {
        let since = found.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX));
        Self { bytes: found.len(), modified }
    }

    /// Returns how a file looks now; `None` where none is.
    pub(super) fn at(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().filter(Metadata::is_file).map(|found| Self::of(&found))
    }
}

/// Files by their path inside the project, with `/`. The document and the assets of a project are not in it: they are
/// the studio's own, and the document tells of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Listing(pub BTreeMap<String, Look>);

impl Listing {
    /// Looks at the folder of a project; what cannot be read now is not in it.
    pub(super) fn of(here: &Here) -> Self {
        let inside = |path: &Path| path.strip_prefix(&here.folder).unwrap_or(path).to_owned();
        let shown = |path: &Path| is_kept(path) && !(here.document && is_own(path));
        let entries = WalkDir::new(&here.folder).min_depth(1).follow_links(true).into_iter();
        let files = entries
            .filter_entry(|entry| entry.depth() == 0 || shown(&inside(entry.path())))
            .flatten()
            .filter(|entry| entry.file_type().is_file());
        let looks =
            files.filter_map(|entry| Some((named(&inside(entry.path())), Look::of(&entry.metadata().ok()?))));
        Self(looks.collect())
    }

    /// Returns the paths that do not look alike.
    pub(super) fn differing(&self, other: &Self) -> BTreeSet<String> {
        let both: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        both.into_iter().filter(|path| self.0.get(*path) != other.0.get(*path)).cloned().collect()
    }
}

/// Returns whether a file or folder goes into versions.
pub(super) fn is_kept(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let at_top = path.components().count() == 1;
    let copy = at_top && (name == PREVIOUS || name.starts_with(&format!("{DOCUMENT}.damaged-")));
    !(name.starts_with('.') || copy)
}

/// Returns whether a path is the document or an asset of a project.
pub(super) fn is_own(path: &Path) -> bool {
    path == Path::new(DOCUMENT) || path.starts_with("assets")
}

/// Names a path inside a project, with `/` on every system.
pub(super) fn named(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Returns the path that a name stands for; `None` for one that leaves the project.
pub(super) fn path_of(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(name);
    let below = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    (below && path.file_name().is_some()).then_some(path)
}
