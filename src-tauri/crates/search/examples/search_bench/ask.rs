//! Questions of every kind, with and without a filter that lets one document in a hundred through.

use std::time::Instant;

use sheaf_document::Fault;
use sheaf_search::{Filter, Mode, Query, QueryEmbedder, Searcher, Sort};
use sheaf_store::Library;

use crate::chance::Chance;
use crate::fill::{FEW, World};
use crate::{Failure, milliseconds, tell_spread};

/// Questions of each kind.
const RUNS: usize = 200;

/// Makes up what is asked.
type Words = fn(&World, &mut Chance) -> String;

/// Milliseconds of the processor that all threads have had: on a machine that does much else it says more than the clock.
#[cfg(unix)]
fn cpu_ms() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    spent.tv_sec as f64 * 1e3 + spent.tv_nsec as f64 / 1e6
}

#[cfg(not(unix))]
fn cpu_ms() -> f64 {
    0.0
}

/// A model that answers at once.
pub(crate) struct Near(pub(crate) Vec<f32>);

impl QueryEmbedder for Near {
    fn embed_query(&mut self, _text: &str) -> Result<Vec<f32>, Fault> {
        Ok(self.0.clone())
    }
}

pub(crate) fn words(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        mode: Mode::Words,
        limit: 10,
        filter: Filter::default(),
        sort: Sort::Relevance,
    }
}

pub(crate) fn meaning() -> Query {
    Query {
        mode: Mode::Meaning,
        ..words("whatever it means")
    }
}

pub(crate) fn all(library: &Library, world: &World) -> Result<(), Failure> {
    let mut searcher = Searcher::open(library)?;
    let mut chance = Chance::new(99);
    let kinds: [(&str, Mode, Words); 8] = [
        ("rare", Mode::Words, rare),
        ("common", Mode::Words, common),
        ("and_3", Mode::Words, three),
        ("phrase", Mode::Words, phrase),
        ("prefix", Mode::Words, prefix),
        ("or_8_common", Mode::Words, eight),
        ("meaning", Mode::Meaning, three),
        ("both", Mode::Hybrid, three),
    ];
    for (name, mode, text) in kinds {
        for (filtered, collection) in [("", None), ("_1_percent", Some(FEW.to_owned()))] {
            let (mut took, mut spent) = (Vec::new(), Vec::new());
            for n in 0..RUNS {
                let mut query = words(&text(world, &mut chance));
                query.mode = mode;
                query.filter.collection.clone_from(&collection);
                let mut near = Near(world.question(n as u64));
                let (begun, before) = (Instant::now(), cpu_ms());
                let found = searcher.search(&query, Some(&mut near))?;
                // The first question with a filter finds out what it lets through; the others ask the same again.
                took.push(milliseconds(begun));
                spent.push(cpu_ms() - before);
                assert!(found.hits.len() <= 10);
            }
            tell_spread(&format!("{name}{filtered}"), took);
            tell_spread(&format!("{name}{filtered}_cpu"), spent);
        }
    }
    Ok(())
}

/// What may be typed next, after three letters.
pub(crate) fn suggestions(library: &Library, world: &World) -> Result<(), Failure> {
    let mut searcher = Searcher::open(library)?;
    let mut chance = Chance::new(5);
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let word = world.word(100 + chance.below(20_000));
        let begun = Instant::now();
        searcher.suggest(&word[..3.min(word.len())], 4)?;
        took.push(milliseconds(begun));
    }
    tell_spread("suggest", took);
    Ok(())
}

fn rare(world: &World, chance: &mut Chance) -> String {
    world.word(20_000 + chance.below(100_000))
}

fn common(world: &World, chance: &mut Chance) -> String {
    world.word(chance.below(10))
}

fn three(world: &World, chance: &mut Chance) -> String {
    let words = [50, 500, 5_000].map(|most| world.word(most / 5 + chance.below(most)));
    words.join(" AND ").replace(" AND ", " ")
}

fn phrase(world: &World, chance: &mut Chance) -> String {
    let text = world.text(chance.below(world.documents() as usize) as u32, 3);
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = chance.below(words.len() - 2);
    format!("\"{} {}\"", words[at], words[at + 1])
}

fn prefix(world: &World, chance: &mut Chance) -> String {
    let word = world.word(2_000 + chance.below(20_000));
    format!("{}*", &word[..4.min(word.len())])
}

fn eight(world: &World, chance: &mut Chance) -> String {
    let mut words: Vec<String> = (0..3).map(|_| world.word(chance.below(10))).collect();
    words.extend((0..5).map(|_| world.word(100 + chance.below(5_000))));
    words.join(" OR ")
}
