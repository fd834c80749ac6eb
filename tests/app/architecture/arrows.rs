//! The arrows between crates, read from cargo itself.

use std::process::Command;

use super::{assert_none, root};

/// A package and the packages that its own manifest names.
struct Package {
    name: String,
    needs: Vec<Need>,
}

struct Need {
    name: String,
    for_tests: bool,
}

/// Crates that meet only in `services`.
const ENGINES: [&str; 13] = [
    "audio",
    "sound",
    "composer",
    "speech",
    "voice",
    "marks",
    "credentials",
    "inference",
    "gpu",
    "project",
    "history",
    "store",
    "platform",
];
const APP: &str = "son1k-studio";

/// Returns which of our crates a crate may depend on.
fn allowed(name: &str) -> Option<Vec<String>> {
    let ours = |names: &[&str]| names.iter().map(|name| format!("son1k-{name}")).collect::<Vec<_>>();
    match name.strip_prefix("son1k-")? {
        "studio" => Some(ours(&["services", "domain", "api"])),
        "cli" | "api" => Some(ours(&["services", "domain"])),
        "services" => Some([ours(&ENGINES), ours(&["domain"])].concat()),
        "domain" | "xtask" => Some(Vec::new()),
        "support" => Some(ours(&["domain"])),
        "audio" => Some(ours(&["sound", "domain"])),
        engine if ENGINES.contains(&engine) => Some(ours(&["domain"])),
        _ => None,
    }
}

fn broken(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in packages {
        let Some(allowed) = allowed(&package.name) else {
            complaints.push(format!("{} has no place in the drawing of the arrows", package.name));
            continue;
        };
        for need in &package.needs {
            let test_help = need.for_tests && need.name == "son1k-support";
            if need.name.starts_with("son1k-") && !test_help && !allowed.contains(&need.name) {
                complaints.push(format!("{} must not depend on {}", package.name, need.name));
            }
            if need.name.starts_with("tauri") && package.name != APP {
                complaints.push(format!("{} must not name {}: only the app does", package.name, need.name));
            }
            if need.name == "sqlx" && !["son1k-store", "son1k-services"].contains(&package.name.as_str()) {
                complaints.push(format!("{} must not name sqlx: the store owns all SQL", package.name));
            }
        }
    }
    complaints
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let facts: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let list = facts["packages"].as_array().expect("cargo metadata lists packages");
    list.iter().map(package).collect()
}

fn package(facts: &serde_json::Value) -> Package {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let needs = facts["dependencies"].as_array().into_iter().flatten();
    Package {
        name: text(&facts["name"]),
        needs: needs
            .map(|need| Need { name: text(&need["name"]), for_tests: need["kind"] == "dev" })
            .collect(),
    }
}

fn made_up(name: &str, need: &str, for_tests: bool) -> Vec<Package> {
    vec![Package { name: name.into(), needs: vec![Need { name: need.into(), for_tests }] }]
}

#[test]
fn dependencies_follow_the_arrows() {
    let packages = packages();
    assert!(packages.len() >= 10, "cargo metadata named only {} packages", packages.len());
    assert_none(broken(&packages));
}

#[test]
fn an_arrow_drawn_backwards_is_found() {
    for (name, need, for_tests) in [
        ("son1k-audio", "son1k-composer", false),
        ("son1k-domain", "son1k-store", false),
        ("son1k-studio", "son1k-audio", false),
        ("son1k-cli", "son1k-platform", true),
        ("son1k-composer", "son1k-support", false),
        ("son1k-xtask", "son1k-domain", false),
        ("son1k-services", "tauri", false),
        ("son1k-audio", "sqlx", true),
        ("son1k-helpers", "serde", false),
    ] {
        assert_eq!(broken(&made_up(name, need, for_tests)).len(), 1, "{name} → {need}");
    }
    assert!(broken(&made_up("son1k-audio", "son1k-support", true)).is_empty());
    assert!(broken(&made_up("son1k-services", "son1k-audio", false)).is_empty());
    assert!(broken(&made_up("son1k-audio", "son1k-sound", false)).is_empty());
    assert!(!broken(&made_up("son1k-sound", "son1k-audio", false)).is_empty());
}
