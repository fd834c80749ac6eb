//! A place without room: a small disk where the system lets us mount one, and a limit on file sizes anywhere.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Mounts in a namespace of its own that ends with this process, so that nothing stays mounted after a kill.
const KEEPER: &str = r#"mount -t tmpfs -o size="$1" tmpfs "$0" && echo ready && exec cat"#;
/// Without the trap the signal would end the program before it sees the error.
const LIMITED: &str = r#"trap '' XFSZ; ulimit -f "$0"; exec "$@""#;
/// Bytes, as POSIX says for `ulimit -f`.
const LIMIT_UNIT: u64 = 512;

/// A folder that can be filled and emptied.
#[derive(Debug)]
pub struct Room {
    folder: PathBuf,
    disk: Option<Disk>,
    /// Largest file that may be written, in bytes.
    limit: Cell<Option<u64>>,
}

/// A mounted disk that programs see only [`Room::within`].
#[derive(Debug)]
struct Disk {
    keeper: Child,
    /// How `nsenter` gets to where it is mounted.
    way: &'static [&'static str],
}

/// For administrators, and for everybody else where the system lets users be their own administrators.
const KINDS: [(&[&str], &[&str]); 2] = [
    (&["--mount"], &["--mount"]),
    (&["--user", "--map-root-user", "--mount"], &["--user", "--preserve-credentials", "--mount"]),
];

impl Room {
    /// Returns every kind that this system permits, each in a new folder below `parent`: the limit always.
    ///
    /// # Panics
    /// When the folders cannot be made.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub fn every_kind(parent: &Path, bytes: u64) -> Vec<Self> {
        let (disk, limited) = (parent.join("disk"), parent.join("limited"));
        for folder in [&disk, &limited] {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        let mounted = Disk::mount(&disk, bytes);
        let mounted = mounted.map(|found| Self { folder: disk, disk: Some(found), limit: Cell::default() });
        let plain = Self { folder: limited, disk: None, limit: Cell::default() };
        mounted.into_iter().chain([plain]).collect()
    }

    /// Returns the folder as programs see it that run [`Room::within`].
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns where the tests see a path of the room. (SQLite does not: it follows links to where no disk is.)
    pub fn seen(&self, path: &Path) -> PathBuf {
        match &self.disk {
            Some(disk) => PathBuf::from(format!("/proc/{}/root{}", disk.keeper.id(), path.display())),
            None => path.to_owned(),
        }
    }

    /// Leaves so many bytes: on the disk, or for the largest file.
    ///
    /// # Panics
    /// When the disk cannot be filled.
    #[expect(clippy::expect_used, reason = "for tests")]
    pub fn fill(&self, leaving: u64) {
        if self.disk.is_none() {
            self.limit.set(Some(leaving));
            return;
        }
        let mut filler = File::create(self.filler()).expect("a file that fills the disk");
        while filler.write_all(&[0; 4096]).is_ok() {}
        let length = filler.metadata().expect("its length").len();
        filler.set_len(length.saturating_sub(leaving)).expect("some room");
    }

    /// Makes room again.
    pub fn empty(&self) {
        self.limit.set(None);
        let _only_a_disk_has_one = std::fs::remove_file(self.filler());
    }

    fn filler(&self) -> PathBuf {
        self.seen(&self.folder).join("filler")
    }

    /// Returns the command as it runs in the room, with the room's limit.
    pub fn within(&self, command: &Command) -> Command {
        let mut wrapped = self.entrance();
        wrapped.arg(command.get_program()).args(command.get_args());
        wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        wrapped
    }

    fn entrance(&self) -> Command {
        if let Some(disk) = &self.disk {
            let mut enter = Command::new("nsenter");
            enter.arg("--target").arg(disk.keeper.id().to_string()).args(disk.way).arg("--");
            return enter;
        }
        let Some(bytes) = self.limit.get() else { return Command::new("env") };
        let mut shell = Command::new("sh");
        shell.args(["-c", LIMITED, &(bytes / LIMIT_UNIT).to_string()]);
        shell
    }
}

impl Disk {
    fn mount(folder: &Path, bytes: u64) -> Option<Self> {
        KINDS.into_iter().find_map(|(kind, way)| {
            let mut keeper = Command::new("unshare")
                .args(kind)
                .args(["sh", "-c", KEEPER])
                .arg(folder)
                .arg(bytes.to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            let mut said = String::new();
            let _silent_when_refused = BufReader::new(keeper.stdout.take()?).read_line(&mut said);
            let disk = Self { keeper, way };
            (said.trim() == "ready").then_some(disk)
        })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The keeper ends with its input.
        drop(self.keeper.stdin.take());
        let _ended = self.keeper.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_room_refuses_a_file_and_an_emptied_one_takes_it() {
        let parent = std::env::temp_dir().join(format!("son1k-room-{}", std::process::id()));
        for room in Room::every_kind(&parent, 1 << 20) {
            let file = room.folder().join("file");
            let copy = |room: &Room| {
                let mut write = Command::new("sh");
                write.args(["-c", "head -c 100000 /dev/zero > \"$0\" 2>/dev/null"]).arg(&file);
                room.within(&write).status().unwrap().success()
            };
            room.fill(64 << 10);
            assert!(!copy(&room), "{room:?}");
            room.empty();
            assert!(copy(&room), "{room:?}");
        }
        std::fs::remove_dir_all(parent).unwrap();
    }
}
