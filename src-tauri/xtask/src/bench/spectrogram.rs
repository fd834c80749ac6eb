//! Tiles of a spectrogram on the GPU beside the processor.

use std::process::Stdio;

use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// Draws tiles of every length, in the program `spectrogram` of the crate `gpu`, which measures itself.
pub fn bench(repository: &Repository) -> Result<String> {
    let arguments = ["run", "--release", "--locked", "-q", "-p", "son1k-gpu", "--example", "spectrogram"];
    let mut cargo = repository.cargo(&arguments);
    let done = cargo.stderr(Stdio::inherit()).output().map_err(io("start the bench of spectrograms"))?;
    if !done.status.success() {
        return Err(Error::new("the bench of spectrograms failed", "Read what it printed."));
    }
    let text = String::from_utf8_lossy(&done.stdout);
    Ok(format!("### Spectrograms, tiles of 512 × 256 of stereo at 48 kHz (median of 9)\n\n{text}"))
}
