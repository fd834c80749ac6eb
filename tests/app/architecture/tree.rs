//! The drawing of the tree in `docs/architecture.md` is the tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{NOT_OURS, assert_none, read, root};

/// Folders that must be drawn with everything directly in them that is a folder.
const DRAWN_WHOLE: [&str; 4] = ["src-tauri", "tests", "ui/src", "docs"];

/// Reads the paths out of a drawing made of `├──`, `└──` and `│`; `{a, b}` and several names in a line are several.
fn drawn(document: &str) -> BTreeSet<String> {
    let drawing = document.split("```").find(|block| block.contains("├── ")).unwrap_or_default();
    let mut paths = BTreeSet::new();
    let mut above: Vec<String> = Vec::new();
    for line in drawing.lines() {
        let Some((before, rest)) = line.split_once("── ") else { continue };
        // Four columns a level; the branch itself takes the last ones.
        let depth = before.chars().count() / 4;
        above.truncate(depth);
        let names = rest.split("  ").take_while(|name| looks_like_a_name(name)).collect::<Vec<_>>();
        let folder = names.first().copied().unwrap_or_default().trim_end_matches('/').to_owned();
        for name in &names {
            paths.insert([above.clone(), vec![name.trim_end_matches('/').to_owned()]].concat().join("/"));
        }
        above.push(folder);
    }
    paths
}

fn looks_like_a_name(word: &str) -> bool {
    !word.is_empty()
        && !word.contains(' ')
        && (word.ends_with('/') || word.contains('.') || word == "LICENSE")
}

fn not_there(drawn: &BTreeSet<String>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    drawn.iter().filter(|path| !exists(path)).map(|path| format!("{path} is drawn and not there")).collect()
}

fn not_drawn(drawn: &BTreeSet<String>, folder: &str, children: &[String]) -> Vec<String> {
    let missing =
        children.iter().map(|child| format!("{folder}/{child}")).filter(|path| !drawn.contains(path));
    missing.map(|path| format!("{path} is there and not drawn")).collect()
}

fn folders_in(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
    // Git keeps no empty folders, so they are nobody's.
    let kept = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_some());
    let folders = entries.filter(|entry| entry.path().is_dir() && kept(&entry.path()));
    let folders = folders.filter(|entry| !NOT_OURS.iter().any(|name| entry.file_name() == *name));
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn the_drawing_in_the_docs_is_the_tree() {
    let drawn = drawn(&read("docs/architecture.md"));
    assert!(drawn.len() > 25, "only {} paths are drawn", drawn.len());
    let mut complaints = not_there(&drawn, |path| root().join(path).exists());
    for folder in DRAWN_WHOLE {
        complaints.extend(not_drawn(&drawn, folder, &folders_in(folder)));
    }
    assert_none(complaints);
}

#[test]
fn a_room_missing_from_the_drawing_or_from_the_disk_is_found() {
    let document = "```\n.\n├── Cargo.toml  workspace\n├── src-tauri/    ALL RUST\n│   ├── audio/     ENGINE cpal, rodio\n\
                    │   └── lost/      ENGINE\n└── ui/\n    └── src/\n```";
    let drawn = drawn(document);
    let paths: Vec<&str> = drawn.iter().map(String::as_str).collect();
    assert_eq!(paths, ["Cargo.toml", "src-tauri", "src-tauri/audio", "src-tauri/lost", "ui", "ui/src"]);
    assert_eq!(not_there(&drawn, |path| path != "src-tauri/lost"), ["src-tauri/lost is drawn and not there"]);
    let children = ["audio".to_owned(), "api".to_owned()];
    assert_eq!(not_drawn(&drawn, "src-tauri", &children), ["src-tauri/api is there and not drawn"]);
}
