//! What the processes do that are killed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::SIZE;
use crate::tests::sample::{Desk, draft, noise, quietly, step};
use crate::{Contents, Key, Note, Place, Version, VersionId};

/// What a process notes once it was told that something is done, and before it starts what cannot be taken back.
pub(super) struct Notes(PathBuf);

/// What the notes of all processes of a test say.
#[derive(Default)]
pub(super) struct Noted {
    /// Versions that must be there, and the number of what they hold.
    pub(super) kept: Vec<(VersionId, u64)>,
    /// The number of what was damaged last.
    pub(super) hurt: Option<u64>,
    /// A number that was not used yet.
    pub(super) next: u64,
}

impl Notes {
    pub(super) fn of(root: &Path) -> Self {
        Self(root.join("notes"))
    }

    fn add(&self, line: &str) {
        let mut notes = File::options().append(true).create(true).open(&self.0).unwrap();
        notes.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    pub(super) fn gone(&self, id: &VersionId) {
        self.add(&format!("gone {id}"));
    }

    /// Reads the lines; one that a kill cut off does not count.
    pub(super) fn read(&self) -> Noted {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        let mut noted = Noted::default();
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["begun", number] => noted.next = number.parse::<u64>().unwrap() + 1,
                ["kept", id, number] => noted.kept.push((VersionId(id.into()), number.parse().unwrap())),
                ["hurt", number] => noted.hurt = Some(number.parse().unwrap()),
                ["gone", id] => noted.kept.retain(|(kept, _)| kept.0 != id),
                _ => panic!("{line}"),
            }
        }
        noted
    }
}

pub(super) fn contents(number: u64) -> Contents {
    let steady = Contents::default().document("audio/steady.wav".as_ref(), noise(0, SIZE)).unwrap();
    let own = steady.document("audio/own.wav".as_ref(), noise(number, SIZE)).unwrap();
    let both = own.document("audio/take.wav".as_ref(), take(number)).unwrap();
    both.document("project.json".as_ref(), format!("version {number}").into_bytes()).unwrap()
}

/// A shorter sound, so that it is not what the middle of a pack holds.
pub(super) fn take(number: u64) -> Vec<u8> {
    noise(!number, SIZE / 2)
}

pub(super) fn elsewhere(root: &Path) -> (Place, Key) {
    (Place::Folder(root.join("copy")), Key::read(&root.join("key")).unwrap())
}

/// Where versions are restored to.
pub(super) fn back(root: &Path) -> PathBuf {
    root.join("back")
}

/// Keeps a version of its own number.
pub(super) fn keep(desk: &Desk, number: u64, parents: &[&VersionId]) -> Version {
    let mut draft = draft("song", &number.to_string());
    draft.time += Duration::from_secs(number * 1000);
    draft.parents = parents.iter().map(|id| (*id).clone()).collect();
    desk.vault.save(&draft, &contents(number), quietly()).unwrap()
}

struct Hand {
    desk: Desk,
    notes: Notes,
    next: u64,
}

/// Not a test of its own: the process that is killed.
#[test]
#[ignore = "a child process of the tests of crashes, which kill it"]
fn a_process_works_until_it_is_killed() {
    let Some((work, root)) = step() else { return };
    let desk = Desk::reopened(&root).unwrap();
    let notes = Notes::of(&root);
    let mut hand = Hand { desk, next: notes.read().next.max(1), notes };
    println!("\nready");
    loop {
        match work.as_str() {
            "save" => drop(hand.save(&[])),
            "merge" => hand.merge(),
            "prune" => hand.prune(),
            "mend" => hand.mend(),
            "restore" => hand.restore(),
            _ => hand.copy(),
        }
    }
}

impl Hand {
    /// Every other version was taken in before it is kept.
    fn save(&mut self, parents: &[&VersionId]) -> Version {
        let number = self.next;
        self.next += 1;
        self.notes.add(&format!("begun {number}"));
        if number.is_multiple_of(2) {
            let (project, time) = ("song".into(), std::time::SystemTime::UNIX_EPOCH);
            self.desk.vault.take_in(&project, time, &contents(number), quietly()).unwrap();
        }
        let kept = keep(&self.desk, number, parents);
        self.notes.add(&format!("kept {} {number}", kept.id));
        kept
    }

    /// Two lines of work come together, and what came of it gets a star.
    fn merge(&mut self) {
        let [ours, theirs] = [self.save(&[]), self.save(&[])];
        let merged = self.save(&[&ours.id, &theirs.id]);
        assert_eq!(merged.parents, [ours.id, theirs.id]);
        let star = Note { starred: Some(true), ..Note::default() };
        self.desk.vault.annotate(&merged.id, &star, quietly()).unwrap();
    }

    fn prune(&mut self) {
        self.save(&[]);
        let last = self.save(&[]);
        let mut old = self.desk.vault.all_versions().unwrap();
        old.retain(|version| version.id != last.id);
        old.iter().for_each(|version| self.notes.gone(&version.id));
        let old: Vec<VersionId> = old.into_iter().map(|version| version.id).collect();
        self.desk.vault.forget(&old, quietly()).unwrap();
        self.desk.vault.prune(quietly()).unwrap();
    }

    /// A sound of the last version is damaged, found, set aside and kept again.
    fn mend(&mut self) {
        self.save(&[]);
        let before = self.desk.files_of("data");
        let number = self.next;
        self.save(&[]);
        let mut packs = self.desk.files_of("data");
        packs.retain(|pack| !before.contains(pack));
        let size = |pack: &PathBuf| fs::metadata(self.desk.store().join(pack)).unwrap().len();
        let sound = packs.iter().max_by_key(|pack| size(pack)).unwrap();
        self.notes.add(&format!("hurt {number}"));
        self.desk.flip(sound);
        let report = self.desk.vault.check(true, quietly()).unwrap();
        assert_eq!(report.damage.len(), 1, "{report:?}");
        self.desk.vault.mend(&report, quietly()).unwrap();
        keep(&self.desk, number, &[]);
        assert!(self.desk.vault.check(true, quietly()).unwrap().is_sound());
    }

    fn restore(&mut self) {
        let kept = self.save(&[]);
        for _ in 0..4 {
            self.desk.vault.restore(&kept.id, &back(&self.desk.root), None, quietly()).unwrap();
            crate::disk::write(&back(&self.desk.root).join("audio/own.wav"), b"played over").unwrap();
        }
    }

    fn copy(&mut self) {
        self.save(&[]);
        let (place, key) = elsewhere(&self.desk.root);
        self.desk.vault.copy_to(&place, &key, quietly()).unwrap();
    }
}
