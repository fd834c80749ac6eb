//! Errors of engines, store and platform, in the words of the use cases.

use std::path::Path;

use crate::Error;
use crate::error::is_lack_of_room;
use crate::history::Trouble;

impl From<son1k_composer::Error> for Error {
    fn from(error: son1k_composer::Error) -> Self {
        use son1k_composer::Error as E;
        match error {
            E::EmptyPrompt => Self::EmptyPrompt,
            E::InvalidField { field, value } => Self::InvalidField { field: field.to_string(), value },
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<son1k_audio::Error> for Error {
    fn from(error: son1k_audio::Error) -> Self {
        match error {
            son1k_audio::Error::Cancelled => Self::Cancelled,
            son1k_audio::Error::Device(reason) => Self::NoAudioDevice(reason),
            son1k_audio::Error::Io(source) => son1k_sound::Error::Io(source).into(),
            son1k_audio::Error::File(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<son1k_sound::Error> for Error {
    fn from(error: son1k_sound::Error) -> Self {
        match error {
            son1k_sound::Error::Cancelled => Self::Cancelled,
            son1k_sound::Error::Io(source) if is_lack_of_room(&source) => {
                Self::DiskFull { path: String::new() }
            }
            son1k_sound::Error::Refused(refusal) => Self::SoundRefused(refusal),
            son1k_sound::Error::Silent => Self::OnlySilence,
            son1k_sound::Error::OutOfReach { reached, wanted } => Self::OutOfReach { reached, wanted },
            other => Self::Internal(other.to_string()),
        }
    }
}

impl Error {
    /// Returns the error of an engine that was reading `source`.
    pub(crate) fn of_reading(source: &Path, error: son1k_sound::Error) -> Self {
        let named = || source.display().to_string();
        match error {
            son1k_sound::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Self::NotFound { what: named() }
            }
            son1k_sound::Error::Io(error) => Self::Unreadable { path: named(), source: error },
            other => other.into(),
        }
    }

    /// Returns the error of an engine that was writing `target`.
    pub(crate) fn of_writing(target: &Path, error: impl Into<son1k_audio::Error>) -> Self {
        match error.into() {
            son1k_audio::Error::Io(source) => Self::writing(target, source),
            other => other.into(),
        }
    }
}

impl From<son1k_project::Error> for Error {
    fn from(error: son1k_project::Error) -> Self {
        use son1k_project::Error as E;
        let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match error {
            E::NotFound(path) => Self::NotFound { what: path.display().to_string() },
            E::Corrupt { path, why } => {
                tracing::error!(path = %path.display(), why, "damaged project");
                Self::ProjectCorrupt(name(&path))
            }
            E::DamagedAsset(asset) => Self::ProjectCorrupt(asset.to_string()),
            E::Newer { path, .. } => Self::NewerVersion(name(&path)),
            E::NoTake(take) => Self::NotFound { what: take.to_string() },
            E::NoTrack(track) => Self::NotFound { what: track.to_string() },
            E::NoAsset(asset) => Self::NotFound { what: asset.to_string() },
            E::NoSection(section) => Self::NotFound { what: section.to_string() },
            E::NoVersion(version) => Trouble::NoVersion(version).into(),
            E::NoConflict(_) => Trouble::NoConflict.into(),
            E::OtherProject(_) | E::BadUpdates(_) => Trouble::NotThisProject.into(),
            E::Unkeepable { what, why } => Self::InvalidField { field: what.to_owned(), value: why },
            E::Io { path, source, .. } => Self::writing(&path, source),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<son1k_store::Error> for Error {
    fn from(error: son1k_store::Error) -> Self {
        use son1k_store::Error as E;
        match error {
            E::File { path, source } => Self::writing(&path, source),
            E::Newer { .. } => Self::NewerVersion("studio.db".into()),
            E::Damaged(why) => {
                tracing::error!(why, "damaged database");
                Self::DatabaseCorrupt { restored: false }
            }
            E::Busy => Self::Busy("studio.db".into()),
            E::DiskFull => Self::DiskFull { path: "studio.db".into() },
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<son1k_platform::Error> for Error {
    fn from(error: son1k_platform::Error) -> Self {
        use son1k_platform::Error as E;
        let reason = error.to_string();
        match error {
            E::NoHome => Self::NotFound { what: "the home folder".into() },
            E::Unwritable { path, source } => Self::writing(&path, source),
            E::DiskFull { path } => Self::DiskFull { path: path.display().to_string() },
            E::Network { url, .. } | E::Cut { url, .. } | E::Refused { url, .. } => {
                Self::Download { what: url, reason }
            }
            E::Unexpected { file, .. } => {
                tracing::error!(reason, "not what the catalogue says");
                Self::ModelCorrupt { id: file.clone(), name: file }
            }
            E::ClientMissing(client) => Self::NotFound { what: client },
            E::Client { client, .. } => Self::Download { what: client, reason },
            E::MemberMissing { package, .. } | E::BadPackage { package, .. } => {
                Self::Download { what: package, reason }
            }
            E::Cancelled => Self::Cancelled,
            E::Unreadable { path, .. } => Self::NotFound { what: path.display().to_string() },
        }
    }
}
