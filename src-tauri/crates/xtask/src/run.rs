//! `cargo xtask run`: from a fresh checkout to Sheaf on the screen, or in the terminal.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::step::run as run_program;
use crate::{build, place, prompt, tesseract};

/// Sets up, builds, adds `paths` to the library and opens it.
pub(crate) fn run(paths: &[OsString]) -> Result<()> {
    build::set_up()?;
    tesseract::offer()?;
    build::release()?;
    if has_display() {
        return run_program(Command::new(program("sheaf-app")).arg("--").args(paths));
    }
    eprintln!("\nThere is no display here; working in the terminal instead.");
    in_terminal(&program("sheaf"), paths)
}

fn in_terminal(sheaf: &Path, paths: &[OsString]) -> Result<()> {
    if !paths.is_empty() {
        run_program(Command::new(sheaf).arg("add").arg("--").args(paths))?;
    }
    run_program(Command::new(sheaf).args(["run", "--until-idle"]))?;
    prompt::search(sheaf)
}

fn has_display() -> bool {
    let set = |variable| env::var_os(variable).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn program(name: &str) -> PathBuf {
    place::release().join(format!("{name}{}", env::consts::EXE_SUFFIX))
}
