//! Where the files are: watched folders, missing files, and the way back to them.

use std::io::Write;

use son1k_domain::setting::Settings;

use super::*;

async fn watch(desk: &Desk) {
    let settings = Settings { watched_folders: vec![text(&desk.music())], ..desk.services.settings.get() };
    desk.services.save_settings(settings).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_still_being_written_is_waited_for_and_taken_once() {
    let desk = Desk::open().await;
    tone(&desk.music().join("before.wav"), 200.0, 0.2);
    watch(&desk).await;
    desk.until("what was there before", |all| all.len() == 1).await;

    let outside = desk.folder.path().join("outside.wav");
    tone(&outside, 300.0, 2.0);
    let bytes = std::fs::read(&outside).unwrap();
    let mut file = std::fs::File::create(desk.music().join("growing.wav")).unwrap();
    for part in bytes.chunks(bytes.len() / 20 + 1) {
        file.write_all(part).unwrap();
        file.flush().unwrap();
        // Far less than a file has to rest, however busy the machine is.
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(desk.all().await.len(), 1, "taken before it was whole");
    }
    drop(file);
    let all = desk.until("the whole file", |all| all.len() == 2).await;
    let grown = all.iter().find(|sound| sound.name == "growing.wav").unwrap();
    assert_eq!(grown.facts.bytes, bytes.len() as f64);

    std::fs::create_dir(desk.music().join("deep")).unwrap();
    tone(&desk.music().join("deep/later.wav"), 400.0, 0.2);
    std::fs::write(desk.music().join("deep/cover.jpg"), b"\xff\xd8\xff no sound").unwrap();
    desk.until("a file in a new folder", |all| all.len() == 3).await;

    std::fs::remove_file(desk.music().join("before.wav")).unwrap();
    let is_missing = |all: &[LibrarySound]| {
        all.iter().any(|sound| sound.name == "before.wav" && sound.state == SoundState::Missing)
    };
    desk.until("a missing file noticed", is_missing).await;
    std::fs::rename(desk.music().join("growing.wav"), desk.music().join("renamed.wav")).unwrap();
    let all = desk.until("a renamed file", |all| all.iter().any(|sound| sound.name == "renamed.wav")).await;
    assert_eq!(all.len(), 3, "a renamed file is no other sound: {all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_files_are_found_in_a_folder_by_content() {
    let desk = Desk::open().await;
    for number in 0..3 {
        tone(&desk.music().join(format!("{number}.wav")), 300.0 + number as f32, 0.2);
    }
    desk.take_in().await;
    let elsewhere = desk.folder.path().join("elsewhere/deep");
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::rename(desk.music().join("0.wav"), elsewhere.join("new name.wav")).unwrap();
    std::fs::rename(desk.music().join("1.wav"), elsewhere.join("another.wav")).unwrap();
    tone(&elsewhere.join("decoy.wav"), 999.0, 0.2);
    let status = desk.library().check().await.unwrap();
    assert_eq!((status.sounds, status.missing), (3, 2));
    let job = desk.library().relink_in(text(&desk.folder.path().join("elsewhere"))).await.unwrap();
    assert_eq!(desk.ended(&job).await, JobState::Done);
    let status = desk.library().status().await.unwrap();
    assert_eq!((status.sounds, status.missing), (3, 0));
    assert!(
        desk.all().await.iter().any(|sound| sound.name == "new name.wav" && sound.tags.title == "Tone 300")
    );
    assert!(matches!(desk.library().relink_in("/nowhere".into()).await, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_sound_is_noticed_when_it_is_used_and_linked_by_hand() {
    let desk = Desk::open().await;
    tone(&desk.music().join("a.wav"), 300.0, 0.2);
    tone(&desk.music().join("b.wav"), 400.0, 0.2);
    desk.take_in().await;
    let id = desk.all().await.into_iter().find(|sound| sound.name == "a.wav").unwrap().id;
    std::fs::remove_file(desk.music().join("a.wav")).unwrap();
    let refused = desk.library().edit_tags(std::slice::from_ref(&id), &Default::default()).await;
    assert!(matches!(refused, Err(Error::SoundMissing(_))), "{refused:?}");
    assert_eq!(desk.library().status().await.unwrap().missing, 1);

    let taken = desk.library().relink(&id, &text(&desk.music().join("b.wav"))).await;
    assert!(matches!(taken, Err(Error::InvalidField { .. })), "{taken:?}");
    tone(&desk.music().join("c.flac"), 500.0, 0.2);
    desk.library().relink(&id, &text(&desk.music().join("c.flac"))).await.unwrap();
    let linked = desk.library().sound(&id).await.unwrap();
    assert_eq!((linked.name.as_str(), linked.tags.title.as_str()), ("c.flac", "Tone 500"));
    assert_eq!((linked.state, linked.facts.codec), (SoundState::Present, son1k_domain::sound::Codec::Flac));
}
