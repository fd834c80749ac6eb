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
    /// A sound file is damaged or of an unknown kind.
    #[error("could not decode the sound: {0}")]
    Decode(String),
    /// Samples could not be written in the wanted format.
    #[error("could not encode the sound: {0}")]
    Encode(String),
    /// The audio device is missing, lost or refuses the format.
    #[error("could not use the audio device: {0}")]
    Device(String),
    /// A SoundFont, a kit or a patch cannot be used.
    #[error("could not load the sounds: {0}")]
    Sound(String),
    /// A score asks for something that cannot be played.
    #[error("could not play the score: {0}")]
    Score(String),
    /// The folder of stems is incomplete or damaged.
    #[error("could not use the stems: {0}")]
    Stems(String),
    /// Samples could not be measured.
    #[error("could not measure the sound: {0}")]
    Measure(String),
}
