//! The process is killed at any moment, whatever it does: three hundred times in all.

mod parent;
mod work;

use parent::rounds;

/// Small, so that a life is as long as a few works.
const SIZE: usize = 50_000;

#[test]
fn sixty_processes_killed_while_they_keep_versions_leave_every_kept_version_whole() {
    rounds("save", 60, 1);
}

#[test]
fn sixty_processes_killed_while_they_merge_and_star_versions_leave_every_kept_version_whole() {
    rounds("merge", 60, 2);
}

#[test]
fn fifty_processes_killed_while_they_prune_leave_every_kept_version_whole() {
    rounds("prune", 50, 3);
}

#[test]
fn fifty_processes_killed_while_they_mend_leave_every_kept_version_whole() {
    rounds("mend", 50, 4);
}

#[test]
fn fifty_processes_killed_while_they_restore_leave_every_file_old_or_new() {
    rounds("restore", 50, 5);
}

#[test]
fn thirty_processes_killed_while_they_copy_leave_both_stores_whole() {
    rounds("copy", 30, 6);
}
