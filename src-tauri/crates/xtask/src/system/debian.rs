//! Debian, Ubuntu and their kin: packages through dpkg-query and apt-get.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Check, Need, has_program, has_python};
use crate::step::{quiet, run, step, succeeds};

pub(crate) fn is_here() -> bool {
    has_program("apt-get") && has_program("dpkg-query")
}

/// Installs what is missing, saying what and why.
pub(super) fn provide(needs: &[Need]) -> Result<()> {
    let mut missing = Vec::new();
    for need in needs {
        let packages = missing_packages(need);
        if !packages.is_empty() {
            eprintln!("   needed {}: {}", need.why, packages.join(" "));
            missing.extend(packages);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    step("system packages", || install(&missing))
}

/// Downloads a package file into `folder` without installing it.
pub(crate) fn download(package: &str, folder: &Path) -> Result<()> {
    with_fresh_lists(&[package], || {
        let mut apt = Command::new("apt-get");
        quiet(apt.args(["download", package]).current_dir(folder)).map(drop)
    })
}

fn missing_packages(need: &Need) -> Vec<&'static str> {
    if matches!(need.check, Check::PythonWithVenv) && has_python() {
        return Vec::new();
    }
    // A compiler or npm of another origin will do, but headers come only in packages.
    if let Check::Program(name) = need.check
        && has_program(name)
    {
        return Vec::new();
    }
    let absent = |package: &&&str| !is_installed(package);
    need.debian.iter().filter(absent).copied().collect()
}

fn is_installed(package: &str) -> bool {
    quiet(Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

fn install(packages: &[&str]) -> Result<()> {
    with_fresh_lists(packages, || apt_install(packages))
}

fn apt_install(packages: &[&str]) -> Result<()> {
    let mut command = as_root("apt-get")?;
    command.args(["install", "--yes", "--no-install-recommends"]);
    run(command.args(packages))
}

/// Updates the package lists only when they lack a package, or name a version that is gone.
fn with_fresh_lists(packages: &[&str], work: impl Fn() -> Result<()>) -> Result<()> {
    if knows(packages) && work().is_ok() {
        return Ok(());
    }
    run(as_root("apt-get")?.args(["update", "--quiet"]))?;
    work()
}

/// True when the package lists on this machine name all of them.
fn knows(packages: &[&str]) -> bool {
    let known = |package: &&str| succeeds(Command::new("apt-cache").args(["show", package]));
    packages.iter().all(known)
}

fn as_root(program: &str) -> Result<Command> {
    let user = quiet(Command::new("id").arg("-u")).context("asking who runs this")?;
    let mut command = if user.trim() == "0" {
        Command::new(program)
    } else {
        ensure!(
            has_program("sudo"),
            "installing packages needs root, and sudo is not here"
        );
        let mut sudo = Command::new("sudo");
        // sudo drops the environment; the variable has to be named to pass.
        sudo.args(["DEBIAN_FRONTEND=noninteractive", program]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
