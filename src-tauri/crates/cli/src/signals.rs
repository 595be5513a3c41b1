//! Ctrl-C and its like: the first asks for a clean end, the second ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set when a person, or the system, wants an end.
#[derive(Clone, Default)]
pub(crate) struct Ending(Arc<AtomicBool>);

impl Ending {
    /// Listens from now on: a signal that comes after this call ends nothing by itself.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let ending = Self::default();
        let mine = ending.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut asked = {
            let _entered = runtime.enter();
            Asked::listen()?
        };
        std::thread::Builder::new()
            .name("sheaf-signals".into())
            .spawn(move || {
                runtime.block_on(async move {
                    while asked.next().await {
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

/// The signals that ask for an end.
#[cfg(unix)]
struct Asked {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Asked {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one; `false` when none can come any more.
    async fn next(&mut self) -> bool {
        tokio::select! {
            came = self.interrupt.recv() => came.is_some(),
            came = self.terminate.recv() => came.is_some(),
            came = self.hangup.recv() => came.is_some(),
        }
    }
}

/// The signals that ask for an end.
#[cfg(windows)]
struct Asked {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Asked {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_close};
        Ok(Self {
            interrupt: ctrl_c()?,
            close: ctrl_close()?,
        })
    }

    /// Waits for the next one; `false` when none can come any more.
    async fn next(&mut self) -> bool {
        tokio::select! {
            came = self.interrupt.recv() => came.is_some(),
            came = self.close.recv() => came.is_some(),
        }
    }
}
