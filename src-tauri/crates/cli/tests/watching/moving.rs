//! Moves and renames cost no reading.

use super::folder::{
    assert_equal, attempts, catch_up, held, pages_read, start, wait_until_equal, watching, write,
};
use crate::support::{Library, wait_until};

fn untouched(library: &Library) -> (i64, i64) {
    (pages_read(library), attempts(library))
}

#[test]
fn a_renamed_file_and_a_moved_folder_are_not_read_again() {
    let library = watching(&[]);
    for n in 0..30 {
        write(
            &library,
            &format!("in/{}/{n}.txt", n % 3),
            &format!("number {n}"),
        );
    }
    let mut engine = start(&library);
    wait_until_equal(&library);
    let before = untouched(&library);
    let files = library.files();
    std::fs::rename(files.join("in/0/0.txt"), files.join("in/1/zero.txt")).expect("renamed");
    std::fs::rename(files.join("in"), files.join("out")).expect("moved");
    wait_until_equal(&library);
    std::fs::rename(files.join("out/2"), files.join("two")).expect("moved");
    wait_until_equal(&library);
    assert_eq!(untouched(&library), before);
    write(
        &library,
        "two/later.txt",
        "a moved folder is followed where it is now",
    );
    wait_until_equal(&library);
    engine.kill();
}

#[test]
fn a_move_while_nobody_worked_or_between_watched_folders_is_not_read_again() {
    let library = watching(&[]);
    let other = tempfile::tempdir_in(library.files().parent().expect("a home")).expect("a folder");
    library.json(&["watch", "add", other.path().to_str().expect("a path")]);
    let here = write(&library, "letter.txt", "it travels");
    catch_up(&library);
    let before = untouched(&library);
    let there = other.path().join("letter.txt");
    std::fs::rename(&here, &there).expect("moved");
    catch_up(&library);
    assert_eq!(
        held(&library).into_keys().collect::<Vec<_>>(),
        std::slice::from_ref(&there)
    );
    let mut engine = start(&library);
    std::fs::rename(&there, &here).expect("moved back");
    wait_until_equal(&library);
    assert_eq!(untouched(&library), before);
    engine.kill();
}

#[test]
fn a_file_that_leaves_and_comes_back_late_is_not_read_again() {
    let library = watching(&[]);
    let here = write(&library, "letter.txt", "it was away");
    catch_up(&library);
    let before = untouched(&library);
    let outside = library.files().with_file_name("outside.txt");
    std::fs::rename(&here, &outside).expect("moved away");
    catch_up(&library);
    assert_eq!(held(&library).len(), 0, "out of search at once");
    std::fs::rename(&outside, library.files().join("again.txt")).expect("moved back");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(untouched(&library), before);
}

#[test]
fn a_copy_in_place_of_a_deleted_file_costs_a_look_but_no_reading() {
    let library = watching(&[]);
    let here = write(&library, "letter.txt", "word for word");
    catch_up(&library);
    let before = pages_read(&library);
    std::fs::remove_file(&here).expect("deleted");
    catch_up(&library);
    write(&library, "copy/of-letter.txt", "word for word");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(pages_read(&library), before);
}

#[test]
fn files_that_change_places_keep_their_documents() {
    let library = watching(&[]);
    let (a, b) = (
        write(&library, "a.txt", "once a"),
        write(&library, "b.txt", "once b"),
    );
    catch_up(&library);
    let before = untouched(&library);
    let by_way = library.files().with_file_name("by-way.txt");
    std::fs::rename(&a, &by_way).expect("moved");
    std::fs::rename(&b, &a).expect("moved");
    std::fs::rename(&by_way, &b).expect("moved");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(untouched(&library), before);
}

#[test]
fn a_file_moved_over_another_takes_its_place() {
    let library = watching(&[]);
    let (a, b) = (
        write(&library, "a.txt", "once a"),
        write(&library, "b.txt", "once b"),
    );
    catch_up(&library);
    let before = pages_read(&library);
    std::fs::rename(&b, &a).expect("moved");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(pages_read(&library), before);
    assert_eq!(library.json(&["list"]).as_array().map(Vec::len), Some(1));
}

#[test]
fn links_to_one_file_are_places_of_one_document() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "one content");
    catch_up(&library);
    let before = untouched(&library);
    std::fs::hard_link(&path, library.files().join("hard.txt")).expect("a link");
    std::os::unix::fs::symlink("letter.txt", library.files().join("soft.txt")).expect("a link");
    catch_up(&library);
    assert_eq!(untouched(&library), before);
    let list = library.json(&["list"]);
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!(list[0]["places"], 3);
    std::fs::remove_file(&path).expect("deleted");
    catch_up(&library);
    let names: Vec<_> = held(&library).into_keys().collect();
    assert_eq!(
        names,
        [library.files().join("hard.txt")],
        "the other link leads nowhere"
    );
    std::fs::write(library.files().join("hard.txt"), "another content").expect("changed");
    catch_up(&library);
    assert_equal(&library);
}

#[test]
fn a_name_that_only_changes_its_case_is_a_rename() {
    let library = watching(&[]);
    let path = write(&library, "Letter.TXT", "as ever");
    catch_up(&library);
    let before = untouched(&library);
    std::fs::rename(path, library.files().join("letter.txt")).expect("renamed");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(untouched(&library), before);
}

#[test]
fn a_changed_copy_does_not_take_its_twin_along() {
    let library = watching(&[]);
    let a = write(&library, "a.txt", "twins");
    write(&library, "b.txt", "twins");
    catch_up(&library);
    assert_eq!(library.json(&["list"]).as_array().map(Vec::len), Some(1));
    std::fs::write(a, "no twin any more").expect("changed");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(library.json(&["list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_name_that_only_changes_its_case_is_a_rename_while_an_engine_works() {
    let library = watching(&[]);
    let path = write(&library, "Post/Letter.TXT", "as ever");
    let mut engine = start(&library);
    wait_until_equal(&library);
    let before = untouched(&library);
    let files = library.files();
    std::fs::rename(path, files.join("Post/letter.txt")).expect("renamed");
    wait_until_equal(&library);
    std::fs::rename(files.join("Post"), files.join("post")).expect("renamed");
    wait_until_equal(&library);
    assert_eq!(untouched(&library), before);
    engine.kill();
}

/// Nobody could read it where it was; the folder finds it where it is.
#[test]
fn a_file_that_was_missed_is_read_where_it_moved_to() {
    let library = watching(&[]);
    let files = library.files();
    library.json(&["watch".as_ref(), "remove".as_ref(), files.as_os_str()]);
    let path = write(&library, "letter.txt", "it moved before it was read");
    let document = library.add(&path);
    std::fs::rename(&path, files.join("moved.txt")).expect("moved");
    catch_up(&library);
    assert_eq!(library.show(&document)["code"], "file_missing");
    library.json(&["watch".as_ref(), "add".as_ref(), files.as_os_str()]);
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(library.json(&["failed"]).as_array().map(Vec::len), Some(0));
    assert_eq!(library.json(&["list"]).as_array().map(Vec::len), Some(1));
}

#[test]
fn a_file_that_moves_while_it_is_queued_is_read_where_it_is() {
    let library = watching(&[]);
    library.json(&["pause", "reading"]);
    let mut engine = start(&library);
    for n in 0..20 {
        write(&library, &format!("in/{n}.txt"), &format!("number {n}"));
    }
    wait_until("they are queued", || {
        library.json(&["stats"])["queued"] == 20
    });
    engine.kill();
    let files = library.files();
    std::fs::rename(files.join("in"), files.join("out")).expect("moved");
    for n in 0..10 {
        let name = |part: &str| files.join(format!("out/{part}{n}.txt"));
        std::fs::rename(name(""), name("moved ")).expect("moved");
    }
    library.json(&["resume", "reading"]);
    let mut engine = start(&library);
    wait_until_equal(&library);
    assert_eq!(library.json(&["failed"]).as_array().map(Vec::len), Some(0));
    engine.kill();
}
