//! What is left after a crash or damage on disk.

use std::fs;
use std::path::Path;

use son1k_domain::id::ProjectId;

use super::sample::{score, take};
use crate::document::{DOCUMENT, PREVIOUS};
use crate::{Document, Error};

/// A project saved three times, as `one`, `two` and `three`.
fn saved(folder: &Path) -> Document {
    let mut document = Document::create(folder, ProjectId::from("p"), "one").unwrap();
    document.add_take(take("a"), &score(90), true).unwrap();
    document.rename("two").unwrap();
    document.save().unwrap();
    document.rename("three").unwrap();
    document.save().unwrap();
    document
}

fn name(document: &Document) -> String {
    document.view().unwrap().name
}

#[test]
fn a_damaged_document_is_set_aside_and_the_previous_copy_opens() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    let path = folder.path().join(DOCUMENT);
    let good = fs::read(&path).unwrap();
    for length in [0, 3, 20, 60, good.len() / 2, good.len() - 1] {
        fs::write(&path, &good[..length]).unwrap();
        let (mut document, recovered) = Document::open(folder.path()).unwrap();
        let aside = recovered.unwrap().set_aside.unwrap();
        assert_eq!(fs::read(aside).unwrap(), &good[..length]);
        assert_eq!(name(&document), "two");
        assert!(document.is_saved());
        document.rename("again").unwrap();
        document.save().unwrap();
        assert_eq!(name(&Document::open(folder.path()).unwrap().0), "again");
        fs::write(&path, &good).unwrap();
        fs::remove_file(folder.path().join(PREVIOUS)).unwrap();
        saved_again(&path, &good);
    }
}

/// Brings `two` back as the previous copy.
fn saved_again(path: &Path, good: &[u8]) {
    let folder = path.parent().unwrap();
    let other = tempfile::tempdir().unwrap();
    drop(saved(other.path()));
    fs::copy(other.path().join(PREVIOUS), folder.join(PREVIOUS)).unwrap();
    fs::write(path, good).unwrap();
}

#[test]
fn a_crash_between_two_renames_leaves_a_project_that_opens() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    fs::remove_file(folder.path().join(DOCUMENT)).unwrap();
    let (document, recovered) = Document::open(folder.path()).unwrap();
    assert_eq!(recovered.unwrap().set_aside, None);
    assert_eq!(name(&document), "two");
    assert!(folder.path().join(DOCUMENT).exists());
}

#[test]
fn a_half_written_temporary_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    fs::write(folder.path().join(format!(".{DOCUMENT}.1-1.tmp")), b"SON1K\x01half").unwrap();
    let (mut document, recovered) = Document::open(folder.path()).unwrap();
    assert_eq!((name(&document).as_str(), recovered), ("three", None));
    document.rename("four").unwrap();
    document.save().unwrap();
    assert_eq!(name(&Document::open(folder.path()).unwrap().0), "four");
}

#[test]
fn saving_over_a_damaged_document_keeps_the_last_good_copy() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = saved(folder.path());
    let previous = fs::read(folder.path().join(PREVIOUS)).unwrap();
    fs::write(folder.path().join(DOCUMENT), b"overwritten by something").unwrap();
    document.rename("four").unwrap();
    document.save().unwrap();
    assert_eq!(fs::read(folder.path().join(PREVIOUS)).unwrap(), previous);
    assert_eq!(name(&Document::open(folder.path()).unwrap().0), "four");
}

#[test]
fn two_damaged_copies_are_an_error_and_nothing_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    drop(saved(folder.path()));
    fs::write(folder.path().join(DOCUMENT), b"bad").unwrap();
    fs::write(folder.path().join(PREVIOUS), b"worse").unwrap();
    assert!(matches!(Document::open(folder.path()), Err(Error::Corrupt { .. })));
    assert_eq!(fs::read(folder.path().join(DOCUMENT)).unwrap(), b"bad");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "document, copy and assets");
}

#[test]
fn a_save_that_fails_leaves_the_document_as_it_was_and_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = saved(folder.path());
    document.rename("four").unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    assert!(matches!(document.save(), Err(Error::Io { .. })));
    assert!(!document.is_saved());
    fs::create_dir_all(folder.path()).unwrap();
    document.save().unwrap();
    assert!(document.is_saved());
    assert_eq!(name(&Document::open(folder.path()).unwrap().0), "four");
}

/// Whatever moment of saving a crash hits, the document that opens and the steps that can be taken back agree.
#[test]
fn whichever_copy_opens_its_steps_are_those_of_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = saved(folder.path());
    document.undo().unwrap();
    document.rename("five").unwrap();
    document.save().unwrap();
    let path = folder.path().join(DOCUMENT);
    let good = fs::read(&path).unwrap();
    let mut written = good.clone();
    for length in (0..good.len()).rev().step_by(97).chain([good.len()]) {
        written.truncate(length.min(good.len()));
        if length == good.len() {
            written.clone_from(&good);
        }
        fs::write(&path, &written).unwrap();
        let (mut opened, _) = Document::open(folder.path()).unwrap();
        let before = name(&opened);
        let (undo, redo) = (opened.next_undo().unwrap(), opened.next_redo());
        assert_eq!(undo.subject, before, "the step that would be taken back is the one that was made last");
        assert_eq!(redo, None);
        opened.undo().unwrap();
        assert_eq!(name(&opened), "two");
        opened.redo().unwrap();
        assert_eq!(name(&opened), before);
        fs::write(&path, &good).unwrap();
    }
}

#[test]
fn a_document_without_readable_steps_is_still_the_song() {
    let folder = tempfile::tempdir().unwrap();
    let document = saved(folder.path());
    for steps in
        [&b"not json"[..], b"{}", br#"{"undo":[{"name":{"step":"from the future","subject":""}}],"redo":[]}"#]
    {
        let bytes = crate::envelope::seal(&document.doc, steps).unwrap();
        fs::write(folder.path().join(DOCUMENT), bytes).unwrap();
        let (mut opened, recovered) = Document::open(folder.path()).unwrap();
        assert_eq!((name(&opened).as_str(), recovered), ("three", None));
        assert_eq!(opened.undo().unwrap(), None);
        opened.rename("four").unwrap();
        opened.undo().unwrap();
        assert_eq!(name(&opened), "three");
    }
}

#[test]
fn a_document_of_a_newer_studio_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut document = saved(folder.path());
    document.doc.get_map("meta").insert("format", 99).unwrap();
    document.doc.commit();
    document.save().unwrap();
    assert!(matches!(Document::open(folder.path()), Err(Error::Newer { format: 99, .. })));
    assert!(folder.path().join(DOCUMENT).exists());
}
