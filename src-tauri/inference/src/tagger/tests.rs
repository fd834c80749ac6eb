//! The models heard on sounds whose nature nobody doubts.

use super::*;
use crate::Runtime;
use crate::sessions::weights;

fn hear(stereo: &[f32]) -> Vec<Tag> {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    let sessions = Sessions::new(runtime, 256 << 20);
    let (msd, mtt) = (weights("musicnn-msd/musicnn-msd.onnx"), weights("musicnn-mtt/musicnn-mtt.onnx"));
    tags(&sessions, Models { msd: &msd, mtt: &mtt }, stereo).unwrap()
}

/// Plucked notes with the overtones of a string, `seconds` long, in stereo.
fn plucked(seconds: usize) -> Vec<f32> {
    let notes = [196.0, 246.9, 293.7, 392.0, 293.7, 246.9];
    let sample = |n: usize| {
        let (note, within) = (n / 13_230, n % 13_230);
        let (hz, t) = (notes[note % notes.len()], within as f32 / 44_100.0);
        let partial = |k: i32| {
            let k = k as f32;
            (std::f32::consts::TAU * hz * k * t).sin() * (-t * (4.0 + 2.0 * k)).exp() / k
        };
        0.3 * (1..12).map(partial).sum::<f32>()
    };
    (0..seconds * 44_100).flat_map(|n| [sample(n); 2]).collect()
}

#[test]
fn a_plucked_string_is_heard_as_one() {
    let tags = hear(&plucked(12));
    let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert!(
        tags.is_sorted_by(|a, b| a.score >= b.score) && tags.iter().all(|tag| tag.score >= THRESHOLD),
        "{tags:?}"
    );
    assert!(names.contains(&"guitar"), "{tags:?}");
    assert!(!names.contains(&"metal"), "{tags:?}");
}

#[test]
fn the_same_song_gives_the_same_tags() {
    assert_eq!(hear(&plucked(4)), hear(&plucked(4)));
}

#[test]
fn a_song_of_any_length_gives_whole_patches() {
    let patch = PATCH_FRAMES * MELS;
    for (seconds, count) in [(1, 1), (3, 1), (7, 2), (60, 10)] {
        assert_eq!(patches(&plucked(seconds)).len(), count * patch, "{seconds} s");
    }
    assert_eq!(patches(&[0.1, 0.1]).len(), patch);
    assert!(patches(&[]).is_empty());
}

#[test]
fn nothing_and_silence_and_noise_are_answered() {
    assert!(hear(&[]).is_empty());
    assert!(hear(&vec![0.0; 44_100]).iter().all(|tag| tag.score.is_finite()));
    let clipped: Vec<f32> =
        (0..88_200_u32).map(|n| if n.wrapping_mul(2_654_435_761) >> 31 == 0 { -1.0 } else { 1.0 }).collect();
    assert!(hear(&clipped).iter().all(|tag| (0.0..=1.0).contains(&tag.score)));
}

#[test]
fn labels_that_mean_the_same_are_joined_under_their_highest_score() {
    let heard = [("female vocalists", 0.2), ("woman", 0.4), ("Mellow", 0.3), ("no voice", 0.05)];
    let tags = best(heard.iter().map(|(label, score)| (label, score)));
    let expected =
        [("female vocals", 0.4), ("mellow", 0.3)].map(|(name, score)| Tag { name: name.into(), score });
    assert_eq!(tags, expected);
}
