//! `watch`: folders that are followed.

use std::path::Path;

use serde_json::{Value, json};
use sheaf_engine::{Engine, FolderAnswer, LeftOutAnswer, Links, WatchRules};

use super::add::work;
use super::look::word_times;
use super::{Done, Usage};
use crate::args::{LinksArg, WatchAddArgs, WatchCommand};
use crate::output::Output;
use crate::time;

/// Left-out paths that one list names at most.
const LISTED: u32 = 100_000;

pub(super) fn run(engine: &Engine, command: WatchCommand, output: Output) -> anyhow::Result<Done> {
    match command {
        WatchCommand::Add(args) => add(engine, args, output),
        WatchCommand::List { left_out } => list(engine, left_out, output),
        WatchCommand::Remove { folder, forget } => remove(engine, &folder, forget, output),
        WatchCommand::Scan { folder, wait } => scan(engine, folder.as_deref(), wait, output),
    }
}

fn add(engine: &Engine, args: WatchAddArgs, output: Output) -> anyhow::Result<Done> {
    let (folder, wait) = (args.folder.clone(), args.wait);
    let rules = rules(args)?;
    let mut answer = engine.watch(&folder, &rules)?;
    if wait {
        work(engine, true, output)?;
        let folders = engine.folders()?;
        let now = folders.into_iter().find(|one| one.watch == answer.watch);
        answer = now.unwrap_or(answer);
    }
    let left_out = engine.left_out(answer.watch, LISTED)?;
    output.print(&value(&answer, &left_out)?, |_| {
        let mut lines = lines(&answer);
        if !wait && answer.state == "waiting" {
            lines.push("  It is looked through as soon as a Sheaf works: `sheaf run`.".to_owned());
        }
        lines
    })?;
    Ok(Done::Well)
}

fn rules(args: WatchAddArgs) -> anyhow::Result<WatchRules> {
    let max_bytes = args
        .max_mb
        .checked_mul(1 << 20)
        .ok_or_else(|| Usage(format!("{} MB are more than any file has", args.max_mb)))?;
    let ending = |kind: String| kind.trim().trim_start_matches('.').to_lowercase();
    Ok(WatchRules {
        ignore: args.ignore,
        max_bytes,
        kinds: args
            .kinds
            .into_iter()
            .map(ending)
            .filter(|kind| !kind.is_empty())
            .collect(),
        hidden: args.hidden,
        links: match args.links {
            LinksArg::Files => Links::Files,
            LinksArg::All => Links::All,
            LinksArg::None => Links::None,
        },
        depth: args.depth,
    })
}

fn list(engine: &Engine, name_left_out: bool, output: Output) -> anyhow::Result<Done> {
    let mut rows = Vec::new();
    for folder in engine.folders()? {
        let left_out = engine.left_out(folder.watch, LISTED)?;
        rows.push((folder, left_out));
    }
    let values = rows
        .iter()
        .map(|(folder, left_out)| value(folder, left_out))
        .collect::<anyhow::Result<Vec<_>>>()?;
    output.print(&values, |_| {
        if rows.is_empty() {
            return vec!["No folder is watched. `sheaf watch add DIR` begins.".to_owned()];
        }
        let lines = |(folder, left_out): &(FolderAnswer, Vec<LeftOutAnswer>)| {
            let mut lines = lines(folder);
            if name_left_out {
                let named = left_out.iter();
                lines.extend(named.map(|one| format!("    {}  {}", one.path, one.message)));
            }
            lines
        };
        rows.iter().flat_map(lines).collect()
    })?;
    Ok(Done::Well)
}

fn remove(engine: &Engine, folder: &Path, forget: bool, output: Output) -> anyhow::Result<Done> {
    let left = engine.unwatch(folder, forget)?;
    let answer = json!({ "path": folder.to_string_lossy(), "removed": true, "forgotten": left });
    output.print(&answer, |_| {
        let rest = match forget {
            true => format!("{left} documents left the library; the files stay where they are"),
            false => "its documents stay in the library".to_owned(),
        };
        vec![format!("{}  no longer watched; {rest}", folder.display())]
    })?;
    Ok(Done::Well)
}

fn scan(
    engine: &Engine,
    folder: Option<&Path>,
    wait: bool,
    output: Output,
) -> anyhow::Result<Done> {
    let mut folders = engine.scan(folder)?;
    if wait {
        work(engine, true, output)?;
        let asked: Vec<_> = folders.iter().map(|one| one.watch).collect();
        folders = engine.folders()?;
        folders.retain(|one| asked.contains(&one.watch));
    }
    let values = folders
        .iter()
        .map(|one| value(one, &engine.left_out(one.watch, LISTED)?))
        .collect::<anyhow::Result<Vec<_>>>()?;
    output.print(&values, |_| {
        let mut shown: Vec<String> = folders.iter().flat_map(lines).collect();
        if !wait && !folders.is_empty() {
            shown.push(
                "The Sheaf that works looks through it now; if none does, `sheaf run` will."
                    .to_owned(),
            );
        }
        shown
    })?;
    Ok(Done::Well)
}

fn value(folder: &FolderAnswer, left_out: &[LeftOutAnswer]) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(folder)?;
    value["left_out"] = serde_json::to_value(left_out)?;
    word_times(&mut value);
    Ok(value)
}

fn lines(folder: &FolderAnswer) -> Vec<String> {
    let state = match folder.state {
        "waiting" => "not looked at yet".to_owned(),
        "scanning" if folder.expected > 0 => {
            format!(
                "looking through it, {} of about {} files",
                folder.scanned, folder.expected
            )
        }
        "scanning" => format!("looking through it, {} files so far", folder.scanned),
        "watching" => "watched".to_owned(),
        "polling" => "looked at again and again".to_owned(),
        other => other.to_owned(),
    };
    let mut lines = vec![format!("{}  {state}", folder.path)];
    if let Some(message) = &folder.message {
        lines.push(format!("  {message}"));
    }
    if let Some(at) = folder.last_scan_at {
        let settling = match folder.settling {
            0 => String::new(),
            n => format!(", {n} not quiet yet"),
        };
        let at = time::rfc3339(at);
        lines.push(format!(
            "  {} files{settling}; last scan {at}",
            folder.files
        ));
    }
    if folder.left_out_total > 0 {
        let reasons = folder.left_out_by.iter();
        let by: Vec<_> = reasons
            .map(|(reason, n)| format!("{n} {}", reason.replace('_', " ")))
            .collect();
        lines.push(format!(
            "  {} left out: {} (`sheaf watch list --left-out` names them)",
            folder.left_out_total,
            by.join(", ")
        ));
    }
    lines
}
