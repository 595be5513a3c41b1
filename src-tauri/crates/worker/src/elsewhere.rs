//! Systems without socket pairs: no children yet. Keeps the crates above compiling.

use crate::{ChildSpec, Locked, Loss, Request, Response, Setup, Task, Work};
use sheaf_document::Fault;
use std::fs::File;
use std::process::ExitCode;

/// Cannot be made on this system.
pub enum Child {}

impl Child {
    /// # Errors
    /// Always [`Loss::Spawn`].
    pub fn spawn(_spec: &ChildSpec) -> Result<Self, Loss> {
        Err(Loss::Spawn("not available on this system yet".to_owned()))
    }

    pub fn call(&mut self, _request: &Request, _file: Option<&File>) -> Result<Response, Loss> {
        match *self {}
    }

    pub fn pid(&self) -> u32 {
        match *self {}
    }

    pub fn rss_bytes(&self) -> u64 {
        match *self {}
    }

    pub fn locked(&self) -> Locked {
        match *self {}
    }

    pub fn kill(&mut self) {
        match *self {}
    }

    pub fn stopper(&self) -> Stopper {
        match *self {}
    }
}

/// Stops nothing.
#[derive(Clone)]
pub enum Stopper {}

impl Stopper {
    pub fn stop(&self) {
        match *self {}
    }
}

pub fn serve(_task: Task) -> ExitCode {
    ExitCode::FAILURE
}

pub fn serve_with<F>(_task: Task, _load: F) -> ExitCode
where
    F: FnOnce(&Setup) -> Result<Box<dyn Work>, Fault>,
{
    ExitCode::FAILURE
}
