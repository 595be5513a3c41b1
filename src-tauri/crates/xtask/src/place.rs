//! Where things lie: the repository, and the per-user cache that outlives a checkout.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder with the workspace's Cargo.toml.
pub(crate) fn repository() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here)
}

/// Where cargo puts a release build.
pub(crate) fn release() -> PathBuf {
    target().join("release")
}

/// Where cargo puts a build of the profile that tests use.
pub(crate) fn debug() -> PathBuf {
    target().join("debug")
}

fn target() -> PathBuf {
    // Cargo reads a relative folder from where it is started: `build::cargo` starts it here.
    let folder = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    repository().join(folder)
}

/// Installed assets: `SHEAF_ASSETS`, else a folder in the user's cache.
pub(crate) fn assets() -> Result<PathBuf> {
    match set("SHEAF_ASSETS") {
        Some(folder) => std::path::absolute(folder).context("SHEAF_ASSETS is not a usable path"),
        None => Ok(cache()?.join("assets")),
    }
}

/// The Python environment of the converters.
pub(crate) fn venv() -> Result<PathBuf> {
    Ok(cache()?.join("venv"))
}

/// The Python environment of a program that is only measured against.
pub(crate) fn tool_venv(name: &str) -> Result<PathBuf> {
    Ok(cache()?.join(format!("venv-{name}")))
}

/// What benches compare with, and what they need for it.
pub(crate) fn peers() -> Result<PathBuf> {
    Ok(cache()?.join("bench"))
}

/// A Tesseract made from its source; there only once somebody asked for it.
pub(crate) fn tesseract() -> Result<PathBuf> {
    Ok(cache()?.join("tesseract"))
}

fn cache() -> Result<PathBuf> {
    let base = if cfg!(target_os = "windows") {
        set("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        set("HOME").map(|home| home.join("Library/Caches"))
    } else {
        set("XDG_CACHE_HOME")
            .filter(|path| path.is_absolute())
            .or_else(|| set("HOME").map(|home| home.join(".cache")))
    };
    Ok(base
        .context("no cache folder: neither HOME nor its like is set")?
        .join("sheaf"))
}

fn set(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
