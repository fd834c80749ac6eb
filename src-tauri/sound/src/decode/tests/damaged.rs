//! Files that broke off, were bent or lie: what can be saved is, and what was lost is said.

use super::*;

fn tone(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let path = folder.join(name);
    let source = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=4", "-ac", "2"];
    ffmpeg(&[&source[..], arguments].concat(), &path);
    path
}

#[test]
fn a_file_that_breaks_off_gives_what_is_there_and_says_where_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.wav", "a.w64", "a.aiff", "a.caf", "a.flac", "a.mp3", "a.ogg", "a.opus", "a.mka"] {
        let path = tone(folder.path(), name, &[]);
        let whole = all(&mut Reader::open(&path).unwrap());
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        let saved = all(&mut reader);
        let share = saved.len() as f64 / whole.len() as f64;
        assert!((0.3..0.6).contains(&share), "{name}: {share}");
        let lost = reader.damage().lost.unwrap_or_else(|| panic!("{name}: nothing is said to be lost"));
        assert_eq!(lost.why, Loss::Truncated, "{name}");
        assert_eq!(lost.after.0, saved.len() as f64 / 2.0 / f64::from(reader.facts().rate), "{name}");
        let most = saved.len().saturating_sub(20_000);
        assert!(farthest(&saved[..most], &whole) < 1e-3, "{name}");
    }
}

#[test]
fn a_recording_whose_header_was_never_finished_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = tone(folder.path(), "take.wav", &["-fflags", "+bitexact"]);
    let whole = all(&mut Reader::open(&path).unwrap());
    let bytes = std::fs::read(&path).unwrap();
    let data = bytes.windows(4).position(|name| name == b"data").unwrap();
    for (all_of_it, samples) in [(0u32, 0u32), (u32::MAX, u32::MAX)] {
        let mut open = bytes.clone();
        open[4..8].copy_from_slice(&all_of_it.to_le_bytes());
        open[data + 4..data + 8].copy_from_slice(&samples.to_le_bytes());
        std::fs::write(&path, open).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        assert_eq!(all(&mut reader), whole);
        assert!(reader.damage().is_none());
    }
}

#[test]
fn a_hole_in_the_middle_is_silence_of_its_length() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.flac", "a.m4a", "a.opus"] {
        let path = tone(folder.path(), name, &[]);
        let whole = all(&mut Reader::open(&path).unwrap());
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        // Ogg checks its pages: one bent bit costs a page.
        let long = if name == "a.opus" { 1 } else { 3_000 };
        bytes[middle..middle + long].iter_mut().for_each(|byte| *byte ^= 0x5A);
        std::fs::write(&path, bytes).unwrap();
        let mut reader = Reader::open(&path).unwrap();
        let heard = all(&mut reader);
        assert!(reader.damage().packets > 0, "{name}: {:?}", reader.damage());
        assert!(heard.len().abs_diff(whole.len()) <= 4_096, "{name}: {} of {}", heard.len(), whole.len());
        let end = heard.len() - 40_000..heard.len() - 10_000;
        assert!(farthest(&heard[end.clone()], &whole[end]) < 1e-2, "{name}: the rest is out of place");
    }
}

#[test]
fn samples_that_are_no_number_are_silent_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = tone(folder.path(), "a.wav", &["-c:a", "pcm_f32le"]);
    let mut bytes = std::fs::read(&path).unwrap();
    let end = bytes.len();
    for (at, value) in [(4_000, f32::NAN), (8_000, f32::INFINITY), (12_000, -3e38)] {
        bytes[end - at..end - at + 4].copy_from_slice(&value.to_le_bytes());
    }
    std::fs::write(&path, bytes).unwrap();
    let mut reader = Reader::open(&path).unwrap();
    assert!(all(&mut reader).iter().all(|sample| sample.abs() <= 1.0));
    assert_eq!(reader.damage(), Damage { samples: 3, ..Damage::default() });
    assert!(decode(&path).unwrap().iter().all(|sample| sample.is_finite()));
}

#[test]
fn streams_one_after_the_other_are_heard_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = tone(folder.path(), "a.ogg", &[]);
    let bytes = std::fs::read(&path).unwrap();
    let whole = all(&mut Reader::open(&path).unwrap());
    std::fs::write(&path, [&bytes[..], &bytes[..]].concat()).unwrap();
    let mut reader = Reader::open(&path).unwrap();
    let twice = all(&mut reader);
    assert_eq!(twice.len(), 2 * whole.len());
    reader.seek((whole.len() / 2 + 1_000) as u64).unwrap();
    let mut block = Vec::new();
    reader.read(&mut block).unwrap();
    assert!(farthest(&block, &whole[2_000..]) < 1e-4);
}

#[test]
fn what_is_longer_than_a_song_is_no_song() {
    let folder = tempfile::tempdir().unwrap();
    let path = tone(folder.path(), "a.wav", &["-ar", "2000", "-ac", "1", "-c:a", "pcm_u8"]);
    let file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.set_len(8_000_000).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let data = bytes.windows(4).position(|name| name == b"data").unwrap();
    bytes[data + 4..data + 8].copy_from_slice(&7_900_000u32.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(decode(&path), Err(Error::Refused(Refusal::TooLong(_)))));
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
