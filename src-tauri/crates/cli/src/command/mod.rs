//! One function a command: what was typed in, what the engine answered out.

mod add;
mod find;
mod intervene;
mod languages;
mod look;
mod steer;
mod unlock;
mod watch;

use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::CommandFactory;
use sheaf_engine::{Code, Engine, EngineError};

use crate::args::{Cli, Command, Common};
use crate::output::{Output, complain};
use crate::words;

/// Exit 0: done; 1: failed; 2: wrong usage.
pub(crate) fn run(cli: Cli) -> ExitCode {
    if let Command::Completions { shell } = cli.command {
        clap_complete::generate(shell, &mut Cli::command(), "sheaf", &mut std::io::stdout());
        return ExitCode::SUCCESS;
    }
    let output = Output {
        json: cli.common.json,
        quiet: cli.common.quiet,
    };
    let outcome = open(&cli.common).and_then(|engine| dispatch(cli.command, &engine, output));
    match outcome {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Failed) => ExitCode::FAILURE,
        Err(error) => match error.downcast_ref::<Usage>() {
            Some(usage) => {
                complain(&anyhow!(usage.0.clone()));
                ExitCode::from(2)
            }
            None => {
                complain(&error);
                if let Some(code) = library_fault(&error) {
                    complain(&anyhow!("{} {}", words::title(code), words::advice(code)));
                }
                ExitCode::FAILURE
            }
        },
    }
}

/// What keeps the library from being written, where that is the reason and has words of its own.
fn library_fault(error: &anyhow::Error) -> Option<Code> {
    let code = error.downcast_ref::<EngineError>()?.code();
    matches!(code, Code::DiskFull | Code::LibraryReadOnly).then_some(code)
}

/// How a command ended that did not break off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    Well,
    /// Everything was tried and answered, but something asked for was not possible.
    Failed,
}

/// What was typed makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub(crate) String);

fn open(common: &Common) -> anyhow::Result<Engine> {
    let folder = match &common.library {
        Some(folder) => folder.clone(),
        None => sheaf_engine::default_library()
            .ok_or_else(|| anyhow!("no home folder is known; give --library DIR"))?,
    };
    let program = std::env::current_exe().context("this program's own path")?;
    Engine::open(&folder, program).with_context(|| format!("opening {}", folder.display()))
}

fn dispatch(command: Command, engine: &Engine, output: Output) -> anyhow::Result<Done> {
    match command {
        Command::Add(args) => add::add(engine, &args, output),
        Command::Run { until_idle } => add::run(engine, until_idle, output),
        Command::Search(args) => find::search(engine, &args, output),
        Command::Similar { document, limit } => find::similar(engine, &document, limit, output),
        Command::Suggest { text, limit } => find::suggest(engine, &text, limit, output),
        Command::Saved(command) => find::saved(engine, &command, output),
        Command::Model(command) => find::model(engine, &command, output),
        Command::Text { document, page } => look::text(engine, &document, page, output),
        Command::Show { document } => look::show(engine, &document, output),
        Command::List(args) => look::list(engine, &args, output),
        Command::Queue { limit } => look::queue(engine, limit, output),
        Command::Stats => look::stats(engine, output),
        Command::Workers => look::workers(engine, output),
        Command::Failed => look::failed(engine, output),
        Command::Doctor => look::doctor(engine, output),
        Command::Retry(args) => steer::retry(engine, &args, output),
        Command::Cancel { jobs, all } => steer::cancel(engine, &jobs, all, output),
        Command::Top { job } => intervene::top(engine, job, output),
        Command::Priority { job, priority } => intervene::priority(engine, job, &priority, output),
        Command::Fail { job, why } => intervene::fail(engine, job, &why, output),
        Command::Cleanup { older_than } => intervene::cleanup(engine, &older_than, output),
        Command::Flush { yes } => intervene::flush(engine, yes, output),
        Command::Schedule(command) => intervene::schedule(engine, &command, output),
        Command::Collection(command) => intervene::collection(engine, &command, output),
        Command::Pause { what } => steer::pause(engine, what.as_deref(), output),
        Command::Resume { what } => steer::resume(engine, what.as_deref(), output),
        Command::Export {
            document,
            to,
            force,
        } => look::export(engine, &document, &to, force, output),
        Command::Languages(command) => languages::languages(engine, &command, output),
        Command::Forget { documents } => steer::forget(engine, &documents, output),
        Command::Undo => steer::undo(engine, output),
        Command::Watch(command) => watch::run(engine, command, output),
        Command::Config(command) => steer::config(engine, &command, output),
        Command::Completions { .. } => Ok(Done::Well),
    }
}
