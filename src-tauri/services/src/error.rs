//! One error for every use case, and its wording for people in both languages.

use son1k_domain::setting::Language;
use son1k_domain::sound::Refusal;
use son1k_domain::unit::Lufs;
use son1k_domain::{ErrorCode, Problem};

use crate::copies;
use crate::history;
use crate::recording::Trouble;
use crate::voice;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the prompt is empty")]
    EmptyPrompt,
    #[error("the prompt has {bytes} bytes, at most {limit} are read")]
    PromptTooLong { bytes: usize, limit: usize },
    #[error("the text has no word in it that could be spoken")]
    NothingToSay,
    #[error("the text is longer than {limit} characters")]
    TextTooLong { limit: usize },
    #[error("the field {field} cannot be {value}")]
    InvalidField { field: String, value: String },
    #[error("could not find {what}")]
    NotFound { what: String },
    #[error("could not read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("could not write {path}: {source}")]
    Unwritable { path: String, source: std::io::Error },
    #[error("the disk is full, {path} was not written")]
    DiskFull { path: String },
    #[error("no audio output could be opened: {0}")]
    NoAudioDevice(String),
    #[error("could not record: {0}")]
    Recording(#[from] Trouble),
    #[error("could not work with versions: {0}")]
    History(#[from] history::Trouble),
    #[error("could not work with a copy: {0}")]
    Copies(#[from] copies::Trouble),
    #[error("could not work with a profile: {0}")]
    Profiles(#[from] voice::Trouble),
    #[error("could not turn a voice toward another: {0}")]
    Converters(#[from] voice::ConverterTrouble),
    #[error("could not speak elsewhere: {0}")]
    Remote(#[from] voice::RemoteTrouble),
    #[error("the model {name} is missing")]
    ModelMissing { id: String, name: String },
    #[error("the model {name} is damaged")]
    ModelCorrupt { id: String, name: String },
    #[error("the ONNX Runtime library could not be used: {0}")]
    Runtime(String),
    #[error("could not download {what}: {reason}")]
    Download { what: String, reason: String },
    #[error("the database was damaged")]
    DatabaseCorrupt { restored: bool },
    #[error("the settings were damaged")]
    SettingsCorrupt,
    #[error("the project {0} is damaged")]
    ProjectCorrupt(String),
    #[error("{0} was made by a newer version of the studio")]
    NewerVersion(String),
    #[error("the file {0} cannot be used here")]
    UnsupportedFile(String),
    #[error("the sound file is refused: {0:?}")]
    SoundRefused(Refusal),
    #[error("could not reach {wanted:?}, only {reached:?}")]
    OutOfReach { reached: Option<Lufs>, wanted: Lufs },
    #[error("a file of {bytes} bytes is too large, at most {limit} are taken")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("the file {0} is not where it was")]
    SoundMissing(String),
    #[error("{name} was not played: {why}")]
    SoundSkipped { name: String, why: Box<Error> },
    #[error("part of {0} is damaged")]
    SoundDamaged(String),
    #[error("the tags of {path} could not be written: {why}")]
    TagsRefused { path: String, why: String },
    #[error("{0} is what is read, it would be overwritten")]
    SameFile(String),
    #[error("no take passed the checks: {0}")]
    GateRefused(String),
    #[error("{}", .0.message)]
    Told(Problem),
    #[error("there is nothing but silence in the sound")]
    OnlySilence,
    #[error("cancelled")]
    Cancelled,
    #[error("the studio's data is in use by another program: {0}")]
    Busy(String),
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Returns the error of a failed write to `path`, telling a full disk from a folder that refuses.
    pub fn writing(path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.display().to_string();
        if is_lack_of_room(&source) { Self::DiskFull { path } } else { Self::Unwritable { path, source } }
    }

    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::EmptyPrompt | Self::NothingToSay => ErrorCode::EmptyPrompt,
            Self::PromptTooLong { .. } | Self::TextTooLong { .. } => ErrorCode::PromptTooLong,
            Self::InvalidField { .. } | Self::SameFile(_) => ErrorCode::InvalidField,
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::Unwritable { .. } => ErrorCode::Unwritable,
            Self::DiskFull { .. } => ErrorCode::DiskFull,
            Self::NoAudioDevice(_) => ErrorCode::NoAudioDevice,
            Self::Recording(trouble) => trouble.code(),
            Self::History(trouble) => trouble.code(),
            Self::Copies(trouble) => trouble.code(),
            Self::Profiles(trouble) => trouble.code(),
            Self::Converters(trouble) => trouble.code(),
            Self::Remote(trouble) => trouble.code(),
            Self::ModelMissing { .. } => ErrorCode::ModelMissing,
            Self::ModelCorrupt { .. } => ErrorCode::ModelCorrupt,
            Self::Runtime(_) => ErrorCode::RuntimeMissing,
            Self::Download { .. } => ErrorCode::DownloadFailed,
            Self::DatabaseCorrupt { .. } => ErrorCode::DatabaseCorrupt,
            Self::SettingsCorrupt => ErrorCode::SettingsCorrupt,
            Self::ProjectCorrupt(_) => ErrorCode::ProjectCorrupt,
            Self::NewerVersion(_) => ErrorCode::NewerVersion,
            Self::Unreadable { .. } | Self::UnsupportedFile(_) | Self::SoundRefused(_) => {
                ErrorCode::UnsupportedFile
            }
            Self::OutOfReach { .. } => ErrorCode::OutOfReach,
            Self::TooLarge { .. } | Self::TagsRefused { .. } | Self::OnlySilence => {
                ErrorCode::UnsupportedFile
            }
            Self::SoundMissing(_) => ErrorCode::NotFound,
            Self::SoundSkipped { why, .. } => why.code(),
            Self::SoundDamaged(_) => ErrorCode::UnsupportedFile,
            Self::GateRefused(_) => ErrorCode::GateRefused,
            Self::Told(problem) => problem.code,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Busy(_) => ErrorCode::Busy,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// Returns whether another attempt may succeed without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Download { .. } | Self::Busy(_) | Self::Internal(_) => true,
            Self::Copies(trouble) => trouble.is_passing(),
            Self::Remote(trouble) => trouble.is_passing(),
            _ => false,
        }
    }

    /// Words the error for a person.
    pub fn describe(&self, language: Language) -> Problem {
        let (message, hint) = crate::wording::problem(self, language);
        Problem { code: self.code(), message, hint }
    }
}

/// Returns whether a write failed for want of room. Nothing of the studio comes near the file sizes that file systems
/// refuse, so a file that is too large has met a limit on what its user may write.
pub(crate) fn is_lack_of_room(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}
