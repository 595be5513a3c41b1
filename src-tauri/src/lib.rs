//! The window: the only code that knows Tauri. Every command is one call to the engine; what the engine does by itself
//! comes as an event.

mod app;
mod arrival;
mod bindings;
mod commands;
mod dragging;
mod ending;
mod event;
mod pages;
mod start;

pub use start::run;
