//! How late a voice is heard that is changed live, from a virtual microphone to the monitor of the null sink.

use std::process::Stdio;

use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::setup::{self, Purpose};

/// Speaks clicks into the studio of the window tests, in each preset.
pub fn bench(repository: &Repository) -> Result<String> {
    setup::prepare(repository, Purpose::Test, false)?;
    let mut node = repository.node();
    node.arg(repository.root.join("tests/e2e/live.bench.js"))
        .env("SON1K_STUDIO", repository.program("son1k-studio"));
    let done = node.stderr(Stdio::inherit()).output().map_err(io("start the bench of the live voice"))?;
    if !done.status.success() {
        return Err(Error::new("the bench of the live voice failed", "Read what it printed."));
    }
    Ok(format!("### A voice changed live\n\n{}", String::from_utf8_lossy(&done.stdout)))
}
