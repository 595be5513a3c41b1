//! Remembers the checksum of each installed file with its size and time of change.
//!
//! Reading 180 MB takes most of a second, and every `cargo xtask run` asks; a file whose size and time are
//! as they were is taken as read. `--verify` starts without memory.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{digest, manifest};

const FILE: &str = ".stamps.json";

pub(super) struct Stamps {
    folder: PathBuf,
    known: BTreeMap<String, Stamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    sha256: String,
    bytes: u64,
    /// Nanoseconds since 1970.
    changed: u64,
}

impl Stamps {
    /// A memory that cannot be read is no memory: everything is read again.
    pub(super) fn load(folder: &Path) -> Stamps {
        let text = fs::read_to_string(folder.join(FILE)).unwrap_or_default();
        Stamps {
            folder: folder.to_owned(),
            known: serde_json::from_str(&text).unwrap_or_default(),
        }
    }

    pub(super) fn none(folder: &Path) -> Stamps {
        Stamps {
            folder: folder.to_owned(),
            known: BTreeMap::new(),
        }
    }

    /// The checksum of an installed file, or None when it is not there.
    pub(super) fn sha256(&mut self, path: &str) -> Result<Option<String>> {
        let Some((bytes, changed)) = self.state(path)? else {
            return Ok(None);
        };
        if let Some(stamp) = self.known.get(path)
            && (stamp.bytes, stamp.changed) == (bytes, changed)
        {
            return Ok(Some(stamp.sha256.clone()));
        }
        let sha256 = digest::sha256(&self.folder.join(path))?;
        self.put(path, sha256.clone())?;
        Ok(Some(sha256))
    }

    /// Records a checksum that was just computed.
    pub(super) fn put(&mut self, path: &str, sha256: String) -> Result<()> {
        if let Some((bytes, changed)) = self.state(path)? {
            let stamp = Stamp {
                sha256,
                bytes,
                changed,
            };
            self.known.insert(path.to_owned(), stamp);
        }
        Ok(())
    }

    pub(super) fn save(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.known)?;
        manifest::write_atomically(&self.folder.join(FILE), &text)
    }

    fn state(&self, path: &str) -> Result<Option<(u64, u64)>> {
        let metadata = match fs::metadata(self.folder.join(path)) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("looking at {path}")),
        };
        let since = metadata.modified()?.duration_since(UNIX_EPOCH);
        let changed = since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0));
        Ok(Some((metadata.len(), changed)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn at(path: &Path, text: &str, second: u64) {
        fs::write(path, text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(time).unwrap();
    }

    #[test]
    fn a_changed_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        at(&path, "one", 1);
        let mut stamps = Stamps::load(folder.path());
        let first = stamps.sha256("f").unwrap();
        stamps.save().unwrap();
        at(&path, "two", 2);
        let second = Stamps::load(folder.path()).sha256("f").unwrap();
        assert_ne!(first, second, "the time of change differs");
    }

    #[test]
    fn an_unchanged_file_is_trusted_only_with_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        at(&path, "one", 1);
        let mut stamps = Stamps::load(folder.path());
        let first = stamps.sha256("f").unwrap();
        stamps.save().unwrap();
        // Damage that hides itself: same size, same time.
        at(&path, "oNe", 1);
        assert_eq!(Stamps::load(folder.path()).sha256("f").unwrap(), first);
        assert_ne!(Stamps::none(folder.path()).sha256("f").unwrap(), first);
    }

    #[test]
    fn a_missing_file_has_no_checksum_and_damaged_memory_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{ broken").unwrap();
        let mut stamps = Stamps::load(folder.path());
        assert_eq!(stamps.sha256("f").unwrap(), None);
    }
}
