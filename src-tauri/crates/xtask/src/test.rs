//! `cargo xtask test`: every check, in the order in which failures are cheapest. CI calls this.

use anyhow::Result;

use crate::build::{cargo, set_up};
use crate::step::{run, step};
use crate::{system, ui, window};

const CARGO_CHECKS: [&str; 3] = [
    "fmt --all --check",
    "clippy --workspace --all-targets -- -D warnings",
    "test --workspace",
];

/// Stops at the first check that fails.
pub(crate) fn test() -> Result<()> {
    set_up()?;
    system::require_pdf_tools()?;
    for words in CARGO_CHECKS {
        step(&format!("cargo {words}"), || {
            run(cargo().args(words.split(' ')))
        })?;
    }
    ui::check()?;
    window::test()?;
    eprintln!("\nall checks passed");
    Ok(())
}
