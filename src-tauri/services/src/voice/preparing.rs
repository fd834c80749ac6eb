//! The beginning of a text, spoken before anybody asks for it: it takes a second, and whoever asks wants to hear it at once.

use son1k_domain::voice::SpeechRequest;

use crate::{Error, Result, Services};

impl Services {
    /// Speaks the first seconds of a text into the result cache, where whatever speaks the text finds them. What costs
    /// something is left alone.
    ///
    /// # Errors
    /// [`Error::NothingToSay`], [`Error::TextTooLong`], [`Error::InvalidField`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], [`Error::Runtime`]; for the voice of a profile also [`Error::NotFound`] and
    /// [`Error::Profiles`].
    pub async fn prepare_voice(&self, request: SpeechRequest) -> Result<()> {
        let narrator = tokio::task::block_in_place(|| self.narrator(request))?;
        if narrator.is_remote() {
            return Ok(());
        }
        let begun = tokio::task::spawn_blocking(move || narrator.begin()).await;
        begun.map_err(|error| Error::Internal(error.to_string()))?
    }
}
