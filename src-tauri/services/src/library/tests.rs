//! The library with real files, a real database and a real queue; the shelf is empty, so that no model is needed.

mod hearing;
mod places;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use son1k_domain::ErrorCode;
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::id::JobId;
use son1k_domain::job::{JobState, Stage};
use son1k_domain::library::{ImportReport, LibraryQuery};
use son1k_sound::{Progress, SongTags, encode};
use tempfile::TempDir;

use super::*;
use crate::make::Watch;
use crate::{Options, Services};

/// An open studio with a folder of music beside its data.
struct Desk {
    services: Arc<Services>,
    folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("music")).unwrap();
        Self { services: open(folder.path(), true).await, folder }
    }

    /// Closes the studio and opens it again.
    async fn reopened(self) -> Self {
        self.services.close(Duration::from_secs(5)).await;
        drop(self.services);
        Self { services: open(self.folder.path(), true).await, folder: self.folder }
    }

    fn library(&self) -> &Arc<Library> {
        &self.services.library
    }

    fn music(&self) -> PathBuf {
        self.folder.path().join("music")
    }

    /// Takes everything in the folder of music in, without the queue.
    async fn take_in(&self) -> ImportReport {
        let watch = Watch { report: &|_: Stage, _| (), cancelled: &AtomicBool::new(false) };
        self.library().take_in(&[text(&self.music())], None, watch).await.unwrap()
    }

    async fn all(&self) -> Vec<LibrarySound> {
        let query = LibraryQuery { limit: 1000, ..LibraryQuery::default() };
        self.library().search(&query).await.unwrap().rows
    }

    async fn only(&self) -> LibrarySound {
        let mut all = self.all().await;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Waits until the sounds are as wanted, at most a minute: two cores may be busy with other tests.
    async fn until(&self, what: &str, wanted: impl Fn(&[LibrarySound]) -> bool) -> Vec<LibrarySound> {
        let start = Instant::now();
        loop {
            let all = self.all().await;
            if wanted(&all) {
                return all;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "not {what}: {all:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn ended(&self, job: &JobId) -> JobState {
        let start = Instant::now();
        loop {
            let jobs = self.services.list_jobs().await.unwrap();
            let state = jobs.into_iter().find(|other| other.id == *job).unwrap().state;
            if state.is_final() {
                return state;
            }
            assert!(start.elapsed() < Duration::from_secs(60));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn open(folder: &Path, queue: bool) -> Arc<Services> {
    let data_dir = Some(folder.join("data"));
    let models = Some(folder.join("models"));
    Services::open(Options { data_dir, models, queue, ..Options::default() }).await.unwrap()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Writes a tone with a title; the same tone is the same bytes.
fn tone(path: &Path, hertz: f32, seconds: f32) {
    let format = match path.extension().unwrap().to_str().unwrap() {
        "wav" => Encoding::Wav { depth: Depth::Int24 },
        "flac" => Encoding::Flac { depth: Depth::Int24 },
        "mp3" => Encoding::Mp3 { kbps: 192 },
        _ => Encoding::Vorbis { quality: 7 },
    };
    let samples: Vec<f32> = (0..(44_100.0 * seconds) as usize)
        .flat_map(|at| [(at as f32 * hertz * std::f32::consts::TAU / 44_100.0).sin() * 0.25; 2])
        .collect();
    let tags = SongTags { title: format!("Tone {hertz}"), ..SongTags::default() };
    let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    encode(&samples, format, path, &tags, &progress).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_taken_in_and_each_bad_file_gets_its_reason() {
    let desk = Desk::open().await;
    let music = desk.music();
    std::fs::create_dir_all(music.join("deep/er")).unwrap();
    tone(&music.join("a.wav"), 220.0, 0.5);
    tone(&music.join("deep/b.flac"), 330.0, 0.5);
    tone(&music.join("deep/er/c.mp3"), 440.0, 0.5);
    tone(&music.join("d.ogg"), 550.0, 0.5);
    std::fs::rename(music.join("d.ogg"), music.join("really-ogg.wav")).unwrap();
    std::fs::copy(music.join("a.wav"), music.join("deep/copy of a.wav")).unwrap();
    std::fs::write(music.join("picture.wav"), b"\x89PNG\r\n\x1a\n and more").unwrap();
    std::fs::write(music.join("empty.wav"), b"").unwrap();
    std::fs::write(music.join("words.mp3"), b"only words, nothing to hear").unwrap();

    let report = desk.take_in().await;
    assert_eq!(report.added.len(), 4, "{report:?}");
    assert_eq!(report.duplicates.len(), 1);
    assert!(
        report.duplicates[0].path.ends_with("copy of a.wav")
            && report.duplicates[0].of_path.ends_with("a.wav")
    );
    let mut refused: Vec<_> =
        report.refused.iter().map(|refused| refused.path.rsplit('/').next().unwrap()).collect();
    refused.sort_unstable();
    assert_eq!(refused, ["empty.wav", "picture.wav", "words.mp3"]);
    for refused in &report.refused {
        let problem = &refused.problem;
        assert_eq!(problem.code, ErrorCode::UnsupportedFile);
        assert!(!problem.message.is_empty() && !problem.hint.is_empty(), "{problem:?}");
    }
    let all = desk.all().await;
    let ogg = all.iter().find(|sound| sound.name == "really-ogg.wav").unwrap();
    assert_eq!(ogg.facts.codec, son1k_domain::sound::Codec::Vorbis);
    assert_eq!((ogg.tags.title.as_str(), ogg.facts.rate, ogg.facts.channels), ("Tone 550", 44_100, 2));

    let again = desk.take_in().await;
    assert_eq!((again.added.len(), again.duplicates.len()), (0, 5), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_import_keeps_what_was_taken_and_the_next_one_takes_the_rest() {
    let desk = Desk::open().await;
    tone(&desk.music().join("0.wav"), 200.0, 0.05);
    let bytes = std::fs::read(desk.music().join("0.wav")).unwrap();
    for number in 1..150u32 {
        let mut other = bytes.clone();
        let end = other.len();
        other[end - 4..].copy_from_slice(&number.to_le_bytes());
        std::fs::write(desk.music().join(format!("{number}.wav")), other).unwrap();
    }
    let cancelled = AtomicBool::new(false);
    let report = |stage: Stage, done: f32| {
        if stage == Stage::Importing && done > 0.0 {
            cancelled.store(true, Ordering::SeqCst);
        }
    };
    let watch = Watch { report: &report, cancelled: &cancelled };
    let first = desk.library().take_in(&[text(&desk.music())], None, watch).await.unwrap();
    assert!(first.cancelled);
    assert_eq!((first.added.len(), desk.all().await.len()), (64, 64));
    let second = desk.take_in().await;
    assert_eq!((second.added.len(), second.duplicates.len(), second.cancelled), (86, 64, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_says_what_can_be_taken_and_why_not_the_rest() {
    let desk = Desk::open().await;
    tone(&desk.music().join("a.wav"), 220.0, 0.5);
    std::fs::write(desk.music().join("b.wav"), b"words").unwrap();
    let address = format!("file://{}", text(&desk.music()));
    let preview = desk.library().preview(vec![address, "/nowhere.wav".into()]).await.unwrap();
    assert_eq!((preview.sounds, preview.refused_total, preview.more), (1, 2, false));
    assert_eq!(preview.first[0].name, "a.wav");
    assert!((preview.first[0].facts.duration.unwrap().0 - 0.5).abs() < 0.01);
    assert_eq!(preview.refused[1].problem.code, ErrorCode::NotFound);
    assert_eq!(desk.all().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_into_a_collection_collects_what_was_there_before_too() {
    let desk = Desk::open().await;
    tone(&desk.music().join("a.wav"), 220.0, 0.1);
    desk.take_in().await;
    tone(&desk.music().join("b.wav"), 330.0, 0.1);
    let beds = desk.library().create_collection(" Beds ").await.unwrap();
    let job = desk.library().import(vec![text(&desk.music())], Some(beds.clone())).await.unwrap();
    assert_eq!(desk.ended(&job).await, JobState::Done);
    let collections = desk.library().collections().await.unwrap();
    assert_eq!((collections[0].name.as_str(), collections[0].sounds), ("Beds", 2));
    let unknown = desk.library().import(vec![text(&desk.music())], Some("none".into())).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
    assert!(matches!(desk.library().create_collection("  ").await, Err(Error::InvalidField { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_cover_are_written_into_the_file_and_it_stays_the_same_sound() {
    let desk = Desk::open().await;
    let path = desk.music().join("a.flac");
    tone(&path, 220.0, 0.2);
    desk.take_in().await;
    let id = desk.only().await.id;
    let change = son1k_domain::library::TagChange {
        title: Some("Madrugada".into()),
        artist: Some("Río".into()),
        ..Default::default()
    };
    desk.library().edit_tags(std::slice::from_ref(&id), &change).await.unwrap();
    let sound = desk.only().await;
    assert_eq!((sound.id.clone(), sound.tags.title.as_str()), (id.clone(), "Madrugada"));
    let (tags, _) = son1k_sound::tags::read_tags(&path).unwrap();
    assert_eq!((tags.title.as_str(), tags.artist.as_str()), ("Madrugada", "Río"));
    let query = LibraryQuery { text: "madru".into(), limit: 9, ..Default::default() };
    assert_eq!(desk.library().search(&query).await.unwrap().total, 1);
    assert_eq!(desk.take_in().await.duplicates.len(), 1, "the file is known as it is now");

    assert_eq!(desk.library().cover(&id).await.unwrap(), None);
    let words = desk.folder.path().join("cover.png");
    std::fs::write(&words, "words").unwrap();
    assert!(desk.library().set_cover(&id, Some(&text(&words))).await.is_err());
    assert!(!desk.only().await.has_cover);
    let too_long = son1k_domain::library::TagChange { title: Some("x".repeat(2_000)), ..Default::default() };
    assert!(matches!(desk.library().edit_tags(&[id], &too_long).await, Err(Error::InvalidField { .. })));
}
