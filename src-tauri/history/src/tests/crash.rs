//! The process is killed at any moment, whatever it does.

use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

use super::sample::{Desk, draft, noise, process, quietly, step};
use crate::{Contents, Key, Place, Vault, VersionId};

const TEST: &str = "crash::a_process_works_until_it_is_killed";
const WORKS: [&str; 4] = ["save", "prune", "copy", "restore"];
const SIZE: usize = 1_500_000;
/// The longest that a process lives after it is ready.
const LIFE: u32 = 250;

fn contents(number: u64) -> Contents {
    let steady = Contents::default().document("steady.wav".as_ref(), noise(0, SIZE)).unwrap();
    steady.document("own.wav".as_ref(), noise(number, SIZE)).unwrap()
}

fn elsewhere(desk: &Desk) -> (Place, Key) {
    (Place::Folder(desk.root.join("copy")), Key::read(&desk.root.join("key")).unwrap())
}

/// Not a test of its own: the process that is killed. It notes what it was told to be done.
#[test]
fn a_process_works_until_it_is_killed() {
    let Some((work, root)) = step() else { return };
    let desk = Desk::at(&root).unwrap();
    let mut notes = File::options().append(true).create(true).open(root.join("notes")).unwrap();
    fs::write(root.join("ready"), b"").unwrap();
    let mut number = desk.vault.all_versions().unwrap().len() as u64 + 1;
    loop {
        number += 1;
        let versions = desk.vault.all_versions().unwrap();
        if work == "restore" && !versions.is_empty() {
            let latest = &versions[versions.len() - 1].id;
            desk.vault.restore(latest, &root.join("back"), None, quietly()).unwrap();
            crate::disk::write(&root.join("back/own.wav"), b"played over").unwrap();
            continue;
        }
        let mut draft = draft("song", &number.to_string());
        draft.time += Duration::from_secs(number * 1000);
        let kept = desk.vault.save(&draft, &contents(number), quietly()).unwrap();
        writeln!(notes, "{} {number}", kept.id).unwrap();
        if work == "copy" {
            let (place, key) = elsewhere(&desk);
            desk.vault.copy_to(&place, &key, quietly()).unwrap();
        } else if work == "prune" && versions.len() > 2 {
            let old: Vec<VersionId> =
                versions[..versions.len() - 1].iter().map(|one| one.id.clone()).collect();
            old.iter().for_each(|id| writeln!(notes, "{id} gone").unwrap());
            desk.vault.forget(&old, quietly()).unwrap();
            desk.vault.prune(quietly()).unwrap();
        }
    }
}

/// Starts a process and kills it after a while.
fn live_and_die(desk: &Desk, work: &str, life: Duration) {
    let ready = desk.root.join("ready");
    let _of_the_last_one = fs::remove_file(&ready);
    let mut child =
        process(TEST, work, &desk.root).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !ready.exists() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(life);
    let early = child.try_wait().unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(early.is_none(), "{work} ended by itself: {}", String::from_utf8_lossy(&output.stderr));
}

/// Fails unless everything that was told to be kept is there and whole.
#[track_caller]
fn assert_kept(desk: &Desk) {
    let notes = fs::read_to_string(desk.root.join("notes")).unwrap_or_default();
    let gone = |id: &str| notes.contains(&format!("{id} gone"));
    let whole = notes.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::trim_end);
    let kept: Vec<(&str, u64)> = whole
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(id, number)| Some((id, number.parse().ok()?)))
        .filter(|(id, _)| !gone(id))
        .collect();
    for (id, number) in kept {
        let id = VersionId(id.into());
        let read = |path: &str| desk.vault.read(&id, path.as_ref());
        assert!(read("own.wav").unwrap() == noise(number, SIZE), "version {number} is not what was kept");
        assert!(read("steady.wav").unwrap() == noise(0, SIZE));
    }
    let report = desk.vault.check(true, quietly()).unwrap();
    assert!(report.is_sound(), "{report:?}");
}

fn rounds(count: u32, seed: u64) {
    let desk = Desk::new();
    let mut random = Pcg32::new(seed, 3);
    for round in 0..count {
        let work = WORKS[round as usize % WORKS.len()];
        let longer = if work == "copy" { 3 } else { 1 };
        live_and_die(&desk, work, Duration::from_millis((random.next_u32() % (LIFE * longer)).into()));
        let again = desk.again().unwrap();
        assert_kept(&again);
        assert_back(&again);
        let (place, key) = elsewhere(&desk);
        if work == "copy" && place.root().join("config").exists() {
            let copy = Vault::open(&place, &key).unwrap();
            assert!(copy.check(true, quietly()).unwrap().is_sound(), "the copy of round {round}");
        }
        thin(&again);
    }
}

/// A file that comes back is the old one or the new one.
fn assert_back(desk: &Desk) {
    if let Ok(own) = fs::read(desk.root.join("back/own.wav")) {
        assert!(own == b"played over" || own.len() == SIZE, "{} bytes", own.len());
    }
}

/// Keeps the rounds short; the next process prunes.
fn thin(desk: &Desk) {
    let versions = desk.vault.all_versions().unwrap();
    let old: Vec<VersionId> = versions.iter().rev().skip(4).map(|version| version.id.clone()).collect();
    let mut notes = File::options().append(true).create(true).open(desk.root.join("notes")).unwrap();
    old.iter().for_each(|id| writeln!(notes, "{id} gone").unwrap());
    desk.vault.forget(&old, quietly()).unwrap();
}

#[test]
fn a_process_killed_at_any_moment_leaves_every_kept_version_whole() {
    rounds(12, 1);
}

#[test]
#[ignore = "takes some minutes: 300 rounds"]
fn a_process_killed_three_hundred_times_leaves_every_kept_version_whole() {
    rounds(300, 2);
}
