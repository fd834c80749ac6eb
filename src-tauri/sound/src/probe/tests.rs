use super::*;
use crate::Error;

fn refusal(bytes: &[u8]) -> Refusal {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("song.wav");
    std::fs::write(&path, bytes).unwrap();
    match probe(&path) {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_no_sound_is_named_whatever_it_is_called() {
    assert_eq!(refusal(b""), Refusal::Empty);
    assert_eq!(refusal(b"not a sound at all, only words"), Refusal::NotSound(None));
    assert_eq!(refusal(b"\x89PNG\r\n\x1a\n and more"), Refusal::NotSound(Some("PNG".into())));
    assert_eq!(refusal(b"PK\x03\x04 and more"), Refusal::NotSound(Some("ZIP".into())));
    assert_eq!(refusal(b"wvpk and more"), Refusal::UnknownKind("WavPack".into()));
    assert_eq!(refusal(b"RIFF\xff\xff\xff\xffAVI LIST"), Refusal::UnknownKind("AVI".into()));
}

#[test]
fn folders_and_what_is_not_there_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(probe(folder.path()), Err(Error::Refused(Refusal::NotAFile))));
    assert!(matches!(probe(&folder.path().join("none.wav")), Err(Error::Io(_))));
}
