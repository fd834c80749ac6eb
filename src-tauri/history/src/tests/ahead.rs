//! Files are taken in before the version.

use std::time::SystemTime;

use super::sample::{Desk, noise, quietly};

fn take_in(desk: &Desk) -> u64 {
    desk.vault.take_in(&"song".into(), SystemTime::UNIX_EPOCH, &desk.contents("song"), quietly()).unwrap()
}

#[test]
fn a_stem_that_was_taken_in_is_not_read_again_by_the_version() {
    let desk = Desk::new();
    desk.write("song", "steady.wav", &noise(1, 400_000));
    desk.save("song", "first");
    desk.write("song", "bounced.wav", &noise(2, 400_000));
    assert!(take_in(&desk) > 400_000);
    assert_eq!(desk.vault.all_versions().unwrap().len(), 1, "it is no version");
    let desk = desk.again().unwrap();
    let version = desk.save("song", "second");
    assert!(version.added < 4000, "{}", version.added);
    let summary = desk.vault.snapshot(&version.id).unwrap().summary.clone().unwrap();
    assert_eq!((summary.files_unmodified, summary.files_new + summary.files_changed), (2, 0));
    desk.assert_holds(&version.id, &desk.project("song"));
    assert_eq!(desk.files_of("snapshots").len(), 2, "what was taken in is let go of");
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_stem_that_changes_after_it_was_taken_in_is_kept_as_it_is_now() {
    let desk = Desk::new();
    desk.write("song", "bounced.wav", &noise(2, 400_000));
    take_in(&desk);
    desk.write("song", "bounced.wav", &noise(3, 400_000));
    let version = desk.save("song", "");
    desk.assert_holds(&version.id, &desk.project("song"));
}

#[test]
fn damage_to_what_was_only_taken_in_costs_no_version_anything() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 400_000));
    desk.save("song", "");
    let before = desk.files_of("data");
    desk.write("song", "b.wav", &noise(2, 400_000));
    take_in(&desk);
    let size = |file: &&std::path::PathBuf| std::fs::metadata(desk.store().join(file)).unwrap().len();
    let new: Vec<_> = desk.files_of("data").into_iter().filter(|file| !before.contains(file)).collect();
    desk.flip(new.iter().max_by_key(size).unwrap());
    let desk = desk.again().unwrap();
    let report = desk.vault.check(true, quietly()).unwrap();
    assert!(report.damage.len() == 1 && report.damage[0].touched.is_empty(), "{report:?}");
    desk.vault.mend(&report, quietly()).unwrap();
    let version = desk.save("song", "");
    desk.assert_holds(&version.id, &desk.project("song"));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn what_was_taken_in_and_never_kept_is_replaced_and_pruned() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 400_000));
    let version = desk.save("song", "");
    for number in [2, 3] {
        desk.write("song", "a.wav", &noise(number, 400_000));
        take_in(&desk);
    }
    desk.write("other", "b.wav", &noise(9, 400_000));
    desk.save("other", "");
    assert_eq!(desk.files_of("snapshots").len(), 3, "one is taken in, the one before is gone");
    assert!(desk.vault.prune(quietly()).unwrap() > 790_000);
    assert_eq!(desk.files_of("snapshots").len(), 2);
    desk.assert_holds(&desk.save("song", "").id, &desk.project("song"));
    assert_eq!(desk.vault.read(&version.id, "a.wav".as_ref()).unwrap(), noise(1, 400_000));
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}
