//! How fast the queue is: one JSON line a figure, on a real file with `synchronous=FULL`, attempts and events on.
//!
//! `cargo xtask bench queue [FOLDER]`. FOLDER must be on the disk that is meant, not in memory. The floor is measured in
//! the same run: one fsynced commit of one small row after the other.

#![expect(clippy::print_stdout, reason = "the figures are the output")]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sheaf_document::DocumentId;
use sheaf_queue::{
    Bid, Claim, EngineEpoch, JobId, NewJob, Observed, Outcome, RetryPolicy, Role, Settled,
    Timestamp,
};
use sheaf_store::table::events;
use sheaf_store::{Library, Pending, Result, StoreError, Tx};

const LANE: &str = "reading";
/// Results of one worker on their way to the disk at once, as in the engine.
const IN_FLIGHT: usize = 32;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.unwrap_or_else(std::env::temp_dir);
    let home = tempfile::tempdir_in(&folder).map_err(|error| StoreError::io(&folder, error))?;
    floor(home.path())?;
    let (library, role) = open(&home.path().join("small"))?;
    let engine = role.epoch();
    enqueue_one_by_one(&library, 1_000)?;
    for workers in [1, 4] {
        fill(&library, 4_000)?;
        let taken = drain(&library, engine, workers)?;
        tell("sheaf", &format!("drain_{workers}w/s"), taken);
    }
    latency(&library, engine, 200)?;
    sizes(&home.path().join("large"))
}

fn tell(peer: &str, metric: &str, value: f64) {
    println!("{{\"peer\":\"{peer}\",\"metric\":\"{metric}\",\"value\":{value:.3}}}");
}

fn per_second(n: u32, begun: Instant) -> f64 {
    f64::from(n) / begun.elapsed().as_secs_f64()
}

/// What the disk allows to whoever commits each thing alone.
fn floor(home: &Path) -> Result<()> {
    let conn = rusqlite::Connection::open(home.join("floor.db"))?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;
         CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL);",
    )?;
    let (n, begun) = (1_000, Instant::now());
    for _ in 0..n {
        conn.execute("INSERT INTO rows (text) VALUES ('one row')", [])?;
    }
    tell("floor", "commit/s", per_second(n, begun));
    Ok(())
}

fn open(folder: &Path) -> Result<(Library, Role)> {
    let library = Library::open(folder)?;
    library.write(|tx| Ok(sheaf_queue::set_lane(tx, LANE, 4, 0, u32::MAX)?))?;
    let (lock, mut seen) = (library.folder().engine_lock(), Observed::default());
    let stale = Duration::from_secs(300);
    let mut conn = library.connect()?;
    let bid =
        sheaf_queue::try_become_engine(&mut conn, &lock, &mut seen, stale, now(), Duration::ZERO)?;
    match bid {
        Bid::Engine(role) => Ok((library, role)),
        Bid::StandBy { .. } | Bid::Blocked { .. } => Err(StoreError::Unknown("the role".into())),
    }
}

/// The clock is of no interest here; time only has to pass.
fn now() -> Timestamp {
    Timestamp(1_795_000_000_000)
}

fn add(tx: &Tx<'_>, subject: i64) -> Result<JobId> {
    let job = sheaf_queue::enqueue(tx, &NewJob::new(LANE, "read", subject), now())?.job();
    events::note(tx, DocumentId(subject), Some(job), "added", now().0)?;
    Ok(job)
}

fn enqueue_one_by_one(library: &Library, n: u32) -> Result<()> {
    let begun = Instant::now();
    for subject in 0..n {
        library.write(move |tx| add(tx, subject.into()))?;
    }
    tell("sheaf", "enqueue_1/s", per_second(n, begun));
    library.write(|tx| Ok(sheaf_queue::flush(tx, now())?))?;
    Ok(())
}

/// The last of the added jobs.
fn fill(library: &Library, n: u32) -> Result<JobId> {
    library.write(move |tx| {
        let mut last = JobId(0);
        for subject in 0..n {
            last = add(tx, subject.into())?;
        }
        Ok(last)
    })
}

/// Jobs a second, claimed and settled by so many workers that do nothing in between. As the engine's, they claim ahead of
/// the disk and have several results on their way to it; a job counts when its result is there.
fn drain(library: &Library, engine: EngineEpoch, workers: usize) -> Result<f64> {
    let begun = Instant::now();
    let outcomes: Vec<Result<u32>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|_| scope.spawn(|| work_off(library, engine)))
            .collect();
        let ended = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|one| one.unwrap_or(Err(StoreError::WriterEnded)))
            .collect()
    });
    let mut done = 0;
    for outcome in outcomes {
        done += outcome?;
    }
    Ok(per_second(done, begun))
}

/// What one worker does until the queue is empty. Returns how many jobs.
fn work_off(library: &Library, engine: EngineEpoch) -> Result<u32> {
    let mut in_flight = VecDeque::new();
    let mut done = 0;
    loop {
        let (claim, _) =
            library.ahead(move |tx| Ok(sheaf_queue::claim(tx, LANE, engine, None, now())?))?;
        let Some(claim) = claim else { break };
        in_flight.push_back(settle(library, claim));
        if in_flight.len() > IN_FLIGHT
            && let Some(oldest) = in_flight.pop_front()
        {
            oldest.wait()?;
            done += 1;
        }
    }
    for result in in_flight {
        result.wait()?;
        done += 1;
    }
    Ok(done)
}

fn settle(library: &Library, claim: Claim) -> Pending<()> {
    library.submit(move |tx| {
        let document = DocumentId(claim.subject);
        events::note(tx, document, Some(claim.job), "read", now().0)?;
        let policy = RetryPolicy::default();
        match sheaf_queue::settle(tx, &claim, &Outcome::Done, &policy, now(), 0.5)? {
            Settled::Recorded { .. } => Ok(()),
            Settled::ClaimLost => Err(StoreError::ClaimLost),
        }
    })
}

/// From the call that adds a job to an idle queue until a worker of the same process has claimed it.
fn latency(library: &Library, engine: EngineEpoch, n: u32) -> Result<()> {
    let (ring, bell) = channel::<Instant>();
    let waiting = library.clone();
    let worker = std::thread::spawn(move || -> Result<Vec<Duration>> {
        let mut waits = Vec::new();
        for begun in bell {
            let claimed =
                waiting.write(move |tx| Ok(sheaf_queue::claim(tx, LANE, engine, None, now())?))?;
            waits.extend(claimed.map(|_| begun.elapsed()));
        }
        Ok(waits)
    });
    for subject in 0..n {
        let begun = Instant::now();
        library.write(move |tx| add(tx, subject.into()))?;
        let _ = ring.send(begun);
    }
    drop(ring);
    let mut waits = worker.join().unwrap_or(Err(StoreError::WriterEnded))?;
    waits.sort_unstable();
    for (name, share) in [("p50", 50), ("p99", 99)] {
        if let Some(wait) = waits.get(waits.len() * share / 100) {
            let ms = wait.as_secs_f64() * 1_000.0;
            tell("sheaf", &format!("latency_{name}_ms"), ms);
        }
    }
    Ok(())
}

/// What claiming costs without waiting for the disk, and where positions stand, with ever more jobs in line.
fn sizes(folder: &Path) -> Result<()> {
    let (library, role) = open(folder)?;
    let mut there = 0;
    for (name, size) in [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)] {
        let begun = Instant::now();
        let last = fill(&library, size - there)?;
        if there == 0 {
            tell("sheaf", "enqueue_batch/s", per_second(size, begun));
        }
        there = size;
        tell(
            "sheaf",
            &format!("claim_us_{name}"),
            claim_us(&library, role.epoch())?,
        );
        if name == "100k" {
            let conn = library.read()?;
            let begun = Instant::now();
            for _ in 0..100 {
                sheaf_queue::position(&conn, last)?;
            }
            let us = begun.elapsed().as_secs_f64() * 1e6 / 100.0;
            tell("sheaf", "position_us_100k", us);
            let begun = Instant::now();
            for _ in 0..100 {
                sheaf_queue::listing(&conn, None, 50, 90_000)?;
            }
            let us = begun.elapsed().as_secs_f64() * 1e6 / 100.0;
            tell("sheaf", "window_of_50_us_100k", us);
        }
    }
    Ok(())
}

/// Microseconds to claim a job and give it back, many in one transaction.
fn claim_us(library: &Library, engine: EngineEpoch) -> Result<f64> {
    const N: u32 = 1_000;
    library.write(move |tx| {
        let begun = Instant::now();
        for _ in 0..N {
            if let Some(claim) = sheaf_queue::claim(tx, LANE, engine, None, now())? {
                let policy = RetryPolicy::default();
                sheaf_queue::settle(tx, &claim, &Outcome::Yield, &policy, now(), 0.5)?;
            }
        }
        Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(N))
    })
}
