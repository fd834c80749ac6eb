//! What can go wrong with a mark.

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a sound could not be marked, or no mark be looked for in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The rate is out of [`crate::RATES`].
    #[error("could not work with a mark at {0} Hz")]
    Rate(u32),
    /// There are no channels.
    #[error("could not work with a mark in {0} channels")]
    Channels(usize),
}
