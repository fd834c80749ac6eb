use super::*;
use son1k_sound::Reader;
use std::path::PathBuf;

fn create(folder: &Path, name: &str) -> (PathBuf, File) {
    let path = folder.join(name);
    let file = File::create_new(&path).unwrap();
    (path, file)
}

/// Numbered frames: each sample is its own number, counted in steps of 24 bits.
fn numbered(frames: std::ops::Range<u64>, channels: u16) -> Vec<f32> {
    let first = frames.start * u64::from(channels);
    (first..frames.end * u64::from(channels)).map(|n| n as f32 / FULL_SCALE).collect()
}

/// Reads a file with the studio's own reader: its samples as numbers.
fn read(mut reader: Reader) -> Vec<i32> {
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        all.extend(block.iter().map(|sample| (sample * FULL_SCALE) as i32));
    }
    assert!(reader.damage().lost.is_none(), "{:?}", reader.damage());
    all
}

fn counts(samples: u64) -> Vec<i32> {
    (0..samples as i32).collect()
}

#[test]
fn the_file_is_valid_after_every_step_and_holds_each_sample_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for channels in [1, 2, 3, 8] {
        let shape = Shape { rate: 48_000, channels };
        let (path, file) = create(folder.path(), &format!("{channels}.wav"));
        let mut wave = WaveFile::start(file, shape).unwrap();
        for step in 0..5 {
            wave.append(&numbered(step * 101..(step + 1) * 101, channels)).unwrap();
            let reader = Reader::open(&path).unwrap();
            assert_eq!((reader.facts().rate, reader.facts().channels), (48_000, channels));
            assert_eq!(reader.facts().bits, Some(24));
            assert_eq!(read(reader), counts((step + 1) * 101 * u64::from(channels)));
        }
        wave.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len() % 2, 0);
        assert_eq!(u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize, bytes.len() - 8);
        assert_eq!(read(Reader::open(&path).unwrap()), counts(505 * u64::from(channels)));
    }
}

#[test]
fn a_kill_at_any_byte_leaves_a_file_that_reads_and_that_repair_makes_whole() {
    let folder = tempfile::tempdir().unwrap();
    for channels in [1, 2] {
        let shape = Shape { rate: 44_100, channels };
        let frame = 3 * usize::from(channels);
        let (path, file) = create(folder.path(), &format!("{channels}.wav"));
        let mut wave = WaveFile::start(file, shape).unwrap();
        wave.append(&numbered(0..50, channels)).unwrap();
        let before = std::fs::read(&path).unwrap();
        wave.append(&numbered(50..80, channels)).unwrap();
        let after = std::fs::read(&path).unwrap();
        for length in before.len()..=after.len() {
            // The header of before, and a part of what came after.
            let mut torn = after[..length].to_vec();
            torn[..before.len()].copy_from_slice(&before);
            assert_eq!(read(Reader::in_memory(torn.clone()).unwrap()), counts(50 * u64::from(channels)));
            let left = folder.path().join("left.wav");
            std::fs::write(&left, &torn).unwrap();
            let whole = ((length - (before.len() - 50 * frame)) / frame) as u64;
            assert_eq!(repair(&left).unwrap(), (whole, 44_100), "{length}");
            assert_eq!(read(Reader::open(&left).unwrap()), counts(whole * u64::from(channels)));
            assert_eq!(std::fs::metadata(&left).unwrap().len() % 2, 0);
            assert_eq!(repair(&left).unwrap().0, whole, "what is whole stays so");
        }
    }
}

#[test]
fn a_header_ahead_of_the_samples_is_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = create(folder.path(), "power.wav");
    let mut wave = WaveFile::start(file, Shape { rate: 44_100, channels: 2 }).unwrap();
    wave.append(&numbered(0..100, 2)).unwrap();
    wave.file.set_len(wave.start + 70 * 6 + 2).unwrap();
    drop(wave);
    assert_eq!(repair(&path).unwrap(), (70, 44_100));
    assert_eq!(read(Reader::open(&path).unwrap()), counts(140));
}

#[test]
fn a_take_that_had_not_begun_is_told_from_a_file_of_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = create(folder.path(), "empty.wav");
    assert_eq!(repair(&path).unwrap(), (0, 0));
    drop(WaveFile::start(file, Shape { rate: 48_000, channels: 1 }).unwrap());
    assert_eq!(repair(&path).unwrap(), (0, 48_000));
    for (name, bytes) in [("text.wav", &b"these are words"[..]), ("cut.wav", &b"RIFF\x10\0\0\0WAVE"[..])] {
        let other = folder.path().join(name);
        std::fs::write(&other, bytes).unwrap();
        assert_eq!(repair(&other).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(std::fs::read(&other).unwrap(), bytes);
    }
    assert_eq!(repair(&folder.path().join("none.wav")).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn what_is_over_full_scale_or_no_number_is_clamped() {
    let folder = tempfile::tempdir().unwrap();
    let (path, file) = create(folder.path(), "loud.wav");
    let mut wave = WaveFile::start(file, Shape { rate: 48_000, channels: 1 }).unwrap();
    wave.append(&[1.0, 2.5, -1.0, -7.0, f32::NAN, f32::INFINITY]).unwrap();
    wave.finish().unwrap();
    let full = 8_388_607;
    assert_eq!(read(Reader::open(&path).unwrap()), [full, full, -full - 1, -full - 1, 0, full]);
}

#[test]
fn takes_over_four_gibibytes_are_valid_too() {
    let folder = tempfile::tempdir().unwrap();
    let shape = Shape { rate: 96_000, channels: 8 };
    let (path, file) = create(folder.path(), "long.wav");
    let mut wave = WaveFile::start(file, shape).unwrap();
    // Holes, so that the disk of the test does not have to hold it.
    let hole = (5u64 << 30) / 24;
    wave.frames = hole;
    wave.file.set_len(wave.end()).unwrap();
    wave.append(&numbered(0..1_000, 8)).unwrap();
    let end = |path: &Path| {
        let mut reader = Reader::open(path).unwrap();
        assert_eq!(reader.frames(), Some(hole + 1_000));
        assert_eq!(reader.facts().channels, 8);
        reader.seek(hole).unwrap();
        read(reader)
    };
    assert_eq!(end(&path), counts(8_000));
    // Killed before the header told of the last block.
    wave.tell(hole - 5).unwrap();
    drop(wave);
    assert_eq!(repair(&path).unwrap().0, hole + 1_000);
    assert_eq!(end(&path), counts(8_000));
    let mut head = [0; 4];
    File::open(&path).unwrap().read_exact(&mut head).unwrap();
    assert_eq!(&head, b"RF64");
}
