//! The set-up: whatever is missing is installed or built, whatever is there is left alone within a second.

use std::process::Command;

use crate::error::Result;
use crate::node;
use crate::packages;
use crate::repository::Repository;
use crate::stamp::{Fingerprint, Stamp};
use crate::step::{self, must};

/// Features of the window tests' studio: the built page, and the driver that a release never has.
pub const TEST_FEATURES: &str = "custom-protocol,webdriver";

/// What a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To open the studio on a display.
    Run,
    /// To open it without a display.
    RunHeadless,
    /// To build it and try everything.
    Test,
}

/// Makes the clone ready, programs included.
///
/// # Errors
/// At the first step that fails, with what to do about it.
pub fn prepare(repository: &Repository, purpose: Purpose, release: bool) -> Result<()> {
    match purpose {
        Purpose::Run => packages::ensure(repository, &[packages::BUILD])?,
        Purpose::RunHeadless => packages::ensure(repository, &[packages::BUILD, packages::HEADLESS])?,
        Purpose::Test => {
            packages::ensure(repository, &[packages::BUILD, packages::HEADLESS, packages::TESTS])?
        }
    }
    if purpose == Purpose::Test {
        components(repository)?;
        judge(repository)?;
    }
    page(repository)?;
    programs(repository, purpose, release)?;
    weights(repository)
}

/// Makes sure that the pinned toolchain has its formatter and its lints.
fn components(repository: &Repository) -> Result<()> {
    let there = |name: &str| {
        repository.cargo(&[name, "--version"]).output().is_ok_and(|output| output.status.success())
    };
    if there("fmt") && there("clippy") {
        println!("✓ rustfmt and clippy");
        return Ok(());
    }
    let mut rustup = repository.command("rustup");
    rustup.args(["component", "add", "rustfmt", "clippy"]);
    must(
        repository,
        "rustup components",
        "adding rustfmt and clippy to the toolchain",
        rustup,
        "Type: rustup component add rustfmt clippy",
    )
}

/// Installs the page's packages and builds the page.
///
/// # Errors
/// Without Node.js, or when npm or the page's build fails.
pub fn page(repository: &Repository) -> Result<()> {
    node::ensure(repository)?;
    let ui = repository.root.join("ui");
    let lock = Fingerprint::new().contents(&ui.join("package-lock.json"), &[]);
    let installed = Stamp(ui.join("node_modules/.lock-stamp"));
    if installed.holds(lock) {
        println!("✓ page packages");
    } else {
        let npm = repository.npm(&["ci", "--no-audit", "--no-fund"]);
        must(
            repository,
            "page packages",
            "installing the page's packages (npm ci)",
            npm,
            "Check the connection.",
        )?;
        installed.set(lock)?;
    }
    let sources = Fingerprint::new().contents(&ui, &["node_modules", "dist", "coverage"]);
    let built = Stamp(repository.workshop().join("stamps/page"));
    if built.holds(sources) && ui.join("dist/index.html").is_file() {
        println!("✓ page");
        return Ok(());
    }
    must(
        repository,
        "page",
        "building the page",
        repository.npm(&["run", "build"]),
        "Mend the page's sources.",
    )?;
    built.set(sources)
}

/// Returns the one call that builds every target of the tests with one set of features, so that nothing is compiled
/// twice: cargo unites features over what one call builds, and `-p` alone would give every crate below tokio a twin.
pub fn everything(repository: &Repository) -> Command {
    linting(repository.cargo(&[
        "build",
        "--locked",
        "--workspace",
        "--all-targets",
        "--features",
        TEST_FEATURES,
    ]))
}

/// Lets clippy compile the workspace's own crates: its driver is the compiler with more lints. A `cargo clippy` of its
/// own would go through all dependencies once more, ten minutes on two cores.
pub fn linting(mut cargo: Command) -> Command {
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    cargo
}

/// Builds the programs.
fn programs(repository: &Repository, purpose: Purpose, release: bool) -> Result<()> {
    let mut cargo = match purpose {
        Purpose::Test => everything(repository),
        Purpose::Run | Purpose::RunHeadless => repository.cargo(&[
            "build",
            "--locked",
            "-p",
            "son1k-studio",
            "-p",
            "son1k-cli",
            "--features",
            "custom-protocol",
        ]),
    };
    if release {
        cargo.arg("--release");
    }
    must(
        repository,
        "build",
        "building the studio (minutes the first time)",
        cargo,
        "Mend what the compiler says.",
    )
}

/// Fetches models, the sound bank and the runtime library through the studio's own command.
fn weights(repository: &Repository) -> Result<()> {
    let weights = repository.weights();
    let now = || {
        Fingerprint::new()
            .contents(&repository.root.join("models/catalog.toml"), &[])
            .sizes(&weights, &[".stamp"])
    };
    let stamp = Stamp(weights.join(".stamp"));
    if stamp.holds(now()) {
        println!("✓ models");
        return Ok(());
    }
    let debug = repository.program("son1k");
    let release = repository.target.join("release").join(debug.file_name().unwrap_or_default());
    let mut son1k = repository.command(if debug.is_file() { debug } else { release });
    son1k.args(["models", "fetch"]);
    must(
        repository,
        "models",
        "fetching models, the sound bank and ONNX Runtime",
        son1k,
        "Check the connection and the free disk space; what was fetched is kept, so run this again.",
    )?;
    stamp.set(now())
}

/// Installs the independent judge (librosa) into an environment of its own.
///
/// # Errors
/// Without python3-venv or a connection.
pub fn judge(repository: &Repository) -> Result<()> {
    let list = repository.root.join("tests/judge/requirements.txt");
    let folder = repository.workshop().join("judge");
    let wanted = Fingerprint::new().contents(&list, &[]);
    let stamp = Stamp(folder.join(".stamp"));
    if stamp.holds(wanted) && repository.judge_python().is_file() {
        println!("✓ independent judge");
        return Ok(());
    }
    let mut venv = repository.command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    must(
        repository,
        "judge environment",
        "making the judge's Python environment",
        venv,
        "Install python3-venv.",
    )?;
    let mut pip = repository.command(repository.judge_python());
    pip.args(["-m", "pip", "install", "--no-input", "--quiet", "--requirement"]).arg(&list);
    must(repository, "independent judge", "installing the independent judge", pip, "Check the connection.")?;
    stamp.set(wanted)
}

/// Says how long the set-up took.
pub fn told(start: std::time::Instant) {
    println!("✓ set-up  {}", step::seconds(start.elapsed()));
}
