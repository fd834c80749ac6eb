//! Any folder of sound files can be a project: `son1k history` as it is typed.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use son1k_domain::history::Timeline;
use son1k_support::clone;

use crate::desk::Desk;

struct Shell {
    data: tempfile::TempDir,
    project: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        Self { data: tempfile::tempdir().unwrap(), project: tempfile::tempdir().unwrap() }
    }

    fn output(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(clone::son1k());
        command.arg("history").args(arguments).arg("--json").arg("--project").arg(self.project.path());
        command.arg("--data-dir").arg(self.data.path()).env("LC_ALL", "en_GB.UTF-8");
        command.output().expect("the son1k command is built")
    }

    #[track_caller]
    fn run(&self, arguments: &[&str]) -> Value {
        let output = self.output(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        serde_json::from_slice(&output.stdout).expect("--json prints JSON")
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.project.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.project.path().join(name)).ok()
    }
}

fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_folder_of_stems_is_kept_branched_merged_and_restored() {
    let shell = Shell::new();
    shell.write("stems/kick.wav", &noise(1, 200_000));
    shell.write("stems/bass.wav", &noise(2, 300_000));
    shell.write("notes.txt", b"first");
    let first = shell.run(&["save", "-m", "first bounce"])["version"].as_str().unwrap().to_owned();
    assert_eq!(first.len(), 64);

    let listed = shell.run(&["list"]);
    assert_eq!((listed["branch"].as_str(), listed["head"].as_str()), (Some("main"), Some(first.as_str())));
    assert_eq!(listed["versions"][0]["message"], "first bounce");
    assert_eq!(listed["changed"], false);
    let shown = shell.run(&["show", &first[..8]]);
    let paths: Vec<_> = shown["files"].as_array().unwrap().iter().map(|file| file["path"].clone()).collect();
    assert_eq!(paths, ["notes.txt", "stems/bass.wav", "stems/kick.wav"]);

    shell.run(&["branch", "wild"]);
    shell.write("stems/kick.wav", &noise(3, 210_000));
    shell.write("stems/vox.wav", &noise(4, 50_000));
    shell.write("notes.txt", b"wild notes");
    let wild = shell.run(&["save", "-m", "wild"])["version"].as_str().unwrap().to_owned();
    let compared = shell.run(&["compare", &first, &wild]);
    assert_eq!(compared["files"].as_array().unwrap().len(), 3);

    shell.run(&["switch", "main"]);
    assert_eq!(shell.read("stems/kick.wav"), Some(noise(1, 200_000)));
    assert_eq!(shell.read("stems/vox.wav"), None);
    shell.write("notes.txt", b"main notes");
    let merged = shell.run(&["merge", "wild"]);
    assert_eq!(merged["kept_beside"], serde_json::json!(["notes (wild).txt"]));
    assert_eq!(shell.read("stems/kick.wav"), Some(noise(3, 210_000)));
    assert_eq!(shell.read("stems/vox.wav"), Some(noise(4, 50_000)));
    assert_eq!(shell.read("notes.txt"), Some(b"main notes".to_vec()));
    assert_eq!(shell.read("notes (wild).txt"), Some(b"wild notes".to_vec()));

    shell.run(&["restore", &first[..12], "--part", "file:stems/kick.wav"]);
    assert_eq!(shell.read("stems/kick.wav"), Some(noise(1, 200_000)));
    assert_eq!(shell.read("stems/vox.wav"), Some(noise(4, 50_000)));
    shell.run(&["restore", &first]);
    assert_eq!(shell.read("stems/vox.wav"), None);
    assert_eq!(shell.read("notes.txt"), Some(b"first".to_vec()));

    let planned = shell.run(&["prune", "--dry-run", "--hourly-days", "0"]);
    assert_eq!(planned["versions"], serde_json::json!([]));
    let pruned = shell.run(&["prune", "--hourly-days", "0"]);
    assert_eq!((&pruned["dry_run"], &pruned["versions"]), (&json!(false), &json!([])));
    let found = shell.run(&["check", "--read-data"]);
    assert_eq!(found["damage"], serde_json::json!([]));
    assert!(found["read"].as_f64().unwrap() > 500_000.0);
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let shell = Shell::new();
    shell.write("song.wav", &noise(5, 10_000));
    let first = shell.run(&["save"])["version"].as_str().unwrap().to_owned();
    for (arguments, code) in [
        (&["switch", "nowhere"][..], "not_found"),
        (&["show", "ffffffff"], "not_found"),
        (&["show", &first[..2]], "invalid_field"),
        (&["merge", "main"], "invalid_field"),
        (&["restore", &first, "--part", "song"], "invalid_field"),
        (&["restore", &first, "--part", "track:drums"], "invalid_field"),
        (&["branch", "main"], "invalid_field"),
    ] {
        let output = shell.output(arguments);
        let said: Value = serde_json::from_slice(&output.stdout).expect("--json prints JSON");
        assert!(!output.status.success(), "{arguments:?}");
        assert_eq!(said["error"]["code"], code, "{arguments:?}: {said}");
        assert!(!said["error"]["hint"].as_str().unwrap().is_empty(), "{arguments:?}");
    }
    assert_eq!(shell.read("song.wav"), Some(noise(5, 10_000)));
    assert_eq!(shell.run(&["list"])["versions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_store_is_named_and_mended() {
    let shell = Shell::new();
    shell.write("song.wav", &noise(6, 400_000));
    shell.run(&["save", "-m", "whole"]);
    let packs = shell.data.path().join("data/history/data");
    let pack = largest(&packs);
    let mut bytes = std::fs::read(&pack).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&pack, bytes).unwrap();
    let output = shell.output(&["check", "--read-data"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(!output.status.success());
    assert_eq!(said["damage"][0]["touched"][0]["path"], "song.wav");
    let _mended = shell.output(&["check", "--mend"]);
    // The next version keeps anew what is still there.
    shell.write("more.txt", b"x");
    let kept = shell.run(&["save", "-m", "again"])["version"].as_str().unwrap().to_owned();
    std::fs::remove_file(shell.project.path().join("song.wav")).unwrap();
    shell.run(&["restore", &kept]);
    assert_eq!(shell.read("song.wav"), Some(noise(6, 400_000)));
}

#[test]
fn a_project_that_is_open_in_the_studio_can_be_kept_but_not_changed_behind_its_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let () = desk.done("set_lyrics", json!({ "text": "abierta" }));
    let _: String = desk.done("save_version", json!({ "message": "in the window" }));
    let typed = |arguments: &[&str]| {
        let mut command = Command::new(clone::son1k());
        command.arg("history").args(arguments).arg("--json").arg("--project").arg(desk.project().folder);
        let output =
            command.arg("--data-dir").arg(folder.path()).output().expect("the son1k command is built");
        serde_json::from_slice::<Value>(&output.stdout).expect("--json prints JSON")
    };
    let kept = typed(&["save", "-m", "from a script"]);
    let timeline: Timeline = desk.done("get_timeline", json!({}));
    assert_eq!((json!(timeline.head), timeline.changed), (kept["version"].clone(), false));
    assert_eq!(typed(&["branch", "behind"])["error"]["code"], "busy");
    assert_eq!(desk.done::<Timeline>("get_timeline", json!({})).branch, "main");
}

fn largest(folder: &Path) -> std::path::PathBuf {
    let mut files = Vec::new();
    for shelf in std::fs::read_dir(folder).unwrap().flatten() {
        files.extend(std::fs::read_dir(shelf.path()).unwrap().flatten().map(|entry| entry.path()));
    }
    files.into_iter().max_by_key(|file| std::fs::metadata(file).unwrap().len()).unwrap()
}
