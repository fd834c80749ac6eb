//! How loud sound files are.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use son1k_domain::loudness::Measurement;
use son1k_domain::sound::Damage;
use son1k_sound::{Progress, loudness};

use crate::{Error, Result};

/// Measures loudness and peaks of one file, as far as it can be read, and tells what of it is damaged; needs no open
/// studio.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::Cancelled`].
pub fn measure_file(path: &Path, cancelled: &AtomicBool) -> Result<(Measurement, Damage)> {
    use son1k_sound::Error as E;
    let progress = Progress { report: &|_| {}, cancelled };
    let named = || path.display().to_string();
    loudness::measure_file(path, &progress).map_err(|error| match error {
        E::Io(source) if source.kind() == ErrorKind::NotFound => Error::NotFound { what: named() },
        E::Io(source) => Error::Unreadable { path: named(), source },
        other => other.into(),
    })
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
        assert!(matches!(measured("words.wav", b"no sound"), Err(Error::SoundRefused(_))));
        assert!(matches!(measured("empty.wav", b""), Err(Error::SoundRefused(_))));
        assert!(matches!(measured("slow.wav", &wav(4_000, &[0; 4_000])), Err(Error::SoundRefused(_))));
        let nothing = measure_file(&folder.path().join("none.wav"), &AtomicBool::new(false));
        assert!(matches!(nothing, Err(Error::NotFound { .. })));
        assert!(matches!(measure_file(folder.path(), &AtomicBool::new(false)), Err(Error::SoundRefused(_))));
        let cancelled = measure_file(&folder.path().join("slow.wav"), &AtomicBool::new(true));
        assert!(cancelled.is_err());
        let bytes = wav(8_000, &[8_192; 8_000]);
        let (measurement, damage) = measured("square.wav", &bytes).unwrap();
        let loudness = measurement.loudness;
        assert!(damage.is_none() && loudness.duration.0 == 1.0);
        assert!((loudness.sample_peak.unwrap().0 + 12.04).abs() < 0.01);
        let (half, damage) = measured("half.wav", &bytes[..8_044]).unwrap();
        assert!(damage.lost.is_some() && half.loudness.duration.0 == 0.5);
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
