//! Where the bytes of a document are: a file on disk, and for what lies in an archive or a mail the way inside it.
//! Members are unpacked by the child that reads them, every time anew; no copy of them is ever kept.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sheaf_document::{Code, DocumentId, Fault, Password, ReadSettings};
use sheaf_store::Conn;
use sheaf_store::table::members::{self, Way};
use sheaf_store::table::places::{self, FileFacts, Place};
use sheaf_worker::Request;

use crate::clock;
use crate::patience::{self, silent_after};
use crate::walk::{facts, identity, open_fault, path_of};

/// One place of a document.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The file as the library knows it.
    root: Place,
    inside: Vec<u64>,
}

/// The places of a document that were not removed, oldest first.
pub(crate) fn sources(conn: &Conn, document: DocumentId) -> sheaf_store::Result<Vec<Source>> {
    let places = places::of(conn, document)?;
    let live = places.iter().filter(|place| !place.removed);
    live.map(|place| {
        let Way { root, inside } = members::way(conn, place)?;
        Ok(Source {
            path: path_of(&root.raw),
            root,
            inside,
        })
    })
    .collect()
}

impl Source {
    /// The file, and what the file system says of it.
    ///
    /// # Errors
    /// [`Code::FileOffline`] when its drive is away or does not answer, [`Code::FileChanged`] when it is to be entered, and is not what was listed.
    pub(crate) fn open(&self) -> Result<(File, FileFacts), Fault> {
        let asked = self.clone();
        let (file, facts) = patience::ask(&self.path, silent_after(), move || {
            asked.open_file().map_err(|error| asked.fault(&error))
        })??;
        if !self.inside.is_empty() && !self.root.is_unchanged(&facts) {
            return Err(Fault::new(
                Code::FileChanged,
                "What it lies in changed since it was listed. Add that again.",
            ));
        }
        Ok((file, facts))
    }

    /// Whether a file that was quiet when a watched folder found it is being written to again. The folder queues it anew
    /// when it is quiet.
    pub(crate) fn is_being_written(&self, facts: &FileFacts, settle: Duration) -> bool {
        let settle = i64::try_from(settle.as_nanos()).unwrap_or(i64::MAX);
        let now_ns = clock::now().0.saturating_mul(1_000_000);
        self.root.watch.is_some()
            && !self.root.is_unchanged(facts)
            && now_ns.saturating_sub(facts.mtime_ns) < settle
    }

    fn open_file(&self) -> std::io::Result<(File, FileFacts)> {
        let meta = std::fs::metadata(&self.path)?;
        if !meta.is_file() {
            return Err(std::io::Error::other("it is not a file"));
        }
        let file = File::open(&self.path)?;
        let meta = file.metadata()?;
        Ok((file, facts(&self.path, &meta)))
    }

    /// A file that is gone from its folder was deleted. One whose folder is gone, or is the empty mount point of another
    /// device, or that a link still points to, may come back.
    fn fault(&self, error: &std::io::Error) -> Fault {
        let is_away = || {
            std::fs::symlink_metadata(&self.path).is_ok()
                || is_folder_away(&self.path, self.root.device)
        };
        match error.kind() {
            std::io::ErrorKind::NotFound if is_away() => Fault::new(
                Code::FileOffline,
                "The folder it is in is not there now. Plug in its drive, or connect to the share it is on.",
            ),
            _ => open_fault(error),
        }
    }

    /// Whether these are the facts of the file when it was last looked at.
    pub(crate) fn is_unchanged(&self, facts: &FileFacts) -> bool {
        self.root.is_unchanged(facts)
    }

    /// Asks a child to open the document.
    pub(crate) fn request(
        &self,
        settings: &ReadSettings,
        passwords: Vec<Password>,
        hash: bool,
    ) -> Request {
        Request::Open {
            name: self.root.name.clone(),
            settings: settings.clone(),
            inside: self.inside.clone(),
            passwords,
            hash,
        }
    }
}

fn is_folder_away(path: &Path, device: u64) -> bool {
    let Some(folder) = path.parent() else {
        return true;
    };
    let Ok(meta) = std::fs::metadata(folder) else {
        return true;
    };
    let (_, now, _) = identity(&meta);
    let is_empty = || std::fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none());
    device != 0 && device != now && is_empty()
}
