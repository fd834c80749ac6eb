//! What is seen of a store when: packs, then the index that names them, then the version.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rustic_core::{BytesList, FileType, WriteBackend};

use super::sample::{Desk, noise, process, quietly, step, succeed};
use super::staged::{Asked, Staged};
use crate::folder::hash;
use crate::under_way::UnderWay;
use crate::watch::{Guarded, lock};
use crate::{Contents, Error, Key, Place, Progress, Vault};

const TEST: &str = "order::a_process_copies_very_many_pieces";
/// More than the engine puts into one index, 50,000, so that it writes one while it is at work.
const PIECES: u32 = 62_000;
const LONGEST: Duration = Duration::from_secs(240);

#[test]
fn whoever_publishes_an_index_waits_for_packs_that_another_thread_waits_for() {
    let under_way = Arc::new(UnderWay::default());
    let (arrive, arrived) = mpsc::channel::<()>();
    let write = move || {
        let _when_dropped = arrived.recv();
        Ok(())
    };
    under_way.begin(8, write).unwrap();
    let waiting = [(); 2].map(|()| {
        let under_way = under_way.clone();
        thread::spawn(move || under_way.settle())
    });
    thread::sleep(Duration::from_millis(200));
    assert!(waiting.iter().all(|thread| !thread.is_finished()), "one did not wait");
    drop(arrive);
    waiting.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
}

#[test]
fn a_pack_that_did_not_arrive_stops_every_index_of_its_work_and_none_of_the_next() {
    let under_way = UnderWay::default();
    let full = || Error::DiskFull("x".into());
    under_way.begin(1, move || Err(full())).unwrap();
    // The thread that writes packs is told first, the one that writes the index after that.
    assert!(matches!(under_way.begin(1, || Ok(())), Err(Error::DiskFull(_))));
    for _ in 0..2 {
        assert!(matches!(under_way.settle(), Err(Error::DiskFull(_))));
    }
    under_way.begin_anew();
    under_way.begin(1, || Ok(())).unwrap();
    under_way.settle().unwrap();
}

#[test]
fn waiting_for_a_pack_on_a_dead_line_ends_when_the_work_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let files = Guarded::new(Place::Folder(folder.path().into()).files().unwrap());
    let (arrive, arrived) = mpsc::channel::<()>();
    let write = move || {
        let _when_dropped = arrived.recv();
        Ok(())
    };
    let under_way = files.files.under_way();
    let flag = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            flag.store(true, Ordering::Relaxed);
        });
        let progress = Progress { report: &|_| (), cancelled: &flag };
        let outcome =
            files.during(&progress, 0, || under_way.begin(1, write).and_then(|()| under_way.settle()));
        assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
        files.during(&quietly(), 0, || under_way.settle()).unwrap();
    });
    drop(arrive);
}

#[test]
fn no_more_packs_are_under_way_than_wanted() {
    let (under_way, now, most) = (UnderWay::default(), Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    for _ in 0..12 {
        let (now, most) = (now.clone(), most.clone());
        let write = move || {
            *lock(&now) += 1;
            let seen = *lock(&now);
            let mut most = lock(&most);
            *most = seen.max(*most);
            drop(most);
            thread::sleep(Duration::from_millis(10));
            *lock(&now) -= 1;
            Ok(())
        };
        under_way.begin(3, write).unwrap();
    }
    under_way.settle().unwrap();
    assert!(*lock(&now) == 0 && (1..=3).contains(&*lock(&most)), "{}", lock(&most));
}

#[test]
fn nothing_is_written_any_more_once_a_version_was_cancelled_and_the_next_one_is_kept() {
    let desk = Desk::new();
    let (over, late) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (is_over, was_late) = (over.clone(), late.clone());
    let vault = Staged::store(&desk, move |asked| {
        if matches!(asked, Asked::Write(_)) {
            was_late.fetch_or(is_over.load(Ordering::Relaxed), Ordering::Relaxed);
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    });
    for seed in 0..4 {
        desk.write("song", "take.wav", &noise(seed, 60_000_000));
        let cancelled = AtomicBool::new(false);
        let report = |done: f32| cancelled.store(done > 0.2, Ordering::Relaxed);
        let progress = Progress { report: &report, cancelled: &cancelled };
        over.store(false, Ordering::Relaxed);
        let outcome = vault.save(&super::sample::draft("song", ""), &desk.contents("song"), progress);
        over.store(true, Ordering::Relaxed);
        assert!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
        thread::sleep(Duration::from_millis(300));
        assert!(!late.load(Ordering::Relaxed), "a pack was written after the version was given up");
    }
    over.store(false, Ordering::Relaxed);
    let kept = vault.save(&super::sample::draft("song", ""), &desk.contents("song"), quietly()).unwrap();
    desk.assert_holds(&kept.id, &desk.project("song"));
    assert!(vault.prune(quietly()).is_ok() && vault.check(true, quietly()).unwrap().is_sound());
}

fn put(files: &Guarded, kind: FileType, content: &'static [u8]) -> Result<(), Error> {
    let list = BytesList::from(Bytes::from_static(content));
    Ok(files.write_bytes(kind, &hash(content), false, list)?)
}

#[test]
fn an_index_of_a_copy_does_not_look_for_a_pack_that_is_still_coming() {
    let folder = tempfile::tempdir().unwrap();
    let (begin, begun) = mpsc::channel::<()>();
    let (go_on, waits) = mpsc::channel::<()>();
    let waits = Mutex::new(waits);
    let slow = move |asked: Asked<'_>| {
        if matches!(asked, Asked::Write(FileType::Pack)) {
            let _told = begin.send(());
            let _when_dropped = lock(&waits).recv();
        }
        Ok(())
    };
    let files = Guarded::new(Staged::at(&Place::Folder(folder.path().into()), slow));
    files.distrust();
    thread::scope(|scope| {
        let pack = scope.spawn(|| put(&files, FileType::Pack, b"a pack"));
        begun.recv().unwrap();
        put(&files, FileType::Index, b"the index of earlier packs").unwrap();
        drop(go_on);
        pack.join().unwrap().unwrap();
    });
    assert_eq!(files.read_back(), 0);
    put(&files, FileType::Index, b"its own index").unwrap();
    assert_eq!(files.read_back(), 6, "what was written was not read back");
}

/// Not a test of its own: a copy in a process where whatever waits for itself never ends.
#[test]
#[ignore = "a child process of the test below, which limits its threads and its time"]
fn a_process_copies_very_many_pieces() {
    let Some((_, root)) = step() else { return };
    let desk = Desk::at(&root).unwrap();
    let contents = (0..PIECES).fold(Contents::default(), |all, number| {
        let path = format!("{}/{number}", number / 1000);
        all.document(path.as_ref(), noise(number.into(), 16)).unwrap()
    });
    desk.vault.save(&super::sample::draft("song", ""), &contents, quietly()).unwrap();
    let (place, key) = (Place::Folder(root.join("copy")), Key::passphrase("another"));
    let (over, is_over) = mpsc::channel();
    thread::spawn(move || {
        let copied = desk.vault.copy_to(&place, &key, quietly());
        over.send(copied.map(|copied| copied.versions)).unwrap();
    });
    match is_over.recv_timeout(LONGEST) {
        Err(RecvTimeoutError::Timeout) => panic!("the copy waits for itself"),
        copied => assert_eq!(copied.unwrap().unwrap(), 1),
    }
}

#[test]
fn a_copy_that_writes_an_index_in_its_middle_does_not_wait_for_itself() {
    let desk = Desk::new();
    // One thread that the engine shares: all of them are at work when the index is written.
    succeed(process(TEST, "copy", &desk.root).env("RAYON_NUM_THREADS", "1"));
    let copy = Vault::open(&Place::Folder(desk.root.join("copy")), &Key::passphrase("another")).unwrap();
    assert!(copy.check(true, quietly()).unwrap().is_sound());
    assert_eq!(copy.all_versions().unwrap()[0].files, u64::from(PIECES));
}
