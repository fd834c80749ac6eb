//! Samples that nobody can be heard in, or too many; files that are no profile.

use std::path::{Path, PathBuf};

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::id::ProfileId;
use son1k_domain::profile::{Quality, SampleCheck, Verdict};
use tempfile::TempDir;

use crate::desk::Desk;
use crate::profiles::{RATE, add, create, profile, recording, speech, write};

struct Room {
    folder: TempDir,
    desk: Desk,
    id: ProfileId,
}

impl Room {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk::open(&folder.path().join("data"));
        let id = create(&desk, "Ana", true);
        Self { folder, desk, id }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Returns what is found in a sample of these 16-bit samples at [`RATE`].
    fn looked_at(&self, name: &str, samples: &[i16]) -> Vec<SampleCheck> {
        let path = self.path(name);
        write(&path, samples);
        add(&self.desk, &self.id, &path).unwrap();
        profile(&self.desk, &self.id).samples.pop().unwrap().checks
    }

    #[track_caller]
    fn refused(&self, path: &Path, code: ErrorCode, word: &str) {
        let before = profile(&self.desk, &self.id);
        let error = add(&self.desk, &self.id, path).expect_err("it is refused");
        assert_eq!(error.code, code, "{error:?}");
        assert!(error.message.contains(word) && !error.hint.is_empty(), "{error:?}");
        assert_eq!(profile(&self.desk, &self.id), before);
    }
}

fn of(checks: &[SampleCheck], quality: Quality) -> (Verdict, Option<f32>) {
    let found = checks.iter().find(|check| check.quality == quality).unwrap();
    (found.verdict, found.value)
}

#[test]
fn samples_that_cannot_be_used_say_why_and_are_left_out() {
    let room = Room::open();
    let (english, spanish) = (speech("english.wav"), speech("spanish.wav"));
    let short = room.looked_at("short.wav", &english[8_000..11_200]);
    assert_eq!(of(&short, Quality::Duration).0, Verdict::Unusable, "{short:?}");

    let two = room.looked_at("two.wav", &[english.clone(), spanish].concat());
    assert_eq!(of(&two, Quality::Speakers), (Verdict::Unusable, Some(2.0)), "{two:?}");

    let chord = |n: usize| {
        let time = n as f32 / RATE as f32;
        let notes = [196.0, 246.94, 293.66].map(|hertz| (std::f32::consts::TAU * hertz * time).sin());
        (notes.iter().sum::<f32>() * 6_000.0 * (-3.0 * (time % 0.5)).exp()) as i16
    };
    let music = room.looked_at("music.wav", &(0..10 * RATE as usize).map(chord).collect::<Vec<_>>());
    assert_eq!(of(&music, Quality::Speakers), (Verdict::Unusable, Some(0.0)), "{music:?}");
    assert_eq!(of(&music, Quality::Level), (Verdict::Unusable, None));

    let loud: Vec<i16> = english.iter().map(|sample| sample.saturating_mul(20)).collect();
    let clipped = room.looked_at("clipped.wav", &loud);
    assert_eq!(of(&clipped, Quality::Clipping).0, Verdict::Unusable, "{clipped:?}");

    let error = room.desk.call::<String>("find_closest_voice", json!({ "profile": room.id }));
    let error = error.expect_err("none can be used");
    assert!(error.code == ErrorCode::InvalidField && error.hint.contains("10 s"), "{error:?}");
    room.desk.close();
}

#[test]
fn files_that_are_no_sample_are_refused_by_name() {
    let room = Room::open();
    let picture = room.path("picture.wav");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    room.refused(&picture, ErrorCode::UnsupportedFile, "picture.wav");
    let long = room.path("long.wav");
    write(&long, &vec![0; 601 * RATE as usize]);
    room.refused(&long, ErrorCode::UnsupportedFile, "long.wav");
    room.refused(&room.path("none.wav"), ErrorCode::NotFound, "none.wav");
    room.refused(Path::new("here.wav"), ErrorCode::InvalidField, "here.wav");
    // One of two that is refused does not keep the other out.
    let both =
        json!([{ "kind": "file", "value": picture }, { "kind": "file", "value": recording("spanish.wav") }]);
    room.desk.done::<()>("add_samples", json!({ "profile": room.id, "sources": both }));
    assert_eq!(profile(&room.desk, &room.id).samples.len(), 1);
    room.desk.close();
}

#[test]
fn what_is_no_profile_is_not_imported() {
    let room = Room::open();
    for (name, bytes) in
        [("text.son1kvoice", &b"hello"[..]), ("empty.son1kvoice", b""), ("zip.son1kvoice", b"PK\x05\x06")]
    {
        let path = room.path(name);
        std::fs::write(&path, bytes).unwrap();
        let error = room.desk.call::<ProfileId>("import_profile", json!({ "path": path }));
        let error = error.expect_err("it is refused");
        assert!(error.code == ErrorCode::UnsupportedFile && error.message.contains(name), "{error:?}");
    }
    let none = room.desk.call::<ProfileId>("import_profile", json!({ "path": room.path("none.son1kvoice") }));
    assert_eq!(none.expect_err("nothing is there").code, ErrorCode::NotFound);
    let nobody = json!({ "profile": "nobody", "path": room.path("no.son1kvoice") });
    assert_eq!(
        room.desk.call::<()>("export_profile", nobody).expect_err("no profile").code,
        ErrorCode::NotFound
    );
    let unnamed = json!({ "name": " ", "language": "es", "own": true });
    assert_eq!(
        room.desk.call::<ProfileId>("create_profile", unnamed).expect_err("no name").code,
        ErrorCode::InvalidField
    );
    room.desk.close();
}
