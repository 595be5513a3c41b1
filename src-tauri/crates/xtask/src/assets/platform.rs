//! Names of platforms in the lock file: `linux-x64`, `macos-arm64`, `windows-x64`, …

use std::env::consts::{ARCH, OS};
use std::fmt;

#[derive(Debug, Clone, Copy)]
pub(super) struct Platform {
    system: &'static str,
    processor: &'static str,
}

impl Platform {
    /// The one this program was built for.
    pub(super) fn here() -> Platform {
        let processor = match ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        Platform {
            system: OS,
            processor,
        }
    }

    #[cfg(test)]
    pub(super) fn named(name: &'static str) -> Platform {
        let (system, processor) = name.split_once('-').unwrap();
        Platform { system, processor }
    }

    /// An artifact is for one platform, for a system on any processor, or for "any".
    pub(super) fn fits(self, wanted: &str) -> bool {
        wanted == "any" || wanted == self.system || wanted == self.to_string()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}-{}", self.system, self.processor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_for_another_platform_does_not_fit() {
        let linux = Platform::named("linux-x64");
        for wanted in ["any", "linux", "linux-x64"] {
            assert!(linux.fits(wanted), "{wanted}");
        }
        for other in ["linux-arm64", "macos", "windows-x64", "x64", ""] {
            assert!(!linux.fits(other), "{other:?}");
        }
    }
}
