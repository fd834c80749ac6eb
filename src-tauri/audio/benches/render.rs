//! Speed of the way from a score to a master: a three-minute song of eight tracks.
//!
//! `cargo bench -p son1k-audio --bench render`. Forty times real time means 4.5 s for render and master together. The
//! sounds are looked for in `models/weights` of the repository, or in the folder that `SON1K_MODELS` names.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_audio::{Mixer, Sounds, StemSet, master, render};
use son1k_domain::mastering::Preset;
use son1k_domain::music::{Key, Meter, Mode, PitchClass};
use son1k_domain::score::{
    Channel, Compressor, Duck, EqBand, Kit, MixPlan, Note, Patch, Role, Score, Sound, Track,
};
use son1k_domain::unit::{Bpm, Db, Hertz, Pan, Seconds, Ticks};
use son1k_sound::Progress;

/// 90 bars of four at 120 last three minutes.
const BARS: u32 = 90;
const BAR: u32 = 1_920;

fn main() {
    divan::main();
}

fn models() -> PathBuf {
    std::env::var_os("SON1K_MODELS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/weights"), PathBuf::from)
}

/// One bar, repeated: start and length in sixteenths, key.
fn repeated(bar: &[(u32, u32, u8)]) -> Vec<Note> {
    let moves = [0i8, -4, 3, -2];
    (0..BARS)
        .flat_map(|n| {
            bar.iter().map(move |&(start, length, pitch)| Note {
                start: Ticks(n * BAR + start * 120),
                length: Ticks(length * 120 - 10),
                pitch: if pitch < 36 { pitch } else { pitch.saturating_add_signed(moves[n as usize % 4]) },
                velocity: 84 + (start % 4) as u8 * 5,
            })
        })
        .collect()
}

fn drums() -> Vec<Note> {
    let mut notes = Vec::new();
    for bar in 0..BARS {
        for step in 0..16 {
            for (pitch, on) in
                [(36, step % 4 == 0), (38, step % 8 == 4), (42, step % 2 == 0), (46, step % 8 == 6)]
            {
                if on {
                    let start = Ticks(bar * BAR + step * 120);
                    notes.push(Note { start, length: Ticks(60), pitch, velocity: 96 });
                }
            }
        }
    }
    notes
}

fn track(id: &str, role: Role, sound: Sound, level: f32, notes: Vec<Note>) -> Track {
    let channel = Channel {
        level: Db(level),
        pan: Pan(0.1),
        width: 1.2,
        high_pass: Some(Hertz(40.0)),
        eq: vec![EqBand { frequency: Hertz(900.0), gain: Db(-2.0), q: 1.0 }],
        compressor: Some(Compressor {
            threshold: Db(-16.0),
            ratio: 2.5,
            attack_ms: 10.0,
            release_ms: 120.0,
            makeup: Db(1.0),
        }),
        drive: 0.1,
        reverb: Some(Db(-16.0)),
        delay: Some(Db(-20.0)),
        duck: (role == Role::Pad).then(|| Duck {
            from: "drums".into(),
            keys: vec![36],
            depth: Db(6.0),
            release_ms: 180.0,
        }),
        ..Channel::default()
    };
    Track { id: id.into(), name: id.into(), role, sound, channel, notes }
}

fn song() -> Score {
    let chord = [(0, 16, 60), (0, 16, 63), (0, 16, 67), (0, 16, 70)];
    let stabs: Vec<(u32, u32, u8)> = (0..4).flat_map(|n| [60, 63, 67].map(|p| (n * 4, 3, p))).collect();
    let arpeggio: Vec<(u32, u32, u8)> = (0..16).map(|n| (n, 1, [72, 75, 79, 82][n as usize % 4])).collect();
    let bass: Vec<(u32, u32, u8)> = (0..8).map(|n| (n * 2, 2, 40)).collect();
    let synth = |patch| Sound::Synth { patch };
    let font = |program| Sound::SoundFont { bank: 0, program };
    let tracks = vec![
        track("drums", Role::Drums, Sound::Kit { kit: Kit::House }, -2.0, drums()),
        track("bass", Role::Bass, synth(Patch::ReeseBass), -4.0, repeated(&bass)),
        track("keys", Role::Chords, font(0), -8.0, repeated(&stabs)),
        track("strings", Role::Pad, font(48), -12.0, repeated(&chord)),
        track("pad", Role::Pad, synth(Patch::Supersaw), -12.0, repeated(&chord)),
        track("arpeggio", Role::Arpeggio, synth(Patch::Pluck), -12.0, repeated(&arpeggio)),
        track(
            "lead",
            Role::Lead,
            synth(Patch::SawLead),
            -3.0,
            repeated(&[(0, 6, 72), (6, 4, 75), (10, 6, 79)]),
        ),
        track("counter", Role::Counter, font(71), -10.0, repeated(&[(0, 8, 67), (8, 8, 70)])),
    ];
    Score {
        title: "Bench".into(),
        style: "house".into(),
        seed: 1,
        bpm: Bpm(120.0),
        meter: Meter::FOUR_FOUR,
        key: Key { tonic: PitchClass(0), mode: Mode::Minor },
        length: Ticks(BARS * BAR),
        sections: Vec::new(),
        chords: Vec::new(),
        tracks,
        mix: MixPlan {
            reverb_time: Seconds(1.8),
            delay_quarters: 0.75,
            delay_feedback: 0.4,
            low_shelf: Db(0.5),
            high_shelf: Db(0.5),
        },
    }
}

/// What every bench starts from.
struct Stage {
    score: Score,
    sounds: Sounds,
    folder: tempfile::TempDir,
}

fn stage() -> Option<Stage> {
    let models = models();
    let sounds = Sounds::load(&models.join("fluidr3mono/fluidr3mono.sf2"), &models.join("one-shots"));
    match (sounds, tempfile::tempdir()) {
        (Ok(sounds), Ok(folder)) => Some(Stage { score: song(), sounds, folder }),
        (Err(problem), _) => {
            eprintln!("no bench without sounds in {}: {problem}", models.display());
            None
        }
        (_, Err(problem)) => {
            eprintln!("no bench without a folder: {problem}");
            None
        }
    }
}

fn with_progress<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let cancelled = AtomicBool::new(false);
    work(&Progress { report: &|_| {}, cancelled: &cancelled })
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn render_three_minutes(bencher: divan::Bencher) {
    let Some(stage) = stage() else { return };
    bencher.bench_local(|| {
        with_progress(|p| render(&stage.score, &stage.sounds, stage.folder.path(), p).is_ok())
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn master_three_minutes(bencher: divan::Bencher) {
    let Some(stage) = stage() else { return };
    let stems: Option<StemSet> =
        with_progress(|p| render(&stage.score, &stage.sounds, stage.folder.path(), p).ok());
    let Some(stems) = stems else { return };
    bencher.bench_local(|| {
        with_progress(|p| master(&stage.score, &stems, &[], Preset::Streaming.target(), p).is_ok())
    });
}

/// The live path: one second through the mixer.
#[divan::bench]
fn mix_one_second(bencher: divan::Bencher) {
    let score = song();
    let mut mixer = Mixer::new(&score, &[]);
    let stems = vec![vec![0.1f32; 88_200]; score.tracks.len()];
    let mut out = vec![0.0f32; 88_200];
    bencher.bench_local(|| mixer.process(&stems, &mut out));
}
