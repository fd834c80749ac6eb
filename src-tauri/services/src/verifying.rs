//! Files looked at for what says that they are synthetic: the mark in the sound, the certificate beside it, and content
//! credentials.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::certificate::{Certificate, ContentCredentials, FoundMark, Verification};
use son1k_domain::id::SoundId;
use son1k_marks::{Detector, Reading};
use son1k_sound::{Progress, Reader, tags};

use crate::birth::message;
use crate::{Error, Result, Services};

impl Services {
    /// Returns which marks a sound of the library has.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SoundMissing`], and as [`verify_file`].
    pub async fn verify_sound(&self, id: &SoundId) -> Result<Verification> {
        let sound = self.library.present(id).await?;
        let work = move || {
            let never = AtomicBool::new(false);
            verify_file(Path::new(&sound.path), &Progress { report: &|_| (), cancelled: &never })
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

/// Returns which marks a sound file has. Blocks; a minute of sound takes a fraction of a second.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::Cancelled`].
pub fn verify_file(path: &Path, progress: &Progress<'_>) -> Result<Verification> {
    let (sought, reading) = sought(path, progress).map_err(|error| match error {
        son1k_sound::Error::Cancelled => Error::Cancelled,
        error => Error::of_reading(path, error),
    })?;
    let written = tags::read_certificate(path).map_err(|error| Error::of_reading(path, error))?;
    let credentials = son1k_credentials::read(path).map_err(|error| match error {
        son1k_credentials::Error::Io(error) => Error::of_reading(path, error.into()),
        other => Error::Internal(other.to_string()),
    })?;
    Ok(judged(sought, reading, written.as_deref(), credentials))
}

/// Looks for the mark in the sound of a file; `false` where it has no place for one.
fn sought(path: &Path, progress: &Progress<'_>) -> son1k_sound::Result<(bool, Option<Reading>)> {
    let mut reader = Reader::open(path)?;
    let spec = reader.spec();
    let Ok(mut detector) = Detector::new(spec.rate, usize::from(spec.channels)) else {
        return Ok((false, None));
    };
    let frames = reader.frames().unwrap_or(0).max(1);
    let mut block = Vec::new();
    while reader.read(&mut block)? > 0 {
        progress.at((reader.position() as f32 / frames as f32).min(1.0))?;
        detector.push(&block);
    }
    Ok((true, detector.finish()))
}

fn judged(
    mark_sought: bool,
    reading: Option<Reading>,
    written: Option<&str>,
    credentials: Option<ContentCredentials>,
) -> Verification {
    let certificate = written.and_then(|written| serde_json::from_str::<Certificate>(written).ok());
    let said = reading.and_then(|reading| reading.message);
    let parts = certificate.iter().flat_map(|certificate| certificate.parts.iter().map(String::as_str));
    let agree = written.and_then(|written| {
        said.map(|said| std::iter::once(written).chain(parts).any(|json| said == message(json)))
    });
    let mark = reading.map(|Reading { score, message, share }| FoundMark {
        message: message.map(|message| format!("{message:08x}")),
        score,
        share,
    });
    let certificate_damaged = written.is_some() && certificate.is_none();
    Verification { mark, mark_sought, certificate, certificate_damaged, agree, credentials }
}

#[cfg(test)]
mod tests {
    use son1k_domain::certificate::CredentialState;

    use super::*;

    #[test]
    fn a_mark_and_a_certificate_that_belong_together_agree() {
        let reading = |message| Some(Reading { score: 9.0, message, share: 1.0 });
        let (ours, other) = (Some(message("abc")), Some(1));
        for (reading, written, agree) in [
            (reading(ours), Some("abc"), Some(true)),
            (reading(other), Some("abc"), Some(false)),
            (reading(None), Some("abc"), None),
            (reading(ours), None, None),
            (None, Some("abc"), None),
        ] {
            let found = judged(true, reading, written, None);
            assert_eq!(found.agree, agree);
            assert_eq!(found.certificate_damaged, written.is_some(), "“abc” is no certificate");
            assert!(found.is_marked());
        }
        assert!(!judged(true, None, None, None).is_marked());
        for (state, synthetic) in [(CredentialState::Altered, true), (CredentialState::Intact, false)] {
            let actions = vec!["c2pa.created".into()];
            let said = ContentCredentials { state, generator: None, source_type: None, synthetic, actions };
            assert_eq!(judged(true, None, None, Some(said)).is_marked(), synthetic);
        }
    }
}
