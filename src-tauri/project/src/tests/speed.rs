//! Big projects stay quick. The limits hold for the unoptimised build of this crate too (loro itself is optimised).

use std::time::{Duration, Instant};

use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::{Step, StripChange};
use son1k_domain::unit::Db;

use super::sample::{score, take};
use crate::Document;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    eprintln!("{what}: {took:?}");
    (took, done)
}

#[test]
fn five_thousand_notes_are_added_read_saved_and_opened_quickly() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
    let score = score(5000);
    let (add, _) = timed("add", || document.add_take(take("a"), &score, true).unwrap());
    let (view, _) = timed("view", || document.view().unwrap());
    document.add_take(take("b"), &super::sample::score(4800), false).unwrap();
    let (again, _) = timed("use", || document.use_take(&TakeId::from("b")).unwrap());
    let (undo, _) = timed("undo", || document.undo().unwrap());
    let (strip, _) = timed("strip", || {
        document.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-3.0)), Some(1)).unwrap();
        document.mixer_status()
    });
    let (save, _) = timed("save", || document.save().unwrap());
    let (open, _) = timed("open", || Document::open(folder.path()).unwrap());
    eprintln!("file: {} bytes", std::fs::metadata(folder.path().join(crate::DOCUMENT)).unwrap().len());
    // Ten times what was measured on two busy cores, so that only a change of order is a failure.
    for (what, took) in
        [("add", add), ("view", view), ("use", again), ("undo", undo), ("save", save), ("open", open)]
    {
        assert!(took < Duration::from_millis(1000), "{what} took {took:?}");
    }
    let earlier = document.version();
    document.rework(Step::Notes, "", None, |score| score.tracks[1].notes.truncate(1_600)).unwrap();
    document.set_lyrics("la la la").unwrap();
    let (fork, mut before) = timed("fork", || document.fork_at(&earlier, folder.path()).unwrap());
    // A document that was opened has been read once.
    before.view().unwrap();
    let (compare, found) = timed("compare", || before.compare(&document));
    assert_eq!(found.changes.len(), 2, "{:?}", found.changes);
    before.set_strip(&TrackId::from("lead"), StripChange::Level(Db(-3.0)), None).unwrap();
    before.rework(Step::Tempo, "", None, |score| score.bpm.0 = 99.0).unwrap();
    let (merge, conflicts) = timed("merge", || document.merge(&before, "").unwrap());
    assert_eq!(conflicts, []);
    let (back, _) = timed("undo of the merge", || document.undo().unwrap());
    document.set_strip(&TrackId::from("lead"), StripChange::Level(Db(-6.0)), None).unwrap();
    let (fader, _) = timed("undo of a fader", || document.undo().unwrap());
    for (what, took) in
        [("fork", fork), ("compare", compare), ("merge", merge), ("undo", back), ("undo of a fader", fader)]
    {
        assert!(took < Duration::from_millis(1000), "{what} took {took:?}");
    }
    assert!(strip < Duration::from_millis(50), "a fader move took {strip:?}");
}
