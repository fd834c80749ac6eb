//! Profiles that come from elsewhere, over the models that the set-up fetched.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use son1k_domain::ErrorCode;
use son1k_support::clone;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::Options;

struct Desk {
    folder: TempDir,
    services: Arc<Services>,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = Some(folder.path().join("data"));
        let options = Options { data_dir: data, models: Some(clone::weights()), ..Options::default() };
        Self { services: Services::open(options).await.unwrap(), folder }
    }

    /// Writes an archive of these entries.
    fn archive(&self, entries: &[(&str, &[u8])]) -> PathBuf {
        let path = self.folder.path().join("from elsewhere.son1kvoice");
        let mut archive = ZipWriter::new(std::fs::File::create(&path).unwrap());
        for (name, bytes) in entries {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        path
    }

    async fn import(&self, path: &Path) -> Result<ProfileId> {
        self.services.import_profile(&path.display().to_string()).await
    }

    /// Fails unless the archive is refused and leaves nothing behind.
    async fn refuses(&self, entries: &[(&str, &[u8])]) {
        let path = self.archive(entries);
        let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let error = self.import(&path).await.expect_err("it is refused");
        assert_eq!(error.code(), ErrorCode::UnsupportedFile, "{names:?}: {error}");
        assert!(self.services.profiles.list().is_empty());
        let left = std::fs::read_dir(self.services.paths.data.join(FOLDER)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{names:?}");
    }
}

fn recording() -> Vec<u8> {
    std::fs::read(clone::root().join("tests/fixtures/speech/spanish.wav")).unwrap()
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a manifest of one sample with this hash.
fn manifest(name: &str, sha256: &str) -> Value {
    json!({
        "kind": "son1k voice profile", "version": 1, "name": "Ana", "language": "es", "notes": "",
        "samples": [{ "name": name, "sha256": sha256 }], "consent": [], "closest": null,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_profile_is_taken_as_somebody_elses_voice() {
    let (desk, sound) = (Desk::new().await, recording());
    let manifest = manifest("../../../etc/passwd", &hash(&sound)).to_string();
    let path = desk.archive(&[("manifest.json", manifest.as_bytes()), ("samples/0", &sound)]);
    let id = desk.import(&path).await.unwrap();
    let profile = desk.services.profiles.get(&id).unwrap();
    assert!(!profile.own && !profile.is_consented());
    assert_eq!(profile.samples[0].checks.len(), 5);
    // Of a name nothing is used but a plain ending.
    let file = desk.services.profiles.file(&id, &profile.samples[0]);
    assert!(file.starts_with(desk.services.profiles.folder(&id)) && file.is_file(), "{}", file.display());
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_that_lie_are_refused_and_leave_nothing_behind() {
    let (desk, sound) = (Desk::new().await, recording());
    let good = manifest("take.wav", &hash(&sound));
    let text = good.to_string();
    desk.refuses(&[]).await;
    desk.refuses(&[("../manifest.json", text.as_bytes())]).await;
    desk.refuses(&[("manifest.json", b"{}")]).await;
    desk.refuses(&[("manifest.json", &vec![b' '; 5 << 20])]).await;
    desk.refuses(&[("manifest.json", text.as_bytes())]).await;
    desk.refuses(&[("manifest.json", text.as_bytes()), ("samples/0", &sound[..sound.len() - 1])]).await;
    let picture = b"\x89PNG\r\n\x1a\n";
    let of_picture = manifest("take.wav", &hash(picture)).to_string();
    desk.refuses(&[("manifest.json", of_picture.as_bytes()), ("samples/0", picture)]).await;
    for (field, value) in [
        ("kind", json!("song")),
        ("name", json!("")),
        ("samples", json!([{ "name": "a", "sha256": "../a" }])),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value;
        desk.refuses(&[("manifest.json", wrong.to_string().as_bytes()), ("samples/0", &sound)]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_of_a_newer_studio_is_told_apart_from_a_damaged_one() {
    let desk = Desk::new().await;
    let mut newer = manifest("take.wav", &"a".repeat(64));
    newer["version"] = json!(2);
    let path = desk.archive(&[("manifest.json", newer.to_string().as_bytes())]);
    assert_eq!(desk.import(&path).await.unwrap_err().code(), ErrorCode::NewerVersion);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_for_the_samples_that_are_there() {
    let (desk, sound) = (Desk::new().await, recording());
    let id = desk.services.create_profile("Ana", Language::Es, false).await.unwrap();
    let none = desk.services.give_consent(&id, "Ana", "una canción").await;
    assert!(matches!(none, Err(Error::Profiles(Trouble::NothingToConsent))));
    let path = desk.folder.path().join("take.wav");
    std::fs::write(&path, &sound).unwrap();
    let source = || vec![son1k_domain::profile::SampleSource::File(path.display().to_string())];
    desk.services.add_samples(&id, source()).await.unwrap();
    desk.services.give_consent(&id, "Ana", "una canción").await.unwrap();
    assert!(desk.services.profiles.get(&id).unwrap().is_consented());
    // Another recording needs it again.
    std::fs::write(&path, [&sound[..], b"\0\0"].concat()).unwrap();
    desk.services.add_samples(&id, source()).await.unwrap();
    let profile = desk.services.profiles.get(&id).unwrap();
    assert!(!profile.is_consented());
    desk.services.remove_sample(&id, &profile.samples[1].id).await.unwrap();
    assert!(desk.services.profiles.get(&id).unwrap().is_consented());
    let own = ProfileChange { own: Some(true), ..ProfileChange::default() };
    desk.services.change_profile(&id, own).await.unwrap();
    let needless = desk.services.give_consent(&id, "Ana", "una canción").await;
    assert!(matches!(needless, Err(Error::Profiles(Trouble::OwnVoice))));
}
