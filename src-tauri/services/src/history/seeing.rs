//! What each version changed is worked out in the background, once.

use std::sync::Arc;

use son1k_domain::history::Version;
use son1k_store::VersionSeen;

use super::graph::Graph;
use super::moving::is_lost;
use super::{Here, History, lock};
use crate::{Error, Result};

/// Changes that are kept of each version.
const FOREMOST: usize = 3;
/// Versions after which the page is told what was found so far.
const AT_ONCE: usize = 25;

impl History {
    /// Looks at versions whenever there are some that nobody has looked at, for as long as the project is open.
    pub(super) async fn keep_looking(self: &Arc<Self>) {
        loop {
            self.unseen.notified().await;
            if let Err(error) = self.run(|history| history.look()).await {
                tracing::warn!(%error, "what the versions changed could not be worked out");
            }
        }
    }

    /// Looks at the versions of the open project that nobody has looked at yet, one after the other, newest first.
    pub(super) fn look(&self) -> Result<()> {
        let _looking = lock(&self.looking);
        let here = self.here()?;
        let versions = self.versions(&here.project)?;
        let graph = Graph::of(&versions);
        let seen = self.runtime.block_on(self.store.versions_seen(&here.project))?;
        let unseen: Vec<&Version> =
            versions.iter().rev().filter(|version| !seen.contains_key(&version.id)).collect();
        for some in unseen.chunks(AT_ONCE) {
            for version in some {
                // Another project was opened meanwhile: its versions come first.
                if self.here()? != here {
                    return Ok(());
                }
                let found = match self.look_at(&here, &graph, version) {
                    Err(error) if is_for_ever(&error) => {
                        tracing::warn!(%error, version = %version.id, "a version cannot be looked at");
                        VersionSeen::default()
                    }
                    // While the store is busy, nobody knows; it is looked at the next time.
                    found => found?,
                };
                self.runtime.block_on(self.store.save_version_seen(&here.project, &version.id, &found))?;
            }
            self.tell();
        }
        Ok(())
    }

    fn look_at(&self, here: &Here, graph: &Graph, version: &Version) -> Result<VersionSeen> {
        let Some(parent) = graph.parents(version).first().map(|parent| &parent.id) else {
            return Ok(VersionSeen::default());
        };
        let compared = self.compare(here, parent, Some(&version.id))?;
        let mut foremost = compared.comparison.changes;
        let changes = foremost.len() + compared.files.len();
        foremost.truncate(FOREMOST);
        Ok(VersionSeen { changes: u32::try_from(changes).unwrap_or(u32::MAX), foremost })
    }
}

/// Returns whether looking again would find no more.
fn is_for_ever(error: &Error) -> bool {
    is_lost(error) || matches!(error, Error::ProjectCorrupt(_) | Error::NewerVersion(_))
}
