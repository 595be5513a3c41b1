//! The tests of the real window, and pictures of it, on a screen that nobody sees.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::Result;

use crate::build::cargo;
use crate::step::{run, step};
use crate::ui::NPM;
use crate::{place, system};

/// Drives the real window with a real mouse. Only Linux has a screen that can be made up.
pub(crate) fn test() -> Result<()> {
    if !cfg!(target_os = "linux") {
        eprintln!("   the window is tested on Linux only");
        return Ok(());
    }
    prepare()?;
    step("the window", || on_a_screen("e2e"))
}

/// Takes the pictures of docs/pictures anew.
pub(crate) fn pictures() -> Result<()> {
    prepare()?;
    step("pictures of the window", || on_a_screen("pictures"))
}

/// The profile of the tests serves here too.
fn prepare() -> Result<()> {
    system::require_screen()?;
    let words = "build --package sheaf-app --package sheaf-cli";
    step(&format!("cargo {words}"), || {
        run(cargo().args(words.split(' ')))
    })
}

/// A screen and a message bus of its own for `npm run script`.
fn on_a_screen(script: &str) -> Result<()> {
    let words = [
        "--",
        "xvfb-run",
        "--auto-servernum",
        "--server-args=-screen 0 1400x1000x24",
        NPM,
        "run",
        script,
    ];
    let mut command = Command::new("dbus-run-session");
    command
        .current_dir(place::repository().join("ui"))
        .env("SHEAF_PROGRAMS", place::debug())
        .args(words.map(OsStr::new));
    run(&mut command)
}
