use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use son1k_domain::certificate::{ContentCredentials, CredentialState};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::library::TagChange;
use son1k_domain::loudness::Loudness;
use son1k_sound::{Progress, SongTags, decode, encode, loudness};
use tempfile::TempDir;

use super::*;

const CERTIFICATE: &str = r#"{"voice":"ef_dora"}"#;
const HOLDERS: [Encoding; 3] = [
    Encoding::Wav { depth: Depth::Int24 },
    Encoding::Flac { depth: Depth::Int24 },
    Encoding::Mp3 { kbps: 192 },
];

fn quiet() -> Progress<'static> {
    static NEVER: AtomicBool = AtomicBool::new(false);
    Progress { report: &|_| (), cancelled: &NEVER }
}

fn recording(folder: &TempDir, name: &str, encoding: Encoding) -> PathBuf {
    let path = folder.path().join(name).with_extension(encoding.extension());
    let samples: Vec<f32> = (0..44_100).flat_map(|at| [(at as f32 * 0.05).sin() * 0.3; 2]).collect();
    let tags = SongTags { title: "Noche".into(), ..SongTags::default() };
    encode(&samples, encoding, &path, &tags, &quiet()).unwrap();
    path
}

fn spoken(folder: &TempDir, encoding: Encoding) -> PathBuf {
    let path = recording(folder, "spoken", encoding);
    assert!(tags::write_certificate(&path, CERTIFICATE).unwrap());
    sign_new(&path, Making::Spoken, &[], CERTIFICATE).unwrap();
    path
}

fn measured(path: &Path) -> Loudness {
    loudness::measure_file(path, &quiet()).unwrap().0.loudness
}

fn titled(title: &str) -> TagChange {
    TagChange { title: Some(title.into()), ..TagChange::default() }
}

#[track_caller]
fn credentials(path: &Path) -> ContentCredentials {
    let found = son1k_credentials::read(path).unwrap().unwrap();
    assert_eq!(found.state, CredentialState::Intact, "{}", path.display());
    found
}

#[test]
fn what_is_spoken_is_signed_and_stays_a_sound_with_its_tags() {
    for encoding in HOLDERS {
        let folder = tempfile::tempdir().unwrap();
        let before = decode(&recording(&folder, "before", encoding)).unwrap();
        let path = spoken(&folder, encoding);
        let found = credentials(&path);
        assert!(found.synthetic && found.actions == ["c2pa.created"], "{encoding:?}");
        assert_eq!(decode(&path).unwrap(), before, "{encoding:?}");
        assert_eq!(tags::read_certificate(&path).unwrap().as_deref(), Some(CERTIFICATE), "{encoding:?}");
        assert_eq!(tags::read_tags(&path).unwrap().0.title, "Noche", "{encoding:?}");
    }
}

#[test]
fn tags_of_a_signed_file_can_be_changed_and_it_is_still_signed() {
    for encoding in HOLDERS {
        let folder = tempfile::tempdir().unwrap();
        let path = spoken(&folder, encoding);
        let before = decode(&path).unwrap();
        for title in ["Día", "Tarde"] {
            assert!(retagging(&path, |file| tags::write_tags(file, &titled(title))).unwrap());
            assert_eq!(credentials(&path).actions, ["c2pa.opened", "c2pa.edited.metadata"], "{encoding:?}");
            assert_eq!(tags::read_tags(&path).unwrap().0.title, title, "{encoding:?}");
        }
        assert_eq!(tags::read_certificate(&path).unwrap().as_deref(), Some(CERTIFICATE), "{encoding:?}");
        assert_eq!(decode(&path).unwrap(), before, "{encoding:?}");
    }
}

#[test]
fn what_is_made_of_a_signed_file_is_signed_in_every_kind_that_holds_it() {
    for from in HOLDERS {
        for to in HOLDERS {
            let folder = tempfile::tempdir().unwrap();
            let source = spoken(&folder, from);
            let former = Former::of(&source).unwrap();
            let made = recording(&folder, "made", to);
            assert!(tags::carry(&source, &made, &measured(&made)).unwrap(), "{from:?} {to:?}");
            assert_eq!(
                son1k_credentials::read(&made).unwrap(),
                None,
                "{from:?} {to:?}: those of another file"
            );
            former.was_made_into(&made).unwrap();
            let found = credentials(&made);
            assert!(found.synthetic && found.actions == ["c2pa.opened", "c2pa.edited"], "{from:?} {to:?}");
        }
    }
}

#[test]
fn what_people_made_and_what_has_no_place_for_it_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    for encoding in HOLDERS {
        let path = recording(&folder, "recorded", encoding);
        retagging(&path, |file| tags::write_tags(file, &titled("Día"))).unwrap();
        assert_eq!(son1k_credentials::read(&path).unwrap(), None, "{encoding:?}");
    }
    for encoding in [Encoding::Vorbis { quality: 7 }, Encoding::Aiff { depth: Depth::Int24 }] {
        let path = spoken(&folder, encoding);
        retagging(&path, |file| tags::write_tags(file, &titled("Día"))).unwrap();
        assert_eq!(son1k_credentials::read(&path).unwrap(), None, "{encoding:?}");
        assert!(tags::read_certificate(&path).unwrap().is_some(), "{encoding:?}");
    }
}
