//! The walk through a folder: every file that is to be taken in, in the order of the bytes of their paths, and everything
//! that is left out. A file costs one `stat`, and nothing is opened.

use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::reason::Reason;
use super::rules::{IGNORE_FILE, Links, Patterns, Sieve};
use crate::walk::{born_ns, identity};

/// The longest path that the system opens (`PATH_MAX` with its closing zero, on Linux).
const LONGEST: usize = 4095;
/// How a folder says that it is a cache, and the signature that the file begins with (<https://bford.info/cachedir/>).
const CACHE_TAG: &str = "CACHEDIR.TAG";
const CACHE_SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// What a `stat` says, without the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) bytes: u64,
    pub(super) mtime_ns: i64,
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) born_ns: i64,
    /// Names that lead to the file.
    pub(super) links: u64,
}

impl Stat {
    pub(super) fn of(meta: &Metadata) -> Self {
        let (mtime_ns, device, inode) = identity(meta);
        Self {
            bytes: meta.len(),
            mtime_ns,
            device,
            inode,
            born_ns: born_ns(meta),
            links: links(meta),
        }
    }
}

#[cfg(unix)]
fn links(meta: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(meta)
}

#[cfg(not(unix))]
fn links(_: &Metadata) -> u64 {
    1
}

/// Whoever is told what the walk meets.
pub(super) trait Visitor {
    /// Before the names in a folder are read. `false` ends the walk.
    fn folder(&mut self, path: &Path) -> bool;
    /// The file system gave an answer.
    fn answered(&self);
    fn file(&mut self, path: &Path, stat: &Stat);
    fn left_out(&mut self, path: &Path, reason: Reason);
}

/// Where the walk does not go: other watched folders, which have rules of their own, and the library.
#[derive(Default)]
pub(super) struct Borders {
    pub(super) others: Vec<PathBuf>,
    /// Device and inode of the library's folder.
    pub(super) library: Option<(u64, u64)>,
}

struct Walk<'a, V> {
    sieve: &'a Sieve,
    borders: &'a Borders,
    visitor: &'a mut V,
    patterns: Vec<Patterns>,
    /// Device and inode of the folders above, if links to folders are followed.
    above: Vec<(u64, u64)>,
    ended: bool,
}

/// Walks the folder `from`, which is `root` or lies in it. `false` when the visitor ended it.
pub(super) fn walk<V: Visitor>(
    root: &Path,
    from: &Path,
    sieve: &Sieve,
    borders: &Borders,
    visitor: &mut V,
) -> bool {
    let mut walk = Walk {
        sieve,
        borders,
        visitor,
        patterns: Vec::new(),
        above: Vec::new(),
        ended: false,
    };
    let depth = above(root, from, &mut walk);
    if sieve.rules().links == Links::All {
        let folders = from.ancestors().take(depth as usize);
        walk.above = folders.filter_map(folder_identity).collect();
    }
    walk.enter(from, depth);
    !walk.ended
}

pub(super) fn folder_identity(folder: &Path) -> Option<(u64, u64)> {
    let (_, device, inode) = identity(&std::fs::metadata(folder).ok()?);
    Some((device, inode))
}

/// Gathers the patterns of the folders between `root` and `from`; how deep `from` is.
fn above<V>(root: &Path, from: &Path, walk: &mut Walk<'_, V>) -> u32 {
    let between: Vec<&Path> = from
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.starts_with(root))
        .collect();
    for folder in between.iter().rev() {
        walk.patterns.push(Patterns::read(folder));
    }
    between.len() as u32 + 1
}

/// Why a path below `root` is left out: by its own name or that of a folder above it. Where links, sizes and kinds are
/// concerned the path itself is looked at.
pub(super) fn verdict(
    root: &Path,
    path: &Path,
    is_dir: bool,
    sieve: &Sieve,
    borders: &Borders,
) -> Option<Reason> {
    let mut patterns = Vec::new();
    let mut at = root.to_owned();
    let Ok(below) = path.strip_prefix(root) else {
        return Some(Reason::Ignored);
    };
    let count = below.components().count() as u32;
    for (n, part) in (1..).zip(below.components()) {
        patterns.push(Patterns::read(&at));
        at.push(part);
        let is_folder = n < count || is_dir;
        if is_folder && borders.library.is_some() && folder_identity(&at) == borders.library {
            return Some(Reason::Library);
        }
        if let Some(reason) = sieve.name(&patterns, &at, is_folder) {
            return Some(reason);
        }
        if is_folder && is_cache(&at) {
            return Some(Reason::Cache);
        }
        if is_folder && sieve.rules().depth.is_some_and(|depth| n >= depth) {
            return Some(Reason::TooDeep);
        }
    }
    None
}

struct Entry {
    name: OsString,
    /// Of what it leads to, if it is a link that is followed.
    meta: Result<Metadata, Reason>,
}

impl Entry {
    fn is_dir(&self) -> bool {
        self.meta.as_ref().is_ok_and(Metadata::is_dir)
    }
}

impl<V: Visitor> Walk<'_, V> {
    fn enter(&mut self, folder: &Path, depth: u32) {
        if !self.visitor.folder(folder) {
            self.ended = true;
            return;
        }
        let entries = match self.entries(folder) {
            Ok(entries) => entries,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::NotFound {
                    self.visitor.left_out(folder, Reason::Denied);
                }
                return;
            }
        };
        if depth > 1 && entries.iter().any(|entry| entry.name == CACHE_TAG) && is_cache(folder) {
            return self.visitor.left_out(folder, Reason::Cache);
        }
        let has_patterns = entries.iter().any(|entry| entry.name == IGNORE_FILE);
        self.patterns.push(match has_patterns {
            true => Patterns::read(folder),
            false => Patterns::none(),
        });
        let mut path = folder.to_owned();
        for entry in entries {
            path.push(&entry.name);
            self.meet(&path, &entry, depth);
            path.pop();
            if self.ended {
                return;
            }
        }
        self.patterns.pop();
    }

    /// What is in a folder, ordered so that the whole walk comes in the order of the bytes of the paths: a folder counts
    /// as if its name ended in a separator.
    fn entries(&self, folder: &Path) -> std::io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let Ok(entry) = entry else { continue };
            self.visitor.answered();
            if let Some(meta) = self.look(&entry) {
                entries.push(Entry {
                    name: entry.file_name(),
                    meta,
                });
            }
        }
        let key = |entry: &Entry| {
            let mut key = entry.name.as_encoded_bytes().to_vec();
            if entry.is_dir() {
                key.push(std::path::MAIN_SEPARATOR as u8);
            }
            key
        };
        entries.sort_by_cached_key(key);
        Ok(entries)
    }

    /// `None`: it went while we looked.
    fn look(&self, entry: &std::fs::DirEntry) -> Option<Result<Metadata, Reason>> {
        let meta = match entry.metadata() {
            Ok(meta) => meta,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
            Err(_) => return Some(Err(Reason::Denied)),
        };
        if !meta.is_symlink() {
            return Some(Ok(meta));
        }
        Some(led_to(&entry.path(), self.sieve.rules().links))
    }

    fn meet(&mut self, path: &Path, entry: &Entry, depth: u32) {
        if entry.is_dir() && self.borders.others.iter().any(|other| other == path) {
            return;
        }
        let reason = self.sieve.name(&self.patterns, path, entry.is_dir());
        match (reason, &entry.meta) {
            (Some(reason), _) => self.visitor.left_out(path, reason),
            (None, Err(reason)) => self.visitor.left_out(path, *reason),
            (None, Ok(meta)) if meta.is_dir() => self.descend(path, meta, depth),
            (None, Ok(meta)) => self.file(path, meta),
        }
    }

    fn file(&mut self, path: &Path, meta: &Metadata) {
        match why_not(self.sieve, path, meta) {
            Some(reason) => self.visitor.left_out(path, reason),
            None => self.visitor.file(path, &Stat::of(meta)),
        }
    }

    fn descend(&mut self, path: &Path, meta: &Metadata, depth: u32) {
        let (_, device, inode) = identity(meta);
        let mine = (device, inode);
        let reason = if self.borders.library == Some(mine) {
            Some(Reason::Library)
        } else if self.sieve.rules().depth.is_some_and(|limit| depth >= limit) {
            Some(Reason::TooDeep)
        } else if path.as_os_str().len() > LONGEST {
            Some(Reason::PathTooLong)
        } else {
            None
        };
        if let Some(reason) = reason {
            return self.visitor.left_out(path, reason);
        }
        if self.sieve.rules().links != Links::All {
            return self.enter(path, depth + 1);
        }
        if self.above.contains(&mine) {
            return self.visitor.left_out(path, Reason::Loop);
        }
        self.above.push(mine);
        self.enter(path, depth + 1);
        self.above.pop();
    }
}

/// Why a file with a good name is not taken in.
pub(super) fn why_not(sieve: &Sieve, path: &Path, meta: &Metadata) -> Option<Reason> {
    if !meta.is_file() {
        return Some(Reason::NotRegular);
    }
    if path.as_os_str().len() > LONGEST {
        return Some(Reason::PathTooLong);
    }
    sieve.file(path, meta.len())
}

/// What a link leads to, if it is followed.
pub(super) fn led_to(path: &Path, links: Links) -> Result<Metadata, Reason> {
    if links == Links::None {
        return Err(Reason::Link);
    }
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() && links != Links::All => Err(Reason::Link),
        Ok(meta) => Ok(meta),
        Err(_) => Err(Reason::Link),
    }
}

fn is_cache(folder: &Path) -> bool {
    use std::io::Read;
    let tag = folder.join(CACHE_TAG);
    // Whatever else has this name, a pipe say, is not opened.
    let is_file = std::fs::symlink_metadata(&tag).is_ok_and(|meta| meta.is_file());
    let Some(file) = is_file.then(|| std::fs::File::open(&tag).ok()).flatten() else {
        return false;
    };
    let mut head = Vec::new();
    let read = file
        .take(CACHE_SIGNATURE.len() as u64)
        .read_to_end(&mut head);
    read.is_ok() && head == CACHE_SIGNATURE
}
