//! At a real limit of the system on what may be followed. It is lowered in a user namespace, so that nobody else meets it.

use std::process::Command;

use super::folder::{folders, wait_until_equal, watching, write};
use crate::support::{Library, Sheaf, wait_until};

/// `sheaf run` where the system allows so many of these. `None` where that cannot be arranged.
fn limited(library: &Library, what: &str, limit: u32) -> Option<Sheaf> {
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "sh", "-c"]);
    let lower = format!("echo {limit} > /proc/sys/user/{what}");
    let can_it = Command::new("unshare")
        .args(["--user", "--map-root-user", "sh", "-c", &lower])
        .output();
    if !can_it.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let run = library.command(&["run"]);
    shell
        .arg(format!("{lower} && exec \"$0\" \"$@\""))
        .arg(run.get_program())
        .args(run.get_args());
    Some(Sheaf::start(shell))
}

fn is_told_and_polled(what: &str, limit: u32) {
    let library = watching(&[]);
    library.json(&["config", "set", "watch.poll_s", "1"]);
    for n in 0..5 {
        write(&library, &format!("{n}/letter.txt"), &format!("number {n}"));
    }
    let Some(mut engine) = limited(&library, what, limit) else {
        return;
    };
    wait_until("it is polled", || {
        folders(&library)[0]["state"] == "polling"
    });
    let folder = &folders(&library)[0];
    assert_eq!(folder["note"], "limit");
    let message = folder["message"].to_string();
    assert!(
        message.contains(what.trim_start_matches("max_inotify_")),
        "{message}"
    );
    let path = write(&library, "4/more.txt", "in a folder that is not followed");
    wait_until_equal(&library);
    std::fs::remove_file(path).expect("deleted");
    wait_until_equal(&library);
    engine.kill();
}

#[test]
fn at_the_limit_of_watches_a_folder_is_polled_and_says_so() {
    is_told_and_polled("max_inotify_watches", 3);
}

#[test]
fn at_the_limit_of_followers_a_folder_is_polled_and_says_so() {
    is_told_and_polled("max_inotify_instances", 0);
}

#[test]
fn a_folder_below_the_limit_is_followed_there_too() {
    let library = watching(&[]);
    write(&library, "a/letter.txt", "followed");
    // Two folders, and the library's own.
    let Some(mut engine) = limited(&library, "max_inotify_watches", 3) else {
        return;
    };
    wait_until("it is followed", || {
        folders(&library)[0]["state"] == "watching"
    });
    write(&library, "a/more.txt", "told");
    wait_until_equal(&library);
    engine.kill();
}
