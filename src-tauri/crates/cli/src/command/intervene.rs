//! Commands that change the queue by hand, and the times of regular work.

use std::time::Duration;

use serde_json::json;
use sheaf_engine::{DocumentId, Engine, EngineError, JobId, Priority, Schedule};

use super::look::word_times;
use super::{Done, Usage};
use crate::args::{CollectionCommand, ScheduleCommand};
use crate::output::Output;
use crate::time;

pub(super) fn top(engine: &Engine, job: i64, output: Output) -> anyhow::Result<Done> {
    let moved = engine.to_top(JobId(job))?;
    let position = engine.position(JobId(job))?;
    let answer = json!({ "job": job, "moved": moved, "position": position });
    output.print(&answer, |_| match (moved, position) {
        (false, _) => vec![format!("job {job} runs or has ended")],
        (true, Some(position)) => vec![format!("job {job}: position {position}")],
        (true, None) => vec![format!("job {job} will be the next once it is queued")],
    })?;
    Ok(done(moved))
}

pub(super) fn priority(
    engine: &Engine,
    job: i64,
    word: &str,
    output: Output,
) -> anyhow::Result<Done> {
    let priority = Priority::parse(word).map_err(|error| Usage(error.to_string()))?;
    let changed = engine.set_priority(JobId(job), priority)?;
    let position = engine.position(JobId(job))?;
    let answer =
        json!({ "job": job, "changed": changed, "priority": priority.0, "position": position });
    output.print(&answer, |_| match (changed, position) {
        (false, _) => vec![format!("job {job} has ended")],
        (true, Some(position)) => vec![format!(
            "job {job}: priority {priority}, position {position}"
        )],
        (true, None) => vec![format!("job {job}: priority {priority}")],
    })?;
    Ok(done(changed))
}

pub(super) fn fail(engine: &Engine, job: i64, why: &str, output: Output) -> anyhow::Result<Done> {
    let failed = engine.fail(JobId(job), why)?;
    let answer = json!({ "job": job, "failed": failed });
    output.print(&answer, |_| {
        let end = if failed {
            "marked failed"
        } else {
            "had ended already"
        };
        vec![format!("job {job}: {end}")]
    })?;
    Ok(done(failed))
}

fn done(well: bool) -> Done {
    if well { Done::Well } else { Done::Failed }
}

pub(super) fn cleanup(engine: &Engine, older_than: &str, output: Output) -> anyhow::Result<Done> {
    let age = time::parse_span(older_than).map_err(|error| Usage(error.to_string()))?;
    let removed = engine.cleanup(Duration::from_secs(age))?;
    output.print(&json!({ "removed": removed }), |_| {
        vec![format!(
            "{removed} finished jobs dropped; their documents stay."
        )]
    })?;
    Ok(Done::Well)
}

pub(super) fn flush(engine: &Engine, sure: bool, output: Output) -> anyhow::Result<Done> {
    if !sure {
        let jobs = engine.in_line()?;
        let question = format!("this would cancel {jobs} waiting jobs; say --yes if you want that");
        return Err(Usage(question).into());
    }
    let cancelled = engine.flush()?;
    output.print(&json!({ "cancelled": cancelled }), |_| {
        vec![format!("{cancelled} waiting jobs cancelled.")]
    })?;
    Ok(Done::Well)
}

pub(super) fn schedule(
    engine: &Engine,
    command: &ScheduleCommand,
    output: Output,
) -> anyhow::Result<Done> {
    let shown = match command {
        ScheduleCommand::List => {
            let schedules = engine.schedules()?;
            let mut value = serde_json::to_value(&schedules)?;
            word_times(&mut value);
            output.print(&value, |_| schedules.iter().map(schedule_line).collect())?;
            return Ok(Done::Well);
        }
        ScheduleCommand::Set { name, cron } => engine.set_schedule(name, Some(&cron.join(" "))),
        ScheduleCommand::Off { name } => engine.set_schedule(name, None),
    };
    let schedule = shown.map_err(|error| match error {
        EngineError::Schedule(error) => Usage(error.to_string()).into(),
        other => anyhow::Error::from(other),
    })?;
    let mut value = serde_json::to_value(&schedule)?;
    word_times(&mut value);
    output.print(&value, |_| vec![schedule_line(&schedule)])?;
    Ok(Done::Well)
}

fn schedule_line(schedule: &Schedule) -> String {
    let next = match (schedule.on, schedule.next_at) {
        (false, _) => "off".to_owned(),
        (true, Some(at)) => format!("next {}", time::rfc3339(at)),
        (true, None) => "once an engine works".to_owned(),
    };
    let last = schedule
        .last_at
        .map(|at| format!(", last {}", time::rfc3339(at)))
        .unwrap_or_default();
    format!(
        "{:<8} {:<14} {next}{last}  {}",
        schedule.name, schedule.cron, schedule.meaning
    )
}

/// All of them, or an error before anything is done.
fn resolved(engine: &Engine, documents: &[String]) -> anyhow::Result<Vec<DocumentId>> {
    let ids = documents.iter().map(|word| engine.resolve(word));
    Ok(ids.collect::<Result<_, _>>()?)
}

pub(super) fn collection(
    engine: &Engine,
    command: &CollectionCommand,
    output: Output,
) -> anyhow::Result<Done> {
    let (name, changed, words) = match command {
        CollectionCommand::List => {
            output.print(&engine.collections()?, |collections| {
                let lines = collections.iter();
                lines
                    .map(|one| format!("{:>6}  {}", one.documents, one.collection))
                    .collect()
            })?;
            return Ok(Done::Well);
        }
        CollectionCommand::Create { name } => (
            name,
            engine.create_collection(name)?,
            ["made", "is there already"],
        ),
        CollectionCommand::Rename { name, to } => (
            name,
            engine.rename_collection(name, to)?,
            ["renamed", "is not there, or the new name is taken"],
        ),
        CollectionCommand::Delete { name } => (
            name,
            engine.delete_collection(name)?,
            ["gone; its documents stay in the library", "is not there"],
        ),
        CollectionCommand::Put { name, documents } => {
            for document in resolved(engine, documents)? {
                engine.collect(document, name)?;
            }
            (name, true, ["has them now", ""])
        }
        CollectionCommand::Take { name, documents } => {
            let mut taken = false;
            for document in resolved(engine, documents)? {
                taken |= engine.uncollect(document, name)?;
            }
            let words = ["has them no more", "had none of them"];
            (name, taken, words)
        }
    };
    let answer = json!({ "collection": name, "changed": changed });
    output.print(&answer, |_| {
        vec![format!("{name}: {}", words[usize::from(!changed)])]
    })?;
    Ok(done(changed))
}
