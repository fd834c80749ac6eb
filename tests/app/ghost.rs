//! Ghost Studio: prompt → job → song in the project.

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::generation::{Palette, Understanding};
use son1k_domain::job::{Job, JobState};
use son1k_domain::system::CacheStats;
use son1k_domain::take::Peaks;

use crate::desk::Desk;

fn short(prompt: &str, seed: u32) -> serde_json::Value {
    json!({ "prompt": prompt, "duration": 12.0, "seed": seed })
}

#[test]
fn a_prompt_becomes_a_mastered_take_on_the_lanes() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(json!({ "prompt": "un lofi tranquilo con piano a 80 bpm", "duration": 20.0, "seed": 3, "lyrics": "la noche" }));
    let take = &project.takes[0];
    assert_eq!(project.current.as_ref(), Some(&take.id));
    assert_eq!((take.understanding.brief.style.as_str(), take.understanding.brief.bpm.0), ("lo-fi", 80.0));
    assert!((take.measured.loudness.0 + 14.0).abs() <= 0.2, "{:?}", take.measured);
    assert!(take.measured.true_peak.0 <= -1.0, "{:?}", take.measured);
    assert!((take.measured.duration.0 - 20.0).abs() <= 2.0, "{:?}", take.measured);
    assert!(!take.tags.is_empty(), "the tagging model heard nothing");
    assert_eq!(take.request.lyrics, "la noche");
    let score = project.arrangement.unwrap();
    assert_eq!(project.mixer.len(), score.tracks.len());
    assert!(score.tracks.iter().all(|track| !track.notes.is_empty()));
    let peaks: Peaks = desk.done("get_peaks", json!({ "take": take.id, "buckets": 500 }));
    assert_eq!(peaks.max.len(), 500);
    assert!(peaks.max.iter().any(|peak| *peak > 0.3), "the waveform is flat");
}

#[test]
fn the_same_request_is_answered_from_the_cache_with_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(short("house", 5));
    let before: CacheStats = desk.done("get_cache_stats", json!({}));
    let project = desk.song(short("house", 5));
    let after: CacheStats = desk.done("get_cache_stats", json!({}));
    assert_eq!(project.takes.len(), 2);
    assert_eq!(project.takes[0].audio, project.takes[1].audio);
    assert_ne!(project.takes[0].id, project.takes[1].id);
    assert!(after.hits > before.hits, "{before:?} {after:?}");
}

#[test]
fn another_seed_is_another_song() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(json!({ "prompt": "synthwave", "duration": 12.0, "seed": 1, "variations": 2 }));
    assert_eq!(project.takes.len(), 2);
    assert_ne!(project.takes[0].audio, project.takes[1].audio);
    assert_ne!(project.takes[0].score, project.takes[1].score);
}

#[test]
fn a_running_song_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let id = desk.generate(json!({ "prompt": "cinematic", "duration": 240.0 }));
    desk.wait_for(&id, |job| job.state == JobState::Running && job.progress > 0.02);
    let () = desk.done("cancel_job", json!({ "job": id }));
    assert_eq!(desk.job(&id).state, JobState::Cancelled);
    assert!(desk.project().takes.is_empty());
}

#[test]
fn nothing_to_go_by_is_said_with_a_hint_in_the_users_language() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let mut settings: serde_json::Value = desk.done("get_settings", json!({}));
    settings["language"] = json!("es");
    let () = desk.done("save_settings", json!({ "settings": settings }));
    let refused = desk
        .call::<String>("generate", json!({ "request": { "prompt": "  " }, "priority": "pro" }))
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::EmptyPrompt);
    assert!(refused.hint.contains("Escribe"), "{refused:?}");
}

#[test]
fn impossible_fields_and_a_megabyte_of_prompt_are_refused_and_nothing_is_queued() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let impossible = [
        (json!({ "prompt": "pop", "bpm": 5000.0 }), ErrorCode::InvalidField),
        (json!({ "prompt": "pop", "duration": -1.0 }), ErrorCode::InvalidField),
        (json!({ "prompt": "pop", "variations": 200 }), ErrorCode::InvalidField),
        (json!({ "prompt": "pop", "style": "polka-core" }), ErrorCode::InvalidField),
        (json!({ "prompt": "a".repeat(1_000_000) }), ErrorCode::PromptTooLong),
    ];
    for (request, code) in impossible {
        let refused =
            desk.call::<String>("generate", json!({ "request": request, "priority": "pro" })).unwrap_err();
        assert_eq!(refused.code, code, "{refused:?}");
    }
    assert!(desk.done::<Vec<Job>>("list_jobs", json!({})).is_empty());
}

#[test]
fn only_emoji_still_makes_a_brief_and_says_what_it_did_not_understand() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let read: Understanding = desk.done("understand", json!({ "request": { "prompt": "🦑🧮" } }));
    assert!(!read.brief.style.is_empty());
    assert!(!read.not_understood.is_empty());
}

#[test]
fn the_palette_offers_ten_styles_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let palette: Palette = Desk::open(folder.path()).done("get_palette", json!({}));
    assert_eq!(palette.styles.len(), 10);
    assert!(palette.styles.iter().all(|style| !style.name_en.is_empty() && !style.name_es.is_empty()));
}
