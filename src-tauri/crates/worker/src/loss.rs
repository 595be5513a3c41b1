//! How a child was lost. After any of these it is dead and reaped.

use sheaf_document::{Code, Fault};

/// Why there is no child any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// The system did not start it.
    #[error("the worker could not be started: {0}")]
    Spawn(String),
    /// It started, but lacks what its task needs (such as the model).
    #[error("{0}")]
    Unready(Fault),
    /// It ended on its own.
    #[error("the worker ended on its own ({}){}", ending(*signal, *exit), after_colon(said))]
    Crashed {
        signal: Option<i32>,
        exit: Option<i32>,
        /// The end of what it wrote to its standard error: at most 4 KiB, maybe nothing.
        said: String,
    },
    /// It needed more than this time, on the wall or on the processors.
    #[error("the worker gave no answer in {seconds} s")]
    TimedOut { seconds: u64 },
    /// It needed more than `limit` bytes of memory.
    #[error("the worker needed more than {} MiB of memory", limit >> 20)]
    OutOfMemory { limit: u64 },
    /// It said something that is not the protocol.
    #[error("the worker's answer makes no sense: {0}")]
    Garbage(String),
}

impl Loss {
    /// The code for the world.
    pub fn code(&self) -> Code {
        match self {
            Self::Spawn(_) => Code::WorkerUnavailable,
            Self::Unready(fault) => fault.code,
            Self::Crashed { .. } => Code::WorkerCrashed,
            Self::TimedOut { .. } => Code::TimedOut,
            Self::OutOfMemory { .. } => Code::OutOfMemory,
            Self::Garbage(_) => Code::WorkerGarbage,
        }
    }
}

impl From<Loss> for Fault {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Unready(fault) => fault,
            other => Self::new(other.code(), other.to_string()),
        }
    }
}

fn ending(signal: Option<i32>, exit: Option<i32>) -> String {
    match (signal, exit) {
        (Some(signal), _) => format!("signal {signal}"),
        (None, Some(exit)) => format!("exit code {exit}"),
        (None, None) => "unknown end".to_owned(),
    }
}

fn after_colon(said: &str) -> String {
    match said.trim().lines().last() {
        Some(line) => format!(": {line}"),
        None => String::new(),
    }
}
