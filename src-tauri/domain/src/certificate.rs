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
    /// A trained model gave what somebody said another's voice.
    Converted,
    /// A song was mixed in which such sounds are heard.
    Mixed,
}

impl Making {
    /// Returns the term of the IPTC's Digital Source Type for it (cv.iptc.org/newscodes/digitalsourcetype).
    pub fn source_type(self) -> &'static str {
        match self {
            Self::Spoken => "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
            Self::Changed => "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced",
            Self::Converted => {
                "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
            }
            Self::Mixed => "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic",
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
    /// The voice that speaks, or the words for what was changed; of a song, all of them.
    pub voice: String,
    /// Date and time in UTC, as in ISO 8601: `2026-11-22T16:00:00Z`.
    pub made: String,
    /// The SHA-256 (hex) of the text, of the file that the voice was in, or of the score.
    pub source: String,
    /// Whose voices were allowed to be used for it.
    pub consent: Vec<ConsentReceipt>,
    /// Of a song, the certificates of the sounds in it, each as it stands in its own file: their marks say what those hash
    /// to.
    #[serde(default)]
    pub parts: Vec<String>,
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

/// Whether a file is still the one that its content credentials were made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// It is. Whoever signed it need not be known to anybody.
    Intact,
    /// It was changed since.
    Altered,
    /// It cannot be told: the credentials are damaged, or signed in a way that does not hold.
    Unreadable,
}

/// What the content credentials (C2PA) of a file say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ContentCredentials {
    pub state: CredentialState,
    /// The program that signed them: "Son1k Studio 0.1.0".
    pub generator: Option<String>,
    /// The term of the IPTC's Digital Source Type, of this file or else of the one that it was made of.
    pub source_type: Option<String>,
    /// Whether that term stands for something synthetic.
    pub synthetic: bool,
    /// What was done, in the words of C2PA: `c2pa.created`.
    pub actions: Vec<String>,
}

/// The terms of the IPTC's Digital Source Type for what is synthetic, in part or as a whole.
const SYNTHETIC: [&str; 6] = [
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "algorithmicallyEnhanced",
    "compositeSynthetic",
    "virtualRecording",
];

/// Returns whether a term of the IPTC's Digital Source Type, with its address, stands for something synthetic.
pub fn is_synthetic(source_type: &str) -> bool {
    let term = source_type.rsplit('/').next().unwrap_or(source_type);
    SYNTHETIC.contains(&term)
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
    /// Whether the mark says what the hash of the certificate, or of one of its parts, does; `None` when one of the two is
    /// missing.
    pub agree: Option<bool>,
    /// `None` where the file has none, or its format holds none.
    pub credentials: Option<ContentCredentials>,
}

impl Verification {
    /// Returns whether anything says that the sound is synthetic.
    pub fn is_marked(&self) -> bool {
        let said = self.credentials.as_ref().is_some_and(|credentials| credentials.synthetic);
        self.mark.is_some() || self.certificate.is_some() || self.certificate_damaged || said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_studio_makes_is_synthetic_and_what_a_microphone_heard_is_not() {
        assert!(
            [Making::Spoken, Making::Changed, Making::Converted, Making::Mixed]
                .iter()
                .all(|making| is_synthetic(making.source_type()))
        );
        assert!(is_synthetic("compositeSynthetic"));
        assert!(!is_synthetic("http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"));
    }
}
