//! Models that run on ONNX Runtime: the catalogue of what exists, the runtime library, sessions under one memory budget,
//! and one file per task.
//!
//! Nothing here downloads, converts or decides where models lie; it is given files. Sound comes in as samples: decoding
//! them is another crate's work.

pub mod beats;
pub mod catalogue;
pub mod converter;
pub mod denoiser;
pub mod error;
pub mod gate;
mod kernels;
mod library;
pub mod likeness;
pub mod listener;
mod mel;
pub mod pitch;
pub mod progress;
mod resample;
pub mod runtime;
pub mod sessions;
pub mod shelved;
pub mod speaker;
pub mod spelling;
pub mod splitter;
mod stft;
pub mod tagger;
pub mod transcriber;

pub use catalogue::{Entry, catalogue};
pub use error::{Error, Result};
pub use progress::Progress;
pub use runtime::Runtime;
pub use sessions::Sessions;
