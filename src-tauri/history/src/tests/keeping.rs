//! Versions are kept and listed.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use son1k_domain::id::ProjectId;

use super::sample::{Desk, draft, noise, quietly, tree};
use crate::{Contents, Draft, Error, Kind, Progress, VersionId};

#[test]
fn a_version_comes_back_byte_for_byte_from_a_store_that_was_closed() {
    let desk = Desk::new();
    desk.write("song", "audio/drums.wav", &noise(1, 3_000_000));
    desk.write("song", "audio/takes/vox 1.wav", &noise(2, 70_000));
    desk.write("song", "letra ñ, 歌.txt", "sí".as_bytes());
    desk.write("song", "empty", b"");
    let version = desk.save("song", "first");
    assert_eq!((version.files, version.size), (4, 3_070_003));
    assert!(version.added > 3_000_000);
    let later = desk.again().unwrap();
    later.assert_holds(&version.id, &desk.project("song"));
    let target = desk.root.join("back");
    let restored = later.vault.restore(&version.id, &target, None, quietly()).unwrap();
    assert_eq!((restored.written, restored.untouched), (4, 0));
    assert!(tree(&target) == tree(&desk.project("song")));
}

#[test]
fn everything_that_is_said_about_a_version_is_listed() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    let parents = vec![VersionId("b".repeat(64)), VersionId("a".repeat(64))];
    let full = Draft {
        kind: Kind::Automatic,
        occasion: "pause".into(),
        branch: "wilder, louder".into(),
        parents: parents.clone(),
        ..draft("song", "Estribillo, más fuerte = mejor\nsegunda línea")
    };
    let version = desk.vault.save(&full, &desk.contents("song"), quietly()).unwrap();
    desk.write("other", "b.wav", b"b");
    desk.save("other", "");
    for desk in [&desk, &desk.again().unwrap()] {
        let listed = desk.vault.versions(&ProjectId::from("song")).unwrap();
        assert_eq!(listed, std::slice::from_ref(&version));
        let seen = &listed[0];
        assert_eq!((&seen.message, &seen.branch, &seen.author), (&full.message, &full.branch, &full.author));
        assert_eq!((seen.time, seen.kind, &seen.parents), (full.time, Kind::Automatic, &parents));
        assert_eq!((seen.occasion.as_str(), seen.starred), ("pause", false));
        assert_eq!(desk.vault.all_versions().unwrap().len(), 2);
    }
}

/// Returns how many files of a version were new, changed and unchanged, as the engine counted.
fn counted(desk: &Desk, id: &VersionId) -> (u64, u64, u64) {
    let snapshot = desk.vault.snapshot(id).unwrap();
    let summary = snapshot.summary.as_ref().unwrap();
    (summary.files_new, summary.files_changed, summary.files_unmodified)
}

#[test]
fn an_unchanged_file_is_not_read_again_and_costs_nothing() {
    let desk = Desk::new();
    for number in 0..4 {
        desk.write("song", &format!("audio/{number}.wav"), &noise(number, 2_000_000));
    }
    let first = desk.save("song", "first");
    let second = desk.save("song", "second");
    assert_eq!((counted(&desk, &first.id), counted(&desk, &second.id)), ((4, 0, 0), (0, 0, 4)));
    desk.write("song", "audio/2.wav", &noise(77, 2_000_000));
    let third = desk.save("song", "third");
    assert_eq!(counted(&desk, &third.id), (0, 1, 3));
    let fourth = desk.again().unwrap().save("song", "fourth");
    assert_eq!(counted(&desk, &fourth.id), (0, 0, 4));
    assert!(second.added < 4_000 && fourth.added < 4_000, "{} {}", second.added, fourth.added);
    assert!((2_000_000..2_020_000).contains(&third.added), "{}", third.added);
    desk.assert_holds(&fourth.id, &desk.project("song"));
}

#[test]
fn the_same_sample_in_two_projects_is_kept_once() {
    let desk = Desk::new();
    let kick = noise(5, 4_000_000);
    desk.write("one", "kick.wav", &kick);
    desk.write("two", "samples/my kick.wav", &kick);
    desk.save("one", "");
    let second = desk.save("two", "");
    assert!(second.added < 4_000, "{}", second.added);
    assert!(desk.vault.size().unwrap() < 4_100_000);
    desk.assert_holds(&second.id, &desk.project("two"));
}

#[test]
fn a_second_put_into_a_stem_costs_little_more_than_a_second() {
    let desk = Desk::new();
    let mut stem = noise(6, 20_000_000);
    desk.write("song", "stem.wav", &stem);
    let first = desk.save("song", "");
    stem.splice(7_000_000..7_000_000, noise(8, 176_400));
    desk.write("song", "stem.wav", &stem);
    let second = desk.save("song", "");
    // A block or two are new; where they are cut is another chance in every store, and some are of several megabytes.
    assert!(second.added < 12_000_000, "{}", second.added);
    let [before, after] = [&first, &second].map(|one| desk.vault.files(&one.id).unwrap()[0].clone());
    assert!(before.content != after.content && after.size == 20_176_400);
    desk.assert_holds(&second.id, &desk.project("song"));
}

#[test]
fn documents_of_the_same_size_and_time_are_told_apart_and_equal_ones_cost_nothing() {
    let desk = Desk::new();
    let keep = |content: &'static [u8]| {
        let contents = Contents::default().document(Path::new("project.json"), content).unwrap();
        let draft = Draft { time: SystemTime::UNIX_EPOCH, ..draft("song", "") };
        desk.vault.save(&draft, &contents, quietly()).unwrap()
    };
    let versions = [keep(b"fader at -3"), keep(b"fader at -6"), keep(b"fader at -6")];
    let contents =
        versions.each_ref().map(|one| desk.vault.read(&one.id, Path::new("project.json")).unwrap());
    assert_eq!(contents, [b"fader at -3", b"fader at -6", b"fader at -6"]);
    assert_eq!(counted(&desk, &versions[2].id), (0, 0, 1));
    assert_eq!(versions[2].added, 0);
}

#[test]
fn a_cancelled_version_is_not_listed_and_the_next_one_is_whole() {
    let desk = Desk::new();
    desk.write("song", "long.wav", &noise(1, 30_000_000));
    let cancelled = AtomicBool::new(false);
    let report = |done: f32| cancelled.store(done > 0.2, Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &cancelled };
    let outcome = desk.vault.save(&draft("song", ""), &desk.contents("song"), progress);
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    assert_eq!(desk.vault.all_versions().unwrap(), []);
    let version = desk.save("song", "");
    desk.assert_holds(&version.id, &desk.project("song"));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_file_that_is_gone_or_a_folder_makes_no_version() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    desk.write("song", "b.wav", b"b");
    let (contents, file) = (desk.contents("song"), desk.project("song").join("b.wav"));
    fs::remove_file(&file).unwrap();
    for _gone_then_a_folder in 0..2 {
        let outcome = desk.vault.save(&draft("song", ""), &contents, quietly());
        assert!(matches!(outcome, Err(Error::Io { .. })), "{outcome:?}");
        fs::create_dir_all(&file).unwrap();
    }
    assert_eq!(desk.vault.all_versions().unwrap(), []);
    desk.save("song", "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_grows_while_it_is_read_makes_no_version() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 1000));
    // It says that it is empty and is not: what a recording looks like that goes on.
    let growing = desk.project("song").join("take.wav");
    std::os::unix::fs::symlink("/proc/self/status", &growing).unwrap();
    let outcome = desk.vault.save(&draft("song", ""), &desk.contents("song"), quietly());
    assert!(matches!(&outcome, Err(Error::Changing(path)) if *path == growing), "{outcome:?}");
    assert_eq!(desk.vault.all_versions().unwrap(), []);
    fs::remove_file(growing).unwrap();
    desk.save("song", "");
}

#[test]
fn a_path_that_leaves_the_project_is_refused() {
    for path in ["../a", "/a", "", "a/../../b", "."] {
        let outcome = Contents::default().document(Path::new(path), b"x".as_slice());
        assert!(matches!(outcome, Err(Error::BadPath(_))), "{path:?}");
    }
    let desk = Desk::new();
    let both = Contents::default().document(Path::new("a"), b"x".as_slice()).unwrap();
    let both = both.document(Path::new("a/b"), b"y".as_slice()).unwrap();
    assert!(matches!(desk.vault.save(&draft("song", ""), &both, quietly()), Err(Error::BadPath(_))));
}

#[test]
fn a_version_of_nothing_is_a_version() {
    let desk = Desk::new();
    let version = desk.vault.save(&draft("song", "empty"), &Contents::default(), quietly()).unwrap();
    assert_eq!((version.files, desk.vault.files(&version.id).unwrap().len()), (0, 0));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}
