//! The tree keeps its word: arrows between crates, the ceiling on files, registrations, and the drawing in `docs`.
//!
//! Every rule is a function from facts to complaints, so that each is also shown a made-up violation.

mod arrows;
mod lists;
mod sources;
mod tree;

use son1k_support::clone::root;

/// Fails with every complaint at once.
#[track_caller]
fn assert_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Reads a text file of the clone.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path))
        .unwrap_or_else(|cause| panic!("could not read {path}: {cause}"))
}

/// A source file: its path from the root with `/`, and its text.
#[derive(Debug, Clone)]
struct Source {
    path: String,
    text: String,
}

impl Source {
    #[cfg(test)]
    fn made_up(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// Folders that are not sources: built, fetched or installed.
const NOT_OURS: [&str; 8] = ["target", "node_modules", "dist", "weights", "gen", "out", "coverage", ".git"];

/// Returns the sources under a folder with one of the extensions, in order.
fn sources(folder: &str, extensions: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
                folders.push(path);
            } else if extensions.iter().any(|extension| name.ends_with(&format!(".{extension}"))) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let path = path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}
