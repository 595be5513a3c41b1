//! A search prompt for machines without a display.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use anyhow::Result;

/// Asks for queries until an empty line or the end of input. Does nothing when nobody is at the keyboard.
pub(crate) fn search(sheaf: &Path) -> Result<()> {
    if !io::stdin().is_terminal() {
        return Ok(());
    }
    eprintln!("Type what you look for; an empty line ends.");
    ask(&mut io::stdin().lock(), |query| {
        // A query that finds nothing or is malformed has said so itself; the next one may do better.
        Command::new(sheaf)
            .args(["search", "--"])
            .arg(query)
            .status()
            .map(drop)
    })?;
    Ok(())
}

fn ask(input: &mut dyn BufRead, mut answer: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let mut line = String::new();
    loop {
        eprint!("search> ");
        io::stderr().flush()?;
        line.clear();
        input.read_line(&mut line)?;
        match line.trim() {
            "" => return Ok(()),
            query => answer(query)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(typed: &str) -> Vec<String> {
        let mut asked = Vec::new();
        ask(&mut typed.as_bytes(), |query| {
            asked.push(query.to_owned());
            Ok(())
        })
        .unwrap();
        asked
    }

    #[test]
    fn it_ends_at_an_empty_line_or_the_end_of_input() {
        assert_eq!(
            queries("rent\n  two words \n\nnever\n"),
            ["rent", "two words"]
        );
        assert_eq!(queries("rent"), ["rent"]);
        assert!(queries("").is_empty());
    }
}
