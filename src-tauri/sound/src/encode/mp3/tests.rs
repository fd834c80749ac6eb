use std::io::Cursor;
use std::process::Command;

use super::lame::Lame;
use super::*;
use crate::Reader;

static GO: AtomicBool = AtomicBool::new(false);

/// A chord with struck notes and noise, and a rest in it where encoders meet; not the same on both sides.
fn music(rate: u32, channels: u8, seconds: u32) -> Vec<f32> {
    let mut state = 7u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / u32::MAX as f32 - 0.5
    };
    let mut samples = Vec::new();
    for frame in 0..rate * seconds + 17 {
        let time = frame as f32 / rate as f32;
        let turn = time.fract() * std::f32::consts::TAU;
        let struck = (-8.0 * (2.0 * time).fract()).exp();
        let sounding = if (59.0..62.0).contains(&time) { 0.0 } else { 1.0 };
        for channel in 0..channels {
            let chord =
                (220.0 * turn).sin() + (277.0 * turn).sin() + f32::from(channel) * (330.0 * turn).sin();
            samples.push(sounding * (0.1 * chord + 0.4 * struck * noise() + 0.02 * noise()));
        }
    }
    samples
}

/// The file that one encoder makes of it all, and the one that the relay does.
fn both(shape: Shape, samples: &[f32]) -> (Vec<u8>, Vec<u8>) {
    let mut lame = Lame::start(shape).unwrap();
    samples.chunks(10_000 * usize::from(shape.channels)).for_each(|part| lame.write(part).unwrap());
    let (mut alone, frames) = lame.finish().unwrap();
    alone.extend(frames);
    (alone, relayed(shape, samples, None))
}

fn relayed(shape: Shape, samples: &[f32], at_once: Option<usize>) -> Vec<u8> {
    let spec = Spec { rate: shape.rate, channels: shape.channels };
    let mut file = Cursor::new(Vec::new());
    let mut mp3 = Box::new(Mp3::start(&mut file, spec, shape.kbps, &SongTags::default(), &GO).unwrap());
    if let Some(at_once) = at_once {
        mp3.relay.at_once = at_once;
    }
    samples.chunks(9_998).for_each(|part| mp3.write(part).unwrap());
    let start = mp3.start as usize;
    mp3.finish().unwrap();
    file.into_inner().split_off(start)
}

fn heard(bytes: &[u8]) -> Vec<f32> {
    let mut reader = Reader::in_memory(bytes.to_vec()).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        all.extend_from_slice(&block);
    }
    all
}

/// The noise in a stretch of a file, in dB of full scale.
fn noise(original: &[f32], coded: &[f32]) -> f32 {
    let sum: f32 = original.iter().zip(coded).map(|(original, coded)| (original - coded).powi(2)).sum();
    10.0 * (sum / original.len() as f32 + 1e-10).log10()
}

const SHAPES: [Shape; 5] = [
    Shape { rate: 44_100, channels: 2, kbps: 192 },
    Shape { rate: 48_000, channels: 2, kbps: 320 },
    Shape { rate: 44_100, channels: 1, kbps: 64 },
    Shape { rate: 22_050, channels: 2, kbps: 96 },
    Shape { rate: 11_025, channels: 1, kbps: 32 },
];

#[test]
fn where_encoders_meet_it_sounds_as_if_there_had_been_one() {
    for shape in [SHAPES[0], SHAPES[3]] {
        let samples = music(shape.rate, shape.channels, 65);
        let (alone, together) = both(shape, &samples);
        assert_eq!(together.len(), alone.len(), "{shape:?}");
        let (alone, together) = (heard(&alone), heard(&together));
        assert_eq!((together.len(), alone.len()), (samples.len(), samples.len()), "{shape:?}");
        let second = usize::from(shape.channels) * shape.rate as usize;
        for (length, more) in [(second, 1.5), (second / 20, 6.0)] {
            for from in (0..samples.len() - length).step_by(length) {
                let part = |all: &[f32]| noise(&samples[from..from + length], &all[from..from + length]);
                let (one, many) = (part(&alone), part(&together));
                assert!(many < one + more, "{shape:?}, {length} from {from}: {many} dB, alone {one} dB");
            }
        }
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_machine() {
    let shape = SHAPES[0];
    let samples = music(shape.rate, shape.channels, 65);
    assert!(relayed(shape, &samples, Some(0)) == relayed(shape, &samples, Some(8)));
}

#[test]
fn others_read_it_to_its_last_sample() {
    for shape in SHAPES {
        let samples = music(shape.rate, shape.channels, 70);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("song.mp3");
        std::fs::write(&path, relayed(shape, &samples, None)).unwrap();
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "warning", "-err_detect", "explode", "-i"]).arg(&path).args(["-f", "f32le", "-"]);
        let told = ffmpeg.output().expect("ffmpeg is installed");
        assert!(told.stderr.is_empty(), "{shape:?}: {}", String::from_utf8_lossy(&told.stderr));
        assert_eq!(told.stdout.len(), samples.len() * 4, "{shape:?}");
    }
}

#[test]
fn the_tag_says_what_lame_would_say_of_the_whole() {
    for shape in SHAPES {
        let (alone, together) = both(shape, &music(shape.rate, shape.channels, 62));
        let head = shape.head();
        assert_eq!(together[..head + 16], alone[..head + 16], "{shape:?}: frames and bytes");
        let places = head + 16..head + 116;
        let far = together[places.clone()].iter().zip(&alone[places]).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(far <= Some(1), "{shape:?}: {far:?}");
        assert_eq!(
            together[head + 116..head + 152],
            alone[head + 116..head + 152],
            "{shape:?}: padding and the rest"
        );
    }
}

#[test]
fn a_sound_shorter_than_a_leg_is_as_lame_makes_it() {
    for shape in SHAPES {
        let (alone, together) = both(shape, &music(shape.rate, shape.channels, 5));
        assert_eq!(heard(&together), heard(&alone), "{shape:?}");
    }
}

#[test]
fn who_waits_for_encoders_can_be_called_away() {
    let stop = AtomicBool::new(true);
    let shape = SHAPES[0];
    let mut relay = Relay::new(Music::new(Vec::new()), shape, &stop);
    relay.write(&music(shape.rate, shape.channels, 20)).unwrap();
    assert!(matches!(relay.finish(), Err(Error::Cancelled)));
}

#[test]
fn every_bit_rate_leaves_the_level_as_it_is() {
    let tone: Vec<f32> = (0..88_200).map(|frame| 0.5 * (frame as f32 * 0.05).sin()).collect();
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    for kbps in [32, 64, 96, 128, 160, 192, 224, 256, 320] {
        let shape = Shape::new(44_100, 1, kbps);
        let change = 10.0 * (power(&heard(&relayed(shape, &tone, None))) / power(&tone)).log10();
        assert!(change.abs() < 0.03, "{kbps} kbit/s: {change} dB");
    }
}
