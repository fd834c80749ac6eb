//! Songs that are put together here, so that both parts are known.

use std::sync::atomic::AtomicBool;

use son1k_domain::unit::{Db, Seconds};
use son1k_support::{tone, voice};

use super::*;
use crate::Runtime;
use crate::sessions::weights;

const LENGTH: Seconds = Seconds(12.0);

fn parted(song: &[f32]) -> Stems {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let model = weights("spleeter-2stems/spleeter-2stems.onnx");
    split(&Sessions::new(runtime, 512 << 20), &model, song.to_vec(), &quiet).unwrap()
}

/// Broken chords of plucked notes, two seconds each, on both sides.
fn chords(seconds: f64) -> Vec<f32> {
    const CHORDS: [[f32; 4]; 4] = [
        [130.8, 261.6, 329.6, 392.0],
        [110.0, 220.0, 261.6, 329.6],
        [87.3, 174.6, 220.0, 261.6],
        [98.0, 196.0, 246.9, 293.7],
    ];
    let sample = |n: usize| {
        let t = (n % 88_200) as f32 / 44_100.0;
        let note = |hz: &f32| {
            (1..8)
                .map(|k| (std::f32::consts::TAU * hz * k as f32 * t).sin() / (k as f32).powf(1.5))
                .sum::<f32>()
        };
        0.05 * (-1.5 * t).exp() * CHORDS[n / 88_200 % 4].iter().map(note).sum::<f32>()
    };
    (0..(seconds * 44_100.0) as usize).flat_map(|n| [sample(n); 2]).collect()
}

fn energy(samples: impl Iterator<Item = f32>) -> f64 {
    samples.map(|sample| f64::from(sample * sample)).sum::<f64>() + 1e-9
}

fn ratio(one: f64, other: f64) -> f64 {
    10.0 * (one / other).log10()
}

/// Signal to distortion ratio in dB.
fn sdr(heard: &[f32], truth: &[f32]) -> f64 {
    ratio(energy(truth.iter().copied()), energy(heard.iter().zip(truth).map(|(a, b)| a - b)))
}

fn mixed(voice: &[f32], backing: &[f32]) -> Vec<f32> {
    voice.iter().zip(backing).map(|(voice, backing)| voice + backing).collect()
}

#[test]
fn a_voice_and_chords_are_told_apart() {
    let voice = voice::talking(LENGTH);
    let plain = chords(LENGTH.0);
    let gain = (energy(voice.iter().copied()) / energy(plain.iter().copied())).sqrt() as f32;
    let backing: Vec<f32> = plain.iter().map(|sample| sample * gain).collect();
    let song = mixed(&voice, &backing);
    let stems = parted(&song);
    let (vocals, rest) = (sdr(&stems.vocals, &voice), sdr(&stems.backing, &backing));
    println!("SDR of the vocals {:.1} to {vocals:.1} dB, of the backing {rest:.1} dB", sdr(&song, &voice));
    assert!(vocals > 9.0, "vocals {vocals} dB");
    assert!(rest > 9.0, "backing {rest} dB");
}

#[test]
fn one_part_alone_stays_whole() {
    let (voice, backing) = (voice::talking(LENGTH), chords(LENGTH.0));
    let leak = |part: &[f32], song: &[f32]| ratio(energy(part.iter().copied()), energy(song.iter().copied()));
    let (in_backing, in_vocals) =
        (leak(&parted(&voice).backing, &voice), leak(&parted(&backing).vocals, &backing));
    println!("a voice alone leaks {in_backing:.1} dB, chords alone {in_vocals:.1} dB");
    assert!(in_backing < -15.0, "{in_backing} dB");
    assert!(in_vocals < -15.0, "{in_vocals} dB");
}

#[test]
fn the_parts_sum_to_the_song() {
    // Longer than a run of the nets, with something above what they hear, and different on both sides.
    let noise = tone::noise(3, Db(-20.0), Seconds(15.3));
    let voice = voice::talking(Seconds(15.3));
    let song: Vec<f32> =
        (0..noise.len()).map(|n| if n % 2 == 0 { voice[n] + 0.3 * noise[n] } else { noise[n] }).collect();
    let stems = parted(&song);
    assert_eq!((stems.vocals.len(), stems.backing.len()), (song.len(), song.len()));
    let sum = mixed(&stems.vocals, &stems.backing);
    assert!(sum.iter().zip(&song).all(|(sum, sample)| (sum - sample).abs() < 1e-6));
}

#[test]
fn sounds_of_any_kind_and_length_keep_their_length() {
    for samples in [0, 2, 4_000] {
        let stems = parted(&vec![0.1; samples]);
        assert_eq!((stems.vocals.len(), stems.backing.len()), (samples, samples));
    }
    let stems = parted(&[f32::NAN, 0.5].repeat(10_000));
    assert!(stems.vocals.iter().chain(&stems.backing).all(|sample| sample.is_finite()));
    let silence = parted(&vec![0.0; 88_200]);
    assert!(silence.vocals.iter().chain(&silence.backing).all(|sample| *sample == 0.0));
}
