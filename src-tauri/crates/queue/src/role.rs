//! The engine role: one process works, the others stand by.
//!
//! Two things tell whether the engine lives. A kernel-held lock on a file is free the moment the process is dead.
//! A heartbeat, a number in the one row of `engine`, stops when the process hangs. How long it has stood still
//! is measured by the observer on his own monotonic clock ([`Observed`]), so no wall clock has a say.
//!
//! Every change of hands raises the epoch, in a `BEGIN IMMEDIATE` transaction that also checks or replaces the lock
//! file. An engine that wakes up after its role was taken finds its epoch stale and can write nothing.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::lock::{self, LockFile};
use crate::{EngineEpoch, QueueError, Timestamp};

pub(crate) const TABLE: &str = "
CREATE TABLE engine (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  epoch   INTEGER NOT NULL CHECK (epoch >= 0),
  pid     INTEGER NOT NULL,
  host    TEXT NOT NULL,
  beat    INTEGER NOT NULL,
  beat_at INTEGER NOT NULL
) STRICT;
INSERT INTO engine (only, epoch, pid, host, beat, beat_at) VALUES (1, 0, 0, '', 0, 0);
CREATE TRIGGER engine_epoch_rises BEFORE UPDATE OF epoch ON engine WHEN new.epoch < old.epoch
BEGIN SELECT RAISE (ABORT, 'the epoch of the engine fell'); END;
";

/// The right to claim, watch and keep schedules. Dropping it lets the next engine in at once.
#[derive(Debug)]
pub struct Role {
    epoch: EngineEpoch,
    _lock: LockFile,
}

/// The answer to a bid for the role.
#[derive(Debug)]
pub enum Bid {
    /// This process is the engine now; next it calls [`crate::take_back`].
    Engine(Role),
    /// Another one is. Bid again every few seconds, with the same [`Observed`].
    StandBy {
        /// Its process; 0 if none has written itself down yet.
        pid: u32,
        /// Its epoch.
        epoch: EngineEpoch,
    },
    /// It hangs past its time, and the database stayed locked when its role was to be taken over: it was stopped in the
    /// middle of a write. Nobody can write until its process ends.
    Blocked {
        /// Its process.
        pid: u32,
    },
}

/// What a process standing by has seen of the heartbeat, by its own monotonic clock.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    last: Option<Sighting>,
}

#[derive(Clone, Copy, Debug)]
struct Sighting {
    epoch: EngineEpoch,
    beat: i64,
    first_seen: Duration,
}

struct Engine {
    epoch: EngineEpoch,
    pid: u32,
    beat: i64,
}

/// Takes the role if no engine works, or if the one that does has shown no heartbeat for `stale`.
///
/// `mono` is a monotonic time since any fixed moment of this process, `now` the wall clock for people to read. The
/// connection must not be in a transaction; a database that is busy means to stand by, too.
///
/// # Errors
/// [`QueueError::Lock`] when the lock file cannot be used at all.
pub fn try_become_engine(
    conn: &mut Connection,
    lock_path: &Path,
    seen: &mut Observed,
    stale: Duration,
    now: Timestamp,
    mono: Duration,
) -> Result<Bid, QueueError> {
    let current = read(conn)?;
    let still_for = seen.note(&current, mono);
    let won = match lock::try_lock(lock_path).map_err(QueueError::Lock)? {
        Some(lock) => succeed(conn, lock_path, lock, now),
        None if still_for >= stale => take_over(conn, lock_path, &current, now),
        None => Ok(None),
    };
    match won {
        Ok(Some(role)) => Ok(Bid::Engine(role)),
        Ok(None) => stand_by(conn),
        Err(QueueError::Sqlite(error)) if is_busy(&error) && still_for >= stale => {
            blocked(conn, &current)
        }
        Err(QueueError::Sqlite(error)) if is_busy(&error) => stand_by(conn),
        Err(error) => Err(error),
    }
}

/// Whether that engine is the engine: the fence for what concerns no single job.
pub fn holds_role(conn: &Connection, engine: EngineEpoch) -> Result<bool, QueueError> {
    Ok(conn
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM engine WHERE epoch = ?1)")?
        .query_row([engine], |row| row.get(0))?)
}

impl Role {
    /// The epoch to claim with.
    pub fn epoch(&self) -> EngineEpoch {
        self.epoch
    }

    /// Shows that this engine lives. False: the role is lost; stop all work, write nothing.
    pub fn beat(&self, tx: &Transaction, now: Timestamp) -> Result<bool, QueueError> {
        let beaten = tx
            .prepare_cached("UPDATE engine SET beat = beat + 1, beat_at = ?2 WHERE epoch = ?1")?
            .execute((self.epoch, now))?;
        Ok(beaten > 0)
    }
}

impl Observed {
    /// Remembers what is seen and returns how long it has been the same.
    fn note(&mut self, engine: &Engine, mono: Duration) -> Duration {
        match self.last {
            Some(last) if last.epoch == engine.epoch && last.beat == engine.beat => {
                mono.saturating_sub(last.first_seen)
            }
            Some(_) | None => {
                let (epoch, beat) = (engine.epoch, engine.beat);
                self.last = Some(Sighting {
                    epoch,
                    beat,
                    first_seen: mono,
                });
                Duration::ZERO
            }
        }
    }
}

/// The lock was free: the last engine is dead or gone.
///
/// Lock files are replaced only inside write transactions. So a lock that is at its path once ours has begun stays there
/// until we have raised the epoch.
fn succeed(
    conn: &mut Connection,
    lock_path: &Path,
    lock: LockFile,
    now: Timestamp,
) -> Result<Option<Role>, QueueError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !lock.is_at(lock_path).map_err(QueueError::Lock)? {
        return Ok(None);
    }
    let epoch = raise_epoch(&tx, now)?;
    tx.commit()?;
    Ok(Some(Role { epoch, _lock: lock }))
}

/// The engine hangs with its lock: leave it that lock and put a new one in its place.
fn take_over(
    conn: &mut Connection,
    lock_path: &Path,
    hung: &Engine,
    now: Timestamp,
) -> Result<Option<Role>, QueueError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let current = read(&tx)?;
    if current.epoch != hung.epoch || current.beat != hung.beat {
        return Ok(None);
    }
    let epoch = raise_epoch(&tx, now)?;
    let Some(lock) = lock::replace(lock_path).map_err(QueueError::Lock)? else {
        return Ok(None);
    };
    tx.commit()?;
    Ok(Some(Role { epoch, _lock: lock }))
}

fn raise_epoch(tx: &Transaction, now: Timestamp) -> Result<EngineEpoch, QueueError> {
    Ok(tx
        .prepare_cached(
            "UPDATE engine SET epoch = epoch + 1, pid = ?1, host = ?2, beat = 0, beat_at = ?3
             RETURNING epoch",
        )?
        .query_row((std::process::id(), host(), now), |row| row.get(0))?)
}

fn stand_by(conn: &Connection) -> Result<Bid, QueueError> {
    let Engine { pid, epoch, .. } = read(conn)?;
    Ok(Bid::StandBy { pid, epoch })
}

/// The hung engine still holds its lock file (else it would have been free), so the pid in the row is its own.
fn blocked(conn: &Connection, hung: &Engine) -> Result<Bid, QueueError> {
    let current = read(conn)?;
    if current.epoch != hung.epoch || current.beat != hung.beat {
        return stand_by(conn);
    }
    Ok(Bid::Blocked { pid: current.pid })
}

fn read(conn: &Connection) -> Result<Engine, QueueError> {
    Ok(conn
        .prepare_cached("SELECT epoch, pid, beat FROM engine")?
        .query_row([], |row| {
            Ok(Engine {
                epoch: row.get(0)?,
                pid: row.get(1)?,
                beat: row.get(2)?,
            })
        })?)
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// The machine's name, for people who look at the row.
#[cfg(unix)]
fn host() -> String {
    rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned()
}

#[cfg(not(unix))]
fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moment between locking the file and raising the epoch, in which a take-over replaces the file.
    #[test]
    fn a_lock_on_a_file_that_was_replaced_is_worth_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLE).unwrap();
        let locked = lock::try_lock(&path).unwrap().unwrap();
        let winner = lock::replace(&path).unwrap().unwrap();
        assert!(
            succeed(&mut conn, &path, locked, Timestamp(0))
                .unwrap()
                .is_none()
        );
        assert_eq!(
            read(&conn).unwrap().epoch,
            EngineEpoch(0),
            "nothing was raised"
        );
        assert!(
            succeed(&mut conn, &path, winner, Timestamp(0))
                .unwrap()
                .is_some()
        );
    }

    #[test]
    fn a_replaced_lock_file_is_never_free_in_between() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("engine.lock");
        let _hung = lock::try_lock(&path).unwrap().unwrap();
        let _winner = lock::replace(&path).unwrap().unwrap();
        assert!(lock::try_lock(&path).unwrap().is_none());
    }
}
