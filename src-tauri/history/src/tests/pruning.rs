//! Versions are let go, and only what nobody needs goes with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustic_core::FileType;

use super::sample::{Desk, draft, noise, quietly};
use super::staged::{Asked, Staged};
use crate::{Error, Progress, Version, VersionId};

/// Three versions: a stem that all hold, one that the first two hold, one for each alone.
fn desk() -> (Desk, [Version; 3]) {
    let desk = Desk::new();
    desk.write("song", "all.wav", &noise(1, 1_000_000));
    desk.write("song", "early.wav", &noise(2, 600_000));
    let versions = [0, 1, 2].map(|number| {
        if number == 2 {
            std::fs::remove_file(desk.project("song").join("early.wav")).unwrap();
        }
        desk.write("song", "own.wav", &noise(10 + number, 200_000));
        desk.save("song", &number.to_string())
    });
    (desk, versions)
}

fn near(bytes: u64, expected: u64) -> bool {
    (expected..expected + 20_000).contains(&bytes)
}

#[test]
fn what_versions_would_free_is_told_alone_and_together_and_is_what_pruning_frees() {
    let (desk, [first, second, third]) = desk();
    let both = [first.id.clone(), second.id.clone()];
    let freed = desk.vault.freed_by(&both, quietly()).unwrap();
    assert!(near(freed.alone[&first.id], 200_000) && near(freed.alone[&second.id], 200_000), "{freed:?}");
    assert!(near(freed.together, 1_000_000), "{freed:?}");
    desk.vault.forget(&both, quietly()).unwrap();
    let pruned = desk.vault.prune(quietly()).unwrap();
    assert!(near(pruned, 1_000_000), "{pruned}");
    assert_eq!(desk.vault.all_versions().unwrap(), std::slice::from_ref(&third));
    desk.assert_holds(&third.id, &desk.project("song"));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
    assert!(matches!(desk.vault.files(&first.id), Err(Error::NoVersion(_))));
}

#[test]
fn pruning_frees_nothing_that_a_version_needs_and_can_be_repeated() {
    let (desk, versions) = desk();
    let before = desk.vault.size().unwrap();
    for _ in 0..3 {
        desk.vault.prune(quietly()).unwrap();
    }
    assert!(near(desk.vault.size().unwrap() + 15_000, before), "small packs may be put together");
    let desk = desk.again().unwrap();
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
    for version in &versions {
        assert_eq!(desk.vault.read(&version.id, "all.wav".as_ref()).unwrap(), noise(1, 1_000_000));
    }
    desk.save("song", "after");
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn forgetting_a_version_that_is_not_there_forgets_none() {
    let (desk, [first, ..]) = desk();
    let wrong = VersionId("f".repeat(64));
    let outcome = desk.vault.forget(&[first.id, wrong.clone()], quietly());
    assert!(matches!(outcome, Err(Error::NoVersion(id)) if id == wrong));
    assert!(matches!(desk.vault.freed_by(&[wrong], quietly()), Err(Error::NoVersion(_))));
    assert_eq!(desk.vault.all_versions().unwrap().len(), 3);
}

#[test]
fn a_stem_that_comes_back_after_pruning_is_kept_again() {
    let (desk, [first, second, third]) = desk();
    let other = desk.again().unwrap();
    desk.vault.forget(&[first.id, second.id], quietly()).unwrap();
    desk.vault.prune(quietly()).unwrap();
    desk.write("song", "early.wav", &noise(2, 600_000));
    // The other process still has the old index in its memory.
    let version = other.save("song", "back");
    assert!(near(version.added, 600_000), "{}", version.added);
    for id in [&version.id, &third.id] {
        assert_eq!(other.vault.read(id, "all.wav".as_ref()).unwrap(), noise(1, 1_000_000));
    }
    desk.assert_holds(&version.id, &desk.project("song"));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn while_restic_is_at_work_nothing_is_pruned() {
    let (desk, _) = desk();
    let locks = desk.store().join("locks");
    std::fs::create_dir_all(&locks).unwrap();
    std::fs::write(locks.join("a"), b"").unwrap();
    assert!(matches!(desk.vault.prune(quietly()), Err(Error::Locked(path)) if path == locks));
    std::fs::remove_file(locks.join("a")).unwrap();
    desk.vault.prune(quietly()).unwrap();
}

#[test]
fn what_versions_share_in_folders_counts_once_and_not_at_all_where_one_stays() {
    let desk = Desk::new();
    desk.write("song", "stems/all.wav", &noise(1, 500_000));
    let [first, second, third] = [0, 1, 2].map(|number| {
        if number < 2 {
            desk.write("song", "early/takes/a.wav", &noise(2, 300_000));
            desk.write("song", "early/b.wav", &noise(2, 300_000));
        } else {
            std::fs::remove_dir_all(desk.project("song").join("early")).unwrap();
        }
        desk.write("song", "stems/own/now.wav", &noise(10 + number, 100_000));
        desk.save("song", &number.to_string()).id
    });
    let freed = |versions: &[VersionId]| desk.vault.freed_by(versions, quietly()).unwrap();
    let both = freed(&[first.clone(), second.clone(), first.clone()]);
    assert_eq!(both, freed(&[second.clone(), first.clone()]));
    assert!(near(both.alone[&first], 100_000) && near(both.alone[&second], 100_000), "{both:?}");
    assert!(near(both.together, 500_000), "{both:?}");
    let alone = freed(std::slice::from_ref(&first));
    assert_eq!((alone.together, alone.alone[&first]), (both.alone[&first], both.alone[&first]));
    let all = freed(&[first.clone(), second.clone(), third.clone()]);
    assert!(near(all.together, 1_100_000), "{all:?}");
    desk.vault.forget(&[first, second], quietly()).unwrap();
    assert!(near(desk.vault.prune(quietly()).unwrap(), 500_000));
}

#[test]
fn a_version_that_is_not_there_is_told_before_anything_is_read() {
    let (desk, _) = desk();
    for pack in desk.files_of("data") {
        std::fs::remove_file(desk.store().join(pack)).unwrap();
    }
    let (desk, wrong) = (desk.again().unwrap(), VersionId("f".repeat(64)));
    let outcome = desk.vault.freed_by(std::slice::from_ref(&wrong), quietly());
    assert!(matches!(&outcome, Err(Error::NoVersion(id)) if *id == wrong), "{outcome:?}");
}

#[test]
fn after_a_version_that_was_cancelled_or_did_not_fit_the_store_can_be_pruned() {
    let (desk, _) = desk();
    let time = std::time::SystemTime::UNIX_EPOCH;
    desk.write("song", "own.wav", &noise(20, 200_000));
    desk.vault.take_in(&"song".into(), time, &desk.contents("song"), quietly()).unwrap();
    desk.write("song", "long.wav", &noise(21, 30_000_000));
    let cancelled = AtomicBool::new(false);
    let report = |done: f32| cancelled.store(done > 0.2, Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &cancelled };
    let outcome = desk.vault.save(&draft("song", ""), &desk.contents("song"), progress);
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    assert!(desk.vault.prune(quietly()).unwrap() > 200_000);
    let is_full = Arc::new(AtomicBool::new(false));
    let flag = is_full.clone();
    let vault = Staged::store(&desk, move |asked| match asked {
        Asked::Write(FileType::Pack) if flag.load(Ordering::Relaxed) => Err(Error::DiskFull("x".into())),
        _ => Ok(()),
    });
    vault.take_in(&"song".into(), time, &desk.contents("song"), quietly()).unwrap();
    is_full.store(true, Ordering::Relaxed);
    desk.write("song", "own.wav", &noise(22, 200_000));
    let outcome = vault.save(&draft("song", ""), &desk.contents("song"), quietly());
    assert!(matches!(outcome, Err(Error::DiskFull(_))), "{outcome:?}");
    is_full.store(false, Ordering::Relaxed);
    assert!(vault.prune(quietly()).unwrap() > 30_000_000);
    assert!(vault.check(true, quietly()).unwrap().is_sound());
}
