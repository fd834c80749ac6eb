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
