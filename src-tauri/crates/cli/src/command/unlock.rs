//! Working with passwords. They are read from a file or from standard input, never from the command line, and stay in
//! the memory of this process.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use sheaf_engine::{Engine, Password, Role, Working};
use zeroize::Zeroizing;

use super::Usage;
use crate::output::Output;
use crate::progress::follow;
use crate::signals::Ending;

/// Becomes the engine, gives it work and stays until nothing is left to do.
///
/// # Errors
/// Before anything is given, when another process is the engine: it would not have the passwords.
pub(super) fn work_with<T>(
    engine: &Engine,
    passwords: &Path,
    output: Output,
    give: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    for password in read(passwords)? {
        engine.unlock(password);
    }
    let ending = Ending::listen()?;
    let working = engine.work()?;
    if let Role::StandingBy { pid } = settled_role(&working, &ending) {
        bail!(
            "Another Sheaf (process {pid}) is working on this library and would not have the password. Nothing was done. \
             Enter it there, or end that process and try again."
        );
    }
    let given = give()?;
    let end = follow(engine, &working, &ending, true, output);
    working.stop();
    end?;
    Ok(given)
}

/// Once it is known whether this process works or stands by.
fn settled_role(working: &Working, ending: &Ending) -> Role {
    loop {
        let role = working.role();
        if role != Role::Starting || working.trouble().is_some() || ending.is_asked() {
            return role;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// One password a line; `-` is standard input.
fn read(file: &Path) -> anyhow::Result<Vec<Password>> {
    let mut bytes = Zeroizing::new(Vec::new());
    if file.as_os_str() == "-" {
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.context("the password on standard input")?;
    } else {
        let read = std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes));
        read.with_context(|| format!("the password file {}", file.display()))?;
    }
    let text = std::str::from_utf8(&bytes).context("the password is not UTF-8")?;
    let passwords: Vec<Password> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| Password::new(line.to_owned()))
        .collect();
    if passwords.is_empty() {
        return Err(Usage("The password file is empty.".to_owned()).into());
    }
    Ok(passwords)
}
