//! What happens in watched folders.

use super::*;

pub(crate) const COMMITS: [Commit; 2] = [Commit::Scan, Commit::Follow];

#[test]
fn a_crash_while_a_folder_is_looked_through_finds_everything_once() {
    for commit in COMMITS {
        for side in SIDES {
            let library = library();
            library.json(&[
                "watch".as_ref(),
                "add".as_ref(),
                library.files().as_os_str(),
            ]);
            let moment = format!("{side} {commit:?}");
            dies(&library, &["run"], &moment, 1);
            assert_as_if_nothing_happened(&library, &moment);
        }
    }
}

#[test]
fn a_crash_when_a_file_is_found_to_be_gone_takes_it_out_once() {
    for side in SIDES {
        let library = library();
        library.json(&[
            "watch".as_ref(),
            "add".as_ref(),
            library.files().as_os_str(),
        ]);
        finish(&library);
        std::fs::remove_file(library.files().join("b.txt")).expect("removed");
        let moment = format!("{side} {:?}", Commit::Follow);
        dies(&library, &["run"], &moment, 1);
        finish(&library);
        let found = library.json(&["search", "harbour", "--mode", "words"]);
        assert_eq!(items(&found["hits"]).len(), 1, "{moment}: {found}");
    }
}
