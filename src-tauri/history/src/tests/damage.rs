//! Flipped bytes and lost files are found, named, and cost only what they touch.

use std::fs;
use std::path::{Path, PathBuf};

use rustic_core::FileType;

use super::sample::{Desk, draft, noise, quietly, tree};
use super::staged::{Asked, Staged};
use crate::{Damage, Error, Fault, Note, Report, Touched, Vault, Version};

/// A store with three versions of a song with two stems; the third stem changes.
fn desk() -> (Desk, Vec<Version>) {
    let desk = Desk::new();
    desk.write("song", "audio/keys.wav", &noise(1, 400_000));
    let versions = (0..3).map(|number| {
        desk.write("song", "audio/vox.wav", &noise(10 + number, 300_000));
        desk.write("song", "notes.txt", format!("take {number}").as_bytes());
        desk.save("song", &number.to_string())
    });
    let versions = versions.collect();
    (desk, versions)
}

/// Returns the packs that a version added, largest first.
fn packs_since(desk: &Desk, before: &[PathBuf]) -> Vec<PathBuf> {
    let mut new = desk.files_of("data");
    new.retain(|file| !before.contains(file));
    new.sort_by_key(|file| std::cmp::Reverse(fs::metadata(desk.store().join(file)).unwrap().len()));
    new
}

fn touched(version: &Version, path: Option<&str>) -> Touched {
    Touched { version: version.id.clone(), path: path.map(PathBuf::from) }
}

#[test]
fn a_store_without_damage_is_sound() {
    let (desk, versions) = desk();
    let report = desk.vault.check(true, quietly()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.versions, versions.len() as u64);
    assert!(report.packs >= 6 && report.read > 1_300_000, "{report:?}");
    assert_eq!(desk.vault.check(false, quietly()).unwrap().read, 0);
}

#[test]
fn a_flipped_byte_in_a_sound_is_named_with_the_version_and_file_it_touches_and_the_rest_restores() {
    let (desk, mut versions) = desk();
    let before = desk.files_of("data");
    desk.write("song", "audio/vox.wav", &noise(50, 300_000));
    versions.push(desk.save("song", "hurt"));
    let pack = packs_since(&desk, &before).remove(0);
    desk.flip(&pack);
    let desk = desk.again().unwrap();
    assert!(desk.vault.check(false, quietly()).unwrap().is_sound(), "only reading finds it");
    let report = desk.vault.check(true, quietly()).unwrap();
    let damage = Damage {
        file: pack.clone(),
        fault: Fault::Damaged,
        touched: vec![touched(&versions[3], Some("audio/vox.wav"))],
    };
    assert_eq!(report.damage, [damage]);
    let told = desk.vault.read(&versions[3].id, Path::new("audio/vox.wav"));
    assert!(matches!(told, Err(Error::Damaged(path)) if path == desk.store().join(&pack)));
    for (number, version) in versions[..3].iter().enumerate() {
        let target = desk.root.join(format!("back {number}"));
        assert_eq!(desk.vault.restore(&version.id, &target, None, quietly()).unwrap().written, 3);
        assert_eq!(fs::read(target.join("audio/vox.wav")).unwrap(), noise(10 + number as u64, 300_000));
    }
    let target = desk.root.join("hurt");
    let outcome = desk.vault.restore(&versions[3].id, &target, None, quietly());
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
    let whole: Vec<PathBuf> = tree(&target).into_iter().map(|(path, _)| path).collect();
    assert_eq!(whole, ["audio/keys.wav", "notes.txt"].map(PathBuf::from));
}

#[test]
fn damage_is_mended_by_the_next_version_that_finds_the_sound_in_the_project() {
    let (desk, _) = desk();
    let before = desk.files_of("data");
    desk.write("song", "audio/vox.wav", &noise(50, 300_000));
    let hurt = desk.save("song", "hurt");
    let sound = packs_since(&desk, &before).remove(0);
    desk.flip(&sound);
    let desk = desk.again().unwrap();
    let report = desk.vault.check(true, quietly()).unwrap();
    desk.vault.mend(&report, quietly()).unwrap();
    assert!(desk.store().join("damaged").join(&sound).is_file(), "nothing is thrown away");
    desk.save("song", "again");
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
    desk.assert_holds(&hurt.id, &desk.project("song"));
}

#[test]
fn mending_a_damaged_list_of_folders_costs_no_other_version() {
    let (desk, versions) = desk();
    let before = desk.files_of("data");
    desk.write("song", "audio/vox.wav", &noise(50, 300_000));
    desk.save("song", "hurt");
    desk.flip(&packs_since(&desk, &before).remove(1));
    let desk = desk.again().unwrap();
    let report = desk.vault.check(true, quietly()).unwrap();
    desk.vault.mend(&report, quietly()).unwrap();
    assert_eq!(desk.vault.check(true, quietly()).unwrap().damage.len(), report.damage.len());
    for version in &versions {
        assert_eq!(desk.vault.files(&version.id).unwrap().len(), 3);
    }
}

#[test]
fn a_lost_pack_is_named_without_reading_everything() {
    let (desk, versions) = desk();
    let before = desk.files_of("data");
    desk.write("song", "audio/vox.wav", &noise(60, 300_000));
    let hurt = desk.save("song", "hurt");
    let pack = packs_since(&desk, &before).remove(0);
    fs::remove_file(desk.store().join(&pack)).unwrap();
    let report = desk.again().unwrap().vault.check(false, quietly()).unwrap();
    let damage =
        Damage { file: pack, fault: Fault::Missing, touched: vec![touched(&hurt, Some("audio/vox.wav"))] };
    assert_eq!(report.damage, [damage]);
    assert_eq!(desk.vault.files(&versions[0].id).unwrap().len(), 3);
}

#[test]
fn a_damaged_list_of_folders_is_named_and_other_versions_stay_whole() {
    let (desk, versions) = desk();
    let before = desk.files_of("data");
    desk.write("song", "audio/new.wav", &noise(61, 50_000));
    let hurt = desk.save("song", "hurt");
    let pack = packs_since(&desk, &before).remove(1);
    desk.flip(&pack);
    let desk = desk.again().unwrap();
    let report = desk.vault.check(true, quietly()).unwrap();
    assert_eq!(report.damage.len(), 1, "{report:?}");
    assert_eq!((&report.damage[0].file, report.damage[0].fault), (&pack, Fault::Damaged));
    assert!(report.damage[0].touched.iter().all(|one| one.version == hurt.id), "{report:?}");
    assert!(!report.damage[0].touched.is_empty());
    for version in &versions {
        assert_eq!(desk.vault.files(&version.id).unwrap().len(), 3);
    }
}

#[test]
fn a_damaged_version_is_named_left_out_of_the_list_and_nothing_is_pruned() {
    let (desk, versions) = desk();
    let file = Path::new("snapshots").join(&versions[1].id.0);
    desk.flip(&file);
    let desk = desk.again().unwrap();
    let listed: Vec<_> = desk.vault.all_versions().unwrap().into_iter().map(|one| one.id).collect();
    assert_eq!(listed.len(), 2);
    assert!(!listed.contains(&versions[1].id));
    let report = desk.vault.check(true, quietly()).unwrap();
    let damage =
        Damage { file: file.clone(), fault: Fault::Damaged, touched: vec![touched(&versions[1], None)] };
    assert_eq!(report.damage, [damage]);
    let outcome = desk.vault.prune(quietly());
    assert!(matches!(&outcome, Err(Error::Damaged(path)) if *path == desk.store().join(file)), "{outcome:?}");
    assert_eq!(desk.vault.check(true, quietly()).unwrap().damage.len(), 1);
}

#[test]
fn a_damaged_index_is_made_anew_when_the_store_is_opened() {
    let (desk, versions) = desk();
    for index in desk.files_of("index") {
        desk.flip(&index);
    }
    let report = desk.vault.check(false, quietly());
    assert!(report.is_ok_and(|report| !report.is_sound()), "an index is named while the store is open");
    let again = desk.again().unwrap();
    again.assert_holds(&versions[2].id, &desk.project("song"));
    assert!(again.vault.check(true, quietly()).unwrap().is_sound());
    assert_eq!(again.files_of("damaged/index").len(), 3);
}

/// A store with a version of six sounds in one pack.
fn six() -> (Desk, Version, PathBuf) {
    let desk = Desk::new();
    for number in 0..6 {
        desk.write("song", &format!("{number}.wav"), &noise(number, 300_000));
    }
    let version = desk.save("song", "");
    let pack = packs_since(&desk, &[]).remove(0);
    (desk, version, pack)
}

/// Returns how many of the six sounds come back.
fn whole(vault: &Vault, version: &Version) -> usize {
    let read = |number: u64| vault.read(&version.id, format!("{number}.wav").as_ref());
    let is_whole = |number: &u64| read(*number).is_ok_and(|content| content == noise(*number, 300_000));
    (0..6).filter(is_whole).count()
}

fn checked(desk: &Desk) -> Report {
    desk.vault.check(true, quietly()).unwrap()
}

#[test]
fn mending_costs_no_sound_that_can_still_be_read() {
    let (desk, version, pack) = six();
    desk.flip(&pack);
    let desk = desk.again().unwrap();
    let report = checked(&desk);
    let [hurt] = &report.damage[0].touched[..] else { panic!("{report:?}") };
    desk.vault.mend(&report, quietly()).unwrap();
    assert_eq!((whole(&desk.vault, &version), desk.vault.all_versions().unwrap().len()), (5, 1));
    assert_eq!(desk.files_of("snapshots").len(), 1);
    let after = checked(&desk.again().unwrap());
    assert_eq!(after.damage.len(), 1, "{after:?}");
    assert_eq!(&after.damage[0].touched, std::slice::from_ref(hurt));
    desk.save("song", "again");
    assert_eq!(whole(&desk.vault, &version), 6);
    assert!(checked(&desk).is_sound());
}

#[test]
fn mending_that_is_cut_off_costs_no_sound_that_can_still_be_read() {
    let (desk, version, pack) = six();
    desk.flip(&pack);
    let report = checked(&desk.again().unwrap());
    let full = Staged::store(&desk, |asked| match asked {
        Asked::Write(FileType::Pack) => Err(Error::DiskFull("x".into())),
        _ => Ok(()),
    });
    let outcome = full.mend(&report, quietly());
    assert!(matches!(outcome, Err(Error::DiskFull(_))), "{outcome:?}");
    assert_eq!(whole(&full, &version), 5, "what was not mended is no longer found");
    let desk = desk.again().unwrap();
    assert_eq!(whole(&desk.vault, &version), 5);
    assert_eq!(checked(&desk), report);
    desk.vault.mend(&report, quietly()).unwrap();
    assert_eq!(whole(&desk.vault, &version), 5);
}

#[test]
fn mending_keeps_what_comes_before_the_end_that_a_pack_has_lost_even_beside_a_damaged_index() {
    for with_index in [false, true] {
        let (desk, version, pack) = six();
        let (path, other) = (desk.store().join(&pack), desk.project("song").join("other.wav"));
        let indexes = desk.files_of("index");
        fs::write(&other, noise(90, 300_000)).unwrap();
        desk.save("song", "other");
        fs::remove_file(other).unwrap();
        let content = fs::read(&path).unwrap();
        fs::write(&path, &content[..1_000_000]).unwrap();
        let desk = Desk { vault: Staged::store(&desk, |_| Ok(())), ..desk };
        if with_index {
            let mut new = desk.files_of("index");
            new.retain(|index| !indexes.contains(index));
            desk.flip(&new[0]);
        }
        let before = checked(&desk);
        assert!(before.damage.len() > usize::from(with_index), "{before:?}");
        desk.vault.mend(&before, quietly()).unwrap();
        assert_eq!(whole(&desk.vault, &version), 3);
        assert_eq!(desk.vault.all_versions().unwrap().len(), 2);
        desk.save("song", "again");
        assert!(checked(&desk).is_sound());
    }
}

#[test]
fn while_restic_is_at_work_nothing_is_mended() {
    let (desk, version, pack) = six();
    desk.flip(&pack);
    let desk = desk.again().unwrap();
    let report = checked(&desk);
    let locks = desk.store().join("locks");
    fs::create_dir_all(&locks).unwrap();
    fs::write(locks.join("a"), b"").unwrap();
    let outcome = desk.vault.mend(&report, quietly());
    assert!(matches!(&outcome, Err(Error::Locked(path)) if *path == locks), "{outcome:?}");
    desk.write("other", "b.wav", &noise(77, 100_000));
    let indexes = desk.files_of("index");
    let other = desk.save("other", "");
    let mut new = desk.files_of("index");
    new.retain(|index| !indexes.contains(index));
    desk.flip(&new[0]);
    let again = desk.again().unwrap();
    assert_eq!(again.files_of("damaged"), Vec::<PathBuf>::new());
    assert_eq!(whole(&again.vault, &version), 5, "what the other index lists can be read");
    fs::remove_file(locks.join("a")).unwrap();
    let again = desk.again().unwrap();
    again.assert_holds(&other.id, &desk.project("other"));
    again.vault.mend(&report, quietly()).unwrap();
    assert_eq!(again.files_of("damaged").len(), 2);
}

#[test]
fn a_version_that_is_spoken_of_or_let_go_while_a_check_goes_on_is_not_told_to_be_lost() {
    let (desk, versions) = desk();
    let [starred, gone] = [&versions[0], &versions[1]].map(|version| version.id.clone());
    let other = desk.again().unwrap();
    let once = std::sync::Once::new();
    let vault = Staged::store(&desk, move |asked| {
        if matches!(asked, Asked::Read(FileType::Snapshot, _)) {
            once.call_once(|| {
                let star = Note { starred: Some(true), ..Note::default() };
                other.vault.annotate(&starred, &star, quietly()).unwrap();
                other.vault.forget(std::slice::from_ref(&gone), quietly()).unwrap();
            });
        }
        Ok(())
    });
    let report = vault.check(true, quietly()).unwrap();
    assert!(report.is_sound(), "{report:?}");
    desk.vault.save(&draft("song", "after"), &desk.contents("song"), quietly()).unwrap();
    assert!(checked(&desk).is_sound());
}
