//! What the web page knows of this program: commands, the event, and their types, written as TypeScript by a test.

use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

use crate::commands::{files, folders, look, search, steer};
use crate::event::Event;

pub(crate) fn builder() -> Builder<Wry> {
    Builder::new()
        .error_handling(ErrorHandlingMode::Throw)
        // What is only written and what is only read look alike.
        .disable_serde_phases()
        // Numbers here count pages, bytes and milliseconds, all far below 2^53.
        .dangerously_cast_bigints_to_number()
        .commands(collect_commands![
            look::snapshot,
            look::waiting_rows,
            look::attention_rows,
            look::done_rows,
            look::strip,
            look::page_view,
            search::search,
            search::suggest,
            search::warm,
            search::collections,
            search::saved,
            search::save_search,
            search::unsave_search,
            files::choose_files,
            files::choose_folder,
            files::paste,
            files::open_original,
            files::show_in_folder,
            folders::watch_folders,
            folders::unwatch,
            folders::watch_again,
            folders::scan_folder,
            folders::left_out,
            steer::cancel,
            steer::pause,
            steer::resume,
            steer::pause_job,
            steer::resume_job,
            steer::to_top,
            steer::try_again,
            steer::try_all_again,
            steer::unlock,
            steer::remove,
            steer::put_back,
        ])
        .events(collect_events![Event])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use specta_typescript::Typescript;

    const HEADER: &str =
        "// Written by `UPDATE_BINDINGS=1 cargo test -p sheaf-app bindings`. Do not edit.\n";

    /// `UPDATE_BINDINGS=1` writes the file anew.
    #[test]
    fn the_bindings_are_those_of_this_program() {
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
        let folder = tempfile::tempdir().expect("a folder");
        let fresh = match std::env::var_os("UPDATE_BINDINGS") {
            Some(_) => kept.clone(),
            None => folder.path().join("bindings.ts"),
        };
        super::builder()
            .export(Typescript::default().header(HEADER), &fresh)
            .expect("every type has a place in TypeScript");
        let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            text(&kept) == text(&fresh),
            "ui/src/lib/bindings.ts is stale: UPDATE_BINDINGS=1 cargo test -p sheaf-app bindings"
        );
    }
}
