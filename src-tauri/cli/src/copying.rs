//! `son1k history copy`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use serde_json::json;
use son1k_domain::history::CopyPlace;
use son1k_services::{Error, Result, Services};

use crate::report::Report;
use crate::text::{counted, pick};
use crate::watched::watched;

const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const SCHEME: &str = "s3://";

/// Where the versions of all projects are copied to.
#[derive(Debug, Args)]
pub struct Copying {
    /// A folder, or s3://BUCKET/PREFIX with its keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    pub place: String,
    /// A file with the passphrase of the copy in its first line.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: PathBuf,
    /// The address of a storage that is not Amazon's.
    #[arg(long, value_name = "URL", default_value = "")]
    pub endpoint: String,
    #[arg(long, value_name = "NAME", default_value = "")]
    pub region: String,
}

pub async fn copy(wish: Copying, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let passphrase = passphrase(&wish.passphrase_file)?;
    let (place, secret) = place(&wish, |name| std::env::var(name).ok())?;
    let copies = services.copies.clone();
    let what = pick(report.language(), "copying", "copiando");
    let (versions, bytes) = watched(what, move |progress| {
        copies.copy_now(place, &passphrase, secret.as_deref(), progress.report, progress.cancelled)
    })
    .await?;
    if report.json {
        report.object(&json!({ "versions": versions, "bytes": bytes }));
    } else {
        let (english, spanish) = (["new version", "new versions"], ["versión nueva", "versiones nuevas"]);
        let counted = counted(versions as usize, english, spanish, report.language());
        println!("{counted}, {:.1} MB", bytes as f64 / 1e6);
    }
    Ok(ExitCode::SUCCESS)
}

fn passphrase(file: &Path) -> Result<String> {
    let path = file.display().to_string();
    let text =
        std::fs::read_to_string(file).map_err(|source| Error::Unreadable { path: path.clone(), source })?;
    match text.lines().next().map(str::trim).filter(|line| !line.is_empty()) {
        Some(line) => Ok(line.to_owned()),
        None => Err(Error::InvalidField { field: "path".into(), value: path }),
    }
}

/// Returns the place, and the secret key of a bucket.
fn place(wish: &Copying, variable: impl Fn(&str) -> Option<String>) -> Result<(CopyPlace, Option<String>)> {
    let Some(address) = wish.place.strip_prefix(SCHEME) else {
        let path = std::path::absolute(&wish.place)
            .map_err(|source| Error::Unreadable { path: wish.place.clone(), source })?;
        return Ok((CopyPlace::Folder { path: path.display().to_string() }, None));
    };
    let (bucket, prefix) = address.split_once('/').unwrap_or((address, ""));
    let key = |name: &str| {
        let missing = || Error::InvalidField { field: "access_key".into(), value: name.to_owned() };
        variable(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    };
    let place = CopyPlace::S3 {
        endpoint: wish.endpoint.clone(),
        region: wish.region.clone(),
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        access_key: key(ACCESS_KEY)?,
    };
    Ok((place, Some(key(SECRET)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(place: &str) -> Copying {
        Copying {
            place: place.into(),
            passphrase_file: PathBuf::new(),
            endpoint: "https://s3.example.org".into(),
            region: "eu".into(),
        }
    }

    #[test]
    fn a_bucket_is_told_from_a_folder_and_needs_its_keys() {
        let keys = |name: &str| Some(format!("the {name}"));
        let (bucket, secret) = place(&wish("s3://songs/studio/a"), keys).unwrap();
        let expected = CopyPlace::S3 {
            endpoint: "https://s3.example.org".into(),
            region: "eu".into(),
            bucket: "songs".into(),
            prefix: "studio/a".into(),
            access_key: "the AWS_ACCESS_KEY_ID".into(),
        };
        assert_eq!((bucket, secret.as_deref()), (expected, Some("the AWS_SECRET_ACCESS_KEY")));
        assert!(matches!(place(&wish("s3://songs"), |_| None), Err(Error::InvalidField { .. })));
        let (folder, secret) = place(&wish("disk"), |_| None).unwrap();
        assert!(matches!(folder, CopyPlace::Folder { path } if Path::new(&path).is_absolute()));
        assert_eq!(secret, None);
    }

    #[test]
    fn a_passphrase_is_the_first_line_of_its_file() {
        let file = std::env::temp_dir().join(format!("passphrase-{}", std::process::id()));
        std::fs::write(&file, "  four words\nsomething else\n").unwrap();
        assert_eq!(passphrase(&file).unwrap(), "four words");
        std::fs::write(&file, "\n").unwrap();
        assert!(passphrase(&file).is_err());
        std::fs::remove_file(&file).unwrap();
        assert!(passphrase(&file).is_err());
    }
}
