//! Passwords: asked for, tried, forgotten with the process.

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use support::{Library, fixture, items, told, value};

const PASSWORD: &str = "secret";

fn add(library: &Library, paths: &[&Path], password: &Path) -> Value {
    let mut args = vec![
        "add".as_ref(),
        "--password-file".as_ref(),
        password.as_os_str(),
    ];
    args.extend(paths.iter().map(|path| path.as_os_str()));
    library.json(&args)
}

/// No file of the library holds the password.
fn is_not_kept(library: &Library) {
    let mut folders = vec![library.folder()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file");
            let holds = bytes
                .windows(PASSWORD.len())
                .any(|w| w == PASSWORD.as_bytes());
            assert!(!holds, "{}", path.display());
        }
    }
}

#[test]
fn a_locked_pdf_is_read_with_its_password_and_nothing_keeps_that() {
    let library = Library::new();
    let locked = library.file("locked.pdf", fixture::locked_pdf(&["Behind a heron"]));
    let open = library.file("open.pdf", fixture::pdf(&["Before a heron"]));
    let words = library.file("words", format!("wrong\n{PASSWORD}\n"));
    let answers = add(&library, &[&locked, &open], &words);
    assert_eq!(answers[0]["state"], "ready", "{answers}");
    assert_eq!(answers[1]["state"], "ready", "{answers}");
    let found = library.json(&["search", "heron", "--mode", "words"]);
    assert_eq!(items(&found["hits"]).len(), 2);
    is_not_kept(&library);
}

#[test]
fn what_failed_for_want_of_a_password_is_read_when_it_is_tried_again_with_it() {
    let library = Library::new();
    let locked = library.file("locked.pdf", fixture::locked_pdf(&["Behind a heron"]));
    let answers = library.add_and_wait(&[&locked]);
    assert_eq!(
        (&answers[0]["state"], &answers[0]["code"]),
        (&"failed".into(), &"file_encrypted".into())
    );
    let job = answers[0]["job"].to_string();
    let mut retry = library
        .command(&["retry", &job, "--password-file", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sheaf runs");
    let mut input = retry.stdin.take().expect("its input");
    writeln!(input, "{PASSWORD}").expect("written");
    drop(input);
    let output = retry.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(value(&output)[0]["retried"], true);
    let shown = library.show(&answers[0]["document"].to_string());
    assert_eq!(shown["state"], "ready", "{shown}");
    is_not_kept(&library);
}

#[test]
fn a_wrong_password_fails_that_file_only() {
    let library = Library::new();
    let locked = library.file("locked.pdf", fixture::locked_pdf(&["Behind"]));
    let open = library.file("open.pdf", fixture::pdf(&["Before"]));
    let words = library.file("words", "wrong");
    let answers = add(&library, &[&locked, &open], &words);
    assert_eq!(answers[0]["state"], "failed");
    assert_eq!(answers[0]["code"], "file_encrypted");
    assert_eq!(answers[1]["state"], "ready");
}

#[test]
fn a_password_is_refused_while_another_process_works() {
    let library = Library::new();
    let locked = library.file("locked.pdf", fixture::locked_pdf(&["Behind"]));
    let words = library.file("words", PASSWORD);
    let open = library.add(&library.file("open.pdf", fixture::pdf(&["Before"])));
    let engine = library.spawn(&["run"]);
    support::wait_until("it works", || library.pages_read(&open) == 1);
    let args = [
        "add".as_ref(),
        "--password-file".as_ref(),
        words.as_os_str(),
        locked.as_os_str(),
    ];
    let output = library.run(&args);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(
        items(&library.json(&["list"])).len(),
        1,
        "nothing was added"
    );
    drop(engine);
}
