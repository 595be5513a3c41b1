//! Where the engines' files are: pdfium, ONNX Runtime, OCR data, models. Found once, checked once, loaded by absolute path.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    #[error(
        "Sheaf's engine files are not installed (looked in {}); run `cargo xtask assets`, or set SHEAF_ASSETS",
        list(.0)
    )]
    NotFound(Vec<PathBuf>),
    #[error("{path}: {why}; run `cargo xtask assets` to mend it")]
    Damaged { path: PathBuf, why: String },
}

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<_> = paths.iter().map(|p| p.display().to_string()).collect();
    names.join(", ")
}

/// The folder of engine files.
#[derive(Debug, Clone)]
pub struct Assets {
    folder: PathBuf,
    pub files: Vec<AssetFile>,
}

/// A line of `manifest.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssetFile {
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
    pub asset: String,
    pub version: String,
    pub licence: String,
}

#[derive(Deserialize)]
struct Manifest {
    files: Vec<AssetFile>,
}

impl Assets {
    /// Looks in `SHEAF_ASSETS`, beside the program, in a bundle's resources, in the per-user cache; the first that has a
    /// manifest counts. Sizes are checked here, contents by [`Assets::verify`].
    pub fn find() -> Result<Self, AssetsError> {
        let places = places();
        let found = places
            .iter()
            .find(|place| place.join("manifest.json").is_file());
        match found {
            Some(folder) => Self::at(folder),
            None => Err(AssetsError::NotFound(places)),
        }
    }

    fn at(folder: &Path) -> Result<Self, AssetsError> {
        let damaged = |path: &Path, why: String| AssetsError::Damaged {
            path: path.to_owned(),
            why,
        };
        let folder = folder
            .canonicalize()
            .map_err(|error| damaged(folder, error.to_string()))?;
        let path = folder.join("manifest.json");
        let text =
            std::fs::read_to_string(&path).map_err(|error| damaged(&path, error.to_string()))?;
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| damaged(&path, error.to_string()))?;
        for file in &manifest.files {
            let path = folder.join(&file.path);
            let bytes = std::fs::metadata(&path)
                .map_err(|error| damaged(&path, error.to_string()))?
                .len();
            if bytes != file.bytes {
                return Err(damaged(
                    &path,
                    format!("{bytes} bytes where {} were installed", file.bytes),
                ));
            }
        }
        Ok(Self {
            folder,
            files: manifest.files,
        })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the files of an embedding model lie, if they do.
    pub(crate) fn model(&self, name: &str) -> PathBuf {
        self.folder.join("models").join(name)
    }

    /// Compares every file with its checksum (about a second for all of them).
    pub fn verify(&self) -> Result<(), AssetsError> {
        self.files.iter().try_for_each(|file| self.verify_one(file))
    }

    fn verify_one(&self, file: &AssetFile) -> Result<(), AssetsError> {
        use sha2::{Digest, Sha256};
        let path = self.folder.join(&file.path);
        let damaged = |why: String| AssetsError::Damaged {
            path: path.clone(),
            why,
        };
        let mut hasher = Sha256::new();
        std::fs::File::open(&path)
            .and_then(|mut opened| std::io::copy(&mut opened, &mut hasher))
            .map_err(|error| damaged(error.to_string()))?;
        let digest: String = hasher
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if digest == file.sha256 {
            Ok(())
        } else {
            Err(damaged(format!(
                "its checksum is {digest}, not {}",
                file.sha256
            )))
        }
    }
}

fn places() -> Vec<PathBuf> {
    if let Some(set) = std::env::var_os("SHEAF_ASSETS") {
        return vec![PathBuf::from(set)];
    }
    let program = std::env::current_exe().ok();
    let beside = program
        .as_deref()
        .and_then(Path::parent)
        .map(Path::to_owned);
    let bundled = |tail: &str| beside.as_ref().map(|folder| folder.join(tail));
    let cached = directories::BaseDirs::new().map(|dirs| dirs.cache_dir().join("sheaf/assets"));
    [
        bundled("assets"),
        bundled("../lib/sheaf/assets"),
        bundled("../Resources/assets"),
        cached,
    ]
    .into_iter()
    .flatten()
    .collect()
}
