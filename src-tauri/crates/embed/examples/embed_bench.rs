//! How fast passages become vectors, and what that takes: one JSON line a figure.
//!
//! `embed_bench NAME RUNTIME FOLDER TEXTS OUT`: TEXTS is a text that is cut into passages as pages are; OUT is a folder that
//! gets `texts.json` and `ours.f32`, for whoever compares.

#![expect(clippy::print_stdout, reason = "the figures are the output")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use sheaf_embed::{Embedder, Model, ModelName, Role, passages};

type Failure = Box<dyn std::error::Error>;

/// Passages that are embedded; a text that gives fewer is read again from its beginning.
const PASSAGES: usize = 300;

fn main() -> Result<(), Failure> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [name, runtime, folder, texts, out] = arguments.as_slice() else {
        return Err("needs NAME RUNTIME FOLDER TEXTS OUT".into());
    };
    let name = name
        .to_str()
        .and_then(ModelName::parse)
        .ok_or("no such model")?;
    let text = fs::read_to_string(texts)?;
    let cut = passages(&text).into_iter();
    let cut: Vec<&str> = cut
        .map(|p| &text[p.start as usize..p.end as usize])
        .collect();
    let cut: Vec<&str> = cut
        .iter()
        .copied()
        .cycle()
        .take(PASSAGES.min(4 * cut.len()))
        .collect();
    let begun = Instant::now();
    let mut model = Model::load(runtime, folder, name)?;
    tell("load_ms", begun.elapsed().as_secs_f64() * 1e3);
    tell("loaded_mb", memory_mb("VmRSS:"));
    let (begun, spent) = (Instant::now(), cpu_s());
    let vectors = model.embed(&cut, Role::Passage)?;
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), cpu_s() - spent);
    tell("passages", cut.len() as f64);
    tell("passages_per_cpu_s", cut.len() as f64 / cpu);
    tell("passages_per_s", cut.len() as f64 / wall);
    let begun = Instant::now();
    for question in ["how are passports renewed", "Ausgaben des Senats"] {
        model.embed(&[question], Role::Query)?;
    }
    tell("query_ms", begun.elapsed().as_secs_f64() * 1e3 / 2.0);
    tell("peak_mb", memory_mb("VmHWM:"));
    write(out, name, &cut, &vectors)
}

fn write(out: &Path, name: ModelName, cut: &[&str], vectors: &[Vec<f32>]) -> Result<(), Failure> {
    let prefix = match name {
        ModelName::E5Small => "passage: ",
        ModelName::MiniLm => "",
    };
    let texts: Vec<String> = cut.iter().map(|text| format!("{prefix}{text}")).collect();
    fs::write(out.join("texts.json"), serde_json::to_string(&texts)?)?;
    let numbers = vectors.iter().flatten().flat_map(|x| x.to_le_bytes());
    fs::write(out.join("ours.f32"), numbers.collect::<Vec<u8>>())?;
    Ok(())
}

fn tell(metric: &str, value: f64) {
    println!("{{\"metric\":\"{metric}\",\"value\":{value:.4}}}");
}

/// Processor seconds of this process, all threads; hundredths are as fine as the system tells. 0 where it tells nothing.
fn cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = behind_name.split(' ').skip(11).take(2);
    ticks.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn memory_mb(what: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1e3
}
