//! Versions are let go, and only what nobody needs goes with them.

use super::sample::{Desk, noise, quietly};
use crate::{Error, Version, VersionId};

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
