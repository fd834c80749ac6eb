//! A shelf that lacks something, or holds something damaged.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;
use son1k_domain::ErrorCode::{self, ModelCorrupt, ModelMissing, RuntimeMissing};
use son1k_support::clone;
use tempfile::TempDir;

use super::{SONG, SPANISH, Son1k};

/// What is done to the first file of an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Harm {
    Missing,
    Truncated,
    /// Sizes do not show it.
    Zeroed,
}

/// A program whose shelf links to the real one, except for one file of one entry.
struct Harmed {
    folder: TempDir,
    son1k: Son1k<'static>,
    entry: &'static str,
}

impl Harmed {
    fn new(entry: &'static str, file: &str, harm: Harm) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let models = folder.path().join("models");
        let weights = clone::weights().canonicalize().expect("run `cargo xtask setup` first");
        link(&weights, &models);
        fs::remove_file(models.join(entry)).unwrap();
        link(&weights.join(entry), &models.join(entry));
        let harmed = models.join(entry).join(file);
        let length = harmed.metadata().unwrap().len();
        fs::remove_file(&harmed).unwrap();
        if harm != Harm::Missing {
            let keep = if harm == Harm::Zeroed { length } else { length / 2 };
            fs::File::create(&harmed).unwrap().set_len(keep).unwrap();
        }
        let son1k = Son1k { models, ..Son1k::new(&folder.path().join("data")) };
        Self { folder, son1k, entry }
    }

    fn command(&self) -> String {
        format!("son1k models fetch {}", self.entry)
    }

    /// Returns what `doctor` says of the entry, after looking that it exits as it says.
    fn check(&self, locale: &'static str) -> Value {
        let said = self.son1k.speaking(locale).run(&["doctor", "--json"]);
        let report = said.json();
        assert_eq!(said.code, Some(if report["ok"] == true { 0 } else { 1 }), "{said:?}");
        let checks = report["checks"].as_array().expect("checks").clone();
        checks.into_iter().find(|check| check["id"] == self.entry).expect("the entry is checked")
    }

    /// Fails unless `doctor` says in both languages what is wrong and which command mends it.
    #[track_caller]
    fn assert_examined(&self, state: &str, found: [&str; 2]) {
        for (locale, found) in [super::ENGLISH, SPANISH].into_iter().zip(found) {
            let check = self.check(locale);
            assert_eq!(check["state"], state, "{check}");
            assert!(check["found"].as_str().unwrap().ends_with(found), "{check}");
            assert!(check["hint"].as_str().unwrap().ends_with(&self.command()), "{check}");
        }
    }
}

/// Links each thing in one folder into another, new one.
fn link(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        symlink(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

const MISSING: [&str; 2] = [": missing", ": falta"];
const DAMAGED: [&str; 2] = [": damaged", ": dañado"];

#[track_caller]
fn no_song(entry: &'static str, file: &str, harm: Harm, code: ErrorCode, name: &str) {
    let harmed = Harmed::new(entry, file, harm);
    for locale in [super::ENGLISH, SPANISH] {
        let problem = harmed.son1k.speaking(locale).run(&[&SONG[..], &["--json"]].concat()).refusal(code);
        assert!(problem.message.contains(name), "{problem:?}");
        assert!(problem.hint.ends_with(&harmed.command()), "{problem:?}");
        assert_eq!(problem.hint.starts_with("Fetch"), locale == super::ENGLISH, "{problem:?}");
    }
    harmed.assert_examined("fails", if harm == Harm::Missing { MISSING } else { DAMAGED });
    // A song needs the shelf again, nothing else.
    let mended = Son1k { models: clone::weights(), ..Son1k::new(&harmed.son1k.data) };
    mended.song(&harmed.folder.path().join("song.wav"));
}

#[test]
fn without_a_sound_bank_no_song_is_made_and_the_command_that_fetches_it_is_named() {
    no_song("fluidr3mono", "fluidr3mono.sf2", Harm::Missing, ModelMissing, "FluidR3");
}

#[test]
fn a_truncated_sound_bank_is_named_with_the_command_that_mends_it() {
    no_song("fluidr3mono", "fluidr3mono.sf2", Harm::Truncated, ModelCorrupt, "FluidR3");
}

#[test]
fn a_sound_bank_that_is_damaged_at_its_full_size_is_named_all_the_same() {
    no_song("fluidr3mono", "fluidr3mono.sf2", Harm::Zeroed, ModelCorrupt, "FluidR3");
}

#[test]
fn a_missing_one_shot_is_told_with_the_command_that_mends_it() {
    no_song("one-shots", "bd_808.flac", Harm::Missing, ModelMissing, "");
}

/// A song is made, without tags, and says why in both languages.
#[track_caller]
fn no_tags(harmed: &Harmed, code: ErrorCode) {
    let out = harmed.folder.path().join("song.wav").display().to_string();
    for (locale, told) in [(super::ENGLISH, "no tags: "), (SPANISH, "sin etiquetas: ")] {
        let said = harmed.son1k.speaking(locale).run(&[&SONG[..], &["--json", "--out", &out]].concat());
        let made = said.json();
        assert_eq!((said.code, &made["tags"]), (Some(0), &Value::Array(vec![])), "{said:?}");
        let warning = &made["warnings"][0];
        assert_eq!(warning["code"], serde_json::to_value(code).unwrap(), "{said:?}");
        assert!(warning["hint"].as_str().unwrap().ends_with(&harmed.command()), "{said:?}");
        assert!(said.err.contains(told) && said.err.contains(&harmed.command()), "{said:?}");
    }
}

#[test]
fn without_the_runtime_library_a_song_is_made_without_tags_and_says_so() {
    let library = if cfg!(target_os = "macos") { "libonnxruntime.dylib" } else { "libonnxruntime.so" };
    for (harm, code, found) in [
        (Harm::Missing, ModelMissing, MISSING),
        (Harm::Truncated, ModelCorrupt, DAMAGED),
        (Harm::Zeroed, RuntimeMissing, DAMAGED),
    ] {
        let harmed = Harmed::new("onnxruntime", library, harm);
        no_tags(&harmed, code);
        harmed.assert_examined("limited", found);
    }
}

#[test]
fn a_truncated_tagging_model_costs_the_tags_only() {
    let harmed = Harmed::new("musicnn-mtt", "musicnn-mtt.onnx", Harm::Truncated);
    no_tags(&harmed, ModelCorrupt);
    harmed.assert_examined("limited", DAMAGED);
}

#[test]
fn a_whole_shelf_warns_of_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let made = Son1k::new(&folder.path().join("data")).song(&folder.path().join("song.wav"));
    assert_eq!(made["warnings"], Value::Array(vec![]));
}
