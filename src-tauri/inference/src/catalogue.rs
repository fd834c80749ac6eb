//! The catalogue of models, sound banks and runtime libraries: `models/catalog.toml`, compiled in.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use son1k_domain::id::ModelId;
use son1k_domain::model::ModelTask;

const TEXT: &str = include_str!("../../../models/catalog.toml");
/// Lists of files, `sha256 bytes name` a line, by the names that the catalogue calls them by.
const LISTS: [(&str, &str); 2] = [
    ("one-shots.txt", include_str!("../../../models/one-shots.txt")),
    ("kokoro-voices.txt", include_str!("../../../models/kokoro-voices.txt")),
];

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
    /// Where it comes from; files that name no package are in this one.
    pub source: Package,
    /// Further packages that it comes from.
    pub also: Vec<Package>,
    pub conversion: Option<Conversion>,
    /// Files of the packages that are converted, and then thrown away.
    pub inputs: Vec<Member>,
    /// Files on the shelf, those that a conversion makes first; the first one is what the entry is used by (for one-shots,
    /// all of them are).
    pub files: Vec<File>,
}

impl Entry {
    /// Returns the size on disk.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Returns all packages that it comes from.
    pub fn packages(&self) -> impl Iterator<Item = &Package> {
        std::iter::once(&self.source).chain(&self.also)
    }

    /// Returns everything to take out of one of its packages: inputs of the conversion and files that stay as they are.
    pub fn members_of(&self, package: &Package) -> Vec<Member> {
        let plain = self.files.iter().filter_map(File::as_member);
        let all = self.inputs.iter().cloned().chain(plain);
        all.filter(|member| self.package_of(member) == Some(package)).collect()
    }

    fn package_of(&self, member: &Member) -> Option<&Package> {
        match member.package.as_deref() {
            None => Some(&self.source),
            name => self.packages().find(|package| package.source.package() == name),
        }
    }

    /// Returns the files that the conversion makes.
    pub fn made(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.member.is_none())
    }
}

/// Something that is downloaded at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub source: Source,
    /// Its size as it is downloaded.
    pub bytes: u64,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Pypi { package: String, version: String, python: Option<String>, platform: Option<String> },
    Npm { package: String, version: String },
    Debian { package: String },
    Url(String),
}

impl Source {
    /// Returns the name of the package; an address has none.
    fn package(&self) -> Option<&str> {
        match self {
            Self::Pypi { package, .. } | Self::Npm { package, .. } | Self::Debian { package } => {
                Some(package)
            }
            Self::Url(_) => None,
        }
    }
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
    /// The compressed sound bank is decoded.
    Sf3,
    // The others make ONNX files, each by its script.
    Musicnn,
    Spleeter,
    Beatnet,
    Deepfilternet,
    Whisper,
    Kokoro,
    Resemblyzer,
}

impl Conversion {
    /// Returns how it is done.
    pub fn means(self) -> Means {
        match self {
            Self::Sf3 => Means::Decoding,
            Self::Musicnn => Means::Script(MUSICNN),
            Self::Spleeter => Means::Script(SPLEETER),
            Self::Beatnet => Means::Script(BEATNET),
            Self::Deepfilternet => Means::Script(DEEPFILTERNET),
            Self::Whisper => Means::Script(WHISPER),
            Self::Kokoro => Means::Script(KOKORO),
            Self::Resemblyzer => Means::Script(RESEMBLYZER),
        }
    }
}

/// How files are made of the inputs.
#[derive(Debug, Clone, Copy)]
pub enum Means {
    /// One SoundFont of one that is compressed.
    Decoding,
    Script(Script),
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
    /// The package that it is in; `None` is the entry's first.
    pub package: Option<String>,
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
    /// The package that it is in; `None` is the entry's first.
    pub package: Option<String>,
}

impl File {
    fn as_member(&self) -> Option<Member> {
        Some(Member {
            path: self.member.clone()?,
            name: self.name.clone(),
            sha256: self.sha256.clone()?,
            bytes: self.bytes,
            package: self.package.clone(),
        })
    }
}

/// A Python script that converts a model, with what it needs. It is called with an option for each input and then for each
/// file that it makes, in their order.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// Names and texts; the first one is run.
    pub files: &'static [(&'static str, &'static str)],
    /// One for each input.
    pub options: &'static [&'static str],
    /// One for each file that it makes.
    pub outputs: &'static [&'static str],
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
    outputs: &["--out"],
    requirements: REQUIREMENTS,
};
const SPLEETER: Script = Script {
    files: &[("spleeter.py", include_str!("../../../models/convert/spleeter.py")), CHECKPOINT, GRAPH],
    options: &["--index", "--data"],
    outputs: &["--out"],
    requirements: REQUIREMENTS,
};
const BEATNET: Script = Script {
    files: &[("beatnet.py", include_str!("../../../models/convert/beatnet.py")), WEIGHTS, GRAPH],
    options: &["--weights"],
    outputs: &["--out"],
    requirements: REQUIREMENTS,
};
const RESEMBLYZER: Script = Script {
    files: &[("resemblyzer.py", include_str!("../../../models/convert/resemblyzer.py")), WEIGHTS, GRAPH],
    options: &["--weights"],
    outputs: &["--out"],
    requirements: REQUIREMENTS,
};
const DEEPFILTERNET: Script = Script {
    files: &[("deepfilternet.py", include_str!("../../../models/convert/deepfilternet.py")), GRAPH],
    options: &["--archive"],
    outputs: &["--out"],
    requirements: REQUIREMENTS,
};

const WHISPER: Script = Script {
    files: &[
        ("whisper.py", include_str!("../../../models/convert/whisper.py")),
        ("ctranslate.py", include_str!("../../../models/convert/ctranslate.py")),
        GRAPH,
    ],
    options: &["--part1", "--part2"],
    outputs: &["--out-encoder", "--out-decoder"],
    requirements: REQUIREMENTS,
};

const KOKORO: Script = Script {
    files: &[("kokoro.py", include_str!("../../../models/convert/kokoro.py")), GRAPH],
    options: &["--part1", "--part2", "--part3", "--part4"],
    outputs: &["--out"],
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
    #[serde(default)]
    also: Vec<Origin>,
    convert: Option<Conversion>,
    listed: Option<Listed>,
    #[serde(default)]
    input: Vec<Member>,
    #[serde(default)]
    file: Vec<File>,
}

/// Files that a list names instead of the catalogue.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    list: String,
    /// Their folder in the package.
    folder: String,
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
    let mut files = row.listed.as_ref().map(files_of).transpose()?.unwrap_or_default();
    files.extend(row.file);
    let package = |origin: &Origin| package_of(origin).ok_or_else(|| format!("{} has no source", row.id));
    let entry = Entry {
        name: row.name,
        task: row.task,
        licence: row.licence,
        credit: row.credit,
        required: row.required,
        source: package(&row.source)?,
        also: row.also.iter().map(package).collect::<Result<_, _>>()?,
        conversion: row.convert,
        inputs: row.input,
        files,
        id: row.id,
    };
    let inputs = entry.inputs.iter().map(|input| &input.package);
    let mut named = inputs.chain(entry.files.iter().map(|file| &file.package)).filter_map(Option::as_deref);
    let gives = |name: &str| entry.packages().any(|package| package.source.package() == Some(name));
    match named.find(|name| !gives(name)).map(str::to_owned) {
        Some(name) => Err(format!("{} does not come from {name}", entry.id)),
        None => Ok(entry),
    }
}

fn package_of(origin: &Origin) -> Option<Package> {
    Some(Package { source: source_of(origin)?, bytes: origin.bytes })
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

fn files_of(listed: &Listed) -> Result<Vec<File>, String> {
    let file = |line: &str| {
        let mut words = line.split_whitespace();
        let (sha256, bytes, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
        Some(File {
            name: name.to_owned(),
            member: Some(format!("{}/{name}", listed.folder)),
            sha256: Some(sha256.to_owned()),
            bytes,
            package: None,
        })
    };
    let Some((_, list)) = LISTS.iter().find(|(name, _)| *name == listed.list) else {
        return Err(format!("there is no list {}", listed.list));
    };
    list.lines().map(|line| file(line).ok_or_else(|| format!("cannot read the line {line}"))).collect()
}

#[cfg(test)]
mod tests;
