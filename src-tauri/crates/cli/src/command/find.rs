//! Finding: searches, what is like a document, what may be typed next, saved searches, and the model that finds by meaning.

use sheaf_engine::{Engine, Filter, Kind, Mode, Query, Results, Sort, Tongue};

use super::look::absolute;
use super::{Done, Usage};
use crate::args::{ModeArg, ModelCommand, SavedCommand, SearchArgs, SortArg};
use crate::output::Output;
use crate::progress::file_name;
use crate::words;

pub(super) fn search(engine: &Engine, args: &SearchArgs, output: Output) -> anyhow::Result<Done> {
    let mut query = query(args)?;
    if let Some(name) = &args.saved {
        let all = engine.saved()?;
        let known = all
            .iter()
            .find(|saved| saved.name.to_lowercase() == name.to_lowercase());
        let known = known.ok_or_else(|| Usage(format!("no saved search is called “{name}”")))?;
        query.text = format!("{} {}", known.query, query.text).trim().to_owned();
    }
    print(&engine.search(&query)?, output)
}

fn print(results: &Results, output: Output) -> anyhow::Result<Done> {
    if let Some(note) = &results.note {
        output.say(&format!("{} {}", note.detail, words::advice(note.code)));
    }
    if results.complete < 1.0 {
        output.say(&format!(
            "Reading is {:.0} % done; results may be missing.",
            (results.complete * 100.0).floor()
        ));
    }
    if let Some(suggestion) = &results.suggestion {
        output.say(&format!("Did you mean: {suggestion}"));
    }
    output.print(results, |results| {
        let mut lines = Vec::new();
        for hit in &results.hits {
            let title = hit.title.clone().unwrap_or_else(|| file_name(&hit.path));
            lines.push(format!("{title}, page {}  [{}]", hit.page, hit.document));
            lines.push(format!("  {}", hit.path));
            lines.push(format!("  {}", hit.snippet));
        }
        if results.hits.is_empty() {
            lines.push("Nothing found.".to_owned());
        }
        lines
    })?;
    Ok(Done::Well)
}

fn query(args: &SearchArgs) -> anyhow::Result<Query> {
    let kind = |name: &String| {
        Kind::parse(&name.to_lowercase())
            .ok_or_else(|| Usage(format!("no kind is called “{name}”")))
    };
    let folder = args.folder.as_ref().map(|folder| absolute(folder));
    Ok(Query {
        text: args.query.join(" "),
        mode: match args.mode {
            ModeArg::Hybrid => Mode::Hybrid,
            ModeArg::Words => Mode::Words,
            ModeArg::Meaning => Mode::Meaning,
        },
        limit: args.limit,
        filter: Filter {
            kinds: args.kind.iter().map(kind).collect::<Result<_, _>>()?,
            folder,
            collection: args.collection.clone(),
            language: args.lang.as_deref().map(language).transpose()?,
            from: args.from.clone(),
            after: date(args.after.as_deref())?,
            before: date(args.before.as_deref())?,
        },
        sort: match args.sort {
            SortArg::Relevance => Sort::Relevance,
            SortArg::Date => Sort::Date,
            SortArg::Name => Sort::Name,
        },
    })
}

fn language(name: &str) -> anyhow::Result<String> {
    match Tongue::parse(name) {
        Some(tongue) => Ok(tongue.code.to_owned()),
        None => Err(Usage(format!(
            "no language is called “{name}”; write de or German"
        ))
        .into()),
    }
}

fn date(text: Option<&str>) -> anyhow::Result<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<jiff::civil::Date>() {
        Ok(date) => Ok(Some(date.to_string())),
        Err(_) => Err(Usage(format!("“{text}” is no date; write 2026-11-23")).into()),
    }
}

pub(super) fn similar(
    engine: &Engine,
    document: &str,
    limit: usize,
    output: Output,
) -> anyhow::Result<Done> {
    print(&engine.similar(engine.resolve(document)?, limit)?, output)
}

pub(super) fn suggest(
    engine: &Engine,
    text: &[String],
    limit: usize,
    output: Output,
) -> anyhow::Result<Done> {
    let suggestions = engine.suggest(&text.join(" "), limit)?;
    output.print(&suggestions, Vec::clone)?;
    Ok(Done::Well)
}

pub(super) fn saved(
    engine: &Engine,
    command: &SavedCommand,
    output: Output,
) -> anyhow::Result<Done> {
    let mut is_done = true;
    match command {
        SavedCommand::List => {}
        SavedCommand::Add { name, query } => engine.save(name, &query.join(" "))?,
        SavedCommand::Delete { name } => {
            is_done = engine.unsave(name)?;
            if !is_done {
                output.say(&format!("No saved search is called “{name}”."));
            }
        }
    }
    output.print(&engine.saved()?, |saved| {
        let lines = saved.iter();
        lines
            .map(|one| format!("{}: {}", one.name, one.query))
            .collect()
    })?;
    Ok(if is_done { Done::Well } else { Done::Failed })
}

pub(super) fn model(
    engine: &Engine,
    command: &ModelCommand,
    output: Output,
) -> anyhow::Result<Done> {
    if let ModelCommand::Use { name } = command {
        engine.use_model(name)?;
    }
    let models = engine.models()?;
    if let Some(coming) = models.iter().find(|model| model.wanted && !model.active) {
        output.say(&format!(
            "{} takes over when it has embedded everything: {} of {} passages so far. An engine has to work (`sheaf run`).",
            coming.model, coming.embedded, coming.passages
        ));
    }
    output.print(&models, |models| {
        let lines = models.iter();
        lines
            .map(|one| {
                let state = match (one.active, one.wanted, one.installed) {
                    (_, _, false) => "not installed",
                    (true, _, _) => "in use",
                    (false, true, _) => "coming",
                    (false, false, _) => "",
                };
                format!(
                    "{:<24} {:<14} {:>9} of {} passages  {}",
                    one.model, state, one.embedded, one.passages, one.meaning
                )
            })
            .collect()
    })?;
    Ok(Done::Well)
}
