use son1k_domain::encoding::Encoding;
use son1k_domain::job::{Job, JobState, Priority, Stage, Work};
use son1k_domain::mastering::Preset;
use tempfile::{TempDir, tempdir};

use super::*;
use crate::JobRow;

fn request() -> MasterRequest {
    MasterRequest {
        files: vec!["/a/one.wav".into(), "/a/two.wav".into()],
        target: Preset::Streaming.target(),
        encoding: Encoding::Mp3 { kbps: 192 },
        album: true,
        folder: "/out".into(),
        into_library: false,
    }
}

async fn store(jobs: &[&str]) -> (Store, TempDir) {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap().0;
    for id in jobs {
        let job = Job {
            id: (*id).into(),
            work: Work::Master { request: request() },
            priority: Priority::Pro,
            state: JobState::Queued,
            stage: Stage::Waiting,
            progress: 0.0,
            attempt: 1,
            problem: None,
            created_ms: 0.0,
            started_ms: None,
            finished_ms: None,
        };
        store.insert_job(&JobRow { job, ticket: (*id).into(), due_ms: 0.0 }).await.unwrap();
        store.begin_mastering(&(*id).into(), &request()).await.unwrap();
    }
    (store, folder)
}

fn failed(source: &str) -> MasterResult {
    MasterResult { source: source.into(), mastered: None, problem: None }
}

#[tokio::test]
async fn a_batch_comes_back_with_its_gain_and_its_results_after_a_restart() {
    let (store, folder) = store(&["a"]).await;
    let a = JobId::from("a");
    assert_eq!(store.mastering(&a).await.unwrap().unwrap().gain, None, "not measured yet");
    store.note_album_gain(&a, Some(Db(-3.25))).await.unwrap();
    assert!(store.take_master_place(&a, 1, "/out/two.mp3").await.unwrap());
    assert!(store.take_master_place(&a, 0, "/out/one.mp3").await.unwrap());
    store.note_mastered(&a, 0, &failed("/a/one.wav")).await.unwrap();
    store.close().await;
    let store = Store::open(folder.path()).await.unwrap().0;
    store.begin_mastering(&a, &request()).await.unwrap();
    let batch = store.mastering(&a).await.unwrap().unwrap();
    assert_eq!((batch.gain, batch.request.clone()), (Some(Some(Db(-3.25))), request()));
    let one = Begun { place: "/out/one.mp3".into(), result: Some(failed("/a/one.wav")) };
    let two = Begun { place: "/out/two.mp3".into(), result: None };
    assert_eq!(batch.begun, BTreeMap::from([(0, one), (1, two)]));
    assert_eq!(batch.shown(&a).results, [failed("/a/one.wav")]);
    assert_eq!(store.mastering(&"b".into()).await.unwrap(), None);
}

#[tokio::test]
async fn an_album_without_anything_to_measure_is_measured_once_all_the_same() {
    let (store, _folder) = store(&["a"]).await;
    store.note_album_gain(&"a".into(), None).await.unwrap();
    assert_eq!(store.mastering(&"a".into()).await.unwrap().unwrap().gain, Some(None));
}

#[tokio::test]
async fn two_batches_never_mean_to_write_the_same_file() {
    let (store, _folder) = store(&["a", "b"]).await;
    let (a, b) = (JobId::from("a"), JobId::from("b"));
    assert!(store.take_master_place(&a, 0, "/out/Song.mp3").await.unwrap());
    assert!(store.take_master_place(&a, 0, "/out/Song.mp3").await.unwrap(), "its own");
    assert!(!store.take_master_place(&a, 1, "/out/Song.mp3").await.unwrap());
    assert!(!store.take_master_place(&b, 0, "/out/song.MP3").await.unwrap(), "whatever its case");
    store.cancel_job(&a, 1.0).await.unwrap().unwrap();
    assert!(store.take_master_place(&b, 0, "/out/song.MP3").await.unwrap(), "nobody waits for it any more");
}

#[tokio::test]
async fn files_that_are_forgotten_are_begun_anew() {
    let (store, _folder) = store(&["a"]).await;
    let a = JobId::from("a");
    for file in 0..3 {
        assert!(store.take_master_place(&a, file, &format!("/out/{file}.mp3")).await.unwrap());
        store.note_mastered(&a, file, &failed("x")).await.unwrap();
    }
    store.forget_mastered(&a, &[0, 2]).await.unwrap();
    let batch = store.mastering(&a).await.unwrap().unwrap();
    assert_eq!(batch.begun.into_keys().collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn old_batches_are_forgotten_but_not_those_that_have_not_ended() {
    let (store, _folder) = store(&["runs", "ended"]).await;
    store.cancel_job(&"ended".into(), 1.0).await.unwrap().unwrap();
    store.take_master_place(&"ended".into(), 0, "/out/one.mp3").await.unwrap();
    for number in 0..KEPT {
        store.begin_mastering(&format!("later-{number}").as_str().into(), &request()).await.unwrap();
    }
    assert!(store.mastering(&"runs".into()).await.unwrap().is_some());
    assert_eq!(store.mastering(&"ended".into()).await.unwrap(), None);
}
