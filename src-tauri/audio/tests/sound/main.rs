//! The engine on real sounds: what comes out is looked at sample by sample.
// A test that cannot go on has failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod instruments;
mod mixing;
mod pitch;
mod stage;
