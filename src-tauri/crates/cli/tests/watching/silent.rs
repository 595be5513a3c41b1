//! A drive that never answers: a file system in user space whose program is asleep. Runs where one may be mounted.

use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use super::folder::{attempts, catch_up, folders, held, watching, write};
use crate::support::process::kill;
use crate::support::{Library, Sheaf, items, number, wait_until};

/// In a name space of its own, so that nobody else can step on it: the mount, the program that does not answer, and
/// `sheaf run`.
const SHELL: &str = r#"exec 3<>/dev/fuse
mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent "$SILENT" || exit 9
sleep 1000 & echo $! > "$SILENT.pid"
exec 3>&-
exec "$0" "$@""#;

/// `None` where nobody may mount.
fn run_beside_a_silent(folder: &Path, library: &Library) -> Option<Sheaf> {
    let may = "exec 3<>/dev/fuse && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 silent \"$0\"";
    let can_it = Command::new("unshare")
        .args(["--mount", "sh", "-c", may])
        .arg(folder)
        .output();
    if !can_it.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let run = library.command(&["run"]);
    let mut shell = Command::new("unshare");
    shell
        .args(["--mount", "sh", "-c", SHELL])
        .arg(run.get_program())
        .args(run.get_args())
        .env("SILENT", folder)
        .env("SHEAF_WATCH_SILENT_S", "1");
    Some(Sheaf::start(shell))
}

fn folder(library: &Library, path: &Path) -> serde_json::Value {
    let all = folders(library);
    let found = items(&all)
        .iter()
        .find(|one| one["path"].as_str() == path.to_str());
    found.expect("it is watched").clone()
}

/// A library that watches two folders with a letter in each; the second folder.
fn two_folders() -> (Library, std::path::PathBuf) {
    let library = watching(&[]);
    let share = library.files().with_file_name("share");
    std::fs::create_dir(&share).expect("a folder");
    std::fs::write(share.join("far.txt"), "on a share").expect("a file");
    write(&library, "near.txt", "on the disk");
    library.json(&["watch".as_ref(), "add".as_ref(), share.as_os_str()]);
    catch_up(&library);
    assert_eq!(held(&library).len(), 2);
    (library, share)
}

#[test]
fn a_folder_that_never_answers_is_offline_and_the_others_are_followed() {
    let (library, share) = two_folders();
    let Some(mut engine) = run_beside_a_silent(&share, &library) else {
        return;
    };
    wait_until("it is given up", || {
        folder(&library, &share)["note"] == "silent"
    });
    let told = folder(&library, &share);
    assert_eq!(told["state"], "offline");
    let message = told["message"].to_string();
    assert!(message.contains("does not answer"), "{message}");
    let before = attempts(&library);
    let path = write(&library, "new.txt", "the others go on");
    wait_until("it is found", || held(&library).contains_key(&path));
    assert_eq!(held(&library).len(), 3, "nothing was removed");
    // The program ends, and what it served with it; then the share is there again.
    let pid = std::fs::read_to_string(share.with_extension("pid")).expect("its number");
    kill(pid.trim().parse().expect("a number"), Signal::KILL);
    let unmounted = Command::new("nsenter")
        .args([
            "--target",
            &engine.pid().to_string(),
            "--mount",
            "umount",
            "-l",
        ])
        .arg(&share)
        .status();
    assert!(unmounted.expect("nsenter").success());
    wait_until("it is back", || {
        folder(&library, &share)["state"] == "watching"
    });
    let far = share.join("farther.txt");
    std::fs::write(&far, "it is followed again").expect("a file");
    wait_until("it is found", || held(&library).contains_key(&far));
    wait_until("it is read", || {
        attempts(&library) > before + 1 && number(&library.json(&["stats"])["processing"]) == 0
    });
    assert_eq!(
        attempts(&library),
        before + 2,
        "the new files alone were read"
    );
    engine.kill();
}

#[test]
fn an_engine_ends_though_a_folder_never_answers() {
    let (library, share) = two_folders();
    let Some(mut engine) = run_beside_a_silent(&share, &library) else {
        return;
    };
    wait_until("it is given up", || {
        folder(&library, &share)["note"] == "silent"
    });
    engine.signal(Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
    let pid = std::fs::read_to_string(share.with_extension("pid")).expect("its number");
    kill(pid.trim().parse().expect("a number"), Signal::KILL);
}

#[test]
fn a_file_on_a_drive_that_never_answers_keeps_no_reader() {
    let library = Library::new();
    library.json(&["config", "set", "reading.workers", "1"]);
    library.json(&["pause", "indexing"]);
    let share = library.files().with_file_name("share");
    std::fs::create_dir_all(&share).expect("a folder");
    let far = ["far.txt", "farther.txt"].map(|name| {
        std::fs::write(share.join(name), name).expect("a file");
        library.add(&share.join(name))
    });
    let near = library.add(&library.file("near.txt", "on the disk"));
    let Some(mut engine) = run_beside_a_silent(&share, &library) else {
        return;
    };
    wait_until("the one on the disk is read", || {
        library.pages_read(&near) == 1
    });
    for document in far {
        let shown = library.show(&document);
        let attempts = shown["attempts"].to_string();
        assert!(attempts.contains("file_offline"), "{shown}");
        assert_eq!(shown["state"], "queued", "it is tried again: {shown}");
    }
    engine.signal(Signal::INT);
    assert!(engine.end().success(), "{}", engine.said());
    let pid = std::fs::read_to_string(share.with_extension("pid")).expect("its number");
    kill(pid.trim().parse().expect("a number"), Signal::KILL);
}
