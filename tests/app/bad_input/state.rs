//! The database or the settings in it are damaged when the program starts.

use std::fs;
use std::path::{Path, PathBuf};

use son1k_domain::setting::Settings;
use son1k_services::{Options, Services};

use super::{ENGLISH, SPANISH, Said, Son1k};

/// Fails unless the program went on, told of the damage in words, and named a file that holds these bytes.
#[track_caller]
fn assert_set_aside(said: &Said, words: [&str; 2], holds: &[u8]) {
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(words.iter().all(|words| said.err.contains(words)), "{words:?}: {said:?}");
    let named = said.err.lines().map(str::trim).map(PathBuf::from).find(|path| path.is_file());
    assert_eq!(fs::read(named.expect("the file is named")).unwrap(), holds);
}

#[test]
fn a_damaged_database_is_set_aside_its_last_copy_is_used_and_songs_are_known() {
    for (locale, words) in [
        (ENGLISH, ["database was damaged; its last good copy is back", "kept beside it"]),
        (SPANISH, ["base de datos estaba dañada; se recuperó la última copia", "se guardó al lado"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let son1k = Son1k::new(&folder.path().join("data")).speaking(locale);
        let out = folder.path().join("song.wav");
        son1k.song(&out);
        // Each start copies what the one before left.
        assert_eq!(son1k.run(&["models", "list"]).code, Some(0));
        let garbage = [7; 9000];
        fs::write(son1k.data.join("data/studio.db"), garbage).unwrap();
        assert_set_aside(&son1k.run(&["models", "list"]), words, &garbage);
        son1k.assert_song_is_kept(&out);
        assert_eq!(son1k.run(&["models", "list"]).err, "", "told once");
    }
}

#[test]
fn a_damaged_database_without_a_copy_starts_anew_and_both_languages_say_so() {
    for (locale, words) in [
        (ENGLISH, ["database was damaged and was started anew", "Your projects"]),
        (SPANISH, ["base de datos estaba dañada y se empezó de nuevo", "Tus proyectos"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let son1k = Son1k::new(folder.path()).speaking(locale);
        fs::create_dir_all(folder.path().join("data")).unwrap();
        let garbage = b"not a database ".repeat(400);
        fs::write(folder.path().join("data/studio.db"), &garbage).unwrap();
        assert_set_aside(&son1k.run(&["models", "list"]), words, &garbage);
        assert_eq!(son1k.run(&["models", "list"]).err, "", "told once");
    }
}

#[test]
fn doctor_tells_of_a_damaged_database_in_json_too() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(folder.path());
    fs::create_dir_all(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/studio.db"), [7; 9000]).unwrap();
    let notices = son1k.run(&["doctor", "--json"]).json()["notices"].clone();
    assert_eq!(notices[0]["problem"]["code"], "database_corrupt", "{notices}");
    assert!(Path::new(notices[0]["set_aside"].as_str().unwrap()).is_file());
}

#[test]
fn damaged_settings_are_set_aside_and_the_readable_rest_stays() {
    for (locale, words) in [
        (ENGLISH, ["settings were damaged", "Check language and audio output"]),
        (SPANISH, ["ajustes estaban dañados", "Revisa el idioma"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let son1k = Son1k::new(folder.path()).speaking(locale);
        let kept = Settings { volume: 0.5, cache_mib: 777, ..Settings::default() };
        settings(folder.path(), Some(kept.clone()));
        let before = serde_json::to_string(&kept).unwrap();
        let damaged = before.replace("\"volume\":0.5", "\"volume\":\"x\"");
        replace(&folder.path().join("data/studio.db"), &before, &damaged);
        assert_set_aside(&son1k.run(&["models", "list"]), words, damaged.as_bytes());
        assert_eq!(son1k.run(&["models", "list"]).err, "", "told once");
        assert_eq!(settings(folder.path(), None), Settings { volume: 1.0, ..kept });
    }
}

/// Keeps settings, when there are any to keep, and returns those in force.
fn settings(data: &Path, keep: Option<Settings>) -> Settings {
    tauri::async_runtime::block_on(async {
        let options = Options { data_dir: Some(data.to_owned()), ..Options::default() };
        let services = Services::open(options).await.expect("the studio opens");
        if let Some(settings) = keep {
            services.save_settings(settings).await.expect("the settings are kept");
        }
        services.close(std::time::Duration::ZERO).await;
        services.settings.get()
    })
}

/// Replaces text in a database by other text of the same length, which SQLite cannot notice.
fn replace(database: &Path, before: &str, after: &str) {
    assert_eq!(before.len(), after.len());
    let mut bytes = fs::read(database).unwrap();
    let at = bytes.windows(before.len()).position(|part| part == before.as_bytes()).expect("it is there");
    bytes[at..at + after.len()].copy_from_slice(after.as_bytes());
    fs::write(database, bytes).unwrap();
}
