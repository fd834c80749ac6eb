//! Starting.

use std::process::Stdio;

use super::{measure, median, release};
use crate::error::Result;
use crate::repository::Repository;
use crate::step;

/// How long the program takes to do next to nothing.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build_son1k(repository)?;
    let taken = median(|_| {
        let mut son1k = repository.command(release(repository));
        son1k.arg("--version").stdout(Stdio::null());
        measure(son1k)
    })?;
    Ok(format!("### Start\n\n`son1k --version`: {}, {:.0} MiB\n", step::seconds(taken.time), taken.memory))
}
