//! `manifest.json` in the assets folder: what the app checks the files against before it loads them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::lock::Lock;
use super::platform::Platform;

const FILE: &str = "manifest.json";

#[derive(Serialize)]
pub(super) struct Manifest<'a> {
    files: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    /// Relative to the assets folder, with forward slashes.
    path: String,
    sha256: &'a str,
    bytes: u64,
    asset: &'a str,
    version: &'a str,
    licence: &'a str,
}

impl<'a> Manifest<'a> {
    /// Lists the installed files; an error when one is missing.
    pub(super) fn of(lock: &'a Lock, platform: Platform, folder: &Path) -> Result<Manifest<'a>> {
        let mut files = Vec::new();
        for asset in &lock.assets {
            for file in asset.installed(platform)? {
                let metadata = fs::metadata(folder.join(&file.path))
                    .with_context(|| format!("looking at {}", file.path))?;
                files.push(Entry {
                    path: file.path,
                    sha256: file.sha256,
                    bytes: metadata.len(),
                    asset: &asset.name,
                    version: &asset.version,
                    licence: &asset.licence,
                });
            }
        }
        Ok(Manifest { files })
    }

    /// True when the file was written.
    pub(super) fn save_if_changed(&self, folder: &Path) -> Result<bool> {
        let path = folder.join(FILE);
        let text = serde_json::to_string_pretty(self)?;
        if fs::read_to_string(&path).is_ok_and(|current| current == text) {
            return Ok(false);
        }
        write_atomically(&path, &text)?;
        Ok(true)
    }
}

/// A reader sees the old text or the new one, never a part.
pub(super) fn write_atomically(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, text)
        .and_then(|()| fs::File::open(&beside)?.sync_all())
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_once_and_again_only_after_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let hex = "0".repeat(64);
        let lock = Lock::parse(&format!(
            "[[asset]]\nname = \"a\"\nversion = \"1\"\nlicence = \"MIT\"\n\
             [[asset.artifact]]\nplatform = \"any\"\nsource = \"debian\"\npackage = \"p\"\n\
             files = [{{ member = \"m\", to = \"f\", sha256 = \"{hex}\" }}]\n"
        ))
        .unwrap();
        let manifest = || Manifest::of(&lock, Platform::here(), folder.path());
        assert!(manifest().is_err(), "a missing file cannot be listed");
        fs::write(folder.path().join("f"), "four").unwrap();
        assert!(manifest().unwrap().save_if_changed(folder.path()).unwrap());
        assert!(!manifest().unwrap().save_if_changed(folder.path()).unwrap());
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["files"][0]["bytes"], 4);
        assert_eq!(value["files"][0]["asset"], "a");
    }
}
