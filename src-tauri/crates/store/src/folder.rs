//! The library's folder on disk: who may read it, where each part lies, and which file systems are refused.

use std::path::{Path, PathBuf};

use crate::{Result, StoreError};

/// The folder of one library. Everything in it is readable by its owner alone (0700 and 0600).
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing and refuses a place that cannot hold a live database.
    pub fn prepare(path: &Path) -> Result<Self> {
        make_private(path)?;
        let path = path
            .canonicalize()
            .map_err(|error| StoreError::io(path, error))?;
        refuse_network(&path)?;
        for part in ["words", "cache", "logs", "languages"] {
            make_private(&path.join(part))?;
        }
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("library.db")
    }

    /// The word index; derived, may be deleted while no Sheaf runs.
    pub fn words(&self) -> PathBuf {
        self.0.join("words")
    }

    /// Page pictures; derived, may be deleted at any time.
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache")
    }

    /// Recognition data that a person added; those of the better kind in `best`.
    pub fn languages(&self) -> PathBuf {
        self.0.join("languages")
    }

    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// The file whose lock says that an engine lives.
    pub fn engine_lock(&self) -> PathBuf {
        self.0.join("engine.lock")
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .and_then(|()| std::fs::metadata(path))
        .and_then(|meta| match meta.permissions().mode() & 0o077 {
            0 => Ok(()),
            _ => std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)),
        })
        .map_err(|error| StoreError::io(path, error))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| StoreError::io(path, error))
}

/// Magic numbers from `statfs(2)`: NFS, SMB, SMB2, CIFS, Coda, 9P.
#[cfg(target_os = "linux")]
const NETWORK: [i64; 6] = [
    0x6969,
    0x517b,
    0xfe53_4d42,
    0xff53_4d42,
    0x7375_7245,
    0x0102_1997,
];

#[cfg(target_os = "linux")]
fn refuse_network(path: &Path) -> Result<()> {
    let kind = rustix::fs::statfs(path)
        .map_err(|error| StoreError::io(path, error.into()))?
        .f_type;
    if NETWORK.contains(&(kind & 0xffff_ffff)) {
        return Err(StoreError::Network(path.to_owned()));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_path: &Path) -> Result<()> {
    Ok(())
}
