//! The seam of true converters: whatever turns a voice into another's stands behind [`Engine`]. The closest match is built in
//! and is what the closest voices of profiles are found with; a true converter is a model that the musician brings.

mod fitting;
mod model;
mod trouble;

use son1k_domain::certificate::Making;
use son1k_domain::conversion::Conversion;
use son1k_sound::Progress;

use super::modulating::{self, Original, convert};
use super::profiles::Target;
use crate::Result;
use crate::shelf::Shelf;

pub(super) use fitting::{Goal, fit, print_of, silent};
pub(super) use model::{Model, unload};
pub use trouble::Trouble;

/// Seconds of a voice that are listened to while the closest match is looked for.
const LISTENED: f32 = 10.0;
/// Of the match, what looking for it takes.
const FITTED: f32 = 0.6;

/// What turns a voice into another's.
#[derive(Debug, Clone, PartialEq)]
pub enum Engine {
    /// Pitch, range and formants are moved toward those of the other voice.
    Matching,
    /// Says the same with the other voice.
    Onnx(Box<Model>),
}

impl Engine {
    /// Returns what it is called in certificates.
    pub fn name(&self) -> String {
        match self {
            Self::Matching => format!("{}, closest match", modulating::ENGINE),
            Self::Onnx(model) => model.name(),
        }
    }

    /// Returns what it does to a voice, as certificates have it.
    pub fn making(&self) -> Making {
        match self {
            Self::Matching => Making::Changed,
            Self::Onnx(_) => Making::Converted,
        }
    }

    /// Returns a voice turned toward the target: mono, at the rate of the original and as long.
    ///
    /// # Errors
    /// [`Trouble::NoMelody`], [`Trouble::NoVoice`]; of a converter [`Trouble::Breach`]; of models of the shelf
    /// [`Error::ModelMissing`](crate::Error::ModelMissing), [`Error::ModelCorrupt`](crate::Error::ModelCorrupt),
    /// [`Error::Runtime`](crate::Error::Runtime); [`Error::Cancelled`](crate::Error::Cancelled).
    pub(super) fn turn(
        &self,
        shelf: &Shelf,
        original: &Original,
        target: &Target,
        progress: &Progress<'_>,
    ) -> Result<Vec<f32>> {
        match self {
            Self::Matching => matched(shelf, original, target, progress),
            Self::Onnx(model) => model.turn(shelf, original, target, progress),
        }
    }
}

/// Finds the closest match in some seconds of a voice, and changes all of it so.
fn matched(shelf: &Shelf, original: &Original, target: &Target, progress: &Progress<'_>) -> Result<Vec<f32>> {
    if target.goal.traits.is_none() {
        return Err(Trouble::NoMelody(target.name.clone()).into());
    }
    let conversion = progress.part(0.0, FITTED, |progress| -> Result<Conversion> {
        let part = original.part(original.liveliest(LISTENED));
        let print = print_of(shelf, &part.mono, part.rate, progress)?.ok_or(Trouble::NoVoice)?;
        let found = fit(shelf, &part, print.likeness(&target.goal.print), &target.goal, progress)?;
        Ok(found.ok_or(Trouble::NoVoice)?.conversion)
    })?;
    progress.part(FITTED, 1.0, |progress| convert(original, &conversion, progress))
}
