//! What a person took out stays out, until they take that back; what is out for long enough is deleted.

use super::folder::{assert_equal, catch_up, held, left_out, pages_read, watching, write};
use crate::support::{Library, wait_until};

fn count(library: &Library, sql: &str) -> i64 {
    let database = library.database();
    database
        .query_row(sql, [], |row| row.get(0))
        .expect("a count")
}

/// Lets the grace time be over and the cleanup due.
fn expire(library: &Library) {
    library.json(&["config", "set", "library.grace_h", "0"]);
    library.json(&["schedule", "set", "cleanup", "weekly"]);
    let due = "UPDATE schedules SET next_at = 1 WHERE name = 'cleanup'";
    library.database().execute(due, []).expect("due");
    let mut engine = library.spawn(&["run"]);
    wait_until("the cleanup is done", || {
        count(
            library,
            "SELECT count(*) FROM documents WHERE removed_at IS NOT NULL",
        ) == 0
    });
    engine.kill();
}

#[test]
fn undo_takes_back_the_last_forget_whole() {
    let library = watching(&[]);
    let paths = ["a.txt", "b.txt", "c.txt"].map(|name| write(&library, name, name));
    catch_up(&library);
    let before = pages_read(&library);
    let [a, b, c] = paths.each_ref().map(|path| path.to_str().expect("a path"));
    library.json(&["forget", c]);
    library.json(&["forget", a, b]);
    assert_eq!(held(&library).len(), 0);
    let back = library.json(&["undo"]);
    assert_eq!(back.as_array().map(Vec::len), Some(2), "{back}");
    assert_eq!(held(&library).into_keys().collect::<Vec<_>>(), paths[..2]);
    library.json(&["undo"]);
    assert_equal(&library);
    assert_eq!(
        library.run(&["undo"]).status.code(),
        Some(1),
        "nothing is left to take back"
    );
    assert_eq!(pages_read(&library), before);
}

#[test]
fn no_scan_brings_back_what_a_person_took_out() {
    let library = watching(&[]);
    let path = write(&library, "secret.txt", "not for the library");
    write(&library, "letter.txt", "dear reader");
    catch_up(&library);
    library.json(&["forget", path.to_str().expect("a path")]);
    let stays_out = |library: &Library| {
        catch_up(library);
        assert_eq!(held(library).len(), 1);
        assert_eq!(
            left_out(library).get("secret.txt").map(String::as_str),
            Some("forgotten")
        );
    };
    stays_out(&library);
    expire(&library);
    stays_out(&library);
    library.add_and_wait(&[&path]);
    assert_equal(&library);
}

#[test]
fn what_was_deleted_is_kept_for_a_time_and_then_gone_with_all_its_data() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "burnt letters");
    write(&library, "copy/letter.txt", "burnt letters");
    write(&library, "other.txt", "kept letters");
    catch_up(&library);
    std::fs::remove_file(path).expect("deleted");
    std::fs::remove_dir_all(library.files().join("copy")).expect("deleted");
    catch_up(&library);
    assert_equal(&library);
    let kept = "SELECT count(*) FROM pages WHERE text LIKE '%burnt%'";
    assert_eq!(
        count(&library, kept),
        1,
        "for undo and for a move that arrives late"
    );
    expire(&library);
    assert_eq!(count(&library, kept), 0);
    assert_eq!(count(&library, "SELECT count(*) FROM documents"), 1);
    assert_eq!(count(&library, "SELECT count(*) FROM places"), 1);
    assert_eq!(
        count(&library, "SELECT count(DISTINCT document) FROM events"),
        1
    );
    assert_equal(&library);
}

#[test]
fn a_folder_that_is_no_longer_watched_leaves_its_documents_or_takes_them_along() {
    let library = watching(&[]);
    write(&library, "letter.txt", "dear reader");
    catch_up(&library);
    let before = pages_read(&library);
    let files = library.files();
    let files = files.to_str().expect("a path");
    library.json(&["watch", "remove", files]);
    assert_equal(&library);
    library.json(&["watch", "add", files]);
    catch_up(&library);
    library.json(&["watch", "remove", files, "--forget"]);
    assert_eq!(
        held(&library).len(),
        1,
        "it was found by the folder that was removed before"
    );
    library.json(&["watch", "add", files]);
    catch_up(&library);
    assert_equal(&library);
    assert_eq!(pages_read(&library), before);
}
