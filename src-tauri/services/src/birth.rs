//! What synthetic sound is born with: a certificate in its file, and the beginning of its hash in the sound itself.

use std::path::Path;

use sha2::{Digest, Sha256};
use son1k_domain::certificate::{Certificate, ConsentReceipt, Making};
use son1k_marks::Marker;
use son1k_sound::tags;

use crate::clock::now_ms;
use crate::vouching::{Former, PROGRAM, VERSION, sign_new};
use crate::{Error, Result};

/// The certificate of one sound, as its file has it.
#[derive(Debug, Clone)]
pub(crate) struct Birth {
    json: String,
    making: Making,
    of: Vec<Former>,
}

impl Birth {
    /// Writes the certificate of a sound that is about to be made, now. `source` is a SHA-256 in hex; `consent` is that of
    /// everybody whose voice is used.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(crate) fn new(
        making: Making,
        engine: &str,
        voice: &str,
        source: &str,
        consent: &[ConsentReceipt],
    ) -> Result<Self> {
        Self::written(&Certificate {
            voice: voice.to_owned(),
            consent: consent.to_vec(),
            ..blank(making, engine, source)?
        })
    }

    /// Writes the certificate of a song that is about to be mixed, in which sounds with these certificates are heard; `None`
    /// without any. `source` is the SHA-256 of its score, in hex.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(crate) fn mixed<'a>(
        engine: &str,
        source: &str,
        heard: impl IntoIterator<Item = &'a String>,
    ) -> Result<Option<Self>> {
        let mut song = blank(Making::Mixed, engine, source)?;
        let mut voices = Vec::new();
        for json in heard {
            // What a damaged certificate said cannot be told, but the mark of its sound can still be known by it.
            let read = serde_json::from_str::<Certificate>(json).ok();
            let (voice, consent, parts) =
                read.map(|read| (read.voice, read.consent, read.parts)).unwrap_or_default();
            add(&mut voices, [voice]);
            add(&mut song.consent, consent);
            // A song in a song has the marks of its parts, and none of its own.
            add(&mut song.parts, if parts.is_empty() { vec![json.clone()] } else { parts });
        }
        voices.retain(|voice| !voice.is_empty());
        song.voice = voices.join(", ");
        if song.parts.is_empty() { Ok(None) } else { Self::written(&song).map(Some) }
    }

    fn written(certificate: &Certificate) -> Result<Self> {
        let json = serde_json::to_string(certificate).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { json, making: certificate.making, of: Vec::new() })
    }

    /// Remembers a file that the sound is made of.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`].
    pub(crate) fn made_of(mut self, file: &Path) -> Result<Self> {
        self.of.push(Former::of(file).map_err(|error| Error::of_reading(file, error))?);
        Ok(self)
    }

    /// Returns what puts the mark of this certificate into a sound of one channel at `rate` Hz.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub(crate) fn marker(&self, rate: u32) -> Result<Marker> {
        let marker = Marker::new(rate, 1, message(&self.json));
        marker.map_err(|error| Error::Internal(error.to_string()))
    }

    /// Writes the certificate into a finished file and signs it: the last that is done to it.
    ///
    /// # Errors
    /// As [`tags::write_certificate`] and [`sign_new`].
    pub(crate) fn certify(&self, file: &Path) -> son1k_sound::Result<()> {
        match tags::write_certificate(file, &self.json)? {
            true => sign_new(file, self.making, &self.of, &self.json),
            false => Err(son1k_sound::Error::Tags("the format has no place for a certificate".into())),
        }
    }
}

/// Returns the certificate of what is made now, without a voice.
fn blank(making: Making, engine: &str, source: &str) -> Result<Certificate> {
    Ok(Certificate {
        studio: format!("{PROGRAM} {VERSION}"),
        making,
        digital_source_type: making.source_type().to_owned(),
        engine: engine.to_owned(),
        voice: String::new(),
        made: moment(now_ms())?,
        source: source.to_owned(),
        consent: Vec::new(),
        parts: Vec::new(),
    })
}

/// Adds those of `more` that are not there yet.
fn add<T: PartialEq>(all: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// Returns what the mark in a sound says whose file has this certificate.
pub(crate) fn message(certificate: &str) -> u32 {
    let hash = Sha256::digest(certificate.as_bytes());
    hash.iter().take(4).fold(0, |message, byte| message << 8 | u32::from(*byte))
}

/// Returns the SHA-256 of bytes, in hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the SHA-256 of a file, in hex.
///
/// # Errors
/// [`Error::Unreadable`].
pub(crate) fn of_file(path: &Path) -> Result<String> {
    Ok(son1k_platform::hash::sha256(path)?)
}

fn moment(milliseconds: f64) -> Result<String> {
    let moment = jiff::Timestamp::from_second((milliseconds / 1_000.0) as i64);
    Ok(moment.map_err(|error| Error::Internal(error.to_string()))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_says_what_was_made_and_its_mark_is_its_own() {
        let births = ["a", "b"]
            .map(|voice| Birth::new(Making::Spoken, "engine 1", voice, &sha256(b"x"), &[]).unwrap());
        let read: Certificate = serde_json::from_str(&births[0].json).unwrap();
        assert_eq!((read.making, read.voice.as_str()), (Making::Spoken, "a"));
        assert!(read.digital_source_type.ends_with("trainedAlgorithmicMedia"));
        assert_ne!(message(&births[0].json), message(&births[1].json));
        assert_eq!(moment(1_700_000_000_000.0).unwrap(), "2023-11-14T22:13:20Z");
        assert_eq!(sha256(b"abc")[..8], *"ba7816bf");
        assert_eq!(message("abc"), 0xBA78_16BF);
    }
    #[test]
    fn a_song_has_what_the_certificates_of_its_sounds_say() {
        let ana = ConsentReceipt {
            person: "Ana".into(),
            purpose: "a song".into(),
            date: "2026-11-22".into(),
            sample: sha256(b"ana"),
        };
        let spoken = Birth::new(Making::Spoken, "engine 1", "ef_dora", &sha256(b"x"), &[]).unwrap().json;
        let changed =
            Birth::new(Making::Changed, "engine 2", "toward Ana", &sha256(b"y"), std::slice::from_ref(&ana));
        let changed = changed.unwrap().json;
        let mixed = |heard: &[&String]| {
            Birth::mixed("composer 1", &sha256(b"score"), heard.iter().copied())
                .unwrap()
                .map(|birth| birth.json)
        };
        assert_eq!(mixed(&[]), None);
        let song = mixed(&[&spoken, &changed, &spoken]).unwrap();
        let read: Certificate = serde_json::from_str(&song).unwrap();
        assert_eq!((read.making, read.voice.as_str()), (Making::Mixed, "ef_dora, toward Ana"));
        assert_eq!((read.consent, read.parts), (vec![ana.clone()], vec![spoken.clone(), changed.clone()]));
        // In another song it is known by the same marks; so is a sound whose certificate is damaged.
        let damaged = "{".to_owned();
        let second: Certificate = serde_json::from_str(&mixed(&[&song, &damaged]).unwrap()).unwrap();
        assert_eq!((second.consent, second.parts), (vec![ana], vec![spoken, changed, damaged]));
    }
}
