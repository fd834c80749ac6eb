//! Voices of one's own and of others, through the real commands and with the real models.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use son1k_domain::id::{JobId, ProfileId};
use son1k_domain::job::JobState;
use son1k_domain::library::LibraryPage;
use son1k_domain::profile::{Profile, Quality, ScriptLine, Verdict};
use son1k_domain::voice::Voice;
use son1k_domain::{ErrorCode, Event};
use son1k_support::clone;
use tempfile::tempdir;

use crate::desk::Desk;

/// Of the recordings, in hertz.
pub const RATE: u32 = 16_000;

/// A recording that comes with the tree: what it is, is in `tests/fixtures/README.md`.
pub fn recording(name: &str) -> PathBuf {
    clone::root().join("tests/fixtures/speech").join(name)
}

/// Writes samples of 16 bits at [`RATE`], mono.
pub fn write(path: &Path, samples: &[i16]) {
    let bytes = 2 * samples.len() as u32;
    let mut file = Vec::with_capacity(bytes as usize + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(2 * RATE).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&bytes.to_le_bytes());
    samples.iter().for_each(|sample| file.extend_from_slice(&sample.to_le_bytes()));
    std::fs::write(path, file).unwrap();
}

/// Returns the samples of a recording that comes with the tree.
pub fn speech(name: &str) -> Vec<i16> {
    let bytes = std::fs::read(recording(name)).unwrap();
    bytes[44..].as_chunks::<2>().0.iter().map(|sample| i16::from_le_bytes(*sample)).collect()
}

pub fn create(desk: &Desk, name: &str, own: bool) -> ProfileId {
    desk.done("create_profile", json!({ "name": name, "language": "es", "own": own }))
}

pub fn profile(desk: &Desk, id: &ProfileId) -> Profile {
    let all: Vec<Profile> = desk.done("list_profiles", json!({}));
    all.into_iter().find(|profile| profile.id == *id).expect("the profile is listed")
}

/// Adds a file as a sample.
pub fn add(desk: &Desk, id: &ProfileId, file: &Path) -> Result<(), son1k_studio::error::CommandError> {
    desk.call("add_samples", json!({ "profile": id, "sources": [{ "kind": "file", "value": file }] }))
}

fn find_closest(desk: &Desk, id: &ProfileId) {
    let job: JobId = desk.done("find_closest_voice", json!({ "profile": id }));
    let job = desk.wait_for(&job, |job| job.state.is_final());
    assert_eq!((job.state, &job.problem), (JobState::Done, &None));
}

fn wish(voice: &str) -> Value {
    json!({ "text": "Buenas noches a todos.", "voice": voice, "speed": 1.0, "pauses": 1.0, "loudness": null })
}

#[test]
fn a_voice_of_somebody_else_is_sampled_consented_to_matched_spoken_with_and_taken_along() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let mut events = desk.services.events.subscribe();
    let id = create(&desk, "Alejandro", false);
    // Said twice it is long enough.
    let take = folder.path().join("take.wav");
    write(&take, &speech("spanish.wav").repeat(2));
    add(&desk, &id, &take).unwrap();
    let made = profile(&desk, &id);
    let sample = &made.samples[0];
    let verdict = |quality| sample.checks.iter().find(|check| check.quality == quality).unwrap();
    assert_eq!(verdict(Quality::Speakers).value, Some(1.0), "{:?}", sample.checks);
    assert_eq!(verdict(Quality::Duration).verdict, Verdict::Poor);
    assert!(sample.verdict() < Verdict::Unusable, "{:?}", sample.checks);
    assert!(matches!(events.try_recv(), Ok(Event::ProfilesListed(_))));

    let refused = desk.call::<JobId>("find_closest_voice", json!({ "profile": id })).expect_err("no consent");
    assert_eq!(refused.code, ErrorCode::ConsentMissing);
    assert!(refused.message.contains("Alejandro") && !refused.hint.is_empty());
    let consent = json!({ "profile": id, "person": "Alejandro", "purpose": "una prueba" });
    desk.done::<()>("give_consent", consent);
    let receipt = profile(&desk, &id).consent.remove(0);
    assert_eq!((receipt.sample.as_str(), receipt.date.len()), (sample.sha256.as_str(), 10));

    let voice = format!("profile:{id}");
    let early =
        desk.call::<JobId>("speak", json!({ "request": wish(&voice) })).expect_err("nothing found yet");
    assert_eq!(early.code, ErrorCode::NotFound);
    find_closest(&desk, &id);
    let closest = profile(&desk, &id).closest.expect("the closest voice");
    // The sample was spoken by a voice of the studio, which is found.
    assert_eq!(closest.blend[0].voice.as_str(), "em_alex", "{closest:?}");
    assert!(
        closest.similarity > 0.8 && closest.similarity >= closest.similarity_before - 0.03,
        "{closest:?}"
    );

    let voices: Vec<Voice> = desk.done("list_voices", json!({}));
    let card = voices.last().unwrap();
    assert_eq!((card.id.as_str(), card.name.as_str(), card.ready), (voice.as_str(), "Alejandro", true));
    let job: JobId = desk.done("speak", json!({ "request": wish(&voice) }));
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).problem, None);
    let found: LibraryPage = desk.done("search_library", json!({ "query": { "limit": 10 } }));
    assert_eq!(found.total, 1);

    let parcel = folder.path().join("Alejandro.son1kvoice");
    desk.done::<()>("export_profile", json!({ "profile": id, "path": parcel }));
    desk.done::<()>("delete_profile", json!({ "profile": id }));
    assert!(desk.call::<JobId>("speak", json!({ "request": wish(&voice) })).is_err());
    let back: ProfileId = desk.done("import_profile", json!({ "path": parcel }));
    let (back, kept) = (profile(&desk, &back), &made.samples[0]);
    assert_eq!((&back.name, &back.consent, back.closest), (&made.name, &vec![receipt], Some(closest)));
    assert_eq!((&back.samples[0].sha256, &back.samples[0].checks), (&kept.sha256, &kept.checks));

    desk.done::<()>("withdraw_consent", json!({ "profile": back.id }));
    let silent = desk.call::<JobId>("speak", json!({ "request": wish(&format!("profile:{}", back.id)) }));
    assert_eq!(silent.expect_err("no consent").code, ErrorCode::ConsentMissing);
    desk.close();
}

#[test]
fn a_take_of_the_library_becomes_a_sample_that_is_cleaned_and_restored() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let source = json!({ "paths": [recording("english.wav")], "collection": null });
    let job: JobId = desk.done("import_sounds", source);
    desk.wait_for(&job, |job| job.state.is_final());
    let found: LibraryPage = desk.done("search_library", json!({ "query": { "limit": 10 } }));
    let id = create(&desk, "Yo", true);
    let sound = json!({ "kind": "sound", "value": found.rows[0].id });
    desk.done::<()>("add_samples", json!({ "profile": id, "sources": [sound] }));
    let sample = profile(&desk, &id).samples.remove(0);
    let again = desk.call::<()>("add_samples", json!({ "profile": id, "sources": [sound] }));
    assert_eq!(again.expect_err("it is there").code, ErrorCode::InvalidField);

    let which = json!({ "profile": id, "sample": sample.id });
    desk.done::<()>("clean_sample", which.clone());
    let cleaned = profile(&desk, &id).samples.remove(0);
    let level = cleaned.checks[0].value.unwrap();
    assert!(cleaned.cleaned && (level + 20.0).abs() < 1.5, "{:?}", cleaned.checks);
    assert!(cleaned.seconds < sample.seconds && cleaned.sha256 == sample.sha256);
    let played = desk.call::<()>("play_sample", which.clone());
    assert!(played.is_ok() || plays_nowhere(&desk), "{played:?}");
    desk.done::<()>("restore_sample", which.clone());
    assert_eq!(profile(&desk, &id).samples, [sample]);
    desk.done::<()>("remove_sample", which);
    assert!(profile(&desk, &id).samples.is_empty());
    desk.close();
}

fn plays_nowhere(desk: &Desk) -> bool {
    desk.done::<son1k_domain::playback::Playback>("get_playback", json!({})).device.is_none()
}

#[test]
fn a_profile_is_changed_and_still_there_after_the_studio_was_closed() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let desk = Desk::open(&data);
    let id = create(&desk, "Ana", true);
    let change = json!({ "name": "Ana María", "notes": "graba por la mañana", "language": "en" });
    desk.done::<()>("change_profile", json!({ "profile": id, "change": change }));
    desk.close();
    let desk = Desk::open(&data);
    let kept = profile(&desk, &id);
    assert_eq!((kept.name.as_str(), kept.notes.as_str()), ("Ana María", "graba por la mañana"));
    let script: Vec<ScriptLine> = desk.done("get_reading_script", json!({ "language": "es" }));
    assert_eq!(script.len(), 12);
    desk.close();
}
