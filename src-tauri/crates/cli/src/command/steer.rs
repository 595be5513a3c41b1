//! Commands that change what happens.

use serde_json::json;
use sheaf_engine::{Cancelled, Engine, JobId, PauseWhat};

use super::{Done, Usage, unlock};
use crate::args::{ConfigCommand, RetryArgs};
use crate::output::Output;

pub(super) fn retry(engine: &Engine, args: &RetryArgs, output: Output) -> anyhow::Result<Done> {
    let again = || try_again(engine, args);
    let answers = match &args.password_file {
        Some(file) => unlock::work_with(engine, file, output, again)?,
        None => again()?,
    };
    match answers {
        Again::All(retried) => {
            output.print(&json!({ "retried": retried }), |_| {
                vec![format!("{retried} tried again.")]
            })?;
            Ok(Done::Well)
        }
        Again::Each(answers) => report(
            &answers,
            "retried",
            "tried again",
            "has nothing to try again",
            output,
        ),
    }
}

/// What was tried again: so many, or each that was named.
enum Again {
    All(u32),
    Each(Vec<serde_json::Value>),
}

fn try_again(engine: &Engine, args: &RetryArgs) -> anyhow::Result<Again> {
    if args.all {
        return Ok(Again::All(engine.retry_all()?));
    }
    let mut answers = Vec::new();
    for what in &args.what {
        let retried = match args.page {
            Some(page) => engine.retry_pages(engine.resolve(what)?, Some(page))?,
            None => engine.retry(job(what)?)?,
        };
        answers.push(json!({ "what": what, "retried": retried }));
    }
    Ok(Again::Each(answers))
}

fn job(word: &str) -> anyhow::Result<JobId> {
    match word.parse() {
        Ok(number) => Ok(JobId(number)),
        Err(_) => Err(Usage(format!("“{word}” is no job number")).into()),
    }
}

/// One line an answer; a `false` makes the command fail.
fn report(
    answers: &[serde_json::Value],
    field: &str,
    yes: &str,
    no: &str,
    output: Output,
) -> anyhow::Result<Done> {
    let good = |answer: &serde_json::Value| answer[field] == json!(true);
    output.print(&answers, |answers| {
        answers
            .iter()
            .map(|answer| {
                let what = answer["what"].as_str().unwrap_or_default();
                format!("{what}: {}", if good(answer) { yes } else { no })
            })
            .collect()
    })?;
    Ok(if answers.iter().all(good) {
        Done::Well
    } else {
        Done::Failed
    })
}

pub(super) fn cancel(
    engine: &Engine,
    jobs: &[i64],
    all: bool,
    output: Output,
) -> anyhow::Result<Done> {
    if all {
        let cancelled = engine.cancel_all()?;
        output.print(&json!({ "cancelled": cancelled }), |_| {
            vec![format!("{cancelled} cancelled.")]
        })?;
        return Ok(Done::Well);
    }
    let mut answers = Vec::new();
    for job in jobs {
        let outcome = match engine.cancel(JobId(*job))? {
            Cancelled::Done => "cancelled",
            Cancelled::AtNextPage => "at_next_page",
            Cancelled::NotActive => "not_active",
        };
        answers.push(json!({ "job": job, "outcome": outcome }));
    }
    output.print(&answers, |answers| {
        answers
            .iter()
            .map(|answer| {
                let outcome = match answer["outcome"].as_str() {
                    Some("cancelled") => "cancelled",
                    Some("at_next_page") => "ends at the next page",
                    _ => "had ended already",
                };
                format!("job {}: {outcome}", answer["job"])
            })
            .collect()
    })?;
    Ok(Done::Well)
}

fn what(word: Option<&str>) -> anyhow::Result<PauseWhat> {
    Ok(match word {
        None => PauseWhat::Everything,
        Some("reading") => PauseWhat::Reading,
        Some("indexing") => PauseWhat::Indexing,
        Some(word) => PauseWhat::Job(job(word)?),
    })
}

pub(super) fn pause(engine: &Engine, word: Option<&str>, output: Output) -> anyhow::Result<Done> {
    let paused = engine.pause(what(word)?)?;
    let name = word.unwrap_or("everything");
    let answers = [json!({ "what": name, "paused": paused })];
    report(
        &answers,
        "paused",
        "paused",
        "was paused already, or has ended",
        output,
    )
    .map(|_| Done::Well)
}

pub(super) fn resume(engine: &Engine, word: Option<&str>, output: Output) -> anyhow::Result<Done> {
    let resumed = engine.resume(what(word)?)?;
    let name = word.unwrap_or("everything");
    let answers = [json!({ "what": name, "resumed": resumed })];
    report(&answers, "resumed", "resumed", "was not paused", output).map(|_| Done::Well)
}

pub(super) fn forget(
    engine: &Engine,
    documents: &[String],
    output: Output,
) -> anyhow::Result<Done> {
    let ids = documents
        .iter()
        .map(|word| engine.resolve(word))
        .collect::<Result<Vec<_>, _>>()?;
    let gone = engine.forget_all(&ids)?;
    let mut answers = Vec::new();
    for ((word, id), forgotten) in documents.iter().zip(ids).zip(gone) {
        answers.push(json!({ "what": word, "document": id, "forgotten": forgotten }));
    }
    report(
        &answers,
        "forgotten",
        "out of the library; the original stays where it is",
        "was out of the library already",
        output,
    )
}

/// Takes back the last `forget`.
pub(super) fn undo(engine: &Engine, output: Output) -> anyhow::Result<Done> {
    let mut back = Vec::new();
    for document in engine.undo()? {
        let path = engine.show(document)?.path;
        back.push(json!({ "document": document, "path": path, "put_back": true }));
    }
    output.print(&back, |back| match back.as_slice() {
        [] => vec!["There is nothing to take back.".to_owned()],
        back => back
            .iter()
            .map(|one| {
                let path = one["path"].as_str().unwrap_or_default();
                format!("{path}  in your library again")
            })
            .collect(),
    })?;
    Ok(if back.is_empty() {
        Done::Failed
    } else {
        Done::Well
    })
}

pub(super) fn config(
    engine: &Engine,
    command: &ConfigCommand,
    output: Output,
) -> anyhow::Result<Done> {
    match command {
        ConfigCommand::List => output.print(&engine.settings()?, |settings| {
            settings
                .iter()
                .map(|s| {
                    format!(
                        "{:<22} {:<24} {} (default {})",
                        s.key, s.value, s.meaning, s.default
                    )
                })
                .collect()
        })?,
        ConfigCommand::Get { key } => {
            let setting = engine.setting(key)?;
            output.print(&setting, |setting| vec![setting.value.clone()])?;
        }
        ConfigCommand::Set { key, value } => {
            let setting = engine.set(key, value)?;
            output.print(&setting, |setting| {
                vec![format!("{} = {}", setting.key, setting.value)]
            })?;
        }
    }
    Ok(Done::Well)
}
