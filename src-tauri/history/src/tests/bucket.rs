//! The store is copied into a bucket, over a line that is not always there.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use son1k_support::bucket::{ACCESS_KEY, BUCKET, Storage};

use super::sample::{Desk, noise, process, quietly, step, tree};
use crate::{Bucket, Error, Fault, Key, Note, Place, Vault};

const TEST: &str = "bucket::a_process_copies_until_it_is_killed";

fn at(address: &str, bucket: &str, access_key: &str) -> Place {
    Place::S3(Bucket::new(address, "", bucket, "/studio/", access_key, "a secret"))
}

fn place(storage: &Storage) -> Place {
    at(storage.address(), BUCKET, ACCESS_KEY)
}

fn key() -> Key {
    Key::passphrase("four words nobody guesses")
}

/// A desk with one version of so many stems of 3 MB.
fn desk(stems: u64) -> Desk {
    let desk = Desk::new();
    for number in 0..stems {
        desk.write("song", &format!("{number}.wav"), &noise(number, 3_000_000));
    }
    desk.save("song", "first");
    desk
}

#[test]
fn a_copy_in_a_bucket_holds_every_version_restores_alone_and_gets_only_what_is_new() {
    let (desk, storage) = (desk(3), Storage::open().unwrap());
    let copied = desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    assert_eq!(copied.versions, 1);
    assert!((9_000_000..9_100_000).contains(&copied.bytes), "{}", copied.bytes);
    assert!(storage.sent() >= copied.bytes, "what was written was not read back");
    desk.write("song", "3.wav", &noise(3, 1_000_000));
    let second = desk.save("song", "second");
    let before = storage.received();
    assert_eq!(desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap().versions, 1);
    assert!((1_000_000..1_050_000).contains(&(storage.received() - before)));
    let starred = Note { starred: Some(true), ..Note::default() };
    desk.vault.annotate(&second.id, &starred, quietly()).unwrap();
    let none = desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    assert_eq!((none.versions, none.bytes), (0, 0));
    let listed = desk.vault.all_versions().unwrap();
    fs::remove_dir_all(desk.store()).unwrap();
    let copy = Vault::open(&place(&storage), &key()).unwrap();
    assert_eq!(copy.all_versions().unwrap(), listed);
    let target = desk.root.join("back");
    copy.restore(&second.id, &target, None, quietly()).unwrap();
    assert!(tree(&target) == tree(&desk.project("song")));
    assert!(copy.check(true, quietly()).unwrap().is_sound());
    assert!(storage.names().iter().all(|name| name.starts_with("studio/")));
    assert!(matches!(copy.prune(quietly()), Err(Error::ReadOnly(_))));
}

#[test]
fn a_store_is_brought_back_from_a_bucket_alone() {
    let (desk, storage) = (desk(2), Storage::open().unwrap());
    desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    let other = Desk::new();
    let copy = Vault::open(&place(&storage), &key()).unwrap();
    let own = Key::read(&other.root.join("key")).unwrap();
    assert_eq!(copy.copy_to(other.vault.place(), &own, quietly()).unwrap().versions, 1);
    let versions = other.vault.all_versions().unwrap();
    assert_eq!(versions, desk.vault.all_versions().unwrap());
    other.assert_holds(&versions[0].id, &desk.project("song"));
}

#[test]
fn a_line_that_is_lost_half_way_is_told_and_nothing_is_sent_twice() {
    let (desk, storage) = (desk(12), Storage::open().unwrap());
    drop(Vault::create(&place(&storage), &key()).unwrap());
    storage.lose_line_after(20_000_000);
    let outcome = desk.vault.copy_to(&place(&storage), &key(), quietly());
    assert!(matches!(outcome, Err(Error::Unreachable { .. })), "{outcome:?}");
    storage.find_line();
    let there = storage.received();
    assert!(there > 8_000_000, "{there}");
    assert_eq!(Vault::open(&place(&storage), &key()).unwrap().all_versions().unwrap(), []);
    let copied = desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    assert_eq!(copied.versions, 1);
    assert!(storage.received() < 36_400_000, "{} after {there}", storage.received());
    assert!(Vault::open(&place(&storage), &key()).unwrap().check(true, quietly()).unwrap().is_sound());
}

#[test]
fn wrong_keys_a_missing_bucket_a_wrong_passphrase_and_nobody_there_are_told_apart() {
    let (desk, storage) = (desk(1), Storage::open().unwrap());
    let address = storage.address();
    let outcome = desk.vault.copy_to(&at(address, BUCKET, "SOMEBODY"), &key(), quietly());
    assert!(matches!(outcome, Err(Error::Refused(_))), "{outcome:?}");
    let outcome = desk.vault.copy_to(&at(address, "other", ACCESS_KEY), &key(), quietly());
    assert!(matches!(outcome, Err(Error::NoBucket(_))), "{outcome:?}");
    let outcome = Vault::open(&place(&storage), &key());
    assert!(matches!(outcome, Err(Error::NotAStore(_))), "{outcome:?}");
    drop(Vault::create(&place(&storage), &key()).unwrap());
    let outcome = Vault::open(&place(&storage), &Key::passphrase("mistyped"));
    assert!(matches!(outcome, Err(Error::WrongKey(_))), "{outcome:?}");
    let outcome = Vault::open(&at("http://127.0.0.1:9", BUCKET, ACCESS_KEY), &key());
    assert!(matches!(outcome, Err(Error::Unreachable { .. })), "{outcome:?}");
    let said = format!("{outcome:?} {:?}", place(&storage));
    assert!(!said.contains("a secret"), "{said}");
}

#[test]
fn a_full_storage_is_told_and_the_copy_goes_on_when_there_is_room() {
    let (desk, storage) = (desk(8), Storage::open().unwrap());
    storage.limit_room(Some(12_000_000));
    let outcome = desk.vault.copy_to(&place(&storage), &key(), quietly());
    assert!(matches!(outcome, Err(Error::DiskFull(_))), "{outcome:?}");
    storage.limit_room(None);
    assert_eq!(desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap().versions, 1);
    assert!(storage.received() < 50_000_000);
    assert!(Vault::open(&place(&storage), &key()).unwrap().check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_flipped_byte_in_a_bucket_is_found_named_and_costs_only_what_it_touches() {
    let (desk, storage) = (desk(1), Storage::open().unwrap());
    desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    let before = storage.names();
    desk.write("song", "hurt.wav", &noise(50, 2_000_000));
    let second = desk.save("song", "second");
    desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap();
    let size = |name: &String| storage.object(name).map_or(0, |content| content.len());
    let new = storage.names().into_iter().filter(|name| !before.contains(name));
    let pack = new.filter(|name| name.contains("/data/")).max_by_key(size).unwrap();
    assert!(storage.flip(&pack));
    let copy = Vault::open(&place(&storage), &key()).unwrap();
    let report = copy.check(true, quietly()).unwrap();
    assert_eq!(report.damage.len(), 1, "{report:?}");
    let damage = &report.damage[0];
    assert_eq!(format!("studio/{}", damage.file.display()), pack);
    assert_eq!(damage.fault, Fault::Damaged);
    assert_eq!(damage.touched.len(), 1);
    assert_eq!(damage.touched[0].path.as_deref(), Some(Path::new("hurt.wav")));
    assert_eq!(copy.read(&second.id, Path::new("0.wav")).unwrap(), noise(0, 3_000_000));
    let outcome = copy.read(&second.id, Path::new("hurt.wav"));
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
}

/// Not a test of its own: the process that is killed while it copies.
#[test]
#[ignore = "a child process of the test below, which kills it"]
fn a_process_copies_until_it_is_killed() {
    let Some((address, root)) = step() else { return };
    let desk = Desk::at(&root).unwrap();
    desk.vault.copy_to(&at(&address, BUCKET, ACCESS_KEY), &key(), quietly()).unwrap();
}

#[test]
fn a_process_that_is_killed_while_it_copies_into_a_bucket_is_gone_on_from() {
    let (desk, storage) = (desk(12), Storage::open().unwrap());
    drop(Vault::create(&place(&storage), &key()).unwrap());
    for reached in [6_000_000, 18_000_000, 30_000_000] {
        let mut child = process(TEST, storage.address(), &desk.root).stdout(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while storage.received() < reached && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(storage.received() >= reached, "{}", storage.received());
    }
    let packs = storage.names().into_iter().filter(|name| name.contains("/data/"));
    let there: usize = packs.filter_map(|name| storage.object(&name)).map(|content| content.len()).sum();
    assert!(there > 6_000_000, "{there}");
    let before = storage.received();
    assert_eq!(desk.vault.copy_to(&place(&storage), &key(), quietly()).unwrap().versions, 1);
    let sent = storage.received() - before;
    assert!(sent + (there as u64) < 36_400_000, "{sent} after {there}");
    let copy = Vault::open(&place(&storage), &key()).unwrap();
    assert!(copy.check(true, quietly()).unwrap().is_sound());
    let version = copy.all_versions().unwrap().remove(0);
    for number in 0..12 {
        let path = format!("{number}.wav");
        assert!(copy.read(&version.id, Path::new(&path)).unwrap() == noise(number, 3_000_000));
    }
}
