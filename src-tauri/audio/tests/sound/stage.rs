//! What the tests of this folder share: the sounds, small scores, and a place to render to.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use son1k_audio::{Sounds, StemSet, render};
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::{Channel, MixPlan, Note, Role, Score, Sound, Track};
use son1k_domain::unit::{Bpm, Db, Seconds, Ticks};
use son1k_sound::Progress;

pub const QUARTER: u32 = 480;

fn models() -> PathBuf {
    std::env::var_os("SON1K_MODELS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/weights"), PathBuf::from)
}

/// The sounds, loaded once.
pub fn sounds() -> Sounds {
    static SOUNDS: OnceLock<Sounds> = OnceLock::new();
    SOUNDS
        .get_or_init(|| {
            let models = models();
            Sounds::load(&models.join("fluidr3mono/fluidr3mono.sf2"), &models.join("one-shots"))
                .unwrap_or_else(|problem| {
                    panic!("the tests need the sounds in {} (or SON1K_MODELS): {problem}", models.display())
                })
        })
        .clone()
}

pub fn note(start: u32, length: u32, pitch: u8, velocity: u8) -> Note {
    Note { start: Ticks(start), length: Ticks(length), pitch, velocity }
}

pub fn track(id: &str, sound: Sound, notes: Vec<Note>) -> Track {
    Track { id: id.into(), name: id.into(), role: Role::Lead, sound, channel: Channel::default(), notes }
}

/// A score at 120 with a length in quarters.
pub fn score(quarters: u32, tracks: Vec<Track>) -> Score {
    Score {
        title: "Test".into(),
        style: "pop".into(),
        seed: 11,
        bpm: Bpm(120.0),
        meter: Meter::FOUR_FOUR,
        key: Key { tonic: PitchClass(0), mode: Mode::Major },
        length: Ticks(quarters * QUARTER),
        sections: Vec::new(),
        chords: Vec::new(),
        tracks,
        mix: MixPlan {
            reverb_time: Seconds(1.5),
            delay_quarters: 0.75,
            delay_feedback: 0.4,
            low_shelf: Db(0.0),
            high_shelf: Db(0.0),
        },
    }
}

pub fn with_progress<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let cancelled = AtomicBool::new(false);
    work(&Progress { report: &|_| {}, cancelled: &cancelled })
}

/// Renders a score and returns its stems with the folder that holds them.
pub fn rendered(score: &Score) -> (StemSet, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let stems = with_progress(|p| render(score, &sounds(), folder.path(), p)).unwrap();
    (stems, folder)
}

/// Returns the whole stem of a track, interleaved.
pub fn stem(stems: &StemSet, index: usize) -> Vec<f32> {
    let mut samples = vec![0.0; stems.frames() as usize * 2];
    stems.reader(index).unwrap().read(&mut samples).unwrap();
    samples
}

/// Renders one sound alone.
pub fn alone(sound: Sound, quarters: u32, notes: Vec<Note>) -> Vec<f32> {
    let (stems, _folder) = rendered(&score(quarters, vec![track("one", sound, notes)]));
    stem(&stems, 0)
}

pub fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak: f32, v| peak.max(v.abs()))
}

pub fn rms_db(samples: &[f32]) -> f32 {
    10.0 * (samples.iter().map(|v| v * v).sum::<f32>() / samples.len().max(1) as f32 + 1e-20).log10()
}
