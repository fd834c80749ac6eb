use super::*;
use crate::decode::decode;
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::unit::Bpm;
use std::io::{Cursor, ErrorKind, SeekFrom};
use std::process::Command;
use std::sync::atomic::AtomicBool;

const FORMATS: [ExportFormat; 5] =
    [ExportFormat::Wav, ExportFormat::Flac, ExportFormat::Mp3192, ExportFormat::Mp3320, ExportFormat::Ogg];

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
    for (format, limit) in FORMATS.into_iter().zip([-120.0, -120.0, -30.0, -30.0, -20.0]) {
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
    for format in FORMATS {
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
        let texts = if format == ExportFormat::Wav { 3 } else { 5 };
        for text in ["canción nº 1", "ana", "seed 7", "95", "\"am\""].into_iter().take(texts) {
            assert!(said.contains(text), "{format:?} has no {text}: {said}");
        }
        let bits = told["streams"][0]["bits_per_raw_sample"].as_str();
        if matches!(format, ExportFormat::Flac | ExportFormat::Wav) {
            assert_eq!(bits, Some("24"), "{format:?}");
        }
        let rate: u32 = told["format"]["bit_rate"].as_str().unwrap().parse().unwrap();
        match format {
            ExportFormat::Mp3192 => assert!((190_000..205_000).contains(&rate), "{rate}"),
            ExportFormat::Mp3320 => assert!((315_000..335_000).contains(&rate), "{rate}"),
            _ => {}
        }
    }
}

#[test]
fn ffmpeg_decodes_the_same_number_of_samples() {
    let folder = tempfile::tempdir().unwrap();
    let song = song();
    for format in FORMATS {
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
    for format in FORMATS {
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
    match encode(&song(), ExportFormat::Wav, path, &tags(), &quietly()) {
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
    for format in FORMATS {
        let mut file = AlmostFull(Cursor::new(Vec::new()));
        match write(&song(), format, &mut file, &tags(), &quietly()) {
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
    assert!(matches!(encode(&song(), ExportFormat::Flac, &path, &tags(), &progress), Err(Error::Cancelled)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "the old one");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn an_empty_song_is_written_or_refused_but_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let written = encode(&[], format, &folder.path().join("empty"), &SongTags::default(), &quietly());
        assert!(written.is_ok() || matches!(written, Err(Error::Encode(_))), "{format:?}: {written:?}");
    }
    assert!(encode(&[0.0; 3], ExportFormat::Wav, &folder.path().join("odd"), &tags(), &quietly()).is_err());
}
