use super::*;
use std::process::Command;

fn ffmpeg(arguments: &[&str], out: &Path) {
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y"])
        .args(arguments)
        .arg(out)
        .status()
        .expect("ffmpeg is installed");
    assert!(status.success());
}

fn rms(samples: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = samples.fold((0.0f64, 0u32), |(sum, count), s| (sum + f64::from(s * s), count + 1));
    (sum / f64::from(count)).sqrt() as f32
}

#[test]
fn mono_at_another_rate_becomes_stereo_of_the_same_length_and_level() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mono.wav");
    ffmpeg(&["-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=2"], &path);
    let samples = decode(&path).unwrap();
    assert!((samples.len() as i64 / 2 - 88_200).abs() <= 2, "{}", samples.len());
    assert!(samples.chunks_exact(2).all(|frame| frame[0] == frame[1]));
    let level = rms(samples[20_000..150_000].iter().copied());
    assert!((level - 0.125 / 2f32.sqrt()).abs() < 0.001, "{level}");
}

#[test]
fn surround_is_mixed_down_with_each_side_on_its_side() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("surround.flac");
    let only_left_surround = "aevalsrc=0|0|0|0|0.5*sin(2000*t)|0:c=5.1:s=44100:d=1";
    ffmpeg(&["-f", "lavfi", "-i", only_left_surround], &path);
    let samples = decode(&path).unwrap();
    assert!(rms(samples.iter().step_by(2).copied()) > 0.05);
    assert!(rms(samples.iter().skip(1).step_by(2).copied()) < 1e-4);
}

#[test]
fn every_common_kind_of_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.aiff", "a.m4a", "a.mka", "a.caf", "a.mp3", "a.ogg", "a.wav", "a.flac"] {
        let path = folder.path().join(name);
        let codec: &[&str] = if name == "a.mka" { &["-c:a", "flac"] } else { &[] };
        let source = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=1", "-ac", "2"];
        ffmpeg(&[&source[..], codec].concat(), &path);
        let samples = decode(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!((samples.len() as i64 / 2 - 44_100).abs() < 4_000, "{name}: {}", samples.len());
        assert!(rms(samples.iter().copied()) > 0.05, "{name}");
    }
}

#[test]
fn what_is_no_sound_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.mp3");
    assert!(matches!(decode(&path), Err(Error::Io(_))));
    assert!(matches!(decode(folder.path()), Err(Error::Io(_) | Error::Decode(_))));
    for bytes in [&b""[..], b"not a sound", &[0u8; 100_000], &[0xFF; 5_000], b"RIFF\xff\xff\xff\xffWAVEfmt "]
    {
        std::fs::write(&path, bytes).unwrap();
        assert!(decode(&path).is_err(), "{} bytes", bytes.len());
    }
}

#[test]
fn damaged_files_neither_panic_nor_grow() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.wav", "a.flac", "a.mp3", "a.ogg", "a.m4a"] {
        let whole = folder.path().join(name);
        ffmpeg(&["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=1", "-ac", "2"], &whole);
        let good = std::fs::read(&whole).unwrap();
        for round in 0..40u64 {
            let mut bytes = good.clone();
            let mut state = round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            for _ in 0..1 + round % 20 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let reach = if round % 2 == 0 { 600.min(bytes.len()) } else { bytes.len() };
                let at = (state >> 33) as usize % reach;
                bytes[at] = (state >> 13) as u8;
            }
            if round % 3 == 0 {
                bytes.truncate(bytes.len() * (round as usize + 1) / 41);
            }
            let path = folder.path().join(format!("broken-{name}"));
            std::fs::write(&path, bytes).unwrap();
            if let Ok(samples) = decode(&path) {
                assert!(samples.len() < 2 * 44_100 * 60, "{name} {round}: {}", samples.len());
            }
        }
    }
}
