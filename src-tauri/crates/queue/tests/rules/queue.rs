//! A queue in memory with a clock that only moves when told.

use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use sheaf_queue::{
    Bid, Claim, EngineEpoch, JobId, JobRow, NewJob, Observed, Outcome, Priority, QueueError,
    RetryPolicy, Role, Settled, State, Timestamp, claim, enqueue, job, migrations, promote_due,
    set_lane, settle, try_become_engine,
};
use tempfile::TempDir;

pub(crate) const LANE: &str = "reading";
pub(crate) const OTHER: &str = "indexing";
pub(crate) const MINUTE: i64 = 60_000;

/// Shares its clock and engine with every test helper; `conn` is for the calls under test.
pub(crate) struct Queue {
    pub(crate) conn: Connection,
    pub(crate) now: Timestamp,
    pub(crate) role: Role,
    folder: TempDir,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self::in_database(Connection::open_in_memory().unwrap())
    }

    fn in_database(mut conn: Connection) -> Self {
        create(&conn);
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp(1_000_000);
        let role = become_engine(&mut conn, &folder, now);
        let mut queue = Self {
            conn,
            now,
            role,
            folder,
        };
        queue.write(|tx, _| {
            set_lane(tx, LANE, 2, 0, 1_000_000)?;
            set_lane(tx, OTHER, 1, 0, 1_000_000)
        });
        queue
    }

    /// Runs a write in a transaction of its own.
    pub(crate) fn write<T>(
        &mut self,
        write: impl FnOnce(&Transaction, Timestamp) -> Result<T, QueueError>,
    ) -> T {
        self.try_write(write).unwrap()
    }

    /// Runs a write in a transaction of its own, which is rolled back on an error.
    pub(crate) fn try_write<T>(
        &mut self,
        write: impl FnOnce(&Transaction, Timestamp) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        let result = write(&tx, self.now)?;
        tx.commit().unwrap();
        Ok(result)
    }

    pub(crate) fn engine(&self) -> EngineEpoch {
        self.role.epoch()
    }

    /// The engine dies and another one takes the role. Returns the dead one's epoch.
    pub(crate) fn replace_engine(&mut self) -> EngineEpoch {
        let old = self.role.epoch();
        let elsewhere = tempfile::tempdir().unwrap();
        self.role = become_engine(&mut self.conn, &elsewhere, self.now);
        self.folder = elsewhere;
        old
    }

    pub(crate) fn wait(&mut self, ms: i64) {
        self.now = Timestamp(self.now.0 + ms);
    }

    pub(crate) fn add(&mut self, priority: Priority) -> JobId {
        self.add_job(&NewJob {
            priority,
            ..plain()
        })
    }

    pub(crate) fn add_job(&mut self, job: &NewJob) -> JobId {
        self.write(|tx, now| enqueue(tx, job, now)).job()
    }

    pub(crate) fn claim(&mut self) -> Option<Claim> {
        let engine = self.engine();
        self.claim_as(engine)
    }

    pub(crate) fn claim_as(&mut self, engine: EngineEpoch) -> Option<Claim> {
        self.write(|tx, now| claim(tx, LANE, engine, None, now))
    }

    /// Adds a job and claims it.
    pub(crate) fn running(&mut self) -> Claim {
        let job = self.add(Priority(100));
        let claim = self.claim().unwrap();
        assert_eq!(claim.job, job, "the most urgent job is claimed first");
        claim
    }

    pub(crate) fn settle(&mut self, claim: &Claim, outcome: &Outcome) -> Settled {
        self.write(|tx, now| settle(tx, claim, outcome, &RetryPolicy::default(), now, 1.0))
    }

    /// Faults and waits until the job has used up its attempts.
    pub(crate) fn dead(&mut self) -> JobId {
        let claim = self.running();
        self.settle(&claim, &give_up());
        claim.job
    }

    pub(crate) fn promote(&mut self) -> u32 {
        self.write(promote_due)
    }

    pub(crate) fn job(&self, id: JobId) -> JobRow {
        job(&self.conn, id).unwrap().unwrap()
    }

    pub(crate) fn state(&self, id: JobId) -> State {
        self.job(id).state
    }
}

/// Makes the tables in an empty database.
pub(crate) fn create(conn: &Connection) {
    for (_, sql) in migrations() {
        conn.execute_batch(sql).unwrap();
    }
}

fn become_engine(conn: &mut Connection, folder: &TempDir, now: Timestamp) -> Role {
    let path = folder.path().join("engine.lock");
    let stale = Duration::from_secs(300);
    let mut seen = Observed::default();
    match try_become_engine(conn, &path, &mut seen, stale, now, Duration::ZERO).unwrap() {
        Bid::Engine(role) => role,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn plain() -> NewJob<'static> {
    NewJob::new(LANE, "read", 1)
}

pub(crate) fn fault() -> Outcome {
    Outcome::Retry {
        code: "drive_gone".into(),
        message: "The drive is not there.".into(),
    }
}

pub(crate) fn give_up() -> Outcome {
    Outcome::GiveUp {
        code: "file_corrupt".into(),
        message: "The file is damaged.".into(),
    }
}

pub(crate) fn recorded(state: State) -> Settled {
    Settled::Recorded {
        state,
        not_before: None,
    }
}
