//! The web part of the window, when there is one: its packages, its build, its checks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;

use crate::place;
use crate::step::{run, step};

/// npm is a script on Windows, which is started only by its full name.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

pub(crate) fn exists() -> bool {
    folder().join("package.json").is_file()
}

/// Installs the packages and builds `ui/dist`, without which the window does not compile.
pub(crate) fn prepare() -> Result<()> {
    if !exists() {
        return Ok(());
    }
    // npm writes the second file when it has installed what the first one lists.
    let wanted = changed(&folder().join("package-lock.json"));
    if wanted.is_none() || wanted > changed(&folder().join("node_modules/.package-lock.json")) {
        install()?;
    }
    step("npm run build", || run(npm().args(["run", "build"])))
}

pub(crate) fn check() -> Result<()> {
    if !exists() {
        return Ok(());
    }
    step("npm run check", || run(npm().args(["run", "check"])))?;
    step("npm test", || run(npm().arg("test")))
}

fn install() -> Result<()> {
    step("npm ci", || {
        run(npm().args(["ci", "--no-audit", "--no-fund"]))
    })
}

fn npm() -> Command {
    let mut npm = Command::new(NPM);
    npm.current_dir(folder());
    npm
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|file| file.modified()).ok()
}

fn folder() -> PathBuf {
    place::repository().join("ui")
}
