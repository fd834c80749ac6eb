//! The result cache: the same work with the same parameters and seed is done once.
//!
//! Results are files or folders under `results/` in the cache folder; their index and the figures are in the store. A
//! result is found by looking at sizes and times only, so that an answer takes milliseconds however large it is.
//!
//! Putting and finding block for a few milliseconds and may be called from any thread, but not from a runtime that has
//! one thread only.

mod files;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;
use son1k_domain::system::CacheStats;
use son1k_store::{CacheEntry, Store};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::{Error, Result};

const HOUR: Duration = Duration::from_secs(3600);
/// Smaller results are not worth compressing.
const PACKED_FROM: usize = 1024;
const PACKING_LEVEL: i32 = 3;

/// Kinds of result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A folder: score, master and what was measured.
    Song,
    /// A folder of rendered tracks.
    Stems,
    /// What was read out of a request.
    Understanding,
    /// The waveform of a sound at all zooms; read in parts, so never compressed.
    Peaks,
    /// The loudness of a sound over time.
    Curve,
    /// A tile of a sound's spectrogram.
    Tile,
    /// A folder with a version of a project as it sounds.
    Heard,
    /// A phrase as a voice speaks it.
    Phrase,
    /// The vector of a stock voice.
    VoicePrint,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Song => "song",
            Self::Stems => "stems",
            Self::Understanding => "understanding",
            Self::Peaks => "peaks",
            Self::Curve => "curve",
            Self::Tile => "tile",
            Self::Heard => "heard",
            Self::Phrase => "phrase",
            Self::VoicePrint => "voice_print",
        }
    }

    /// How long a result is good for.
    pub fn time_to_live(self) -> Duration {
        match self {
            Self::Song => 30 * 24 * HOUR,
            Self::Stems => 7 * 24 * HOUR,
            Self::Understanding => HOUR,
            Self::Peaks | Self::Curve | Self::VoicePrint => 365 * 24 * HOUR,
            Self::Tile | Self::Heard | Self::Phrase => 30 * 24 * HOUR,
        }
    }

    /// Sound and pictures do not get smaller.
    fn packs(self) -> bool {
        matches!(self, Self::Understanding | Self::Curve)
    }

    /// Returns the key of a result: the hash of all that it depends on.
    ///
    /// # Errors
    /// [`Error::Internal`] for parameters that are no JSON.
    pub fn key(self, engine: &str, parameters: &impl Serialize, seed: u32) -> Result<String> {
        let of_json = |error: serde_json::Error| Error::Internal(error.to_string());
        let mut parameters = serde_json::to_value(parameters).map_err(of_json)?;
        // Equal parameters are equal text: objects keep the order in which they were filled.
        parameters.sort_all_objects();
        let text = serde_json::to_vec(&(self.name(), engine, parameters, seed)).map_err(of_json)?;
        Ok(blake3::hash(&text).to_hex().to_string())
    }
}

/// The result cache.
pub struct Cache {
    store: Store,
    results: PathBuf,
    limit: AtomicU64,
    runtime: Handle,
    /// Milliseconds since the Unix epoch.
    clock: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Cache {
    /// Opens the cache in `folder`, which holds `limit` bytes at most, and removes what is too old or too much.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`] for the folder.
    pub async fn open(store: Store, folder: &Path, limit: u64) -> Result<Self> {
        Self::open_with(store, folder, limit, Arc::new(crate::clock::now_ms)).await
    }

    async fn open_with(
        store: Store,
        folder: &Path,
        limit: u64,
        clock: Arc<dyn Fn() -> f64 + Send + Sync>,
    ) -> Result<Self> {
        let results = folder.join("results");
        let new = files::new_results(&results);
        std::fs::create_dir_all(&new).map_err(|e| Error::writing(&new, e))?;
        let limit = AtomicU64::new(limit);
        let cache = Self { store, results, limit, runtime: Handle::current(), clock };
        cache.sweep().await?;
        cache.prune(None).await?;
        Ok(cache)
    }

    /// Returns the file or folder of a result, which stays the cache's own: copy or link it, do not write to it.
    pub fn get_path(&self, kind: Kind, key: &str) -> Option<PathBuf> {
        let found = self.wait(self.find(kind, key));
        found.map(|entry| self.results.join(entry.path))
    }

    /// Returns the bytes of a result that was put as bytes.
    pub fn get_bytes(&self, kind: Kind, key: &str) -> Option<Vec<u8>> {
        let entry = self.wait(self.find(kind, key))?;
        let bytes = std::fs::read(self.results.join(&entry.path)).ok()?;
        if entry.packed { zstd::decode_all(bytes.as_slice()).ok() } else { Some(bytes) }
    }

    /// Makes an empty folder for [`Self::put_folder`]; it vanishes when it is dropped instead.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`].
    pub fn new_folder(&self) -> Result<TempDir> {
        let new = files::new_results(&self.results);
        TempDir::new_in(&new).map_err(|e| Error::writing(&new, e))
    }

    /// Takes a folder over as a result and returns where it is now. An earlier result is replaced.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`]; the folder is gone then.
    pub fn put_folder(&self, kind: Kind, key: &str, folder: TempDir) -> Result<PathBuf> {
        let place = self.place(kind, key)?;
        std::fs::rename(folder.path(), &place).map_err(|e| Error::writing(&place, e))?;
        self.wait(self.admit(kind, key, place, false))
    }

    /// Keeps a copy of a file as a result and returns where it is.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`].
    pub fn put_file(&self, kind: Kind, key: &str, file: &Path) -> Result<PathBuf> {
        let folder = self.new_folder()?;
        let (copy, place) = (folder.path().join("copy"), self.place(kind, key)?);
        std::fs::copy(file, &copy).map_err(|e| Error::writing(&copy, e))?;
        std::fs::rename(&copy, &place).map_err(|e| Error::writing(&place, e))?;
        self.wait(self.admit(kind, key, place, false))
    }

    /// Keeps bytes as a result, compressed when that is worth it.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`].
    pub fn put_bytes(&self, kind: Kind, key: &str, bytes: &[u8]) -> Result<()> {
        let folder = self.new_folder()?;
        let (file, place) = (folder.path().join("bytes"), self.place(kind, key)?);
        let packed = kind.packs() && bytes.len() > PACKED_FROM;
        let written = if packed {
            zstd::encode_all(bytes, PACKING_LEVEL).and_then(|small| std::fs::write(&file, small))
        } else {
            std::fs::write(&file, bytes)
        };
        written.map_err(|e| Error::writing(&file, e))?;
        std::fs::rename(&file, &place).map_err(|e| Error::writing(&place, e))?;
        self.wait(self.admit(kind, key, place, packed)).map(drop)
    }

    /// Changes the bound, in bytes.
    pub async fn set_limit(&self, limit: u64) -> Result<()> {
        self.limit.store(limit, Ordering::SeqCst);
        self.prune(None).await
    }

    /// Returns the figures.
    pub async fn stats(&self) -> Result<CacheStats> {
        let totals = self.store.cache_totals().await?;
        Ok(CacheStats {
            entries: totals.entries,
            bytes: totals.bytes as f64,
            limit_bytes: self.limit.load(Ordering::SeqCst) as f64,
            hits: totals.hits,
            misses: totals.misses,
        })
    }

    /// Removes everything, or what was not used for so long.
    pub async fn clear(&self, unused_for: Option<Duration>) -> Result<()> {
        let before = unused_for.map_or(f64::INFINITY, |age| (self.clock)() - milliseconds(age));
        for entry in self.store.cache_entries().await? {
            if entry.last_used_ms <= before {
                self.remove(&entry).await?;
            }
        }
        self.sweep().await
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::task::block_in_place(|| self.runtime.block_on(work))
    }

    /// A place of its own for each result: another program that puts the same one at the same time does no harm.
    fn place(&self, kind: Kind, key: &str) -> Result<PathBuf> {
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Internal(format!("{key:?} is no cache key")));
        }
        Ok(self.results.join(format!("{}-{key}-{}", kind.name(), uuid::Uuid::now_v7().simple())))
    }

    /// Returns an entry that is still good; a cache that cannot be read has nothing.
    async fn find(&self, kind: Kind, key: &str) -> Option<CacheEntry> {
        let found = self.try_find(kind, key).await;
        found.inspect_err(|error| tracing::warn!(%error, "the cache could not be read")).ok().flatten()
    }

    async fn try_find(&self, kind: Kind, key: &str) -> Result<Option<CacheEntry>> {
        let entry = self.store.cache_entry(kind.name(), key).await?;
        let now_ms = (self.clock)();
        if let Some(entry) = entry {
            let unchanged =
                files::look_at(&self.results.join(&entry.path)).is_ok_and(|now| now.stamp == entry.stamp);
            if unchanged && now_ms < entry.expires_ms {
                self.store.count_cache_hit(kind.name(), key, now_ms).await?;
                return Ok(Some(entry));
            }
            self.remove(&entry).await?;
        }
        self.store.count_cache_miss().await?;
        Ok(None)
    }

    /// Enters a result into the index; one that cannot be entered, such as on a full disk, goes at once.
    async fn admit(&self, kind: Kind, key: &str, place: PathBuf, packed: bool) -> Result<PathBuf> {
        let entered = self.enter(kind, key, &place, packed).await;
        if entered.is_err() {
            files::remove(&place);
        }
        entered.map(|()| place)
    }

    async fn enter(&self, kind: Kind, key: &str, place: &Path, packed: bool) -> Result<()> {
        let look = files::look_at(place).map_err(|e| Error::writing(place, e))?;
        let now_ms = (self.clock)();
        let entry = CacheEntry {
            kind: kind.name().to_owned(),
            key: key.to_owned(),
            path: place.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: look.bytes,
            stamp: look.stamp,
            packed,
            created_ms: now_ms,
            last_used_ms: now_ms,
            expires_ms: now_ms + milliseconds(kind.time_to_live()),
        };
        self.store.save_cache_entry(&entry).await?;
        self.prune(Some(&entry.path)).await
    }

    /// Removes what has expired, then what was not used for longest, until the rest is within the limit. What was put
    /// just now stays: somebody is about to use it.
    async fn prune(&self, just_put: Option<&str>) -> Result<()> {
        let (now_ms, limit) = ((self.clock)(), self.limit.load(Ordering::SeqCst));
        let entries = self.store.cache_entries().await?;
        let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
        for entry in entries.iter().filter(|entry| Some(entry.path.as_str()) != just_put) {
            if entry.expires_ms <= now_ms || bytes > limit {
                self.remove(entry).await?;
                bytes -= entry.bytes;
            }
        }
        Ok(())
    }

    async fn remove(&self, entry: &CacheEntry) -> Result<()> {
        // The index first: a file without an entry is swept up later, an entry without a file would be a lie.
        self.store.remove_cache_entry(&entry.kind, &entry.key).await?;
        files::remove(&self.results.join(&entry.path));
        Ok(())
    }

    /// Removes files that no entry names, such as those of a program that died; young ones may be about to get one.
    async fn sweep(&self) -> Result<()> {
        let named: Vec<_> = self.store.cache_entries().await?.into_iter().map(|entry| entry.path).collect();
        let old_ms = (self.clock)() - milliseconds(HOUR);
        files::remove_unnamed(&self.results, &named, old_ms);
        Ok(())
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests;
