//! Stores and keys that are right, wrong, missing or not writable.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;

use rustic_core::KeyOptions;

use super::sample::{Desk, draft, noise, place, process, quietly, step, succeed};
use crate::{Error, Key, Place, Vault};

#[test]
fn another_key_does_not_open_a_store_and_does_it_no_harm() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    let version = desk.save("song", "");
    for wrong in ["", "password", "ñandú"] {
        let outcome = Vault::open(&place(&desk.root), &Key::passphrase(wrong));
        assert!(matches!(&outcome, Err(Error::WrongKey(path)) if *path == desk.store()), "{outcome:?}");
    }
    desk.again().unwrap().assert_holds(&version.id, &desk.project("song"));
}

#[test]
fn a_passphrase_opens_what_it_closed() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Folder(folder.path().join("deep/store"));
    let key = Key::passphrase("año nuevo, vida nueva");
    drop(Vault::create(&place, &key).unwrap());
    assert_eq!(Vault::open(&place, &key).unwrap().all_versions().unwrap(), []);
    assert!(matches!(Vault::create(&place, &key), Err(Error::AlreadyAStore(_))));
}

#[test]
fn a_key_file_is_for_its_owner_only_never_replaced_and_may_get_a_line_end_from_an_editor() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let key = Key::create(&file).unwrap();
    assert_eq!(key.as_str().len(), 64);
    assert_ne!(key, Key::create(&folder.path().join("other")).unwrap());
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    assert!(matches!(Key::create(&file), Err(Error::Io { .. })));
    fs::write(&file, format!("{}\r\n\n", key.as_str())).unwrap();
    assert_eq!(Key::read(&file).unwrap(), key);
    assert!(!format!("{key:?}").contains(key.as_str()));
    for nothing in [b"\n".as_slice(), b"", b"\xff\xfe"] {
        fs::write(&file, nothing).unwrap();
        assert!(matches!(Key::read(&file), Err(Error::NoKey(path)) if path == file));
    }
    assert!(matches!(Key::read(&folder.path().join("none")), Err(Error::Io { .. })));
}

#[test]
fn a_key_file_is_never_seen_without_its_key_and_programs_that_make_it_at_once_get_the_same() {
    const PROGRAMS: usize = 4;
    let folder = tempfile::tempdir().unwrap();
    for round in 0..100 {
        let file = folder.path().join(format!("key-{round}"));
        let together = Barrier::new(PROGRAMS);
        let begin = || {
            together.wait();
            Key::create(&file).or_else(|_| Key::read(&file))
        };
        let keys: Vec<_> = std::thread::scope(|scope| {
            let begun: Vec<_> = (0..PROGRAMS).map(|_| scope.spawn(begin)).collect();
            begun.into_iter().map(|program| program.join().unwrap()).collect()
        });
        let first = Key::read(&file).unwrap();
        assert!(keys.iter().all(|key| key.as_ref().is_ok_and(|key| *key == first)), "{round}: {keys:?}");
    }
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 100, "something unfinished is left beside the keys");
}

#[test]
fn a_folder_without_a_store_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("song.wav"), b"a").unwrap();
    for there in [folder.path().to_owned(), folder.path().join("none"), folder.path().join("song.wav")] {
        let outcome = Vault::open(&Place::Folder(there.clone()), &Key::passphrase("x"));
        assert!(matches!(outcome, Err(Error::NotAStore(_) | Error::Io { .. })), "{there:?} {outcome:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_store_that_was_half_made_when_the_power_went_is_made_anew() {
    let desk = Desk::new();
    let half = desk.root.join("half");
    for part in ["data/00", "index", "snapshots", "keys"] {
        fs::create_dir_all(half.join("store").join(part)).unwrap();
    }
    let key = desk.files_of("keys").remove(0);
    fs::copy(desk.store().join(&key), half.join("store").join(&key)).unwrap();
    let key = Key::read(&desk.root.join("key")).unwrap();
    assert!(matches!(Vault::open(&place(&half), &key), Err(Error::NotAStore(_))));
    let made = Vault::create(&place(&half), &key).unwrap();
    drop(made);
    assert_eq!(Vault::open(&place(&half), &key).unwrap().all_versions().unwrap(), []);
}

#[test]
fn a_damaged_or_lost_key_or_configuration_is_replaced_by_its_second_copy() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    let version = desk.save("song", "");
    let key = desk.files_of("keys").remove(0);
    for file in [key.as_path(), Path::new("config")] {
        let good = fs::read(desk.store().join(file)).unwrap();
        desk.flip(file);
        desk.again().unwrap().assert_holds(&version.id, &desk.project("song"));
        assert_eq!(fs::read(desk.store().join(file)).unwrap(), good);
        fs::remove_file(desk.store().join(file)).unwrap();
        desk.again().unwrap().assert_holds(&version.id, &desk.project("song"));
        assert_eq!(fs::read(desk.store().join(file)).unwrap(), good);
    }
    fs::remove_dir_all(desk.store().join("spare")).unwrap();
    for file in [Path::new("config"), key.as_path()] {
        desk.flip(file);
        let outcome = desk.again().map(|_| ());
        assert!(
            matches!(&outcome, Err(Error::Damaged(path)) if *path == desk.store().join(file)),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_key_that_was_removed_with_restic_opens_the_store_no_more_until_no_key_is_left() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    let version = desk.save("song", "");
    let first = desk.store().join(desk.files_of("keys").remove(0));
    let engine = desk.vault.engine().unwrap();
    let second = engine.add_key("new words", &KeyOptions::default()).unwrap();
    let content = fs::read(&first).unwrap();
    fs::remove_file(&first).unwrap();
    let open = || Vault::open(&place(&desk.root), &Key::passphrase("new words"));
    assert_eq!(open().unwrap().all_versions().unwrap(), std::slice::from_ref(&version));
    assert!(!first.exists(), "a key that nobody wants came back");
    let outcome = desk.again().map(|_| ());
    assert!(matches!(outcome, Err(Error::WrongKey(_))), "{outcome:?}");
    fs::remove_file(desk.store().join("keys").join(second.to_hex().as_str())).unwrap();
    assert_eq!(desk.again().unwrap().vault.all_versions().unwrap().len(), 1);
    assert_eq!(fs::read(&first).unwrap(), content);
}

#[test]
fn of_two_programs_that_make_a_store_at_once_one_is_told_that_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::passphrase("the same");
    let place = Place::Folder(folder.path().join("deep/store"));
    let makers = [(); 3].map(|()| {
        let (place, key) = (place.clone(), key.clone());
        thread::spawn(move || Vault::create(&place, &key).map(|_| ()))
    });
    let made: Vec<_> = makers.into_iter().map(|maker| maker.join().unwrap()).collect();
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1, "{made:?}");
    let is_told = |made: &&crate::Result<()>| matches!(made, Err(Error::AlreadyAStore(_) | Error::Locked(_)));
    assert_eq!(made.iter().filter(is_told).count(), 2, "{made:?}");
    let vault = Vault::open(&place, &key).unwrap();
    assert_eq!(vault.all_versions().unwrap(), []);
    assert_eq!(fs::read_dir(folder.path().join("deep/store/keys")).unwrap().count(), 1);
}

/// Not a test of its own: what the test below does in a process that may not write.
#[test]
#[ignore = "a child process of the test below, which starts it where it may not write"]
fn a_process_reads_where_it_may_not_write() {
    let Some((_, root)) = step() else { return };
    assert!(fs::write(root.join("store/probe"), b"").is_err(), "the store can be written to");
    let desk = Desk::at(&root).unwrap();
    let versions = desk.vault.all_versions().unwrap();
    desk.assert_holds(&versions[0].id, &desk.project("song"));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
    let contents = desk.contents("song").document(Path::new("new"), noise(8, 5000)).unwrap();
    let outcomes = [
        desk.vault.save(&draft("song", ""), &contents, quietly()).map(|_| ()),
        desk.vault.forget(&[versions[0].id.clone()], quietly()),
        desk.vault.prune(quietly()).map(|_| ()),
        Vault::create(&Place::Folder(root.join("store/new")), &Key::passphrase("x")).map(|_| ()),
    ];
    for outcome in outcomes {
        assert!(matches!(outcome, Err(Error::ReadOnly(_))), "{outcome:?}");
    }
}

/// Sees a folder read-only, as administrator or as one of one's own.
const KINDS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
const SEALED: &str = r#"mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@""#;

#[test]
fn a_read_only_store_can_be_read_and_says_why_it_takes_nothing() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 100_000));
    desk.save("song", "");
    let inner = process("opening::a_process_reads_where_it_may_not_write", "read", &desk.root);
    let sealed = |kind: &[&str], what: &mut dyn FnMut(&mut Command)| {
        let mut command = Command::new("unshare");
        command.args(kind).args(["sh", "-c", SEALED]).arg(desk.store());
        what(&mut command);
        command
    };
    let works = |kind: &&&[&str]| {
        sealed(kind, &mut |command| {
            command.arg("true");
        })
        .output()
        .is_ok_and(|output| output.status.success())
    };
    let kind = KINDS.iter().find(works).expect("a way to make a folder read-only");
    succeed(&mut sealed(kind, &mut |command| {
        command.arg(inner.get_program()).args(inner.get_args());
        command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    }));
    assert_eq!(desk.again().unwrap().vault.all_versions().unwrap().len(), 1);
}
