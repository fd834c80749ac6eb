//! Opening after something went wrong: a kill, a damaged database, damaged settings, missing models.

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::job::JobState;
use son1k_domain::system::Welcome;

use crate::desk::Desk;

#[test]
fn a_damaged_database_is_set_aside_told_and_the_studio_opens() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.close();
    let database = folder.path().join("data/studio.db");
    std::fs::write(&database, [7u8; 9000]).unwrap();
    let desk = Desk::open(folder.path());
    let welcome: Welcome = desk.done("welcome", json!({}));
    assert_eq!(welcome.notices[0].problem.code, ErrorCode::DatabaseCorrupt);
    let aside = welcome.notices[0].set_aside.clone().unwrap();
    assert_eq!(std::fs::read(aside).unwrap(), [7u8; 9000]);
}

#[test]
fn a_job_put_back_on_exit_is_done_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let id = desk.generate(json!({ "prompt": "ambient", "duration": 90.0, "seed": 2 }));
    desk.wait_for(&id, |job| job.state == JobState::Running && job.progress > 0.02);
    desk.close();
    let desk = Desk::open(folder.path());
    let job = desk.wait_for(&id, |job| job.state.is_final());
    assert_eq!(job.state, JobState::Done, "{job:?}");
    assert_eq!(desk.project().takes.len(), 1);
}

#[test]
fn settings_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let mut settings: serde_json::Value = desk.done("get_settings", json!({}));
    settings["volume"] = json!(0.5);
    settings["shortcuts"] = json!({ "generate": "ctrl+enter" });
    let () = desk.done("save_settings", json!({ "settings": settings.clone() }));
    desk.close();
    assert_eq!(Desk::open(folder.path()).done::<serde_json::Value>("get_settings", json!({})), settings);
}

#[test]
fn a_volume_over_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let mut settings: serde_json::Value = desk.done("get_settings", json!({}));
    settings["volume"] = json!(11.0);
    let refused = desk.call::<()>("save_settings", json!({ "settings": settings })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidField);
}
