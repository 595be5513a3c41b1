//! One of the processes: bids for the role, and with it does job after job, page after page. It ends when all is done.

use std::path::Path;
use std::thread::park_timeout;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sheaf_queue::{
    Bid, Claim, Held, Observed, Outcome, Progress, QueueError, RetryPolicy, Role, Settled,
    Timestamp, busy, checkpoint, claim, hold, job, settle, take_back, try_become_engine,
};

use crate::effects;

pub(crate) const FOLDER: &str = "SHEAF_QUEUE_TEST_FOLDER";
pub(crate) const LANE: &str = "reading";
pub(crate) const PAGES: u32 = 10;
/// A heart that stands still for so long is stale.
const STALE: Duration = Duration::from_millis(300);
const BEAT: Duration = Duration::from_millis(30);
/// What a page takes. Most of the time a process is caught here, with a claim in its hands.
const PAGE: Duration = Duration::from_millis(1);

pub(crate) fn open(folder: &Path) -> Connection {
    let conn = Connection::open(folder.join("queue.db")).unwrap();
    conn.busy_timeout(Duration::from_secs(60)).unwrap();
    // A killed process loses nothing that was written, synced or not: only a power cut would.
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
        .unwrap();
    conn
}

pub(crate) fn work(folder: &Path) {
    let mut conn = open(folder);
    let (mut seen, begun) = (Observed::default(), Instant::now());
    let lock = folder.join("engine.lock");
    while busy(&conn).unwrap() {
        match try_become_engine(&mut conn, &lock, &mut seen, STALE, now(), begun.elapsed()) {
            Ok(Bid::Engine(role)) => Engine::new(role).run(&mut conn),
            Ok(Bid::StandBy { .. } | Bid::Blocked { .. }) => park_timeout(BEAT),
            Err(error) => panic!("{error}"),
        }
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(i64::try_from(since.as_millis()).unwrap())
}

struct Engine {
    role: Role,
    beaten: Instant,
}

/// The role is gone, or the claim.
struct Lost;

impl Engine {
    fn new(role: Role) -> Self {
        Self {
            role,
            beaten: Instant::now(),
        }
    }

    fn run(&mut self, conn: &mut Connection) {
        let engine = self.role.epoch();
        let Ok(_) = write(conn, |tx| take_back(tx, engine, now())) else {
            return;
        };
        while busy(conn).unwrap() {
            let claimed = write(conn, |tx| claim(tx, LANE, engine, None, now()));
            let Ok(Some(claim)) = claimed else { return };
            // Whoever lost a claim forgets the job. Whoever lost the role hears of it at the next beat.
            let _ = self.read(conn, &claim);
            if self.beat(conn).is_err() {
                return;
            }
        }
    }

    /// From the last checkpoint on.
    fn read(&mut self, conn: &mut Connection, claim: &Claim) -> Result<(), Lost> {
        let done = job(conn, claim.job).unwrap().ok_or(Lost)?.done;
        for page in done + 1..=PAGES {
            park_timeout(PAGE);
            let progress = Progress {
                stage: "reading",
                done: page,
                total: Some(PAGES),
            };
            fenced(conn, |tx| {
                let held = checkpoint(tx, claim, &progress, now())?;
                effects::add(tx, claim, page);
                Ok(held != Held::Lost)
            })?;
            self.beat(conn)?;
        }
        park_timeout(PAGE);
        fenced(conn, |tx| {
            let held = hold(tx, claim)?;
            effects::add(tx, claim, effects::END);
            let settled = settle(
                tx,
                claim,
                &Outcome::Done,
                &RetryPolicy::default(),
                now(),
                0.5,
            )?;
            Ok(held && settled != Settled::ClaimLost)
        })
    }

    fn beat(&mut self, conn: &mut Connection) -> Result<(), Lost> {
        if self.beaten.elapsed() < BEAT {
            return Ok(());
        }
        self.beaten = Instant::now();
        match write(conn, |tx| self.role.beat(tx, now())) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Lost),
        }
    }
}

fn write<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction) -> Result<T, QueueError>,
) -> Result<T, QueueError> {
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    let result = work(&tx)?;
    tx.commit().unwrap();
    Ok(result)
}

/// Commits only what was written under a good claim.
fn fenced(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction) -> Result<bool, QueueError>,
) -> Result<(), Lost> {
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    match work(&tx).unwrap() {
        true => tx.commit().map_err(|_| Lost),
        false => Err(Lost),
    }
}
