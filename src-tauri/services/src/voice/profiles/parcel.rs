//! A profile as one file, to be taken elsewhere: a zip archive with `manifest.json` and the original samples.
//!
//! What is opened was made by nobody knows whom: names in it are never used as paths, sizes are counted while they are
//! unpacked, and every sample must have the hash and the contents that the manifest promises.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use son1k_domain::certificate::ConsentReceipt;
use son1k_domain::id::{ProfileId, SampleId};
use son1k_domain::profile::{Closest, Profile, Sample, limits};
use son1k_domain::setting::Language;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::samples::{NEEDS, keep};
use super::{Trouble, discard, named};
use crate::clock::now_ms;
use crate::export::in_place_of;
use crate::voice::invalid;
use crate::{Error, Result, Services};

/// What the manifest says it is, and the newest version that is read.
const KIND: &str = "son1k voice profile";
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// Largest manifest, and largest sample: ten minutes at 192 kHz in stereo, 32 bits.
const MANIFEST_BYTES: u64 = 4 << 20;
const SAMPLE_BYTES: u64 = 1 << 30;

/// What is in the archive beside the sounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Manifest {
    kind: String,
    version: u32,
    name: String,
    language: Language,
    notes: String,
    samples: Vec<Packed>,
    consent: Vec<ConsentReceipt>,
    closest: Option<Closest>,
}

/// A sample in the archive; its entry is `samples/<place in the list>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Packed {
    name: String,
    sha256: String,
}

impl Services {
    /// Writes a profile with its original samples, receipts and closest voice as one file (`.son1kvoice`), whole or not at all.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a path that is not absolute, [`Error::NotFound`], [`Error::Unreadable`] for a sample that
    /// is gone, [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn export_profile(&self, id: &ProfileId, path: &str) -> Result<()> {
        if !Path::new(path).is_absolute() {
            return Err(invalid("path", path));
        }
        let profile = self.profiles.get(id)?;
        tokio::task::block_in_place(|| {
            // What cannot be read is told before anything is written.
            let open = |sample: &Sample| {
                let path = self.profiles.original(id, sample);
                File::open(&path)
                    .map_err(|source| Error::Unreadable { path: path.display().to_string(), source })
            };
            let sounds = profile.samples.iter().map(open).collect::<Result<Vec<_>>>()?;
            let target = Path::new(path);
            in_place_of(target, |file| pack(file, &profile, sounds))
                .map_err(|error| Error::writing(target, error))
        })
    }

    /// Makes a new profile of a file that [`Services::export_profile`] wrote, and returns its id. Its samples are looked at anew,
    /// cleaned ones come as their originals, and receipts count as far as their sample is there. Whose voice it is, a file
    /// cannot say: it comes as somebody else's.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a path that is not absolute, [`Error::Unreadable`], [`Error::NotFound`],
    /// [`Trouble::NoProfile`] for what is no profile, not whole or larger than it may be, [`Error::NewerVersion`],
    /// [`Trouble::TooManyProfiles`], [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`],
    /// [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn import_profile(&self, path: &str) -> Result<ProfileId> {
        let source = Path::new(path);
        if !source.is_absolute() {
            return Err(invalid("path", path));
        }
        let id = ProfileId(uuid::Uuid::now_v7().to_string());
        let folder = self.profiles.folder(&id);
        let unpacked = tokio::task::block_in_place(|| self.unpack(&id, source));
        let profile = unpacked.inspect_err(|_| discard(&folder))?;
        self.profiles.add(profile).await.inspect_err(|_| discard(&folder))?;
        Ok(id)
    }

    fn unpack(&self, id: &ProfileId, path: &Path) -> Result<Profile> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let refuse = |why: String| Error::from(Trouble::NoProfile { name: name.clone(), why });
        let file = File::open(path).map_err(|error| Error::of_reading(path, error.into()))?;
        let mut archive = ZipArchive::new(file).map_err(|error| refuse(error.to_string()))?;
        let manifest = manifest_of(&mut archive).map_err(refuse)?;
        if manifest.version > VERSION {
            return Err(Error::NewerVersion(name));
        }
        checked(&manifest).map_err(refuse)?;
        self.shelf.require_all(&NEEDS)?;
        let mut samples = Vec::with_capacity(manifest.samples.len());
        for (place, packed) in manifest.samples.iter().enumerate() {
            let entry = archive.by_name(&entry_of(place)).map_err(|error| refuse(error.to_string()))?;
            let sample = Sample {
                id: SampleId(uuid::Uuid::now_v7().to_string()),
                name: packed.name.clone(),
                seconds: son1k_domain::unit::Seconds(0.0),
                sha256: packed.sha256.clone(),
                checks: Vec::new(),
                cleaned: false,
            };
            let hash = keep(Measured { of: entry, left: SAMPLE_BYTES }, &self.profiles.original(id, &sample));
            if hash.map_err(|error| broken(error, &refuse))? != packed.sha256 {
                return Err(refuse(format!("{} is not what it was", packed.name)));
            }
            samples.push(self.look_again(id, sample).map_err(|error| match error {
                Error::SoundRefused(_) | Error::Unreadable { .. } | Error::Profiles(_) => {
                    refuse(format!("{}: {error}", packed.name))
                }
                other => other,
            })?);
        }
        let Manifest { name, language, notes, consent, closest, .. } = manifest;
        let (id, created_ms) = (id.clone(), now_ms());
        Ok(Profile { id, name, language, notes, own: false, samples, consent, closest, created_ms })
    }
}

/// Writing says "could not write" of bytes that could not be unpacked, too: those are the archive's fault.
fn broken(error: Error, refuse: &impl Fn(String) -> Error) -> Error {
    match error {
        Error::Unwritable { source, .. } if source.kind() == std::io::ErrorKind::InvalidData => {
            refuse(source.to_string())
        }
        other => other,
    }
}

fn entry_of(place: usize) -> String {
    format!("samples/{place}")
}

fn pack(file: &mut File, profile: &Profile, sounds: Vec<File>) -> std::io::Result<()> {
    let mut archive = ZipWriter::new(file);
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let packed = |sample: &Sample| Packed { name: sample.name.clone(), sha256: sample.sha256.clone() };
    let manifest = Manifest {
        kind: KIND.to_owned(),
        version: VERSION,
        name: profile.name.clone(),
        language: profile.language,
        notes: profile.notes.clone(),
        samples: profile.samples.iter().map(packed).collect(),
        consent: profile.consent.clone(),
        closest: profile.closest.clone(),
    };
    archive.start_file(MANIFEST, options)?;
    archive.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    for (place, mut sound) in sounds.into_iter().enumerate() {
        archive.start_file(entry_of(place), options)?;
        std::io::copy(&mut sound, &mut archive)?;
    }
    archive.finish()?;
    Ok(())
}

fn manifest_of(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Manifest, String> {
    let entry = archive.by_name(MANIFEST).map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    let mut entry = Measured { of: entry, left: MANIFEST_BYTES };
    entry.read_to_end(&mut text).map_err(|error| error.to_string())?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    if manifest.kind == KIND { Ok(manifest) } else { Err("it is something else".into()) }
}

/// Checks what a manifest says against what a profile holds.
fn checked(manifest: &Manifest) -> Result<(), String> {
    let short = |text: &str| text.chars().count() <= limits::NAME && !text.chars().any(char::is_control);
    let hash = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let samples = &manifest.samples;
    let fits = named("profile_name", &manifest.name).is_ok()
        && manifest.notes.chars().count() <= limits::NOTES
        && samples.len() <= limits::SAMPLES
        && manifest.consent.len() <= limits::SAMPLES
        && samples.iter().all(|sample| hash(&sample.sha256) && sample.name.chars().count() <= 255)
        && manifest.consent.iter().all(|receipt| {
            short(&receipt.person) && short(&receipt.purpose) && short(&receipt.date) && hash(&receipt.sample)
        })
        && manifest.closest.as_ref().is_none_or(is_possible);
    if fits { Ok(()) } else { Err("it holds what a profile cannot hold".into()) }
}

/// Returns whether a closest voice is one that could have been found here.
fn is_possible(closest: &Closest) -> bool {
    let weights = closest.blend.iter().map(|part| part.weight);
    let stock = |id| crate::voice::find(id).is_ok();
    (1..=limits::BLEND).contains(&closest.blend.len())
        && weights.clone().all(|weight| weight > 0.0)
        && (weights.sum::<f32>() - 1.0).abs() < 0.01
        && closest.blend.iter().all(|part| stock(&part.voice))
        && closest.conversion.clone().within_limits() == closest.conversion
        && (0.5..=2.0).contains(&closest.pace)
        && [closest.similarity_before, closest.similarity].iter().all(|value| (-1.0..=1.0).contains(value))
}

/// Ends with an error where more comes than may: what an archive says about its sizes need not be true.
struct Measured<R> {
    of: R,
    left: u64,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let wrong = |why: String| std::io::Error::new(std::io::ErrorKind::InvalidData, why);
        let read = self.of.read(buffer).map_err(|error| wrong(error.to_string()))? as u64;
        self.left = self.left.checked_sub(read).ok_or_else(|| wrong("it is larger than it may be".into()))?;
        Ok(read as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::conversion::Conversion;
    use son1k_domain::profile::BlendPart;

    fn manifest() -> Manifest {
        let hash = "a".repeat(64);
        Manifest {
            kind: KIND.into(),
            version: VERSION,
            name: "Ana".into(),
            language: Language::Es,
            notes: String::new(),
            samples: vec![Packed { name: "take.wav".into(), sha256: hash.clone() }],
            consent: vec![ConsentReceipt {
                person: "Ana".into(),
                purpose: "a song".into(),
                date: "2026-11-22".into(),
                sample: hash,
            }],
            closest: Some(Closest {
                blend: vec![BlendPart { voice: "ef_dora".into(), weight: 1.0 }],
                conversion: Conversion::default(),
                pace: 1.0,
                similarity_before: 0.6,
                similarity: 0.7,
            }),
        }
    }

    #[test]
    fn a_manifest_holds_what_a_profile_can_hold() {
        assert!(checked(&manifest()).is_ok());
        let wrong: [fn(&mut Manifest); 9] = [
            |manifest| manifest.name = " ".into(),
            |manifest| manifest.notes = "a".repeat(limits::NOTES + 1),
            |manifest| manifest.samples[0].sha256 = "../../etc/passwd".into(),
            |manifest| manifest.samples = vec![manifest.samples[0].clone(); limits::SAMPLES + 1],
            |manifest| manifest.consent[0].person = "a\u{0}b".into(),
            |manifest| manifest.closest.as_mut().unwrap().blend.clear(),
            |manifest| manifest.closest.as_mut().unwrap().blend[0].voice = "nobody".into(),
            |manifest| manifest.closest.as_mut().unwrap().conversion.pitch = 90.0,
            |manifest| manifest.closest.as_mut().unwrap().pace = f32::NAN,
        ];
        for (number, spoil) in wrong.into_iter().enumerate() {
            let mut spoilt = manifest();
            spoil(&mut spoilt);
            assert!(checked(&spoilt).is_err(), "{number}");
        }
    }

    #[test]
    fn no_more_is_read_than_may_come() {
        let mut bytes = Vec::new();
        let of = std::io::repeat(0).take(1_000);
        assert_eq!(Measured { of, left: 1_000 }.read_to_end(&mut bytes).unwrap(), 1_000);
        let endless = Measured { of: std::io::repeat(0), left: 1_000 }.read_to_end(&mut bytes);
        assert_eq!(endless.unwrap_err().kind(), std::io::ErrorKind::InvalidData);
    }
}
