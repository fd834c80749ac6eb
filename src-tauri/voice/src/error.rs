//! What can go wrong with a conversion.

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a voice could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller raised its flag.
    #[error("the work was cancelled")]
    Cancelled,
    /// The rate is out of [`crate::RATES`].
    #[error("could not convert a voice at {0} Hz")]
    Rate(u32),
}
