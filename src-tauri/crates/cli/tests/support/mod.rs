//! A library of its own for each test, and real `sheaf` processes that work on it.

#![allow(dead_code, reason = "each test program uses a part of it")]

pub(crate) mod disk;
pub(crate) mod fixture;
pub(crate) mod font;
pub(crate) mod hostile;
pub(crate) mod ledger;
pub(crate) mod middle;
pub(crate) mod process;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) use process::Sheaf;

/// Far beyond what anything takes; only a wait that would never end meets it.
const DEADLINE: Duration = Duration::from_secs(240);

/// Waits for a state, and fails with its name when it never comes.
pub(crate) fn wait_until(what: &str, mut reached: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !reached() {
        assert!(begun.elapsed() < DEADLINE, "never: {what}");
        park_timeout(Duration::from_millis(100));
    }
}

/// A library in a folder of its own, gone at the end of the test.
pub(crate) struct Library {
    home: TempDir,
}

impl Library {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(home.path().join("files")).expect("a folder for files");
        Self { home }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.home.path().join("library")
    }

    /// The database itself, to bring about what only an accident would.
    pub(crate) fn database(&self) -> rusqlite::Connection {
        let conn = rusqlite::Connection::open(self.folder().join("library.db"));
        let conn = conn.expect("the database");
        conn.busy_timeout(DEADLINE).expect("a patient connection");
        conn
    }

    /// The lines of the lifecycle log.
    pub(crate) fn log(&self) -> Vec<Value> {
        let log = std::fs::read_to_string(self.folder().join("logs/engine.log"));
        log.expect("a log")
            .lines()
            .map(|line| serde_json::from_str(line).expect("one JSON value a line"))
            .collect()
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.home.path().join("files")
    }

    /// Writes a file that can be added.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sheaf"));
        command
            .args(args)
            .arg("--library")
            .arg(self.folder())
            .env_remove("SHEAF_LIBRARY")
            .env_remove("SHEAF_LEASE_STALE_S")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Output {
        self.command(args).output().expect("sheaf runs")
    }

    /// The one JSON value a command prints; it must end well.
    pub(crate) fn json<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Value {
        let output = self.command(args).arg("--json").output();
        let output = output.expect("sheaf runs");
        assert!(output.status.success(), "{}", told(&output));
        value(&output)
    }

    /// Starts a process that goes on; what it says on stderr can be read with [`Sheaf::said`].
    pub(crate) fn spawn(&self, args: &[&str]) -> Sheaf {
        self.spawn_with(args, &[])
    }

    pub(crate) fn spawn_with(&self, args: &[&str], env: &[(&str, &str)]) -> Sheaf {
        let mut command = self.command(args);
        command.envs(env.iter().copied());
        Sheaf::start(command)
    }

    /// Adds one file; the document's id.
    pub(crate) fn add(&self, path: &Path) -> String {
        let added = self.json(&["add".as_ref(), path.as_os_str()]);
        added[0]["document"].to_string()
    }

    /// Adds and reads files to the end; the answers of `add`.
    pub(crate) fn add_and_wait(&self, paths: &[&Path]) -> Value {
        let mut args = vec!["add".as_ref(), "--wait".as_ref()];
        args.extend(paths.iter().map(|path| path.as_os_str()));
        self.json(&args)
    }

    pub(crate) fn show(&self, document: &str) -> Value {
        self.json(&["show", document])
    }

    pub(crate) fn pages_read(&self, document: &str) -> u64 {
        number(&self.show(document)["pages_read"])
    }
}

/// The one JSON value on stdout.
pub(crate) fn value(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("not exactly one JSON value ({error}): {}", told(output)))
}

pub(crate) fn told(output: &Output) -> String {
    format!(
        "{:?}\n{}\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub(crate) fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

pub(crate) fn items(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is no list"))
}

/// Page and claim epoch of each event `page`, in the order they were committed.
pub(crate) fn page_events(shown: &Value) -> Vec<(u64, u64)> {
    items(&shown["events"])
        .iter()
        .filter(|event| event["event"] == "page")
        .map(|event| (number(&event["page"]), number(&event["epoch"])))
        .collect()
}

/// Nothing lost, nothing twice.
pub(crate) fn assert_each_page_once(shown: &Value, pages: u64) {
    let mut seen: Vec<u64> = page_events(shown).iter().map(|(page, _)| *page).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        (1..=pages).collect::<Vec<_>>(),
        "each page has exactly one event"
    );
    assert_eq!(shown["pages_total"], pages);
    assert_eq!(shown["pages_read"], pages);
    assert_eq!(shown["pages_failed"], Value::Array(Vec::new()));
}

/// Milliseconds since 1970 of a time in an answer.
pub(crate) fn time(value: &Value) -> i64 {
    let text = value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no time"));
    let time: jiff::Timestamp = text.parse().expect("RFC 3339");
    time.as_millisecond()
}

/// Outcomes of the attempts at reading, oldest first, by their job.
pub(crate) fn outcomes(shown: &Value) -> Vec<(u64, String)> {
    items(&shown["attempts"])
        .iter()
        .map(|attempt| {
            let outcome = attempt["outcome"].as_str().unwrap_or("under way");
            (number(&attempt["job"]), outcome.to_owned())
        })
        .collect()
}
