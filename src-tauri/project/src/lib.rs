//! A project: one folder with a loro document, its previous copy and content-addressed assets.
//!
//! Every edit is one named step that can be undone; what the page shows is the plain reading ([`Document::view`]).
//! The crate knows nothing of sound, of jobs or of any interface, reads no clock and mints no ids: those are passed in.

mod arrangement;
mod assets;
mod disk;
mod document;
mod edit;
mod envelope;
mod error;
mod history;
mod strip;
mod take;
mod value;

#[cfg(test)]
mod tests;

pub use assets::Assets;
pub use document::{DOCUMENT, Document, PREVIOUS, Recovered};
pub use error::{Error, Result};
