//! What the world around does to a library: each fault is told, loses nothing, and work goes on when it has gone.

#![cfg(all(target_os = "linux", debug_assertions))]

mod support;

use std::path::PathBuf;

use rustix::process::Signal;
use support::disk::Disk;
use support::process::{is_stopped, reading_children, try_stop};
use support::{
    Library, Sheaf, assert_each_page_once, fixture, items, ledger, number, told, wait_until,
};

const PAGES: u64 = 10;

/// So many documents of ten pages with plenty of text, added.
fn add_texts(library: &Library, documents: u64) {
    for n in 0..documents {
        let page = |page: u64| {
            let words = (0..400).map(|word| format!("ship{} ", (n * 7 + page * 13 + word) % 1009));
            format!(
                "Harbour book {n}, page {page}. {}",
                words.collect::<String>()
            )
        };
        let pages: Vec<String> = (1..=PAGES).map(page).collect();
        library.file(&format!("{n}.txt"), pages.join("\u{c}"));
    }
    library.json(&["add".as_ref(), library.files().as_os_str()]);
}

fn all_ready(library: &Library, documents: u64) -> bool {
    let ready = library.json(&["list", "--state", "ready", "--limit", "1000"]);
    items(&ready).len() as u64 == documents
}

fn end(mut engine: Sheaf) {
    engine.signal(Signal::TERM);
    let status = engine.end();
    assert!(status.success(), "{status}: {}", engine.said());
}

#[test]
fn a_full_disk_is_told_loses_nothing_and_work_goes_on_when_there_is_room() {
    const DOCUMENTS: u64 = 6;
    let library = Library::new();
    let Some(disk) = Disk::under(&library, 32) else {
        return a_file_that_may_not_grow();
    };
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    add_texts(&library, DOCUMENTS);
    disk.fill(120);
    let engine = library.spawn(&["run"]);
    wait_until("it says so", || engine.said().contains("The disk is full."));
    let stats = library.json(&["stats"]);
    assert_eq!((number(&stats["failed"]), number(&stats["dead"])), (0, 0));
    disk.clear();
    wait_until("all is read and indexed", || all_ready(&library, DOCUMENTS));
    end(engine);
    let faults = ledger::faults(&library, DOCUMENTS, PAGES);
    assert_eq!(faults, Vec::<String>::new());
}

/// Where no disk can be mounted: the system refuses every write beyond a length.
fn a_file_that_may_not_grow() {
    const DOCUMENTS: u64 = 6;
    let library = Library::new();
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    add_texts(&library, DOCUMENTS);
    let limited = library.command(&["run"]);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""])
        .arg(limited.get_program())
        .args(limited.get_args());
    let engine = Sheaf::start(shell);
    wait_until("it says so", || {
        engine.said().contains("Nothing can be done")
    });
    end(engine);
    library.json(&["run", "--until-idle"]);
    let faults = ledger::faults(&library, DOCUMENTS, PAGES);
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_library_that_cannot_be_written_can_be_read_says_so_and_is_whole_when_it_can() {
    let library = Library::new();
    let Some(disk) = Disk::under(&library, 16) else {
        return;
    };
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    add_texts(&library, 1);
    disk.set_writable(false);
    assert_eq!(
        items(&library.json(&["queue"])).len(),
        1,
        "looking is possible"
    );
    let path = library.file("more.pdf", fixture::pdf(&["Marmalade"]));
    let path = path.to_str().expect("a name of letters");
    for args in [&["add", path][..], &["pause"], &["cancel", "--all"]] {
        let output = library.run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {}", told(&output));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            said.contains("The library cannot be written."),
            "{args:?}: {said}"
        );
    }
    let engine = library.spawn(&["run"]);
    wait_until("it says so", || {
        engine.said().contains("The library cannot be written.")
    });
    end(engine);
    disk.set_writable(true);
    library.json(&["run", "--until-idle"]);
    assert_eq!(ledger::faults(&library, 1, PAGES), Vec::<String>::new());
}

#[test]
fn a_process_that_holds_the_library_is_named_and_work_goes_on_when_it_lets_go() {
    let library = Library::new();
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    let busy = [
        ("SHEAF_REHEARSE_BUSY_MS", "300"),
        ("SHEAF_LEASE_STALE_S", "2"),
    ];
    let engine = library.spawn_with(&["run"], &busy);
    wait_until("it works", || engine_epoch(&library) == 1);
    add_texts(&library, 2);
    let database = library.database();
    database.execute_batch("BEGIN IMMEDIATE").expect("held");
    let this = format!("process {} ", std::process::id());
    let held = library
        .command(&["pause"])
        .envs(busy)
        .output()
        .expect("sheaf runs");
    assert_eq!(held.status.code(), Some(1), "{}", told(&held));
    let said = String::from_utf8_lossy(&held.stderr).into_owned();
    assert!(
        said.contains(&this) && said.contains("long write"),
        "{said}"
    );
    wait_until("the engine names it too", || engine.said().contains(&this));
    database.execute_batch("ROLLBACK").expect("let go");
    wait_until("all is read and indexed", || all_ready(&library, 2));
    assert!(engine.said().contains("Going on."), "{}", engine.said());
    end(engine);
    assert_eq!(ledger::faults(&library, 2, PAGES), Vec::<String>::new());
}

/// `sheaf add` put to sleep by Ctrl-Z in the middle of its write, say.
#[test]
fn a_process_stopped_in_the_middle_of_a_write_is_found_by_the_doctor() {
    let library = Library::new();
    library.json(&["stats"]);
    let held = Holding::start(&library);
    let output = library.command(&["doctor", "--json"]).output();
    let health = support::value(&output.expect("sheaf runs"));
    let check = items(&health["checks"])
        .iter()
        .find(|check| check["name"] == "writing");
    let check = check.expect("it is looked at");
    assert_eq!(check["ok"], false, "{health}");
    let advice = format!("kill -CONT {}", held.0.id());
    let found = check["found"].as_str().expect("a sentence");
    assert!(found.contains(&advice), "{found}");
}

/// Another program with a write of its own, stopped.
struct Holding(std::process::Child);

impl Holding {
    fn start(library: &Library) -> Self {
        let script = "import sqlite3, sys, os, signal\n\
                      c = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                      c.execute('BEGIN IMMEDIATE')\n\
                      os.kill(os.getpid(), signal.SIGSTOP)\n";
        let child = std::process::Command::new("python3")
            .args(["-c", script])
            .arg(library.folder().join("library.db"))
            .spawn()
            .expect("python3 runs");
        wait_until("it is stopped", || is_stopped(child.id()));
        Self(child)
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A clock that tests set.
struct Clock(PathBuf);

impl Clock {
    fn new(library: &Library) -> Self {
        let clock = Self(library.folder().with_file_name("clock"));
        clock.jump(0);
        clock
    }

    /// To so many milliseconds from the true time; all at once.
    fn jump(&self, ms: i64) {
        let next = self.0.with_extension("next");
        std::fs::write(&next, ms.to_string()).expect("written");
        std::fs::rename(next, &self.0).expect("in place");
    }

    fn spawn(&self, library: &Library, args: &[&str]) -> Sheaf {
        let path = self.0.to_str().expect("a name of letters");
        library.spawn_with(args, &[("SHEAF_REHEARSE_CLOCK", path)])
    }
}

fn engine_epoch(library: &Library) -> i64 {
    let sql = "SELECT epoch FROM engine";
    let epoch = library.database().query_row(sql, [], |row| row.get(0));
    epoch.expect("an engine")
}

#[test]
fn a_clock_that_is_set_back_a_day_delays_no_retry() {
    let library = Library::new();
    for (key, value) in [("attempts", "100"), ("base_s", "1"), ("cap_s", "2")] {
        library.json(&["config", "set", &format!("retry.{key}"), value]);
    }
    let clock = Clock::new(&library);
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let document = library.add(&path);
    let (drive, away) = (library.files(), library.folder().with_extension("away"));
    std::fs::rename(&drive, &away).expect("the drive is unplugged");
    let engine = clock.spawn(&library, &["run"]);
    wait_until("it is to be tried again", || {
        number(&library.json(&["stats"])["retrying"]) == 1
    });
    let epoch = engine_epoch(&library);
    clock.jump(-DAY_MS);
    wait_until("it was tried again", || {
        let shown = library.show(&document);
        let attempts = items(&shown["attempts"]);
        let last = attempts.last().expect("an attempt");
        support::time(&last["started_at"]) < support::time(&attempts[0]["started_at"])
    });
    std::fs::rename(&away, &drive).expect("and plugged in");
    wait_until("it is ready", || {
        library.show(&document)["state"] == "ready"
    });
    assert_eq!(
        engine_epoch(&library),
        epoch,
        "the role stayed where it was"
    );
    end(engine);
    assert_each_page_once(&library.show(&document), 1);
}

#[test]
fn a_clock_that_is_set_ahead_a_day_brings_what_is_due_once_and_costs_nothing() {
    let library = Library::new();
    let clock = Clock::new(&library);
    let path = library.file("a.pdf", fixture::pdf(&["Marmalade"]));
    let path = path.to_str().expect("a name of letters");
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(23);
    let added = library.json(&["add", path, "--not-before", &soon.to_string()]);
    let document = added[0]["document"].to_string();
    let engine = clock.spawn(&library, &["run"]);
    wait_until("it works", || engine_epoch(&library) == 1);
    assert_eq!(number(&library.json(&["stats"])["waiting"]), 1);
    clock.jump(DAY_MS);
    wait_until("it is ready", || {
        library.show(&document)["state"] == "ready"
    });
    wait_until("what was due is done", || {
        let schedules = library.json(&["schedule", "list"]);
        items(&schedules)
            .iter()
            .all(|one| one["last_at"].is_string())
    });
    clock.jump(0);
    assert_eq!(engine_epoch(&library), 1, "the role stayed where it was");
    end(engine);
    assert_each_page_once(&library.show(&document), 1);
    assert_eq!(number(&library.json(&["stats"])["dead"]), 0);
}

#[test]
fn a_queue_that_grows_is_warned_of_and_no_more_when_it_shrinks() {
    let library = Library::new();
    library.json(&["config", "set", "warn.backlog", "3"]);
    let clock = Clock::new(&library);
    library.json(&["config", "set", "worker.page_s", "600"]);
    library.json(&["config", "set", "reading.workers", "1"]);
    library.add(&library.file("scan.pdf", fixture::scan_pdf(30)));
    let engine = clock.spawn(&library, &["run"]);
    wait_until("a child is at it", || {
        reading_children(engine.pid()).first().is_some_and(|child| {
            try_stop(*child);
            is_stopped(*child)
        })
    });
    for n in 0..4 {
        library.add(&library.file(&format!("{n}.pdf"), fixture::pdf(&[&format!("Page {n}")])));
        let minutes = i64::from(n + 1) * 11;
        clock.jump(minutes * 60_000);
        wait_until("the engine has looked", || {
            let schedules = library.json(&["schedule", "list"]);
            let report = items(&schedules).iter().find(|one| one["name"] == "report");
            let last = &report.expect("a report")["last_at"];
            last.is_string()
                && support::time(last)
                    > jiff::Timestamp::now().as_millisecond() + (minutes - 6) * 60_000
        });
    }
    let stats = || library.json(&["stats"]);
    wait_until("it is warned of", || {
        stats()["warnings"][0]["warning"] == "backlog_grows"
    });
    library.json(&["flush", "--yes"]);
    clock.jump(50 * 60_000);
    wait_until("it is over", || items(&stats()["warnings"]).is_empty());
    let log = library.log();
    let events = |name: &str| log.iter().filter(|line| line["event"] == name).count();
    assert_eq!(
        (events("warning"), events("warning_over")),
        (1, 1),
        "{log:?}"
    );
    end(engine);
}
