//! Marks in speech, and none where there is none.

use std::path::Path;

use super::*;

const MESSAGE: u32 = 0xC0FF_EE42;
const RATE: u32 = 16_000;

/// Speech of the fixtures: 8.4 s of two voices, after one another.
fn speech() -> Vec<f32> {
    ["english", "spanish"].iter().flat_map(|name| wave(name)).collect()
}

/// Reads a fixture: 16 bits, mono, 16 kHz.
fn wave(name: &str) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/speech");
    let bytes = std::fs::read(folder.join(format!("{name}.wav"))).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data").unwrap() + 8;
    let sample = |pair: &[u8; 2]| f32::from(i16::from_le_bytes(*pair)) / 32_768.0;
    bytes[data..].as_chunks::<2>().0.iter().map(sample).collect()
}

fn marked(sound: &[f32], rate: u32, channels: usize) -> Vec<f32> {
    let mut marker = Marker::new(rate, channels, MESSAGE).unwrap();
    let mut out = Vec::new();
    for part in sound.chunks(channels * 4_801) {
        marker.push(part, &mut out);
    }
    marker.finish(&mut out);
    out
}

fn detect(sound: &[f32], rate: u32, channels: usize) -> Result<Option<Reading>> {
    let mut detector = Detector::new(rate, channels)?;
    sound.chunks(channels * 4_801).for_each(|part| detector.push(part));
    Ok(detector.finish())
}

fn found(sound: &[f32]) -> Option<u32> {
    detect(sound, RATE, 1).unwrap().and_then(|reading| reading.message)
}

fn power(sound: impl Iterator<Item = f32>) -> f64 {
    sound.map(|sample| f64::from(sample).powi(2)).sum()
}

/// Even noise that is the same each time.
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut even = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| even()).collect()
}

#[test]
fn a_mark_in_speech_is_read_and_lies_22_db_below_it() {
    let speech = speech();
    let marked = marked(&speech, RATE, 1);
    assert_eq!(marked.len(), speech.len());
    let reading = detect(&marked, RATE, 1).unwrap().unwrap();
    assert_eq!((reading.message, reading.share), (Some(MESSAGE), 1.0), "{reading:?}");
    let change = power(marked.iter().zip(&speech).map(|(after, before)| after - before));
    let ratio = 10.0 * (power(speech.iter().copied()) / change).log10();
    assert!(ratio > 22.0, "{ratio}");
}

#[test]
fn a_mark_is_read_in_what_is_cut_turned_down_or_turned_over() {
    let marked = marked(&speech(), RATE, 1);
    for (from, to) in [(0.0, 6.0), (1.234, 6.9), (2.7, 8.1)] {
        let cut = |at: f64| (at * f64::from(RATE)) as usize;
        assert_eq!(found(&marked[cut(from)..cut(to)]), Some(MESSAGE), "{from}");
    }
    for gain in [0.05, -1.0, 4.0] {
        let turned: Vec<f32> = marked.iter().map(|sample| gain * sample).collect();
        assert_eq!(found(&turned), Some(MESSAGE), "{gain}");
    }
}

#[test]
fn a_mark_in_17_s_is_read_through_noise_20_db_below_the_voice() {
    let mut marked = marked(&speech().repeat(2), RATE, 1);
    let noise = noise(marked.len(), 1);
    let gain = (power(marked.iter().copied()) / power(noise.iter().copied()) / 100.0).sqrt() as f32;
    marked.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample += gain * noise);
    assert_eq!(found(&marked), Some(MESSAGE));
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let speech = speech();
    let backwards: Vec<f32> = speech.iter().rev().copied().collect();
    assert_eq!(detect(&speech, RATE, 1).unwrap(), None);
    assert_eq!(detect(&backwards, RATE, 1).unwrap(), None);
    for seed in 0..20 {
        assert_eq!(detect(&noise(10 * RATE as usize, seed), RATE, 1).unwrap(), None, "{seed}");
        // The same voice, cut otherwise, is another sound to the grid.
        assert_eq!(detect(&speech[(seed as usize) * 997..], RATE, 1).unwrap(), None, "{seed}");
    }
    for silent in [vec![], vec![0.0; 5], vec![0.0; 80_000], vec![1.0; 80_000]] {
        assert_eq!(detect(&silent, RATE, 1).unwrap(), None);
    }
}

#[test]
fn a_long_sound_is_marked_throughout_and_silence_stays_silent() {
    let speech = speech();
    let long: Vec<f32> = speech.iter().copied().cycle().take(70 * RATE as usize).collect();
    let reading = detect(&marked(&long, RATE, 1), RATE, 1).unwrap().unwrap();
    assert_eq!((reading.message, reading.share), (Some(MESSAGE), 1.0));
    let pause = [speech.clone(), vec![0.0; 2 * RATE as usize], speech.clone()].concat();
    let after = marked(&pause, RATE, 1);
    let within = speech.len() + 400..speech.len() + 2 * RATE as usize - 400;
    assert!(after[within].iter().all(|sample| *sample == 0.0));
}

#[test]
fn both_channels_are_marked_alike() {
    let stereo: Vec<f32> = speech().iter().flat_map(|sample| [*sample, 0.5 * sample]).collect();
    let marked = marked(&stereo, RATE, 2);
    let worst = marked.as_chunks::<2>().0.iter().map(|[left, right]| (0.5 * left - right).abs());
    assert!(worst.fold(0.0, f32::max) < 1e-5);
    assert_eq!(detect(&marked, RATE, 2).unwrap().unwrap().message, Some(MESSAGE));
}

#[test]
fn a_rate_or_channels_that_cannot_be_are_refused() {
    assert_eq!(Marker::new(8_000, 1, 0).err(), Some(Error::Rate(8_000)));
    assert_eq!(Marker::new(RATE, 0, 0).err(), Some(Error::Channels(0)));
    assert_eq!(Detector::new(RATE, 0).err(), Some(Error::Channels(0)));
    assert_eq!(Detector::new(500_000, 1).err(), Some(Error::Rate(500_000)));
    let mut out = Vec::new();
    Marker::new(RATE, 1, 0).unwrap().finish(&mut out);
    assert!(out.is_empty());
}
