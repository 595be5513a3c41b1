//! Ctrl-C and its like: the first asks for a clean end, the second ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set when a person, or the system, wants an end.
#[derive(Clone, Default)]
pub(crate) struct Ending(Arc<AtomicBool>);

impl Ending {
    /// Listens from now on.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let ending = Self::default();
        let mine = ending.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::Builder::new()
            .name("sheaf-signals".into())
            .spawn(move || {
                runtime.block_on(async move {
                    loop {
                        if asked().await.is_err() {
                            return;
                        }
                        if mine.0.swap(true, Ordering::AcqRel) {
                            std::process::exit(130);
                        }
                    }
                });
            })?;
        Ok(ending)
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
