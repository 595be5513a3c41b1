//! `cargo xtask torture`: processes are killed and frozen at random for as long as one likes; nothing may be lost or done
//! twice, without the fence it must fail, and a library must be what its watched folder is. `cargo xtask test` does the same for some seconds.

use std::ffi::OsString;

use anyhow::{Context, Result, bail};

use crate::build::{cargo, set_up};
use crate::step::{run, step};

const MINUTES: u64 = 10;
/// Package, test program and test.
const LOOPS: [(&str, &str, &str); 3] = [
    ("sheaf-queue", "crash_loop", "torture"),
    ("sheaf-cli", "torture", "torture_for_some_minutes"),
    (
        "sheaf-cli",
        "watching",
        "model::whatever_happens_for_some_minutes_the_library_is_what_the_tree_is",
    ),
];

/// A third of the time each goes to the queue alone, to whole engines with their children, and to watched folders.
pub(crate) fn torture(arguments: &[OsString]) -> Result<()> {
    let minutes = minutes(arguments)?;
    set_up()?;
    for (package, program, test) in LOOPS {
        step(&format!("torture of {package}, {program}"), || {
            let words = [
                "test", "-p", package, "--test", program, "--", "--exact", test,
            ];
            let each = minutes.div_ceil(LOOPS.len() as u64);
            run(cargo()
                .args(words)
                .args(["--ignored", "--nocapture"])
                .env("SHEAF_TORTURE_MINUTES", each.to_string()))
        })?;
    }
    eprintln!("\nnothing lost, nothing done twice");
    Ok(())
}

fn minutes(arguments: &[OsString]) -> Result<u64> {
    match arguments {
        [] => Ok(MINUTES),
        [flag, number] if flag == "--minutes" => {
            let number = number.to_str().and_then(|text| text.parse().ok());
            number
                .filter(|n| (1..=10_000).contains(n))
                .context("--minutes takes a number from 1 to 10000")
        }
        _ => bail!("torture takes nothing but --minutes N"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> Option<u64> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        minutes(&words).ok()
    }

    #[test]
    fn torture_takes_minutes_and_nothing_else() {
        assert_eq!(asked(&[]), Some(MINUTES));
        assert_eq!(asked(&["--minutes", "3"]), Some(3));
        for wrong in [
            &["--minutes"][..],
            &["--minutes", "0"],
            &["--minutes", "x"],
            &["3"],
        ] {
            assert_eq!(asked(wrong), None, "{wrong:?}");
        }
    }
}
