//! From what was dropped, pasted or chosen to files.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

/// Returns the path that a text means: a `file://` address, a path in quotes, or the path itself.
pub(super) fn path_of(text: &str) -> PathBuf {
    let text = text.trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let Some(address) = text.strip_prefix("file://") else { return absolute(Path::new(text)) };
    let path = address.strip_prefix("localhost").unwrap_or(address);
    // `file:///C:/music` on Windows.
    let path = match path.as_bytes() {
        [b'/', _, b':', ..] => &path[1..],
        _ => path,
    };
    absolute(Path::new(&decoded(path)))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Undoes percent encoding (RFC 3986 §2.1).
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let code = code.and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// Returns the files that are meant: each path itself, or all files in the folder and the folders below, by name. What
/// begins with a dot is left out of folders; a path that is not there is returned, so that somebody says so.
pub(super) fn files(paths: &[String]) -> impl Iterator<Item = PathBuf> {
    let paths: Vec<PathBuf> = paths.iter().map(|text| path_of(text)).collect();
    paths.into_iter().flat_map(|path| in_folder(path))
}

fn in_folder(path: PathBuf) -> Box<dyn Iterator<Item = PathBuf>> {
    if !path.is_dir() {
        return Box::new(std::iter::once(path));
    }
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    let shown = walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
    Box::new(
        shown.filter_map(Result::ok).filter(|entry| !entry.file_type().is_dir()).map(DirEntry::into_path),
    )
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_addresses_and_quoted_paths_are_paths() {
        assert_eq!(path_of("file:///m%C3%BAsica/a%20b.wav"), Path::new("/música/a b.wav"));
        assert_eq!(path_of(" \"/music/100%.wav\" "), Path::new("/music/100%.wav"));
        assert_eq!(path_of("file://localhost/x%2"), Path::new("/x%2"));
        assert!(path_of("song.wav").is_absolute());
    }

    #[test]
    fn a_folder_is_its_files_without_the_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["b/2.wav", "b/.x/3.wav", "a.wav", ".hidden"] {
            std::fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
            std::fs::write(folder.path().join(file), "x").unwrap();
        }
        let root = folder.path().display().to_string();
        let found: Vec<_> = files(&[root, "/nowhere.wav".into()]).collect();
        let expected = [folder.path().join("a.wav"), folder.path().join("b/2.wav"), "/nowhere.wav".into()];
        assert_eq!(found, expected);
    }
}
