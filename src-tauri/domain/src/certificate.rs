//! What is vouched for about a voice and about what was made with it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Somebody's word that their voice may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConsentReceipt {
    /// Who gave it.
    pub person: String,
    /// What for.
    pub purpose: String,
    /// The day, as in ISO 8601: `2026-11-22`.
    pub date: String,
    /// The SHA-256 (hex) of the file of the sample that it was given for.
    pub sample: String,
}

/// How a sound came to be that nobody sang or said as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Making {
    /// A text was spoken.
    Spoken,
    /// Somebody's voice was changed.
    Changed,
}

impl Making {
    /// Returns the term of the IPTC's Digital Source Type for it (cv.iptc.org/newscodes/digitalsourcetype).
    pub fn source_type(self) -> &'static str {
        match self {
            Self::Spoken => "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
            Self::Changed => "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced",
        }
    }
}

/// The birth certificate of a sound. Its JSON is written into the file; the first 32 bits of the SHA-256 of that JSON are
/// what the mark in the sound itself says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Certificate {
    /// "Son1k Studio 0.1.0".
    pub studio: String,
    pub making: Making,
    /// [`Making::source_type`].
    pub digital_source_type: String,
    /// What made it: a model or an engine with its version.
    pub engine: String,
    /// The voice that speaks, or the words for what was changed.
    pub voice: String,
    /// Date and time in UTC, as in ISO 8601: `2026-11-22T16:00:00Z`.
    pub made: String,
    /// The SHA-256 (hex) of the text, or of the file that the voice was in.
    pub source: String,
    /// Whose voices were allowed to be used for it.
    pub consent: Vec<ConsentReceipt>,
}

/// The mark that was found in a sound itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FoundMark {
    /// What it says, as eight hex digits; `None` when too little of it is left to be read.
    pub message: Option<String>,
    /// By how many standard deviations it stands out of what chance gives.
    pub score: f32,
    /// The share of the sound in which it is, 0 to 1.
    pub share: f32,
}

/// Which marks a file has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Verification {
    pub mark: Option<FoundMark>,
    /// Whether a mark could be looked for: not in sounds below 16 kHz.
    pub mark_sought: bool,
    pub certificate: Option<Certificate>,
    /// Whether there is a certificate that cannot be read.
    pub certificate_damaged: bool,
    /// Whether the mark says what the certificate's hash does; `None` when one of the two is missing.
    pub agree: Option<bool>,
}

impl Verification {
    /// Returns whether anything says that the sound is synthetic.
    pub fn is_marked(&self) -> bool {
        self.mark.is_some() || self.certificate.is_some() || self.certificate_damaged
    }
}
