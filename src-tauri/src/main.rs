//! `sheaf-app`: Sheaf with its window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    sheaf_app::run()
}
