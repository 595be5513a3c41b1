//! The ways the program ends: its window closed, asked by the system, or by a signal. All of them finish the page in
//! hand or give it back.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager};

use crate::app::App;

static ENDING: AtomicBool = AtomicBool::new(false);

/// Hides the window at once and ends the program when its work is put away. A second call changes nothing.
pub(crate) fn end(handle: &AppHandle) {
    if ENDING.swap(true, Ordering::AcqRel) {
        return;
    }
    for window in handle.webview_windows().values() {
        let _ = window.hide();
    }
    let handle = handle.clone();
    std::thread::spawn(move || {
        if let Some(app) = handle.try_state::<App>() {
            app.stop();
        }
        handle.exit(0);
    });
}

/// Whether the work is put away, or about to be.
pub(crate) fn is_under_way() -> bool {
    ENDING.load(Ordering::Acquire)
}

/// SIGINT, SIGTERM and SIGHUP end the program as closing its window does; a second one ends it at once.
#[cfg(unix)]
pub(crate) fn on_signals(handle: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ] {
        let handle = handle.clone();
        tauri::async_runtime::spawn(async move {
            let Ok(mut signals) = signal(kind) else {
                return;
            };
            while signals.recv().await.is_some() {
                if is_under_way() {
                    // What is in hand is taken back by the next engine.
                    std::process::exit(130);
                }
                end(&handle);
            }
        });
    }
}

#[cfg(not(unix))]
pub(crate) fn on_signals(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            end(&handle);
        }
    });
}
