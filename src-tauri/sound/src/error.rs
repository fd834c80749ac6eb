//! What can go wrong with sound files.

use son1k_domain::sound::Refusal;

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a sound file could not be read, measured or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller raised its flag.
    #[error("the work was cancelled")]
    Cancelled,
    /// A file could not be read or written.
    #[error("could not read or write the file: {0}")]
    Io(#[from] std::io::Error),
    /// A file is not taken as sound.
    #[error("the file is not taken as sound: {0:?}")]
    Refused(Refusal),
    /// A sound file is damaged or of an unknown kind.
    #[error("could not decode the sound: {0}")]
    Decode(String),
    /// Samples could not be written in the wanted format.
    #[error("could not encode the sound: {0}")]
    Encode(String),
    /// Tags could not be read or written.
    #[error("could not write the tags: {0}")]
    Tags(String),
    /// Samples could not be measured.
    #[error("could not measure the sound: {0}")]
    Measure(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
