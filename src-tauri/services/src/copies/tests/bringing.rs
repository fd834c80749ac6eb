//! Versions and projects come back from a copy: all that can, once each, whatever stands in the way.

use std::fs;

use son1k_domain::id::ProjectId;

use super::*;

const STEM: &str = "stem.wav";

/// Bytes that no two calls have in common.
fn noise(length: usize) -> Vec<u8> {
    let random = std::iter::repeat_with(|| uuid::Uuid::new_v4().into_bytes());
    random.take(length / 16).flatten().collect()
}

impl Desk {
    /// Begins a project of a name, with a version, and returns which it is.
    async fn song(&self, name: &str) -> ProjectId {
        let id = self.services.new_project(Some(name.into())).await.unwrap();
        self.keep(name).await;
        id
    }

    async fn copy_all(&self) -> CopyPlace {
        self.services.add_copy(self.disk(), PASSPHRASE.into(), None).await.unwrap();
        let jobs = self.finished().await;
        assert!(jobs.iter().all(|job| job.state == JobState::Done), "{jobs:?}");
        self.copy().await.place
    }

    async fn restore(&self, place: &CopyPlace) -> Result<()> {
        self.services.copies.restore(place.clone(), PASSPHRASE.into(), None).await
    }

    /// The names of the folders where projects go, sorted.
    fn folders(&self) -> Vec<String> {
        let found = fs::read_dir(&self.services.copies.projects).unwrap().flatten();
        let mut names: Vec<_> = found.map(|one| one.file_name().to_string_lossy().into_owned()).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }

    async fn listed(&self) -> Vec<ProjectId> {
        self.services.projects.list().await.unwrap().into_iter().map(|info| info.id).collect()
    }
}

/// Changes a byte in the middle of the largest pack of a store.
fn damage_largest_pack(store: &Path) {
    let packs = walkdir::WalkDir::new(store.join("data")).into_iter().flatten();
    let packs = packs.filter(|one| one.file_type().is_file());
    let largest = packs.max_by_key(|one| one.metadata().unwrap().len()).unwrap().into_path();
    let mut bytes = fs::read(&largest).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(largest, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_version_in_a_copy_stays_there_and_everything_else_comes_back() {
    let desk = Desk::open().await;
    let [luna, sol] = [desk.song("Luna").await, desk.song("Sol").await];
    let folder = PathBuf::from(desk.services.projects.get().unwrap().folder);
    fs::write(folder.join(STEM), noise(400_000)).unwrap();
    let damaged = desk.services.save_version("with a stem".into()).await.unwrap();
    let place = desk.copy_all().await;
    damage_largest_pack(&desk.path("disk/copy"));
    let other = Desk::open().await;
    for attempt in ["first", "second"] {
        let error = other.restore(&place).await.unwrap_err();
        assert!(matches!(error, Error::Copies(Trouble::StayedBehind(1))), "{attempt}: {error}");
        let (code, [english, spanish]) = problem(&error);
        assert_eq!(code, ErrorCode::HistoryCorrupt);
        assert!(english.message != spanish.message && english.hint != spanish.hint, "{english:?}");
        let listed = other.listed().await;
        assert!(listed.contains(&luna) && listed.contains(&sol), "{attempt}: {listed:?}");
        let folders = other.folders();
        assert!(folders.iter().filter(|name| name.starts_with("Sol")).eq(["Sol"]), "{folders:?}");
    }
    let missing = desk.versions().into_iter().filter(|version| !other.versions().contains(version));
    assert_eq!(missing.collect::<Vec<_>>(), [damaged.0]);
    other.services.open_project(&sol).await.unwrap();
    assert_eq!(other.services.projects.get().unwrap().lyrics, "Sol");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_that_cannot_come_back_holds_up_no_other_and_the_next_attempt_brings_it_alone() {
    let desk = Desk::open().await;
    let songs = [desk.song("Luna").await, desk.song("Sol").await, desk.song("Mar").await];
    let place = desk.copy_all().await;
    let other = Desk::open().await;
    let blocked = other.services.copies.projects.join(format!(".coming-{}", songs[1]));
    fs::write(&blocked, b"in the way").unwrap();
    other.restore(&place).await.unwrap_err();
    let listed = other.listed().await;
    assert_eq!(songs.each_ref().map(|song| listed.contains(song)), [true, false, true]);
    fs::remove_file(blocked).unwrap();
    // The studio was ended after the folder was there and before it was listed.
    assert!(other.services.store.forget_project(&songs[2]).await.unwrap());
    for _ in 0..2 {
        other.restore(&place).await.unwrap();
        let listed = other.listed().await;
        assert!(songs.iter().all(|song| listed.contains(song)), "{listed:?}");
        let folders = other.folders();
        for name in ["Luna", "Mar", "Sol"] {
            assert!(folders.iter().filter(|folder| folder.starts_with(name)).eq([name]), "{folders:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_files_comes_back_once_with_its_versions() {
    let desk = Desk::open().await;
    let stems = desk.path("stems");
    fs::create_dir(&stems).unwrap();
    fs::write(stems.join(STEM), noise(20_000)).unwrap();
    desk.services.open_past(&stems, false).await.unwrap();
    let kept = desk.services.save_version("first bounce".into()).await.unwrap();
    let place = desk.copy_all().await;
    let other = Desk::open().await;
    let before = other.folders();
    for _ in 0..2 {
        other.restore(&place).await.unwrap();
        let came: Vec<_> = other.folders().into_iter().filter(|name| !before.contains(name)).collect();
        let with_stem = came.iter().map(|name| other.services.copies.projects.join(name));
        let with_stem: Vec<_> = with_stem.filter(|folder| folder.join(STEM).is_file()).collect();
        let [folder] = with_stem.as_slice() else { panic!("{came:?}") };
        assert_eq!(fs::read(folder.join(STEM)).unwrap(), fs::read(stems.join(STEM)).unwrap());
        other.services.open_past(folder, false).await.unwrap();
        let timeline = other.services.timeline().await.unwrap();
        assert_eq!((timeline.head.as_ref(), timeline.changed), (Some(&kept), false));
        assert_eq!(timeline.versions.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_without_a_key_is_in_nobodys_way_where_there_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let services = open(&folder.path().join("data")).await;
    let key = services.history.key_file();
    fs::write(&key, b"").unwrap();
    services.history.vault().unwrap();
    assert_eq!(Key::read(&key).unwrap().as_str().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_whose_key_file_is_empty_is_set_aside_with_it_when_a_copy_takes_its_place() {
    let desk = Desk::open().await;
    desk.keep("la la la").await;
    let place = desk.copy_all().await;
    let versions = desk.versions();
    let (store, key) = (desk.services.history.folder(), desk.services.history.key_file());
    let Desk { services, folder } = desk;
    services.close(Duration::from_secs(5)).await;
    drop(services);
    fs::write(&key, b"").unwrap();
    let desk = Desk { services: open(&folder.path().join("data")).await, folder };
    let lost = desk.services.history.vault().map(|_| ()).unwrap_err();
    assert!(matches!(lost, Error::History(crate::history::Trouble::NoKey(_))), "{lost}");
    desk.restore(&place).await.unwrap();
    assert!(versions.iter().all(|version| desk.versions().contains(version)));
    assert!(store.with_file_name("history.locked-1").join("config").is_file());
    assert_eq!(fs::read(key.with_file_name("history.key.locked-1")).unwrap(), b"");
}
