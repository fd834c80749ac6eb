//! The disk is full.

use son1k_support::room::Room;

use super::sample::{Desk, draft, noise, process, quietly, step, succeed};
use crate::Error;

const TEST: &str = "disk::a_process_keeps_versions_where_it_is_told";

/// Not a test of its own: the studio of the test below, in a process that can be put on a disk and be limited.
#[test]
#[ignore = "a child process of the test below, which starts it on a small disk"]
fn a_process_keeps_versions_where_it_is_told() {
    let Some((step, root)) = step() else { return };
    if step == "first" {
        let key = crate::Key::create(&root.join("key")).unwrap();
        drop(crate::Vault::create(&super::sample::place(&root), &key).unwrap());
        let desk = Desk::at(&root).unwrap();
        desk.write("song", "a.wav", &noise(1, 1_000_000));
        desk.write("song", "b.wav", &noise(2, 4_000_000));
        desk.vault.save(&draft("song", "first"), &only_a(&desk), quietly()).unwrap();
        return;
    }
    let desk = Desk::at(&root).unwrap();
    let first = desk.vault.all_versions().unwrap().remove(0);
    if step == "full" {
        let outcome = desk.vault.save(&draft("song", "second"), &desk.contents("song"), quietly());
        assert!(matches!(outcome, Err(Error::DiskFull(_))), "{outcome:?}");
        assert_eq!(desk.vault.all_versions().unwrap(), std::slice::from_ref(&first));
        let outcome = crate::disk::write(&root.join("small file"), &noise(3, 8_000_000));
        assert!(matches!(outcome, Err(Error::DiskFull(_))), "{outcome:?}");
        let left = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
        assert_eq!(left.filter(|path| crate::disk::is_temporary(path)).count(), 0, "half a file is left");
    } else {
        let second = desk.save("song", "second");
        desk.assert_holds(&second.id, &desk.project("song"));
        desk.vault.prune(quietly()).unwrap();
    }
    assert_eq!(desk.vault.read(&first.id, "a.wav".as_ref()).unwrap(), noise(1, 1_000_000));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
    assert_eq!(desk.files_of("data").iter().filter(|file| crate::disk::is_temporary(file)).count(), 0);
}

fn only_a(desk: &Desk) -> crate::Contents {
    crate::Contents::folder(&desk.project("song"), |path| path == "a.wav").unwrap()
}

#[test]
fn a_version_that_does_not_fit_is_told_and_the_earlier_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), 32 << 20) {
        let take = |step: &str| succeed(&mut room.within(&process(TEST, step, room.folder())));
        take("first");
        room.fill(1 << 20);
        take("full");
        room.empty();
        take("again");
    }
}
