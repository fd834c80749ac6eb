//! What sources may hold: lines, names, SQL, tauri, and the page's own arrows.

use super::{Source, assert_none, read, sources};

const CEILING: usize = 500;
const CODE: [&str; 5] = ["rs", "ts", "vue", "wgsl", "py"];
const GENERATED: &str = "ui/src/ipc/bindings.ts";
/// Endings that say what a type is made of, not what it is.
const NO_NOUNS: [&str; 6] = ["Manager", "Service", "Helper", "Util", "Utils", "Processor"];

fn too_long(all: &[Source]) -> Vec<String> {
    let over = |source: &&Source| source.path != GENERATED && source.text.lines().count() > CEILING;
    let complaint = |source: &Source| format!("{} has {} lines", source.path, source.text.lines().count());
    all.iter().filter(over).map(complaint).collect()
}

fn mod_files(all: &[Source]) -> Vec<String> {
    all.iter().filter(|source| source.path.ends_with("/mod.rs")).map(|source| source.path.clone()).collect()
}

/// Returns types whose name ends in no noun of the trade.
fn misnamed(all: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in all {
        for name in source.text.lines().filter_map(declared) {
            if NO_NOUNS.iter().any(|ending| name.ends_with(ending)) {
                complaints.push(format!("{} declares {name}", source.path));
            }
        }
    }
    complaints
}

/// Returns the name of the type that a line declares.
fn declared(line: &str) -> Option<&str> {
    let mut words = line.trim_start().split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let opens = |word: &&str| !["pub", "export", "default", "abstract", "crate", "super", ""].contains(word);
    let keyword = words.find(opens)?;
    ["struct", "enum", "trait", "class"].contains(&keyword).then(|| words.next())?
}

/// Returns files with SQL outside the store; the queue's own tables are the queue engine's.
fn strays_of_sql(all: &[Source]) -> Vec<String> {
    let verbs = ["SELECT ", "INSERT INTO", "INSERT OR", "UPDATE ", "DELETE FROM", "CREATE TABLE", "PRAGMA "];
    let speaks = |source: &&Source| {
        verbs.iter().any(|verb| {
            ["\"", "r\"", "r#\""].iter().any(|quote| source.text.contains(&format!("{quote}{verb}")))
        })
    };
    let may = |path: &str| {
        path.starts_with("src-tauri/store/")
            || path.starts_with("src-tauri/services/src/jobs")
            || path.starts_with("tests/")
    };
    all.iter().filter(speaks).filter(|source| !may(&source.path)).map(|source| source.path.clone()).collect()
}

/// Returns files outside the app that name tauri in code.
fn strays_of_tauri(all: &[Source]) -> Vec<String> {
    let code = |line: &&str| !line.trim_start().starts_with("//") && line.contains("tauri::");
    let stray = |source: &&Source| {
        !source.path.starts_with("src-tauri/app/") && source.text.lines().any(|line| code(&line))
    };
    all.iter().filter(stray).map(|source| source.path.clone()).collect()
}

/// Returns imports of the page that go against its arrows.
fn wrong_imports(all: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in all {
        for from in source.text.lines().filter_map(imported) {
            if forbidden(&source.path, from) {
                complaints.push(format!("{} must not import {from}", source.path));
            }
        }
    }
    complaints
}

fn imported(line: &str) -> Option<&str> {
    let statement = line.trim_start();
    if !["import", "export", "} from"].iter().any(|start| statement.starts_with(start)) {
        return None;
    }
    statement.rsplit_once("from ").map(|(_, rest)| rest.trim_matches([' ', ';', '\'', '"']))
}

fn forbidden(path: &str, from: &str) -> bool {
    let layer = |name: &str| from.contains(&format!("/{name}/")) || from.ends_with(&format!("/{name}"));
    let inside = |name: &str| path.starts_with(&format!("ui/src/{name}/"));
    let other_studio = inside("studios")
        && path.split('/').nth(3).is_some_and(|own| {
            layer("studios")
                && !from.contains(&format!("/studios/{own}/"))
                && !from.ends_with(&format!("/{own}"))
        });
    (from.starts_with("@tauri-apps") && !inside("ipc"))
        || (inside("components") && (layer("stores") || layer("ipc") || layer("studios")))
        || (inside("composables")
            && (layer("stores") || layer("ipc") || layer("studios") || layer("components")))
        || (inside("stores") && (layer("studios") || layer("components")))
        || (inside("ipc") && (layer("stores") || layer("studios") || layer("components")))
        || other_studio
}

/// Returns manifests that do not take the lints of the workspace, `unsafe_code = "forbid"` among them.
fn without_lints(manifests: &[Source]) -> Vec<String> {
    let bare = |source: &&Source| !source.text.contains("[lints]\nworkspace = true");
    manifests.iter().filter(bare).map(|source| source.path.clone()).collect()
}

fn rust() -> Vec<Source> {
    [sources("src-tauri", &["rs"]), sources("tests", &["rs"])].concat()
}

/// The page's sources; its tests may reach over the arrows to stand in for a neighbour.
fn page() -> Vec<Source> {
    let mut all = sources("ui/src", &["ts", "vue"]);
    all.retain(|source| !source.path.ends_with(".test.ts") && !source.path.ends_with(".spec.ts"));
    all
}

#[test]
fn no_source_is_longer_than_500_lines() {
    let all = sources("", &CODE);
    assert!(all.len() > 50, "only {} sources found", all.len());
    assert_none(too_long(&all));
}

#[test]
fn no_module_hides_in_a_mod_file() {
    assert_none(mod_files(&rust()));
}

#[test]
fn types_are_nouns_of_the_trade() {
    assert_none(misnamed(&[rust(), page()].concat()));
}

#[test]
fn only_the_store_speaks_sql() {
    assert_none(strays_of_sql(&rust()));
}

#[test]
fn only_the_app_names_tauri() {
    let mut all = sources("src-tauri", &["rs"]);
    all.retain(|source| !source.path.starts_with("src-tauri/xtask/"));
    assert_none(strays_of_tauri(&all));
}

#[test]
fn the_page_follows_its_arrows() {
    assert_none(wrong_imports(&page()));
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let manifests = sources("src-tauri", &["toml"]);
    let mut manifests: Vec<Source> =
        manifests.into_iter().filter(|file| file.path.ends_with("Cargo.toml")).collect();
    manifests.push(Source { path: "Cargo.toml".into(), text: read("Cargo.toml") });
    assert!(manifests.len() > 8);
    assert_none(without_lints(&manifests));
    assert!(read("Cargo.toml").contains("unsafe_code = \"forbid\""));
}

#[test]
fn every_crate_opens_with_its_purpose() {
    let mut roots = rust();
    roots.retain(|source| source.path.ends_with("/src/lib.rs") || source.path.ends_with("/app/lib.rs"));
    let silent =
        roots.iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path.clone());
    assert_none(silent.collect());
}

#[test]
fn a_stray_line_name_or_import_is_found() {
    let one = |path: &str, text: &str| vec![Source::made_up(path, text)];
    assert_eq!(too_long(&one("ui/src/a.ts", &"x\n".repeat(CEILING + 1))).len(), 1);
    assert!(too_long(&one("ui/src/a.ts", &"x\n".repeat(CEILING))).is_empty());
    assert!(too_long(&one(GENERATED, &"x\n".repeat(CEILING + 1))).is_empty());
    assert_eq!(mod_files(&one("src-tauri/audio/src/effects/mod.rs", "")).len(), 1);
    assert_eq!(misnamed(&one("a.rs", "pub(crate) struct AudioManager<T> {")).len(), 1);
    assert!(misnamed(&one("a.rs", "pub struct Services {")).is_empty());
    assert_eq!(strays_of_sql(&one("src-tauri/services/src/ghost.rs", "query(\"SELECT 1\")")).len(), 1);
    assert!(strays_of_sql(&one("src-tauri/store/src/job.rs", "query(\"SELECT 1\")")).is_empty());
    assert_eq!(strays_of_tauri(&one("src-tauri/services/src/a.rs", "use tauri::Manager;")).len(), 1);
    assert_eq!(without_lints(&one("src-tauri/a/Cargo.toml", "[package]")).len(), 1);
}

#[test]
fn an_import_against_the_pages_arrows_is_found() {
    for (path, line) in [
        ("ui/src/stores/jobs.ts", "import { invoke } from '@tauri-apps/api/core';"),
        ("ui/src/components/jobs/JobRow.vue", "import { useJobs } from '../../stores/jobs';"),
        ("ui/src/components/jobs/JobRow.vue", "import { ipc } from '@/ipc'"),
        ("ui/src/composables/useFrame.ts", "import X from '@/components/base/X.vue'"),
        ("ui/src/studios/ghost/GhostStudio.vue", "import S from '@/studios/settings/Panel.vue'"),
        ("ui/src/ipc/index.ts", "export { x } from '../stores/jobs'"),
    ] {
        assert_eq!(wrong_imports(&[Source::made_up(path, line)]).len(), 1, "{path}: {line}");
    }
    for (path, line) in [
        ("ui/src/ipc/tauri.ts", "import { invoke } from '@tauri-apps/api/core';"),
        ("ui/src/studios/ghost/GhostStudio.vue", "import { useJobs } from '@/stores/jobs'"),
        ("ui/src/studios/ghost/GhostStudio.vue", "import P from '@/studios/ghost/Prompt.vue'"),
    ] {
        assert!(wrong_imports(&[Source::made_up(path, line)]).is_empty(), "{path}: {line}");
    }
}
