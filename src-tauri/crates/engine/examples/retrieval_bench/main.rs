//! How well search finds what people judged relevant: one JSON line a figure, for a folder in the form of BEIR
//! (Thakur et al. 2021, arXiv:2104.08663).
//!
//! `cargo xtask bench retrieval FOLDER [LIBRARY]`. Every document becomes a text file, its title the first line, and goes
//! the way of any file: added, read by children, embedded by children, asked for with [`Engine::search`]. With LIBRARY
//! the loaded library stays there, and a second run only asks.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures go to standard output, progress to the other"
)]

mod load;
mod measure;
mod set;

use std::path::PathBuf;
use std::time::Instant;

use sheaf_engine::{Engine, Filter, Mode, Query, Sort};

use crate::load::{Shelved, load};
use crate::measure::{Figures, Judged};
use crate::set::Set;

type Failure = Box<dyn std::error::Error>;

/// Recall is taken at this rank, so a search answers so many documents.
const DEPTH: usize = 100;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(program), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("needs the sheaf program and the folder of a set".into());
    };
    if !program.is_file() {
        return Err(format!("there is no program {}", program.display()).into());
    }
    let set = Set::read(&folder)?;
    let temporary = tempfile::tempdir()?;
    let home = match arguments.next() {
        Some(home) => std::path::absolute(home)?,
        None => temporary.path().to_owned(),
    };
    let begun = Instant::now();
    let (engine, shelved) = load(&home, program, &set)?;
    let stats = engine.stats()?;
    if stats.documents == 0 {
        return Err("no document of the set could be read".into());
    }
    if stats.failed > 0 {
        eprintln!("{} documents could not be read or indexed", stats.failed);
    }
    tell("passages", stats.passages as f64);
    tell("documents", set.documents.len() as f64);
    tell("queries", set.queries.len() as f64);
    tell("load_s", begun.elapsed().as_secs_f64());
    for (name, mode) in [
        ("words", Mode::Words),
        ("meaning", Mode::Meaning),
        ("both", Mode::Hybrid),
    ] {
        let (figures, took) = ask(&engine, &shelved, &set, mode)?;
        tell(&format!("ndcg_at_10_{name}"), figures.ndcg_at_10());
        tell(&format!("recall_at_100_{name}"), figures.recall_at_100());
        tell(&format!("mrr_at_10_{name}"), figures.mrr_at_10());
        tell(&format!("query_ms_p50_{name}"), percentile(&took, 50));
        tell(&format!("query_ms_p95_{name}"), percentile(&took, 95));
    }
    Ok(())
}

fn tell(metric: &str, value: f64) {
    println!("{{\"metric\":\"{metric}\",\"value\":{value:.4}}}");
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// Asks every query; the figures, and the milliseconds that the searches took, rising.
fn ask(
    engine: &Engine,
    shelved: &Shelved,
    set: &Set,
    mode: Mode,
) -> Result<(Figures, Vec<f64>), Failure> {
    let (mut figures, mut took) = (Figures::default(), Vec::new());
    for (n, (id, text)) in set.queries.iter().enumerate() {
        let begun = Instant::now();
        let results = engine.search(&Query {
            // What people judged is a question in plain words, not in a query language.
            text: sheaf_engine::plain_words(text),
            mode,
            limit: DEPTH,
            filter: Filter::default(),
            sort: Sort::Relevance,
        })?;
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        if let (Some(note), 0) = (&results.note, n) {
            return Err(format!("{mode:?}: {note}").into());
        }
        let found = results.hits.iter().flat_map(|hit| shelved.ids(&hit.path));
        // A set whose queries are documents of it does not count a document as an answer to itself.
        let ranked: Vec<&str> = found.filter(|found| found != id).take(DEPTH).collect();
        figures.add(&Judged::of(&ranked, &set.judgements[id]));
        if n % 100 == 99 {
            eprintln!("{mode:?}: {} of {} queries", n + 1, set.queries.len());
        }
    }
    took.sort_by(f64::total_cmp);
    Ok((figures, took))
}
