//! How loud sound files are.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::loudness::Measurement;
use son1k_sound::{Progress, loudness};

use crate::{Error, Result};

/// Measures loudness and peaks of one file; needs no open studio.
///
/// # Errors
/// [`Error::NotFound`], [`Error::UnreadableSound`], [`Error::UnmeasurableSound`], [`Error::Cancelled`].
pub fn measure_file(path: &Path, cancelled: &AtomicBool) -> Result<Measurement> {
    let progress = Progress { report: &|_| {}, cancelled };
    loudness::measure_file(path, &progress).map_err(|error| of_reading(path, error))
}

/// Returns the error of the sound engine that was reading `path`.
fn of_reading(path: &Path, error: son1k_sound::Error) -> Error {
    use son1k_sound::Error as E;
    let name = path.display().to_string();
    match error {
        E::Io(source) if source.kind() == std::io::ErrorKind::NotFound => Error::NotFound { what: name },
        E::Io(source) => Error::UnreadableSound { name, reason: source.to_string() },
        E::Decode(reason) => Error::UnreadableSound { name, reason },
        E::Measure(reason) => Error::UnmeasurableSound { name, reason },
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_that_cannot_be_measured_has_its_own_reason() {
        let folder = tempfile::tempdir().unwrap();
        let measured = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            measure_file(&path, &AtomicBool::new(false))
        };
        assert!(matches!(measured("words.wav", b"no sound"), Err(Error::UnreadableSound { .. })));
        assert!(matches!(measured("empty.wav", b""), Err(Error::UnreadableSound { .. })));
        assert!(matches!(
            measured("slow.wav", &wav(4_000, &[0; 4_000])),
            Err(Error::UnmeasurableSound { .. })
        ));
        let nothing = measure_file(&folder.path().join("none.wav"), &AtomicBool::new(false));
        assert!(matches!(nothing, Err(Error::NotFound { .. })));
        assert!(matches!(
            measure_file(folder.path(), &AtomicBool::new(false)),
            Err(Error::UnreadableSound { .. })
        ));
        let cancelled = measure_file(&folder.path().join("slow.wav"), &AtomicBool::new(true));
        assert!(cancelled.is_err());
        let loudness = measured("square.wav", &wav(8_000, &[8_192; 8_000])).unwrap().loudness;
        assert_eq!(loudness.duration.0, 1.0);
        assert!((loudness.sample_peak.unwrap().0 + 12.04).abs() < 0.01);
    }

    /// Returns a mono WAVE file of 16 bits.
    fn wav(rate: u32, samples: &[i16]) -> Vec<u8> {
        let size = samples.len() as u32 * 2;
        let mut bytes = b"RIFF".to_vec();
        bytes.extend((36 + size).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        bytes.extend([rate, rate * 2].iter().flat_map(|value| value.to_le_bytes()));
        bytes.extend(b"\x02\0\x10\0data");
        bytes.extend(size.to_le_bytes());
        bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        bytes
    }
}
