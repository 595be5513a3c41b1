//! Offline is not deleted.

use std::path::Path;
use std::process::Command;

use super::folder::{
    assert_equal, attempts, catch_up, folders, held, start, state, wait_until_equal, watching,
    write,
};
use crate::support::wait_until;

#[test]
fn a_folder_that_is_gone_keeps_everything_and_says_so() {
    let library = watching(&[]);
    write(&library, "letter.txt", "it stays");
    catch_up(&library);
    let before = attempts(&library);
    let away = library.files().with_file_name("away");
    std::fs::rename(library.files(), &away).expect("moved away");
    catch_up(&library);
    assert_eq!(state(&library), "offline");
    let message = folders(&library)[0]["message"].to_string();
    assert!(
        message.contains("The folder is offline. Nothing was removed."),
        "{message}"
    );
    assert_eq!(held(&library).len(), 1);
    let mut engine = start(&library);
    std::fs::rename(&away, library.files()).expect("moved back");
    wait_until("it is back", || state(&library) == "watching");
    write(&library, "new.txt", "it is followed again");
    wait_until_equal(&library);
    std::fs::rename(library.files(), &away).expect("moved away");
    wait_until("that is noticed", || state(&library) == "offline");
    assert_eq!(held(&library).len(), 2);
    std::fs::rename(&away, library.files()).expect("moved back");
    engine.kill();
    assert_eq!(
        attempts(&library),
        before + 1,
        "coming back costs only a scan"
    );
}

#[test]
fn an_emptied_folder_is_not_an_empty_mount_point() {
    let library = watching(&[]);
    let path = write(&library, "letter.txt", "it goes");
    catch_up(&library);
    std::fs::remove_file(path).expect("deleted");
    catch_up(&library);
    assert_equal(&library);
}

/// Mounts a file system in memory, where that is allowed.
fn mount(at: &Path) -> bool {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "tmpfs"])
        .arg(at)
        .output();
    mounted.is_ok_and(|output| output.status.success())
}

fn unmount(at: &Path) {
    let unmounted = Command::new("umount").arg("-l").arg(at).status();
    assert!(unmounted.expect("umount").success());
}

/// A drive that is away leaves an empty folder. Runs where file systems may be mounted.
#[test]
fn an_empty_mount_point_is_offline_and_so_is_one_within_the_folder() {
    let library = watching(&[]);
    let inner = library.files().join("stick");
    std::fs::create_dir(&inner).expect("a folder");
    if !mount(&inner) {
        return;
    }
    write(&library, "stick/letter.txt", "on a stick");
    write(&library, "letter.txt", "on the disk");
    catch_up(&library);
    assert_equal(&library);
    unmount(&inner);
    catch_up(&library);
    assert_eq!(held(&library).len(), 2, "what was on the stick is kept");
    std::fs::remove_dir_all(&inner).expect("removed");
    let root = library.files();
    std::fs::rename(&root, root.with_file_name("under")).expect("moved away");
    std::fs::create_dir(&root).expect("a folder");
    assert!(mount(&root));
    write(&library, "letter.txt", "on the disk");
    catch_up(&library);
    unmount(&root);
    catch_up(&library);
    assert_eq!(state(&library), "offline");
    assert!(!held(&library).is_empty());
}
