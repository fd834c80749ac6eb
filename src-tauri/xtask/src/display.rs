//! A virtual display, a virtual sound card and a session bus, for machines that have none.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, io};

const SCREEN: &str = "1440x900x24";
const PATIENCE: Duration = Duration::from_secs(10);

/// A display, a sound server and a bus that end with this value.
pub struct VirtualDesk {
    /// `:99`.
    pub display: String,
    bus: String,
    folder: PathBuf,
    children: Vec<Child>,
}

impl VirtualDesk {
    /// Starts all three; their sockets and output lie in `folder`.
    ///
    /// # Errors
    /// When one does not start within 10 s.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(io("make the folder of the virtual display"))?;
        let mut desk = Self {
            display: String::new(),
            bus: String::new(),
            folder: folder.to_path_buf(),
            children: Vec::new(),
        };
        let number = desk.first_line(
            "the virtual display",
            Command::new("Xvfb").args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]),
        )?;
        desk.display = format!(":{number}");
        desk.bus = desk.first_line(
            "the session bus",
            Command::new("dbus-daemon").args(["--session", "--nofork", "--print-address=1"]),
        )?;
        desk.sound()?;
        Ok(desk)
    }

    /// Points a program at the display, the sound server and the bus.
    pub fn furnish(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("PULSE_SERVER", format!("unix:{}", self.socket().display()))
            .env("ALSA_CONFIG_PATH", self.folder.join("asound.conf"));
    }

    fn sound(&mut self) -> Result<()> {
        let protocol =
            format!("module-native-protocol-unix auth-anonymous=1 socket={}", self.socket().display());
        let _ = fs::remove_file(self.socket());
        let mut pulse = Command::new("pulseaudio");
        pulse
            .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "-L", &protocol])
            .args(["-L", "module-null-sink sink_name=studio rate=44100 format=float32le channels=2"])
            .env("HOME", &self.folder)
            .env("XDG_RUNTIME_DIR", &self.folder)
            .env_remove("DBUS_SESSION_BUS_ADDRESS");
        self.start("the sound server", &mut pulse)?;
        let conf = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(self.folder.join("asound.conf"), conf).map_err(io("write the sound configuration"))?;
        let start = Instant::now();
        while !self.socket().exists() {
            if start.elapsed() > PATIENCE {
                return Err(Error::new(
                    "the sound server did not start",
                    "Is the package pulseaudio installed?",
                ));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("pulse.socket")
    }

    fn start(&mut self, what: &str, command: &mut Command) -> Result<&mut Child> {
        let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().map_err(|cause| {
            Error::new(format!("could not start {what}: {cause}"), "Run cargo xtask run --headless again.")
        })?;
        self.children.push(child);
        self.children.last_mut().ok_or_else(|| Error::new(format!("could not keep {what}"), ""))
    }

    /// Starts a program that says where it listens in its first line.
    fn first_line(&mut self, what: &str, command: &mut Command) -> Result<String> {
        let child = self.start(what, command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(io("read a program's first line"))?;
        }
        let line = line.trim().to_owned();
        if line.is_empty() { Err(Error::new(format!("{what} did not start"), "")) } else { Ok(line) }
    }
}

impl Drop for VirtualDesk {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_desk_has_a_display_and_a_sound_card_and_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("xtask-desk-{}", std::process::id()));
        let desk = VirtualDesk::open(&folder).unwrap();
        let ask = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            desk.furnish(command.args(arguments));
            String::from_utf8(command.output().unwrap().stdout).unwrap()
        };
        assert_eq!(ask("xdotool", &["getdisplaygeometry"]).trim(), "1440 900");
        assert!(ask("pactl", &["list", "short", "sinks"]).contains("studio"));
        drop(desk);
        assert!(!folder.exists());
    }
}
