//! The web part of the window: its packages, its build, its checks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Result;

use crate::place;
use crate::step::{run, step};

/// npm is a script on Windows, which is started only by its full name.
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Installs the packages and builds `ui/dist`, without which the window does not compile.
pub(crate) fn prepare() -> Result<()> {
    // npm writes the second file when it has installed what the first one lists.
    let wanted = changed(&folder().join("package-lock.json"));
    if wanted.is_none() || wanted > changed(&folder().join("node_modules/.package-lock.json")) {
        install()?;
    }
    let built = changed(&folder().join("dist/index.html"));
    if built.is_some() && built > newest(&folder()) {
        return Ok(());
    }
    step("npm run build", || run(npm().args(["run", "build"])))
}

/// When anything that the build is made of was changed last.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let times = entries.filter_map(|entry| {
        let path = entry.path();
        match path.file_name()?.to_str() {
            Some("dist" | "node_modules" | "e2e") => None,
            _ if path.is_dir() => newest(&path).max(changed(&path)),
            _ => changed(&path),
        }
    });
    times.max()
}

pub(crate) fn check() -> Result<()> {
    step("npm run check", || run(npm().args(["run", "check"])))?;
    step("npm test", || run(npm().arg("test")))
}

fn install() -> Result<()> {
    step("npm ci", || {
        run(npm().args(["ci", "--no-audit", "--no-fund"]))
    })
}

pub(crate) fn npm() -> Command {
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
