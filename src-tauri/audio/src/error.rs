//! What can go wrong in the engine.

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the engine could not do something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller raised its flag.
    #[error("the work was cancelled")]
    Cancelled,
    /// A file could not be read or written.
    #[error("could not read or write the file: {0}")]
    Io(#[from] std::io::Error),
    /// A sound file could not be read, measured or written.
    #[error(transparent)]
    File(son1k_sound::Error),
    /// The audio device is missing, lost or refuses the format.
    #[error("could not use the audio device: {0}")]
    Device(String),
    /// An input has not the channels that are to be recorded, only so many.
    #[error("the input has {0} channels")]
    Channels(u16),
    /// A take is being recorded.
    #[error("a take is being recorded")]
    Recording,
    /// A SoundFont, a kit or a patch cannot be used.
    #[error("could not load the sounds: {0}")]
    Sound(String),
    /// A score asks for something that cannot be played.
    #[error("could not play the score: {0}")]
    Score(String),
    /// The folder of stems is incomplete or damaged.
    #[error("could not use the stems: {0}")]
    Stems(String),
    /// A master does not reach what is asked of it.
    #[error("could not master the song: {0}")]
    Master(String),
}

impl From<son1k_sound::Error> for Error {
    fn from(error: son1k_sound::Error) -> Self {
        match error {
            son1k_sound::Error::Cancelled => Self::Cancelled,
            son1k_sound::Error::Io(source) => Self::Io(source),
            other => Self::File(other),
        }
    }
}
