use super::*;
use crate::decode::decode;
use son1k_domain::encoding::Depth;
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::unit::Bpm;
use std::io::{Cursor, ErrorKind, SeekFrom};
use std::process::Command;
use std::sync::atomic::AtomicBool;

const WAV: Encoding = Encoding::Wav { depth: Depth::Int24 };
const FLAC: Encoding = Encoding::Flac { depth: Depth::Int24 };

/// Formats with the most that their sound may differ, in dB below its own level.
const FORMATS: [(Encoding, f32); 9] = [
    (WAV, -120.0),
    (Encoding::Wav { depth: Depth::Int16 }, -80.0),
    (Encoding::Wav { depth: Depth::Float32 }, -1_000.0),
    (Encoding::Aiff { depth: Depth::Int24 }, -120.0),
    (Encoding::Aiff { depth: Depth::Float32 }, -1_000.0),
    (FLAC, -120.0),
    (Encoding::Mp3 { kbps: 192 }, -30.0),
    (Encoding::Mp3 { kbps: 320 }, -30.0),
    (Encoding::Vorbis { quality: 7 }, -20.0),
];

static GO: AtomicBool = AtomicBool::new(false);

fn quietly() -> Progress<'static> {
    Progress { report: &|_| {}, cancelled: &GO }
}

fn tags() -> SongTags {
    SongTags {
        title: "Canción nº 1".into(),
        artist: "Ana".into(),
        comment: "seed 7".into(),
        bpm: Some(Bpm(95.0)),
        key: Some(Key { tonic: PitchClass(9), mode: Mode::Minor }),
    }
}

/// A chord that is not the same on both sides, of an odd number of frames.
fn song() -> Vec<f32> {
    (0..3 * 44_100 + 17)
        .flat_map(|frame| {
            let t = frame as f32 / 44_100.0 * std::f32::consts::TAU;
            [0.4 * (220.0 * t).sin() + 0.2 * (1_760.0 * t).sin(), 0.5 * (330.0 * t).sin()]
        })
        .collect()
}

/// Returns the loudest difference in dB below the song's own level.
fn difference(a: &[f32], b: &[f32]) -> f32 {
    let power = |samples: &mut dyn Iterator<Item = f32>| samples.map(|s| f64::from(s * s)).sum::<f64>();
    let noise = power(&mut a.iter().zip(b).map(|(a, b)| a - b));
    (10.0 * (noise / power(&mut a.iter().copied())).log10()) as f32
}

#[test]
fn every_format_comes_back_aligned_to_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let song = song();
    for (format, limit) in FORMATS {
        let path = folder.path().join(format!("{format:?}.{}", format.extension()));
        encode(&song, format, &path, &tags(), &quietly()).unwrap();
        let back = decode(&path).unwrap();
        assert_eq!(back.len(), song.len(), "{format:?}");
        let difference = difference(&song, &back);
        assert!(difference < limit, "{format:?}: {difference} dB");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        FORMATS.len(),
        "nothing unfinished is left"
    );
}

#[test]
fn ffprobe_reads_length_rate_and_tags_of_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let song = song();
    for (format, _) in FORMATS {
        let path = folder.path().join(format!("{format:?}.{}", format.extension()));
        encode(&song, format, &path, &tags(), &quietly()).unwrap();
        let output = Command::new("ffprobe")
            .args(["-v", "error", "-show_format", "-show_streams", "-of", "json"])
            .arg(&path)
            .output()
            .expect("ffprobe is installed");
        assert!(output.stderr.is_empty(), "{format:?}: {}", String::from_utf8_lossy(&output.stderr));
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let duration: f64 = told["format"]["duration"].as_str().unwrap().parse().unwrap();
        // ffprobe counts the padding of an MP3, up to two of its frames; decoders take it off, see below.
        let slack = if format.extension() == "mp3" { 2.0 * 1_152.0 / 44_100.0 } else { 0.001 };
        let length = song.len() as f64 / 88_200.0;
        assert!((duration - length).abs() < slack, "{format:?}: {duration}");
        assert_eq!(told["streams"][0]["sample_rate"], "44100");
        assert_eq!(told["streams"][0]["channels"], 2);
        let said = format!("{}{}", told["format"]["tags"], told["streams"][0]["tags"]).to_lowercase();
        // ffprobe knows only the INFO list of a WAV, which has no place for tempo and key; those are in its ID3 block.
        let texts = if format.extension() == "wav" { 3 } else { 5 };
        for text in ["canción nº 1", "ana", "seed 7", "95", "\"am\""].into_iter().take(texts) {
            assert!(said.contains(text), "{format:?} has no {text}: {said}");
        }
        let bits = told["streams"][0]["bits_per_raw_sample"].as_str();
        if [WAV, FLAC].contains(&format) {
            assert_eq!(bits, Some("24"), "{format:?}");
        }
        let rate: u32 = told["format"]["bit_rate"].as_str().unwrap().parse().unwrap();
        match format {
            Encoding::Mp3 { kbps: 192 } => assert!((190_000..205_000).contains(&rate), "{rate}"),
            Encoding::Mp3 { kbps: 320 } => assert!((315_000..335_000).contains(&rate), "{rate}"),
            _ => {}
        }
    }
}

#[test]
fn ffmpeg_decodes_the_same_number_of_samples() {
    let folder = tempfile::tempdir().unwrap();
    let song = song();
    for (format, _) in FORMATS {
        let path = folder.path().join(format!("{format:?}.{}", format.extension()));
        encode(&song, format, &path, &tags(), &quietly()).unwrap();
        let output = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(&path)
            .args(["-f", "f32le", "-"])
            .output()
            .expect("ffmpeg is installed");
        assert!(output.stderr.is_empty(), "{format:?}: {}", String::from_utf8_lossy(&output.stderr));
        let frames = (output.stdout.len() / 8) as i64;
        assert!((frames - song.len() as i64 / 2).abs() <= 1, "{format:?}: {frames}");
    }
}

#[test]
fn the_same_samples_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let song = song();
    for (format, _) in FORMATS {
        let paths = ["a", "b"].map(|name| folder.path().join(name));
        for path in &paths {
            encode(&song, format, path, &tags(), &quietly()).unwrap();
        }
        assert_eq!(std::fs::read(&paths[0]).unwrap(), std::fs::read(&paths[1]).unwrap(), "{format:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_keeps_its_kind_of_error() {
    let path = Path::new("/nowhere/at/all/song.wav");
    match encode(&song(), WAV, path, &tags(), &quietly()) {
        Err(Error::Io(io)) => assert_eq!(io.kind(), ErrorKind::NotFound),
        other => panic!("{other:?}"),
    }
}

/// A file on a disk that is almost full.
struct AlmostFull(Cursor<Vec<u8>>);

impl Write for AlmostFull {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.position() as usize + bytes.len() > 30_000 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Seek for AlmostFull {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_full_disk_keeps_its_kind_of_error_in_every_format() {
    for (format, _) in FORMATS {
        let file = AlmostFull(Cursor::new(Vec::new()));
        let written = sink(file, Spec::SONG, format, &tags(), &GO).and_then(|mut sink| {
            song().chunks(CHUNK).try_for_each(|part| sink.write(part))?;
            sink.finish()
        });
        match written {
            Err(Error::Io(io)) => assert_eq!(io.kind(), ErrorKind::StorageFull, "{format:?}"),
            other => panic!("{format:?}: {other:?}"),
        }
    }
}

#[test]
fn a_cancelled_export_leaves_nothing_behind_and_the_old_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.flac");
    std::fs::write(&path, "the old one").unwrap();
    let cancelled = AtomicBool::new(false);
    let stop_in_the_middle = |done: f32| cancelled.store(done > 0.5, std::sync::atomic::Ordering::Relaxed);
    let progress = Progress { report: &stop_in_the_middle, cancelled: &cancelled };
    assert!(matches!(encode(&song(), FLAC, &path, &tags(), &progress), Err(Error::Cancelled)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "the old one");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_song_is_written_or_refused_but_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    for (format, _) in FORMATS {
        let written = encode(&[], format, &folder.path().join("empty"), &SongTags::default(), &quietly());
        assert!(written.is_ok() || matches!(written, Err(Error::Encode(_))), "{format:?}: {written:?}");
    }
    assert!(encode(&[0.0; 3], WAV, &folder.path().join("odd"), &tags(), &quietly()).is_err());
}

/// Decodes with ffmpeg and returns the samples as they are, and what `ffprobe` says of the stream.
fn by_ffmpeg(path: &Path) -> (Vec<f32>, serde_json::Value) {
    let ask = |program: &str, arguments: &[&str], after: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .arg(path)
            .args(after)
            .output()
            .expect("ffmpeg is installed");
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let told = ask("ffprobe", &["-v", "error", "-show_streams", "-of", "json"], &[]);
    let bytes = ask("ffmpeg", &["-v", "error", "-i"], &["-f", "f32le", "-"]);
    let samples = bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    (samples, serde_json::from_slice(&told).unwrap())
}

fn written(spec: Spec, encoding: Encoding, samples: &[f32], path: &Path) -> Result<()> {
    let mut writer = Writer::create(path, spec, encoding, &tags(), &GO)?;
    samples.chunks(usize::from(spec.channels) * 1_000).try_for_each(|part| writer.write(part))?;
    writer.finish()
}

#[test]
fn opus_comes_back_from_ffmpeg_with_its_length_and_its_sound() {
    let folder = tempfile::tempdir().unwrap();
    let samples = song();
    for frames in [1, 959, 960, 50_000] {
        let path = folder.path().join("song.opus");
        let samples = &samples[..frames * 2];
        written(Spec { rate: 48_000, channels: 2 }, Encoding::Opus { kbps: 160 }, samples, &path).unwrap();
        let (back, told) = by_ffmpeg(&path);
        assert_eq!(back.len(), samples.len(), "{told}");
        assert_eq!(told["streams"][0]["codec_name"], "opus");
        if frames > 10_000 {
            assert!(difference(samples, &back) < -15.0, "{}", difference(samples, &back));
        }
    }
}

#[test]
fn other_rates_and_channels_are_kept_where_the_format_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let lossless = [WAV, Encoding::Aiff { depth: Depth::Int16 }, FLAC];
    for (rate, channels) in [(8_000, 1), (96_000, 2), (192_000, 2), (48_000, 6)] {
        let spec = Spec { rate, channels };
        let samples: Vec<f32> =
            (0..usize::from(channels) * 5_000).map(|n| (n as f32 * 0.01).sin() * 0.5).collect();
        for encoding in lossless {
            let path = folder.path().join("sound");
            written(spec, encoding, &samples, &path).unwrap();
            let (back, told) = by_ffmpeg(&path);
            let stream = &told["streams"][0];
            assert_eq!(stream["sample_rate"], rate.to_string(), "{encoding:?}");
            assert_eq!(stream["channels"], channels, "{encoding:?}");
            assert!(
                difference(&samples, &back) < -80.0 && back.len() == samples.len(),
                "{encoding:?} {spec:?}"
            );
        }
    }
    let surround = Spec { rate: 48_000, channels: 6 };
    for encoding in [Encoding::Mp3 { kbps: 192 }, Encoding::Opus { kbps: 160 }] {
        let refused = written(surround, encoding, &[0.0; 6], &folder.path().join("refused"));
        assert!(matches!(refused, Err(Error::Encode(_))), "{encoding:?}");
    }
    let odd = Spec { rate: 96_000, channels: 2 };
    assert!(written(odd, Encoding::Mp3 { kbps: 192 }, &[0.0; 2], &folder.path().join("refused")).is_err());
}

#[test]
fn a_file_that_is_looked_at_and_not_kept_does_not_appear() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.wav");
    let mut writer = Writer::create(&path, Spec::SONG, WAV, &tags(), &GO).unwrap();
    writer.write(&[0.0; 200]).unwrap();
    let unfinished = writer.close().unwrap();
    assert_eq!(decode(unfinished.path()).unwrap().len(), 200);
    drop(unfinished);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
