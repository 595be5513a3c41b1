//! `cargo xtask`: everything a person or CI types to set up, run and check Sheaf.
//!
//! It stands on the tools of the machine (cargo, python3, npm, apt-get) and depends on no crate of the
//! workspace, so that it compiles first and fast.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for the terminal; progress goes to stderr"
)]

mod assets;
mod bench;
mod bench_watch;
mod build;
mod place;
mod prompt;
mod python;
mod queue;
mod reading;
mod run;
mod step;
mod system;
mod tesseract;
mod test;
mod torture;
mod ui;
mod window;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [PATH…]        set up, build, and open Sheaf; PATHs are added to the library
  test               set up, then run every check that CI runs
  bench queue [DIR]  measure the queue and two others on the disk of DIR, one JSON line a figure
  bench watch [DIR [FILES]]
                     measure watched folders below DIR beside find (100,000 files)
  bench reading [DIR] measure reading beside tesseract, ocrmypdf and pdftotext, on DIR or on pages made for it
  bench retrieval DIR [LIBRARY]
                     how well search finds what was judged relevant in DIR (corpus.jsonl, queries.jsonl, qrels.tsv);
                     LIBRARY keeps what was loaded for the next run
  bench search [--pages N] [--folder DIR]
                     how fast search is in a made-up library of N pages (20000), and what it costs
  bench embed [FILE]
                     how fast the passages of a text become vectors, against Python's fastembed
  torture [--minutes N]
                     kill and freeze processes at random for N minutes (10); nothing may be lost
  pictures           take the pictures of the window in docs/pictures anew
  tesseract          compile Tesseract for speed; every later build has it inside (Debian and its kin)
  assets [--verify]  fetch or repair models, libraries and OCR data; --verify reads every byte again,
                     --with NAME adds an optional one (tessdata-eng-best)";

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[OsString]) -> Result<()> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.to_str().unwrap_or_default(), rest),
        None => ("help", arguments),
    };
    match (command, rest) {
        ("run", paths) => run::run(paths),
        ("test", []) => test::test(),
        ("bench", [what, folder @ ..]) if what == "queue" && folder.len() < 2 => {
            queue::bench_queue(folder)
        }
        ("bench", [what, folder @ ..]) if what == "reading" && folder.len() < 2 => {
            reading::bench_reading(folder)
        }
        ("bench", [what, set, library @ ..]) if what == "retrieval" && library.len() < 2 => {
            bench::retrieval(set, library)
        }
        ("bench", [what, options @ ..]) if what == "search" && options.len() < 5 => {
            bench::search(options)
        }
        ("bench", [what, texts @ ..]) if what == "embed" && texts.len() < 2 => bench::embed(texts),
        ("torture", rest) => torture::torture(rest),
        ("bench", [what, rest @ ..]) if what == "watch" && rest.len() < 3 => {
            bench_watch::bench(rest)
        }
        ("pictures", []) => build::set_up().and_then(|()| window::pictures()),
        ("tesseract", []) => tesseract::make(),
        ("assets", []) => assets_only(assets::Trust::Stamps, &[]),
        ("assets", [flag]) if flag == "--verify" => assets_only(assets::Trust::Nothing, &[]),
        ("assets", [flag, name]) if flag == "--with" => {
            let name = name.to_string_lossy().into_owned();
            assets_only(assets::Trust::Stamps, &[name])
        }
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown command or argument\n\n{USAGE}"),
    }
}

fn assets_only(trust: assets::Trust, with: &[String]) -> Result<()> {
    system::require(&[system::PYTHON])?;
    assets::install(trust, with)
}
