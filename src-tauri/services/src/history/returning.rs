//! Projects come back from a copy: the version that each comes back with, and the name of a folder without a document,
//! which is written nowhere but in the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use son1k_domain::id::ProjectId;
use son1k_history::Version;

use super::place::MAIN;
use super::{Here, History};
use crate::Result;

impl History {
    /// Returns the version that each project but those of `here` comes back with: the latest on its first branch, or the
    /// latest of all where that has none.
    ///
    /// # Errors
    /// As [`Self::vault`].
    pub(crate) fn latest_of_others(&self, here: &BTreeSet<ProjectId>) -> Result<Vec<Version>> {
        let mut latest: BTreeMap<ProjectId, Version> = BTreeMap::new();
        for version in self.vault()?.all_versions()? {
            let on_main = latest.get(&version.project).is_some_and(|known| known.branch == MAIN);
            if !here.contains(&version.project) && (version.branch == MAIN || !on_main) {
                latest.insert(version.project.clone(), version);
            }
        }
        Ok(latest.into_values().collect())
    }

    /// Returns whether a folder says of itself that it is a project.
    pub(crate) fn is_named(&self, folder: &Path, project: &ProjectId) -> bool {
        self.noted(&bare(folder, project)).is_some()
    }

    /// Writes into a folder without a document which project it is and where it stands. Without that it would be a new
    /// project, and its versions out of reach.
    ///
    /// # Errors
    /// [`Error::Unwritable`](crate::Error::Unwritable), [`Error::DiskFull`](crate::Error::DiskFull), and as
    /// [`Self::vault`].
    pub(crate) fn name_folder(&self, folder: &Path, project: &ProjectId) -> Result<()> {
        let _turn = self.turn();
        self.place(&bare(folder, project))?.write(folder)
    }
}

fn bare(folder: &Path, project: &ProjectId) -> Here {
    Here { folder: folder.to_owned(), project: project.clone(), document: false }
}
