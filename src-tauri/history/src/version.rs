//! A version of a project, and how the store writes it down.

use std::fmt;
use std::time::SystemTime;

use rustic_core::SnapshotOptions;
use rustic_core::jiff::{Timestamp, tz::TimeZone};
use rustic_core::repofile::{SnapshotFile, SnapshotId};
use son1k_domain::id::ProjectId;

use crate::error::{Error, Result};

/// The name of a version: 64 hexadecimal digits, the same in every copy of the store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionId(pub String);

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who wanted a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The studio, before something risky or when work pauses.
    Automatic,
    /// A person, with a message.
    Named,
}

/// What is said about a version that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub project: ProjectId,
    /// What changed, in the musician's words; may be empty.
    pub message: String,
    pub time: SystemTime,
    pub kind: Kind,
    /// Why it is kept, in a word that nobody sees; may be empty.
    pub occasion: String,
    /// The name of the line of work.
    pub branch: String,
    /// Who made it; may be empty.
    pub author: String,
    /// The versions it comes from: none for the first, two for a merge, the line of work's own first.
    pub parents: Vec<VersionId>,
}

/// A version in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub id: VersionId,
    pub project: ProjectId,
    pub message: String,
    pub time: SystemTime,
    pub kind: Kind,
    /// Why it was kept, in a word that nobody sees; may be empty.
    pub occasion: String,
    pub branch: String,
    pub author: String,
    pub parents: Vec<VersionId>,
    /// Whether somebody marked it.
    pub starred: bool,
    /// How many files it holds.
    pub files: u64,
    /// What they take in a folder, in bytes.
    pub size: u64,
    /// What the version added to the store, in bytes.
    pub added: u64,
}

/// Seen in the list that the plain `restic` program prints.
const HOST: &str = "son1k";
const PROJECT: &str = "project=";
pub(crate) const KIND: &str = "kind=";
const OCCASION: &str = "occasion=";
const BRANCH: &str = "branch=";
const AUTHOR: &str = "author=";
pub(crate) const MESSAGE: &str = "message=";
pub(crate) const STARRED: &str = "starred=";
/// How often what is said about a version was changed.
pub(crate) const NOTED: &str = "noted=";
/// Names the project whose files were taken in before there is a version of them.
const AHEAD: &str = "ahead=";
const PARENTS: [&str; 2] = ["parent=", "parent2="];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Named => "named",
        }
    }
}

impl Draft {
    /// Writes everything into tags: they are what `restic` shows, and what its own copies keep.
    pub(crate) fn to_snapshot(&self) -> Result<SnapshotFile> {
        let mut snapshot = untagged(self.time)?;
        let mut tag = |name: &str, value: &str| snapshot.tags.add(format!("{name}{value}"));
        tag(PROJECT, self.project.as_str());
        tag(KIND, self.kind.name());
        let texts = [
            (OCCASION, &self.occasion),
            (BRANCH, &self.branch),
            (AUTHOR, &self.author),
            (MESSAGE, &self.message),
        ];
        for (name, value) in texts {
            if !value.is_empty() {
                tag(name, value);
            }
        }
        for (name, parent) in PARENTS.iter().zip(&self.parents) {
            tag(name, &parent.0);
        }
        Ok(snapshot)
    }
}

/// Returns a snapshot of the engine that says nothing yet.
fn untagged(time: SystemTime) -> Result<SnapshotFile> {
    let time = Timestamp::try_from(time).map_err(|cause| Error::Engine(cause.to_string()))?;
    let options = SnapshotOptions::default()
        .time(time.to_zoned(TimeZone::UTC))
        .host(HOST.to_owned())
        .command(HOST.to_owned());
    Ok(options.to_snapshot()?)
}

/// Returns what stands for files that are taken in before there is a version of them.
pub(crate) fn ahead_snapshot(project: &ProjectId, time: SystemTime) -> Result<SnapshotFile> {
    let mut snapshot = untagged(time)?;
    snapshot.tags.add(format!("{AHEAD}{}", project.as_str()));
    Ok(snapshot)
}

/// Returns the project whose files a snapshot only took in.
pub(crate) fn ahead_of(snapshot: &SnapshotFile) -> Option<ProjectId> {
    tag(snapshot, AHEAD).map(ProjectId::from)
}

/// Returns the name that stays the same in copies, whose files are encrypted anew, and when something else is said
/// about the version.
pub(crate) fn id_of(snapshot: &SnapshotFile) -> VersionId {
    name_of(&first_name(snapshot))
}

pub(crate) fn first_name(snapshot: &SnapshotFile) -> SnapshotId {
    snapshot.original.unwrap_or(snapshot.id)
}

/// Orders the files of one version: what was said last counts.
pub(crate) fn said(snapshot: &SnapshotFile) -> (u64, SnapshotId) {
    (noted(snapshot), snapshot.id)
}

pub(crate) fn noted(snapshot: &SnapshotFile) -> u64 {
    tag(snapshot, NOTED).and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Returns the project that a snapshot is a version of.
pub(crate) fn project_of(snapshot: &SnapshotFile) -> Option<&str> {
    tag(snapshot, PROJECT)
}

fn tag<'a>(snapshot: &'a SnapshotFile, name: &str) -> Option<&'a str> {
    snapshot.tags.iter().find_map(|tag| tag.strip_prefix(name))
}

pub(crate) fn name_of(id: &SnapshotId) -> VersionId {
    VersionId(id.to_hex().as_str().to_owned())
}

/// Reads a version; nothing for what another program keeps in the store.
pub(crate) fn read(snapshot: &SnapshotFile) -> Option<Version> {
    let tag = |name: &str| tag(snapshot, name);
    let text = |name: &str| tag(name).unwrap_or_default().to_owned();
    let summary = snapshot.summary.as_ref();
    Some(Version {
        id: id_of(snapshot),
        project: ProjectId::from(tag(PROJECT)?),
        message: text(MESSAGE),
        time: snapshot.time.timestamp().into(),
        kind: if tag(KIND)? == Kind::Named.name() { Kind::Named } else { Kind::Automatic },
        occasion: text(OCCASION),
        branch: text(BRANCH),
        author: text(AUTHOR),
        starred: tag(STARRED).is_some(),
        parents: PARENTS.iter().filter_map(|name| tag(name)).map(|id| VersionId(id.into())).collect(),
        files: summary.map_or(0, |summary| summary.total_files_processed),
        size: summary.map_or(0, |summary| summary.total_bytes_processed),
        added: summary.map_or(0, |summary| summary.data_added_packed),
    })
}
