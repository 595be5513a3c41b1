//! Which files are open for writing. Asked of the system where it tells (Linux); elsewhere nobody is taken to write.

use std::collections::HashSet;
use std::path::PathBuf;

/// Those of `paths` that a process of this person has open for writing.
#[cfg(target_os = "linux")]
pub(super) fn open_for_writing(paths: &HashSet<PathBuf>) -> HashSet<PathBuf> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbered = processes.filter(|process| {
        let name = process.file_name();
        name.as_encoded_bytes().iter().all(u8::is_ascii_digit)
    });
    let mut open = HashSet::new();
    for process in numbered {
        let files = std::fs::read_dir(process.path().join("fd"));
        for file in files.into_iter().flatten().flatten() {
            let target = std::fs::read_link(file.path());
            if let Some(path) = target.ok().filter(|path| paths.contains(path)) {
                let info = process.path().join("fdinfo").join(file.file_name());
                if is_writing(&std::fs::read_to_string(info).unwrap_or_default()) {
                    open.insert(path);
                }
            }
        }
    }
    open
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open_for_writing(_: &HashSet<PathBuf>) -> HashSet<PathBuf> {
    HashSet::new()
}

/// Whether the flags in a file of `/proc/PID/fdinfo` (octal, `proc_pid_fdinfo(5)`) mean writing: the lowest two bits are
/// 1 or 2.
#[cfg(target_os = "linux")]
fn is_writing(info: &str) -> bool {
    let flags = info
        .lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .and_then(|octal| u64::from_str_radix(octal.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 3 != 0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_open_for_writing_is_told_from_one_that_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().canonicalize().expect("it is there");
        let (written, read) = (folder.join("written"), folder.join("read"));
        std::fs::write(&read, "x").expect("a file");
        let writer = std::fs::File::create(&written).expect("a file");
        let _reader = std::fs::File::open(&read).expect("a file");
        let both = HashSet::from([written.clone(), read]);
        assert_eq!(open_for_writing(&both), HashSet::from([written.clone()]));
        drop(writer);
        assert_eq!(open_for_writing(&both), HashSet::new(), "it was closed");
    }
}
