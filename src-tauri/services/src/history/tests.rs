//! What is promised when something goes wrong in the middle, with real files and a real store.

use std::path::PathBuf;
use std::time::Instant;

use son1k_domain::history::{Occasion, Timeline};
use son1k_domain::id::VersionId;
use tempfile::TempDir;

use super::changing::Plan;
use super::listing::Look;
use super::moving::Goal;
use super::place::Place;
use super::*;
use crate::{Options, Services};

mod asked;
mod cut_short;
mod merges;

/// A studio without queue and sound, and a project in it.
struct Room {
    services: Arc<Services>,
    folder: TempDir,
}

impl Room {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let services = open(&folder).await;
        services.new_project(Some("Luna".into())).await.unwrap();
        Self { services, folder }
    }

    /// Leaves as a killed program would, and comes back.
    async fn killed(self) -> Self {
        let id = self.services.projects.current().unwrap();
        let Self { services, folder } = self;
        drop(services);
        let services = open(&folder).await;
        services.open_project(&id).await.unwrap();
        Self { services, folder }
    }

    fn project(&self) -> PathBuf {
        PathBuf::from(self.services.projects.get().unwrap().folder)
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.project().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn content(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.project().join(name)).ok()
    }

    fn lyrics(&self) -> String {
        self.services.projects.get().unwrap().lyrics
    }

    async fn keep(&self, message: &str) -> VersionId {
        self.services.save_version(message.into()).await.unwrap()
    }

    async fn timeline(&self) -> Timeline {
        let timeline = self.services.timeline().await.unwrap();
        assert_eq!(timeline.problem, None);
        timeline
    }

    /// A project with two branches; returns the tip of the other one, `main` is open.
    async fn with_branch(&self) -> VersionId {
        self.services.set_lyrics("uno").unwrap();
        self.write("kick.wav", b"kick of main");
        self.keep("one").await;
        self.services.make_branch("other".into(), None).await.unwrap();
        self.services.set_lyrics("dos").unwrap();
        self.write("kick.wav", b"kick");
        self.write("vox/lead.wav", b"voice");
        let tip = self.keep("two").await;
        self.services.switch_branch("main".into()).await.unwrap();
        tip
    }
}

async fn open(folder: &TempDir) -> Arc<Services> {
    let models = Some(folder.path().join("models"));
    let data_dir = Some(folder.path().to_owned());
    Services::open(Options { data_dir, models, ..Options::default() }).await.unwrap()
}

/// Where a switch to a version of `other` leads.
fn to_other(room: &Room, version: &VersionId) -> Goal {
    let history = &room.services.history;
    let document = history.document(&history.here().unwrap(), version).unwrap();
    let state = Some(document.version().to_string());
    Goal { version: version.clone(), branch: "other".into(), state, merge: None }
}

/// Leaves a project as a switch does that was killed before it came to the document.
async fn cut_switch(room: &Room) -> VersionId {
    let tip = room.with_branch().await;
    let mut cut = place(room);
    let mut plan = Plan::new(cut.version.as_ref().unwrap(), &tip);
    plan.come = [("kick.wav", 4), ("vox/lead.wav", 5)].map(|(name, size)| (name.into(), size)).into();
    cut.moving = Some(plan.moving(&cut, to_other(room, &tip)));
    cut.write(&room.project()).unwrap();
    room.write("kick.wav", b"kick");
    room.write("vox/lead.wav", b"voice");
    tip
}

fn place(room: &Room) -> Place {
    let history = &room.services.history;
    history.noted(&history.here().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_a_crash_cut_short_is_taken_back() {
    let room = Room::open().await;
    cut_switch(&room).await;

    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.branch.as_str(), timeline.changed), ("main", false));
    assert_eq!(room.content("kick.wav").unwrap(), b"kick of main");
    assert_eq!((room.content("vox/lead.wav"), room.lyrics().as_str()), (None, "uno"));
    assert!(!room.project().join("vox").exists());
    room.services.switch_branch("other".into()).await.unwrap();
    assert_eq!((room.content("kick.wav").unwrap(), room.lyrics().as_str()), (b"kick".to_vec(), "dos"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_whose_document_is_there_already_is_ended() {
    let room = Room::open().await;
    let tip = room.with_branch().await;
    let before = place(&room);
    room.write("only-main.wav", b"main");
    room.keep("three").await;
    let mut cut = place(&room);
    room.services.switch_branch("other".into()).await.unwrap();
    let mut plan = Plan::new(cut.version.as_ref().unwrap(), &tip);
    plan.go = ["only-main.wav"].map(PathBuf::from).into();
    cut.moving = Some(plan.moving(&before, to_other(&room, &tip)));
    cut.write(&room.project()).unwrap();
    room.write("only-main.wav", b"main");

    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.branch.as_str(), timeline.head), ("other", Some(tip)));
    assert_eq!((room.content("only-main.wav"), room.lyrics().as_str()), (None, "dos"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_fails_leaves_everything_as_it_was() {
    let room = Room::open().await;
    room.with_branch().await;
    room.write("mine.txt", b"mine");
    // Where a file should come, somebody has put a folder that is not empty.
    room.write("vox/lead.wav/inside.txt", b"in the way");
    let before = room.services.projects.get().unwrap();
    let failed = room.services.switch_branch("other".into()).await;
    assert!(failed.is_err());
    assert_eq!(room.services.projects.get().unwrap(), before);
    assert_eq!(room.content("kick.wav").unwrap(), b"kick of main");
    assert_eq!(room.content("vox/lead.wav/inside.txt").unwrap(), b"in the way");
    assert_eq!(room.timeline().await.branch, "main");
    assert_eq!(place(&room).moving, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_from_another_machine_finds_its_place_and_its_files() {
    let room = Room::open().await;
    room.with_branch().await;
    let head = room.timeline().await.head;
    std::fs::remove_dir_all(room.project().join(".son1k")).unwrap();
    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.head, timeline.branch.as_str(), timeline.changed), (head, "main", false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_change_beside_large_files_is_kept_without_reading_them() {
    let room = Room::open().await;
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let mut stem = || (0..20_000_000).map(|_| noise()).collect::<Vec<u8>>();
    room.write("stem.wav", &stem());
    // The first version also makes the store.
    room.keep("stem").await;
    room.write("other stem.wav", &stem());
    let begun = Instant::now();
    room.keep("other stem").await;
    let read = begun.elapsed();
    let mut times = Vec::new();
    for number in 0..5 {
        room.services.set_lyrics(&format!("verse {number}")).unwrap();
        let begun = Instant::now();
        room.keep("words").await;
        times.push(begun.elapsed());
    }
    let timeline = room.timeline().await;
    println!("a small change was kept in {times:?}, a stem in {read:?}");
    assert!(timeline.versions[0].added_bytes < 100_000.0, "{:?}", timeline.versions[0]);
    // How long it takes is the bench's affair.
    assert!(*times.iter().min().unwrap() < read / 3, "{times:?}, {read:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_go_on_while_a_large_version_is_kept() {
    let room = Room::open().await;
    room.services.set_lyrics("before").unwrap();
    // The first version also makes the store.
    room.keep("small").await;
    let stem: Vec<u8> = (0..60_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    room.write("stem.wav", &stem);
    let services = room.services.clone();
    let keeping = tokio::spawn(async move { services.save_version("large".into()).await });
    let mut edits = 0;
    while !keeping.is_finished() && edits < 10_000 {
        room.services.set_lyrics(&format!("during {edits}")).unwrap();
        edits += 1;
        tokio::task::yield_now().await;
    }
    keeping.await.unwrap().unwrap();
    assert!(edits > 1, "{edits}");
    // What was edited meanwhile is not in that version, and is not lost.
    assert!(room.timeline().await.changed);
    assert_eq!(room.lyrics(), format!("during {}", edits - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_keeps_a_version_once_and_only_when_something_changed() {
    let room = Room::open().await;
    let history = room.services.history.clone();
    let following = tokio::spawn(history.clone().follow_with(std::time::Duration::from_millis(50)));
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    room.services.set_lyrics("pausa").unwrap();
    let begun = Instant::now();
    while room.timeline().await.versions.is_empty() {
        assert!(begun.elapsed().as_secs() < 30);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    following.abort();
    let versions = room.timeline().await.versions;
    assert_eq!((versions.len(), versions[0].occasion), (1, Occasion::Pause));
    let never = AtomicBool::new(false);
    let progress = Progress { report: &|_| (), cancelled: &never };
    assert!(!tokio::task::block_in_place(|| history.keep_if_changed(Occasion::Close, progress)).unwrap());
}

#[test]
fn a_file_looks_the_same_until_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kick.wav");
    assert_eq!(Look::at(&path), None);
    std::fs::write(&path, b"kick").unwrap();
    let look = Look::at(&path).unwrap();
    assert_eq!((look.bytes, Look::at(&path)), (4, Some(look)));
    std::fs::write(&path, b"longer").unwrap();
    assert_ne!(Look::at(&path), Some(look));
}
