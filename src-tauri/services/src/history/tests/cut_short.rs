//! What a killed program leaves is ended or taken back, whatever happened since.

use son1k_domain::ErrorCode;
use son1k_project::Document;

use super::*;
use crate::history::place;

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_wrote_since_a_crash_is_neither_taken_back_nor_called_known() {
    let room = Room::open().await;
    cut_switch(&room).await;
    // A workstation bounced the same stem anew, as long as the one that the switch wrote.
    room.write("kick.wav", b"KICK");
    room.write("bounce.wav", b"bounced");
    room.write("vox/.lead.wav.restoring", b"vo");
    let room = room.killed().await;
    assert_eq!((room.content("kick.wav").unwrap(), room.content("vox/lead.wav")), (b"KICK".to_vec(), None));
    assert!(!room.project().join("vox").exists(), "nothing half written is left over");
    let timeline = room.timeline().await;
    assert_eq!((timeline.branch.as_str(), timeline.changed), ("main", true));
    // So it is kept before the files of the other branch come.
    room.services.switch_branch("other".into()).await.unwrap();
    room.services.switch_branch("main".into()).await.unwrap();
    assert_eq!(room.content("kick.wav").unwrap(), b"KICK");
    assert_eq!(room.content("bounce.wav").unwrap(), b"bounced");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_bounced_anew_is_not_removed_for_its_size() {
    let room = Room::open().await;
    let tip = room.with_branch().await;
    room.write("only-main.wav", b"main");
    room.keep("three").await;
    let mut cut = place(&room);
    room.services.switch_branch("other".into()).await.unwrap();
    let mut plan = Plan::new(cut.version.as_ref().unwrap(), &tip);
    plan.go = ["only-main.wav"].map(PathBuf::from).into();
    cut.moving = Some(plan.moving(&cut, to_other(&room, &tip)));
    cut.write(&room.project()).unwrap();
    room.write("only-main.wav", b"MAIN");
    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.branch.as_str(), timeline.changed), ("other", true));
    assert_eq!(room.content("only-main.wav").unwrap(), b"MAIN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_song_that_is_edited_before_anybody_looks_stays_on_its_branch() {
    let room = Room::open().await;
    cut_switch(&room).await;
    let (id, folder) = (room.services.projects.current().unwrap(), room.project());
    let Room { services, folder: data } = room;
    drop(services);
    // As a job does that ends in a project which is not open.
    let mut document = Document::open(&folder).unwrap().0;
    decide(&document);
    document.set_lyrics("uno y medio").unwrap();
    document.save().unwrap();
    let services = open(&data).await;
    services.open_project(&id).await.unwrap();
    let room = Room { services, folder: data };
    let timeline = room.timeline().await;
    assert_eq!((timeline.branch.as_str(), timeline.changed), ("main", true));
    assert_eq!(
        (room.lyrics().as_str(), room.content("kick.wav").unwrap()),
        ("uno y medio", b"kick of main".to_vec())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_is_in_the_middle_of_is_left_to_it() {
    let room = Room::open().await;
    cut_switch(&room).await;
    let at_it = place::claim(&room.project()).unwrap().unwrap();
    let room = room.killed().await;
    let timeline = room.services.timeline().await.unwrap();
    assert_eq!(timeline.problem.unwrap().code, ErrorCode::Busy);
    assert_eq!(room.services.save_version(String::new()).await.unwrap_err().code(), ErrorCode::Busy);
    assert_eq!(room.content("kick.wav").unwrap(), b"kick");
    assert!(place(&room).moving.is_some());
    drop(at_it);
    assert_eq!(room.timeline().await.branch, "main");
    assert_eq!(room.content("kick.wav").unwrap(), b"kick of main");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_store_has_any_more_does_not_stop_the_history_of_a_project() {
    let room = Room::open().await;
    cut_switch(&room).await;
    let mut cut = place(&room);
    cut.moving.as_mut().unwrap().from = VersionId("ab".repeat(32));
    cut.write(&room.project()).unwrap();
    let room = room.killed().await;
    assert!(room.timeline().await.changed);
    let kept = room.keep("what there is").await;
    assert_eq!((room.timeline().await.head, place(&room).moving), (Some(kept), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_from_another_machine_that_names_a_version_of_there_is_kept_as_it_came() {
    let room = Room::open().await;
    room.services.set_lyrics("uno").unwrap();
    let known = room.keep("one").await;
    let mut place = place(&room);
    place.version = Some(VersionId("cd".repeat(32)));
    place.write(&room.project()).unwrap();
    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.head, timeline.changed), (Some(known), false));
    // Here is not even a store.
    std::fs::rename(room.services.history.folder(), room.folder.path().join("elsewhere")).unwrap();
    let room = room.killed().await;
    assert!(room.timeline().await.changed);
    room.services.suggest_message().await.unwrap();
    let history = room.services.history.clone();
    let never = AtomicBool::new(false);
    let progress = Progress { report: &|_| (), cancelled: &never };
    assert!(tokio::task::block_in_place(|| history.keep_if_changed(Occasion::Close, progress)).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_case_is_another_file_where_the_disk_says_so() {
    let room = Room::open().await;
    room.services.set_lyrics("uno").unwrap();
    room.write("Kick.wav", b"kick");
    room.keep("one").await;
    room.services.make_branch("other".into(), None).await.unwrap();
    std::fs::rename(room.project().join("Kick.wav"), room.project().join("kick.wav")).unwrap();
    room.keep("two").await;
    room.services.switch_branch("main".into()).await.unwrap();
    let names = || {
        let files = std::fs::read_dir(room.project()).unwrap().map(|file| file.unwrap().file_name());
        files.filter(|name| name.to_string_lossy().ends_with(".wav")).collect::<Vec<_>>()
    };
    assert_eq!((room.content("Kick.wav").unwrap(), names().len()), (b"kick".to_vec(), 1));
    room.services.switch_branch("other".into()).await.unwrap();
    assert_eq!((room.content("kick.wav").unwrap(), names().len()), (b"kick".to_vec(), 1));
}
