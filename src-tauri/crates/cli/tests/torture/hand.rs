//! The hand that kills and freezes.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rusqlite::{Connection, OpenFlags};
use rustix::process::Signal;

use crate::support::process::{children, try_signal};
use crate::support::{Library, Sheaf, ledger, wait_until};

const ENGINES: usize = 3;
const PAGES: u64 = 10;
/// A claim may be worked on for so many milliseconds before others see it.
const CLAIMED_AHEAD: i64 = 500;
/// A heart that stands still for so long, in seconds, is stale.
const STALE: &str = "0.5";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fence {
    Up,
    Down,
}

/// How a round went.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) engines_killed: u32,
    pub(crate) children_killed: u32,
    /// Engines that were woken after another one took over.
    pub(crate) thawed: u32,
    /// Sentences about what went wrong.
    pub(crate) faults: Vec<String>,
}

/// Reads and indexes so many documents, in three portions, under such a hand.
pub(crate) fn torture(documents: u64, fence: Fence, seed: u64) -> Told {
    let mut hand = Hand::begin(fence, seed);
    for portion in 0..3 {
        hand.add(portion, documents / 3);
        while !hand.is_idle() && !hand.has_shown_enough() {
            hand.wait_for_progress(1..30);
            match hand.next() {
                Act::KillEngine => hand.kill_engine(),
                Act::KillChild => hand.kill_child(),
                Act::Freeze => hand.freeze(),
            }
        }
    }
    hand.end(documents)
}

enum Act {
    KillEngine,
    KillChild,
    Freeze,
}

struct Hand {
    library: Library,
    conn: Connection,
    engines: Vec<Sheaf>,
    fence: Fence,
    chance: StdRng,
    /// When a child was last killed, in milliseconds: work that loses two children is given up, and rightly, so the next is
    /// killed only when all that was in hand then has ended.
    last_kill: i64,
    told: Told,
}

impl Hand {
    fn begin(fence: Fence, seed: u64) -> Self {
        let library = Library::new();
        library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
        let mut hand = Self {
            conn: watcher(&library),
            engines: Vec::new(),
            library,
            fence,
            chance: StdRng::seed_from_u64(seed),
            last_kill: 0,
            told: Told::default(),
        };
        hand.engines = (0..ENGINES).map(|_| hand.spawn()).collect();
        hand
    }

    /// Chance decides, once everything was done that a round must have.
    fn next(&mut self) -> Act {
        match (&self.told, self.chance.random_range(0..10)) {
            (
                Told {
                    engines_killed: 0, ..
                },
                _,
            ) => Act::KillEngine,
            (
                Told {
                    children_killed: 0, ..
                },
                _,
            ) => Act::KillChild,
            (Told { thawed: 0, .. }, _) => Act::Freeze,
            (_, 0..3) => Act::KillEngine,
            (_, 3..6) => Act::KillChild,
            (_, _) => Act::Freeze,
        }
    }

    fn spawn(&self) -> Sheaf {
        let mut env = vec![("SHEAF_LEASE_STALE_S", STALE)];
        if self.fence == Fence::Down {
            env.push(("SHEAF_REHEARSE_WITHOUT_FENCE", "1"));
        }
        self.library.spawn_with(&["run"], &env)
    }

    fn add(&mut self, portion: u64, documents: u64) {
        let folder = self.library.files().join(portion.to_string());
        std::fs::create_dir(&folder).expect("a folder");
        for n in 0..documents {
            let page = |page| {
                format!(
                    "Harbour book {portion}-{n}, page {page}. Ships that came: {}.",
                    n * page
                )
            };
            let pages: Vec<String> = (1..=PAGES).map(page).collect();
            let path = folder.join(format!("{n}.txt"));
            std::fs::write(path, pages.join("\u{c}")).expect("a file");
        }
        self.library.json(&["add".as_ref(), folder.as_os_str()]);
    }

    fn kill_engine(&mut self) {
        let victim = self.chance.random_range(0..ENGINES);
        self.engines[victim].kill();
        self.engines[victim] = self.spawn();
        self.told.engines_killed += 1;
    }

    fn kill_child(&mut self) {
        let old = format!(
            "SELECT count(*) FROM jobs WHERE state = 'processing' AND started_at <= {}",
            self.last_kill + CLAIMED_AHEAD
        );
        if self.count(&old) > 0 {
            return;
        }
        let victims = children(self.engine().0);
        if let Some(victim) = victims.choose(&mut self.chance)
            && try_signal(*victim, Signal::KILL)
        {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            self.last_kill = now.expect("a clock").as_millis() as i64;
            self.told.children_killed += 1;
        }
    }

    /// Stops the engine, and lets it go on when another one has done some of what it was at.
    fn freeze(&mut self) {
        let (pid, epoch) = self.engine();
        let Some(engine) = self.engines.iter().position(|engine| engine.pid() == pid) else {
            return;
        };
        self.engines[engine].stop();
        // Inside a write it would hold up everybody until the next engine ends it: see `stopped_writer`.
        if !self.may_write() {
            self.engines[engine].signal(Signal::CONT);
            return;
        }
        self.wait("another one takes over", |hand| hand.engine().1 > epoch);
        self.wait_for_progress(1..30);
        self.engines[engine].signal(Signal::CONT);
        self.told.thawed += 1;
    }

    /// Pid and epoch of the engine.
    fn engine(&self) -> (u32, i64) {
        let sql = "SELECT pid, epoch FROM engine";
        let row = self
            .conn
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        row.expect("an engine")
    }

    fn may_write(&self) -> bool {
        let conn = self.library.database();
        conn.busy_timeout(Duration::ZERO).expect("no wait");
        conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok()
    }

    fn is_idle(&self) -> bool {
        self.count("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == 0
    }

    /// Without the fence one thing done twice is enough.
    fn has_shown_enough(&self) -> bool {
        self.fence == Fence::Down && !ledger::twice(&self.conn).is_empty()
    }

    fn wait_for_progress(&mut self, some: std::ops::Range<i64>) {
        let enough = self.progress() + self.chance.random_range(some);
        self.wait("work goes on", |hand| hand.progress() >= enough);
    }

    /// A number that rises with every page, batch and end.
    fn progress(&self) -> i64 {
        self.count(
            "SELECT coalesce((SELECT max(id) FROM events), 0) + coalesce((SELECT max(id) FROM segments), 0)",
        )
    }

    fn count(&self, sql: &str) -> i64 {
        self.conn
            .query_row(sql, [], |row| row.get(0))
            .expect("counted")
    }

    fn wait(&self, what: &str, reached: impl Fn(&Self) -> bool) {
        wait_until(what, || reached(self) || self.is_idle());
    }

    fn end(mut self, documents: u64) -> Told {
        if self.has_shown_enough() {
            self.told.faults = ledger::twice(&self.conn);
            return self.told;
        }
        for engine in &mut self.engines {
            engine.ask_to_end();
        }
        self.told.faults = ledger::faults(&self.library, documents, PAGES);
        self.told
    }
}

/// A connection that only looks.
fn watcher(library: &Library) -> Connection {
    let path = library.folder().join("library.db");
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let conn = conn.expect("the database");
    conn.busy_timeout(Duration::from_secs(60))
        .expect("a patient connection");
    conn
}
