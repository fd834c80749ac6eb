//! A project of 500 MB and what a musician does to it; the same at every run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The document of the project, beside its sounds.
pub const DOCUMENT: &str = "project.json";

const MEGABYTE: usize = 1_000_000;
const LONG_STEMS: u64 = 8;
const LONG: usize = 50 * MEGABYTE;
const SHORT_STEMS: u64 = 12;
const SHORT: usize = 8 * MEGABYTE;
const DOCUMENT_BYTES: usize = 100_000;
/// Values of the document that one edit changes.
const MOVES: usize = 40;
/// One second of stereo sound in 16 bits.
const SECOND: usize = 44_100 * 4;

/// What a musician does between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    First,
    Mixer,
    Bounced,
    Trimmed,
    Added,
}

impl Edit {
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first version, 496 MB",
            Self::Mixer => "mixer-only change",
            Self::Bounced => "re-bounced 50 MB stem",
            Self::Trimmed => "trimmed 50 MB stem",
            Self::Added => "added 8 MB take",
        }
    }

    /// A working day: most versions only move faders.
    pub fn of(number: usize) -> Self {
        match number {
            0 => Self::First,
            _ if number.is_multiple_of(6) => Self::Bounced,
            _ if number % 6 == 3 => Self::Trimmed,
            _ if number % 6 == 5 => Self::Added,
            _ => Self::Mixer,
        }
    }
}

/// A generator whose numbers are the same everywhere (xorshift64*, Vigna 2016).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Returns a WAV file of noise that swells and falls, in 16 bits as a stem is bounced.
    fn stem(seed: u64, length: usize) -> Vec<u8> {
        let mut noise = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut file = header(length);
        let mut smooth = 0.0f32;
        for frame in 0..length / 4 {
            let swell = (frame as f32 / 30_000.0).sin().abs() * 9_000.0;
            let random = noise.next();
            for side in 0..2 {
                let white = (random >> (side * 32)) as u32 as f32 / u32::MAX as f32 - 0.5;
                smooth = 0.7 * smooth + 0.3 * white;
                file.extend_from_slice(&((smooth * swell) as i16).to_le_bytes());
            }
        }
        file
    }
}

/// Returns the head of a WAV file: PCM, 16 bits, stereo, 44.1 kHz.
fn header(length: usize) -> Vec<u8> {
    let length = length as u32;
    let mut head = Vec::from(*b"RIFF");
    head.extend_from_slice(&(36 + length).to_le_bytes());
    head.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    head.extend_from_slice(&44_100u32.to_le_bytes());
    head.extend_from_slice(&176_400u32.to_le_bytes());
    head.extend_from_slice(b"\x04\0\x10\0data");
    head.extend_from_slice(&length.to_le_bytes());
    head
}

/// The project in its folder.
pub struct Project {
    pub folder: PathBuf,
    seed: u64,
    document: Vec<u8>,
}

impl Project {
    /// Writes the project as it is before the first version.
    pub fn make(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder.join("audio"))?;
        let mut project = Self { folder: folder.into(), seed: 1, document: Vec::new() };
        for (count, length) in [(LONG_STEMS, LONG), (SHORT_STEMS, SHORT)] {
            for _ in 0..count {
                project.bounce(project.seed, length)?;
            }
        }
        let mut noise = Noise(7);
        project.document = (0..DOCUMENT_BYTES).map(|_| b'a' + (noise.next() % 20) as u8).collect();
        Ok(project)
    }

    /// Does what a musician does before a version.
    pub fn edit(&mut self, edit: Edit, version: usize) -> io::Result<()> {
        let stem = 1 + version as u64 % LONG_STEMS;
        match edit {
            Edit::First | Edit::Mixer => {}
            Edit::Bounced => self.bounce(stem, LONG)?,
            Edit::Added => self.bounce(1000 + version as u64, SHORT)?,
            Edit::Trimmed => {
                let sound = fs::read(self.path(stem))?;
                let rest = &sound[header(0).len() + SECOND..];
                let trimmed = [header(rest.len()), rest.to_vec()].concat();
                write(&self.path(stem), &trimmed)?;
            }
        }
        let mut noise = Noise(version as u64 + 99);
        for _ in 0..MOVES {
            let at = noise.next() as usize % DOCUMENT_BYTES;
            self.document[at] = b'A' + (noise.next() % 20) as u8;
        }
        write(&self.folder.join(DOCUMENT), &self.document)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join("audio").join(format!("stem-{number:03}.wav"))
    }

    fn bounce(&mut self, number: u64, length: usize) -> io::Result<()> {
        self.seed += 1;
        write(&self.path(number), &Noise::stem(self.seed, length))
    }
}

/// Writes a file as a workstation would: whole, and long on disk when the version is wanted.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_working_day_has_every_kind_of_edit_and_mostly_moves_faders() {
        let day: Vec<Edit> = (0..50).map(Edit::of).collect();
        let count = |edit| day.iter().filter(|one| **one == edit).count();
        assert_eq!([Edit::First, Edit::Bounced, Edit::Trimmed, Edit::Added].map(count), [1, 8, 8, 8]);
        assert_eq!(count(Edit::Mixer), 25);
    }

    #[test]
    fn a_stem_is_a_wav_file_of_the_size_that_it_says() {
        let stem = Noise::stem(3, 4000);
        assert_eq!((&stem[..4], &stem[8..16], stem.len()), (&b"RIFF"[..], &b"WAVEfmt "[..], 4044));
        assert_eq!(stem[40..44], 4000u32.to_le_bytes());
        assert!(stem != Noise::stem(4, 4000) && stem == Noise::stem(3, 4000));
    }
}
