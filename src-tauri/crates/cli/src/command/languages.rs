//! `languages`: recognition data for scans.

use serde_json::json;
use sheaf_engine::{Engine, LanguageAnswer};

use super::Done;
use crate::args::LanguagesCommand;
use crate::output::Output;

pub(super) fn languages(
    engine: &Engine,
    command: &LanguagesCommand,
    output: Output,
) -> anyhow::Result<Done> {
    match command {
        LanguagesCommand::List => {
            let all = engine.recognition_data()?;
            output.print(&all, |all| all.iter().map(line).collect())?;
        }
        LanguagesCommand::Add { what, best } => {
            let mut added = Vec::new();
            for one in what {
                added.push(engine.add_language(one, *best)?);
            }
            output.print(&added, |added| {
                let name = |one: &LanguageAnswer| one.language.clone();
                let names: Vec<String> = added.iter().map(name).collect();
                let names = names.join("+");
                vec![
                    format!("{names} can be read from now on."),
                    format!("For one document: sheaf add --languages {names} PATH"),
                    format!("For all new ones: sheaf config set ocr.languages eng+{names}"),
                ]
            })?;
        }
        LanguagesCommand::Remove { names } => return remove(engine, names, output),
    }
    Ok(Done::Well)
}

fn line(one: &LanguageAnswer) -> String {
    let from = match (one.from, one.models) {
        ("built_in", models) => format!("built in, {models}"),
        ("library", models) => format!("added to this library, {models}"),
        _ => format!("not installed; sheaf languages add {}", one.language),
    };
    let used = if one.in_use { ", in use" } else { "" };
    let documents = match one.documents {
        0 => String::new(),
        1 => ", 1 document".to_owned(),
        n => format!(", {n} documents"),
    };
    format!("{:<12} {from}{used}{documents}", one.language)
}

fn remove(engine: &Engine, names: &[String], output: Output) -> anyhow::Result<Done> {
    let mut answers = Vec::new();
    let mut all_there = true;
    for name in names {
        let removed = engine.remove_language(name)?;
        all_there &= removed;
        answers.push(json!({ "language": name, "removed": removed }));
    }
    output.print(&answers, |answers| {
        let said = |answer: &serde_json::Value| match answer["removed"].as_bool() {
            Some(true) => format!(
                "{} is gone.",
                answer["language"].as_str().unwrap_or_default()
            ),
            _ => format!(
                "{} was not added to this library.",
                answer["language"].as_str().unwrap_or_default()
            ),
        };
        answers.iter().map(said).collect()
    })?;
    Ok(if all_there { Done::Well } else { Done::Failed })
}
