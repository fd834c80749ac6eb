//! The past of a project through the real commands: kept, compared, branched, merged, gone back to.

mod folder;
mod kills;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::ErrorCode;
use son1k_domain::comparison::{Change, Control};
use son1k_domain::history::{
    FileChange, MergeStatus, Occasion, PrunePlan, SoundComparison, Timeline, VersionComparison,
};
use son1k_domain::id::VersionId;
use son1k_domain::job::JobState;
use son1k_domain::merge::{Choice, Contested};
use son1k_domain::project::{Project, Step};
use son1k_domain::take::Peaks;

use crate::desk::Desk;

fn song() -> Value {
    json!({ "prompt": "pop alegre", "duration": 12.0, "seed": 8 })
}

impl Desk {
    fn timeline(&self) -> Timeline {
        let timeline: Timeline = self.done("get_timeline", json!({}));
        assert_eq!(timeline.problem, None);
        timeline
    }

    fn keep(&self, message: &str) -> VersionId {
        self.done("save_version", json!({ "message": message }))
    }

    fn level(&self, track: usize, level: f64, gesture: u32) {
        let track = self.project().mixer[track].track.clone();
        let change = json!({ "kind": "level", "value": level });
        let () = self.done("set_strip", json!({ "track": track, "change": change, "gesture": gesture }));
    }

    fn switch(&self, name: &str) {
        let () = self.done("switch_branch", json!({ "name": name }));
    }

    fn branch(&self, name: &str, from: Option<&VersionId>) {
        let () = self.done("make_branch", json!({ "name": name, "from": from }));
    }
}

/// What of a project is its music: not whether it is saved, nor what undo would do.
fn music(project: Project) -> Project {
    Project { undo: None, redo: None, saved: true, ..project }
}

#[test]
fn a_version_is_kept_listed_named_starred_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    assert_eq!(desk.done::<String>("suggest_message", json!({})), "First version");
    let project = desk.song(song());
    let first = desk.keep("Demo");
    let timeline = desk.timeline();
    assert_eq!(
        (timeline.branch.as_str(), timeline.head.as_ref(), timeline.changed),
        ("main", Some(&first), false)
    );
    assert_eq!(
        (timeline.versions[0].occasion, timeline.versions[0].message.as_str()),
        (Occasion::Named, "Demo")
    );

    desk.level(1, 3.0, 1);
    assert!(desk.timeline().changed);
    let suggested: String = desk.done("suggest_message", json!({}));
    let name = project.arrangement.as_ref().unwrap().tracks[1].name.to_lowercase();
    assert!(suggested.to_lowercase().starts_with(&name) && suggested.ends_with("louder"), "{suggested}");

    let begun = Instant::now();
    let second = desk.keep(&suggested);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let () = desk.done("name_version", json!({ "version": second, "message": "Mezcla con más bajo" }));
    let () = desk.done("star_version", json!({ "version": second, "starred": true }));
    let timeline = desk.timeline();
    let newest = &timeline.versions[0];
    assert_eq!((newest.id.clone(), newest.parents.clone()), (second.clone(), vec![first.clone()]));
    assert_eq!((newest.message.as_str(), newest.starred), ("Mezcla con más bajo", true));

    let compared: VersionComparison =
        desk.done("compare_versions", json!({ "before": first, "after": second }));
    let [Change::Mixer { control: Control::Fader, .. }] = compared.comparison.changes.as_slice() else {
        panic!("{compared:?}");
    };
    let same: VersionComparison = desk.done("compare_versions", json!({ "before": second, "after": null }));
    assert!(same.comparison.changes.is_empty() && same.files.is_empty(), "{same:?}");
    let unknown = VersionId("0".repeat(64));
    let refused = desk.call::<Value>("compare_versions", json!({ "before": unknown, "after": null }));
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
}

#[test]
fn what_each_version_changed_is_worked_out_in_the_background() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(song());
    desk.keep("one");
    let () = desk.done("set_lyrics", json!({ "text": "vuelve" }));
    desk.keep("two");
    let begun = Instant::now();
    loop {
        let timeline = desk.timeline();
        if timeline.versions.iter().all(|version| version.changes.is_some()) {
            assert_eq!(timeline.versions[0].changes, Some(1));
            assert!(matches!(timeline.versions[0].foremost[0], Change::Lyrics { added: 1, .. }));
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn branches_are_gone_to_and_back_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(song());
    let demo = desk.keep("Demo");
    desk.branch("quiet", None);
    desk.level(0, -6.0, 1);
    let () = desk.done("set_lyrics", json!({ "text": "bajito" }));
    let quiet = desk.project();
    // Nobody saved: going away keeps it.
    let begun = Instant::now();
    desk.switch("main");
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(music(desk.project()), music(before.clone()));
    desk.switch("quiet");
    assert_eq!(music(desk.project()), music(quiet.clone()));
    let timeline = desk.timeline();
    assert_eq!((timeline.branch.as_str(), timeline.changed), ("quiet", false));
    assert_eq!(
        timeline.branches.iter().map(|branch| branch.name.as_str()).collect::<Vec<_>>(),
        ["quiet", "main"]
    );
    assert!(timeline.versions.iter().any(|version| version.occasion == Occasion::Before));

    desk.branch("again", Some(&demo));
    assert_eq!(music(desk.project()), music(before));
    for (name, code) in [("quiet", ErrorCode::InvalidField), ("  ", ErrorCode::InvalidField)] {
        let refused = desk.call::<()>("make_branch", json!({ "name": name, "from": null }));
        assert_eq!(refused.unwrap_err().code, code, "{name}");
    }
    let refused = desk.call::<()>("switch_branch", json!({ "name": "nowhere" }));
    assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound);
    // What undo knew on a branch is there again after a restart.
    desk.switch("quiet");
    desk.close();
    let desk = Desk::open(folder.path());
    assert_eq!(music(desk.project()), music(quiet));
    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(desk.project().lyrics, "");
    assert_eq!(desk.timeline().branch, "quiet");
}

#[test]
fn a_merge_keeps_both_sides_asks_where_they_clash_and_one_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(song());
    let stem = std::path::Path::new(&project.folder).join("kick.wav");
    std::fs::write(&stem, b"first").unwrap();
    desk.keep("Demo");
    desk.branch("other", None);
    desk.level(0, -6.0, 1);
    desk.level(2, 2.0, 2);
    std::fs::write(&stem, b"theirs, longer").unwrap();
    std::fs::write(stem.with_file_name("vox.wav"), b"voice").unwrap();
    desk.keep("theirs");
    desk.switch("main");
    assert_eq!(std::fs::read(&stem).unwrap(), b"first");
    assert!(!stem.with_file_name("vox.wav").exists());
    desk.level(0, -1.0, 3);
    let () = desk.done("set_lyrics", json!({ "text": "nuestra" }));
    std::fs::write(&stem, b"ours!").unwrap();
    let before = desk.project();

    let () = desk.done("merge_branch", json!({ "name": "other" }));
    let merged = desk.project();
    assert_eq!((merged.mixer[2].level.0, merged.lyrics.as_str()), (2.0, "nuestra"));
    assert_eq!(merged.undo.as_ref().unwrap().step, Step::Merge);
    let status: MergeStatus = desk.done::<Option<_>>("get_merge", json!({})).unwrap();
    assert_eq!(
        (status.branch.as_str(), status.kept_beside.as_slice()),
        ("other", &["kick (other).wav".to_owned()][..])
    );
    assert_eq!(status.conflicts.len(), 1);
    assert!(matches!(status.conflicts[0].what, Contested::Mixer { control: Control::Fader, .. }));
    assert_eq!(std::fs::read(&stem).unwrap(), b"ours!");
    assert_eq!(std::fs::read(stem.with_file_name("kick (other).wav")).unwrap(), b"theirs, longer");
    assert_eq!(std::fs::read(stem.with_file_name("vox.wav")).unwrap(), b"voice");
    let timeline = desk.timeline();
    assert_eq!((timeline.versions[0].occasion, timeline.versions[0].parents.len()), (Occasion::Merge, 2));

    let conflict = &status.conflicts[0];
    let () = desk.done("resolve_conflict", json!({ "conflict": conflict, "choice": Choice::Theirs }));
    assert_eq!(desk.project().mixer[0].level.0, -6.0);
    let status: MergeStatus = desk.done::<Option<_>>("get_merge", json!({})).unwrap();
    assert!(status.conflicts.is_empty());
    let again = desk.call::<()>("resolve_conflict", json!({ "conflict": { "what": { "kind": "lanes" }, "path": ["nothing"], "subject": "", "base": { "kind": "nothing" }, "ours": { "kind": "nothing" }, "theirs": { "kind": "nothing" }, "kept": "ours" }, "choice": "ours" }));
    assert_eq!(again.unwrap_err().code, ErrorCode::NotFound);

    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(music(desk.project()), music(before));
    assert!(!stem.with_file_name("kick (other).wav").exists() && !stem.with_file_name("vox.wav").exists());
    assert_eq!(std::fs::read(&stem).unwrap(), b"ours!");
    assert_eq!(desk.done::<Option<MergeStatus>>("get_merge", json!({})), None);
    assert!(desk.done::<bool>("redo", json!({})));
    assert_eq!(desk.project().mixer[2].level.0, 2.0);
    assert!(stem.with_file_name("vox.wav").exists());
    let refused = desk.call::<()>("merge_branch", json!({ "name": "main" }));
    assert_eq!(refused.unwrap_err().code, ErrorCode::InvalidField);
}

#[test]
fn a_part_a_file_and_the_whole_come_back_from_a_version() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(song());
    let stem = std::path::Path::new(&before.folder).join("stems/kick.wav");
    std::fs::create_dir_all(stem.parent().unwrap()).unwrap();
    std::fs::write(&stem, b"kick").unwrap();
    let demo = desk.keep("Demo");
    let files: Vec<FileChange> = desk.done("list_version_files", json!({ "version": demo }));
    assert_eq!(files, [FileChange { path: "stems/kick.wav".into(), before: None, after: Some(4.0) }]);

    desk.level(0, -6.0, 1);
    desk.level(1, -7.0, 2);
    let track = before.mixer[0].track.clone();
    let part = json!({ "kind": "track", "track": track });
    let () = desk.done("restore_part", json!({ "version": demo, "part": part }));
    let now = desk.project();
    assert_eq!((now.mixer[0].level.0, now.mixer[1].level.0), (0.0, -7.0));
    assert_eq!(now.undo.unwrap().step, Step::Restore);
    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(desk.project().mixer[0].level.0, -6.0);

    std::fs::remove_file(&stem).unwrap();
    let () = desk.done("restore_file", json!({ "version": demo, "path": "stems/kick.wav" }));
    assert_eq!(std::fs::read(&stem).unwrap(), b"kick");
    for path in ["../kick.wav", "none.wav", "project.son1k"] {
        let refused = desk.call::<()>("restore_file", json!({ "version": demo, "path": path }));
        assert_eq!(refused.unwrap_err().code, ErrorCode::NotFound, "{path}");
    }

    let () = desk.done("delete_take", json!({ "take": before.takes[0].id }));
    std::fs::write(stem.with_file_name("later.wav"), b"later").unwrap();
    let () = desk.done("restore_version", json!({ "version": demo }));
    assert_eq!(music(desk.project()), music(before));
    assert!(!stem.with_file_name("later.wav").exists());
    // What went away is in the version that was kept before.
    let kept = desk.timeline().head.unwrap();
    let files: Vec<FileChange> = desk.done("list_version_files", json!({ "version": kept }));
    assert!(files.iter().any(|file| file.path == "stems/later.wav"), "{files:?}");
    assert!(desk.done::<bool>("undo", json!({})));
    assert!(desk.project().takes.is_empty());
}

#[test]
fn versions_are_heard_and_measured_without_going_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(song());
    let demo = desk.keep("Demo");
    let wave: Peaks =
        desk.done::<Option<_>>("get_version_wave", json!({ "version": demo, "buckets": 64 })).unwrap();
    assert_eq!(wave.max.len(), 64);
    let track = desk.project().mixer[0].track.clone();
    let change = json!({ "kind": "mute", "value": true });
    let () = desk.done("set_strip", json!({ "track": track, "change": change, "gesture": 1 }));
    let heard: SoundComparison = desk.done("compare_sound", json!({ "before": demo, "after": null }));
    assert!((heard.before.duration.0 - heard.after.duration.0).abs() < 0.1);
    assert_eq!((heard.before.spectrum.len(), heard.after.wave.min.len()), (48, 1_000));
    assert_ne!(heard.before.spectrum, heard.after.spectrum);
    let [before, after] = [heard.before.loudness, heard.after.loudness].map(|loudness| loudness.unwrap().0);
    assert!((before - after).abs() < 2.0, "{before} {after}");
}

#[test]
fn old_versions_are_planned_away_checked_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(song());
    desk.keep("Demo");
    desk.branch("side", None);
    let rules = json!({ "hourly_days": 0, "daily_days": 0, "weekly_weeks": 0 });
    let plan: PrunePlan = desk.done("get_prune_plan", json!({ "rules": rules }));
    // All of it is of today.
    assert!(plan.versions.is_empty() && plan.freed == 0.0, "{plan:?}");
    for (command, arguments) in [
        ("prune_history", json!({ "rules": rules })),
        ("check_history", json!({ "readData": true })),
        ("mend_history", json!({})),
    ] {
        let job: son1k_domain::id::JobId = desk.done(command, arguments);
        let job = desk.wait_for(&job, |job| job.state.is_final());
        assert_eq!((job.state, job.problem), (JobState::Done, None), "{command}");
    }
    assert_eq!(desk.timeline().versions.len(), 2);
}

#[test]
fn a_project_is_kept_when_it_is_closed_and_the_undo_of_yesterday_still_works() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(song());
    desk.level(0, -4.0, 1);
    desk.close();
    let desk = Desk::open(folder.path());
    let timeline = desk.timeline();
    assert_eq!((timeline.versions.len(), timeline.versions[0].occasion), (1, Occasion::Close));
    assert!(!timeline.changed);
    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(desk.project().mixer, before.mixer);
    // Closed again with nothing new, nothing is kept.
    assert!(desk.done::<bool>("redo", json!({})));
    desk.keep("yesterday");
    desk.close();
    assert_eq!(Desk::open(folder.path()).timeline().versions.len(), 2);
}

#[test]
fn a_damaged_store_is_told_and_the_project_works_on() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(song());
    desk.keep("Demo");
    desk.close();
    std::fs::remove_file(folder.path().join("data/history.key")).unwrap();
    let desk = Desk::open(folder.path());
    let timeline: Timeline = desk.done("get_timeline", json!({}));
    assert_eq!(timeline.problem.unwrap().code, ErrorCode::HistoryCorrupt);
    desk.level(0, -4.0, 1);
    let refused = desk.call::<VersionId>("save_version", json!({ "message": "" })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::HistoryCorrupt);
    assert_eq!(desk.project().mixer[0].level.0, -4.0);
}

#[test]
fn what_another_program_changes_is_noticed_and_can_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(song());
    desk.keep("Demo");
    let mut events = desk.services.events.subscribe();
    desk.level(0, -2.0, 1);
    desk.keep("own writes");
    let stem = std::path::Path::new(&project.folder).join("bounce.wav");
    std::fs::write(&stem, b"from elsewhere").unwrap();
    let begun = Instant::now();
    let told = loop {
        if let Ok(son1k_domain::Event::ProjectFilesChanged(change)) = events.try_recv() {
            break change;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody told");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(told.paths, ["bounce.wav"]);
    let kept: VersionId = desk.done("keep_outside_change", json!({ "message": "bounced" }));
    let timeline = desk.timeline();
    assert_eq!((timeline.head, timeline.versions[0].occasion), (Some(kept), Occasion::Outside));
}

#[test]
fn what_is_left_to_decide_is_told_of_the_project_that_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let words = |text: &str| {
        let () = desk.done("set_lyrics", json!({ "text": text }));
    };
    words("uno");
    desk.keep("one");
    desk.branch("other", None);
    words("dos");
    desk.switch("main");
    words("tres");
    let () = desk.done("merge_branch", json!({ "name": "other" }));
    let told = |events: &mut tokio::sync::broadcast::Receiver<son1k_domain::Event>| {
        let begun = Instant::now();
        loop {
            if let Ok(son1k_domain::Event::MergeChanged(status)) = events.try_recv() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "nobody told");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let merged = desk.project().id;
    let mut events = desk.services.events.subscribe();
    let _: Value = desk.done("new_project", json!({ "name": "Otra" }));
    assert_eq!(told(&mut events), None);
    let mut events = desk.services.events.subscribe();
    let () = desk.done("open_project", json!({ "project": merged }));
    let status = told(&mut events).unwrap();
    assert_eq!((status.branch.as_str(), status.conflicts.len(), status.last), ("other", 1, true));
}
