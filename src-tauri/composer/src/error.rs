//! What the composer cannot do.

/// Why no score came out of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The prompt says nothing and no field does either.
    #[error("cannot understand an empty prompt")]
    EmptyPrompt,
    /// An explicit field has a value outside its limits.
    #[error("cannot use {value} as {field}")]
    InvalidField { field: &'static str, value: String },
    /// No style has this id.
    #[error("cannot find the style {0}")]
    UnknownStyle(String),
    /// A style's data file breaks its own rules.
    #[error("cannot read the style: {0}")]
    Style(String),
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
