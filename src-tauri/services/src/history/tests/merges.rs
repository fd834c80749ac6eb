//! A merge is one thing: its files, its document and its version, also where it was cut short or taken back.

use son1k_domain::merge::Choice;

use super::*;
use crate::history::place::Merge;

/// A project whose two branches both changed the words and a file.
async fn two_branches(room: &Room) {
    room.with_branch().await;
    room.services.set_lyrics("tres").unwrap();
    room.write("kick.wav", b"KICK");
    room.keep("three").await;
}

async fn status(room: &Room) -> Option<son1k_domain::history::MergeStatus> {
    room.services.merge_status().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_a_crash_cut_short_is_ended_with_both_parents() {
    let room = Room::open().await;
    two_branches(&room).await;
    let before = place(&room);
    room.services.merge_branch("other".into()).await.unwrap();
    let merged = place(&room).merge.unwrap();
    // As far as it had come: the document is written, the note is still there and no version of it.
    let mut cut = before.clone();
    let (ours, tip) = (merged.ours.clone(), merged.theirs.clone());
    let mut plan = Plan::new(&ours, &tip);
    plan.come = [(PathBuf::from("vox/lead.wav"), 5)].into();
    plan.beside = vec![("kick.wav".into(), "kick (other).wav".into(), 4)];
    let goal = Goal { merge: Some(Merge { merged: None, ..merged }), ..Goal::stay(&before, &ours) };
    cut.moving = Some(plan.moving(&before, goal));
    cut.write(&room.project()).unwrap();

    let room = room.killed().await;
    let timeline = room.timeline().await;
    assert_eq!((timeline.versions[0].occasion, timeline.changed), (Occasion::Merge, false));
    assert_eq!(timeline.versions[0].parents, [ours, tip]);
    assert!(room.services.merge_branch("other".into()).await.is_err(), "there is nothing left to merge");
    assert_eq!(room.content("kick (other) 2.wav"), None);
    assert_eq!(status(&room).await.unwrap().kept_beside, ["kick (other).wav"]);
    assert!(room.services.undo().await.unwrap());
    assert_eq!((room.content("kick (other).wav"), room.content("vox/lead.wav")), (None, None));
    assert_eq!(room.lyrics(), "tres");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_whose_version_is_missing_gets_both_parents_with_the_next() {
    let room = Room::open().await;
    two_branches(&room).await;
    room.services.merge_branch("other".into()).await.unwrap();
    let mut place = place(&room);
    let merge = place.merge.as_mut().unwrap();
    let (ours, theirs) = (merge.ours.clone(), merge.theirs.clone());
    merge.merged = None;
    place.version = Some(ours.clone());
    place.write(&room.project()).unwrap();
    let kept = room.keep("mine").await;
    let timeline = room.timeline().await;
    assert_eq!((&timeline.versions[0].id, &timeline.versions[0].parents), (&kept, &vec![ours, theirs]));
    let later = room.keep("later").await;
    let timeline = room.timeline().await;
    assert_eq!((&timeline.versions[0].id, &timeline.versions[0].parents), (&later, &vec![kept]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_that_is_taken_back_leaves_the_merge_and_its_files() {
    let room = Room::open().await;
    two_branches(&room).await;
    let merged = room.services.merge_branch("other".into()).await.unwrap();
    assert!(status(&room).await.unwrap().last);
    room.services.rename_project("Luna nueva").unwrap();
    room.services.resolve_conflict(merged.conflicts[0].clone(), Choice::Theirs).await.unwrap();
    assert_eq!(room.lyrics(), "dos");
    let decided = status(&room).await.unwrap();
    assert_eq!((decided.conflicts.len(), decided.last), (0, false));
    // The decision.
    assert!(room.services.undo().await.unwrap());
    let open = status(&room).await.unwrap();
    assert_eq!((open.conflicts, open.last), (merged.conflicts.clone(), false));
    assert_eq!(room.content("kick (other).wav").unwrap(), b"kick");
    // The new name, then the merge itself.
    assert!(room.services.undo().await.unwrap());
    assert!(status(&room).await.unwrap().last);
    assert!(room.services.undo().await.unwrap());
    assert_eq!(status(&room).await, None);
    assert_eq!((room.content("kick (other).wav"), room.lyrics().as_str()), (None, "tres"));
    // And all of it again.
    assert!(room.services.redo().await.unwrap());
    assert_eq!(room.content("kick (other).wav").unwrap(), b"kick");
    let again = status(&room).await.unwrap();
    assert_eq!((again.conflicts, again.last), (merged.conflicts.clone(), true));
    room.services.resolve_conflict(merged.conflicts[0].clone(), Choice::Ours).await.unwrap();
    assert!(room.services.undo().await.unwrap());
    assert_eq!((room.content("kick (other).wav"), room.lyrics().as_str()), (None, "tres"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_merge_that_is_done_again_does_not_bring_the_files_of_a_later_one() {
    let room = Room::open().await;
    two_branches(&room).await;
    room.services.make_branch("third".into(), None).await.unwrap();
    room.services.rename_project("Luna nueva").unwrap();
    room.write("third.wav", b"third");
    room.keep("third").await;
    room.services.switch_branch("main".into()).await.unwrap();
    room.services.merge_branch("other".into()).await.unwrap();
    room.services.merge_branch("third".into()).await.unwrap();
    assert!(room.services.undo().await.unwrap() && room.services.undo().await.unwrap());
    assert_eq!((room.lyrics().as_str(), room.content("third.wav")), ("tres", None));
    assert!(room.services.redo().await.unwrap());
    assert_eq!((room.content("third.wav"), status(&room).await), (None, None));
    assert!(room.services.redo().await.unwrap());
    assert_eq!(room.content("third.wav").unwrap(), b"third");
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_of_a_merge_leaves_what_was_bounced_since() {
    let room = Room::open().await;
    two_branches(&room).await;
    room.services.merge_branch("other".into()).await.unwrap();
    assert_eq!(room.content("kick (other).wav").unwrap(), b"kick");
    room.write("kick (other).wav", b"KIcK");
    assert!(room.services.undo().await.unwrap());
    assert_eq!(room.content("kick (other).wav").unwrap(), b"KIcK");
    assert_eq!((room.content("vox/lead.wav"), room.lyrics().as_str()), (None, "tres"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_that_fails_leaves_the_merge_that_is_still_to_be_decided() {
    let room = Room::open().await;
    two_branches(&room).await;
    room.services.merge_branch("other".into()).await.unwrap();
    let open = status(&room).await;
    std::fs::remove_file(room.project().join("kick.wav")).unwrap();
    room.write("kick.wav/inside.txt", b"in the way");
    assert!(room.services.switch_branch("other".into()).await.is_err());
    assert_eq!(status(&room).await, open);
    assert_eq!(place(&room).moving, None);
}
