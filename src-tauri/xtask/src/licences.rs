//! `cargo xtask licences`: cargo-deny over everything that is linked.

use std::process::ExitCode;

use crate::error::Result;
use crate::repository::Repository;
use crate::step;

const VERSION: &str = "0.20.2";

/// Checks licences, sources and bans with the rules of `.deny.toml`; fetches cargo-deny into the target folder first.
///
/// # Errors
/// When cargo-deny cannot be installed; what it finds is told in the exit code.
pub fn licences(repository: &Repository) -> Result<ExitCode> {
    let tools = repository.workshop().join("tools");
    let own = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let there = repository.command("cargo-deny").arg("--version").output().is_ok();
    if !there && !own.is_file() {
        let mut cargo =
            repository.cargo(&["install", "--locked", "--version", VERSION, "cargo-deny", "--root"]);
        cargo.arg(&tools);
        let hint = "Check the connection, or type: cargo install cargo-deny";
        step::must(repository, "cargo-deny", "building cargo-deny (minutes, once)", cargo, hint)?;
    }
    let mut deny = repository.command(if there { "cargo-deny".into() } else { own });
    deny.args(["--config", ".deny.toml", "--all-features", "--workspace"])
        .args(["check", "licenses", "bans", "sources"]);
    let finished = step::run(repository, "licences", deny)?;
    step::show_tail(&finished.log);
    let success = finished.status.success();
    println!("{} licences  {}", if success { "✓" } else { "✗" }, step::seconds(finished.time));
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
