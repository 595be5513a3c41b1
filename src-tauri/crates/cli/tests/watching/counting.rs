//! How many files a folder has is right at every moment.

use std::path::Path;

use super::folder::{catch_up, folders, held, start, wait_until_equal, watching, write};
use crate::support::{Library, items, number};

/// Files by the name of the watched folder.
fn counts(library: &Library) -> Vec<(String, u64)> {
    let of = |folder: &serde_json::Value| {
        let path = Path::new(folder["path"].as_str().expect("a path"));
        let name = path.file_name().expect("a name").to_string_lossy();
        (name.into_owned(), number(&folder["files"]))
    };
    items(&folders(library)).iter().map(of).collect()
}

fn of_files(library: &Library) -> u64 {
    counts(library)[0].1
}

#[test]
fn what_comes_and_goes_counts_at_once() {
    let library = watching(&[]);
    for n in 0..3 {
        write(&library, &format!("{n}.txt"), &format!("number {n}"));
    }
    catch_up(&library);
    assert_eq!(of_files(&library), 3);
    let mut engine = start(&library);
    let fresh = write(&library, "fresh.txt", "it comes");
    write(&library, "twin.txt", "number 1");
    wait_until_equal(&library);
    assert_eq!(of_files(&library), 5, "two of them with one content");
    std::fs::remove_file(&fresh).expect("deleted");
    std::fs::rename(
        library.files().join("0.txt"),
        library.files().join("zero.txt"),
    )
    .expect("renamed");
    wait_until_equal(&library);
    assert_eq!(of_files(&library), 4);
    let document = items(&library.json(&["list"]))
        .iter()
        .find(|one| {
            one["path"]
                .as_str()
                .is_some_and(|path| path.ends_with("2.txt"))
        })
        .map(|one| one["document"].to_string());
    let document = document.expect("it is listed");
    library.json(&["forget", &document]);
    assert_eq!(of_files(&library), 3, "a person took one out");
    library.json(&["undo"]);
    assert_eq!(of_files(&library), 4);
    engine.kill();
}

#[test]
fn a_file_counts_in_the_innermost_folder_that_is_watched() {
    let library = watching(&[]);
    for name in ["a.txt", "inner/b.txt", "inner/deep/c.txt", "inner side.txt"] {
        write(&library, name, name);
    }
    catch_up(&library);
    assert_eq!(counts(&library), [("files".to_owned(), 4)]);
    let inner = library.files().join("inner");
    for folder in [inner.clone(), inner.join("deep")] {
        library.json(&["watch".as_ref(), "add".as_ref(), folder.as_os_str()]);
    }
    let all = |files, inner, deep| {
        [("files", files), ("inner", inner), ("deep", deep)].map(|(name, n)| (name.to_owned(), n))
    };
    assert_eq!(counts(&library), all(2, 1, 1));
    let from = library.files().join("a.txt");
    std::fs::rename(from, inner.join("deep/a.txt")).expect("moved");
    catch_up(&library);
    assert_eq!(counts(&library), all(1, 1, 2));
    library.json(&["watch".as_ref(), "remove".as_ref(), inner.as_os_str()]);
    let [files, _, deep] = all(2, 0, 2);
    assert_eq!(counts(&library), [files, deep]);
    assert_eq!(held(&library).len(), 4);
}
