//! What can go wrong on a GPU; whoever draws goes on with the processor then.

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing could be drawn on the GPU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is neither a GPU nor a driver that stands in for one.
    #[error("no GPU was found")]
    NoAdapter,
    /// There is only a driver that stands in for a GPU on the processor, several times slower than the reference.
    #[error("there is no GPU but {0}")]
    OnlySoftware(String),
    /// A GPU is there and refuses to work.
    #[error("could not open the GPU: {0}")]
    Refused(String),
    /// The driver was reset or updated, the GPU was pulled out, or its memory is full.
    #[error("the GPU was lost: {0}")]
    Lost(String),
}
