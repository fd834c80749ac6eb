//! What can go wrong.

/// Errors of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the English lexicon is not what it should be.
    #[error("could not read the {file} of the English lexicon: {why}")]
    Lexicon { file: &'static str, why: String },
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
