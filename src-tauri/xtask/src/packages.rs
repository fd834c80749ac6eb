//! System packages: which ones the studio needs, which are missing, and their installation on Debian and Ubuntu.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::repository::Repository;
use crate::step;

/// What the build needs.
pub const BUILD: &[&str] = &[
    "build-essential",
    "clang",
    "cmake",
    "libasound2-dev",
    "libayatana-appindicator3-dev",
    "libclang-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "nasm",
    "pkg-config",
    "python3-pip",
    "python3-venv",
];

/// What a virtual display with virtual sound needs.
pub const HEADLESS: &[&str] = &["dbus", "ffmpeg", "libasound2-plugins", "pulseaudio", "xvfb"];

/// What only the tests and benches need: the real keyboard, the recorder, the independent judges, and a GPU in software.
pub const TESTS: &[&str] = &[
    "aubio-tools",
    "fluidsynth",
    "libvulkan1",
    "mesa-vulkan-drivers",
    "pulseaudio-utils",
    "restic",
    "xdotool",
];

/// What only one bench needs: the studio is measured beside it.
pub const BENCHES: &[&str] = &["borgbackup", "git"];

/// apt is asked for this many packages at once: one huge request fails as a whole when one download does.
const BATCH: usize = 8;

/// Makes sure that packages are there.
///
/// # Errors
/// When some are missing and could not be installed; the hint says what to type.
pub fn ensure(repository: &Repository, wanted: &[&[&str]]) -> Result<()> {
    let wanted: Vec<&str> = wanted.concat();
    if !cfg!(target_os = "linux") {
        println!(
            "✓ system packages  nothing to install here (Xcode's tools or Visual Studio's C++ tools are expected)"
        );
        return Ok(());
    }
    let Some(installed) = installed() else { return elsewhere() };
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !installed.contains(*name)).collect();
    if missing.is_empty() {
        println!("✓ system packages");
        return Ok(());
    }
    install(repository, &missing)
}

/// Returns the installed packages, or nothing where dpkg is not the package system.
fn installed() -> Option<BTreeSet<String>> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f=${db:Status-Abbrev} ${Package}\n${db:Status-Abbrev} ${Provides}\n"])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    Some(parse_installed(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads dpkg's list, names that a package provides included (`libasound2-dev` may come from another one).
fn parse_installed(list: &str) -> BTreeSet<String> {
    list.lines()
        .filter_map(|line| line.strip_prefix("ii "))
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

fn install(repository: &Repository, missing: &[&str]) -> Result<()> {
    println!("→ installing system packages: {}", missing.join(" "));
    let by_hand = format!(
        "Type: sudo apt-get update && sudo apt-get install --no-install-recommends {}",
        missing.join(" ")
    );
    apt(repository, "apt-get update", &["update", "-q"], &by_hand)?;
    for (number, batch) in missing.chunks(BATCH).enumerate() {
        let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
        arguments.extend(batch);
        apt(repository, &format!("apt-get install {}", number + 1), &arguments, &by_hand)?;
    }
    Ok(())
}

/// Runs apt-get as root, once more when it fails (mirrors drop connections).
fn apt(repository: &Repository, name: &str, arguments: &[&str], by_hand: &str) -> Result<()> {
    for attempt in 1..=2 {
        let finished = step::run(repository, name, as_root(repository, arguments))?;
        if finished.status.success() {
            println!("✓ {name}  {}", step::seconds(finished.time));
            return Ok(());
        }
        if attempt == 2 {
            step::show_tail(&finished.log);
        }
    }
    Err(Error::new(format!("{name} failed twice"), by_hand))
}

fn as_root(repository: &Repository, arguments: &[&str]) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let mut command = repository.command(if root { "apt-get" } else { "sudo" });
    if !root {
        // -n: a password prompt would wait forever in a pipe; the hint tells what to type instead.
        command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// On other Linux systems the libraries are looked for, and the names of their packages are told.
fn elsewhere() -> Result<()> {
    let libraries = ["webkit2gtk-4.1", "gtk+-3.0", "alsa", "librsvg-2.0"];
    let found = Command::new("pkg-config")
        .arg("--exists")
        .args(libraries)
        .status()
        .is_ok_and(|status| status.success());
    if found {
        println!("✓ system libraries");
        return Ok(());
    }
    Err(Error::new(
        "the system libraries of the window or of sound are missing, and this system has no apt-get to install them",
        "Fedora: sudo dnf install webkit2gtk4.1-devel gtk3-devel librsvg2-devel libappindicator-gtk3-devel \
         libxdo-devel alsa-lib-devel cmake clang nasm gcc-c++ make\n  \
         Arch: sudo pacman -S webkit2gtk-4.1 gtk3 librsvg libappindicator-gtk3 xdotool alsa-lib cmake clang nasm base-devel\n  \
         For window tests also: xvfb, dbus, pulseaudio, ALSA's pulse plugin, ffmpeg, aubio, fluidsynth, restic, xdotool.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_packages_and_what_they_provide_count() {
        let list = "ii  clang\nii  c-compiler, clang-ish (= 14)\nrc  nasm\nrc  \nun  cmake\n";
        let found = parse_installed(list);
        assert!(found.contains("clang") && found.contains("c-compiler") && found.contains("clang-ish"));
        assert!(!found.contains("nasm") && !found.contains("cmake"));
    }
}
