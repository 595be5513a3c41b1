//! Files come, change and go while an engine works.

use std::io::Write;

use rustix::process::Signal;

use super::folder::{
    assert_equal, attempts, catch_up, folders, held, pages_read, start, wait_until_equal, watching,
    write,
};
use crate::support::{number, wait_until};

#[test]
fn what_comes_changes_and_goes_follows_by_itself() {
    let library = watching(&[]);
    let mut engine = start(&library);
    let letter = write(&library, "post/letter.txt", "first words");
    write(&library, "post/card.txt", "a card");
    wait_until_equal(&library);
    std::fs::write(&letter, "other words").expect("changed");
    wait_until_equal(&library);
    std::fs::remove_file(&letter).expect("deleted");
    wait_until_equal(&library);
    std::fs::remove_dir_all(library.files().join("post")).expect("deleted");
    wait_until_equal(&library);
    assert_eq!(held(&library).len(), 0);
    engine.signal(Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
}

#[test]
fn what_changed_while_nobody_worked_is_found() {
    let library = watching(&[]);
    let stays = write(&library, "stays.txt", "it stays");
    let goes = write(&library, "goes.txt", "it goes");
    let changes = write(&library, "changes.txt", "before");
    catch_up(&library);
    let read = pages_read(&library);
    std::fs::remove_file(goes).expect("deleted");
    std::fs::write(changes, "after").expect("changed");
    write(&library, "new.txt", "it is new");
    std::fs::rename(stays, library.files().join("moved.txt")).expect("moved");
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(
        pages_read(&library),
        read + 2,
        "the changed one and the new one"
    );
}

#[test]
fn an_unchanged_tree_is_not_read_again() {
    let library = watching(&[]);
    for n in 0..20 {
        write(&library, &format!("{n}.txt"), &format!("number {n}"));
    }
    catch_up(&library);
    let before = (pages_read(&library), attempts(&library));
    catch_up(&library);
    assert_eq!((pages_read(&library), attempts(&library)), before);
}

#[test]
fn a_touched_file_costs_a_look_but_no_reading() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "the same as ever");
    catch_up(&library);
    let before = pages_read(&library);
    let file = std::fs::File::options()
        .append(true)
        .open(&path)
        .expect("a file");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH)
        .expect("touched");
    drop(file);
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(pages_read(&library), before);
    let dead = &library.json(&["stats"])["dead"];
    assert_eq!(number(dead), 0);
}

#[test]
fn the_old_content_is_found_until_the_new_one_is_read() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "oldest words");
    let mut engine = start(&library);
    wait_until_equal(&library);
    library.json(&["pause", "reading"]);
    std::fs::write(&path, "newest words").expect("changed");
    wait_until("the change is queued", || {
        number(&library.json(&["stats"])["queued"]) == 1
    });
    assert_eq!(held(&library)[&path], "oldest words");
    library.json(&["resume", "reading"]);
    wait_until_equal(&library);
    engine.kill();
}

#[test]
fn a_flood_beyond_what_the_system_remembers_is_followed_exactly() {
    let library = watching(&["--ignore", "*.dat"]);
    let mut engine = start(&library);
    library.json(&["pause", "reading"]);
    // More than the 16,384 events that Linux keeps: while the engine is stopped, nobody takes them.
    engine.signal(Signal::STOP);
    for n in 0..20_000 {
        write(&library, "flood.dat", &format!("{n}"));
    }
    write(&library, "after/the.txt", "flood is over");
    engine.signal(Signal::CONT);
    library.json(&["resume", "reading"]);
    let last = library.files().join("after/the.txt");
    wait_until("what came last is found, and nothing else", || {
        held(&library) == [(last.clone(), "flood is over".to_owned())].into()
    });
    engine.kill();
}

#[test]
fn a_file_system_without_events_is_looked_at_again_and_again() {
    let library = watching(&[]);
    library.json(&["config", "set", "watch.poll_s", "1"]);
    let mut engine = library.spawn_with(&["run"], &[("SHEAF_WATCH_POLL", "1")]);
    wait_until("it is polled", || {
        folders(&library)[0]["state"] == "polling"
    });
    assert_eq!(folders(&library)[0]["note"], "no_events");
    let path = write(&library, "letter.txt", "nobody told");
    wait_until_equal(&library);
    std::fs::remove_file(path).expect("deleted");
    wait_until_equal(&library);
    engine.kill();
}

#[test]
fn beyond_the_system_s_limit_a_folder_is_looked_at_again_and_again_and_says_so() {
    let library = watching(&[]);
    library.json(&["config", "set", "watch.poll_s", "1"]);
    for n in 0..5 {
        write(&library, &format!("{n}/letter.txt"), &format!("number {n}"));
    }
    let mut engine = library.spawn_with(&["run"], &[("SHEAF_WATCH_LIMIT", "3")]);
    wait_until("it is polled", || {
        folders(&library)[0]["state"] == "polling"
    });
    let message = folders(&library)[0]["message"].to_string();
    assert!(message.contains("max_user_watches"), "{message}");
    write(&library, "4/more.txt", "in a folder that is not followed");
    wait_until_equal(&library);
    engine.kill();
}

#[test]
fn an_editor_s_dance_is_one_change_of_the_same_document() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "first draft");
    let mut engine = start(&library);
    wait_until_equal(&library);
    let document = library.json(&["list"])[0]["document"].to_string();
    let backup = library.files().join("letter.txt~");
    let fresh = library.files().join(".letter.txt.swp");
    std::fs::rename(&path, backup).expect("a backup");
    let mut file = std::fs::File::create(&fresh).expect("a fresh one");
    file.write_all(b"second draft").expect("written");
    drop(file);
    std::fs::rename(fresh, &path).expect("in its place");
    wait_until("the second draft is found", || {
        held(&library)
            .get(&path)
            .is_some_and(|text| text == "second draft")
    });
    let list = library.json(&["list"]);
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!(list[0]["document"].to_string(), document);
    let changes: i64 = library
        .database()
        .query_row(
            "SELECT count(*) FROM events WHERE event = 'changed'",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert_eq!(changes, 1);
    engine.kill();
}

#[test]
fn what_nobody_told_of_is_found_by_the_next_full_scan() {
    let library = watching(&[]);
    library.json(&["config", "set", "watch.rescan_min", "1"]);
    let path = write(&library, "letter.txt", "first words");
    let outside = library.files().with_file_name("outside.txt");
    std::fs::hard_link(&path, &outside).expect("a link");
    let mut engine = start(&library);
    wait_until_equal(&library);
    // The system tells of what is done by a path in the folder, and this is not.
    std::fs::write(&outside, "other words").expect("changed");
    wait_until_equal(&library);
    engine.kill();
}
