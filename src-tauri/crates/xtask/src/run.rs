//! `cargo xtask run`: from a fresh checkout to Sheaf on the screen, or in the terminal.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::step::run as run_program;
use crate::{build, place, prompt};

/// Sets up, builds, adds `paths` to the library and opens it.
pub(crate) fn run(paths: &[OsString]) -> Result<()> {
    build::set_up()?;
    build::release()?;
    let sheaf = program("sheaf");
    if !paths.is_empty() {
        run_program(Command::new(&sheaf).arg("add").arg("--").args(paths))?;
    }
    match window() {
        Ok(app) => run_program(&mut Command::new(app)),
        Err(why) => {
            eprintln!("\n{why}; working in the terminal instead.");
            in_terminal(&sheaf)
        }
    }
}

fn in_terminal(sheaf: &Path) -> Result<()> {
    run_program(Command::new(sheaf).args(["run", "--until-idle"]))?;
    prompt::search(sheaf)
}

/// The window's program, or why it cannot be shown.
fn window() -> Result<PathBuf, &'static str> {
    let app = program("sheaf-app");
    if !app.is_file() {
        return Err("There is no window yet");
    }
    let set = |variable| env::var_os(variable).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !set("DISPLAY") && !set("WAYLAND_DISPLAY") {
        return Err("There is no display here");
    }
    Ok(app)
}

fn program(name: &str) -> PathBuf {
    place::release().join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
