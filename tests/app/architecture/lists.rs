//! Registrations: whatever has a file stands in its list.

use super::{Source, assert_none, read, sources};

/// Returns the files that no `mod` line of their parent names, so that nobody compiles or tests them.
fn forgotten_files(all: &[Source]) -> Vec<String> {
    let stems = ["lib", "main", "build"];
    let mut complaints = Vec::new();
    for source in all {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let stem = file.trim_end_matches(".rs");
        if stems.contains(&stem) || folder.ends_with("/examples") || folder.ends_with("/benches") {
            continue;
        }
        let parents = [format!("{folder}.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
        let module = format!("mod {stem};");
        let included = format!("include!(\"{file}\")");
        let named = |parent: &Source| {
            let lists = parents.contains(&parent.path)
                && parent.text.lines().any(|line| line.trim().ends_with(&module));
            let includes = parent.path.rsplit_once('/').is_some_and(|(place, _)| place == folder);
            lists || (includes && parent.text.contains(&included))
        };
        // A test binary of its own under a crate's `tests` folder is found by cargo.
        if !all.iter().any(named) && !folder.ends_with("/tests") {
            complaints.push(format!("{} is in no list: add `mod {stem};` to its parent", source.path));
        }
    }
    complaints
}

/// Returns the commands that the wire does not list, and those it lists without a function.
fn unlisted_commands(commands: &[Source], wire: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in commands {
        let room = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        for name in commands_in(&source.text) {
            if !wire.lines().any(|line| line.trim().trim_end_matches(',') == format!("{room}::{name}")) {
                complaints.push(format!("the command {room}::{name} is not listed in ipc.rs"));
            }
        }
    }
    complaints
}

fn commands_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text.split("#[tauri::command").skip(1) {
        let name = part.split("fn ").nth(1).and_then(|rest| rest.split(['(', '<']).next());
        names.extend(name.map(str::to_owned));
    }
    names
}

/// Returns what is wrong with the numbers of migrations: they count from 0001 without a gap.
fn misnumbered(files: &[String]) -> Vec<String> {
    let wrong = |(at, file): (usize, &String)| {
        let numbered = file.starts_with(&format!("{:04}_", at + 1)) && file.len() > "0000_.sql".len();
        (!numbered).then(|| format!("the migration {file} should be number {:04}", at + 1))
    };
    files.iter().enumerate().filter_map(wrong).collect()
}

#[test]
fn every_rust_file_stands_in_the_list_of_its_parent() {
    let all =
        [sources("src-tauri", &["rs"]), sources("tests/app", &["rs"]), sources("tests/support", &["rs"])]
            .concat();
    assert_none(forgotten_files(&all));
}

#[test]
fn every_command_is_listed_once_for_the_page() {
    let commands = sources("src-tauri/app/commands", &["rs"]);
    assert!(!commands.is_empty());
    assert_none(unlisted_commands(&commands, &read("src-tauri/app/ipc.rs")));
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let names = sources("migrations", &["sql"]);
    let names: Vec<String> =
        names.iter().map(|file| file.path.trim_start_matches("migrations/").into()).collect();
    assert!(!names.is_empty());
    assert_none(misnumbered(&names));
}

#[test]
fn a_forgotten_file_command_or_number_is_found() {
    let all = [
        Source::made_up("src-tauri/services/src/lib.rs", "pub mod ghost;"),
        Source::made_up("src-tauri/services/src/ghost.rs", ""),
        Source::made_up("src-tauri/services/src/lost.rs", ""),
        Source::made_up("src-tauri/app/lib.rs", "pub mod commands;"),
        Source::made_up("src-tauri/app/commands.rs", "pub mod ghost;"),
        Source::made_up("src-tauri/app/commands/ghost.rs", ""),
        Source::made_up("src-tauri/app/commands/lost.rs", ""),
    ];
    assert_eq!(forgotten_files(&all).len(), 2);

    let room = Source::made_up(
        "src-tauri/app/commands/ghost.rs",
        "#[tauri::command]\n#[specta::specta]\npub async fn generate(x: u8) {}\n#[tauri::command]\npub fn lost() {}",
    );
    let complaints = unlisted_commands(&[room], "collect_commands![\n  ghost::generate,\n]");
    assert_eq!(complaints, ["the command ghost::lost is not listed in ipc.rs"]);

    let numbers =
        |names: &[&str]| misnumbered(&names.iter().map(|name| name.to_string()).collect::<Vec<_>>());
    assert!(numbers(&["0001_library.sql", "0002_voices.sql"]).is_empty());
    assert_eq!(numbers(&["0001_library.sql", "0003_voices.sql"]).len(), 1);
    assert_eq!(numbers(&["library.sql"]).len(), 1);
}
