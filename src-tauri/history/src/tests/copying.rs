//! The store is copied and the copy kept in step.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustic_core::FileType;

use super::sample::{Desk, noise, quietly};
use super::staged::{Asked, Staged};
use crate::{Error, Key, Place, Progress, Vault};

fn elsewhere(desk: &Desk) -> (Place, Key) {
    (Place::Folder(desk.root.join("disk/copy")), Key::passphrase("another key"))
}

#[test]
fn a_copy_holds_every_version_under_its_name_and_restores_alone() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 2_000_000));
    desk.save("song", "first");
    desk.write("song", "b.wav", &noise(2, 500_000));
    let second = desk.save("song", "second");
    let (place, key) = elsewhere(&desk);
    let copied = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    assert_eq!((copied.versions, copied.left_out.len()), (2, 0));
    let listed = desk.vault.all_versions().unwrap();
    fs::remove_dir_all(desk.store()).unwrap();
    let copy = Vault::open(&place, &key).unwrap();
    assert_eq!(copy.all_versions().unwrap(), listed);
    let target = desk.root.join("back");
    copy.restore(&second.id, &target, None, quietly()).unwrap();
    assert!(super::sample::tree(&target) == super::sample::tree(&desk.project("song")));
    assert!(copy.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_second_copy_brings_only_what_is_new() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 2_000_000));
    desk.save("song", "first");
    let (place, key) = elsewhere(&desk);
    let all = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    let none = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    desk.write("song", "b.wav", &noise(2, 300_000));
    desk.save("song", "second");
    let new = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    assert_eq!([all.versions, none.versions, new.versions], [1, 0, 1]);
    assert!(all.bytes > 2_000_000 && none.bytes == 0, "{} {}", all.bytes, none.bytes);
    assert!((300_000..310_000).contains(&new.bytes), "{}", new.bytes);
    // A version kept in the copy itself shares its pieces too.
    let copy = Desk { vault: Vault::open(&place, &key).unwrap(), ..desk.again().unwrap() };
    assert!(copy.save("song", "third").added < 4000);
}

#[test]
fn an_interrupted_copy_goes_on_where_it_was() {
    let desk = Desk::new();
    for number in 0..16 {
        desk.write("song", &format!("{number}.wav"), &noise(number, 5_000_000));
    }
    desk.save("song", "first");
    let (place, key) = elsewhere(&desk);
    drop(Vault::create(&place, &key).unwrap());
    let cancelled = AtomicBool::new(false);
    let data = desk.root.join("disk/copy/data");
    let is_pack = |path: &Path| path.is_file() && !crate::disk::is_temporary(path);
    let begun = || walkdir::WalkDir::new(&data).into_iter().flatten().any(|entry| is_pack(entry.path()));
    let report = |_: f32| cancelled.store(begun(), Ordering::Relaxed);
    let outcome = desk.vault.copy_to(&place, &key, Progress { report: &report, cancelled: &cancelled });
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    let copy = Vault::open(&place, &key).unwrap();
    assert_eq!(copy.all_versions().unwrap(), []);
    let there = copy.size().unwrap();
    assert!(there > 5_000_000, "{there}");
    let copied = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    assert!(copied.bytes + there < 80_300_000, "{} after {there}", copied.bytes);
    assert!(Vault::open(&place, &key).unwrap().check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_version_that_is_damaged_here_stays_out_and_the_others_come() {
    let desk = Desk::new();
    let versions = [1, 2, 3].map(|number| {
        desk.write("song", "a.wav", &noise(number, 400_000));
        let before = desk.files_of("data");
        let version = desk.save("song", &number.to_string());
        let mut new = desk.files_of("data");
        new.retain(|file| !before.contains(file));
        (version, new)
    });
    let sound = |files: &[std::path::PathBuf]| {
        let size = |file: &&std::path::PathBuf| fs::metadata(desk.store().join(file)).unwrap().len();
        files.iter().max_by_key(size).unwrap().clone()
    };
    desk.flip(&sound(&versions[1].1));
    let (place, key) = elsewhere(&desk);
    let copied = desk.again().unwrap().vault.copy_to(&place, &key, quietly()).unwrap();
    assert_eq!(copied.versions, 2);
    assert!(
        matches!(&copied.left_out[..], [(id, Error::Damaged(_))] if *id == versions[1].0.id),
        "{copied:?}"
    );
    let copy = Vault::open(&place, &key).unwrap();
    assert_eq!(copy.read(&versions[2].0.id, Path::new("a.wav")).unwrap(), noise(3, 400_000));
    assert!(copy.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_copy_with_another_key_is_not_touched() {
    let desk = Desk::new();
    let (place, key) = elsewhere(&desk);
    drop(Vault::create(&place, &key).unwrap());
    let outcome = desk.vault.copy_to(&place, &Key::passphrase("wrong"), quietly());
    assert!(matches!(outcome, Err(Error::WrongKey(_))), "{outcome:?}");
    let itself =
        desk.vault.copy_to(desk.vault.place(), &Key::read(&desk.root.join("key")).unwrap(), quietly());
    assert!(matches!(itself, Err(Error::Locked(_))), "{itself:?}");
}

#[test]
fn a_pack_that_the_copy_gives_back_otherwise_ends_the_copy_and_is_not_told_as_damage_here() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 400_000));
    desk.save("song", "first");
    let (place, key) = elsewhere(&desk);
    let made = Vault::create(&place, &key).unwrap();
    let bad = place.clone();
    let stage = Staged::at(&place, move |asked| match asked {
        Asked::Read(FileType::Pack, id) => Err(Error::Damaged(bad.file(FileType::Pack, id))),
        _ => Ok(()),
    });
    let copy = Vault::through(&place, stage, &made.master).unwrap();
    let outcome = desk.vault.copy_into(&copy, &quietly());
    let Err(Error::Damaged(path)) = &outcome else { panic!("{outcome:?}") };
    assert!(path.starts_with(place.root()), "{path:?}");
    assert_eq!(made.all_versions().unwrap(), []);
}

#[test]
fn many_small_versions_are_copied_without_reading_the_index_of_the_copy_for_each() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 100_000));
    for number in 0..40 {
        desk.write("song", "notes.txt", format!("take {number}").as_bytes());
        desk.save("song", &number.to_string());
    }
    let (place, key) = elsewhere(&desk);
    let made = Vault::create(&place, &key).unwrap();
    let read = Arc::new(AtomicUsize::new(0));
    let count = read.clone();
    let stage = Staged::at(&place, move |asked| {
        if matches!(asked, Asked::Read(FileType::Index, _)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    let copy = Vault::through(&place, stage, &made.master).unwrap();
    let told = Mutex::new(vec![0.0]);
    let report = |done: f32| crate::watch::lock(&told).push(done);
    let progress = Progress { report: &report, cancelled: &super::sample::NEVER };
    assert_eq!(desk.vault.copy_into(&copy, &progress).unwrap().versions, 40);
    let read = read.load(Ordering::Relaxed);
    assert!(read < 40, "{read} index files were read");
    assert_eq!(crate::watch::lock(&told).last(), Some(&1.0));
    assert_eq!(made.all_versions().unwrap(), desk.vault.all_versions().unwrap());
    assert!(made.check(true, quietly()).unwrap().is_sound());
}
