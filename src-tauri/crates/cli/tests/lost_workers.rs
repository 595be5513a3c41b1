//! Children that fall silent, die, talk nonsense or cannot be started: each is told, and no page is lost for it.

#![cfg(all(target_os = "linux", debug_assertions))]

mod support;

use std::time::{Duration, Instant};

use rustix::process::Signal;
use sheaf_engine::Engine;
use support::process::{kill, reading_children, try_signal, try_stop};
use support::{
    Library, Sheaf, assert_each_page_once, fixture, items, number, outcomes, wait_until,
};

const PAGES: u64 = 10;

fn end(mut engine: Sheaf) {
    engine.signal(Signal::TERM);
    let status = engine.end();
    assert!(status.success(), "{status}: {}", engine.said());
}

/// A scan whose reading children may take so many seconds for a page.
fn scan(library: &Library, seconds: &str) -> (String, Sheaf) {
    library.json(&["config", "set", "worker.page_s", seconds]);
    let path = library.file("scan.pdf", fixture::scan_pdf(PAGES as usize));
    let document = library.add(&path);
    let engine = library.spawn(&["run"]);
    wait_until("it is in the middle of it", || {
        library.pages_read(&document) >= 2 && !reading_children(engine.pid()).is_empty()
    });
    (document, engine)
}

fn is_settled(library: &Library, document: &str) -> bool {
    let state = &library.show(document)["state"];
    state == "ready" || state == "problems"
}

#[test]
fn a_child_that_never_answers_is_replaced_and_its_page_read() {
    let library = Library::new();
    let (document, engine) = scan(&library, "4");
    for child in reading_children(engine.pid()) {
        kill(child, Signal::STOP);
    }
    wait_until("it is settled", || is_settled(&library, &document));
    assert_each_page_once(&library.show(&document), PAGES);
    end(engine);
}

#[test]
fn a_page_at_which_every_child_falls_silent_fails_alone_and_can_be_tried_again() {
    let library = Library::new();
    let (document, engine) = scan(&library, "4");
    wait_until("a page is given up", || {
        let failed = !failed_pages(&library, &document).is_empty();
        for child in reading_children(engine.pid()) {
            if !failed && is_at_work(child) {
                try_stop(child);
            }
        }
        failed
    });
    for child in reading_children(engine.pid()) {
        kill(child, Signal::CONT);
    }
    wait_until("the rest is settled", || is_settled(&library, &document));
    let pages = failed_pages(&library, &document);
    assert!(
        (1..=2).contains(&pages.len()),
        "one for each reader: {pages:?}"
    );
    assert!(
        pages.iter().all(|(_, code)| code == "timed_out"),
        "{pages:?}"
    );
    let shown = library.show(&document);
    assert_eq!(shown["state"], "problems");
    assert_eq!(number(&shown["pages_read"]), PAGES - pages.len() as u64);
    for (page, _) in pages {
        library.json(&["retry", &document, "--page", &page.to_string()]);
    }
    wait_until("they are read", || {
        library.show(&document)["state"] == "ready"
    });
    assert_each_page_once(&library.show(&document), PAGES);
    end(engine);
}

fn failed_pages(library: &Library, document: &str) -> Vec<(u64, String)> {
    let shown = library.show(document);
    let pages = items(&shown["pages_failed"]).iter();
    pages
        .map(|page| {
            let code = page["code"].as_str().expect("a code").to_owned();
            (number(&page["page"]), code)
        })
        .collect()
}

/// Whether a child has locked itself in, and so is no longer starting.
fn is_at_work(child: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{child}/status"));
    status.is_ok_and(|status| status.contains("Seccomp:\t2"))
}

/// Everything stands still for longer than a page may take, as when the lid is closed.
#[test]
fn a_machine_suspended_in_the_middle_of_a_page_blames_nobody() {
    let library = Library::new();
    let (document, engine) = scan(&library, "2");
    let children = reading_children(engine.pid());
    engine.stop();
    for child in &children {
        try_stop(*child);
    }
    let begun = Instant::now();
    wait_until("twice the time of a page has gone by", || {
        begun.elapsed() > Duration::from_secs(5)
    });
    for child in &children {
        kill(*child, Signal::CONT);
    }
    engine.signal(Signal::CONT);
    wait_until("it is settled", || is_settled(&library, &document));
    let shown = library.show(&document);
    assert_each_page_once(&shown, PAGES);
    let read_job = outcomes(&shown)[0].0;
    let attempts = outcomes(&shown);
    let attempts: Vec<_> = attempts
        .iter()
        .filter(|(job, _)| *job == read_job)
        .collect();
    assert_eq!(attempts.len(), 1, "no claim was lost: {attempts:?}");
    end(engine);
}

/// A program that talks nonsense where a worker is expected, and later the right one.
#[test]
fn a_worker_that_talks_nonsense_is_told_and_tried_again() {
    let library = Library::new();
    let script = library.file("noise", "#!/bin/sh\nhead -c 4096 /dev/urandom >&0\n");
    make_executable(&script);
    let document = library.add(&library.file("a.pdf", fixture::pdf(&["Marmalade"])));
    let engine = Engine::open(&library.folder(), script).expect("the library opens");
    let working = engine.work().expect("it works");
    wait_until("it is to be tried again", || {
        number(&library.json(&["stats"])["retrying"]) == 1
    });
    working.stop();
    drop(engine);
    let queue = library.json(&["queue"]);
    assert_eq!(queue[0]["code"], "worker_unavailable", "{queue}");
    let job = queue[0]["job"].to_string();
    library.json(&["retry", &job]);
    library.json(&["run", "--until-idle"]);
    let shown = library.show(&document);
    assert_eq!(shown["state"], "ready");
    assert_each_page_once(&shown, 1);
}

#[test]
fn a_page_is_not_blamed_when_no_worker_can_be_started() {
    let library = Library::new();
    let gone = library.files().join("gone");
    let worker = env!("CARGO_BIN_EXE_sheaf");
    let script = format!(
        "#!/bin/sh\ntest ! -e '{}' || exit 3\nexec '{worker}' \"$@\"\n",
        gone.display()
    );
    let script = library.file("worker", script);
    make_executable(&script);
    let document = library.add(&library.file("scan.pdf", fixture::scan_pdf(PAGES as usize)));
    let engine = Engine::open(&library.folder(), script).expect("the library opens");
    let working = engine.work().expect("it works");
    wait_until("it is in the middle of it", || {
        library.pages_read(&document) >= 2
    });
    std::fs::write(&gone, "").expect("gone");
    for child in reading_children(std::process::id()) {
        try_signal(child, Signal::KILL);
    }
    wait_until("it is to be tried again", || {
        number(&library.json(&["stats"])["retrying"]) == 1
    });
    let queue = library.json(&["queue"]);
    assert_eq!(queue[0]["code"], "worker_unavailable", "{queue}");
    assert_eq!(failed_pages(&library, &document), []);
    std::fs::remove_file(&gone).expect("back");
    library.json(&["retry", &queue[0]["job"].to_string()]);
    wait_until("it is read", || library.show(&document)["state"] == "ready");
    assert_each_page_once(&library.show(&document), PAGES);
    working.stop();
}

fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn a_worker_that_keeps_dying_is_warned_of_until_it_stops() {
    let library = Library::new();
    // A document that takes its worker down is given to one more.
    library.json(&["config", "set", "warn.deaths", "2"]);
    let path = library.file("scan.pdf", fixture::scan_pdf(30));
    library.add(&path);
    let engine = library.spawn(&["run"]);
    let warned = || !items(&library.json(&["stats"])["warnings"]).is_empty();
    wait_until("it is warned of", || {
        for child in reading_children(engine.pid()) {
            try_signal(child, Signal::KILL);
        }
        warned()
    });
    let stats = library.json(&["stats"]);
    let warning = &stats["warnings"][0];
    assert_eq!(
        (&warning["warning"], &warning["lane"]),
        (&"worker_dies".into(), &"reading".into())
    );
    assert!(library.log().iter().any(|line| line["event"] == "warning"));
    let output = library.run(&["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("A worker keeps dying"), "{said}");
    end(engine);
    assert!(!warned(), "nobody works, nobody dies");
}
