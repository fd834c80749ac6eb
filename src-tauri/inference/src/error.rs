//! What can go wrong between a file and a tensor.

use std::path::PathBuf;

use son1k_domain::id::ModelId;

use crate::converter::Breach;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a model could not be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not find the ONNX Runtime library {0}")]
    RuntimeMissing(PathBuf),
    #[error("could not use the ONNX Runtime library {path}: {reason}")]
    RuntimeUnusable { path: PathBuf, reason: String },
    #[error("could not find the model file {0}")]
    ModelMissing(PathBuf),
    #[error("could not use the model {model}: {reason}")]
    ModelUnusable { model: ModelId, reason: String },
    /// A model was given as a converter, and is none.
    #[error("could not convert with {model}: {breach}")]
    Contract { model: ModelId, breach: Breach },
    /// Work that holds one model asked for another, which could wait for itself.
    #[error("could not use the model {0} while another one is in use by the same task")]
    Nested(ModelId),
    /// The caller raised its flag.
    #[error("the work was cancelled")]
    Cancelled,
    #[error("could not read {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("could not write {path}: {source}")]
    Unwritable { path: PathBuf, source: std::io::Error },
}
