//! Where results and remarks go: results to stdout, remarks to stderr, JSON as one value.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// How this run speaks.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Output {
    /// Prints one JSON value, or the lines a person reads. A reader that went away ends the printing, not the program.
    pub(crate) fn print<T: Serialize>(
        self,
        value: &T,
        lines: impl FnOnce(&T) -> Vec<String>,
    ) -> anyhow::Result<()> {
        let text = if self.json {
            serde_json::to_string(value)? + "\n"
        } else {
            lines(value).iter().map(|line| clean(line) + "\n").collect()
        };
        let written = std::io::stdout().lock().write_all(text.as_bytes());
        match written {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// A remark for a person.
    pub(crate) fn say(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{}", clean(text));
        }
    }

    /// Progress is drawn for a person at a terminal.
    pub(crate) fn draws(self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }
}

/// File names and texts may hold control characters that would steer the terminal; they are shown, not obeyed.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// An error, with everything behind it.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "sheaf: {}", clean(&format!("{error:#}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\tc"), "a\u{fffd}[2Jb\tc");
    }
}
