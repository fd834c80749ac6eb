//! A queue that grows while it is heard.

use son1k_domain::setting::Language;
use son1k_store::Store;
use tempfile::TempDir;

use super::*;

async fn transport(folder: &TempDir) -> Arc<Transport> {
    let ((store, _), events) = (Store::open(folder.path()).await.unwrap(), Events::default());
    let settings = CurrentSettings::new(Settings::default(), Language::En, store, events.clone());
    Transport::open(Arc::new(settings), events)
}

fn queue() -> Queue {
    let entry = QueueEntry { sound: None, version: None, name: "a phrase".into(), duration: Seconds(1.0) };
    Queue {
        entries: vec![entry],
        current: 0,
        crossfade: Seconds(0.0),
        repeat: false,
        speed: 1.0,
        selection: None,
        compared: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_runs_dry_plays_until_nothing_more_comes() {
    let folder = tempfile::tempdir().unwrap();
    let transport = transport(&folder).await;
    let turn = transport.put_open_queue(queue());
    assert_eq!(transport.state().state, PlaybackState::Stopped, "nobody has started it");
    transport.changed(PlayerEvent::Ended);
    assert_eq!(transport.state().state, PlaybackState::Playing, "the next phrase is being made");
    transport.complete(turn);
    assert_eq!(transport.state().state, PlaybackState::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_its_place_does_not_wait() {
    let folder = tempfile::tempdir().unwrap();
    let transport = transport(&folder).await;
    let before = transport.put_open_queue(queue());
    transport.changed(PlayerEvent::Ended);
    let closed = transport.put_queue(queue());
    transport.changed(PlayerEvent::Ended);
    assert_eq!(transport.state().state, PlaybackState::Stopped, "nothing more comes of this one");
    let open = transport.put_open_queue(queue());
    transport.changed(PlayerEvent::Ended);
    transport.complete(before);
    transport.complete(closed);
    assert_eq!(transport.state().state, PlaybackState::Playing, "this one is not what ended");
    transport.unload();
    assert_eq!(transport.state().state, PlaybackState::Empty);
    assert!(!transport.is_turn(open));
}
