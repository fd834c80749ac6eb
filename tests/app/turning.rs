//! Voices turned toward those of profiles, by the closest match and by converters, through the real commands.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};
use son1k_domain::certificate::{Certificate, CredentialState, Making, Verification};
use son1k_domain::converter::{Converter, ConverterGuide};
use son1k_domain::id::{ConverterId, JobId, ProfileId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::{LibraryPage, LibrarySound};
use son1k_domain::{ErrorCode, Event};
use son1k_services::Progress;
use son1k_services::verifying::verify_file;
use son1k_support::clone;
use tempfile::tempdir;
use tokio::sync::broadcast::error::TryRecvError;

use crate::desk::Desk;
use crate::profiles::{add, create, profile, recording, speech, write};

fn converter(name: &str) -> PathBuf {
    clone::root().join("tests/fixtures/converters").join(format!("{name}.onnx"))
}

/// Takes the English recording into the library.
fn take_in(desk: &Desk) -> SoundId {
    let source = json!({ "paths": [recording("english.wav")], "collection": null });
    let job: JobId = desk.done("import_sounds", source);
    desk.wait_for(&job, |job| job.state.is_final());
    let found: LibraryPage = desk.done("search_library", json!({ "query": { "limit": 10 } }));
    found.rows[0].id.clone()
}

/// Makes a profile with one sample, of oneself or of somebody else.
pub fn sampled(desk: &Desk, folder: &Path, own: bool) -> ProfileId {
    let id = create(desk, "Alejandro", own);
    let take = folder.join("take.wav");
    write(&take, &speech("spanish.wav").repeat(2));
    add(desk, &id, &take).unwrap();
    id
}

fn toward(sound: &SoundId, profile: &ProfileId, converter: Option<&ConverterId>) -> Value {
    json!({ "sound": sound, "toward": { "profile": profile, "converter": converter } })
}

/// Turns a sound, and returns what came of it; how near it came is told.
fn turn(desk: &Desk, asked: Value) -> LibrarySound {
    let mut events = desk.services.events.subscribe();
    let job: JobId = desk.done("modulate_toward", asked);
    let job = desk.wait_for(&job, |job| job.state.is_final());
    assert_eq!((job.state, &job.problem), (JobState::Done, &None));
    loop {
        match events.try_recv() {
            Ok(Event::SoundsMade(made)) => {
                let approach = made.approach.expect("how near it came");
                let told = [approach.similarity_before, approach.similarity];
                assert!(told.iter().all(|similarity| (0.1..1.0).contains(similarity)), "{told:?}");
                return desk.done("get_sound", json!({ "sound": made.made[0] }));
            }
            Ok(_) | Err(TryRecvError::Lagged(_)) => {}
            Err(error) => panic!("no sound was made: {error}"),
        }
    }
}

#[test]
fn a_voice_of_somebody_else_is_come_near_to_with_consent_only_and_the_receipt_is_in_what_is_made() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let (sound, id) = (take_in(&desk), sampled(&desk, folder.path(), false));
    for command in ["modulate_toward", "preview_toward"] {
        let refused = desk.call::<Value>(command, toward(&sound, &id, None)).expect_err("no consent");
        assert_eq!(refused.code, ErrorCode::ConsentMissing, "{command}");
        assert!(refused.message.contains("Alejandro") && !refused.hint.is_empty());
    }
    let consent = json!({ "profile": id, "person": "Alejandro", "purpose": "una prueba" });
    desk.done::<()>("give_consent", consent);
    let made = turn(&desk, toward(&sound, &id, None));
    let marks: Verification = desk.done("verify_sound", json!({ "sound": made.id }));
    let certificate = marks.certificate.expect("a certificate");
    assert_eq!((certificate.making, certificate.voice.as_str()), (Making::Changed, "toward Alejandro"));
    assert!(certificate.engine.ends_with("closest match"), "{}", certificate.engine);
    assert_eq!(certificate.consent, profile(&desk, &id).consent);
    tells_of_it_in_a_song(&desk, folder.path(), &made, &certificate);
    desk.close();
}

/// Puts a voice into a song: its certificate is in that of every file of it, as long as the voice is heard.
fn tells_of_it_in_a_song(desk: &Desk, folder: &Path, voice: &LibrarySound, own: &Certificate) {
    desk.song(json!({ "prompt": "lofi con piano, 80 bpm", "duration": 12.0, "seed": 3 }));
    let job: JobId = desk.done("put_on_track", json!({ "sound": voice.id, "at": 1.0 }));
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).problem, None);
    for (format, name) in [("wav", "a.wav"), ("flac", "a.flac"), ("mp3192", "a.mp3"), ("ogg", "a.ogg")] {
        let marks = exported(desk, format, &folder.join(name));
        let song = marks.certificate.expect("a certificate");
        assert_eq!((song.making, &song.voice, &song.consent), (Making::Mixed, &own.voice, &own.consent));
        let parts: Vec<Certificate> =
            song.parts.iter().map(|part| serde_json::from_str(part).unwrap()).collect();
        assert_eq!(parts, std::slice::from_ref(own));
        assert_ne!(marks.agree, Some(false), "{name}: its mark is that of the voice");
        let signed = marks.credentials.map(|said| (said.state, said.synthetic));
        assert_eq!(signed, (format != "ogg").then_some((CredentialState::Intact, true)), "{name}");
    }

    let stems = folder.join("stems");
    export(desk, "stems", &stems);
    let stems: Vec<_> =
        std::fs::read_dir(stems).unwrap().map(|file| looked_at(&file.unwrap().path())).collect();
    let told: Vec<_> = stems.iter().filter_map(|marks| marks.certificate.as_ref()).collect();
    assert_eq!(told, [own], "the voice alone is the same voice");
    assert!(stems.iter().all(|marks| marks.agree != Some(false)));

    let mute = json!({ "kind": "mute", "value": true });
    desk.done::<()>("set_strip", json!({ "track": "voice", "change": mute, "gesture": 1 }));
    let without = exported(desk, "wav", &folder.join("without.wav"));
    assert!(without.certificate.is_none() && without.credentials.is_none(), "{without:?}");
}

fn export(desk: &Desk, format: &str, path: &Path) {
    let take = desk.project().current;
    let job: JobId = desk.done("export_take", json!({ "take": take, "format": format, "path": path }));
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).problem, None, "{format}");
}

fn exported(desk: &Desk, format: &str, path: &Path) -> Verification {
    export(desk, format, path);
    looked_at(path)
}

fn looked_at(file: &Path) -> Verification {
    let never = AtomicBool::new(false);
    verify_file(file, &Progress { report: &|_| (), cancelled: &never }).unwrap()
}

#[test]
fn a_converter_is_brought_used_and_let_go_of() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let (sound, id) = (take_in(&desk), sampled(&desk, folder.path(), true));
    let mirror: ConverterId = desk.done("add_converter", json!({ "path": converter("mirror") }));
    let again: ConverterId = desk.done("add_converter", json!({ "path": converter("mirror") }));
    assert_eq!(mirror, again);
    let reference: ConverterId = desk.done("add_converter", json!({ "path": converter("reference") }));
    let kept: Vec<Converter> = desk.done("list_converters", json!({}));
    let shown =
        |at: usize| (kept[at].name.as_str(), kept[at].licence.as_str(), kept[at].guide, kept[at].whole);
    assert_eq!(shown(0), ("Mirror", "MIT", ConverterGuide::Speaker, true));
    assert_eq!(shown(1), ("Reference", "MIT", ConverterGuide::Reference, true));

    for converter in [&mirror, &reference] {
        let made = turn(&desk, toward(&sound, &id, Some(converter)));
        let marks: Verification = desk.done("verify_sound", json!({ "sound": made.id }));
        let certificate = marks.certificate.expect("a certificate");
        assert_eq!(certificate.making, Making::Converted);
        assert!(certificate.engine.contains(converter.as_str()), "{}", certificate.engine);
        assert!(certificate.consent.is_empty(), "one's own voice needs none");
        let was: LibrarySound = desk.done("get_sound", json!({ "sound": sound }));
        let seconds = |sound: &LibrarySound| sound.facts.duration.unwrap().0;
        assert!((seconds(&made) - seconds(&was)).abs() < 0.01);
    }

    let file = folder.path().join("data/data/converters").join(mirror.as_str()).join("model.onnx");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let damaged = desk.call::<JobId>("modulate_toward", toward(&sound, &id, Some(&mirror)));
    assert_eq!(damaged.expect_err("it is damaged").code, ErrorCode::ModelCorrupt);
    desk.done::<()>("remove_converter", json!({ "converter": mirror }));
    let gone = desk.call::<JobId>("modulate_toward", toward(&sound, &id, Some(&mirror)));
    assert_eq!(gone.expect_err("it is gone").code, ErrorCode::NotFound);
    let kept: Vec<Converter> = desk.done("list_converters", json!({}));
    assert_eq!(kept.len(), 1);
    desk.close();
}

#[test]
fn what_is_no_converter_is_refused_by_what_it_lacks() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let refused = |path: PathBuf| {
        let error =
            desk.call::<ConverterId>("add_converter", json!({ "path": path })).expect_err("no converter");
        assert!(!error.hint.is_empty(), "{error:?}");
        (error.code, error.message)
    };
    let (code, message) = refused(converter("flat"));
    assert!(code == ErrorCode::UnsupportedFile && message.contains("source"), "{message}");
    let text = folder.path().join("text.onnx");
    std::fs::write(&text, "this is no model").unwrap();
    let (code, message) = refused(text);
    assert!(code == ErrorCode::UnsupportedFile && message.contains("text.onnx"), "{message}");
    assert_eq!(refused(folder.path().join("gone.onnx")).0, ErrorCode::NotFound);
    assert_eq!(refused("here.onnx".into()).0, ErrorCode::InvalidField);
    let outside = json!({ "converter": "../profiles" });
    assert_eq!(
        desk.call::<()>("remove_converter", outside).expect_err("no converter").code,
        ErrorCode::NotFound
    );
    desk.close();
}
