//! Sounds that the studio has made itself.

use std::path::PathBuf;

use son1k_domain::id::SoundId;

use super::Library;
use crate::make::Watch;
use crate::{Error, Result};

impl Library {
    /// Takes in a file that was made, and returns its sound. One that turns out to be the double of a sound that is there
    /// is deleted, and that sound is returned; so is one that nobody wants any more.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and those of the store.
    pub(crate) async fn take_made(&self, file: PathBuf, watch: Watch<'_>) -> Result<SoundId> {
        let report = self.take_files(vec![file.clone()], None, watch).await?;
        if let Some(id) = report.added.first().or(report.relinked.first()) {
            return Ok(id.clone());
        }
        let twin = report.duplicates.first();
        let is_here = twin.is_some_and(|twin| twin.path == twin.of_path);
        if (twin.is_some() || report.cancelled)
            && !is_here
            && let Err(error) = std::fs::remove_file(&file)
        {
            tracing::warn!(%error, file = %file.display(), "a file that nobody needs could not be deleted");
        }
        match (twin, report.refused.into_iter().next()) {
            (Some(twin), _) => Ok(twin.of.clone()),
            (None, Some(refused)) => Err(Error::Internal(refused.problem.message)),
            (None, None) => Err(Error::Cancelled),
        }
    }

    /// Returns the beats of a sound, once they were heard.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound.
    pub async fn beats(&self, id: &SoundId) -> Result<Option<son1k_domain::listening::Pulse>> {
        self.known(id).await?;
        Ok(self.store.beats(id).await?)
    }
}
