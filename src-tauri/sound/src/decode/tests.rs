//! Against ffmpeg, which reads the same files in its own way.

mod damaged;

use super::*;
use crate::Error;
use std::path::PathBuf;
use std::process::Command;

use son1k_domain::sound::{Codec, Container};

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
    for name in ["a.aiff", "a.m4a", "a.mka", "a.caf", "a.mp3", "a.ogg", "a.opus", "a.webm", "a.wav", "a.flac"]
    {
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
    assert!(matches!(decode(folder.path()), Err(Error::Refused(Refusal::NotAFile))));
    for bytes in [&b""[..], b"not a sound", &[0u8; 100_000], &[0xFF; 5_000], b"RIFF\xff\xff\xff\xffWAVEfmt "]
    {
        std::fs::write(&path, bytes).unwrap();
        assert!(decode(&path).is_err(), "{} bytes", bytes.len());
    }
}

/// A file that ffmpeg writes, and what it is.
struct Kind {
    name: &'static str,
    arguments: &'static [&'static str],
    facts: (Container, Codec, u32, u16, Option<u16>),
    /// How far samples may be from ffmpeg's, and from themselves after a seek.
    off: (f32, f32),
}

const fn kind(
    name: &'static str,
    arguments: &'static [&'static str],
    facts: (Container, Codec, u32, u16, Option<u16>),
    off: (f32, f32),
) -> Kind {
    Kind { name, arguments, facts, off }
}

use Codec as C;
use Container as K;

const KINDS: &[Kind] = &[
    kind("u8.wav", &["-c:a", "pcm_u8"], (K::Wave, C::Pcm, 44_100, 2, Some(8)), (0.0, 0.0)),
    kind("16.wav", &["-c:a", "pcm_s16le", "-ar", "8000"], (K::Wave, C::Pcm, 8_000, 2, Some(16)), (0.0, 0.0)),
    kind(
        "24.wav",
        &["-c:a", "pcm_s24le", "-ar", "384000"],
        (K::Wave, C::Pcm, 384_000, 2, Some(24)),
        (0.0, 0.0),
    ),
    kind("32.wav", &["-c:a", "pcm_s32le", "-ac", "8"], (K::Wave, C::Pcm, 44_100, 8, Some(32)), (0.0, 0.0)),
    kind("f32.wav", &["-c:a", "pcm_f32le", "-ac", "1"], (K::Wave, C::Float, 44_100, 1, Some(32)), (0.0, 0.0)),
    kind("f64.wav", &["-c:a", "pcm_f64le"], (K::Wave, C::Float, 44_100, 2, Some(64)), (0.0, 0.0)),
    kind("alaw.wav", &["-c:a", "pcm_alaw"], (K::Wave, C::ALaw, 44_100, 2, None), (0.0, 0.0)),
    kind("adpcm.wav", &["-c:a", "adpcm_ms"], (K::Wave, C::Adpcm, 44_100, 2, None), (1e-4, 0.0)),
    kind(
        "64.rf64.wav",
        &["-rf64", "always", "-c:a", "pcm_s24le"],
        (K::Rf64, C::Pcm, 44_100, 2, Some(24)),
        (0.0, 0.0),
    ),
    kind(
        "sony.w64",
        &["-c:a", "pcm_s16le", "-ac", "6"],
        (K::Wave64, C::Pcm, 44_100, 6, Some(16)),
        (0.0, 0.0),
    ),
    kind("a.aiff", &["-c:a", "pcm_s24be"], (K::Aiff, C::Pcm, 44_100, 2, Some(24)), (0.0, 0.0)),
    kind("a.aifc", &["-f", "aiff", "-c:a", "pcm_s16le"], (K::Aiff, C::Pcm, 44_100, 2, Some(16)), (0.0, 0.0)),
    kind("a.caf", &["-c:a", "pcm_s16le"], (K::Caf, C::Pcm, 44_100, 2, Some(16)), (0.0, 0.0)),
    kind("a.flac", &["-ac", "6", "-ar", "96000"], (K::Flac, C::Flac, 96_000, 6, Some(16)), (0.0, 0.0)),
    kind("a.mp3", &["-b:a", "192k"], (K::Mpeg, C::Mp3, 44_100, 2, None), (1e-3, 0.0)),
    kind("low.mp3", &["-b:a", "32k", "-ac", "1"], (K::Mpeg, C::Mp3, 44_100, 1, None), (1e-3, 0.0)),
    kind("a.m4a", &["-c:a", "aac"], (K::Mp4, C::Aac, 44_100, 2, None), (1e-2, 1e-2)),
    kind("alac.m4a", &["-c:a", "alac"], (K::Mp4, C::Alac, 44_100, 2, Some(16)), (0.0, 0.0)),
    kind("a.aac", &["-c:a", "aac"], (K::Adts, C::Aac, 44_100, 2, None), (1e-2, 1e-2)),
    kind("a.ogg", &["-c:a", "libvorbis", "-ac", "6"], (K::Ogg, C::Vorbis, 44_100, 6, None), (1e-3, 1e-6)),
    kind("flac.ogg", &["-c:a", "flac"], (K::Ogg, C::Flac, 44_100, 2, Some(16)), (0.0, 0.0)),
    kind("a.opus", &["-c:a", "libopus"], (K::Ogg, C::Opus, 48_000, 2, None), (1e-3, 1e-2)),
    kind("71.opus", &["-c:a", "libopus", "-ac", "8"], (K::Ogg, C::Opus, 48_000, 8, None), (1e-3, 1e-2)),
    kind("a.webm", &["-c:a", "libopus"], (K::Matroska, C::Opus, 48_000, 2, None), (1e-3, 1e-2)),
    kind("v.webm", &["-c:a", "libvorbis"], (K::Matroska, C::Vorbis, 44_100, 2, None), (1e-3, 1e-6)),
    kind("a.mka", &["-c:a", "flac"], (K::Matroska, C::Flac, 44_100, 2, Some(16)), (0.0, 0.0)),
];

/// Three seconds in which every moment and every channel is told from the others.
fn sweep(kind: &Kind, folder: &Path) -> PathBuf {
    let path = folder.join(kind.name);
    let sweep = "aevalsrc=0.4*sin(300*t*t+200*t)|0.3*sin(700*t+500*t*t):s=44100:d=3";
    ffmpeg(&[&["-f", "lavfi", "-i", sweep][..], kind.arguments].concat(), &path);
    path
}

fn theirs(path: &Path) -> Vec<f32> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-f", "f32le", "-c:a", "pcm_f32le", "-"])
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success());
    output.stdout.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn all(reader: &mut Reader) -> Vec<f32> {
    let (mut samples, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        samples.extend_from_slice(&block);
    }
    samples
}

fn farthest(ours: &[f32], theirs: &[f32]) -> f32 {
    ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn facts_are_those_of_the_content_whatever_the_name() {
    let folder = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let named = sweep(kind, folder.path());
        let path = folder.path().join("renamed.txt");
        std::fs::rename(named, &path).unwrap();
        let facts = crate::probe(&path).unwrap_or_else(|error| panic!("{}: {error}", kind.name));
        let seen = (facts.container, facts.codec, facts.rate, facts.channels, facts.bits);
        assert_eq!(seen, kind.facts, "{}", kind.name);
        assert_eq!(facts.bytes, std::fs::metadata(&path).unwrap().len() as f64);
        let seconds = facts.duration.unwrap_or_else(|| panic!("{}: no length", kind.name)).0;
        assert!((seconds - 3.0).abs() < 0.06, "{}: {seconds} s", kind.name);
    }
}

#[test]
fn every_kind_is_heard_as_ffmpeg_hears_it_to_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let path = sweep(kind, folder.path());
        let (ours, theirs) = (all(&mut Reader::open(&path).unwrap()), theirs(&path));
        let off = farthest(&ours, &theirs);
        assert!(off <= kind.off.0, "{}: {off}", kind.name);
        // ffmpeg 5 leaves the end of AAC as it is; Matroska says the end of Opus where symphonia does not look.
        let padded =
            matches!(kind.facts.0, K::Mp4 | K::Matroska) && !matches!(kind.facts.1, C::Flac | C::Alac);
        let slack = if padded { 2_048 } else { 0 };
        let frames = |samples: &[f32]| samples.len() / usize::from(kind.facts.3);
        assert!(
            frames(&ours).abs_diff(frames(&theirs)) <= slack,
            "{}: {} {}",
            kind.name,
            frames(&ours),
            frames(&theirs)
        );
    }
}

#[test]
fn a_place_that_is_gone_to_sounds_as_when_played_up_to() {
    let folder = tempfile::tempdir().unwrap();
    for kind in KINDS {
        let mut reader = Reader::open(&sweep(kind, folder.path())).unwrap();
        let whole = all(&mut reader);
        let channels = usize::from(kind.facts.3);
        let frames = whole.len() / channels;
        for frame in [frames / 2, 0, 1, frames - 1_000, 12_345, frames / 3, 22_222, frames, frames + 5] {
            reader.seek(frame as u64).unwrap();
            assert_eq!(reader.position(), frame as u64);
            let (mut heard, mut block) = (Vec::new(), Vec::new());
            while heard.len() < 3_000 * channels && reader.read(&mut block).unwrap() > 0 {
                heard.extend_from_slice(&block);
            }
            let expected = whole.get(frame * channels..).unwrap_or_default();
            let long = expected.len().min(3_000 * channels);
            assert!(heard.len() >= long, "{} at {frame}: {} of {long}", kind.name, heard.len());
            assert!(heard.len() <= expected.len(), "{} at {frame}: longer than the file", kind.name);
            let off = farthest(&heard, expected);
            assert!(off <= kind.off.1, "{} at {frame}: {off}", kind.name);
        }
        assert!(reader.damage().is_none(), "{}: {:?}", kind.name, reader.damage());
    }
}

#[test]
fn what_lies_in_memory_is_read_as_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = sweep(&KINDS[13], folder.path());
    let mut reader = Reader::in_memory(std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(all(&mut reader), all(&mut Reader::open(&path).unwrap()));
    assert!(matches!(Reader::in_memory(Vec::new()), Err(Error::Refused(Refusal::Empty))));
}

#[test]
fn a_film_without_sound_is_refused_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    ffmpeg(&["-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=5", "-c:v", "mpeg4"], &path);
    assert!(matches!(crate::probe(&path), Err(Error::Refused(Refusal::NoAudioTrack))));
}

#[test]
fn the_sound_of_a_film_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["film.mp4", "film.mkv"] {
        let path = folder.path().join(name);
        let picture = ["-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=5"];
        let sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:v", "mpeg4", "-c:a", "aac"];
        ffmpeg(&[&picture[..], &sound[..]].concat(), &path);
        let samples = all(&mut Reader::open(&path).unwrap());
        assert!(samples.len().abs_diff(44_100) <= 2_048, "{name}: {}", samples.len());
    }
}
