//! The closest match: pitch, range and formants of a voice moved toward those of another, as far as that is heard to bring it
//! nearer. It is no copy of that voice.

use son1k_domain::conversion::{Conversion, limits as reach};
use son1k_inference::likeness::{self, VoicePrint};
use son1k_sound::{Progress, Resampler};
use son1k_voice::traits::{Study, Traits};

use crate::Result;
use crate::shelf::Shelf;
use crate::voice::modulating::{Original, convert};
use crate::voice::profiles::WHO;

/// Steps around what was measured, the wide ones first: semitones of formants, semitones of pitch, factors of range.
const STEPS: [f32; 2] = [1.0, 0.5];
/// Range is matched so far; beyond, a voice sounds broken.
const RANGE: std::ops::RangeInclusive<f32> = 0.6..=1.6;
/// Formants and pitch are moved so far, in semitones.
const FORMANTS: f32 = 4.0;
const PITCH: f32 = 8.0;

/// Whom to come close to.
pub(in crate::voice) struct Goal {
    pub(in crate::voice) print: VoicePrint,
    /// `None` when the samples have too little pitch, as whispers do.
    pub(in crate::voice) traits: Option<Traits>,
}

/// What brings a voice nearer.
pub(in crate::voice) struct Fit {
    pub(in crate::voice) conversion: Conversion,
    /// As measured with it.
    pub(in crate::voice) similarity: f32,
    /// What the voice is like without it.
    pub(in crate::voice) own: Traits,
}

/// Looks for what brings a voice closest to a goal: from what was measured of both, step by step, each of which is heard.
/// `untouched` is how alike they are without it. `None` when one of them has too little pitch.
///
/// # Errors
/// [`Error::ModelMissing`](crate::Error::ModelMissing), [`Error::ModelCorrupt`](crate::Error::ModelCorrupt),
/// [`Error::Runtime`](crate::Error::Runtime), [`Error::Cancelled`](crate::Error::Cancelled).
pub(in crate::voice) fn fit(
    shelf: &Shelf,
    original: &Original,
    untouched: f32,
    goal: &Goal,
    progress: &Progress<'_>,
) -> Result<Option<Fit>> {
    let (Some(wanted), Some(own)) = (&goal.traits, traits_of(original)?) else { return Ok(None) };
    let measured = Conversion {
        pitch: own.pitch_to(wanted).clamp(-PITCH, PITCH),
        formants: own.formants_to(wanted).clamp(-FORMANTS, FORMANTS),
        range: (wanted.span / own.span.max(0.5)).clamp(*RANGE.start(), *RANGE.end()),
        ..Conversion::default()
    };
    let heard = |conversion: &Conversion| -> Result<f32> {
        if conversion.is_neutral() {
            return Ok(untouched);
        }
        let changed = convert(original, conversion, &silent(progress))?;
        let print = print_of(shelf, &changed, original.rate, &silent(progress))?;
        Ok(print.map_or(0.0, |print| print.likeness(&goal.print)))
    };
    let (conversion, similarity) = climb(measured, untouched, heard, progress)?;
    Ok(Some(Fit { conversion, similarity, own }))
}

/// Returns the vector of speech at `rate`; `None` when nothing sounds in it.
///
/// # Errors
/// As [`fit`].
pub(in crate::voice) fn print_of(
    shelf: &Shelf,
    speech: &[f32],
    rate: u32,
    progress: &Progress<'_>,
) -> Result<Option<VoicePrint>> {
    let mono = Resampler::new(rate, likeness::RATE, 1)?.whole(speech)?;
    let quiet = son1k_inference::Progress { report: &|_| (), cancelled: progress.cancelled };
    shelf.hear(WHO, |sessions, model| likeness::print(sessions, model, &mono, &quiet))
}

fn traits_of(original: &Original) -> Result<Option<Traits>> {
    let mono = Resampler::new(original.rate, likeness::RATE, 1)?.whole(&original.mono)?;
    let hop = (original.track.hop.0 * f64::from(likeness::RATE)).round() as usize;
    let mut study = Study::default();
    study.add(&mono, &original.track.hertz, hop);
    Ok(study.traits())
}

/// Climbs from what was measured to the conversion that is heard as most alike: one value after the other, in wide steps and
/// in narrow ones. Nothing at all is among what is tried.
fn climb(
    measured: Conversion,
    untouched: f32,
    heard: impl Fn(&Conversion) -> Result<f32>,
    progress: &Progress<'_>,
) -> Result<(Conversion, f32)> {
    let mut best = (Conversion::default(), untouched);
    let mut tries: Vec<Conversion> = vec![
        Conversion { formants: 0.0, ..measured.clone() },
        Conversion { range: 1.0, ..measured.clone() },
        Conversion { formants: 0.0, range: 1.0, ..measured.clone() },
        Conversion { pitch: 0.0, range: 1.0, ..measured.clone() },
        measured,
    ];
    for (round, step) in STEPS.into_iter().enumerate() {
        for conversion in tries.drain(..) {
            progress.at((round as f32 + 0.5) / (STEPS.len() + 1) as f32)?;
            let conversion = tame(conversion);
            let likeness = heard(&conversion)?;
            if likeness > best.1 {
                best = (conversion, likeness);
            }
        }
        tries = around(&best.0, step);
    }
    for conversion in tries {
        progress.at(0.9)?;
        let conversion = tame(conversion);
        let likeness = heard(&conversion)?;
        if likeness > best.1 {
            best = (conversion, likeness);
        }
    }
    Ok(best)
}

/// Returns the conversions one step away.
fn around(conversion: &Conversion, step: f32) -> Vec<Conversion> {
    let mut steps = Vec::new();
    for way in [-step, step] {
        steps.push(Conversion { formants: conversion.formants + way, ..conversion.clone() });
        steps.push(Conversion { pitch: conversion.pitch + way, ..conversion.clone() });
        steps.push(Conversion { range: conversion.range * (1.0 + 0.2 * way), ..conversion.clone() });
    }
    steps
}

/// Returns a conversion as it is kept: within reach, in hundredths.
fn tame(conversion: Conversion) -> Conversion {
    let hundredths = |value: f32| (100.0 * value).round() / 100.0;
    Conversion {
        pitch: hundredths(conversion.pitch.clamp(*reach::PITCH.start(), *reach::PITCH.end())),
        formants: hundredths(conversion.formants.clamp(-FORMANTS, FORMANTS)),
        range: hundredths(conversion.range.clamp(*RANGE.start(), *RANGE.end())),
        ..conversion
    }
}

/// Returns a progress that is told by somebody else, but can be cancelled.
pub(in crate::voice) fn silent<'a>(progress: &Progress<'a>) -> Progress<'a> {
    Progress { report: &|_| (), cancelled: progress.cancelled }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn climbed(measured: Conversion, likeness: impl Fn(&Conversion) -> f32) -> (Conversion, f32) {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let untouched = likeness(&Conversion::default());
        climb(measured, untouched, |conversion| Ok(likeness(conversion)), &quiet).unwrap()
    }

    #[test]
    fn the_search_comes_nearer_than_what_was_measured() {
        let likeness = |conversion: &Conversion| {
            0.9 - 0.02 * (conversion.pitch - 3.0).powi(2) - 0.03 * (conversion.formants - 2.0).powi(2)
        };
        let measured = Conversion { pitch: 3.4, formants: 1.0, range: 1.2, ..Conversion::default() };
        let at_first = likeness(&measured);
        let (found, similarity) = climbed(measured, likeness);
        assert!(similarity > at_first && similarity == likeness(&found), "{found:?}");
        assert!((found.formants - 2.0).abs() <= 0.5);
    }

    #[test]
    fn a_voice_that_is_best_as_it_is_stays_so() {
        let likeness = |conversion: &Conversion| if conversion.is_neutral() { 0.8 } else { 0.7 };
        let measured = Conversion { pitch: 1.0, formants: -1.0, range: 1.1, ..Conversion::default() };
        assert_eq!(climbed(measured, likeness), (Conversion::default(), 0.8));
    }
}
