//! Two processes use one store at once.

use std::process::{Child, Stdio};

use super::sample::{Desk, draft, noise, process, quietly, step};
use crate::hold::Hold;
use crate::{Contents, Error};

const TEST: &str = "together::a_process_works_beside_another";
const VERSIONS: u64 = 8;

/// Not a test of its own: one of the processes of the test below.
#[test]
#[ignore = "a child process of the test below, which starts several"]
fn a_process_works_beside_another() {
    let Some((step, root)) = step() else { return };
    let desk = Desk::at(&root).unwrap();
    for number in 0..VERSIONS {
        if step == "prune" {
            match desk.vault.prune(quietly()) {
                Ok(_) | Err(Error::Locked(_)) => continue,
                Err(error) => panic!("{error}"),
            }
        }
        if step == "check" {
            match desk.vault.check(true, quietly()) {
                Ok(report) => assert!(report.is_sound(), "{report:?}"),
                Err(Error::Locked(_)) => {}
                Err(error) => panic!("{error}"),
            }
            continue;
        }
        let (own, same) = (noise(step.len() as u64 * 100 + number, 200_000), noise(number, 300_000));
        let contents = Contents::default().document("own.wav".as_ref(), own).unwrap();
        let contents = contents.document("same.wav".as_ref(), same).unwrap();
        let kept = desk.vault.save(&draft(&step, &number.to_string()), &contents, quietly());
        kept.unwrap();
    }
}

fn spawn(desk: &Desk, step: &str) -> Child {
    process(TEST, step, &desk.root).stdout(Stdio::null()).spawn().unwrap()
}

#[test]
fn two_processes_that_keep_versions_while_others_prune_and_check_lose_nothing() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 500_000));
    let old = desk.save("song", "old");
    desk.vault.forget(&[old.id], quietly()).unwrap();
    let children = ["one", "three", "prune", "check"].map(|step| spawn(&desk, step));
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let versions = desk.vault.all_versions().unwrap();
    assert_eq!(versions.len() as u64, 2 * VERSIONS);
    for version in versions {
        let number: u64 = version.message.parse().unwrap();
        let seed = version.project.as_str().len() as u64 * 100 + number;
        assert!(desk.vault.read(&version.id, "own.wav".as_ref()).unwrap() == noise(seed, 200_000));
        assert!(desk.vault.read(&version.id, "same.wav".as_ref()).unwrap() == noise(number, 300_000));
    }
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}

#[test]
fn a_store_that_another_program_holds_is_told_to_be_locked() {
    let desk = Desk::new();
    desk.write("song", "a.wav", b"a");
    let version = desk.save("song", "");
    let alone = Hold::alone(&desk.vault.place, &quietly()).unwrap();
    let outcome = desk.vault.save(&draft("song", ""), &desk.contents("song"), quietly());
    assert!(matches!(outcome, Err(Error::Locked(_))), "{outcome:?}");
    drop(alone);
    let stream = desk.vault.stream(&version.id, "a.wav".as_ref()).unwrap();
    assert!(matches!(desk.vault.prune(quietly()), Err(Error::Locked(_))), "a version is playing");
    drop(stream);
    desk.vault.prune(quietly()).unwrap();
}
