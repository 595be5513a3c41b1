//! What is going on, drawn while it goes on: a bar for every job under way, positions for those that wait.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use sheaf_engine::{Code, Engine, QueueAnswer, Role, Working};

use crate::output::Output;
use crate::signals::Ending;
use crate::words;

/// How often the picture is drawn anew.
const FRAME: Duration = Duration::from_millis(150);
/// Waiting jobs that are named.
const NAMED: usize = 3;

/// Why following ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Idle,
    Asked,
}

/// Follows the work, whoever does it, until nothing is left or somebody asks for an end.
pub(crate) fn follow(
    engine: &Engine,
    working: &Working,
    ending: &Ending,
    until_idle: bool,
    output: Output,
) -> anyhow::Result<End> {
    let mut picture = output.draws().then(Picture::new);
    let (mut told, mut troubled) = (None, None);
    loop {
        if ending.is_asked() {
            output.say("Finishing the page in hand …");
            return Ok(End::Asked);
        }
        let role = working.role();
        // Taking up the role finds what was left undone.
        let is_settled = role != Role::Starting || working.trouble().is_some();
        if until_idle && is_settled && !engine.is_busy()? {
            return Ok(End::Idle);
        }
        if told != Some(role) {
            tell(role, output);
            told = Some(role);
        }
        let trouble = working.trouble();
        if trouble != troubled {
            tell_trouble(trouble.as_deref(), output);
            troubled = trouble;
        }
        if let Some(picture) = &mut picture {
            picture.draw(&engine.queue(12)?, troubled.as_deref());
        }
        std::thread::sleep(FRAME);
    }
}

fn tell(role: Role, output: Output) {
    match role {
        Role::StandingBy { pid } => output.say(&format!(
            "Another Sheaf (process {pid}) is working on this library. Standing by."
        )),
        Role::Starting | Role::Working => {}
    }
}

/// Trouble that comes, and that it has gone; the work waits meanwhile.
fn tell_trouble(trouble: Option<&str>, output: Output) {
    match trouble {
        Some(what) => output.say(&format!(
            "Nothing can be done just now: {} Trying again.",
            sentence(what)
        )),
        None => output.say("Going on."),
    }
}

/// What [`Working::trouble`] tells, in words: a code has words of its own.
fn sentence(trouble: &str) -> String {
    match Code::parse(trouble) {
        Some(code) => format!("{} {}", words::title(code), words::advice(code)),
        None => format!("{}.", trouble.trim_end_matches('.')),
    }
}

struct Picture {
    all: MultiProgress,
    jobs: HashMap<i64, ProgressBar>,
    waiting: ProgressBar,
}

impl Picture {
    fn new() -> Self {
        let all = MultiProgress::new();
        let waiting = all.add(ProgressBar::new_spinner());
        waiting.set_style(style("{msg}"));
        Self {
            all,
            jobs: HashMap::new(),
            waiting,
        }
    }

    fn draw(&mut self, rows: &[QueueAnswer], trouble: Option<&str>) {
        let running: Vec<_> = rows
            .iter()
            .filter(|row| row.state == "processing")
            .collect();
        self.jobs.retain(|job, bar| {
            let stays = running.iter().any(|row| row.job.0 == *job);
            if !stays {
                bar.finish_and_clear();
            }
            stays
        });
        for row in running {
            let bar = self.jobs.entry(row.job.0).or_insert_with(|| {
                let bar = self.all.insert_before(&self.waiting, ProgressBar::new(0));
                bar.set_style(style("{msg:36!} {bar:24} {prefix}"));
                bar
            });
            bar.set_length(row.pages_total.unwrap_or(0).into());
            bar.set_position(row.pages_done.into());
            bar.set_message(file_name(&row.path));
            bar.set_prefix(step(row));
        }
        self.waiting
            .set_message(trouble.map_or_else(|| waiting(rows), sentence));
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        let _ = self.all.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// `page 14 of 206` or `passage 32 of 410`.
pub(crate) fn step(row: &QueueAnswer) -> String {
    let unit = match row.kind.as_str() {
        "index" => "passage",
        _ => "page",
    };
    match row.pages_total {
        Some(total) => format!("{unit} {} of {total}", row.pages_done),
        None => "opening".to_owned(),
    }
}

fn waiting(rows: &[QueueAnswer]) -> String {
    rows.iter()
        .filter_map(|row| {
            let position = row.position?;
            Some(format!(
                "  {} — queued (position {position})",
                file_name(&row.path)
            ))
        })
        .take(NAMED)
        .collect::<Vec<_>>()
        .join("\n")
}

pub(crate) fn file_name(path: &str) -> String {
    let name = Path::new(path).file_name().unwrap_or_default();
    name.to_string_lossy()
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
