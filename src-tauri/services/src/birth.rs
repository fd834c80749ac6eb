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
    of: Option<Former>,
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
        let certificate = Certificate {
            studio: format!("{PROGRAM} {VERSION}"),
            making,
            digital_source_type: making.source_type().to_owned(),
            engine: engine.to_owned(),
            voice: voice.to_owned(),
            made: moment(now_ms())?,
            source: source.to_owned(),
            consent: consent.to_vec(),
        };
        let json = serde_json::to_string(&certificate).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self { json, making, of: None })
    }

    /// Remembers the file that the sound is made of.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`].
    pub(crate) fn made_of(self, file: &Path) -> Result<Self> {
        let of = Former::of(file).map_err(|error| Error::of_reading(file, error))?;
        Ok(Self { of: Some(of), ..self })
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
            true => sign_new(file, self.making, self.of.as_ref(), &self.json),
            false => Err(son1k_sound::Error::Tags("the format has no place for a certificate".into())),
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
}
