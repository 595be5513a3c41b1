//! A scan in the middle of being read, and kept there: its reading children are stopped, each with a page in hand.

use rustix::process::Signal;
use serde_json::Value;

use super::process::{is_stopped, kill, reading_children};
use super::{Library, Sheaf, fixture, items, number, page_events, wait_until};

pub(crate) const PAGES: u64 = 30;
/// Reading children of an engine, as the default says: so many pages are in hand at most.
pub(crate) const READERS: u64 = 2;

pub(crate) struct Middle {
    pub(crate) document: String,
    pub(crate) engine: Sheaf,
    held: Vec<u32>,
}

impl Middle {
    /// Adds a scan, and lets `sheaf run` read some pages of it.
    pub(crate) fn of_a_run(library: &Library) -> Self {
        library.add(&scan(library));
        Self::reached(library, library.spawn(&["run"]))
    }

    /// The same by `sheaf add --wait`.
    pub(crate) fn of_an_add(library: &Library) -> Self {
        let path = scan(library);
        let path = path.to_str().expect("a name of letters");
        Self::reached(library, library.spawn(&["add", "--wait", path]))
    }

    fn reached(library: &Library, engine: Sheaf) -> Self {
        let mut document = String::new();
        wait_until("some pages are read, and every reader is there", || {
            // Newest first: the scan, once it was added.
            if let Some(known) = items(&library.json(&["list"])).first() {
                document = known["document"].to_string();
            }
            !document.is_empty()
                && library.pages_read(&document) >= 2
                && reading_children(engine.pid()).len() as u64 == READERS
        });
        let held = reading_children(engine.pid());
        for child in &held {
            kill(*child, Signal::STOP);
        }
        wait_until("they are stopped", || {
            held.iter().all(|child| is_stopped(*child))
        });
        let middle = Self {
            document,
            engine,
            held,
        };
        let shown = library.show(&middle.document);
        assert_eq!(shown["state"], "reading");
        assert!(
            number(&shown["pages_read"]) + READERS < PAGES,
            "pages are left: {shown}"
        );
        middle
    }

    /// The children that are stopped.
    pub(crate) fn children(&self) -> &[u32] {
        &self.held
    }

    /// Lets the children finish the pages in hand and whatever they are asked for next.
    pub(crate) fn go_on(&self) {
        for child in &self.held {
            kill(*child, Signal::CONT);
        }
    }
}

/// The file, in a library where a page in hand may stay there for as long as a test looks.
fn scan(library: &Library) -> std::path::PathBuf {
    library.json(&["config", "set", "worker.page_s", "600"]);
    library.file("scan.pdf", fixture::scan_pdf(PAGES as usize))
}

/// The page boundary: of what was in hand each page may still come, and no other.
pub(crate) fn assert_only_pages_in_hand_came(before: &Value, after: &Value) {
    let (before, after) = (page_events(before), page_events(after));
    assert_eq!(after[..before.len()], before, "what was committed stays");
    let came = (after.len() - before.len()) as u64;
    assert!(came <= READERS, "{came} pages more: {after:?}");
}

/// The job that reads a document, as the queue tells it; `Null` when it has ended.
pub(crate) fn reading_job(library: &Library, document: &str) -> Value {
    let queue = library.json(&["queue"]);
    let found = items(&queue)
        .iter()
        .find(|row| row["kind"] == "read" && row["document"].as_u64() == document.parse().ok());
    found.cloned().unwrap_or_default()
}
