//! Where things are in this clone.

use std::env;
use std::path::{Path, PathBuf};

/// Returns the root folder of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Returns cargo's target folder.
pub fn target() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Returns the folder of models, sound banks and the runtime library: `SON1K_MODELS`, or the clone's own.
pub fn weights() -> PathBuf {
    env::var_os("SON1K_MODELS").map_or_else(|| root().join("models/weights"), PathBuf::from)
}

/// Returns the built `son1k` command: `SON1K_CLI`, or the dev build.
pub fn son1k() -> PathBuf {
    let built = || target().join("debug").join(format!("son1k{}", env::consts::EXE_SUFFIX));
    env::var_os("SON1K_CLI").map_or_else(built, PathBuf::from)
}

/// Returns the Python that has librosa: `SON1K_JUDGE`, or the one of the set-up.
pub fn judge_python() -> PathBuf {
    env::var_os("SON1K_JUDGE").map_or_else(|| target().join("xtask/judge/bin/python"), PathBuf::from)
}
