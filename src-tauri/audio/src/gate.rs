//! The output gate: measures a finished master and refuses what nobody should hear.
//!
//! Everything is measured on the samples themselves. What the score says is only compared at the end: tempo and key
//! are estimated without knowing it, and a doubtful estimate never refuses a song (ambient music has no beat, a drum
//! piece no key).

mod key;
mod level;
mod spectrum;
mod tempo;

use son1k_domain::music::Key;
use son1k_domain::take::{GateReason, Measured};
use son1k_domain::unit::{Bpm, Db, Dbtp, Lufs, Seconds};

use crate::error::Result;
use crate::master::{NO_PEAK, SILENCE};
use son1k_sound::Progress;
use son1k_sound::loudness::Gauge;

/// What a song should be, from its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    pub duration: Seconds,
    pub bpm: Bpm,
    pub key: Key,
}

/// Why a song is not good enough, with the measured value and the limit for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reason: GateReason,
    pub detail: String,
}

/// The loudness of streaming services, and how far a song may be from it.
const LOUDNESS: Lufs = Lufs(-14.0);
const LOUDNESS_TOLERANCE: f32 = 0.2;

/// The ceiling that EBU R 128 asks for, with what measuring it may be off (BS.1770-5, annex 2).
const CEILING: Dbtp = Dbtp(-1.0);
const CEILING_TOLERANCE: f32 = 0.02;

const LENGTH_TOLERANCE: Seconds = Seconds(2.0);
const LONGEST_SILENCE: Seconds = Seconds(1.5);

/// An offset of 0.3 % of full scale: it clicks at the ends and takes headroom.
const DC_LIMIT: Db = Db(-50.0);

/// Below this the whole song is silence.
const AUDIBLE: Lufs = Lufs(-60.0);

/// Measures stereo interleaved samples at 44.1 kHz.
///
/// `bpm` and `key` are `None` when none is heard clearly; the `matches` are then false and mean nothing. A tempo
/// matches within 2 % of the expected one, of its half or double, or of its 3/2, 2/3, 3 or 1/3 (a swung or compound
/// beat can be counted either way). A key matches with the same tonic and third, or with the same seven notes
/// (relative keys and modes); a key a fifth away is taken as no answer. Samples that are no number give a loudness that
/// is none, and nothing else is measured.
///
/// # Errors
/// [`Error::Cancelled`].
pub fn measure(samples: &[f32], expected: &Expected, progress: &Progress) -> Result<Measured> {
    let level = level::measure(samples);
    if !level.finite {
        return Ok(unmeasured(samples));
    }
    let (measured, (tempo, key)) = rayon::join(
        || Gauge::song().measure(samples, progress),
        || {
            let mono = spectrum::half_rate_mono(samples);
            rayon::join(
                || tempo::listen(&mono, Some(expected.bpm)),
                || key::listen(&mono, Some(expected.key)),
            )
        },
    );
    let found = measured?.loudness;
    Ok(Measured {
        duration: level::duration(samples),
        loudness: found.integrated.unwrap_or(SILENCE),
        true_peak: found.true_peak.unwrap_or(NO_PEAK),
        dc_offset: level.dc_offset,
        clipped_samples: level.clipped,
        longest_silence: level.longest_silence,
        bpm: tempo,
        bpm_matches: tempo.is_some_and(|bpm| tempo::matches(bpm, expected.bpm)),
        key,
        key_matches: key.is_some_and(|key| key::matches(key, expected.key)),
    })
}

/// Returns the tempo and the key heard in stereo interleaved samples at 44.1 kHz, without knowing what they should be;
/// `None` when none is heard clearly.
pub fn listen(samples: &[f32]) -> (Option<Bpm>, Option<Key>) {
    if !samples.iter().all(|sample| sample.is_finite()) {
        return (None, None);
    }
    let mono = spectrum::half_rate_mono(samples);
    rayon::join(|| tempo::listen(&mono, None), || key::listen(&mono, None))
}

fn unmeasured(samples: &[f32]) -> Measured {
    Measured {
        duration: level::duration(samples),
        loudness: Lufs(f32::NAN),
        true_peak: Dbtp(f32::NAN),
        dc_offset: Db(f32::NAN),
        clipped_samples: 0,
        longest_silence: Seconds(0.0),
        bpm: None,
        bpm_matches: false,
        key: None,
        key_matches: false,
    }
}

/// Returns whether a song may be heard, or the first reason why not.
///
/// # Errors
/// A [`Refusal`], checked in this order: no number, silence, length, inner silence, clipping, offset, loudness, true
/// peak, tempo, key.
pub fn verdict(measured: &Measured, expected: &Expected) -> std::result::Result<(), Refusal> {
    let refuse = |reason, detail| Err(Refusal { reason, detail });
    let m = measured;
    if m.loudness.0.is_nan() {
        return refuse(GateReason::NotANumber, "samples that are no number".into());
    }
    if m.loudness.0 < AUDIBLE.0 {
        return refuse(GateReason::Silent, "nothing is heard".into());
    }
    if (m.duration.0 - expected.duration.0).abs() > LENGTH_TOLERANCE.0 {
        let detail = format!("{:.1} s, {:.1} ±{} s", m.duration.0, expected.duration.0, LENGTH_TOLERANCE.0);
        return refuse(GateReason::Length, detail);
    }
    if m.longest_silence.0 > LONGEST_SILENCE.0 {
        let detail = format!("{:.1} s, at most {} s", m.longest_silence.0, LONGEST_SILENCE.0);
        return refuse(GateReason::InnerSilence, detail);
    }
    if m.clipped_samples > 0 {
        return refuse(GateReason::Clipping, format!("{} samples, at most 0", m.clipped_samples));
    }
    if m.dc_offset.0 > DC_LIMIT.0 {
        return refuse(GateReason::DcOffset, format!("{:.1} dB, at most {} dB", m.dc_offset.0, DC_LIMIT.0));
    }
    if (m.loudness.0 - LOUDNESS.0).abs() > LOUDNESS_TOLERANCE {
        let detail = format!("{:.2} LUFS, {} ±{LOUDNESS_TOLERANCE} LUFS", m.loudness.0, LOUDNESS.0);
        return refuse(GateReason::Loudness, detail);
    }
    if m.true_peak.0 > CEILING.0 + CEILING_TOLERANCE {
        return refuse(
            GateReason::TruePeak,
            format!("{:.2} dBTP, at most {} dBTP", m.true_peak.0, CEILING.0),
        );
    }
    if let Some(bpm) = m.bpm.filter(|_| !m.bpm_matches) {
        return refuse(GateReason::Tempo, format!("{:.1} BPM, {} BPM ±2 %", bpm.0, expected.bpm.0));
    }
    match m.key.filter(|_| !m.key_matches) {
        Some(key) => refuse(GateReason::Key, format!("{key}, expected {}", expected.key)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
