//! What is made of what was downloaded.

use super::*;

#[test]
fn parts_are_put_behind_one_another_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let parts: Vec<PathBuf> = ["9", "10", "1"].iter().map(|name| folder.path().join(name)).collect();
    for (part, text) in parts.iter().zip(["in ", "their ", "order"]) {
        std::fs::write(part, text).unwrap();
    }
    let whole = folder.path().join("whole");
    join(&parts, &whole).unwrap();
    assert_eq!(std::fs::read_to_string(&whole).unwrap(), "in their order");
    assert!(!parts.iter().any(|part| part.exists()), "the whole is there once");
}

#[test]
fn a_part_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (there, gone) = (folder.path().join("there"), folder.path().join("gone"));
    std::fs::write(&there, "there").unwrap();
    assert!(join(&[there, gone], &folder.path().join("whole")).is_err());
}
