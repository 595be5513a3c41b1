//! macOS, Windows and Linux without apt-get: nothing is installed, one message says what is missing.

use std::process::Command;

use anyhow::{Result, bail};

use super::{Check, Need, has_program, has_python};
use crate::step::succeeds;

pub(super) fn explain(needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !is_met(need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("please install, then run this again:\n{}", advice(&missing));
}

fn is_met(need: &Need) -> bool {
    match need.check {
        Check::PythonWithVenv => has_python(),
        // The compilers of Windows are found by cargo itself, and libraries by vcpkg.
        Check::Program("cc" | "pkg-config") if cfg!(windows) => true,
        Check::Program(name) | Check::ProgramAndMore(name) => has_program(name),
        Check::Library(_) if cfg!(windows) => std::env::var_os("VCPKG_ROOT").is_some(),
        Check::Library(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
    }
}

fn advice(missing: &[&Need]) -> String {
    let line = |need: &&Need| {
        let how = if cfg!(windows) {
            need.windows.to_owned()
        } else if cfg!(target_os = "macos") {
            format!("brew install {}", need.brew)
        } else {
            format!("what Debian calls {}", need.debian.join(" "))
        };
        format!("  {how}   (needed {})", need.why)
    };
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::PYTHON;
    use super::*;

    #[test]
    fn the_advice_says_what_and_why() {
        let text = advice(&[&PYTHON]);
        assert!(text.to_lowercase().contains("python"), "{text}");
        assert!(text.contains("to fetch and convert models"), "{text}");
    }
}
