//! Places that cannot be written, whoever asks: permissions do not stop an administrator, so none are used here.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use son1k_domain::ErrorCode::Unwritable;

use super::{SONG, SPANISH, Son1k};

const HINTS: [&str; 2] = ["Choose another folder", "Elige otra carpeta"];

/// Runs in both languages and fails unless the place is named with a hint.
#[track_caller]
fn assert_refused(son1k: &Son1k, arguments: &[&str], place: &Path) {
    let [english, spanish] = HINTS;
    for (son1k, hint) in [(son1k.speaking(super::ENGLISH), english), (son1k.speaking(SPANISH), spanish)] {
        let problem = son1k.run(arguments).refusal(Unwritable);
        assert!(problem.message.contains(&*place.display().to_string()), "{problem:?}");
        assert!(problem.hint.contains(hint), "{problem:?}");
    }
}

#[test]
fn data_that_cannot_be_written_anywhere_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    for data in [file.as_path(), Path::new("/dev/null/son1k"), Path::new("/proc/son1k")] {
        let son1k = Son1k::new(data);
        assert_refused(&son1k, &["doctor", "--json"], data);
        assert_refused(&son1k, &[&SONG[..], &["--json"]].concat(), data);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_studio_whose_folders_refuse_later_is_told_and_its_songs_stay() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(&folder.path().join("data"));
    let out = folder.path().join("song.wav");
    son1k.song(&out);
    for part in ["logs", "data", "cache", "projects"] {
        let (place, aside) = (son1k.data.join(part), folder.path().join("aside"));
        fs::rename(&place, &aside).unwrap();
        // A folder that is there and takes no file.
        symlink("/proc", &place).unwrap();
        assert_refused(&son1k, &[&SONG[..], &["--json"]].concat(), &place);
        fs::remove_file(&place).unwrap();
        fs::rename(&aside, &place).unwrap();
    }
    son1k.assert_song_is_kept(&out);
}

#[test]
fn a_song_that_cannot_be_written_where_it_should_go_is_told_and_leaves_no_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(&folder.path().join("data"));
    let (out, place) = (folder.path().join("song.wav"), folder.path().join("place"));
    son1k.song(&out);
    fs::create_dir_all(place.join("folder.wav/inside")).unwrap();
    fs::write(place.join("file"), "mine").unwrap();
    let before = super::files(&place);
    for name in ["nowhere/song.wav", "nowhere/song.mp3", "file/song.flac", "folder.wav"] {
        let target = place.join(name);
        let text = target.display().to_string();
        assert_refused(&son1k, &[&SONG[..], &["--json", "--out", &text]].concat(), &target);
    }
    let song = [&SONG[..], &["--json", "--out", out.to_str().unwrap()]].concat();
    for (option, name) in [("--stems", "file"), ("--midi", "nowhere/song.mid")] {
        let target = place.join(name);
        let text = target.display().to_string();
        assert_refused(&son1k, &[&song[..], &[option, &text]].concat(), &target);
    }
    assert_eq!(super::files(&place), before);
    assert_eq!(fs::read_to_string(place.join("file")).unwrap(), "mine");
    son1k.assert_song_is_kept(&out);
}
