//! What is taken in, and what is not and why.

use std::os::unix::ffi::OsStrExt;

use super::folder::{assert_equal, catch_up, folders, held, left_out, watching, write};
use crate::support::{items, told};

#[test]
fn everything_in_a_folder_is_found_at_normal_priority() {
    let library = watching(&[]);
    write(&library, "a.txt", "the harbour book");
    write(&library, "deep/er/b.md", "ships and sails");
    catch_up(&library);
    assert_equal(&library);
    let priority: i64 = library
        .database()
        .query_row(
            "SELECT DISTINCT priority FROM jobs WHERE kind = 'read'",
            [],
            |row| row.get(0),
        )
        .expect("one priority");
    assert_eq!(priority, 50, "normal");
    assert_eq!(folders(&library)[0]["files"], 2);
}

#[test]
fn what_was_left_out_is_listed_with_the_reason() {
    let library = watching(&["--max-mb", "1", "--kinds", "txt,md", "--depth", "2"]);
    write(&library, "taken.txt", "taken");
    write(&library, ".hidden.txt", "hidden");
    write(&library, "half.txt.part", "half");
    write(&library, "picture.png", "not really");
    write(&library, "large.txt", &"x".repeat(1 << 21));
    write(&library, "empty.txt", "");
    write(&library, ".git/config", "git");
    write(&library, "node_modules/x/readme.md", "module");
    write(&library, "one/two/three.txt", "too deep");
    write(
        &library,
        "cache/CACHEDIR.TAG",
        "Signature: 8a477f597d28d172789f06886806bc55\n",
    );
    write(&library, "cache/x.txt", "cached");
    write(&library, ".sheafignore", "/private/\n*.secret.txt\n");
    write(&library, "private/diary.txt", "dear diary");
    write(&library, "one/a.secret.txt", "secret");
    let pipe = library.files().join("pipe.txt");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    std::os::unix::fs::symlink("nowhere", library.files().join("link.txt")).expect("a link");
    std::os::unix::fs::symlink(library.files(), library.files().join("loop")).expect("a link");
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(names, [library.files().join("taken.txt")]);
    let expected = [
        (".git", "ignored"),
        (".hidden.txt", "hidden"),
        (".sheafignore", "hidden"),
        ("cache", "cache"),
        ("empty.txt", "empty"),
        ("half.txt.part", "ignored"),
        ("large.txt", "too_large"),
        ("link.txt", "link"),
        ("loop", "link"),
        ("node_modules", "ignored"),
        ("one/a.secret.txt", "ignored"),
        ("one/two", "too_deep"),
        ("picture.png", "kind"),
        ("pipe.txt", "not_regular"),
        ("private", "ignored"),
    ];
    let expected = expected.map(|(path, reason)| (path.to_owned(), reason.to_owned()));
    assert_eq!(left_out(&library), expected.into());
    assert_eq!(folders(&library)[0]["left_out_total"], 15);
}

#[test]
fn what_the_rules_leave_out_now_leaves_the_library_unless_a_person_added_it() {
    let library = watching(&[]);
    let by_hand = write(&library, "by-hand.log", "kept by a person");
    write(&library, "found.log", "found by the folder");
    write(&library, "letter.txt", "dear reader");
    library.add_and_wait(&[&by_hand]);
    catch_up(&library);
    assert_equal(&library);
    let files = library.files();
    library.json(&[
        "watch",
        "add",
        files.to_str().expect("a path"),
        "--ignore",
        "*.log",
    ]);
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(names, [by_hand.clone(), files.join("letter.txt")]);
    std::fs::remove_file(&by_hand).expect("deleted");
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(
        names,
        [files.join("letter.txt")],
        "in a watched folder every file is followed"
    );
}

#[test]
fn the_library_itself_is_no_document() {
    let library = watching(&[]);
    let home = library.files().parent().expect("a home").to_owned();
    library.json(&["watch", "add", home.to_str().expect("a path")]);
    write(&library, "letter.txt", "dear reader");
    catch_up(&library);
    assert_equal(&library);
    let list = folders(&library);
    let left_out = &items(&list)[0]["left_out"];
    assert!(left_out.to_string().contains("\"library\""), "{left_out}");
}

#[test]
fn a_loop_of_links_ends_where_it_closes() {
    let library = watching(&["--links", "all"]);
    write(&library, "a/b/letter.txt", "round and round");
    std::os::unix::fs::symlink(library.files(), library.files().join("a/b/up")).expect("a link");
    std::os::unix::fs::symlink("../b", library.files().join("a/b/self")).expect("a link");
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(names, [library.files().join("a/b/letter.txt")]);
    let out = left_out(&library);
    assert_eq!(
        out.get("a/b/up").map(String::as_str),
        Some("loop"),
        "{out:?}"
    );
    assert_eq!(
        out.get("a/b/self").map(String::as_str),
        Some("loop"),
        "{out:?}"
    );
}

#[test]
fn names_of_any_encoding_and_very_long_paths_are_taken_in() {
    let library = watching(&[]);
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9 \x01\n\xff.txt");
    std::fs::write(library.files().join(odd), "latin letters").expect("a file");
    let same = std::ffi::OsStr::from_bytes(b"caf\xe8 \x01\n\xff.txt");
    std::fs::write(library.files().join(same), "looks the same").expect("a file");
    let deep = "d".repeat(200);
    let mut long = library.files();
    while long.as_os_str().len() < 3700 {
        long.push(&deep);
    }
    std::fs::create_dir_all(&long).expect("folders");
    std::fs::write(long.join("deep.txt"), "at the bottom").expect("a file");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(held(&library).len(), 3);
}

#[test]
fn a_watched_folder_within_a_watched_folder_has_its_own_rules() {
    let library = watching(&["--ignore", "*.log"]);
    write(&library, "outer.log", "outer");
    write(&library, "inner/inner.log", "inner");
    write(&library, "inner/letter.txt", "letter");
    let inner = library.files().join("inner");
    let inner = inner.to_str().expect("a path");
    library.json(&["watch", "add", inner]);
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    let expected = ["inner/inner.log", "inner/letter.txt"].map(|name| library.files().join(name));
    assert_eq!(names, expected);
    library.json(&["watch", "remove", inner]);
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(
        names, expected,
        "its documents stay, whatever the outer folder leaves out"
    );
}

#[test]
fn a_folder_that_is_none_or_a_pattern_that_is_none_is_refused() {
    let library = watching(&[]);
    let file = write(&library, "a.txt", "a");
    let file = file.to_str().expect("a path");
    for args in [
        vec!["watch", "add", "/nowhere/at/all"],
        vec!["watch", "add", file],
        vec!["watch", "add", "/tmp", "--ignore", "{a,b"],
        vec!["watch", "remove", "/tmp"],
        vec!["watch", "scan", "/tmp"],
    ] {
        let output = library.run(&args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", told(&output));
    }
    assert_eq!(items(&folders(&library)).len(), 1);
}
