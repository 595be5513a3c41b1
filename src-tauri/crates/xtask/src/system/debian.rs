//! Debian, Ubuntu and their kin: packages through dpkg-query and apt-get.

use std::fs;
use std::path::{Path, PathBuf};
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

/// Fetches and unpacks the source of a package into `folder`. The system's own lists need not name sources: lists of
/// this call's own do, made of the same addresses and checked with the same keys.
pub(crate) fn source(package: &str, folder: &Path) -> Result<()> {
    let (lists, cache, places) = (
        folder.join("lists"),
        folder.join("cache"),
        folder.join("sources.d"),
    );
    for needed in [
        &lists.join("partial"),
        &cache.join("archives/partial"),
        &places,
    ] {
        fs::create_dir_all(needed)?;
    }
    for file in source_lists()? {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let name = file.file_name().context("a list without a name")?;
        fs::write(places.join(name), of_sources(&text))?;
    }
    let option = |name: &str, path: &Path| format!("--option={name}={}", path.display());
    let apt = || {
        let mut apt = Command::new("apt-get");
        apt.current_dir(folder)
            .arg("--option=Dir::Etc::SourceList=/dev/null")
            .arg("--option=APT::Sandbox::User=")
            .arg(option("Dir::Etc::SourceParts", &places))
            .arg(option("Dir::State::Lists", &lists))
            .arg(option("Dir::Cache", &cache));
        apt
    };
    // Other places that the system knows may have no sources; only this package counts.
    let updated = quiet(apt().args(["update", "--quiet"]));
    quiet(apt().args(["source", "--tar-only", package]))
        .or_else(|error| updated.and(Err(error)))?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains(".orig.tar.") {
            quiet(Command::new("tar").arg("xf").arg(&path).current_dir(folder))?;
        }
    }
    Ok(())
}

/// The files that say where packages come from.
fn source_lists() -> Result<Vec<PathBuf>> {
    let home = Path::new("/etc/apt");
    let mut files = vec![home.join("sources.list")];
    if let Ok(entries) = fs::read_dir(home.join("sources.list.d")) {
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.retain(|file| file.is_file());
    Ok(files)
}

/// The same places, for sources instead of packages, in either of the two forms such a file has.
fn of_sources(list: &str) -> String {
    let line = |line: &str| match line.strip_prefix("deb ") {
        Some(place) => format!("deb-src {place}\n"),
        None if line.starts_with("Types:") => "Types: deb-src\n".to_owned(),
        None => format!("{line}\n"),
    };
    list.lines().map(line).collect()
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

#[cfg(test)]
mod tests {
    use super::of_sources;

    #[test]
    fn both_forms_of_a_list_name_sources() {
        assert_eq!(
            of_sources("# ours\ndeb [signed-by=/a] http://b c main\n"),
            "# ours\ndeb-src [signed-by=/a] http://b c main\n"
        );
        assert_eq!(
            of_sources("Types: deb\nURIs: http://b\n\nTypes: deb deb-src\nURIs: http://c\n"),
            "Types: deb-src\nURIs: http://b\n\nTypes: deb-src\nURIs: http://c\n"
        );
    }
}
