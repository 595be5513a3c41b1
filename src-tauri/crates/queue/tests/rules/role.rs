//! One engine at a time, and never an engine that was replaced.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sheaf_queue::{Bid, EngineEpoch, Observed, Role, Timestamp, holds_role, try_become_engine};
use tempfile::TempDir;

use crate::queue::create;

const STALE: Duration = Duration::from_secs(300);

/// A library on disk that several processes bid for.
struct Library {
    folder: TempDir,
}

/// One of these processes, with its own connection, its own clock and its own memory.
struct Bidder {
    conn: Connection,
    lock: PathBuf,
    seen: Observed,
    mono: Duration,
    now: Timestamp,
}

impl Library {
    fn new() -> Self {
        let library = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        create(&library.open());
        library
    }

    fn open(&self) -> Connection {
        open(self.folder.path())
    }

    fn lock(&self) -> PathBuf {
        self.folder.path().join("engine.lock")
    }

    fn bidder(&self) -> Bidder {
        Bidder {
            conn: self.open(),
            lock: self.lock(),
            seen: Observed::default(),
            mono: Duration::from_secs(1_000),
            now: Timestamp(0),
        }
    }

    fn epoch(&self) -> EngineEpoch {
        self.open()
            .query_row("SELECT epoch FROM engine", [], |row| row.get(0))
            .unwrap()
    }
}

fn open(folder: &Path) -> Connection {
    let conn = Connection::open(folder.join("library.db")).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.busy_timeout(Duration::ZERO).unwrap();
    conn
}

impl Bidder {
    fn bid(&mut self) -> Bid {
        try_become_engine(
            &mut self.conn,
            &self.lock,
            &mut self.seen,
            STALE,
            self.now,
            self.mono,
        )
        .unwrap()
    }

    fn wins(&mut self) -> Role {
        match self.bid() {
            Bid::Engine(role) => role,
            other => panic!("{other:?}"),
        }
    }

    fn stands_by(&mut self) -> (u32, EngineEpoch) {
        match self.bid() {
            Bid::StandBy { pid, epoch } => (pid, epoch),
            other => panic!("{other:?}"),
        }
    }

    fn beat(&mut self, role: &Role) -> bool {
        let tx = immediate(&mut self.conn);
        let alive = role.beat(&tx, self.now).unwrap();
        tx.commit().unwrap();
        alive
    }
}

fn immediate(conn: &mut Connection) -> Transaction<'_> {
    conn.transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap()
}

#[test]
fn one_is_the_engine_and_the_others_stand_by() {
    let library = Library::new();
    let (mut first, mut second) = (library.bidder(), library.bidder());
    let role = first.wins();
    assert_eq!(second.stands_by(), (std::process::id(), role.epoch()));
    assert!(holds_role(&second.conn, role.epoch()).unwrap());
}

#[test]
fn an_engine_that_ends_is_followed_at_once() {
    let library = Library::new();
    let (mut first, mut second) = (library.bidder(), library.bidder());
    let role = first.wins();
    let old = role.epoch();
    second.stands_by();
    drop(role);
    let role = second.wins();
    assert!(role.epoch() > old);
    assert!(!holds_role(&first.conn, old).unwrap());
}

#[test]
fn a_heart_that_beats_is_never_stale() {
    let library = Library::new();
    let (mut first, mut second) = (library.bidder(), library.bidder());
    let role = first.wins();
    for _ in 0..10 {
        second.stands_by();
        second.mono += STALE - Duration::from_millis(1);
        second.stands_by();
        assert!(first.beat(&role));
    }
}

#[test]
fn a_hung_engine_is_replaced_and_finds_its_role_lost() {
    let library = Library::new();
    let (mut hung, mut next) = (library.bidder(), library.bidder());
    let old = hung.wins();
    next.stands_by();
    next.mono += STALE;
    let new = next.wins();
    assert!(new.epoch() > old.epoch());
    assert!(!hung.beat(&old), "it wakes up and is told");
    assert!(next.beat(&new));
}

#[test]
fn a_woken_engine_cannot_get_back_in_while_its_successor_lives() {
    let library = Library::new();
    let (mut hung, mut next) = (library.bidder(), library.bidder());
    let old = hung.wins();
    next.stands_by();
    next.mono += STALE;
    let new = next.wins();
    assert_eq!(
        hung.stands_by().1,
        new.epoch(),
        "with the old lock still held"
    );
    drop(old);
    assert_eq!(
        hung.stands_by().1,
        new.epoch(),
        "with the old lock given back"
    );
    drop(new);
    hung.wins();
}

#[test]
fn an_engine_stopped_in_the_middle_of_a_write_is_named() {
    let library = Library::new();
    let (mut hung, mut next) = (library.bidder(), library.bidder());
    let _role = hung.wins();
    let writing = immediate(&mut hung.conn);
    next.stands_by();
    next.mono += STALE;
    let bid = next.bid();
    let own = std::process::id();
    assert!(matches!(bid, Bid::Blocked { pid } if pid == own), "{bid:?}");
    drop(writing);
    next.wins();
}

#[test]
fn jumps_of_the_wall_clock_change_nothing() {
    let library = Library::new();
    let (mut first, mut second) = (library.bidder(), library.bidder());
    let role = first.wins();
    for now in [i64::MAX, 0, i64::MIN] {
        second.now = Timestamp(now);
        second.stands_by();
        first.now = Timestamp(now);
        assert!(first.beat(&role));
    }
}

#[test]
fn a_newcomer_waits_the_whole_time_whatever_its_clock_says() {
    let library = Library::new();
    let _hung = library.bidder().wins();
    let mut newcomer = library.bidder();
    newcomer.mono = Duration::from_secs(1_000_000);
    newcomer.stands_by();
    newcomer.mono += STALE - Duration::from_millis(1);
    newcomer.stands_by();
    newcomer.mono += Duration::from_millis(1);
    newcomer.wins();
}

#[test]
fn of_two_that_see_a_stale_heart_one_wins() {
    let library = Library::new();
    let _hung = library.bidder().wins();
    let mut rivals = [library.bidder(), library.bidder()];
    for rival in &mut rivals {
        rival.stands_by();
        rival.mono += STALE;
    }
    let [first, second] = &mut rivals;
    let role = first.wins();
    assert_eq!(second.stands_by().1, role.epoch());
    second.mono += STALE - Duration::from_millis(1);
    second.stands_by();
}

/// Many rounds of threads that bid at once for a hung engine's role: in each round exactly one may win, and the file
/// at the path must be the one it locked.
#[test]
fn a_race_for_the_lock_file_has_one_winner() {
    for round in 0..20 {
        // Some are turned away by the busy database, in other rounds they wait and find the epoch raised.
        let patience = Duration::from_secs(60 * (round % 2));
        let library = Library::new();
        let hung = library.bidder().wins();
        // All have seen the heart stand still before the first of them bids.
        let rivals = [(); 4].map(|()| {
            let mut rival = library.bidder();
            rival.stands_by();
            rival.mono += STALE;
            rival.conn.busy_timeout(patience).unwrap();
            rival
        });
        let rivals = rivals.map(|mut rival| thread::spawn(move || rival.bid()));
        let bids = rivals.map(|rival| rival.join().unwrap());
        let winners: Vec<&Role> = bids
            .iter()
            .filter_map(|bid| match bid {
                Bid::Engine(role) => Some(role),
                Bid::StandBy { .. } | Bid::Blocked { .. } => None,
            })
            .collect();
        assert_eq!(winners.len(), 1, "{bids:?}");
        assert_eq!(library.epoch(), EngineEpoch(hung.epoch().0 + 1));
        library.bidder().stands_by();
    }
}

#[test]
fn a_lock_file_deleted_by_hand_still_leaves_one_engine() {
    let library = Library::new();
    let (mut first, mut second) = (library.bidder(), library.bidder());
    let old = first.wins();
    fs::remove_file(library.lock()).unwrap();
    let new = second.wins();
    assert!(!first.beat(&old), "the epoch decides");
    assert!(second.beat(&new));
}

#[test]
fn a_left_over_of_a_broken_take_over_does_not_stop_the_next() {
    let library = Library::new();
    let _hung = library.bidder().wins();
    fs::write(library.folder.path().join("engine.lock.next"), b"").unwrap();
    let mut next = library.bidder();
    next.stands_by();
    next.mono += STALE;
    next.wins();
    assert!(!library.folder.path().join("engine.lock.next").exists());
}

#[test]
fn a_busy_database_means_to_stand_by_and_bid_again() {
    let library = Library::new();
    let mut writer = library.open();
    let mut bidder = library.bidder();
    let tx = immediate(&mut writer);
    bidder.stands_by();
    tx.commit().unwrap();
    bidder.wins();
}

#[test]
fn a_heartbeat_that_came_in_between_stops_the_take_over() {
    let library = Library::new();
    let (mut slow, mut next) = (library.bidder(), library.bidder());
    let role = slow.wins();
    next.stands_by();
    next.mono += STALE;
    assert!(slow.beat(&role));
    next.stands_by();
    assert!(holds_role(&next.conn, role.epoch()).unwrap());
}

/// The engine is another process, killed without a chance to say goodbye.
#[cfg(unix)]
#[test]
fn a_killed_engine_is_followed_at_once() {
    let library = Library::new();
    let mut engine = spawn_engine(library.folder.path());
    while library.epoch() == EngineEpoch(0) {
        assert!(
            engine.try_wait().unwrap().is_none(),
            "the other process ended by itself"
        );
        thread::yield_now();
    }
    let mut next = library.bidder();
    assert_eq!(next.stands_by(), (engine.id(), EngineEpoch(1)));
    engine.kill().unwrap();
    engine.wait().unwrap();
    assert_eq!(next.wins().epoch(), EngineEpoch(2));
}

const FOLDER: &str = "SHEAF_QUEUE_TEST_FOLDER";

/// This test program again, running only the test below, which ends when its input does.
fn spawn_engine(folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "role::the_other_process", "--ignored"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "is the other process of a_killed_engine_is_followed_at_once"]
fn the_other_process() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let mut bidder = Bidder {
        conn: open(&folder),
        lock: folder.join("engine.lock"),
        seen: Observed::default(),
        mono: Duration::ZERO,
        now: Timestamp(0),
    };
    let _role = bidder.wins();
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).unwrap();
}
