//! A project: one folder with a loro document, its previous copy and content-addressed assets.
//!
//! Every edit is one named step that can be undone; what the page shows is the plain reading ([`Document::view`]).
//! The crate knows nothing of sound, of jobs or of any interface, reads no clock and mints no ids: those are passed in.

mod arrangement;
mod assets;
mod branch;
mod compare;
mod conflict;
mod disk;
mod document;
mod edit;
mod envelope;
mod error;
mod lanes;
mod lines;
mod lyrics;
mod merge;
mod merging;
mod node;
mod order;
mod part;
mod past;
mod restore;
mod rework;
mod steps;
mod strip;
mod take;
mod value;
mod version;
mod words;
mod write;

#[cfg(test)]
mod tests;

pub use assets::Assets;
pub use document::{DOCUMENT, Document, PREVIOUS, Recovered};
pub use error::{Error, Result};
pub use version::Version;
