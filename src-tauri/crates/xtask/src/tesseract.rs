//! `cargo xtask tesseract`: Tesseract compiled for speed, from the source of the very package that the system offers.
//!
//! Debian compiles with `-O2`, for threads that Sheaf does not use, and with a client for web addresses inside. `-O3`
//! without both takes four fifths of the processor time for the same text. It is linked into the programs, so nothing
//! of it has to be installed where they run.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, thread};

use anyhow::{Context, Result, ensure};

use crate::step::{quiet, step};
use crate::{place, system};

/// What is left out is not used: threads within a page, addresses instead of files, a window for debugging.
const CONFIGURATION: [&str; 10] = [
    "--quiet",
    "--enable-static",
    "--disable-shared",
    "--disable-openmp",
    "--disable-graphics",
    "--disable-doc",
    "--without-curl",
    "--without-archive",
    "CFLAGS=-O3",
    "CXXFLAGS=-O3 -DNDEBUG",
];

/// The environment in which cargo links the Tesseract made here, if one was made.
pub(crate) fn environment() -> Vec<(&'static str, OsString)> {
    const PATH: &str = "PKG_CONFIG_PATH";
    let own = place::tesseract().map(|home| descriptions(&home));
    let Some(own) = own.ok().filter(|own| own.join("tesseract.pc").is_file()) else {
        return Vec::new();
    };
    let set = env::var_os(PATH).unwrap_or_default();
    let others = env::split_paths(&set).filter(|path| !path.as_os_str().is_empty());
    let paths = env::join_paths(std::iter::once(own.clone()).chain(others));
    let paths = paths.unwrap_or_else(|_| own.into());
    // Else the system's, which lies in a folder that other libraries are looked for in, may be taken.
    vec![(PATH, paths), ("TESSERACT_STATIC", "1".into())]
}

/// Makes it once where that can be done; where it cannot, the system's is used, and it is not tried again.
pub(crate) fn offer() -> Result<()> {
    let home = place::tesseract()?;
    let failed = home.with_extension("failed");
    if !can_be_made() || home.exists() || failed.exists() {
        return Ok(());
    }
    eprintln!("   Tesseract is compiled for speed, once; that takes some minutes");
    if let Err(error) = make() {
        eprintln!("   the system's Tesseract is used: {error:#}");
        fs::write(&failed, format!("{error:#}\n")).context("noting that")?;
    }
    Ok(())
}

fn can_be_made() -> bool {
    cfg!(target_os = "linux") && system::debian::is_here()
}

/// Makes it anew, in a folder beside the one where it will lie, so that it is there whole or not at all.
pub(crate) fn make() -> Result<()> {
    ensure!(
        can_be_made(),
        "Only Debian, Ubuntu and their kin are known to offer the source. Sheaf uses the system's Tesseract here."
    );
    system::require_all()?;
    system::require_autotools()?;
    let home = place::tesseract()?;
    let work = home.with_extension("new");
    remove(&work)?;
    fs::create_dir_all(&work)?;
    step("source of Tesseract", || {
        system::debian::source("tesseract", &work)
    })?;
    let built = work.join("built");
    step("compiling Tesseract", || compile(&work, &home, &built))?;
    remove(&home)?;
    fs::rename(built.join(relative(&home)), &home).context("moving it to its place")?;
    remove(&work)?;
    eprintln!(
        "   {}: used by every build from now on; delete it to use the system's again",
        home.display()
    );
    Ok(())
}

/// Compiles for `home`, and installs below `built`.
fn compile(work: &Path, home: &Path, built: &Path) -> Result<()> {
    let source = unpacked(work)?;
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let mut prefix = OsString::from("--prefix=");
    prefix.push(home);
    let mut root = OsString::from("DESTDIR=");
    root.push(built);
    let inside = |program: &str| {
        let mut command = Command::new(program);
        command.current_dir(&source);
        command
    };
    quiet(&mut inside("./autogen.sh"))?;
    quiet(inside("./configure").arg(prefix).args(CONFIGURATION))?;
    quiet(inside("make").arg(format!("-j{jobs}")))?;
    quiet(inside("make").arg("install").arg(root))?;
    // Whoever links the archive has to name what is in no archive. Leptonica is linked for itself.
    let description = descriptions(&built.join(relative(home))).join("tesseract.pc");
    let text = fs::read_to_string(&description).context("what the installation says of itself")?;
    let text = text.replace("-ltesseract", "-ltesseract -lstdc++ -lm -lpthread");
    let lines = text.lines().filter(|line| !line.starts_with("Requires"));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    fs::write(&description, text).context("describing it")
}

/// The folder of the source: the only one there.
fn unpacked(work: &Path) -> Result<PathBuf> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(work)? {
        let path = entry?.path();
        if path.join("autogen.sh").is_file() {
            folders.push(path);
        }
    }
    folders.pop().context("the package has no source in it")
}

fn descriptions(home: &Path) -> PathBuf {
    home.join("lib/pkgconfig")
}

/// An absolute path as one below another folder.
fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
