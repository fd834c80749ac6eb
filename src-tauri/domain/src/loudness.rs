//! Loudness of a sound as a whole (ITU-R BS.1770-4, EBU R 128).

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::unit::{Db, Dbtp, Lu, Lufs, Seconds};

/// What a loudness meter shows at the end of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Loudness {
    /// Gated, over the whole.
    pub integrated: Lufs,
    /// Loudness range (EBU Tech 3342).
    pub range: Lu,
    /// Loudest 400 ms.
    pub max_momentary: Lufs,
    /// Loudest 3 s.
    pub max_short_term: Lufs,
    /// Highest sample relative to full scale.
    pub sample_peak: Db,
    pub true_peak: Dbtp,
    pub duration: Seconds,
}
