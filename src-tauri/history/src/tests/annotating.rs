//! Something else is said about a version.

use std::fs;
use std::path::Path;

use son1k_domain::id::ProjectId;

use super::sample::{Desk, draft, noise, quietly, tree};
use crate::{Contents, Draft, Error, Key, Kind, Note, Place, Vault, Version, VersionId};

fn said(message: &str) -> Note {
    Note { message: Some(message.into()), ..Note::default() }
}

/// A desk with an automatic version and one that comes from it.
fn desk() -> (Desk, Version, Version) {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 300_000));
    let first = Draft { kind: Kind::Automatic, occasion: "pause".into(), ..draft("song", "") };
    let first = desk.vault.save(&first, &desk.contents("song"), quietly()).unwrap();
    desk.write("song", "a.wav", &noise(2, 300_000));
    let second = Draft { parents: vec![first.id.clone()], ..draft("song", "second") };
    let second = desk.vault.save(&second, &desk.contents("song"), quietly()).unwrap();
    (desk, first, second)
}

#[test]
fn a_version_gets_a_message_a_star_and_a_name_and_stays_the_same_version() {
    let (desk, first, second) = desk();
    let note = Note { message: Some("Más grave".into()), starred: Some(true), named: Some(true) };
    let told = desk.vault.annotate(&first.id, &note, quietly()).unwrap();
    let expected =
        Version { message: "Más grave".into(), starred: true, kind: Kind::Named, ..first.clone() };
    assert_eq!(told, expected);
    for desk in [&desk, &desk.again().unwrap()] {
        assert_eq!(desk.vault.all_versions().unwrap(), [expected.clone(), second.clone()]);
        assert_eq!(desk.vault.read(&first.id, Path::new("a.wav")).unwrap(), noise(1, 300_000));
        assert_eq!(desk.vault.all_versions().unwrap()[1].parents, std::slice::from_ref(&first.id));
    }
    assert_eq!(desk.files_of("snapshots").len(), 2);
    let back = Note { message: Some(String::new()), starred: Some(false), named: Some(false) };
    assert_eq!(desk.vault.annotate(&first.id, &back, quietly()).unwrap(), first);
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn what_is_not_spoken_of_stays_and_saying_the_same_writes_nothing() {
    let (desk, first, _) = desk();
    desk.vault.annotate(&first.id, &said("lower"), quietly()).unwrap();
    let before = tree(&desk.store().join("snapshots"));
    let star = Note { starred: Some(false), ..said("lower") };
    assert_eq!(desk.vault.annotate(&first.id, &star, quietly()).unwrap().message, "lower");
    assert!(tree(&desk.store().join("snapshots")) == before);
    let starred = Note { starred: Some(true), ..Note::default() };
    let version = desk.vault.annotate(&first.id, &starred, quietly()).unwrap();
    assert_eq!(
        (version.message.as_str(), version.occasion.as_str(), version.kind),
        ("lower", "pause", Kind::Automatic)
    );
}

#[test]
fn a_crash_between_the_new_words_and_the_old_leaves_one_version_with_the_new_ones() {
    let (desk, first, second) = desk();
    for round in 0..12 {
        let old = tree(&desk.store().join("snapshots"));
        let told = desk.vault.annotate(&first.id, &said(&format!("take {round}")), quietly()).unwrap();
        // The process dies before it removes the file that says less.
        for (path, content) in old {
            fs::write(desk.store().join("snapshots").join(path), content).unwrap();
        }
        let desk = desk.again().unwrap();
        assert_eq!(desk.vault.all_versions().unwrap(), [told, second.clone()]);
        assert_eq!(desk.vault.check(true, quietly()).unwrap().versions, 2);
    }
    assert!(desk.files_of("snapshots").len() > 2, "nothing was left behind");
    desk.vault.annotate(&first.id, &said("at last"), quietly()).unwrap();
    assert_eq!(desk.files_of("snapshots").len(), 2);
}

#[test]
fn a_version_with_two_files_goes_whole() {
    let (desk, first, second) = desk();
    let old = tree(&desk.store().join("snapshots"));
    desk.vault.annotate(&first.id, &said("lower"), quietly()).unwrap();
    for (path, content) in old {
        fs::write(desk.store().join("snapshots").join(path), content).unwrap();
    }
    desk.vault.forget(&[first.id], quietly()).unwrap();
    assert_eq!(desk.vault.all_versions().unwrap(), std::slice::from_ref(&second));
    assert!(desk.vault.prune(quietly()).unwrap() > 290_000);
    assert_eq!(desk.vault.read(&second.id, Path::new("a.wav")).unwrap(), noise(2, 300_000));
}

#[test]
fn a_copy_learns_what_is_said_later_and_what_is_said_in_the_copy_comes_back() {
    let (desk, first, second) = desk();
    let (place, key) = (Place::Folder(desk.root.join("copy")), Key::passphrase("another"));
    desk.vault.copy_to(&place, &key, quietly()).unwrap();
    desk.vault.annotate(&first.id, &said("lower"), quietly()).unwrap();
    let copied = desk.vault.copy_to(&place, &key, quietly()).unwrap();
    assert_eq!((copied.versions, copied.bytes), (0, 0));
    let copy = Vault::open(&place, &key).unwrap();
    assert_eq!(copy.all_versions().unwrap(), desk.vault.all_versions().unwrap());
    let starred = Note { starred: Some(true), ..Note::default() };
    copy.annotate(&second.id, &starred, quietly()).unwrap();
    let own = Key::read(&desk.root.join("key")).unwrap();
    copy.copy_to(desk.vault.place(), &own, quietly()).unwrap();
    let listed = desk.vault.versions(&ProjectId::from("song")).unwrap();
    assert_eq!(listed, copy.all_versions().unwrap());
    assert!(listed[1].starred && listed[0].message == "lower");
    assert_eq!(desk.files_of("snapshots").len(), 2);
}

#[test]
fn nothing_is_said_about_a_version_that_is_not_there() {
    let desk = Desk::new();
    let outcome = desk.vault.annotate(&VersionId("a".repeat(64)), &said("x"), quietly());
    assert!(matches!(outcome, Err(Error::NoVersion(_))), "{outcome:?}");
    let empty = desk.vault.save(&draft("song", ""), &Contents::default(), quietly()).unwrap();
    desk.vault.annotate(&empty.id, &said("an empty one"), quietly()).unwrap();
    assert_eq!(desk.vault.all_versions().unwrap()[0].message, "an empty one");
}
