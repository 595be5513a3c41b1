//! `add` and `run`: giving work and doing it.

use std::io::BufRead;
use std::path::PathBuf;

use anyhow::Context;
use sheaf_engine::{
    AddAnswer, AddOptions, Code, Engine, Intake, Languages, Priority, ReadSettings,
};

use super::{Done, Usage, unlock};
use crate::args::AddArgs;
use crate::output::Output;
use crate::progress::{End, follow};
use crate::signals::Ending;
use crate::{time, words};

pub(super) fn add(engine: &Engine, args: &AddArgs, output: Output) -> anyhow::Result<Done> {
    let is_input = |path: &PathBuf| path.as_os_str() == "-";
    if args.password_file.as_ref().is_some_and(is_input) && args.paths.iter().any(is_input) {
        let why = "Paths and password cannot both come from standard input.";
        return Err(Usage(why.to_owned()).into());
    }
    let options = options(engine, args)?;
    let paths = paths(&args.paths)?;
    let mut answers = match &args.password_file {
        Some(file) => {
            unlock::work_with(engine, file, output, || Ok(engine.add(&paths, &options)?))?
        }
        None => engine.add(&paths, &options)?,
    };
    if args.wait && args.password_file.is_none() {
        work(engine, true, output)?;
    }
    if args.wait || args.password_file.is_some() {
        engine.refresh(&mut answers)?;
    }
    output.print(&answers, |answers| answers.iter().map(line).collect())?;
    let refused = answers
        .iter()
        .any(|answer| answer.parent.is_none() && answer.intake == Intake::Refused);
    Ok(if refused { Done::Failed } else { Done::Well })
}

fn options(engine: &Engine, args: &AddArgs) -> anyhow::Result<AddOptions> {
    let languages = match &args.languages {
        Some(text) => {
            let languages = Languages::parse(text).map_err(|error| Usage(error.to_string()))?;
            engine.require_languages(&languages)?;
            languages
        }
        None => engine.languages()?,
    };
    let not_before = args.not_before.as_deref().map(time::parse).transpose();
    Ok(AddOptions {
        settings: ReadSettings {
            languages,
            force_ocr: args.force_ocr,
        },
        keep: args.languages.is_none() && !args.force_ocr,
        priority: Priority::parse(&args.priority).map_err(|error| Usage(error.to_string()))?,
        collection: args.collection.clone(),
        not_before: not_before.map_err(|error| Usage(error.to_string()))?,
    })
}

/// The paths that were typed; `-` stands for a list on standard input.
fn paths(typed: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for path in typed {
        if path.as_os_str() != "-" {
            paths.push(path.clone());
            continue;
        }
        for line in std::io::stdin().lock().split(b'\n') {
            let line = line.context("the list on standard input")?;
            let line = line.strip_suffix(b"\r").unwrap_or(&line);
            if !line.is_empty() {
                paths.push(path_of(line));
            }
        }
    }
    Ok(paths)
}

#[cfg(unix)]
fn path_of(line: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(line))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(line).into_owned())
}

pub(super) fn run(engine: &Engine, until_idle: bool, output: Output) -> anyhow::Result<Done> {
    if until_idle {
        // Whoever works may not have heard yet of what changed a moment ago. When the library cannot be written, because
        // the one who works was stopped in a write, whoever takes over scans anyway.
        let _ = engine.scan(None);
    }
    work(engine, until_idle, output)?;
    let stats = engine.stats()?;
    output.print(&stats, |stats| {
        vec![format!(
            "{} documents, {} pages, {} of {} passages indexed; {} failed, {} with problems.",
            stats.documents,
            stats.pages,
            stats.embedded,
            stats.passages,
            stats.failed,
            stats.problems
        )]
    })?;
    Ok(Done::Well)
}

/// Works, or follows whoever does, until nothing is left or an end is asked for.
pub(super) fn work(engine: &Engine, until_idle: bool, output: Output) -> anyhow::Result<End> {
    let ending = Ending::listen()?;
    let working = engine.work()?;
    let end = follow(engine, &working, &ending, until_idle, output);
    working.stop();
    end
}

/// So many pages of a document that were read with a note are named.
const NOTES_SHOWN: usize = 3;

fn line(answer: &AddAnswer) -> String {
    let state = match (answer.intake, answer.state) {
        (Intake::Refused, _) => "refused".to_owned(),
        (_, None) => "folder".to_owned(),
        (Intake::Duplicate, Some(state)) => format!("already in your library ({})", state.as_str()),
        (_, Some(state)) => state.as_str().to_owned(),
    };
    let position = answer
        .position
        .map(|position| format!(" (position {position})"))
        .unwrap_or_default();
    let advice = answer
        .code
        .map(|code| format!(" {}", words::advice(code)))
        .unwrap_or_default();
    let message = answer
        .message
        .as_ref()
        .map(|message| format!(": {message}{advice}"))
        .unwrap_or_default();
    let notes: String = answer
        .problems
        .iter()
        .filter(|problem| matches!(problem.code, Code::LanguageDoubtful | Code::PartLeftOut))
        .take(NOTES_SHOWN)
        .map(|note| {
            let advice = words::advice(note.code);
            format!("\n  page {}: {} {advice}", note.page, note.message)
        })
        .collect();
    format!("{}  {state}{position}{message}{notes}", answer.path)
}
