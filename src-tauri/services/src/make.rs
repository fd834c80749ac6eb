//! From a request to a finished, checked song: compose, render, master, gate, encode, tag.
//!
//! The same path serves the queue and the headless command. Results are kept in the cache: the same request with the
//! same seed is answered from there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use son1k_audio::{self as audio, Recordings, Sounds, StemSet, gate};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::generation::{Request, Understanding};
use son1k_domain::job::Stage;
use son1k_domain::mastering::Preset;
use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::take::{Measured, Refused, Tag};
use son1k_domain::unit::{Db, Seconds};
use son1k_project::Assets;
use son1k_sound::{self as sound, Progress};

use crate::cache::{Cache, Kind};
use crate::shelf::Shelf;
use crate::{Error, Result};

/// Takes made for one request before the output gate gives up.
const ATTEMPTS: u32 = 3;
/// Distance between the seeds of two attempts, so that a second attempt is never another variation's first.
const NEXT_SEED: u32 = *son1k_domain::generation::limits::VARIATIONS.end() as u32;

/// Returns the name of the engine with the versions that decide notes and sound; part of every cache key.
pub fn engine() -> String {
    format!("composer {} · studio {}", son1k_composer::VERSION, env!("CARGO_PKG_VERSION"))
}

/// Everything that is known about a finished song, kept beside its sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub request: Request,
    pub understanding: Understanding,
    pub title: String,
    pub seed: u32,
    pub engine: String,
    pub measured: Measured,
    pub master_gain: Db,
    pub refused: Vec<Refused>,
    pub tags: Vec<Tag>,
    pub elapsed: Seconds,
}

/// A finished song on disk.
#[derive(Debug, Clone)]
pub struct Song {
    pub record: Record,
    pub score: PathBuf,
    pub audio: PathBuf,
    pub from_cache: bool,
}

impl Song {
    const RECORD: &str = "record.json";
    const SCORE: &str = "score.json";
    const AUDIO: &str = "master.flac";

    fn open(folder: &Path, from_cache: bool) -> Result<Self> {
        let record = read_json(&folder.join(Self::RECORD))?;
        Ok(Self { record, score: folder.join(Self::SCORE), audio: folder.join(Self::AUDIO), from_cache })
    }

    /// Reads the score.
    pub fn read_score(&self) -> Result<Score> {
        read_json(&self.score)
    }
}

/// Tells how far a song is, and whether anybody still wants it.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    pub report: &'a (dyn Fn(Stage, f32) + Sync),
    pub cancelled: &'a AtomicBool,
}

impl Watch<'_> {
    /// Runs `work` with its own 0…1 mapped to `from`…`to` of this watch.
    fn part<T, E: Into<Error>>(
        &self,
        stage: Stage,
        from: f32,
        to: f32,
        work: impl FnOnce(&Progress) -> std::result::Result<T, E>,
    ) -> Result<T> {
        (self.report)(stage, from);
        let report = |done: f32| (self.report)(stage, from + (to - from) * done);
        work(&Progress { report: &report, cancelled: self.cancelled }).map_err(Into::into)
    }

    fn check(&self) -> Result<()> {
        if self.cancelled.load(std::sync::atomic::Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// Makes songs.
pub struct Studio {
    cache: Arc<Cache>,
    shelf: Arc<Shelf>,
    sounds: std::sync::Mutex<Option<Sounds>>,
}

impl Studio {
    pub fn new(cache: Arc<Cache>, shelf: Arc<Shelf>) -> Self {
        Self { cache, shelf, sounds: std::sync::Mutex::new(None) }
    }

    /// Returns the song of a request whose seed is set, from the cache or made now.
    ///
    /// Blocks for seconds; call it from a thread that may.
    pub fn song(&self, request: &Request, watch: Watch<'_>) -> Result<Song> {
        let key = song_key(request)?;
        if let Some(song) = self.cached_song(&key) {
            (watch.report)(Stage::Saving, 1.0);
            return Ok(song);
        }
        let started = Instant::now();
        (watch.report)(Stage::Understanding, 0.0);
        let first = request.seed.unwrap_or_default();
        let mut refused = Vec::new();
        for attempt in 0..ATTEMPTS {
            let seed = first.wrapping_add(attempt * NEXT_SEED);
            match self.attempt(request, seed, watch)? {
                Outcome::Passed(passed) => {
                    let song = self.keep(&key, request, *passed, refused, started)?;
                    (watch.report)(Stage::Saving, 1.0);
                    return Ok(song);
                }
                Outcome::Refused(refusal) => {
                    tracing::warn!(seed, reason = ?refusal.reason, detail = refusal.detail, "take refused");
                    refused.push(refusal);
                }
            }
        }
        let details: Vec<_> = refused.into_iter().map(|r| r.detail).collect();
        Err(Error::GateRefused(details.join("; ")))
    }

    fn cached_song(&self, key: &str) -> Option<Song> {
        let folder = self.cache.get_path(Kind::Song, key)?;
        Song::open(&folder, true).inspect_err(|error| tracing::warn!(%error, "cached song unreadable")).ok()
    }

    fn attempt(&self, request: &Request, seed: u32, watch: Watch<'_>) -> Result<Outcome> {
        let understanding = son1k_composer::understand(request, seed)?;
        (watch.report)(Stage::Composing, 0.01);
        let score = son1k_composer::compose(&understanding.brief, seed)?;
        watch.check()?;
        let expected =
            gate::Expected { duration: understanding.brief.duration, bpm: score.bpm, key: score.key };
        let (mixed, encoded) = self.mix(&score, &Recordings::new(), &expected, watch)?;
        if let Err(refusal) = gate::verdict(&mixed.measured, &expected) {
            let (reason, detail) = (refusal.reason, refusal.detail);
            return Ok(Outcome::Refused(Refused { seed, reason, detail }));
        }
        encoded?;
        write_json(&mixed.folder.path().join(Song::SCORE), &score)?;
        Ok(Outcome::Passed(Box::new(Passed { understanding, score, seed, mixed })))
    }

    /// Plays, masters, measures and encodes a score that was changed by hand: what it is now is what was wanted, so that no
    /// gate refuses it.
    pub fn remix(&self, score: &Score, recordings: &Recordings, watch: Watch<'_>) -> Result<Mixed> {
        let duration = score.length.seconds(score.bpm);
        let expected = gate::Expected { duration, bpm: score.bpm, key: score.key };
        let (mixed, encoded) = self.mix(score, recordings, &expected, watch)?;
        encoded?;
        Ok(mixed)
    }

    /// Returns the mix of an untouched mixer, and whether its file could be written.
    fn mix(
        &self,
        score: &Score,
        recordings: &Recordings,
        expected: &gate::Expected,
        watch: Watch<'_>,
    ) -> Result<(Mixed, Result<()>)> {
        let stems = self.stems_between(score, recordings, watch, 0.03, 0.60)?;
        let neutral = neutral_strips(score);
        let master = watch.part(Stage::Mastering, 0.60, 0.78, |progress| {
            audio::master(score, &stems, &neutral, Preset::Streaming.target(), progress)
        })?;
        // Most takes pass the gate, so the file is written and its tags are heard meanwhile.
        let folder = self.cache.new_folder()?;
        let (measured, (encoded, tags)) = rayon::join(
            || self.measure(&master.samples, expected, watch),
            || {
                rayon::join(
                    || encode(&master.samples, score, folder.path(), watch),
                    || self.shelf.tags(&master.samples),
                )
            },
        );
        let measured = measured?;
        let tags = tags.unwrap_or_else(|error| {
            tracing::warn!(%error, "the song gets no tags");
            Vec::new()
        });
        Ok((Mixed { folder, gain: master.gain, measured, tags }, encoded))
    }

    fn measure(&self, samples: &[f32], expected: &gate::Expected, watch: Watch<'_>) -> Result<Measured> {
        let progress = Progress { report: &|_| {}, cancelled: watch.cancelled };
        Ok(gate::measure(samples, expected, &progress)?)
    }

    fn keep(
        &self,
        key: &str,
        request: &Request,
        passed: Passed,
        refused: Vec<Refused>,
        started: Instant,
    ) -> Result<Song> {
        let record = Record {
            request: request.clone(),
            title: passed.score.title,
            understanding: passed.understanding,
            seed: passed.seed,
            engine: engine(),
            measured: passed.mixed.measured,
            master_gain: passed.mixed.gain,
            refused,
            tags: passed.mixed.tags,
            elapsed: Seconds(started.elapsed().as_secs_f64()),
        };
        let folder = passed.mixed.folder;
        write_json(&folder.path().join(Song::RECORD), &record)?;
        let kept = self.cache.put_folder(Kind::Song, key, folder)?;
        Song::open(&kept, false)
    }

    /// Returns the stems of a score, from the cache or rendered now.
    pub fn stems(&self, score: &Score, recordings: &Recordings, watch: Watch<'_>) -> Result<StemSet> {
        self.stems_between(score, recordings, watch, 0.0, 1.0)
    }

    fn stems_between(
        &self,
        score: &Score,
        recordings: &Recordings,
        watch: Watch<'_>,
        from: f32,
        to: f32,
    ) -> Result<StemSet> {
        let key = stems_key(score)?;
        if let Some(folder) = self.cache.get_path(Kind::Stems, &key)
            && let Ok(stems) = StemSet::open(&folder)
        {
            return Ok(stems);
        }
        let sounds = self.sounds()?.with_recordings(recordings.clone());
        let folder = self.cache.new_folder()?;
        watch.part(Stage::Rendering, from, to, |progress| {
            audio::render(score, &sounds, folder.path(), progress).map(drop)
        })?;
        Ok(StemSet::open(&self.cache.put_folder(Kind::Stems, &key, folder)?)?)
    }

    /// Loads bank and one-shots once; they stay while the studio is open.
    fn sounds(&self) -> Result<Sounds> {
        let mut loaded = self.sounds.lock().map_err(|_| Error::Internal("sounds are poisoned".into()))?;
        if let Some(sounds) = &*loaded {
            return Ok(sounds.clone());
        }
        let bank = self.shelf.require("fluidr3mono")?;
        let one_shots = self.shelf.require("one-shots")?;
        let sounds = Sounds::load(&bank, &one_shots)?;
        *loaded = Some(sounds.clone());
        Ok(sounds)
    }
}

enum Outcome {
    Passed(Box<Passed>),
    Refused(Refused),
}

struct Passed {
    understanding: Understanding,
    score: Score,
    seed: u32,
    mixed: Mixed,
}

/// A score that was played, mixed and measured.
#[derive(Debug)]
pub struct Mixed {
    /// Holds the master; gone with this, unless it is kept.
    folder: tempfile::TempDir,
    pub gain: Db,
    pub measured: Measured,
    pub tags: Vec<Tag>,
}

impl Mixed {
    /// Returns where the master lies.
    pub fn audio(&self) -> PathBuf {
        self.folder.path().join(Song::AUDIO)
    }
}

/// Returns where the recordings of a score lie among the assets of its project.
///
/// # Errors
/// [`Error::NotFound`] when one is missing.
pub(crate) fn recordings_of(score: &Score, assets: &Assets) -> Result<Recordings> {
    score.recordings().map(|id| Ok((id.clone(), assets.path(id)?))).collect()
}

fn encode(samples: &[f32], score: &Score, folder: &Path, watch: Watch<'_>) -> Result<()> {
    watch.part(Stage::Checking, 0.78, 0.97, |progress| {
        sound::encode(
            samples,
            Encoding::Flac { depth: Depth::Int24 },
            &folder.join(Song::AUDIO),
            &song_tags(score),
            progress,
        )
    })
}

/// Returns one untouched strip for each track.
pub fn neutral_strips(score: &Score) -> Vec<Strip> {
    score.tracks.iter().map(|track| Strip::neutral(track.id.clone())).collect()
}

/// Returns what players show about a file of this score.
pub fn song_tags(score: &Score) -> sound::SongTags {
    sound::SongTags {
        title: score.title.clone(),
        artist: String::new(),
        comment: format!("Son1k Studio · {} · seed {}", engine(), score.seed),
        bpm: Some(score.bpm),
        key: Some(score.key),
    }
}

/// Lyrics are kept with the song but change nothing in it yet, and variations are separate songs.
fn song_key(request: &Request) -> Result<String> {
    let canonical = Request { lyrics: String::new(), variations: 1, ..request.clone() };
    Kind::Song.key(&engine(), &canonical, request.seed.unwrap_or_default())
}

fn stems_key(score: &Score) -> Result<String> {
    Kind::Stems.key(&engine(), score, score.seed)
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = std::fs::read(path).map_err(|_| Error::NotFound { what: path.display().to_string() })?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Internal(format!("{}: {error}", path.display())))
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
    std::fs::write(path, bytes).map_err(|error| Error::writing(path, error))
}
