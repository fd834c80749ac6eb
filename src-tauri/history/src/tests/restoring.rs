//! Files come back, and are heard without coming back.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::sample::{Desk, noise, quietly, tree};
use crate::{Error, Progress, VersionId};

#[test]
fn a_file_is_read_from_any_position_without_being_restored() {
    let desk = Desk::new();
    let sound = noise(3, 5_000_000);
    desk.write("song", "audio/a.wav", &sound);
    let version = desk.save("song", "");
    let mut stream = desk.vault.stream(&version.id, Path::new("audio/a.wav")).unwrap();
    assert_eq!(stream.size(), 5_000_000);
    for at in [0, 4_999_990, 1_234_567, 5_000_000, 6_000_000] {
        stream.seek(SeekFrom::Start(at)).unwrap();
        let mut heard = Vec::new();
        stream.by_ref().take(700_000).read_to_end(&mut heard).unwrap();
        let from = (at as usize).min(sound.len());
        assert!(heard == sound[from..(from + 700_000).min(sound.len())], "from {at}");
    }
    assert_eq!(stream.seek(SeekFrom::End(-4)).unwrap(), 4_999_996);
    assert!(stream.seek(SeekFrom::Current(-5_000_000)).is_err());
}

#[test]
fn a_restore_touches_only_what_differs_and_leaves_the_rest_alone() {
    let desk = Desk::new();
    desk.write("song", "audio/a.wav", &noise(1, 100_000));
    desk.write("song", "audio/b.wav", &noise(2, 100_000));
    let version = desk.save("song", "");
    let folder = desk.project("song");
    let before = fs::metadata(folder.join("audio/a.wav")).unwrap().modified().unwrap();
    desk.write("song", "audio/b.wav", &noise(9, 100_000));
    desk.write("song", "new take.wav", b"new");
    let restored = desk.vault.restore(&version.id, &folder, None, quietly()).unwrap();
    assert_eq!((restored.written, restored.untouched, restored.bytes), (1, 1, 100_000));
    assert_eq!(fs::metadata(folder.join("audio/a.wav")).unwrap().modified().unwrap(), before);
    assert_eq!(fs::read(folder.join("audio/b.wav")).unwrap(), noise(2, 100_000));
    assert_eq!(fs::read(folder.join("new take.wav")).unwrap(), b"new");
}

#[test]
fn one_file_or_folder_comes_back_alone_and_what_is_not_there_is_told() {
    let desk = Desk::new();
    for path in ["audio/a.wav", "audio/b.wav", "doc.json"] {
        desk.write("song", path, path.as_bytes());
    }
    let version = desk.save("song", "");
    let restore = |only: &[&str]| {
        let target = desk.root.join("some");
        let only: Vec<PathBuf> = only.iter().map(PathBuf::from).collect();
        let outcome = desk.vault.restore(&version.id, &target, Some(&only), quietly());
        let found: Vec<PathBuf> = tree(&target).into_iter().map(|(path, _)| path).collect();
        let _made_here = fs::remove_dir_all(target);
        outcome.map(|_| found)
    };
    assert_eq!(restore(&["audio/b.wav"]).unwrap(), [Path::new("audio/b.wav")]);
    assert_eq!(restore(&["audio"]).unwrap(), ["audio/a.wav", "audio/b.wav"].map(Path::new));
    assert!(
        matches!(restore(&["doc.json", "audio/c.wav"]), Err(Error::NoFile(path)) if path == Path::new("audio/c.wav"))
    );
    let gone = VersionId("0".repeat(64));
    assert!(matches!(desk.vault.files(&gone), Err(Error::NoVersion(id)) if id == gone));
    assert!(matches!(desk.vault.read(&version.id, Path::new("audio")), Err(Error::NoFile(_))));
}

#[test]
fn an_interrupted_restore_goes_on_and_leaves_nothing_over() {
    let desk = Desk::new();
    for number in 0..12 {
        desk.write("song", &format!("{number}.wav"), &noise(number, 3_000_000));
    }
    let version = desk.save("song", "");
    let target = desk.root.join("back");
    let cancelled = AtomicBool::new(false);
    let report = |done: f32| cancelled.store(done > 0.5, Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &cancelled };
    let outcome = desk.vault.restore(&version.id, &target, None, progress);
    assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    // What a killed process leaves.
    let missing = (0..12).map(|number| format!("{number}.wav")).find(|name| !target.join(name).exists());
    fs::write(target.join(format!(".{}.restoring", missing.unwrap())), b"half").unwrap();
    let restored = desk.vault.restore(&version.id, &target, None, quietly()).unwrap();
    assert!(restored.untouched >= 2 && restored.written >= 2, "{restored:?}");
    assert!(tree(&target) == tree(&desk.project("song")));
}

#[test]
fn a_restored_project_is_not_read_again_by_the_next_version() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 200_000));
    desk.write("song", "b.wav", &noise(2, 200_000));
    let first = desk.save("song", "first");
    desk.write("song", "a.wav", &noise(3, 200_000));
    desk.save("song", "second");
    desk.vault.restore(&first.id, &desk.project("song"), None, quietly()).unwrap();
    let mut draft = super::sample::draft("song", "third");
    draft.parents = vec![first.id];
    let third = desk.vault.save(&draft, &desk.contents("song"), quietly()).unwrap();
    let snapshot = desk.vault.snapshot(&third.id).unwrap();
    assert_eq!(snapshot.summary.as_ref().unwrap().files_unmodified, 2);
    desk.write("song", "a.wav", &noise(4, 200_000));
    let fourth = desk.save("song", "fourth");
    desk.assert_holds(&fourth.id, &desk.project("song"));
}

#[cfg(unix)]
#[test]
fn a_file_whose_time_was_set_back_after_a_change_is_kept_and_restored_all_the_same() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 200_000));
    let first = desk.save("song", "first");
    let file = desk.project("song").join("a.wav");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    desk.write("song", "a.wav", &noise(2, 200_000));
    fs::File::options().append(true).open(&file).unwrap().set_modified(before).unwrap();
    let second = desk.save("song", "second");
    desk.assert_holds(&second.id, &desk.project("song"));
    for (version, seed) in [(&first, 1), (&second, 2), (&first, 1)] {
        let restored = desk.vault.restore(&version.id, &desk.project("song"), None, quietly()).unwrap();
        assert!(fs::read(&file).unwrap() == noise(seed, 200_000), "{restored:?}");
    }
}
