use std::fs;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use tempfile::tempdir;

use super::*;

struct Desk {
    cache: Cache,
    folder: TempDir,
    hours: Arc<AtomicU64>,
}

/// A cache of so many bytes whose clock is moved by hand.
async fn desk(limit: u64) -> Desk {
    let folder = tempdir().unwrap();
    let hours = Arc::new(AtomicU64::new(0));
    let cache = opened(folder.path(), limit, &hours).await;
    Desk { cache, folder, hours }
}

async fn opened(folder: &Path, limit: u64, hours: &Arc<AtomicU64>) -> Cache {
    let hours = hours.clone();
    let ticks = AtomicU64::new(0);
    let clock = move || {
        let tick = ticks.fetch_add(1, Ordering::SeqCst) as f64;
        crate::clock::now_ms() + hours.load(Ordering::SeqCst) as f64 * 3_600_000.0 + tick
    };
    let (store, _) = Store::open(folder).await.unwrap();
    Cache::open_with(store, folder, limit, Arc::new(clock)).await.unwrap()
}

impl Desk {
    /// Puts a folder with two files of together `bytes` bytes.
    fn put(&self, key: &str, bytes: usize) -> PathBuf {
        let folder = self.cache.new_folder().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("score.json"), vec![1; bytes / 2]).unwrap();
        fs::write(folder.path().join("deep/master.flac"), vec![2; bytes - bytes / 2]).unwrap();
        self.cache.put_folder(Kind::Song, key, folder).unwrap()
    }

    fn has(&self, key: &str) -> bool {
        self.cache.get_path(Kind::Song, key).is_some()
    }

    fn files(&self) -> usize {
        fs::read_dir(self.folder.path().join("results")).unwrap().count() - 1
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_found_again_even_after_reopening() {
    let desk = desk(1 << 20).await;
    assert!(!desk.has("a"));
    let put = desk.put("a", 1000);
    assert_eq!(desk.cache.get_path(Kind::Song, "a"), Some(put.clone()));
    assert_eq!(desk.cache.get_path(Kind::Stems, "a"), None, "another kind is another result");
    let reopened = opened(desk.folder.path(), 1 << 20, &desk.hours).await;
    assert_eq!(reopened.get_path(Kind::Song, "a"), Some(put));
    let stats = reopened.stats().await.unwrap();
    let wanted = CacheStats { entries: 1, bytes: 1000.0, limit_bytes: 1048576.0, hits: 2, misses: 2 };
    assert_eq!(stats, wanted, "the figures outlive the program");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_result_is_answered_within_100_ms() {
    let desk = desk(1 << 30).await;
    desk.put("large", 200_000_000);
    let start = Instant::now();
    assert!(desk.has("large"));
    println!("hit of 200 MB in {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_answers_from_any_thread() {
    let desk = Arc::new(desk(1 << 20).await);
    desk.put("a", 10);
    let (blocking, plain) = (desk.clone(), desk.clone());
    assert!(tokio::task::spawn_blocking(move || blocking.has("a")).await.unwrap(), "a thread of the runtime");
    assert!(std::thread::spawn(move || plain.has("a")).join().unwrap(), "a thread of nobody");
    assert!(tokio::spawn(async move { desk.has("a") }).await.unwrap(), "a task");
}

async fn is_dropped_after(damage: impl FnOnce(&Path)) {
    let desk = desk(1 << 20).await;
    damage(&desk.put("a", 1000));
    assert!(!desk.has("a"));
    assert_eq!((desk.cache.stats().await.unwrap().entries, desk.files()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_with_a_changed_missing_or_added_file_is_a_miss_and_dropped() {
    is_dropped_after(|folder| fs::write(folder.join("deep/master.flac"), vec![3; 500]).unwrap()).await;
    is_dropped_after(|folder| fs::remove_file(folder.join("score.json")).unwrap()).await;
    is_dropped_after(|folder| fs::write(folder.join("more"), "more").unwrap()).await;
    is_dropped_after(|folder| fs::remove_dir_all(folder).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_lives_as_long_as_it_is_good() {
    let desk = desk(1 << 20).await;
    desk.put("song", 10);
    let stems = desk.cache.new_folder().unwrap();
    desk.cache.put_folder(Kind::Stems, "stems", stems).unwrap();
    desk.cache.put_bytes(Kind::Understanding, "read", b"{}").unwrap();
    let alive = |hours: u64| {
        desk.hours.store(hours, Ordering::SeqCst);
        let read = desk.cache.get_bytes(Kind::Understanding, "read").is_some();
        (desk.has("song"), desk.cache.get_path(Kind::Stems, "stems").is_some(), read)
    };
    assert_eq!(alive(0), (true, true, true));
    assert_eq!(alive(2), (true, true, false));
    assert_eq!(alive(7 * 24 + 1), (true, false, false));
    assert_eq!(alive(30 * 24 + 1), (false, false, false));
    assert_eq!(desk.files(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_least_recently_used_go_when_the_limit_is_reached() {
    let desk = desk(3000).await;
    for key in ["a", "b", "c"] {
        desk.put(key, 1000);
    }
    assert!(desk.has("a"), "used now");
    desk.put("d", 1000);
    assert_eq!(["a", "b", "c", "d"].map(|key| desk.has(key)), [true, false, true, true]);
    desk.cache.set_limit(1500).await.unwrap();
    assert_eq!(desk.cache.stats().await.unwrap().bytes, 1000.0);
    assert!(desk.has("d"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_just_put_stays_though_it_alone_is_above_the_limit() {
    let desk = desk(500).await;
    let put = desk.put("a", 2000);
    assert!(put.join("score.json").exists());
    desk.put("b", 10);
    assert_eq!(["a", "b"].map(|key| desk.has(key)), [false, true], "until the next is put");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_over_a_kilobyte_are_compressed_and_come_back() {
    let desk = desk(1 << 20).await;
    let long = "reggaeton en la menor ".repeat(1000).into_bytes();
    desk.cache.put_bytes(Kind::Understanding, "long", &long).unwrap();
    desk.cache.put_bytes(Kind::Understanding, "short", b"lofi").unwrap();
    let bytes = desk.cache.stats().await.unwrap().bytes;
    assert!(bytes < long.len() as f64 / 10.0, "{bytes} bytes on disk");
    assert_eq!(desk.cache.get_bytes(Kind::Understanding, "long"), Some(long));
    assert_eq!(desk.cache.get_bytes(Kind::Understanding, "short").as_deref(), Some(&b"lofi"[..]));
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_by_age_spares_what_was_used_since() {
    let desk = desk(1 << 20).await;
    desk.put("old", 10);
    desk.put("used", 10);
    desk.hours.store(48, Ordering::SeqCst);
    assert!(desk.has("used"));
    desk.cache.clear(Some(24 * HOUR)).await.unwrap();
    assert_eq!(["old", "used"].map(|key| desk.has(key)), [false, true]);
    desk.cache.clear(None).await.unwrap();
    assert_eq!((desk.has("used"), desk.files()), (false, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_put_replaces_the_first() {
    let desk = desk(1 << 20).await;
    let (first, second) = (desk.put("a", 100), desk.put("a", 200));
    assert_ne!(first, second);
    assert!(first.exists(), "somebody may be reading it");
    assert_eq!(desk.cache.get_path(Kind::Song, "a"), Some(second));
    desk.hours.store(2, Ordering::SeqCst);
    opened(desk.folder.path(), 1 << 20, &desk.hours).await;
    assert!(!first.exists(), "swept up when it is old and nobody's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_file_can_be_a_result_and_a_dropped_folder_leaves_nothing() {
    let desk = desk(1 << 20).await;
    let file = desk.folder.path().join("take.flac");
    fs::write(&file, "sound").unwrap();
    let kept = desk.cache.put_file(Kind::Song, "a", &file).unwrap();
    fs::write(&file, "other sound").unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), "sound");
    assert!(desk.has("a"));
    let unfinished = desk.cache.new_folder().unwrap();
    let path = unfinished.path().to_owned();
    drop(unfinished);
    assert!(!path.exists());
    assert!(desk.cache.put_bytes(Kind::Song, "../../elsewhere", b"x").is_err());
}

#[test]
fn a_key_depends_on_kind_engine_parameters_and_seed_and_on_nothing_else() {
    let parameters = |one: &str| serde_json::json!({"prompt": one, "bpm": 90});
    let turned = serde_json::from_str::<serde_json::Value>(r#"{"bpm": 90, "prompt": "lofi"}"#).unwrap();
    let key = Kind::Song.key("1.0", &parameters("lofi"), 7).unwrap();
    assert_eq!(key, Kind::Song.key("1.0", &turned, 7).unwrap());
    assert_eq!(key.len(), 64);
    for other in [
        Kind::Stems.key("1.0", &parameters("lofi"), 7),
        Kind::Song.key("1.1", &parameters("lofi"), 7),
        Kind::Song.key("1.0", &parameters("trap"), 7),
        Kind::Song.key("1.0", &parameters("lofi"), 8),
    ] {
        assert_ne!(other.unwrap(), key);
    }
}
