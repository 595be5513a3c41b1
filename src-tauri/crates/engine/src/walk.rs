//! From what a person names to the files it means: a file is itself, a folder is everything in it.

use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};

use sheaf_document::{Code, Fault};
use sheaf_store::table::places::FileFacts;

/// One thing found.
pub(crate) enum Found {
    Folder(PathBuf),
    File {
        parent: Option<PathBuf>,
        facts: FileFacts,
    },
    /// It cannot be taken in; everything else goes on.
    Refused {
        path: PathBuf,
        parent: Option<PathBuf>,
        fault: Fault,
    },
}

/// Everything a path means, folders before what is in them, in order of name. Hidden files inside folders are left
/// out; links to folders are not followed, so that a loop of links ends.
pub(crate) fn walk(path: &Path) -> Vec<Found> {
    let absolute = absolute(path);
    let mut found = Vec::new();
    match std::fs::metadata(&absolute) {
        Ok(meta) if meta.is_dir() => enter(&absolute, &mut found),
        Ok(meta) => found.push(one(absolute, None, &meta)),
        Err(error) => found.push(refused(absolute, None, &error)),
    }
    found
}

/// The path a file is known by. `..` is resolved as the system does, through links; a link at the end stays one.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let climbs = absolute
        .components()
        .any(|part| part == Component::ParentDir);
    match (climbs, absolute.parent(), absolute.file_name()) {
        (false, ..) => absolute,
        (true, Some(parent), Some(name)) => match parent.canonicalize() {
            Ok(parent) => parent.join(name),
            Err(_) => absolute,
        },
        (true, ..) => absolute.canonicalize().unwrap_or(absolute),
    }
}

fn enter(root: &Path, found: &mut Vec<Found>) {
    found.push(Found::Folder(root.to_owned()));
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut below = Vec::new();
        for entry in entries(&folder, root, found) {
            match std::fs::symlink_metadata(&entry) {
                Ok(meta) if meta.is_dir() => below.push(entry),
                Ok(meta) if meta.is_symlink() => follow(entry, root, found),
                Ok(meta) => found.push(one(entry, Some(root), &meta)),
                Err(error) => found.push(refused(entry, Some(root), &error)),
            }
        }
        folders.extend(below.into_iter().rev());
    }
}

fn entries(folder: &Path, root: &Path, found: &mut Vec<Found>) -> Vec<PathBuf> {
    let listing = match std::fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) => {
            found.push(refused(folder.to_owned(), Some(root), &error));
            return Vec::new();
        }
    };
    let mut entries: Vec<_> = listing
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| !is_hidden(path))
        .collect();
    entries.sort();
    entries
}

fn follow(link: PathBuf, root: &Path, found: &mut Vec<Found>) {
    match std::fs::metadata(&link) {
        Ok(meta) if meta.is_dir() => {}
        Ok(meta) => found.push(one(link, Some(root), &meta)),
        Err(error) => found.push(refused(link, Some(root), &error)),
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn one(path: PathBuf, parent: Option<&Path>, meta: &Metadata) -> Found {
    let parent = parent.map(Path::to_owned);
    if !meta.is_file() {
        let fault = Fault::new(
            Code::FileNotRegular,
            "This is not a file but a device, pipe or socket. It was left out.",
        );
        return Found::Refused {
            path,
            parent,
            fault,
        };
    }
    Found::File {
        facts: facts(&path, meta),
        parent,
    }
}

fn refused(path: PathBuf, parent: Option<&Path>, error: &std::io::Error) -> Found {
    Found::Refused {
        path,
        parent: parent.map(Path::to_owned),
        fault: open_fault(error),
    }
}

/// What it means when the system does not open a file.
pub(crate) fn open_fault(error: &std::io::Error) -> Fault {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => Fault::new(
            Code::FileMissing,
            "There is no such file. Check the path, or plug in the drive it is on.",
        ),
        ErrorKind::PermissionDenied => Fault::new(
            Code::FileDenied,
            "The system does not let you open this file. Change its permissions and add it again.",
        ),
        ErrorKind::StaleNetworkFileHandle
        | ErrorKind::NotConnected
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::TimedOut => Fault::new(
            Code::FileOffline,
            format!("The share or drive it is on does not answer: {error}."),
        ),
        _ => Fault::new(
            Code::FileIo,
            format!("The file could not be opened: {error}."),
        ),
    }
}

/// What the file system says of a file.
pub(crate) fn facts(path: &Path, meta: &Metadata) -> FileFacts {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let (mtime_ns, device, inode) = identity(meta);
    let born_ns = born_ns(meta);
    FileFacts {
        raw: path.as_os_str().as_encoded_bytes().to_vec(),
        path: path.to_string_lossy().into_owned(),
        name: name.to_string_lossy().into_owned(),
        bytes: meta.len(),
        mtime_ns,
        device,
        inode,
        born_ns,
    }
}

/// 0 where the system does not say.
pub(crate) fn born_ns(meta: &Metadata) -> i64 {
    let since = meta
        .created()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX))
}

/// Last change in nanoseconds since 1970, device, inode.
#[cfg(unix)]
pub(crate) fn identity(meta: &Metadata) -> (i64, u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let mtime = meta
        .mtime()
        .saturating_mul(1_000_000_000)
        .saturating_add(meta.mtime_nsec());
    (mtime, meta.dev(), meta.ino())
}

#[cfg(not(unix))]
pub(crate) fn identity(meta: &Metadata) -> (i64, u64, u64) {
    let since = meta
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let ns = since.map_or(0, |d| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX));
    (ns, 0, 0)
}

/// The path of raw bytes that [`facts`] wrote.
#[cfg(unix)]
pub(crate) fn path_of(raw: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(raw))
}

#[cfg(not(unix))]
pub(crate) fn path_of(raw: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(raw).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_climbs_is_known_by_where_it_leads() {
        let home = std::env::temp_dir().join(format!("sheaf-absolute-{}", std::process::id()));
        std::fs::create_dir_all(home.join("a/b")).expect("folders");
        std::fs::create_dir_all(home.join("c")).expect("folders");
        std::os::unix::fs::symlink(home.join("a/b"), home.join("c/link")).expect("a link");
        let real = home.canonicalize().expect("it is there");
        let known = |tail: &str| absolute(&home.join(tail));
        assert_eq!(known("a/../c/x.pdf"), real.join("c/x.pdf"));
        assert_eq!(
            known("c/link/../x.pdf"),
            real.join("a/x.pdf"),
            "through the link"
        );
        assert_eq!(known("a/b/.."), real.join("a"));
        assert_eq!(known("c/link"), home.join("c/link"), "links stay");
        assert_eq!(
            known("gone/../x"),
            home.join("gone/../x"),
            "what is not there stays"
        );
        std::fs::remove_dir_all(home).expect("removed");
    }
}
