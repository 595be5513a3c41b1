//! Commands that only look.

use std::path::Path;

use sheaf_engine::{
    DocumentState, Engine, EngineError, ExportFormat, ListFilter, QueueAnswer, TextAnswer,
};

use super::{Done, Usage};
use crate::args::{ListArgs, ListSort};
use crate::output::Output;
use crate::progress::step;
use crate::{time, words};

pub(super) fn absolute(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().into_owned()
}

pub(super) fn text(
    engine: &Engine,
    document: &str,
    page: Option<u32>,
    output: Output,
) -> anyhow::Result<Done> {
    let text = engine.text(engine.resolve(document)?, page)?;
    output.print(&text, |text| vec![plain(text)])?;
    Ok(Done::Well)
}

/// Pages one after the other, a form feed between two, as `pdftotext` does.
fn plain(text: &TextAnswer) -> String {
    let pages: Vec<&str> = text.pages.iter().map(|page| page.text.as_str()).collect();
    pages.join("\n\u{c}")
}

pub(super) fn export(
    engine: &Engine,
    document: &str,
    to: &Path,
    force: bool,
    output: Output,
) -> anyhow::Result<Done> {
    let id = engine.resolve(document)?;
    if to.as_os_str() == "-" {
        let text = engine.export_text(id, ExportFormat::Text)?;
        output.print(&text, |text| vec![text.clone()])?;
        return Ok(Done::Well);
    }
    let format = ExportFormat::of(to).ok_or_else(|| {
        Usage(
            "name a file that ends in .pdf, .txt, .md or .json, or - for text on standard output"
                .to_owned(),
        )
    })?;
    let answer = engine
        .export(id, format, to, force)
        .map_err(|error| explained(error, to))?;
    output.print(&answer, |answer| vec![answer.to.clone()])?;
    Ok(Done::Well)
}

fn explained(error: EngineError, to: &Path) -> anyhow::Error {
    match error {
        EngineError::Io { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
            anyhow::anyhow!("{} is there already; --force replaces it", to.display())
        }
        EngineError::Refused(fault) => {
            anyhow::anyhow!("{} {}", fault.detail, words::advice(fault.code))
        }
        other => other.into(),
    }
}

pub(super) fn show(engine: &Engine, document: &str, output: Output) -> anyhow::Result<Done> {
    let shown = engine.show(engine.resolve(document)?)?;
    let mut value = serde_json::to_value(&shown)?;
    word_times(&mut value);
    output.print(&value, |_| {
        let mut lines = vec![
            format!("{}  [{}]", shown.path, shown.document),
            format!("  state     {}", shown.state.as_str()),
        ];
        let total = shown.pages_total.map_or("?".to_owned(), |n| n.to_string());
        lines.push(format!("  pages     {} of {total} read", shown.pages_read));
        lines.push(format!(
            "  passages  {}{}",
            shown.passages,
            if shown.indexed { ", indexed" } else { "" }
        ));
        for (name, text) in [
            ("title", &shown.title),
            ("author", &shown.author),
            ("language", &shown.language),
            ("date", &shown.date),
        ] {
            if let Some(text) = text {
                lines.push(format!("  {name:<9} {text}"));
            }
        }
        if let Some(message) = &shown.message {
            lines.push(format!("  problem   {message}"));
        }
        for problem in &shown.pages_failed {
            lines.push(format!(
                "  page {} could not be read: {}",
                problem.page, problem.message
            ));
        }
        for note in &shown.notes {
            lines.push(format!(
                "  page {}: {} {}",
                note.page,
                note.message,
                words::advice(note.code)
            ));
        }
        for attempt in &shown.attempts {
            lines.push(format!(
                "  {}  job {} attempt {}: {}",
                time::rfc3339(attempt.started_at),
                attempt.job,
                attempt.attempt,
                attempt.outcome.as_deref().unwrap_or("under way")
            ));
        }
        lines
    })?;
    Ok(Done::Well)
}

/// Milliseconds become RFC 3339 wherever a field is a time.
pub(super) fn word_times(value: &mut serde_json::Value) {
    const TIMES: [&str; 8] = [
        "at",
        "started_at",
        "ended_at",
        "added_at",
        "not_before",
        "next_at",
        "last_at",
        "last_scan_at",
    ];
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(word_times),
        serde_json::Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field.as_i64() {
                    Some(ms) if TIMES.contains(&name.as_str()) => *field = time::rfc3339(ms).into(),
                    _ => word_times(field),
                }
            }
        }
        _ => {}
    }
}

pub(super) fn list(engine: &Engine, args: &ListArgs, output: Output) -> anyhow::Result<Done> {
    let state = match &args.state {
        Some(name) => Some(
            DocumentState::parse(name)
                .ok_or_else(|| Usage(format!("no document state is called “{name}”")))?,
        ),
        None => None,
    };
    let documents = engine.list(&ListFilter {
        state,
        collection: args.collection.clone(),
        folder: args.folder.as_ref().map(|folder| absolute(folder)),
        limit: args.limit,
        by_name: args.sort == ListSort::Name,
    })?;
    let mut value = serde_json::to_value(&documents)?;
    word_times(&mut value);
    output.print(&value, |_| {
        documents
            .iter()
            .map(|d| {
                let total = d.pages_total.map_or("?".to_owned(), |n| n.to_string());
                format!(
                    "{:>6}  {:<11}  {:>4}/{total:<4}  {}",
                    d.document,
                    d.state.as_str(),
                    d.pages_read,
                    d.path
                )
            })
            .collect()
    })?;
    Ok(Done::Well)
}

pub(super) fn queue(engine: &Engine, limit: u32, output: Output) -> anyhow::Result<Done> {
    jobs(&engine.queue(limit)?, "The queue is empty.", output)
}

pub(super) fn failed(engine: &Engine, output: Output) -> anyhow::Result<Done> {
    jobs(&engine.failed()?, "Nothing has failed.", output)
}

fn jobs(rows: &[QueueAnswer], none: &str, output: Output) -> anyhow::Result<Done> {
    let mut value = serde_json::to_value(rows)?;
    word_times(&mut value);
    output.print(&value, |_| match rows {
        [] => vec![none.to_owned()],
        rows => rows.iter().map(job_line).collect(),
    })?;
    Ok(Done::Well)
}

fn job_line(row: &QueueAnswer) -> String {
    let place = match row.position {
        Some(position) => format!("position {position}"),
        None if row.state == "processing" => step(row),
        None => String::new(),
    };
    let left = row
        .eta_s
        .map(|seconds| format!(", {} left", time::span(seconds)))
        .unwrap_or_default();
    let message = row
        .message
        .as_ref()
        .map(|message| format!("\n         {message}"))
        .unwrap_or_default();
    format!(
        "{:>6}  {:<5}  {:<10}  {place}{left}  {}{message}",
        row.job, row.kind, row.state, row.path
    )
}

pub(super) fn stats(engine: &Engine, output: Output) -> anyhow::Result<Done> {
    let answer = engine.stats()?;
    let stats = serde_json::to_value(&answer)?;
    output.print(&stats, |stats| {
        let fields = stats.as_object().into_iter().flatten();
        let counts = fields.filter(|(name, _)| *name != "warnings");
        let warnings = answer.warnings.iter();
        counts
            .map(|(name, value)| format!("{name:<18} {value}"))
            .chain(warnings.map(|one| format!("Warning: {}", one.message)))
            .collect()
    })?;
    Ok(Done::Well)
}

pub(super) fn workers(engine: &Engine, output: Output) -> anyhow::Result<Done> {
    let workers = engine.workers()?;
    output.print(&workers, |workers| {
        if workers.is_empty() {
            return vec!["No worker is running.".to_owned()];
        }
        workers
            .iter()
            .map(|w| {
                let job = w
                    .job
                    .map(|job| format!("job {job} page {}", w.page.unwrap_or(0)))
                    .unwrap_or_default();
                format!(
                    "{:>3}  pid {:<7}  {:<9} {:<9} {:>5} MiB  {} done  {} restarts  {job}",
                    w.worker,
                    w.pid,
                    w.lane,
                    w.state,
                    w.rss_bytes >> 20,
                    w.done,
                    w.restarts
                )
            })
            .collect()
    })?;
    Ok(Done::Well)
}

pub(super) fn doctor(engine: &Engine, output: Output) -> anyhow::Result<Done> {
    let health = engine.doctor()?;
    output.print(&health, |health| {
        let mut lines = vec![format!("Sheaf {}", health.version)];
        for check in &health.checks {
            let mark = if check.ok { "ok  " } else { "BAD " };
            lines.push(format!("{mark} {:<16} {}", check.name, check.found));
            if let Some(advice) = &check.advice {
                lines.push(format!("     {advice}"));
            }
        }
        for file in &health.assets {
            lines.push(format!(
                "     {:<52} {} {} ({})",
                file.path, file.asset, file.version, file.licence
            ));
        }
        lines
    })?;
    Ok(if health.ok { Done::Well } else { Done::Failed })
}
