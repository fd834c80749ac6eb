//! The plain `restic` program recovers everything, even if the studio is gone.

use std::path::Path;
use std::process::Command;

use super::sample::{Desk, noise, quietly, tree};

fn restic(desk: &Desk, arguments: &[&str]) -> String {
    let mut command = Command::new("restic");
    command.arg("--repo").arg(desk.store()).arg("--password-file").arg(desk.root.join("key"));
    command.arg("--no-cache").args(arguments);
    let output = command.output().expect("restic is installed by the set-up");
    let (said, complaint) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "restic {arguments:?}: {said} {complaint}");
    said.into_owned()
}

#[test]
fn restic_lists_checks_and_restores_versions_byte_for_byte() {
    let desk = Desk::new();
    desk.write("song", "audio/drums.wav", &noise(1, 9_000_000));
    desk.write("song", "audio/más/vox 1.wav", &noise(2, 300_000));
    let first = desk.save("song", "Más grave, más lento");
    let earlier = tree(&desk.project("song"));
    desk.write("song", "audio/drums.wav", &noise(3, 9_000_000));
    desk.save("song", "second");
    let listed = restic(&desk, &["snapshots", "--json"]);
    for seen in ["project=song", "kind=named", "branch=main", "message=Más grave, más lento", &first.id.0] {
        assert!(listed.contains(seen), "{seen} is not in {listed}");
    }
    assert!(restic(&desk, &["check", "--read-data"]).contains("no errors were found"));
    let target = desk.root.join("recovered");
    restic(&desk, &["restore", &first.id.0, "--target", &target.display().to_string()]);
    assert!(tree(&target) == earlier);
    restic(&desk, &["restore", "latest", "--target", &target.display().to_string()]);
    assert!(tree(&target) == tree(&desk.project("song")));
}

#[test]
fn what_restic_adds_is_kept_and_what_pruning_leaves_is_sound_for_restic() {
    let desk = Desk::new();
    desk.write("song", "a.wav", &noise(1, 3_000_000));
    let first = desk.save("song", "first");
    desk.write("song", "a.wav", &noise(2, 3_000_000));
    desk.save("song", "second");
    desk.write("other", "b.wav", &noise(4, 2_000_000));
    restic(&desk, &["backup", &desk.project("other").display().to_string()]);
    assert_eq!(desk.vault.all_versions().unwrap().len(), 2);
    desk.vault.forget(&[first.id], quietly()).unwrap();
    assert!(desk.vault.prune(quietly()).unwrap() > 2_900_000);
    assert!(restic(&desk, &["check", "--read-data"]).contains("no errors were found"));
    let target = desk.root.join("recovered");
    restic(&desk, &["restore", "latest", "--target", &target.display().to_string()]);
    let found = tree(&target);
    assert!(
        found.len() == 1
            && found[0].0.ends_with(Path::new("other/b.wav"))
            && found[0].1 == noise(4, 2_000_000)
    );
    assert!(desk.vault.check(true, quietly()).unwrap().is_sound());
}
