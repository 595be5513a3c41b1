//! Set-up and the two ways of calling cargo.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::assets::{self, Trust};
use crate::step::{run, step};
use crate::{place, system, ui};

/// Everything that has to be there before cargo is called.
pub(crate) fn set_up() -> Result<()> {
    system::require_all()?;
    step("assets", || assets::install(Trust::Stamps, &[]))?;
    ui::prepare()
}

/// Builds all programs optimised. This one is left out: it is running.
pub(crate) fn release() -> Result<()> {
    let words = "build --release --workspace --exclude xtask";
    step("cargo build --release", || {
        run(cargo().args(words.split(' ')))
    })
}

/// Builds the `sheaf` command optimised.
pub(crate) fn cli() -> Result<()> {
    run(cargo().args("build --release --quiet -p sheaf-cli".split(' ')))
}

/// Measures with an optimised build; its figures go to standard output.
pub(crate) fn bench(krate: &str, name: &str, arguments: &[OsString]) -> Result<()> {
    let words = "run --release --quiet -p";
    run(cargo()
        .args(words.split(' '))
        .args([krate, "--example", name, "--"])
        .args(arguments))
}

/// Builds the `sheaf` program alone, optimised; where it lies.
pub(crate) fn sheaf() -> Result<PathBuf> {
    let words = "build --release --quiet -p sheaf-cli";
    run(cargo().args(words.split(' ')))?;
    let name = format!("sheaf{}", env::consts::EXE_SUFFIX);
    Ok(place::release().join(name))
}

/// The cargo that started this program, in the repository's folder.
pub(crate) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.current_dir(place::repository());
    cargo
}
