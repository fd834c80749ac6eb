//! Render, mixer and master on whole songs.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};
use son1k_audio::{Error, Mixer, StemSet, export_stems, master, render};
use son1k_domain::mastering::Preset;
use son1k_domain::project::Strip;
use son1k_domain::score::{Duck, Kit, Patch, Score, Sound};
use son1k_domain::unit::{Db, Dbtp, Pan};
use son1k_sound::loudness::Gauge;
use son1k_sound::{Progress, decode};

use crate::stage::{QUARTER, note, peak, rendered, rms_db, score, sounds, stem, track, with_progress};

/// Eight quarters of drums, bass, pad, keys and a lead with all inserts and sends.
fn song(quarters: u32) -> Score {
    let beat = (0..quarters)
        .flat_map(|q| [note(q * QUARTER, 60, 36, 110), note(q * QUARTER + 240, 60, 42, 80)])
        .collect();
    let line = (0..quarters).map(|q| note(q * QUARTER, 400, 36 + (q % 4) as u8, 100)).collect();
    let chords =
        (0..quarters / 4).flat_map(|b| [60, 64, 67].map(|p| note(b * 1_920, 1_900, p, 90))).collect();
    let tune = (0..quarters).map(|q| note(q * QUARTER, 450, 72 + (q % 5) as u8, 105)).collect();
    let mut song = score(
        quarters,
        vec![
            track("drums", Sound::Kit { kit: Kit::Pop }, beat),
            track("bass", Sound::Synth { patch: Patch::ReeseBass }, line),
            track("pad", Sound::Synth { patch: Patch::Supersaw }, chords),
            track("lead", Sound::SoundFont { bank: 0, program: 73 }, tune),
        ],
    );
    song.tracks[2].channel.duck =
        Some(Duck { from: "drums".into(), keys: vec![36], depth: Db(9.0), release_ms: 180.0 });
    for track in &mut song.tracks {
        track.channel.reverb = Some(Db(-14.0));
        track.channel.delay = Some(Db(-18.0));
        track.channel.drive = 0.2;
    }
    song
}

fn digest(stems: &StemSet) -> Vec<u8> {
    let mut hash = Sha256::new();
    for index in 0..stems.tracks().len() {
        for value in stem(stems, index) {
            hash.update(value.to_le_bytes());
        }
    }
    hash.finalize().to_vec()
}

/// Plays whole stems through a mixer, cut into blocks.
fn mixed(score: &Score, stems: &[Vec<f32>], strips: &[Strip], block: usize) -> Vec<f32> {
    let mut mixer = Mixer::new(score, strips);
    let mut out = vec![0.0; stems[0].len()];
    for (index, part) in out.chunks_mut(block * 2).enumerate() {
        let cut: Vec<&[f32]> =
            stems.iter().map(|s| &s[index * block * 2..index * block * 2 + part.len()]).collect();
        mixer.process(&cut, part);
    }
    out
}

/// A steady tone as the stem of each track.
fn tones(score: &Score, seconds: usize) -> Vec<Vec<f32>> {
    let tone = |n: usize| 0.1 * (std::f32::consts::TAU * 500.0 * n as f32 / 44_100.0).sin();
    let stem: Vec<f32> = (0..44_100 * seconds).flat_map(|n| [tone(n); 2]).collect();
    vec![stem; score.tracks.len()]
}

#[test]
fn the_same_score_gives_the_same_samples_on_any_number_of_threads() {
    let song = song(8);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (stems, _folder) = rendered(&song);
            let master =
                with_progress(|p| master(&song, &stems, &[], Preset::Streaming.target(), p)).unwrap();
            (digest(&stems), master)
        })
    };
    let (one, two) = (run(1), run(2));
    assert_eq!(one.0, two.0);
    assert_eq!(one.1, two.1);
}

#[test]
fn blocks_do_not_change_the_mix() {
    let song = song(8);
    let (set, _folder) = rendered(&song);
    let stems: Vec<Vec<f32>> = (0..song.tracks.len()).map(|n| stem(&set, n)).collect();
    assert_eq!(mixed(&song, &stems, &[], 64), mixed(&song, &stems, &[], 1_024));
    assert_eq!(mixed(&song, &stems, &[], 37), mixed(&song, &stems, &[], 5_000));
}

#[test]
fn a_duck_really_dips() {
    let mut song = song(8);
    let dip = |song: &Score| {
        let (stems, _folder) = rendered(song);
        let pad = stem(&stems, 2);
        // Just after the third beat against just before it.
        rms_db(&pad[2 * 44_200..2 * 45_500]) - rms_db(&pad[2 * 41_000..2 * 43_000])
    };
    let ducked = dip(&song);
    song.tracks[2].channel.duck = None;
    let free = dip(&song);
    assert!(ducked < free - 5.0, "{ducked} dB with, {free} dB without");
}

#[test]
fn muted_and_unsoloed_tracks_are_silent() {
    let mut song = song(8);
    song.tracks.truncate(2);
    let stems = tones(&song, 2);
    let strip = |index: usize| Strip::neutral(song.tracks[index].id.clone());
    let mute = [Strip { mute: true, ..strip(0) }, Strip { level: Db(-60.0), ..strip(1) }];
    assert!(peak(&mixed(&song, &stems, &mute, 1_024)) < 1e-9);
    let both = mixed(&song, &stems, &[], 1_024);
    let solo = mixed(&song, &stems, &[strip(0), Strip { solo: true, ..strip(1) }], 1_024);
    let only = mixed(&song, &stems, &[Strip { mute: true, ..strip(0) }, strip(1)], 1_024);
    assert_eq!(solo, only);
    assert!(rms_db(&both) > rms_db(&solo) + 4.0);
}

#[test]
fn panning_keeps_the_power_and_unity_in_the_centre() {
    let mut song = song(8);
    song.tracks.truncate(1);
    song.tracks[0].channel.reverb = None;
    song.tracks[0].channel.delay = None;
    let stems = tones(&song, 1);
    let levels = |pan: f32| {
        let strip = Strip { pan: Pan(pan), ..Strip::neutral(song.tracks[0].id.clone()) };
        let out = mixed(&song, &stems, &[strip], 1_024);
        let side = |s: usize| out[44_100..].chunks_exact(2).map(|f| f[s] * f[s]).sum::<f32>() / 22_050.0;
        (side(0), side(1))
    };
    let (left, right) = levels(0.0);
    assert!((left - 0.005).abs() < 2e-4 && (right - 0.005).abs() < 2e-4, "{left} {right}");
    for pan in [-1.0, -0.4, 0.7, 1.0] {
        let (l, r) = levels(pan);
        assert!((l + r - 0.01).abs() < 3e-4, "{pan}: {l} {r}");
        assert_eq!(l > r, pan < 0.0);
    }
    assert!(levels(-1.0).1 < 1e-9);
}

#[test]
fn moving_a_fader_makes_no_click() {
    let mut song = song(8);
    song.tracks.truncate(1);
    song.tracks[0].channel.reverb = None;
    song.tracks[0].channel.delay = None;
    let stems = tones(&song, 1);
    let mut mixer = Mixer::new(&song, &[]);
    let mut out = vec![0.0; stems[0].len()];
    for (index, part) in out.chunks_mut(2_048).enumerate() {
        if index == 10 {
            mixer.set_strips(&[Strip { mute: true, ..Strip::neutral(song.tracks[0].id.clone()) }]);
        }
        mixer.process(&[&stems[0][index * 2_048..index * 2_048 + part.len()]], part);
    }
    let steepest = out[2_000..].chunks_exact(2).map(|f| f[0]).collect::<Vec<_>>();
    let steepest = steepest.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.1 * std::f32::consts::TAU * 500.0 / 44_100.0 * 1.1, "{steepest}");
    assert!(peak(&out[40_000..]) < 1e-6);
}

#[test]
fn quiet_and_loud_songs_reach_their_loudness_under_the_ceiling() {
    let mut song = song(16);
    let (stems, _folder) = rendered(&song);
    for level in [-30.0, 0.0, 14.0] {
        for track in &mut song.tracks {
            track.channel.level = Db(level);
        }
        let master = with_progress(|p| master(&song, &stems, &[], Preset::Streaming.target(), p)).unwrap();
        assert!((master.loudness.0 + 14.0).abs() <= 0.1, "{level}: {:?}", master.loudness);
        assert!(
            with_progress(|p| Gauge::song().true_peak(&master.samples, p)).unwrap() <= Some(Dbtp(-1.0)),
            "{level}: {:?}",
            master.true_peak
        );
        assert_eq!(master.samples.len() as u64, stems.frames() * 2);
    }
}

#[test]
fn what_the_mixer_plays_at_the_masters_gain_is_the_master() {
    let song = song(8);
    let (set, _folder) = rendered(&song);
    let master = with_progress(|p| master(&song, &set, &[], Preset::Streaming.target(), p)).unwrap();
    let stems: Vec<Vec<f32>> = (0..song.tracks.len()).map(|n| stem(&set, n)).collect();
    let mut mixer = Mixer::new(&song, &[]);
    mixer.set_gain(master.gain);
    mixer.seek(0);
    let mut live = vec![0.0; stems[0].len()];
    mixer.process(&stems, &mut live);
    let late = mixer.latency() * 2;
    let off = live[late..].iter().zip(&master.samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-5, "{off}");
}

#[test]
fn exported_stems_add_up_to_the_mix() {
    let song = song(8);
    let (set, folder) = rendered(&song);
    let strips = [Strip { pan: Pan(-0.5), ..Strip::neutral(song.tracks[3].id.clone()) }];
    let out = folder.path().join("export");
    let gain = Db(-20.0);
    let files = with_progress(|p| export_stems(&song, &set, &strips, gain, &out, p)).unwrap();
    assert_eq!(files.len(), song.tracks.len());
    let mut sum = vec![0.0f32; set.frames() as usize * 2];
    for file in files {
        let samples = decode(&file).unwrap();
        assert_eq!(samples.len(), sum.len());
        sum.iter_mut().zip(samples).for_each(|(sum, v)| *sum += v);
    }
    let stems: Vec<Vec<f32>> = (0..song.tracks.len()).map(|n| stem(&set, n)).collect();
    let mut mixer = Mixer::new(&song, &strips);
    mixer.set_gain(gain);
    mixer.seek(0);
    let mut live = vec![0.0; sum.len()];
    mixer.process(&stems, &mut live);
    let late = mixer.latency() * 2;
    let off = live[late..].iter().zip(&sum).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(off < 1e-5, "{off}");
}

#[test]
fn a_song_ends_in_silence() {
    let song = song(8);
    let (stems, _folder) = rendered(&song);
    let master = with_progress(|p| master(&song, &stems, &[], Preset::Streaming.target(), p)).unwrap();
    assert!(peak(&master.samples[master.samples.len() - 400..]) < 1e-3);
    let seconds = master.samples.len() as f64 / 88_200.0;
    assert!((seconds - 4.5).abs() < 0.01, "{seconds}");
}

#[test]
fn a_raised_flag_stops_the_work_at_once_and_leaves_nothing_finished() {
    let song = song(240);
    let folder = tempfile::tempdir().unwrap();
    let sounds = sounds();
    let cancelled = AtomicBool::new(false);
    let furthest = std::sync::Mutex::new(0.0f32);
    let report = |done: f32| {
        let mut furthest = furthest.lock().unwrap();
        *furthest = furthest.max(done);
        cancelled.fetch_or(done > 0.1, Ordering::Relaxed);
    };
    let result = render(&song, &sounds, folder.path(), &Progress { report: &report, cancelled: &cancelled });
    assert!(matches!(result, Err(Error::Cancelled)));
    // In parts of the work: how long the rest of a step takes is the machine's affair.
    let furthest = *furthest.lock().unwrap();
    assert!(furthest < 0.2, "{furthest}");
    assert!(matches!(StemSet::open(folder.path()), Err(Error::Stems(_))));
}

#[test]
fn stems_can_be_opened_again_and_damage_is_seen() {
    let song = song(4);
    let (stems, folder) = rendered(&song);
    assert_eq!(StemSet::open(folder.path()).unwrap(), stems);
    std::fs::write(folder.path().join("01.f32"), [0; 8]).unwrap();
    assert!(matches!(StemSet::open(folder.path()), Err(Error::Stems(_))));
    let nowhere = StemSet::open(Path::new("/nowhere/at/all"));
    assert!(matches!(nowhere, Err(Error::Stems(_))));
}
