use std::ops::Range;

use son1k_support::{clone, voice};

use super::*;
use crate::clean::Declick;

fn declicked(samples: &[f32], spec: Spec) -> (Vec<f32>, u32) {
    let mut declick = Declick::new(spec);
    let mut out = Vec::new();
    // Blocks as a decoder gives them.
    for block in samples.chunks(1_152 * usize::from(spec.channels)) {
        declick.push(block, &mut out);
    }
    declick.finish(&mut out);
    (out, declick.clicks())
}

/// Scatters clicks of 1 to 20 samples over a sound, no two closer together than they are long, and returns where.
fn scratched(sound: &[f32], count: usize) -> (Vec<f32>, Vec<Range<usize>>) {
    let mut dice = Dice(3);
    let mut damaged = sound.to_vec();
    let mut places: Vec<Range<usize>> = Vec::new();
    while places.len() < count {
        let length = 1 + (dice.roll() * 20.0) as usize;
        let start = (dice.roll() * (sound.len() - 200) as f64) as usize + 50;
        let place = start..start + length;
        if places.iter().any(|other| start < other.end + 60 && other.start < place.end + 60) {
            continue;
        }
        let height = (0.1 + 0.5 * dice.roll()) * dice.either().signum();
        for (n, sample) in damaged[place.clone()].iter_mut().enumerate() {
            let shape = (-3.0 * n as f64 / length as f64).exp() * (0.7 + 0.3 * dice.either());
            *sample += (height * shape) as f32;
        }
        places.push(place);
    }
    (damaged, places)
}

fn at<'a>(places: &'a [Range<usize>], sound: &'a [f32]) -> Vec<f32> {
    places.iter().flat_map(|place| sound[place.clone()].iter().copied()).collect()
}

#[test]
fn two_hundred_clicks_on_a_piano_are_found_and_are_gone() {
    let clean = piano(12.0, RATE);
    let (damaged, places) = scratched(&clean, 200);
    let (mended, count) = declicked(&damaged, MONO);
    assert_eq!(mended.len(), clean.len());
    let before = difference(&damaged, &clean);
    let after = difference(&mended, &clean);
    let is_found = |place: &Range<usize>| level(&after[place.clone()]) < 0.3 * level(&before[place.clone()]);
    let mended_places: Vec<Range<usize>> = places.iter().filter(|place| is_found(place)).cloned().collect();
    let found = mended_places.len();
    // What lies on the attack of a note may be the attack, and is left.
    let gained = decibels(level(&at(&mended_places, &before)) / level(&at(&mended_places, &after)));
    assert!(found >= 190, "{found} of 200");
    assert!((190..=210).contains(&count), "{count} repairs");
    assert!(gained >= 20.0, "{gained} dB");
}

#[test]
fn clean_music_is_left_alone() {
    let drums = drums();
    let speech: Vec<f32> = voice::talking(son1k_domain::unit::Seconds(10.0)).into_iter().step_by(2).collect();
    let sounds = [
        ("piano", piano(10.0, RATE)),
        ("noise", noise(10.0, 0.1)),
        ("quiet noise", noise(10.0, 3e-4)),
        ("drums", drums),
        ("voice", speech),
        ("low sawtooth", sawtooth(41.2, 10.0)),
        ("sawtooth", sawtooth(441.7, 10.0)),
        ("silence", vec![0.0; 441_000]),
    ];
    let mut complaints = Vec::new();
    for (name, sound) in &sounds {
        let (mended, count) = declicked(sound, MONO);
        let off = decibels(level(&difference(&mended, sound)) / level(sound).max(1e-9));
        let allowed = sound.len() as f64 / f64::from(RATE) / 10.0;
        if f64::from(count) >= allowed.max(1.0) || off >= -60.0 {
            complaints.push(format!("{name}: {count} repairs, {off:.1} dB"));
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Every drum that the studio has, one after the other and then two at a time, faster.
fn drums() -> Vec<f32> {
    let folder = clone::weights().join("one-shots");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask setup`", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            ["bd_", "drum_", "sn_", "hat_", "perc_", "tabla_"].iter().any(|kind| name.starts_with(kind))
        })
        .collect();
    names.sort();
    assert!(names.len() > 30, "{names:?}");
    let mono = |path: &std::path::PathBuf| -> Vec<f32> {
        let stereo = crate::decode(path).unwrap();
        stereo.chunks_exact(2).map(|frame| 0.5 * (frame[0] + frame[1])).collect()
    };
    let strokes: Vec<Vec<f32>> = names.iter().map(mono).collect();
    let mut sound = vec![0.0; RATE as usize * 60];
    for (step, stroke) in [20_000, 11_025].iter().zip([&strokes, &strokes]) {
        for (number, stroke) in stroke.iter().enumerate() {
            let start = number * step;
            for (sample, stroke) in sound.iter_mut().skip(start).zip(stroke) {
                *sample += 0.5 * stroke;
            }
        }
    }
    sound
}

#[test]
fn every_channel_is_mended_and_a_click_on_both_sides_counts_once() {
    let clean = piano(3.0, 48_000);
    let (damaged, places) = scratched(&clean, 30);
    let both: Vec<f32> = damaged.iter().zip(&clean).flat_map(|(a, b)| [*a, *b, *a]).collect();
    let (mended, count) = declicked(&both, Spec { rate: 48_000, channels: 3 });
    assert_eq!(mended.len(), both.len());
    assert!((27..=30).contains(&count), "{count}");
    let channel = |number: usize| -> Vec<f32> { mended.iter().skip(number).step_by(3).copied().collect() };
    assert_eq!(channel(1), clean);
    assert_eq!(channel(0), channel(2));
    let (before, after) = (difference(&damaged, &clean), difference(&channel(0), &clean));
    let is_found =
        |place: &&Range<usize>| level(&after[(*place).clone()]) < 0.2 * level(&before[(*place).clone()]);
    assert!(places.iter().filter(is_found).count() >= 27);
}

#[test]
fn the_shortest_sounds_come_out_as_long_as_they_went_in() {
    for frames in [0, 1, 2, 39, 41, 2_000, 5_116, 5_117, 9_000] {
        let sound = &piano(0.3, RATE)[..frames.min(13_000)];
        let (out, _) = declicked(sound, MONO);
        assert_eq!(out.len(), sound.len());
    }
}

#[test]
fn a_click_in_silence_becomes_silence() {
    let mut sound = vec![0.0; 30_000];
    sound[12_345..12_350].copy_from_slice(&[0.4, -0.3, 0.2, -0.1, 0.05]);
    let (out, count) = declicked(&sound, MONO);
    assert_eq!(count, 1);
    assert!(out.iter().all(|sample| sample.abs() < 1e-4));
}
