//! Decodes sound files block by block to nothing and prints what they are: what `cargo xtask bench decode` measures.

use std::path::Path;
use std::process::ExitCode;

use son1k_sound::{Reader, Result};

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for path in std::env::args_os().skip(1) {
        match hear(Path::new(&path)) {
            Ok(told) => println!("{}: {told}", Path::new(&path).display()),
            Err(error) => {
                eprintln!("{}: {error}", Path::new(&path).display());
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn hear(path: &Path) -> Result<String> {
    let mut reader = Reader::open(path)?;
    let mut block = Vec::new();
    while reader.read(&mut block)? > 0 {}
    Ok(format!("{} frames, {:?}, {:?}", reader.position(), reader.facts(), reader.damage()))
}
