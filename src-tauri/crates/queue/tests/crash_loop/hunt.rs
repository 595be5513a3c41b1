//! The hunt: processes at work, and a hand that kills one, or freezes the engine until another has gone on in its place.

use std::env;
use std::process::{Child, Command, Stdio};
use std::thread::park_timeout;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rusqlite::{Connection, TransactionBehavior};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use sheaf_queue::{NewJob, Timestamp, busy, enqueue, migrations, set_lane};
use tempfile::TempDir;

use crate::effects::{self, Effects};
use crate::worker::{self, LANE};

const PROCESSES: usize = 3;
/// Far beyond what anything takes; only a wait that would never end meets it.
const DEADLINE: Duration = Duration::from_secs(240);

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fence {
    Up,
    Down,
}

/// How a hunt went.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) kills: u32,
    /// Engines that were woken after another one took over.
    pub(crate) thaws: u32,
    /// Processes that did not end well by themselves.
    pub(crate) broken: usize,
    pub(crate) effects: Effects,
}

impl Told {
    pub(crate) fn assert_right(&self) {
        assert_eq!(self.broken, 0, "{self:?}");
        self.effects.assert_right();
    }
}

pub(crate) fn hunt(jobs: u32, fence: Fence, seed: u64) -> Told {
    let mut hunt = Hunt::begin(jobs, fence, seed);
    // Without the fence one thing done twice is enough.
    let shown = |hunt: &Hunt| fence == Fence::Down && effects::twice(&hunt.conn) > 0;
    while busy(&hunt.conn).unwrap() && !shown(&hunt) {
        hunt.wait_for_effects(1..60);
        match hunt.chance.random_bool(0.4) {
            true => hunt.kill(),
            false => hunt.freeze(),
        }
    }
    let broken = match busy(&hunt.conn).unwrap() {
        true => 0,
        false => hunt.broken(),
    };
    Told {
        broken,
        kills: hunt.kills,
        thaws: hunt.thaws,
        effects: Effects::of(&hunt.conn),
    }
}

struct Hunt {
    folder: TempDir,
    conn: Connection,
    processes: Vec<Child>,
    fence: Fence,
    chance: StdRng,
    kills: u32,
    thaws: u32,
}

impl Hunt {
    fn begin(jobs: u32, fence: Fence, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut conn = worker::open(folder.path());
        fill(&mut conn, jobs);
        let mut hunt = Self {
            folder,
            conn,
            processes: Vec::new(),
            fence,
            chance: StdRng::seed_from_u64(seed),
            kills: 0,
            thaws: 0,
        };
        hunt.processes = (0..PROCESSES).map(|_| hunt.spawn()).collect();
        hunt
    }

    /// This test program again, running one of its tests.
    fn spawn(&self) -> Child {
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "the_other_process", "--ignored"])
            .env(worker::FOLDER, self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if self.fence == Fence::Down {
            command.env("SHEAF_REHEARSE_WITHOUT_FENCE", "1");
        }
        command.spawn().unwrap()
    }

    fn kill(&mut self) {
        let victim = self.chance.random_range(0..PROCESSES);
        let fresh = self.spawn();
        let mut old = std::mem::replace(&mut self.processes[victim], fresh);
        old.kill().unwrap();
        old.wait().unwrap();
        self.kills += 1;
    }

    /// Stops the engine, and lets it go on when another one has done some of what it was at.
    fn freeze(&mut self) {
        let (pid, epoch) = self.engine();
        let Some(engine) = self
            .processes
            .iter()
            .position(|process| process.id() == pid)
        else {
            return;
        };
        self.signal(engine, Signal::STOP);
        let stopped = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        waitid(WaitId::Pid(self.pid(engine)), stopped).unwrap();
        // Inside a write it would hold up everybody; that is another test's matter.
        if !self.may_write() {
            self.signal(engine, Signal::CONT);
            return;
        }
        self.wait("another one takes over", |hunt| hunt.engine().1 > epoch);
        self.wait_for_effects(1..30);
        self.signal(engine, Signal::CONT);
        self.thaws += 1;
    }

    /// Waits for all to end by themselves.
    fn broken(&mut self) -> usize {
        let ends = self.processes.iter_mut().map(|process| process.wait());
        ends.filter(|end| !end.as_ref().unwrap().success()).count()
    }

    fn signal(&mut self, process: usize, signal: Signal) {
        kill_process(self.pid(process), signal).unwrap();
    }

    /// One that has ended by itself is not reaped yet, so its number is its own.
    fn pid(&self, process: usize) -> Pid {
        let pid = i32::try_from(self.processes[process].id()).unwrap();
        Pid::from_raw(pid).unwrap()
    }

    fn engine(&self) -> (u32, i64) {
        let sql = "SELECT pid, epoch FROM engine";
        let row = self
            .conn
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        row.unwrap()
    }

    fn may_write(&self) -> bool {
        self.conn.busy_timeout(Duration::ZERO).unwrap();
        let free = self.conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok();
        self.conn.busy_timeout(DEADLINE).unwrap();
        free
    }

    fn wait_for_effects(&mut self, some: std::ops::Range<u32>) {
        let enough = effects::count(&self.conn) + self.chance.random_range(some);
        self.wait("work goes on", |hunt| {
            effects::count(&hunt.conn) >= enough || !busy(&hunt.conn).unwrap()
        });
    }

    fn wait(&self, what: &str, reached: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !reached(self) && busy(&self.conn).unwrap() {
            assert!(begun.elapsed() < DEADLINE, "never: {what}");
            park_timeout(Duration::from_millis(2));
        }
    }
}

impl Drop for Hunt {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn fill(conn: &mut Connection, jobs: u32) {
    for (_, sql) in migrations() {
        conn.execute_batch(sql).unwrap();
    }
    conn.execute_batch(effects::TABLE).unwrap();
    let tx = conn
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    set_lane(&tx, LANE, 1, 0, jobs).unwrap();
    for subject in 1..=jobs {
        enqueue(
            &tx,
            &NewJob::new(LANE, "read", subject.into()),
            Timestamp(0),
        )
        .unwrap();
    }
    tx.commit().unwrap();
}
