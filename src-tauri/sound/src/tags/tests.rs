//! Tags in files of the kinds that the studio writes.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use son1k_domain::encoding::{Depth, Encoding};
use tempfile::TempDir;

use super::*;
use crate::{Progress, SongTags, decode, encode};

/// A picture of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82";

const DEPTH: Depth = Depth::Int24;
const FLAC: Encoding = Encoding::Flac { depth: DEPTH };
const KINDS: [Encoding; 6] = [
    Encoding::Wav { depth: DEPTH },
    Encoding::Aiff { depth: DEPTH },
    FLAC,
    Encoding::Mp3 { kbps: 192 },
    Encoding::Vorbis { quality: 7 },
    Encoding::Wav { depth: Depth::Float32 },
];

fn sound(format: Encoding) -> (PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("sound.{}", format.extension()));
    let samples: Vec<f32> = (0..44_100).flat_map(|at| [(at as f32 * 0.05).sin() * 0.3; 2]).collect();
    let tags = SongTags { title: "Before".into(), ..SongTags::default() };
    let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    encode(&samples, format, &path, &tags, &progress).unwrap();
    (path, folder)
}

#[test]
fn tags_and_cover_are_written_and_read_in_every_kind_and_the_sound_stays() {
    for format in KINDS {
        let (path, folder) = sound(format);
        let before = decode(&path).unwrap();
        let (tags, has_cover) = read_tags(&path).unwrap();
        assert_eq!((tags.title.as_str(), has_cover), ("Before", false), "{format:?}");
        let change = TagChange {
            title: Some("Después ✓".into()),
            artist: Some("Río".into()),
            genre: Some("Lo-fi".into()),
            year: Some(2024),
            comment: Some(" a\0b ".into()),
            ..TagChange::default()
        };
        assert!(write_tags(&path, &change).unwrap());
        assert!(write_cover(&path, Some(PIXEL)).unwrap());
        let (tags, has_cover) = read_tags(&path).unwrap();
        let expected = FileTags {
            title: "Después ✓".into(),
            artist: "Río".into(),
            album: String::new(),
            genre: "Lo-fi".into(),
            year: Some(2024),
            comment: "ab".into(),
        };
        assert_eq!((tags, has_cover), (expected, true), "{format:?}");
        let cover = read_cover(&path).unwrap().unwrap();
        assert_eq!((cover.mime.as_str(), &*cover.bytes), ("image/png", PIXEL));
        assert_eq!(decode(&path).unwrap(), before, "{format:?}");

        let remove = TagChange { title: Some(String::new()), year: Some(0), ..TagChange::default() };
        assert!(write_tags(&path, &remove).unwrap() && write_cover(&path, None).unwrap());
        let (tags, has_cover) = read_tags(&path).unwrap();
        assert_eq!((tags.title.as_str(), tags.year, has_cover), ("", None, false), "{format:?}");
        assert_eq!(tags.artist, "Río");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the file");
    }
}

#[test]
fn a_certificate_is_written_and_read_in_every_kind_and_stays_when_tags_change() {
    for format in KINDS {
        let (path, _folder) = sound(format);
        let before = decode(&path).unwrap();
        assert_eq!(read_certificate(&path).unwrap(), None, "{format:?}");
        for certificate in ["first", "{\"voice\":\"canción ✓\"}"] {
            assert!(write_certificate(&path, certificate).unwrap(), "{format:?}");
            assert_eq!(read_certificate(&path).unwrap().as_deref(), Some(certificate), "{format:?}");
        }
        assert!(
            write_tags(&path, &TagChange { title: Some("After".into()), ..TagChange::default() }).unwrap()
        );
        assert!(read_certificate(&path).unwrap().is_some(), "{format:?}");
        assert_eq!(read_tags(&path).unwrap().0.title, "After");
        assert_eq!(decode(&path).unwrap(), before, "{format:?}");
    }
}

#[test]
fn what_is_no_sound_has_no_tags_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text.mp3");
    std::fs::write(&path, "not a sound").unwrap();
    assert_eq!(read_tags(&path).unwrap(), (FileTags::default(), false));
    assert!(!write_tags(&path, &TagChange { title: Some("x".into()), ..TagChange::default() }).unwrap());
    assert_eq!(std::fs::read(&path).unwrap(), b"not a sound");
    assert!(read_tags(&folder.path().join("none.wav")).is_err());
}

#[test]
fn a_cover_that_is_no_picture_is_refused() {
    let (path, _folder) = sound(FLAC);
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(write_cover(&path, Some(b"text")), Err(Error::Tags(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
