//! How fast search is in a large library, and what it costs: one JSON line a figure.
//!
//! `cargo xtask bench search --pages N [--folder DIR]`. The library is made up: pages of 400 words that are as common as
//! words are (Zipf), ten pages a document, two or three passages a page, vectors in clusters around a common direction as
//! those of real models are. It is filled through the store, followed and searched by the code that a real one is. The
//! question's vector is given, so the time of the model is not in the figures of `meaning` and `both`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures go to standard output, progress to the other"
)]

mod ask;
mod chance;
mod fill;
mod recall;

use std::path::{Path, PathBuf};
use std::time::Instant;

use sheaf_search::{Follower, Searcher, Vectors};
use sheaf_store::Library;
use sheaf_store::table::vectors;

use crate::fill::World;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let (pages, folder) = arguments()?;
    let home = match folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let world = World::new(pages);
    fill(home.path(), &world)?;
    start(home.path(), &world)?;
    let library = Library::open(home.path())?;
    ask::all(&library, &world)?;
    ask::suggestions(&library, &world)?;
    recall::at_10(&library, &world)?;
    change(&library, &world)?;
    tell(
        "disk_mb_library",
        megabytes(&home.path().join("library.db")),
    );
    tell("disk_mb_words", megabytes(&home.path().join("words")));
    Ok(())
}

fn arguments() -> Result<(u32, Option<PathBuf>), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (mut pages, mut folder) = (20_000, None);
    while let Some(flag) = arguments.next() {
        let value = arguments.next().ok_or(format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--pages" => pages = value.parse()?,
            "--folder" => folder = Some(PathBuf::from(value)),
            _ => return Err(format!("unknown argument {flag}").into()),
        }
    }
    Ok((pages, folder))
}

pub(crate) fn tell(metric: &str, value: f64) {
    println!("{{\"metric\":\"{metric}\",\"value\":{value:.3}}}");
}

/// The figures of many runs in milliseconds.
pub(crate) fn tell_spread(metric: &str, mut took: Vec<f64>) {
    took.sort_by(f64::total_cmp);
    for percent in [50, 95, 99] {
        let at = (took.len() * percent / 100).min(took.len().saturating_sub(1));
        tell(&format!("{metric}_ms_p{percent}"), took[at]);
    }
}

pub(crate) fn milliseconds(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

fn fill(home: &Path, world: &World) -> Result<(), Failure> {
    let begun = Instant::now();
    let library = Library::open(home)?;
    world.fill(&library)?;
    tell("pages", f64::from(world.pages));
    tell("passages", f64::from(world.passages()));
    tell("fill_s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let model = vectors::active_model(&*library.read()?)?
        .ok_or("no model")?
        .0;
    let blocks = sheaf_search::seal(&library, model, |after, block| {
        library.write(move |tx| vectors::seal(tx, after, &block))
    })?;
    tell("seal_s", begun.elapsed().as_secs_f64());
    tell("blocks", f64::from(blocks));
    let begun = Instant::now();
    let mut follower = Follower::new(&library)?.ok_or("somebody writes the index")?;
    while follower.step()? > 0 {
        eprintln!("indexing words: {:.0} s", begun.elapsed().as_secs_f64());
    }
    tell("words_s", begun.elapsed().as_secs_f64());
    Ok(())
}

/// What a new process waits for.
fn start(home: &Path, world: &World) -> Result<(), Failure> {
    let begun = Instant::now();
    let library = Library::open(home)?;
    let mut searcher = Searcher::open(&library)?;
    let found = searcher.search(&ask::words(&world.word(3_000)), None)?;
    tell("first_words_ms", milliseconds(begun));
    assert!(!found.hits.is_empty(), "a word that was written is found");
    let begun = Instant::now();
    let found = searcher.search(&ask::meaning(), Some(&mut ask::Near(world.question(1))))?;
    tell("first_meaning_ms", milliseconds(begun));
    assert!(!found.hits.is_empty(), "a vector that was stored is found");
    let mut vectors = Vectors::new();
    vectors.refresh(&*library.read()?)?;
    tell("vectors_memory_mb", vectors.memory() as f64 / 1e6);
    Ok(())
}

/// What adding and taking away cost while a searcher is open.
fn change(library: &Library, world: &World) -> Result<(), Failure> {
    let mut searcher = Searcher::open(library)?;
    let (mut inserted, mut found, mut removed, mut missed) = (vec![], vec![], vec![], vec![]);
    let mut floor = Vec::new();
    for n in 0..20 {
        let word = format!("zzqnew{}", ["a", "b", "c", "d"][n % 4].repeat(n + 1));
        let begun = Instant::now();
        let document = world.add(library, n as u32, Some(&word))?;
        inserted.push(milliseconds(begun));
        let begun = Instant::now();
        let hits = searcher.search(&ask::words(&word), None)?.hits;
        found.push(milliseconds(begun));
        assert!(
            hits.iter().any(|hit| hit.document == document),
            "new is found"
        );
        // As little as one transaction can write: the disk's own time.
        let begun = Instant::now();
        library.write(move |tx| {
            sheaf_store::table::collections::put(tx, document, "floor", 1).map(drop)
        })?;
        floor.push(milliseconds(begun));
        let begun = Instant::now();
        library.write(move |tx| sheaf_store::table::documents::remove(tx, document, 1))?;
        removed.push(milliseconds(begun));
        let begun = Instant::now();
        let hits = searcher.search(&ask::words(&word), None)?.hits;
        missed.push(milliseconds(begun));
        assert!(hits.is_empty(), "what was taken away is gone at once");
    }
    tell_spread("insert_10_pages", inserted);
    tell_spread("search_after_insert", found);
    tell_spread("commit_floor", floor);
    tell_spread("delete", removed);
    tell_spread("search_after_delete", missed);
    tell("resident_mb", resident_mb());
    Ok(())
}

fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1e3
}

fn megabytes(path: &Path) -> f64 {
    let one = |path: &Path| path.metadata().map_or(0, |meta| meta.len());
    let bytes: u64 = match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| one(&entry.path())).sum(),
        Err(_) => one(path),
    };
    bytes as f64 / 1e6
}
