//! From the command line to the window on the screen.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sheaf_engine::{Engine, EngineError, default_library};
use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder, WindowEvent, Wry};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::app::App;
use crate::{arrival, bindings, dragging, ending, pages};

/// `sheaf-app [PATH…]`: opens the library (`SHEAF_LIBRARY`, else the platform's data folder), adds the paths and shows
/// the window. A second start on the same library adds its paths and brings the first one's window to the front.
pub fn run() -> ExitCode {
    keep_private();
    let paths = paths(std::env::args_os().skip(1));
    let Some(library) = library() else {
        complain("No home folder is known. Set SHEAF_LIBRARY to the folder of your library.");
        return ExitCode::FAILURE;
    };
    let commands = bindings::builder();
    let (handler, folder) = (commands.invoke_handler(), library.clone());
    let built = tauri::Builder::default()
        .plugin(single_instance(&library))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .register_asynchronous_uri_scheme_protocol(pages::SCHEME, pages::answer)
        .invoke_handler(handler)
        .on_window_event(|window, event| match event {
            WindowEvent::DragDrop(drag) => dragging::follow(window.app_handle(), drag),
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                ending::end(window.app_handle());
            }
            _ => {}
        })
        .setup(move |app| {
            commands.mount_events(app);
            set_up(app.handle(), &folder, &paths);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            let code = app.run_return(|handle, event| {
                if let RunEvent::ExitRequested {
                    api, code: None, ..
                } = event
                    && !ending::is_under_way()
                {
                    api.prevent_exit();
                    ending::end(handle);
                }
            });
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Whatever this process makes is its owner's alone, the word index's files too.
#[cfg(unix)]
fn keep_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

#[cfg(not(unix))]
fn keep_private() {}

/// Everything that is not an option. There are none yet; what macOS passes by itself begins with a dash.
fn paths(arguments: impl Iterator<Item = OsString>) -> Vec<PathBuf> {
    let mut only_paths = false;
    let mut paths = Vec::new();
    for argument in arguments {
        if argument == "--" && !only_paths {
            only_paths = true;
        } else if only_paths || !argument.as_encoded_bytes().starts_with(b"-") {
            paths.push(argument.into());
        }
    }
    paths
}

fn library() -> Option<PathBuf> {
    let set = std::env::var_os("SHEAF_LIBRARY").filter(|folder| !folder.is_empty());
    set.map(PathBuf::from).or_else(default_library)
}

/// There is one window a library, not one a machine: the name that others are found by tells libraries apart.
fn single_instance(library: &Path) -> tauri::plugin::TauriPlugin<Wry> {
    let absolute = std::path::absolute(library).unwrap_or_else(|_| library.to_owned());
    let letters: String = absolute
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // A name on the bus has at most 255 letters.
    let tail = &letters[letters.len().saturating_sub(160)..];
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!("app.sheaf.Sheaf.library{tail}"))
        .callback(|handle, arguments, folder| {
            let given = paths(arguments.into_iter().skip(1).map(OsString::from));
            let given = given.iter().map(|path| Path::new(&folder).join(path));
            arrival::add(handle, given.collect());
            show(handle);
        })
        .build()
}

fn show(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("The library {folder} cannot be opened: {source}")]
    Library {
        folder: PathBuf,
        source: EngineError,
    },
    #[error("The program {0} is missing. Install Sheaf again.")]
    Worker(PathBuf),
    #[error("Where this program lies cannot be told: {0}")]
    Self_(std::io::Error),
    #[error("The window cannot be shown: {0}")]
    Window(#[from] tauri::Error),
    #[error(transparent)]
    Engine(#[from] EngineError),
}

fn set_up(handle: &AppHandle, library: &Path, paths: &[PathBuf]) {
    if let Err(error) = open(handle, library, paths) {
        let why = error.to_string();
        complain(&why);
        let ended = handle.clone();
        handle
            .dialog()
            .message(why)
            .title("Sheaf")
            .kind(MessageDialogKind::Error)
            .show(move |_| ended.exit(1));
    }
}

fn open(handle: &AppHandle, library: &Path, paths: &[PathBuf]) -> Result<(), StartError> {
    let engine = Engine::open(library, worker()?).map_err(|source| StartError::Library {
        folder: library.to_owned(),
        source,
    })?;
    handle.manage(App::new(engine));
    ending::on_signals(handle);
    window(handle)?;
    handle.state::<App>().observe(handle)?;
    arrival::add(handle, paths.to_vec());
    Ok(())
}

/// The `sheaf` program, which every child process is. It lies beside this one.
fn worker() -> Result<PathBuf, StartError> {
    let own = std::env::current_exe().map_err(StartError::Self_)?;
    let program = own.with_file_name(format!("sheaf{}", std::env::consts::EXE_SUFFIX));
    match program.is_file() {
        true => Ok(program),
        false => Err(StartError::Worker(program)),
    }
}

/// The window shows its own page and can be sent to no other.
fn window(handle: &AppHandle) -> tauri::Result<()> {
    let config = handle
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    WebviewWindowBuilder::from_config(handle, &config)?
        .on_navigation(|to| is_own_page(to, tauri::is_dev()))
        .build()
        .map(drop)
}

/// How the system names this program's own page; a developer's comes from the server that builds it.
fn is_own_page(to: &tauri::Url, developing: bool) -> bool {
    match (to.scheme(), to.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => developing,
        _ => false,
    }
}

#[expect(clippy::print_stderr, reason = "for whoever started it in a terminal")]
fn complain(why: &str) {
    eprintln!("sheaf-app: {why}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_to_no_page_but_its_own() {
        let goes = |to: &str, developing| {
            is_own_page(&tauri::Url::parse(to).expect("an address"), developing)
        };
        assert!(goes("tauri://localhost/", false));
        assert!(goes("http://tauri.localhost/", false));
        assert!(goes("http://localhost:5173/", true));
        for other in [
            "http://localhost:5173/",
            "http://tauri.localhost.example/",
            "https://example.org/",
            "file:///etc/passwd",
            "data:text/html,x",
            "page://localhost/1/1/800",
        ] {
            assert!(!goes(other, false), "{other}");
        }
    }

    #[test]
    fn arguments_are_paths_unless_they_begin_with_a_dash() {
        let given = ["a.pdf", "-psn_0_1", "--", "-b.pdf", "--"].map(OsString::from);
        let expect = ["a.pdf", "-b.pdf", "--"].map(PathBuf::from);
        assert_eq!(paths(given.into_iter()), expect);
    }
}
