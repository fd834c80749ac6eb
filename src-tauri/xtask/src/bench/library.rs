//! The library with 100,000 sounds: how fast they come in and are found.

use std::fs;
use std::process::Stdio;

use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// Rows of the library.
const ROWS: &str = "100000";

/// Fills a library and searches it, in the program `library` of the crate `store`, which measures itself.
pub fn bench(repository: &Repository) -> Result<String> {
    let folder = repository.workshop().join("bench").join("library");
    let _none_at_the_first_run = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let mut cargo = repository.cargo(&[
        "run",
        "--release",
        "--locked",
        "-q",
        "-p",
        "son1k-store",
        "--example",
        "library",
        "--",
    ]);
    let done = cargo.arg(&folder).arg(ROWS).stderr(Stdio::inherit()).output();
    let done = done.map_err(io("start the bench of the library"))?;
    let _the_next_run_fills_it_anew = fs::remove_dir_all(&folder);
    if !done.status.success() {
        return Err(Error::new("the bench of the library failed", "Read what it printed."));
    }
    Ok(format!("### A library of {ROWS} sounds\n\n{}", String::from_utf8_lossy(&done.stdout)))
}
