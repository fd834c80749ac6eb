//! Copies with a real store, a real queue and a storage that speaks S3; the keychain is keyring's own mock.

mod bringing;

use std::path::Path;
use std::time::{Duration, Instant};

use son1k_domain::job::{Job, JobState};
use son1k_domain::setting::Language;
use son1k_domain::{ErrorCode, Problem};
use son1k_support::bucket::{ACCESS_KEY, BUCKET, Storage};
use tempfile::TempDir;

use super::*;
use crate::Options;

const PASSPHRASE: &str = "horse battery staple";
const SECRET: &str = "what only the bucket knows";
const PATIENCE: Duration = Duration::from_secs(60);

/// An open studio, and room for copies.
struct Desk {
    services: Arc<Services>,
    folder: TempDir,
}

async fn open(data: &Path) -> Arc<Services> {
    crate::keychain::use_mock();
    let (data_dir, models) = (Some(data.to_owned()), Some(data.join("models")));
    Services::open(Options { data_dir, models, queue: true, ..Options::default() }).await.unwrap()
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { services: open(&folder.path().join("data")).await, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn disk(&self) -> CopyPlace {
        std::fs::create_dir_all(self.path("disk")).unwrap();
        CopyPlace::Folder { path: self.path("disk/copy").display().to_string() }
    }

    async fn keep(&self, words: &str) {
        self.services.set_lyrics(words).unwrap();
        self.services.save_version(words.into()).await.unwrap();
    }

    async fn finished(&self) -> Vec<Job> {
        let begun = Instant::now();
        loop {
            let jobs = self.services.list_jobs().await.unwrap();
            let over =
                |job: &Job| matches!(job.state, JobState::Done | JobState::Failed | JobState::Cancelled);
            if jobs.iter().all(over) || begun.elapsed() > PATIENCE {
                return jobs;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn copy(&self) -> StoreCopy {
        self.services.copies.list().await.unwrap().remove(0)
    }

    fn versions(&self) -> Vec<String> {
        let versions = self.services.history.vault().unwrap().all_versions().unwrap();
        versions.into_iter().map(|version| version.id.0).collect()
    }
}

fn bucket(storage: &Storage) -> CopyPlace {
    CopyPlace::S3 {
        endpoint: storage.address().into(),
        region: String::new(),
        bucket: BUCKET.into(),
        prefix: "/studio/".into(),
        access_key: ACCESS_KEY.into(),
    }
}

fn problem(error: &Error) -> (ErrorCode, [Problem; 2]) {
    (error.code(), [Language::En, Language::Es].map(|language| error.describe(language)))
}

/// Fails unless nothing below a folder holds a text, in any encoding that a program would think of first.
fn assert_nowhere(folder: &Path, text: &str) {
    for entry in walkdir::WalkDir::new(folder).into_iter().flatten().filter(|one| one.file_type().is_file()) {
        let content = std::fs::read(entry.path()).unwrap_or_default();
        let found = content.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "{} holds it", entry.path().display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_on_a_disk_is_filled_and_restores_on_another_machine_with_its_projects() {
    let desk = Desk::open().await;
    desk.keep("la la la").await;
    let project = desk.services.projects.get().unwrap();
    desk.services.add_copy(desk.disk(), PASSPHRASE.into(), None).await.unwrap();
    let jobs = desk.finished().await;
    assert!(jobs.iter().all(|job| job.state == JobState::Done), "{jobs:?}");
    let copy = desk.copy().await;
    assert!(copy.synced_ms.is_some() && copy.problem.is_none(), "{copy:?}");
    let other = Desk::open().await;
    let place = CopyPlace::Folder { path: desk.path("disk/copy").display().to_string() };
    let wrong = other.services.copies.restore(place.clone(), "mistyped".into(), None).await.unwrap_err();
    assert!(matches!(wrong, Error::Copies(Trouble::WrongPassphrase(_))), "{wrong}");
    other.services.copies.restore(place, format!(" {PASSPHRASE}\n"), None).await.unwrap();
    assert!(desk.versions().iter().all(|version| other.versions().contains(version)));
    let projects = other.services.projects.list().await.unwrap();
    assert!(projects.iter().any(|info| info.id == project.id && info.name == project.name), "{projects:?}");
    other.services.open_project(&project.id).await.unwrap();
    assert_eq!(other.services.projects.get().unwrap().lyrics, "la la la");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_a_bucket_is_filled_and_no_secret_is_anywhere_but_in_the_keychain() {
    let (desk, storage) = (Desk::open().await, Storage::open().unwrap());
    desk.keep("one").await;
    let mut events = desk.services.events.subscribe();
    desk.services.add_copy(bucket(&storage), PASSPHRASE.into(), Some(SECRET.into())).await.unwrap();
    let jobs = desk.finished().await;
    assert!(jobs.iter().all(|job| job.state == JobState::Done), "{jobs:?}");
    assert!(storage.names().iter().any(|name| name.starts_with("studio/snapshots/")));
    let mut told = String::new();
    while let Ok(event) = events.try_recv() {
        told += &format!("{event:?}");
    }
    assert!(told.contains("CopiesListed") && !told.contains(PASSPHRASE) && !told.contains(SECRET));
    let copy = desk.copy().await;
    assert_eq!(keychain::find(&copy.id, Secret::StorageKey).unwrap(), SECRET);
    let Desk { services, folder } = desk;
    services.close(Duration::from_secs(5)).await;
    drop(services);
    for text in [PASSPHRASE, SECRET] {
        assert_nowhere(folder.path(), text);
    }
    let desk = Desk { services: open(&folder.path().join("data")).await, folder };
    desk.services.copies.remove(&copy.id).await.unwrap();
    assert!(desk.services.copies.list().await.unwrap().is_empty());
    assert!(matches!(keychain::find(&copy.id, Secret::Passphrase), Err(Error::Copies(Trouble::Forgotten))));
    assert!(!storage.names().is_empty(), "the copy itself stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_away_is_left_alone_and_caught_up_with_when_it_is_back() {
    let desk = Desk::open().await;
    desk.keep("one").await;
    desk.services.add_copy(desk.disk(), PASSPHRASE.into(), None).await.unwrap();
    desk.finished().await;
    std::fs::rename(desk.path("disk"), desk.path("drawer")).unwrap();
    desk.keep("two").await;
    desk.services.copies.bring_up_to_date().await;
    assert!(desk.copy().await.problem.is_none(), "a disk in a drawer is no news");
    desk.services.sync_copy(desk.copy().await.id).await.unwrap();
    let jobs = desk.finished().await;
    let failed = jobs.iter().find(|job| job.state == JobState::Failed).unwrap();
    assert_eq!(failed.problem.as_ref().unwrap().code, ErrorCode::NotFound);
    assert!(!desk.path("disk").exists(), "it was written where the disk should be");
    // The mount point of a disk that is not there.
    std::fs::create_dir_all(desk.path("disk/copy")).unwrap();
    desk.services.copies.bring_up_to_date().await;
    assert_eq!(std::fs::read_dir(desk.path("disk/copy")).unwrap().count(), 0);
    std::fs::remove_dir_all(desk.path("disk")).unwrap();
    std::fs::rename(desk.path("drawer"), desk.path("disk")).unwrap();
    desk.services.copies.bring_up_to_date().await;
    assert!(desk.copy().await.problem.is_none());
    let place = son1k_history::Place::Folder(desk.path("disk/copy"));
    let copy = Vault::open(&place, &Key::passphrase(PASSPHRASE)).unwrap();
    assert_eq!(copy.all_versions().unwrap().len(), desk.versions().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_copy_is_refused_in_both_languages_and_nothing_is_remembered() {
    let (desk, storage) = (Desk::open().await, Storage::open().unwrap());
    desk.services.history.vault().unwrap();
    let folder = |path: PathBuf| CopyPlace::Folder { path: path.display().to_string() };
    let wrong = |change: fn(&mut String, &mut String)| match bucket(&storage) {
        CopyPlace::S3 { endpoint, region, mut bucket, prefix, mut access_key } => {
            change(&mut bucket, &mut access_key);
            CopyPlace::S3 { endpoint, region, bucket, prefix, access_key }
        }
        other => other,
    };
    let long = "long enough";
    let cases = [
        (desk.disk(), "short", ErrorCode::InvalidField),
        (folder(desk.path("gone/away/copy")), long, ErrorCode::NotFound),
        (folder(desk.services.history.folder().join("copy")), long, ErrorCode::InvalidField),
        (wrong(|bucket, _| bucket.clear()), long, ErrorCode::InvalidField),
        (wrong(|bucket, _| *bucket = "other".into()), long, ErrorCode::NotFound),
        (wrong(|_, access_key| *access_key = "SOMEBODY".into()), long, ErrorCode::InvalidField),
    ];
    for (place, passphrase, code) in cases {
        let error = desk.services.add_copy(place.clone(), passphrase.into(), Some(SECRET.into())).await;
        let (found, [english, spanish]) = problem(&error.unwrap_err());
        assert_eq!(found, code, "{place:?}: {english:?}");
        assert!(!english.message.is_empty() && !english.hint.is_empty() && !spanish.hint.is_empty());
        assert!(english.message != spanish.message && english.hint != spanish.hint, "{english:?}");
        assert!(!format!("{english:?}{spanish:?}").contains(SECRET));
    }
    assert!(desk.services.copies.list().await.unwrap().is_empty());
    assert!(!desk.services.history.folder().join("copy").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_other_things_gets_a_folder_for_the_copy_and_the_same_place_is_taken_once() {
    let desk = Desk::open().await;
    desk.keep("one").await;
    std::fs::create_dir_all(desk.path("disk/holiday")).unwrap();
    let root = CopyPlace::Folder { path: desk.path("disk").display().to_string() };
    desk.services.add_copy(root.clone(), PASSPHRASE.into(), None).await.unwrap();
    desk.finished().await;
    assert!(desk.path("disk/Son1k Studio/config").is_file());
    let again = desk.services.add_copy(root.clone(), PASSPHRASE.into(), None).await.unwrap_err();
    assert!(matches!(again, Error::Copies(Trouble::Known(_))), "{again}");
    let other = Desk::open().await;
    other.services.copies.restore(root, PASSPHRASE.into(), None).await.unwrap();
    assert!(desk.versions().iter().all(|version| other.versions().contains(version)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recovery_sheet_names_the_key_that_opens_the_store() {
    let desk = Desk::open().await;
    let path = desk.path("sheet.html");
    desk.services.copies.save_sheet(path.display().to_string()).await.unwrap();
    let sheet = std::fs::read_to_string(path).unwrap();
    let key = std::fs::read_to_string(desk.services.history.key_file()).unwrap();
    let printed: String = sheet.split("<span>").skip(1).map(|part| &part[..4]).collect();
    assert_eq!(printed, key.trim());
    assert!(sheet.contains(&desk.services.history.folder().display().to_string()));
}
