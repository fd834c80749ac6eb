use std::path::PathBuf;

use son1k_domain::certificate::{ContentCredentials, CredentialState};
use tempfile::TempDir;

use super::*;

const SPOKEN: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
const CERTIFICATE: &str = r#"{"studio":"Son1k Studio 0.1.0","voice":"ef_dora"}"#;

/// Two seconds of a ramp in 16 bits, with a chunk of odd length behind it.
fn wav() -> Vec<u8> {
    let samples: Vec<u8> = (0..32_000_u32).flat_map(|sample| (sample as u16).to_le_bytes()).collect();
    let chunk = |name: &[u8; 4], inside: &[u8]| {
        let padding = vec![0; inside.len() % 2];
        [name, &(inside.len() as u32).to_le_bytes()[..], inside, &padding].concat()
    };
    let format = [1, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0x7D, 0, 0, 2, 0, 16, 0];
    let chunks = [chunk(b"fmt ", &format), chunk(b"data", &samples), chunk(b"note", b"odd")].concat();
    chunk(b"RIFF", &[b"WAVE", &chunks[..]].concat())
}

/// Silence of MPEG-1 layer III at 128 kbit/s.
fn mp3() -> Vec<u8> {
    let mut frame = vec![0xFF, 0xFB, 0x90, 0];
    frame.resize(417, 0);
    frame.repeat(50)
}

/// The same behind a tag with a title and room for more.
fn tagged_mp3() -> Vec<u8> {
    let title = b"TIT2\0\0\0\x06\0\0\x03Noche";
    let tag = [b"ID3\x04\0\0\0\0\0\x40", &title[..], &[0; 48]].concat();
    [tag, mp3()].concat()
}

/// The head of a FLAC, and bytes that are hashed and not decoded.
fn flac() -> Vec<u8> {
    [b"fLaC\x80\0\0\x22", &[1; 34][..], &[9; 5_000][..]].concat()
}

fn samples() -> [(&'static str, Vec<u8>); 4] {
    [("a.wav", wav()), ("a.mp3", mp3()), ("tagged.mp3", tagged_mp3()), ("a.flac", flac())]
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn claim(deed: Deed<'_>) -> Claim<'_> {
    Claim { program: "Son1k Studio", version: "0.1.0", deed, certificate: Some(CERTIFICATE) }
}

fn created() -> Claim<'static> {
    claim(Deed::Created { source_type: SPOKEN })
}

#[track_caller]
fn found(file: &Path) -> ContentCredentials {
    read(file).unwrap().unwrap()
}

#[test]
fn a_signed_file_says_what_made_it_and_that_it_was_not_changed() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let file = folder.put(name, &bytes);
        assert!(sign(&file, &created()).unwrap(), "{name}");
        let found = found(&file);
        assert_eq!(found.state, CredentialState::Intact, "{name}");
        assert_eq!(found.generator.as_deref(), Some("Son1k Studio 0.1.0"));
        assert_eq!((found.source_type.as_deref(), found.synthetic), (Some(SPOKEN), true));
        assert_eq!(found.actions, ["c2pa.created"]);
        let signed = std::fs::read(&file).unwrap();
        assert!(signed.windows(CERTIFICATE.len()).any(|part| part == CERTIFICATE.as_bytes()), "{name}");
        assert_eq!(
            std::fs::read_dir(folder.0.path())
                .unwrap()
                .filter(|entry| {
                    entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(UNFINISHED)
                })
                .count(),
            0
        );
    }
}

#[test]
fn the_readers_of_c2pa_find_nothing_to_object_to_but_that_nobody_knows_the_signer() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let file = folder.put(name, &bytes);
        sign(&file, &created()).unwrap();
        let format = Container::of(&mut File::open(&file).unwrap()).unwrap().unwrap().format();
        // With the settings of the crate, not with ours.
        let reader = c2pa::Reader::from_context(c2pa::Context::new());
        let reader = reader.with_stream(format, File::open(&file).unwrap()).unwrap();
        let codes = reader.validation_results().unwrap().active_manifest().unwrap();
        let failures: Vec<&str> = codes.failure().iter().map(|failure| failure.code()).collect();
        assert_eq!(failures, ["signingCredential.untrusted"], "{name}");
        assert_eq!(reader.validation_state(), c2pa::ValidationState::Valid);
    }
}

#[test]
fn a_file_that_was_changed_by_one_bit_is_told() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let file = folder.put(name, &bytes);
        sign(&file, &created()).unwrap();
        let whole = std::fs::read(&file).unwrap();
        let sound = if name.ends_with("wav") { 1_000 } else { whole.len() - 1_000 };
        let mut changed = whole.clone();
        changed[sound] ^= 1;
        assert_eq!(found(&folder.put(name, &changed)).state, CredentialState::Altered, "{name}");
        let longer = [&whole[..], &[0; 40]].concat();
        assert_eq!(found(&folder.put(name, &longer)).state, CredentialState::Altered, "{name}");
    }
}

#[test]
fn credentials_that_were_tampered_with_are_not_believed() {
    let folder = Folder::new();
    let file = folder.put("a.mp3", &mp3());
    sign(&file, &created()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let voice = whole.windows(7).position(|part| part == b"ef_dora").unwrap();
    for (at, with) in [(voice, b"af_nova".as_slice()), (100, &[0xFF; 40])] {
        let mut forged = whole.clone();
        forged[at..at + with.len()].copy_from_slice(with);
        assert_ne!(found(&folder.put("forged.mp3", &forged)).state, CredentialState::Intact);
    }
}

#[test]
fn what_is_cut_off_is_told_where_its_credentials_are_left() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let file = folder.put(name, &bytes);
        sign(&file, &created()).unwrap();
        let whole = std::fs::read(&file).unwrap();
        for share in 1..20 {
            let half = folder.put(name, &whole[..whole.len() * share / 20]);
            let state = read(&half).unwrap().map(|found| found.state);
            assert_ne!(state, Some(CredentialState::Intact), "{name}, {share}/20");
        }
    }
}

#[test]
fn a_file_without_a_place_for_credentials_is_left_alone() {
    let folder = Folder::new();
    let stretched = {
        let mut wav = wav();
        wav[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        wav
    };
    let coded = {
        let mut mp3 = tagged_mp3();
        mp3[5] = 0x80;
        mp3
    };
    for (name, bytes) in [
        ("a.ogg", b"OggS\0\x02 and so on".to_vec()),
        ("a.aiff", b"FORM\0\0\0\x2EAIFF".to_vec()),
        ("large.wav", b"RF64\xFF\xFF\xFF\xFFWAVEds64".to_vec()),
        ("a.aac", [0xFF, 0xF1, 0x50, 0x80].repeat(20)),
        ("text.wav", b"no sound at all".to_vec()),
        ("empty.mp3", Vec::new()),
        ("stretched.wav", stretched),
        ("coded.mp3", coded),
    ] {
        let file = folder.put(name, &bytes);
        assert!(!sign(&file, &created()).unwrap(), "{name}");
        assert_eq!((std::fs::read(&file).unwrap(), read(&file).unwrap()), (bytes, None), "{name}");
    }
    assert!(matches!(read(&folder.0.path().join("none.wav")), Err(Error::Io(_))));
}

#[test]
fn what_was_made_of_a_file_says_so_and_remembers_what_that_was() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let source = folder.put("source.wav", &wav());
        assert!(!Ingredient::of(&source).unwrap().is_signed());
        sign(&source, &created()).unwrap();
        let parent = Ingredient::of(&source).unwrap();
        assert!(parent.is_signed());
        let file = folder.put(name, &bytes);
        sign(&file, &claim(Deed::Edited { parent: &parent, source_type: None })).unwrap();
        let found = found(&file);
        assert_eq!(found.state, CredentialState::Intact, "{name}");
        assert_eq!(found.actions, ["c2pa.opened", "c2pa.edited"]);
        assert_eq!((found.source_type.as_deref(), found.synthetic), (Some(SPOKEN), true));
    }
}

#[test]
fn what_is_written_into_a_signed_file_is_signed_anew() {
    let folder = Folder::new();
    for (name, bytes) in samples() {
        let file = folder.put(name, &bytes);
        sign(&file, &created()).unwrap();
        for _ in 0..3 {
            let parent = Ingredient::of(&file).unwrap();
            sign(&file, &claim(Deed::Retagged { parent: &parent })).unwrap();
            let found = found(&file);
            assert_eq!(found.state, CredentialState::Intact, "{name}");
            assert_eq!(found.actions, ["c2pa.opened", "c2pa.edited.metadata"]);
            assert!(found.synthetic);
        }
    }
}

#[test]
fn a_voice_that_was_changed_is_told_with_the_recording_that_nobody_signed() {
    let folder = Folder::new();
    let term = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced";
    for source in [folder.put("said.wav", &wav()), folder.put("said.ogg", b"OggS\0\x02 and so on")] {
        let parent = Ingredient::of(&source).unwrap();
        let file = folder.put("changed.wav", &wav());
        sign(&file, &claim(Deed::Edited { parent: &parent, source_type: Some(term) })).unwrap();
        let found = found(&file);
        assert_eq!((found.state, found.synthetic), (CredentialState::Intact, true));
        assert_eq!(found.source_type.as_deref(), Some(term));
    }
}

#[test]
fn a_song_is_told_with_the_voices_in_it() {
    let folder = Folder::new();
    let term = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic";
    let spoken = folder.put("spoken.wav", &wav());
    sign(&spoken, &created()).unwrap();
    let parts = [spoken, folder.put("sung.wav", &wav())].map(|voice| Ingredient::of(&voice).unwrap());
    for (name, bytes) in samples() {
        let song = folder.put(name, &bytes);
        let deed = Deed::Mixed { parts: &parts.each_ref(), source_type: term };
        assert!(sign(&song, &claim(deed)).unwrap(), "{name}");
        let found = found(&song);
        assert_eq!((found.state, found.synthetic), (CredentialState::Intact, true), "{name}");
        assert_eq!(found.source_type.as_deref(), Some(term));
        assert_eq!(found.actions, ["c2pa.created", "c2pa.placed", "c2pa.placed"]);
    }
}
