//! A small disk for a library: it can be filled and made read-only. Only root may mount one; without it a limit on the
//! length of files stands in.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Library;

/// Gone at the end of the test.
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Puts a disk of so many megabytes under the library. `None` where nobody may.
    pub(crate) fn under(library: &Library, megabytes: u32) -> Option<Self> {
        let folder = library.folder();
        std::fs::create_dir(&folder).expect("a folder");
        let size = format!("size={megabytes}m,mode=0700");
        let mounted = succeeds(&["mount", "-t", "tmpfs", "-o", &size, "tmpfs"], &folder);
        mounted.then_some(Self { folder })
    }

    /// Leaves so many kilobytes.
    pub(crate) fn fill(&self, left: usize) {
        let mut ballast = std::fs::File::create(self.ballast()).expect("a file");
        while ballast.write_all(&[7; 4096]).is_ok() {}
        let length = ballast.metadata().expect("it is there").len();
        ballast
            .set_len(length.saturating_sub(left as u64 * 1024))
            .expect("cut");
    }

    pub(crate) fn clear(&self) {
        std::fs::remove_file(self.ballast()).expect("gone");
    }

    pub(crate) fn set_writable(&self, writable: bool) {
        let how = if writable { "remount,rw" } else { "remount,ro" };
        assert!(succeeds(&["mount", "-o", how], &self.folder), "{how}");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        succeeds(&["umount", "-l"], &self.folder);
    }
}

fn succeeds(words: &[&str], folder: &Path) -> bool {
    let output = Command::new(words[0])
        .args(&words[1..])
        .arg(folder)
        .output();
    output.is_ok_and(|output| output.status.success())
}
