//! Nobody but its owner can read a library.

#![cfg(unix)]

mod support;

use support::{Library, fixture};

#[test]
fn all_of_a_library_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let library = Library::new();
    let path = library.file("a.pdf", fixture::pdf(&["Private"]));
    library.add_and_wait(&[&path]);
    let mut left = vec![library.folder()];
    while let Some(path) = left.pop() {
        let meta = std::fs::symlink_metadata(&path).expect("it is there");
        if meta.is_symlink() {
            // It leads to data that came with the program, which is everybody's.
            continue;
        }
        assert_eq!(meta.permissions().mode() & 0o077, 0, "{}", path.display());
        if meta.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder");
            left.extend(entries.map(|entry| entry.expect("an entry").path()));
        }
    }
}
