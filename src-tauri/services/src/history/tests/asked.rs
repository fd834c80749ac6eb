//! What is asked of the past changes nothing, and is answered as it is.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn asking_about_a_folder_leaves_nothing_in_it_and_keeping_it_does() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("kick.wav"), b"kick").unwrap();
    let services = open(&data).await;
    services.open_past(folder.path(), false).await.unwrap();
    let timeline = services.timeline().await.unwrap();
    assert_eq!((timeline.versions.len(), timeline.changed, timeline.problem), (0, true, None));
    assert!(!folder.path().join(".son1k").exists());
    let kept = services.save_version("first".into()).await.unwrap();
    let project = services.timeline().await.unwrap().project;
    let services = open(&data).await;
    services.open_past(folder.path(), false).await.unwrap();
    let timeline = services.timeline().await.unwrap();
    assert_eq!((timeline.project, timeline.head, timeline.changed), (project, Some(kept), false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_parent_was_let_go_comes_from_the_one_before() {
    let room = Room::open().await;
    let mut kept = Vec::new();
    for words in ["uno", "dos", "tres"] {
        room.services.set_lyrics(words).unwrap();
        kept.push(room.keep(words).await);
    }
    let history = room.services.history.clone();
    let gone = [to_engine(&kept[1])];
    tokio::task::block_in_place(|| unwatched(|progress| history.vault().unwrap().forget(&gone, progress)))
        .unwrap();
    let versions = room.timeline().await.versions;
    assert_eq!(versions.len(), 2);
    assert_eq!((&versions[0].parents, &versions[1].parents), (&vec![kept[0].clone()], &vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_version_changed_is_not_made_up_while_the_store_is_busy() {
    let room = Room::open().await;
    for words in ["uno", "dos"] {
        room.services.set_lyrics(words).unwrap();
        room.keep(words).await;
    }
    let id = room.services.projects.current().unwrap();
    // What was read of the versions is forgotten.
    let room = room.killed().await;
    let history = room.services.history.clone();
    room.timeline().await;
    let busy = std::fs::File::open(history.folder().join("son1k.lock")).unwrap();
    busy.lock().unwrap();
    assert!(tokio::task::block_in_place(|| history.look()).is_err());
    let seen = room.services.store.versions_seen(&id).await.unwrap();
    assert!(seen.is_empty(), "{seen:?}");
    drop(busy);
    tokio::task::block_in_place(|| history.look()).unwrap();
    let versions = room.timeline().await.versions;
    assert_eq!((versions[0].changes, versions[1].changes), (Some(1), Some(0)));
}
