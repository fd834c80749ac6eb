//! What a model must take, give and say of itself to be a converter: `docs/converters.md`.

use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};

use crate::likeness::WIDTH;

/// Names of inputs, and of the output.
pub(super) const SOURCE: &str = "source";
pub(super) const TARGET: &str = "target";
pub(super) const REFERENCE: &str = "reference";
pub(super) const PITCH: &str = "pitch";
pub(super) const CONVERTED: &str = "converted";

/// Keys of the metadata.
const RATE: &str = "son1k.rate";
const NAME: &str = "son1k.name";
const LICENCE: &str = "son1k.licence";
const HOP: &str = "son1k.hop";
const WINDOW: &str = "son1k.window";

/// Rates that voices are worked at, in hertz.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=48_000;
/// Windows in seconds; where a model says nothing, ten.
const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 60.0;
const USUAL: u32 = 10;
/// Longest name and licence, in characters.
const TEXT: usize = 120;

/// How a model breaks the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The runtime cannot open it, and says why.
    #[error("it is no ONNX model that can be opened: {0}")]
    NoModel(String),
    #[error("it has no input source")]
    NoSource,
    #[error("it has neither an input target nor an input reference")]
    NoTarget,
    #[error("it has no output converted")]
    NoConverted,
    /// An input of this name is none of the contract.
    #[error("it has an input {0} that is not known")]
    UnknownInput(String),
    /// A tensor that is not as it should be.
    #[error("{name} is {found} instead of {wanted}")]
    Tensor { name: String, found: String, wanted: &'static str },
    /// Metadata that must be there.
    #[error("its metadata has no {0}")]
    NoMetadata(&'static str),
    /// Metadata that cannot be so.
    #[error("its metadata says {value} for {key}")]
    Metadata { key: &'static str, value: String },
    /// It gave a sound that is not as long as what it was asked to say.
    #[error("it gave {given} samples for {asked}")]
    Length { asked: usize, given: usize },
    #[error("it gave samples that are no numbers")]
    NotFinite,
    /// It stopped while it was at work, and says why.
    #[error("it stopped: {0}")]
    Failed(String),
}

/// How much speech of the target a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    AnyLength,
    /// In samples.
    Exactly(usize),
}

impl Reference {
    /// Returns a reference as the model takes it: cut, or repeated until it is long enough.
    pub(super) fn of(self, sound: &[f32]) -> Vec<f32> {
        match self {
            Self::AnyLength => sound.to_vec(),
            Self::Exactly(samples) if sound.is_empty() => vec![0.0; samples],
            Self::Exactly(samples) => sound.iter().copied().cycle().take(samples).collect(),
        }
    }
}

/// What a model that keeps to the contract says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    pub name: String,
    pub licence: String,
    /// Of source, reference and result, in hertz.
    pub rate: u32,
    /// Samples of the source for each value of the pitch; what it is given is so many samples or a multiple.
    pub hop: usize,
    /// Samples that it is given at once, at most; a multiple of the hop.
    pub window: usize,
    /// Whether it takes windows of that length only.
    pub fixed: bool,
    /// Whether it takes the speaker vector of the target.
    pub target: bool,
    /// Whether it takes speech of the target, and how much.
    pub reference: Option<Reference>,
    /// Whether it takes the melody.
    pub pitch: bool,
}

impl Contract {
    /// Reads it from an open model.
    pub(super) fn read(session: &Session) -> Result<Self, Breach> {
        let inputs = session.inputs();
        let find = |name: &str| inputs.iter().find(|input| input.name() == name);
        let strange = |input: &&Outlet| ![SOURCE, TARGET, REFERENCE, PITCH].contains(&input.name());
        let source = find(SOURCE).ok_or(Breach::NoSource)?;
        let exactly = row(source, "f32 [1, n]")?;
        let (target, reference, pitch) = (find(TARGET), find(REFERENCE), find(PITCH));
        if target.is_none() && reference.is_none() {
            return Err(Breach::NoTarget);
        }
        if let Some(stranger) = inputs.iter().find(strange) {
            return Err(Breach::UnknownInput(stranger.name().to_owned()));
        }
        target.map_or(Ok(()), vector)?;
        let reference = reference.map(speech).transpose()?;
        pitch.map_or(Ok(None), |pitch| row(pitch, "f32 [1, n / hop]"))?;
        let converted = session.outputs().iter().find(|output| output.name() == CONVERTED);
        row(converted.ok_or(Breach::NoConverted)?, "f32 [1, n]")?;
        let said = Said::read(session)?;
        let reference = reference.map(|exactly| exactly.map_or(Reference::AnyLength, Reference::Exactly));
        Self::new(said, exactly, target.is_some(), reference, pitch.is_some())
    }

    fn new(
        said: Said,
        exactly: Option<usize>,
        target: bool,
        reference: Option<Reference>,
        pitch: bool,
    ) -> Result<Self, Breach> {
        let Said { name, licence, rate, hop, window } = said;
        // Without it nobody knows how many values of the pitch there are.
        let hop = match hop {
            None if pitch => return Err(Breach::NoMetadata(HOP)),
            hop => hop.unwrap_or(1),
        };
        let wrong = |samples: usize| Breach::Metadata { key: WINDOW, value: samples.to_string() };
        let seconds = |samples: usize| samples as f64 / f64::from(rate);
        let window = exactly.or(window).unwrap_or((rate * USUAL) as usize);
        let whole = window / hop * hop;
        let fits = (SHORTEST..=LONGEST).contains(&seconds(window)) && whole > 0;
        if !fits || (exactly.is_some() && whole != window) {
            return Err(wrong(window));
        }
        Ok(Self {
            name,
            licence,
            rate,
            hop,
            window: whole,
            fixed: exactly.is_some(),
            target,
            reference,
            pitch,
        })
    }
}

/// What the metadata says.
struct Said {
    name: String,
    licence: String,
    rate: u32,
    hop: Option<usize>,
    window: Option<usize>,
}

impl Said {
    fn read(session: &Session) -> Result<Self, Breach> {
        let metadata = session.metadata().map_err(|error| Breach::NoModel(error.to_string()))?;
        let find = |key| metadata.custom(key).map(|text| text.trim().to_owned());
        let text = |key| match find(key) {
            None => Err(Breach::NoMetadata(key)),
            Some(text) if is_name(&text) => Ok(text),
            Some(text) => Err(wrong(key, &text)),
        };
        let number = |key: &'static str| {
            let count =
                |text: String| text.parse().ok().filter(|count| *count > 0).ok_or_else(|| wrong(key, &text));
            find(key).map(count).transpose()
        };
        let rate: usize = number(RATE)?.ok_or(Breach::NoMetadata(RATE))?;
        let known = u32::try_from(rate).ok().filter(|rate| RATES.contains(rate));
        let rate = known.ok_or_else(|| wrong(RATE, &rate.to_string()))?;
        let (name, licence) = (text(NAME)?, text(LICENCE)?);
        let hop = number(HOP)?;
        // A frame is a part of a second.
        match hop.filter(|hop| *hop > rate as usize) {
            Some(hop) => Err(wrong(HOP, &hop.to_string())),
            None => Ok(Self { name, licence, rate, hop, window: number(WINDOW)? }),
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= TEXT && !text.chars().any(char::is_control)
}

fn wrong(key: &'static str, value: &str) -> Breach {
    Breach::Metadata { key, value: value.chars().take(TEXT).collect() }
}

/// Checks that a tensor is one row of `f32`, and returns its length if it is always the same.
fn row(outlet: &Outlet, wanted: &'static str) -> Result<Option<usize>, Breach> {
    match shape(outlet) {
        // −1 stands for a dimension that is known only when it runs.
        Some([-1 | 1, length]) => Ok(usize::try_from(*length).ok()),
        _ => Err(otherwise(outlet, wanted)),
    }
}

/// Checks that a tensor has room for speech of the target, as the source has.
fn speech(outlet: &Outlet) -> Result<Option<usize>, Breach> {
    const MOST: usize = 60 * *RATES.end() as usize;
    match row(outlet, "f32 [1, m]")? {
        Some(length) if !(1..=MOST).contains(&length) => Err(otherwise(outlet, "f32 [1, m]")),
        length => Ok(length),
    }
}

/// Checks that a tensor has room for a speaker vector.
fn vector(outlet: &Outlet) -> Result<(), Breach> {
    match shape(outlet) {
        Some([-1 | 1, length]) if *length == -1 || *length == WIDTH as i64 => Ok(()),
        _ => Err(otherwise(outlet, "f32 [1, 256]")),
    }
}

/// Returns the shape of a tensor of `f32`.
fn shape(outlet: &Outlet) -> Option<&[i64]> {
    match outlet.dtype() {
        ValueType::Tensor { ty: TensorElementType::Float32, shape, .. } => Some(shape),
        _ => None,
    }
}

fn otherwise(outlet: &Outlet, wanted: &'static str) -> Breach {
    Breach::Tensor { name: outlet.name().to_owned(), found: outlet.dtype().to_string(), wanted }
}
