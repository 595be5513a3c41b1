//! Set-up and the two ways of calling cargo.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::assets::{self, Trust};
use crate::step::{run, step};
use crate::{place, system, tesseract, ui};

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
        run(cargo().args(words.split(' ')))?;
        refuse_rehearsals(&place::release())
    })
}

/// What tests can make go wrong on purpose is in no release build.
fn refuse_rehearsals(folder: &Path) -> Result<()> {
    const SWITCH: &[u8] = b"SHEAF_REHEARSE";
    for name in ["sheaf", "sheaf-app"] {
        let program = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        let bytes = fs::read(&program).with_context(|| program.display().to_string())?;
        if bytes.windows(SWITCH.len()).any(|part| part == SWITCH) {
            bail!("{} has switches for tests in it", program.display());
        }
    }
    Ok(())
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
    cargo.envs(tesseract::environment());
    cargo
}
