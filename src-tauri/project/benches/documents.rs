//! Speed of a document with a song of 5,000 notes: what each room asks of it.
//!
//! `cargo bench -p son1k-project --bench documents`.

#[allow(dead_code, reason = "the tests need more of it")]
#[path = "../src/tests/sample.rs"]
mod sample;

use divan::Bencher;
use sample::{score, take};
use son1k_domain::id::{ProjectId, TrackId};
use son1k_domain::project::{Step, StripChange};
use son1k_domain::unit::Db;
use son1k_project::{Document, Result};
use tempfile::TempDir;

const NOTES: u32 = 5_000;

fn main() {
    divan::main();
}

/// A song in its folder, and the same song before it was worked on.
struct Desk {
    folder: TempDir,
    song: Document,
    before: Document,
}

fn desk() -> Option<Desk> {
    let folder = TempDir::new().ok()?;
    let mut song = Document::create(folder.path(), ProjectId::from("p"), "Song").ok()?;
    song.add_take(take("a"), &score(NOTES), true).ok()?;
    song.save().ok()?;
    let (before, _) = Document::open(folder.path()).ok()?;
    // A document that was opened has been read once.
    before.view().ok()?;
    song.rework(Step::Notes, "", None, |score| score.tracks[1].notes.truncate(1_600)).ok()?;
    song.set_lyrics("la la la").ok()?;
    Some(Desk { folder, song, before })
}

/// Measures work on a song; work that fails would be quick, and ends the bench.
fn measure<T>(bencher: Bencher, work: impl Fn(&mut Desk) -> Result<T>) {
    if desk().is_none_or(|mut desk| work(&mut desk).is_err()) {
        eprintln!("no bench without a song");
        return;
    }
    bencher.with_inputs(desk).bench_local_refs(|desk| desk.as_mut().map(&work));
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn add_a_take(bencher: Bencher) {
    measure(bencher, |desk| desk.song.add_take(take("b"), &score(NOTES), true));
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn open(bencher: Bencher) {
    measure(bencher, |desk| Document::open(desk.folder.path()));
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn save(bencher: Bencher) {
    measure(bencher, |desk| desk.song.save());
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn move_a_fader(bencher: Bencher) {
    measure(bencher, |desk| {
        desk.song.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-3.0)), Some(1))?;
        Ok(desk.song.mixer_status())
    });
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn undo(bencher: Bencher) {
    measure(bencher, |desk| desk.song.undo());
}

/// 200 notes less and other lyrics.
#[divan::bench(sample_count = 15, sample_size = 1)]
fn compare(bencher: Bencher) {
    measure(bencher, |desk| Ok(desk.before.compare(&desk.song)));
}

#[divan::bench(sample_count = 15, sample_size = 1)]
fn merge(bencher: Bencher) {
    measure(bencher, |desk| {
        desk.before.set_strip(&TrackId::from("lead"), StripChange::Level(Db(-3.0)), None)?;
        desk.song.merge(&desk.before, "other")
    });
}
