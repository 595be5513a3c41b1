//! Installs models, libraries and OCR data: what `assets/assets.lock.toml` lists and the cache lacks.
//!
//! Each file is written under another name and renamed, and `manifest.json` comes last; a set-up that was
//! killed is repaired by running it again. Only damaged or missing assets are fetched.

mod convert;
mod digest;
mod fetch;
mod lock;
mod manifest;
mod platform;
mod stamps;

use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::python::Python;
use crate::step::step;
use lock::{Asset, Installed, Lock};
use manifest::Manifest;
use platform::Platform;
use stamps::Stamps;

/// What may stand in for reading a file again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Size and time of change as they were when the file was last read.
    Stamps,
    Nothing,
}

/// Brings the installed assets to what the lock file says. Optional ones count when `with` names them, or when they were
/// installed before.
pub(crate) fn install(trust: Trust, with: &[String]) -> Result<()> {
    let folder = place::assets()?;
    let text = fs::read_to_string(place::repository().join("assets/assets.lock.toml"))
        .context("reading assets.lock.toml")?;
    let mut lock = Lock::parse(&text)?;
    for name in with {
        let is_known = lock.assets.iter().any(|asset| asset.name == *name);
        ensure!(
            is_known,
            "no asset is called {name}; assets.lock.toml lists them"
        );
    }
    let platform = Platform::here();
    lock.assets.retain(|asset| {
        !asset.optional || with.contains(&asset.name) || asset.is_in(&folder, platform)
    });
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    // Two set-ups at once would fetch everything twice; the second waits and finds it done.
    let gate = File::create(folder.join(".lock")).context("creating the set-up lock")?;
    gate.lock().context("waiting for another set-up")?;
    install_into(&folder, &lock, trust)
}

fn install_into(folder: &Path, lock: &Lock, trust: Trust) -> Result<()> {
    let platform = Platform::here();
    let mut stamps = match trust {
        Trust::Stamps => Stamps::load(folder),
        Trust::Nothing => Stamps::none(folder),
    };
    let staging = folder.join(".staging");
    let stale = stale_assets(lock, platform, &mut stamps)?;
    if !stale.is_empty() {
        let python = Python::ready()?;
        for asset in &stale {
            step(&format!("asset {} {}", asset.name, asset.version), || {
                make(asset, platform, &python, &staging)?;
                move_in(asset, platform, &staging.join("out"), folder, &mut stamps)
            })?;
        }
        fs::remove_dir_all(&staging).context("removing the staging folder")?;
    }
    let rewritten = Manifest::of(lock, platform, folder)?.save_if_changed(folder)?;
    stamps.save()?;
    let said = if stale.is_empty() && !rewritten {
        "up to date"
    } else {
        "installed"
    };
    eprintln!("   assets {said}: {}", folder.display());
    Ok(())
}

/// The published files that an asset of ours is made from, in `folder`.
pub(crate) fn originals(name: &str, python: &Python, folder: &Path) -> Result<()> {
    let text = fs::read_to_string(place::repository().join("assets/assets.lock.toml"))
        .context("reading assets.lock.toml")?;
    let lock = Lock::parse(&text)?;
    let asset = lock.assets.iter().find(|asset| asset.name == name);
    let asset = asset.with_context(|| format!("no asset is called {name}"))?;
    fs::create_dir_all(folder)?;
    fetch::fetch(asset, Platform::here(), python, folder)
}

/// Assets with a file that is missing or not what the lock says.
fn stale_assets<'a>(
    lock: &'a Lock,
    platform: Platform,
    stamps: &mut Stamps,
) -> Result<Vec<&'a Asset>> {
    let mut stale = Vec::new();
    for asset in &lock.assets {
        for file in asset.installed(platform)? {
            if stamps.sha256(&file.path)?.as_deref() != Some(file.sha256) {
                stale.push(asset);
                break;
            }
        }
    }
    Ok(stale)
}

/// Fetches an asset into `staging/in` and leaves what is to be installed in `staging/out`.
fn make(asset: &Asset, platform: Platform, python: &Python, staging: &Path) -> Result<()> {
    if staging.exists() {
        fs::remove_dir_all(staging).context("clearing the staging folder")?;
    }
    let (input, output) = (staging.join("in"), staging.join("out"));
    fs::create_dir_all(&input).and_then(|()| fs::create_dir_all(&output))?;
    match &asset.convert {
        None => fetch::fetch(asset, platform, python, &output),
        Some(convert) => {
            fetch::fetch(asset, platform, python, &input)?;
            convert::convert(&asset.name, convert, python, &input, &output)
        }
    }
}

fn move_in(
    asset: &Asset,
    platform: Platform,
    made: &Path,
    folder: &Path,
    stamps: &mut Stamps,
) -> Result<()> {
    for Installed { path, sha256 } in asset.installed(platform)? {
        let (from, to) = (made.join(&path), folder.join(&path));
        let found = digest::sha256(&from)?;
        ensure!(
            found == sha256,
            "{path} came out as {found}, and the lock says {sha256}"
        );
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        File::open(&from)?.sync_all()?;
        fs::rename(&from, &to).with_context(|| format!("installing {}", to.display()))?;
        stamps.put(&path, found)?;
    }
    stamps.save()
}
