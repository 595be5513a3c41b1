//! The Python environment that fetches packages and converts models.
//!
//! It lives in the user's cache, holds exactly `assets/convert/requirements.txt`, and is built again when
//! that list changes or when a set-up was interrupted. The app itself never runs Python.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::step::{quiet, run, succeeds};

/// Written last, so an environment without it is incomplete.
const STAMP: &str = "sheaf-requirements.txt";

pub(crate) struct Python {
    program: PathBuf,
}

impl Python {
    /// The environment, built first if it has to be.
    pub(crate) fn ready() -> Result<Python> {
        let venv = place::venv()?;
        let python = Python {
            program: program_in(&venv),
        };
        let wanted_path = scripts().join("requirements.txt");
        let wanted = fs::read_to_string(&wanted_path).context("reading requirements.txt")?;
        let current = fs::read_to_string(venv.join(STAMP)).ok();
        // A stamp outlives the interpreter when the system's Python is replaced.
        if current.as_ref() != Some(&wanted) || quiet(python.command().arg("--version")).is_err() {
            python.build(&venv, &wanted_path)?;
            fs::write(venv.join(STAMP), wanted).context("writing the stamp of the environment")?;
        }
        Ok(python)
    }

    /// A published program in an environment of its own, the newest when it is first asked for; gives its path.
    pub(crate) fn tool(name: &str) -> Result<PathBuf> {
        let python = Python::with(name, &[name])?;
        Ok(python
            .program
            .with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    }

    /// An environment of its own with these packages, the newest when they are first asked for.
    pub(crate) fn with(name: &str, packages: &[&str]) -> Result<Python> {
        let venv = place::tool_venv(name)?;
        let python = Python {
            program: program_in(&venv),
        };
        let wanted = packages.join(" ");
        let there = fs::read_to_string(venv.join(STAMP)).is_ok_and(|there| there == wanted);
        if !there || !succeeds(python.command().arg("--version")) {
            eprintln!("   installing {wanted} into {} (once)", venv.display());
            quiet(
                Command::new(system_python())
                    .args(["-m", "venv", "--clear"])
                    .arg(&venv),
            )?;
            let install = ["install", "--quiet", "--only-binary", ":all:"];
            run(python.pip().args(install).args(packages))?;
            fs::write(venv.join(STAMP), wanted).context("writing the stamp of the environment")?;
        }
        Ok(python)
    }

    /// The interpreter, told not to leave byte code in the repository.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("-B");
        command
    }

    /// One of the scripts in `assets/convert`.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = self.command();
        command.arg(scripts().join(name));
        command
    }

    /// pip, without questions and without looking for a newer pip.
    pub(crate) fn pip(&self) -> Command {
        let mut command = self.command();
        command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
        command
    }

    fn build(&self, venv: &Path, requirements: &Path) -> Result<()> {
        eprintln!("   building the Python environment (once)");
        ensure!(
            quiet(Command::new(system_python()).args(["-c", NEW_ENOUGH])).is_ok(),
            "Python 3.11 or newer is needed to set up, and `{}` is older",
            system_python()
        );
        quiet(
            Command::new(system_python())
                .args(["-m", "venv", "--clear"])
                .arg(venv),
        )?;
        run(self
            .pip()
            .args(["install", "--quiet", "--no-deps", "--only-binary", ":all:"])
            .arg("--requirement")
            .arg(requirements))
    }
}

const NEW_ENOUGH: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

/// What starts Python on this system.
pub(crate) fn system_python() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

fn program_in(venv: &Path) -> PathBuf {
    if cfg!(windows) {
        venv.join("Scripts/python.exe")
    } else {
        venv.join("bin/python")
    }
}

fn scripts() -> PathBuf {
    place::repository().join("assets/convert")
}
