//! The whole program is killed while it switches, merges or restores; what it leaves is the song before or after.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;
use serde_json::{Value, json};
use son1k_support::clone;

use super::song;
use crate::desk::Desk;

/// Processes of each kind that are killed.
const ROUNDS: u32 = 10;
/// How long after a change has begun a process of every other round lives at most.
const LIFE: Duration = Duration::from_millis(60);

/// A song on two branches whose document, sounds and files differ, with the data of the studio that keeps it.
struct Scene {
    root: tempfile::TempDir,
    /// The folder of the song below `root`.
    song: PathBuf,
    ours: String,
    first: String,
}

/// What a song is: what differs from the version before, and the bytes of the files beside its document.
type State = (Value, BTreeMap<PathBuf, Vec<u8>>);

impl Scene {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let desk = Desk::open(root.path());
        let folder = PathBuf::from(desk.song(song()).folder);
        // All are as long as each other: what differs is what is in them.
        let write = |name: &str, seed: u64| fs::write(folder.join(name), noise(seed)).unwrap();
        write("kick.wav", 1);
        write("bass.wav", 2);
        let first = desk.keep("Demo");
        desk.branch("other", None);
        desk.level(0, -6.0, 1);
        write("kick.wav", 3);
        write("vox.wav", 4);
        let () = desk.done("set_lyrics", json!({ "text": "bajito" }));
        desk.keep("theirs");
        desk.switch("main");
        desk.level(0, -1.0, 2);
        desk.level(1, 2.0, 3);
        write("kick.wav", 5);
        let ours = desk.keep("ours");
        desk.close();
        let song = folder.strip_prefix(root.path()).unwrap().to_owned();
        Self { root, song, ours: ours.0, first: first.0 }
    }

    /// Copies everything, so that each process finds the same.
    fn again(&self) -> Room<'_> {
        let folder = tempfile::tempdir().unwrap();
        copy(self.root.path(), folder.path());
        Room { scene: self, folder }
    }
}

struct Room<'a> {
    scene: &'a Scene,
    folder: tempfile::TempDir,
}

impl Room<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(clone::son1k());
        command.arg("history").args(arguments).arg("--json").arg("--project").arg(self.song());
        command.arg("--data-dir").arg(self.folder.path()).env("LC_ALL", "en_GB.UTF-8");
        command
    }

    fn song(&self) -> PathBuf {
        self.folder.path().join(&self.scene.song)
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Value {
        let said = self.ask(arguments);
        assert_eq!(said["error"], Value::Null, "{arguments:?}");
        said
    }

    /// Runs what may be refused.
    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> Value {
        let Output { status, stdout, stderr } =
            self.command(arguments).output().expect("the son1k command is built");
        let said: Value = serde_json::from_slice(&stdout).expect("--json prints JSON");
        let told = String::from_utf8_lossy(&stderr);
        assert_eq!(status.success(), said["error"].is_null(), "{arguments:?}: {said} {told}");
        said
    }

    /// Merges, or merges again what a killed process left: both come to the same.
    #[track_caller]
    fn merge_again(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let said = self.ask(&["merge", "other"]);
        let code = &said["error"]["code"];
        assert!(said["error"].is_null() || *code == "invalid_field", "{said}");
        let listed = self.run(&["list"]);
        let merges = listed["versions"].as_array().unwrap().iter().filter(|kept| kept["occasion"] == "merge");
        let parents: Vec<usize> = merges.map(|kept| kept["parents"].as_array().unwrap().len()).collect();
        assert!(!parents.is_empty() && parents.iter().all(|parents| *parents == 2), "{listed}");
        self.state().1
    }

    /// Opens the song, which ends what was cut short, and says what it is.
    #[track_caller]
    fn state(&self) -> State {
        let compared = self.run(&["compare", &self.scene.ours]);
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(self.song()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "wav") {
                files.insert(PathBuf::from(path.file_name().unwrap()), fs::read(&path).unwrap());
            }
        }
        (compared, files)
    }

    /// Whether a change of the song's files is on its way.
    fn is_moving(&self) -> bool {
        let place = fs::read(self.song().join(".son1k/place.json")).unwrap_or_default();
        serde_json::from_slice::<Value>(&place).is_ok_and(|place| !place["moving"].is_null())
    }

    /// Starts what was asked and kills it after a while: counted from its start, or from when files begin to change.
    /// Returns whether it was killed before it was done.
    fn killed(&self, asked: &[&str], life: Duration, once_moving: bool) -> bool {
        let mut child = self.command(asked).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while once_moving && !self.is_moving() && is_running(&mut child) {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(life);
        let early = is_running(&mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        early
    }
}

fn is_running(child: &mut Child) -> bool {
    child.try_wait().unwrap().is_none()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        let found = entry.metadata().unwrap();
        if found.is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
            // A file is known by its time.
            File::options()
                .write(true)
                .open(&target)
                .unwrap()
                .set_modified(found.modified().unwrap())
                .unwrap();
        }
    }
}

fn noise(seed: u64) -> Vec<u8> {
    let mut random = Pcg32::new(seed, 1);
    (0..300_000).map(|_| random.next_u32() as u8).collect()
}

/// Kills the program at random while it does what was asked.
#[track_caller]
fn assert_survives(scene: &Scene, asked: &[&str], seed: u64) {
    let whole = scene.again();
    let before = whole.state();
    let begun = Instant::now();
    whole.run(asked);
    let took = begun.elapsed();
    let after = whole.state();
    assert_ne!(before, after, "{asked:?} changes the song");
    let mut random = Pcg32::new(seed, 3);
    let mut early = 0;
    for round in 0..ROUNDS {
        let once_moving = round % 2 == 1;
        let longest = if once_moving { LIFE } else { took };
        let life = longest.mul_f64(f64::from(random.next_u32()) / f64::from(u32::MAX));
        // Shown when the test fails.
        println!("{asked:?}, seed {seed}, round {round}: killed after {life:?}, once moving: {once_moving}");
        let room = scene.again();
        early += u32::from(room.killed(asked, life, once_moving));
        let found = room.state();
        assert!(found == before || found == after, "{:?} is neither", found.0);
        assert_eq!(room.run(&["check", "--read-data"])["damage"], json!([]));
        if asked[0] == "merge" {
            assert_eq!(room.merge_again(), after.1, "no file came twice");
        }
        // The last good version is there to its last byte, and the work goes on.
        room.run(&["restore", &scene.ours]);
        assert_eq!(room.state(), before);
    }
    assert!(early > ROUNDS / 2, "{early} of {ROUNDS} were killed before they were done");
}

#[test]
fn a_killed_switch_merge_or_restore_leaves_the_song_before_or_after() {
    let scene = Scene::new();
    let first = scene.first.clone();
    thread::scope(|scope| {
        scope.spawn(|| assert_survives(&scene, &["switch", "other"], 11));
        scope.spawn(|| assert_survives(&scene, &["merge", "other"], 12));
        scope.spawn(|| assert_survives(&scene, &["restore", &first], 13));
    });
}

/// Starts a switch and holds it still in the middle, where it can be caught there.
#[cfg(unix)]
fn held_still(room: &Room<'_>) -> Option<Child> {
    let mut child =
        room.command(&["switch", "other"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !room.is_moving() && is_running(&mut child) {
        thread::sleep(Duration::from_micros(200));
    }
    signal(&child, "-STOP");
    if room.is_moving() && is_running(&mut child) {
        return Some(child);
    }
    signal(&child, "-CONT");
    child.wait().unwrap();
    None
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    Command::new("kill").arg(name).arg(child.id().to_string()).stderr(Stdio::null()).status().unwrap();
}

#[cfg(unix)]
#[test]
fn what_is_asked_in_the_middle_of_a_switch_does_no_harm() {
    let scene = Scene::new();
    let whole = scene.again();
    whole.run(&["switch", "other"]);
    let after = whole.state();
    let caught = (0..20).find_map(|_| {
        let room = scene.again();
        held_still(&room).map(|child| (room, child))
    });
    let (room, mut child) = caught.expect("a switch takes long enough to be caught");
    for asked in [&["list"][..], &["save"], &["compare", &scene.ours], &["merge", "other"]] {
        assert_eq!(room.ask(asked)["error"]["code"], "busy", "{asked:?}");
    }
    assert!(room.is_moving());
    signal(&child, "-CONT");
    assert!(child.wait().unwrap().success());
    assert_eq!(room.state(), after);
}
