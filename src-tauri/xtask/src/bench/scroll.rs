//! The list of a large library in the real window: how many frames a second it has while it scrolls.

use std::process::Stdio;

use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::setup::{self, Purpose};

/// Scrolls in the studio of the window tests, on a virtual display without a graphics card.
pub fn bench(repository: &Repository) -> Result<String> {
    setup::prepare(repository, Purpose::Test, false)?;
    super::build(repository, "what fills the library", &["-p", "son1k-store", "--example", "library"])?;
    let mut node = repository.node();
    node.arg(repository.root.join("tests/e2e/scroll.bench.js"))
        .env("SON1K_FILL", repository.target.join("release/examples/library"))
        .env("SON1K_STUDIO", repository.program("son1k-studio"));
    let done = node.stderr(Stdio::inherit()).output().map_err(io("start the bench of the list"))?;
    if !done.status.success() {
        return Err(Error::new("the bench of the list failed", "Read what it printed."));
    }
    Ok(format!("### Scrolling through 100,000 sounds\n\n{}", String::from_utf8_lossy(&done.stdout)))
}
