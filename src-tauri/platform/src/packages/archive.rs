//! Taking single files out of wheels, npm tarballs and Debian packages.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Member, PackageSource, blocking};
use crate::{Error, Result, child};

/// Unpacks `members` into `folder`, each under its own file name.
pub(super) async fn unpack(
    source: &PackageSource,
    archive: &Path,
    members: &[Member],
    folder: &Path,
    cancel: &CancellationToken,
) -> Result<()> {
    let job = Job {
        package: source.to_string(),
        archive: archive.to_owned(),
        members: members.to_vec(),
        folder: folder.to_owned(),
    };
    match source {
        PackageSource::Pypi { .. } => blocking(cancel, move || job.zip()).await,
        PackageSource::Npm { .. } => blocking(cancel, move || job.tarball()).await,
        PackageSource::Debian { .. } => job.debian(cancel).await,
    }
}

struct Job {
    package: String,
    archive: PathBuf,
    members: Vec<Member>,
    folder: PathBuf,
}

impl Job {
    fn zip(&self) -> Result<()> {
        let mut zip = zip::ZipArchive::new(self.open()?).map_err(|e| self.bad(&e))?;
        for member in &self.members {
            let mut inside = match zip.by_name(&member.path) {
                Ok(inside) => inside,
                Err(zip::result::ZipError::FileNotFound) => return Err(self.missing(&member.path)),
                Err(e) => return Err(self.bad(&e)),
            };
            self.write(member, &mut inside)?;
        }
        Ok(())
    }

    fn tarball(&self) -> Result<()> {
        let mut wanted: HashMap<String, &Member> =
            self.members.iter().map(|member| (format!("package/{}", member.path), member)).collect();
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(self.open()?));
        for entry in tar.entries().map_err(|e| self.bad(&e))? {
            let mut entry = entry.map_err(|e| self.bad(&e))?;
            let path = entry.path().map_err(|e| self.bad(&e))?.to_string_lossy().into_owned();
            if let Some(member) = wanted.remove(&path) {
                self.write(member, &mut entry)?;
            }
            if wanted.is_empty() {
                return Ok(());
            }
        }
        wanted.values().next().map_or(Ok(()), |member| Err(self.missing(&member.path)))
    }

    /// `dpkg-deb` knows every compression that Debian packages use, and comes with `apt-get`.
    async fn debian(&self, cancel: &CancellationToken) -> Result<()> {
        let tree = self.folder.with_extension("tree");
        let mut command = Command::new("dpkg-deb");
        command.arg("--extract").arg(&self.archive).arg(&tree);
        child::run("dpkg-deb", command, &|| (), cancel).await?;
        for member in &self.members {
            let to = self.folder.join(&member.file);
            match std::fs::rename(tree.join(&member.path), &to) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(self.missing(&member.path)),
                moved => moved.map_err(|e| Error::writing(&to, e))?,
            }
        }
        Ok(())
    }

    fn open(&self) -> Result<File> {
        File::open(&self.archive).map_err(|e| Error::reading(&self.archive, e))
    }

    fn write(&self, member: &Member, inside: &mut impl Read) -> Result<()> {
        let path = self.folder.join(&member.file);
        let mut file = File::create(&path).map_err(|e| Error::writing(&path, e))?;
        // One byte more than promised is enough to be found out.
        io::copy(&mut inside.take(member.bytes + 1), &mut file).map_err(|e| Error::writing(&path, e))?;
        file.sync_all().map_err(|e| Error::writing(&path, e))
    }

    fn bad(&self, error: &dyn std::fmt::Display) -> Error {
        Error::BadPackage { package: self.package.clone(), reason: error.to_string() }
    }

    fn missing(&self, member: &str) -> Error {
        Error::MemberMissing { package: self.package.clone(), member: member.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn member(path: &str, bytes: u64) -> Member {
        Member { path: path.into(), file: "out.bin".into(), sha256: String::new(), bytes }
    }

    fn npm() -> PackageSource {
        PackageSource::Npm { name: "n".into(), version: "1".into() }
    }

    fn wheel_source() -> PackageSource {
        PackageSource::Pypi { name: "p".into(), version: "1".into(), python: None, platform: None }
    }

    fn tarball(folder: &Path) -> PathBuf {
        let path = folder.join("n-1.tgz");
        let gzip = flate2::write::GzEncoder::new(File::create(&path).unwrap(), flate2::Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        for (name, text) in [("package/other", "other"), ("package/dir/a.bin", "tar body")] {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            tar.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap();
        path
    }

    fn wheel(folder: &Path) -> PathBuf {
        let path = folder.join("p-1.whl");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        zip.start_file("p/a.bin", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"zip body").unwrap();
        zip.finish().unwrap();
        path
    }

    async fn take(source: &PackageSource, archive: &Path, wanted: Member, folder: &Path) -> Result<String> {
        unpack(source, archive, &[wanted], folder, &CancellationToken::new()).await?;
        Ok(std::fs::read_to_string(folder.join("out.bin")).unwrap())
    }

    #[tokio::test]
    async fn one_file_is_taken_out_of_a_tarball_and_out_of_a_wheel() {
        let folder = tempfile::tempdir().unwrap();
        let (tgz, whl) = (tarball(folder.path()), wheel(folder.path()));
        assert_eq!(take(&npm(), &tgz, member("dir/a.bin", 8), folder.path()).await.unwrap(), "tar body");
        assert_eq!(
            take(&wheel_source(), &whl, member("p/a.bin", 8), folder.path()).await.unwrap(),
            "zip body"
        );
    }

    #[tokio::test]
    async fn a_file_that_is_not_in_the_package_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for (source, archive) in [(npm(), tarball(folder.path())), (wheel_source(), wheel(folder.path()))] {
            match take(&source, &archive, member("not/there", 1), folder.path()).await {
                Err(Error::MemberMissing { member, .. }) => assert_eq!(member, "not/there"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_truncated_package_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        for (source, archive) in [(npm(), tarball(folder.path())), (wheel_source(), wheel(folder.path()))] {
            let whole = std::fs::read(&archive).unwrap();
            std::fs::write(&archive, &whole[..whole.len() / 2]).unwrap();
            let result = take(&source, &archive, member("dir/a.bin", 8), folder.path()).await;
            assert!(result.is_err(), "{result:?}");
        }
    }

    #[tokio::test]
    async fn no_more_than_the_promised_bytes_are_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let whl = wheel(folder.path());
        assert_eq!(take(&wheel_source(), &whl, member("p/a.bin", 2), folder.path()).await.unwrap(), "zip");
    }
}
