//! Batches with real files and a real queue; the shelf is empty, so that no model is needed.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState};
use son1k_domain::library::LibraryQuery;
use son1k_domain::mastering::{LoudnessTarget, Mastering};
use son1k_domain::unit::{Db, Dbtp, Hertz, Lufs, Seconds};
use son1k_domain::{ErrorCode, Event};
use son1k_sound::{SongTags, encode};
use son1k_support::tone;
use tempfile::TempDir;

use super::*;
use crate::{Options, Services};

const WAV: Encoding = Encoding::Wav { depth: Depth::Int16 };
const MP3: Encoding = Encoding::Mp3 { kbps: 128 };
const PATIENCE: Duration = Duration::from_secs(60);

/// An open studio with files to master, and a folder for what comes of them.
struct Desk {
    services: Arc<Services>,
    folder: TempDir,
}

async fn open(folder: &Path) -> Arc<Services> {
    let (data_dir, models) = (Some(folder.join("data")), Some(folder.join("models")));
    Services::open(Options { data_dir, models, queue: true, ..Options::default() }).await.unwrap()
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { services: open(folder.path()).await, folder }
    }

    /// Closes the studio without waiting for anything, and opens it again.
    async fn cut_off(self) -> Self {
        self.services.close(Duration::ZERO).await;
        drop(self.services);
        Self { services: open(self.folder.path()).await, folder: self.folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a tone of so many dB and seconds.
    fn tone(&self, name: &str, level: f32, seconds: f64) -> String {
        let samples = tone::sine(Hertz(997.0), Db(level), Seconds(seconds));
        let progress = Progress { report: &|_| {}, cancelled: &AtomicBool::new(false) };
        encode(&samples, WAV, &self.path(name), &SongTags::default(), &progress).unwrap();
        self.path(name).display().to_string()
    }

    fn text(&self, name: &str) -> String {
        std::fs::write(self.path(name), "no sound at all").unwrap();
        self.path(name).display().to_string()
    }

    fn request(&self, files: Vec<String>, encoding: Encoding) -> MasterRequest {
        let target = LoudnessTarget { loudness: Lufs(-20.0), ceiling: Dbtp(-1.0) };
        let folder = self.path("out").display().to_string();
        MasterRequest { files, target, encoding, album: false, folder, into_library: false }
    }

    async fn job(&self, id: &JobId) -> Job {
        self.services.list_jobs().await.unwrap().into_iter().find(|job| job.id == *id).unwrap()
    }

    async fn until(&self, id: &JobId, wanted: impl Fn(&Job) -> bool) -> Job {
        let start = Instant::now();
        loop {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            assert!(start.elapsed() < PATIENCE, "{job:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn ended(&self, id: &JobId) -> Job {
        self.until(id, |job| job.state.is_final()).await
    }

    async fn batch(&self, id: &JobId) -> Mastering {
        self.services.get_mastering(id).await.unwrap().unwrap()
    }

    /// The names in the folder of the results, those of unfinished files left out.
    fn results(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path("out")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }
}

fn paths(batch: &Mastering) -> Vec<String> {
    let name = |path: &str| Path::new(path).file_name().unwrap().to_str().unwrap().to_owned();
    batch.results.iter().filter_map(|result| result.mastered.as_ref()).map(|done| name(&done.path)).collect()
}

#[test]
fn files_of_one_name_get_numbers() {
    let files = ["a/Song.wav", "b/song.flac", "c/other.wav"].map(str::to_owned);
    let places = places(&files, Path::new("out"), "mp3");
    assert_eq!(places, ["out/Song.mp3", "out/song 2.mp3", "out/other.mp3"].map(PathBuf::from));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_paused_in_a_file_and_then_cut_off_does_each_file_once_with_the_same_gain() {
    let desk = Desk::open().await;
    let files =
        vec![desk.tone("one.wav", -30.0, 5.0), desk.text("bad.wav"), desk.tone("two.wav", -24.0, 90.0)];
    let request = MasterRequest { album: true, ..desk.request(files.clone(), MP3) };
    let mut listener = desk.services.events.subscribe();
    let id = desk.services.master_files(request.clone()).await.unwrap();
    assert_eq!(desk.batch(&id).await.request, request);
    let mut told = 0;
    while told < 2 {
        if let Event::MasteringChanged(batch) = listener.recv().await.unwrap() {
            told += 1;
            assert_eq!((batch.job.clone(), batch.results.len()), (id.clone(), told));
        }
    }
    desk.services.pause_job(&id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let held = desk.job(&id).await;
    assert_eq!(held.state, JobState::Paused);
    let one = desk.path("out/one.mp3").metadata().unwrap().modified().unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(desk.job(&id).await.progress, held.progress, "it stands still");
    assert_eq!(desk.batch(&id).await.results.len(), 2);
    let gain = desk.batch(&id).await.results[0].mastered.as_ref().unwrap().gain;

    desk.services.resume_job(&id).await.unwrap();
    desk.until(&id, |job| job.progress > held.progress || job.state.is_final()).await;
    let desk = desk.cut_off().await;
    let done = desk.ended(&id).await;
    assert_eq!((done.state, done.problem), (JobState::Done, None));
    let batch = desk.batch(&id).await;
    assert_eq!(batch.results.iter().map(|result| result.source.clone()).collect::<Vec<_>>(), files);
    assert_eq!(paths(&batch), ["one.mp3", "two.mp3"]);
    assert_eq!(desk.results(), ["one.mp3", "two.mp3"]);
    assert_eq!(desk.path("out/one.mp3").metadata().unwrap().modified().unwrap(), one, "not done again");
    let problem = batch.results[1].problem.clone().unwrap();
    assert_eq!(problem.code, ErrorCode::UnsupportedFile);
    let two = batch.results[2].mastered.clone().unwrap();
    assert_eq!(two.gain, gain, "the album's");
    let distance = two.after.integrated.unwrap().0 - two.before.integrated.unwrap().0;
    // A pure tone at 128 kbit/s comes back a little quieter; an album is not brought after it.
    assert!((distance - gain.0).abs() < 0.3, "{distance} {gain:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_is_not_overwritten_and_the_results_enter_the_library() {
    let desk = Desk::open().await;
    std::fs::create_dir(desk.path("out")).unwrap();
    std::fs::write(desk.path("out/song.wav"), "somebody's own").unwrap();
    std::fs::create_dir(desk.path("other")).unwrap();
    let files = vec![desk.tone("song.wav", -30.0, 1.0), desk.tone("other/song.wav", -12.0, 1.5)];
    let request = MasterRequest { into_library: true, ..desk.request(files, WAV) };
    let id = desk.services.master_files(request).await.unwrap();
    assert_eq!(desk.ended(&id).await.state, JobState::Done);
    let batch = desk.batch(&id).await;
    assert_eq!(paths(&batch), ["song 2.wav", "song 3.wav"]);
    assert!(batch.results.iter().all(|result| result.problem.is_none()), "{batch:?}");
    assert_eq!(std::fs::read_to_string(desk.path("out/song.wav")).unwrap(), "somebody's own");
    for result in batch.results.iter().filter_map(|result| result.mastered.as_ref()) {
        assert!((result.after.integrated.unwrap().0 + 20.0).abs() <= 0.1, "{result:?}");
    }
    let query = LibraryQuery { limit: 10, ..LibraryQuery::default() };
    let page = desk.services.library.search(&query).await.unwrap();
    let mut names: Vec<_> = page.rows.iter().map(|sound| sound.path.clone()).collect();
    names.sort();
    let out = |name: &str| desk.path("out").join(name).display().to_string();
    assert_eq!(names, [out("song 2.wav"), out("song 3.wav")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_which_nothing_came_fails_with_the_reason_and_is_tried_again_whole() {
    let desk = Desk::open().await;
    let files = vec![desk.text("one.wav"), desk.path("gone.wav").display().to_string()];
    let id = desk.services.master_files(desk.request(files, WAV)).await.unwrap();
    let failed = desk.ended(&id).await;
    assert_eq!(failed.state, JobState::Failed);
    let batch = desk.batch(&id).await;
    assert_eq!(failed.problem, batch.results[0].problem);
    assert_eq!(batch.results[1].problem.as_ref().unwrap().code, ErrorCode::NotFound);
    desk.tone("one.wav", -30.0, 1.0);
    desk.services.retry_job(&id).await.unwrap();
    assert_eq!(desk.ended(&id).await.state, JobState::Done);
    let batch = desk.batch(&id).await;
    assert_eq!((paths(&batch), batch.results.len()), (vec!["one.wav".into()], 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_batch_that_is_tried_again_does_only_what_is_not_there() {
    let desk = Desk::open().await;
    let files = ["one.wav", "two.wav", "long.wav"]
        .map(|name| desk.tone(name, -30.0, if name == "long.wav" { 60.0 } else { 1.0 }));
    let id = desk.services.master_files(desk.request(files.into(), MP3)).await.unwrap();
    while desk.batch(&id).await.results.len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    desk.services.cancel_job(&id).await.unwrap();
    let kept = desk.path("out/one.mp3").metadata().unwrap().modified().unwrap();
    std::fs::remove_file(desk.path("out/two.mp3")).unwrap();
    desk.services.retry_job(&id).await.unwrap();
    assert_eq!(desk.ended(&id).await.state, JobState::Done);
    assert_eq!(desk.results(), ["long.mp3", "one.mp3", "two.mp3"]);
    assert_eq!(desk.path("out/one.mp3").metadata().unwrap().modified().unwrap(), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_ordered_is_refused_with_its_field_and_queues_nothing() {
    let desk = Desk::open().await;
    let good = desk.request(vec![desk.tone("one.wav", -30.0, 1.0)], MP3);
    let target = |loudness, ceiling| LoudnessTarget { loudness: Lufs(loudness), ceiling: Dbtp(ceiling) };
    let refused = [
        ("files", MasterRequest { files: Vec::new(), ..good.clone() }),
        ("files", MasterRequest { files: vec!["one.wav".into()], ..good.clone() }),
        ("folder", MasterRequest { folder: "out".into(), ..good.clone() }),
        ("loudness", MasterRequest { target: target(1.0, -1.0), ..good.clone() }),
        ("loudness", MasterRequest { target: target(f32::NAN, -1.0), ..good.clone() }),
        ("ceiling", MasterRequest { target: target(-14.0, 0.5), ..good.clone() }),
        ("encoding", MasterRequest { encoding: Encoding::Mp3 { kbps: 193 }, ..good.clone() }),
        ("encoding", MasterRequest { encoding: Encoding::Vorbis { quality: 11 }, ..good.clone() }),
        ("encoding", MasterRequest { encoding: Encoding::Opus { kbps: 5 }, ..good.clone() }),
        ("encoding", MasterRequest { encoding: Encoding::Flac { depth: Depth::Float32 }, ..good.clone() }),
    ];
    for (named, request) in refused {
        let error = desk.services.master_files(request).await.unwrap_err();
        assert!(matches!(&error, Error::InvalidField { field, .. } if field == named), "{error}");
        for language in [Language::En, Language::Es] {
            let problem = error.describe(language);
            assert!(
                !problem.hint.contains("on offer") && !problem.hint.contains("se ofrecen"),
                "{problem:?}"
            );
        }
    }
    let nowhere = MasterRequest { folder: desk.path("no/where").display().to_string(), ..good };
    assert!(matches!(desk.services.master_files(nowhere).await, Err(Error::NotFound { .. })));
    assert!(desk.services.list_jobs().await.unwrap().is_empty());
    assert_eq!(desk.services.get_mastering(&"nobody".into()).await.unwrap(), None);
    assert_eq!(desk.services.list_mastering_presets().len(), Preset::ALL.len());
}
