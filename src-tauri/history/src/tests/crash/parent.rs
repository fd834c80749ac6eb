//! Who starts the processes, kills them and looks at what they left.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;
use rustic_core::DataId;
use rustic_core::repofile::MasterKey;

use super::SIZE;
use super::work::{Notes, back, contents, elsewhere, keep, take};
use crate::read::piece;
use crate::tests::sample::{Desk, noise, process, quietly};
use crate::{Vault, VersionId};

const TEST: &str = "crash::work::a_process_works_until_it_is_killed";
/// The longest that a process lives after it is ready, in microseconds.
const LIFE: u32 = 120_000;
/// Copying opens the other store first, which takes a third of a second.
const LIFE_OF_A_COPIER: u32 = 700_000;
/// Versions that stay when a test lets go of the others, so that its rounds stay short.
const FEW: usize = 4;
const THINNED_EVERY: u32 = 4;
/// A copy is made anew that often: its beginning can be killed too.
const COPIED_ANEW_EVERY: u32 = 10;

/// Kills `count` processes, each at a moment that the seed decides.
pub(super) fn rounds(work: &str, count: u32, seed: u64) {
    let desk = Desk::new();
    desk.note_master();
    let mut random = Pcg32::new(seed, 3);
    let mut opened = None;
    for round in 0..count {
        let longest = if work == "copy" { LIFE_OF_A_COPIER } else { LIFE };
        let life = random.next_u32() % longest;
        // Shown when the test fails.
        println!("{work}, seed {seed}: process {round} of {count} is killed after {life} µs");
        live_and_die(&desk, work, Duration::from_micros(life.into()));
        let after = Desk::reopened(&desk.root).unwrap();
        heal(&after);
        assert_whole(&after);
        assert_back(&after);
        assert_copy(&after, &mut opened);
        if round % THINNED_EVERY == THINNED_EVERY - 1 {
            thin(&after);
        }
        if round % COPIED_ANEW_EVERY == COPIED_ANEW_EVERY - 1 {
            let _only_copiers_make_one = fs::remove_dir_all(elsewhere(&desk.root).0.root());
        }
    }
}

/// Starts a process and kills it after a while.
fn live_and_die(desk: &Desk, work: &str, life: Duration) {
    let mut command = process(TEST, work, &desk.root);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(said.any(|line| line.unwrap() == "ready"), "{work} did not start");
    thread::sleep(life);
    let early = child.try_wait().unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(early.is_none(), "{work} ended by itself: {}", String::from_utf8_lossy(&output.stderr));
}

/// What was damaged on purpose is found, is the only thing that is, and comes back.
fn heal(desk: &Desk) {
    let Some(hurt) = Notes::of(&desk.root).read().hurt else { return };
    let report = desk.vault.check(true, quietly()).unwrap();
    let holding = |id: &VersionId| {
        let versions = desk.vault.all_versions().unwrap();
        versions.into_iter().find(|version| version.id == *id).map(|version| version.message)
    };
    for touched in report.damage.iter().flat_map(|damage| &damage.touched) {
        assert_eq!(holding(&touched.version), Some(hurt.to_string()), "{report:?}");
    }
    desk.vault.mend(&report, quietly()).unwrap();
    for version in desk.vault.all_versions().unwrap() {
        if version.message == hurt.to_string() {
            let other = desk.vault.read(&version.id, "audio/take.wav".as_ref());
            assert!(other.is_ok_and(|content| content == take(hurt)), "mending lost what was not damaged");
        }
    }
    keep(desk, hurt, &[]);
}

/// Fails unless everything that was told to be kept is there and what it was.
#[track_caller]
fn assert_whole(desk: &Desk) {
    let report = desk.vault.check(true, quietly()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    let (listed, steady) = (desk.vault.all_versions().unwrap(), noise(0, SIZE));
    for (id, number) in Notes::of(&desk.root).read().kept {
        assert_eq!(listed.iter().filter(|version| version.id == id).count(), 1, "version {number}");
        let files = held(desk, &id);
        assert!(files["audio/own.wav"] == noise(number, SIZE), "version {number} is not what was kept");
        assert!(files["audio/take.wav"] == take(number), "version {number} is not what was kept");
        assert!(files["audio/steady.wav"] == steady);
        assert_eq!(files["project.json"], format!("version {number}").into_bytes());
    }
    assert_works(desk);
}

/// Returns the files of a version, looked for once.
fn held(desk: &Desk, id: &VersionId) -> BTreeMap<String, Vec<u8>> {
    let (_hold, store, kept) = desk.vault.kept(id).unwrap();
    let content = |pieces: &[DataId]| -> Vec<u8> {
        pieces.iter().flat_map(|id| piece(&store, &desk.vault.place, id).unwrap()).collect()
    };
    let named = |path: PathBuf| path.to_string_lossy().replace('\\', "/");
    kept.into_iter().map(|(path, kept)| (named(path), content(&kept.pieces))).collect()
}

/// The next version is kept as if nothing had happened.
#[track_caller]
fn assert_works(desk: &Desk) {
    let kept = desk.vault.save(
        &crate::tests::sample::draft("other", "after"),
        &contents(u64::from(u32::MAX)),
        quietly(),
    );
    let id = kept.unwrap().id;
    assert!(desk.vault.read(&id, "audio/own.wav".as_ref()).unwrap() == noise(u64::from(u32::MAX), SIZE));
    desk.vault.forget(&[id], quietly()).unwrap();
}

/// A file that comes back is the old one or the new one.
#[track_caller]
fn assert_back(desk: &Desk) {
    let noted = Notes::of(&desk.root).read();
    let Ok(own) = fs::read(back(&desk.root).join("audio/own.wav")) else { return };
    let new = || (1..noted.next).rev().any(|number| own == noise(number, SIZE));
    assert!(own == b"played over" || new(), "{} bytes are neither", own.len());
}

/// What a copy lists can be read to its last byte. Once its key has opened it, only another copy is opened with a key.
#[track_caller]
fn assert_copy(desk: &Desk, opened: &mut Option<(Vec<u8>, MasterKey)>) {
    let (place, key) = elsewhere(&desk.root);
    let Ok(config) = fs::read(place.root().join("config")) else { return };
    let copy = match opened {
        Some((known, master)) if *known == config => Vault::reopen(&place, master).unwrap(),
        _ => Vault::open(&place, &key).unwrap(),
    };
    *opened = Some((config, copy.master.clone()));
    let report = copy.check(true, quietly()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    for version in copy.all_versions().unwrap().iter().rev().take(FEW) {
        let number = version.message.parse().unwrap();
        assert!(copy.read(&version.id, "audio/own.wav".as_ref()).unwrap() == noise(number, SIZE));
    }
}

/// Lets go of most versions and of everything that crashes left.
fn thin(desk: &Desk) {
    let versions = desk.vault.all_versions().unwrap();
    let old: Vec<VersionId> = versions.iter().rev().skip(FEW).map(|version| version.id.clone()).collect();
    let notes = Notes::of(&desk.root);
    old.iter().for_each(|id| notes.gone(id));
    desk.vault.forget(&old, quietly()).unwrap();
    desk.vault.prune(quietly()).unwrap();
    assert_whole(desk);
}
