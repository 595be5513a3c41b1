//! Running other programs, with a line before and how long it took after.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// Runs `work` as one named step of a longer job.
pub(crate) fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    eprintln!("── {name}");
    let started = Instant::now();
    let result = work().with_context(|| format!("failed: {name}"));
    let took = started.elapsed().as_secs_f32();
    let end = if result.is_ok() { "done" } else { "FAILED" };
    eprintln!("── {name}: {end} in {took:.1} s");
    result
}

/// Runs a program whose output the person sees.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| missing(command))?;
    if !status.success() {
        bail!("{}: {status}", shown(command));
    }
    Ok(())
}

/// Runs a program quietly; its output appears only in the error.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| missing(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}\n{}", shown(command), output.status, said.trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// True when the program is there and ends well; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    quiet(command).is_ok()
}

fn missing(command: &Command) -> String {
    format!("cannot start {}", command.get_program().to_string_lossy())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
