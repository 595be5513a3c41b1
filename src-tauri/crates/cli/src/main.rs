//! The `sheaf` command: the engine without a window, and, in a hidden mode, every child process.

mod args;
mod command;
mod output;
mod progress;
mod signals;
mod time;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;

fn main() -> ExitCode {
    if let Some(code) = serve_as_worker() {
        return code;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    if !matches!(cli.command, args::Command::Export { .. }) {
        keep_private();
    }
    command::run(cli)
}

/// Whatever this process makes is its owner's alone, the word index's files too. An exported file is the exception:
/// its mode is what the person's system gives every file.
#[cfg(unix)]
fn keep_private() {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
}

#[cfg(not(unix))]
fn keep_private() {}

/// `sheaf --worker read|index` is how the engine starts its children; people never type it.
fn serve_as_worker() -> Option<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    if args.next()? != "--worker" {
        return None;
    }
    let task = args
        .next()
        .and_then(|word| sheaf_worker::Task::parse(word.to_str()?));
    Some(match task {
        Some(task) => sheaf_worker::serve(task),
        None => ExitCode::from(2),
    })
}
