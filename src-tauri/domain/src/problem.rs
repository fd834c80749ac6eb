//! A problem as it reaches a person: a code for programs, a message and a hint in the user's language.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A problem with a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Problem {
    pub code: ErrorCode,
    /// What could not be done.
    pub message: String,
    /// A full sentence that tells the musician what to do; may be empty when nothing can be done.
    pub hint: String,
}

/// Codes that some shell treats differently from the rest, or that tests and scripts look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The prompt is empty and no field says anything.
    EmptyPrompt,
    PromptTooLong,
    /// A field holds what it cannot hold: a key H, 5,000 BPM, −1 s.
    InvalidField,
    NotFound,
    /// A file or folder could not be written.
    Unwritable,
    DiskFull,
    NoAudioDevice,
    AudioDeviceLost,
    ModelMissing,
    ModelCorrupt,
    RuntimeMissing,
    DownloadFailed,
    DatabaseCorrupt,
    SettingsCorrupt,
    ProjectCorrupt,
    /// The store of versions is damaged, or its key does not open it.
    HistoryCorrupt,
    /// The system has no keychain, it is locked, or it does not know what it should.
    KeychainMissing,
    /// A storage or a service does not answer.
    Unreachable,
    /// The characters of an account are used up, or its plan does not have what was asked for.
    QuotaExceeded,
    /// Something costs money, and nobody has said yes to it.
    CostUnconfirmed,
    UnsupportedFile,
    /// The studio is open elsewhere, or the file was made by a newer studio.
    NewerVersion,
    /// A loudness cannot be reached under the ceiling.
    OutOfReach,
    /// The output gate refused every attempt.
    GateRefused,
    /// Somebody else's voice is not used without their consent.
    ConsentMissing,
    Cancelled,
    Busy,
    /// Anything else; the log has the details.
    Internal,
}
