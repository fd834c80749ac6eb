//! Notes that were played here.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::Runtime;
use crate::sessions::weights;

fn heard(stereo: &[f32]) -> Vec<HeardNote> {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let model = weights("basic-pitch/basic-pitch.onnx");
    notes(&Sessions::new(runtime, 256 << 20), &model, stereo, Settings::default(), &quiet).unwrap()
}

/// Plucked notes: key, start and length in seconds.
fn played(notes: &[(u8, f64, f64)], seconds: f64) -> Vec<f32> {
    let mut mono = vec![0.0_f32; (seconds * 44_100.0) as usize];
    for &(key, start, length) in notes {
        let hz = 440.0 * 2_f64.powf((f64::from(key) - 69.0) / 12.0);
        let (start, length) = ((start * 44_100.0) as usize, (length * 44_100.0) as usize);
        for (n, sample) in mono[start..].iter_mut().take(length).enumerate() {
            let t = n as f64 / 44_100.0;
            let tone: f64 = (1..5)
                .map(|k| (std::f64::consts::TAU * hz * f64::from(k) * t).sin() / f64::from(k * k * k))
                .sum();
            let left = (length - n) as f64 / 44_100.0;
            *sample += (0.2 * tone * (-1.2 * t).exp() * (t / 0.005).min(1.0) * (left / 0.02).min(1.0)) as f32;
        }
    }
    mono.into_iter().flat_map(|sample| [sample; 2]).collect()
}

#[test]
fn a_chord_is_heard_as_its_three_notes() {
    let notes = heard(&played(&[(60, 0.5, 1.5), (64, 0.5, 1.5), (67, 0.5, 1.5)], 2.5));
    let mut pitches: Vec<u8> = notes.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    assert_eq!(pitches, [60, 64, 67], "{notes:?}");
    assert!(notes.iter().all(|note| (note.start.0 - 0.5).abs() < 0.03), "{notes:?}");
    assert!(notes.iter().all(|note| note.length.0 > 0.8), "{notes:?}");
}

#[test]
fn a_scale_is_heard_note_by_note_and_in_time() {
    const SCALE: [u8; 8] = [60, 62, 64, 65, 67, 69, 71, 72];
    // Longer than a run of the net, so that notes lie across the seams.
    let scale: Vec<_> = (0..24).map(|n| (SCALE[n % 8], 0.3 + 0.35 * n as f64, 0.33)).collect();
    let notes = heard(&played(&scale, 9.0));
    assert_eq!(notes.len(), scale.len(), "{notes:?}");
    let mut worst = (0.0_f64, 0.0_f64);
    for (note, (key, start, length)) in notes.iter().zip(&scale) {
        assert_eq!(note.pitch, *key);
        worst.0 = worst.0.max((note.start.0 - start).abs());
        worst.1 = worst.1.max((note.length.0 - length).abs());
    }
    println!("starts within {:.0} ms, lengths within {:.0} ms", worst.0 * 1e3, worst.1 * 1e3);
    assert!(worst.0 < 0.03, "a start is {} s off", worst.0);
    assert!(worst.1 < 0.15, "a length is {} s off", worst.1);
}

#[test]
fn a_soft_note_has_a_lower_velocity_than_a_loud_one() {
    let mut stereo = played(&[(60, 0.2, 0.8), (67, 1.5, 0.8)], 2.5);
    stereo[..2 * 55_000].iter_mut().for_each(|sample| *sample *= 0.1);
    let notes = heard(&stereo);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes.iter().all(|note| (1..=127).contains(&note.velocity)));
}

#[test]
fn sounds_without_notes_give_none() {
    assert!(heard(&[]).is_empty() && heard(&[0.0; 2]).is_empty() && heard(&vec![0.0; 200_000]).is_empty());
    assert!(heard(&[f32::NAN, 0.0].repeat(20_000)).is_empty());
}
