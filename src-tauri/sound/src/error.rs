//! What can go wrong with sound files.

use son1k_domain::sound::Refusal;
use son1k_domain::unit::Lufs;

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
    #[error("could not decode the sound: {}", in_words(.0))]
    Refused(Refusal),
    /// A sound could not be brought to another rate.
    #[error("could not resample the sound: {0}")]
    Resample(String),
    /// Samples could not be written in the wanted format.
    #[error("could not encode the sound: {0}")]
    Encode(String),
    /// A loudness cannot be reached under the ceiling.
    #[error("could not reach {wanted:?} under the ceiling, only {reached:?}")]
    OutOfReach { reached: Option<Lufs>, wanted: Lufs },
    /// Tags could not be read or written.
    #[error("could not write the tags: {0}")]
    Tags(String),
    /// Nothing in it can be heard.
    #[error("there is nothing but silence in the sound")]
    Silent,
    /// Samples could not be measured.
    #[error("could not measure the sound: {0}")]
    Measure(String),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Returns the reason for a log; people read the services' words.
fn in_words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotAFile => "it is not a file".into(),
        Refusal::Empty => "the file is empty".into(),
        Refusal::NotSound(None) => "it is not a sound file".into(),
        Refusal::NotSound(Some(what)) => format!("it is not a sound file but {what}"),
        Refusal::UnknownKind(kind) => format!("{kind} is not read"),
        Refusal::NoAudioTrack => "there is no sound in the file".into(),
        Refusal::Protected => "the file is copy-protected".into(),
        Refusal::TooShort => "it holds no frame of sound".into(),
        Refusal::TooLong(most) => format!("it is longer than {} s", most.0),
        Refusal::Rate(rate) => format!("a rate of {rate} Hz"),
        Refusal::Channels(count) => format!("{count} channels"),
        Refusal::Damaged => "the file is damaged".into(),
    }
}
