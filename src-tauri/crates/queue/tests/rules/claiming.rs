//! Who is claimed next, and by whom.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use sheaf_queue::{
    EngineEpoch, JobId, NewJob, Outcome, Priority, State, Timestamp, attempts, best_queued, claim,
    enqueue, next_due, set_lane,
};

use crate::queue::{LANE, OTHER, Queue, create, plain};

#[test]
fn the_highest_priority_goes_first_then_the_oldest() {
    let mut queue = Queue::new();
    let low = queue.add(Priority::LOW);
    let normal = queue.add(Priority::NORMAL);
    let high = queue.add(Priority::HIGH);
    let normal_later = queue.add(Priority::NORMAL);
    let order: Vec<JobId> = std::iter::from_fn(|| queue.claim())
        .map(|claim| claim.job)
        .collect();
    assert_eq!(order, [high, normal, normal_later, low]);
}

#[test]
fn a_claim_carries_what_was_enqueued() {
    let mut queue = Queue::new();
    let job = queue.add_job(&NewJob {
        subject: 42,
        payload: Some("{}"),
        priority: Priority(61),
        ..plain()
    });
    let claim = queue.claim().unwrap();
    assert_eq!(claim.job, job);
    assert_eq!((claim.lane.as_str(), claim.kind.as_str()), (LANE, "read"));
    assert_eq!(
        (claim.subject, claim.priority, claim.attempt),
        (42, Priority(61), 1)
    );
    assert_eq!(claim.payload.as_deref(), Some("{}"));
    assert_eq!(claim.engine, queue.engine());
}

#[test]
fn a_lane_gives_only_its_own_jobs() {
    let mut queue = Queue::new();
    queue.add_job(&NewJob {
        lane: OTHER,
        ..plain()
    });
    assert_eq!(queue.claim(), None);
}

#[test]
fn every_claim_raises_the_epoch_and_begins_an_attempt() {
    let mut queue = Queue::new();
    let first = queue.running();
    queue.settle(&first, &Outcome::Yield);
    let second = queue.claim().unwrap();
    assert!(second.epoch > first.epoch, "{second:?} after {first:?}");
    let history = attempts(&queue.conn, &[first.job]).unwrap();
    let epochs: Vec<_> = history.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [first.epoch, second.epoch]);
    assert_eq!(history[1].ended_at, None, "the second claim is under way");
}

#[test]
fn only_jobs_strictly_above_the_minimum_are_claimed() {
    let mut queue = Queue::new();
    let engine = queue.engine();
    queue.add(Priority::NORMAL);
    let above = |queue: &mut Queue, minimum| {
        queue.write(|tx, now| claim(tx, LANE, engine, Some(minimum), now))
    };
    assert_eq!(
        above(&mut queue, Priority::NORMAL),
        None,
        "equal is not above"
    );
    assert!(above(&mut queue, Priority::LOW).is_some());
}

#[test]
fn an_engine_that_lost_the_role_claims_nothing() {
    let mut queue = Queue::new();
    let job = queue.add(Priority::NORMAL);
    let old = queue.replace_engine();
    assert_eq!(queue.claim_as(old), None);
    assert_eq!(
        queue.claim_as(EngineEpoch(old.0 + 5)),
        None,
        "nor does one that never was"
    );
    assert_eq!(queue.state(job), State::Queued);
    assert!(queue.claim().is_some());
}

#[test]
fn a_job_with_a_time_waits_for_it() {
    let mut queue = Queue::new();
    let due = Timestamp(queue.now.0 + 5_000);
    let job = queue.add_job(&NewJob {
        not_before: Some(due),
        ..plain()
    });
    assert_eq!(queue.state(job), State::Waiting);
    assert_eq!(next_due(&queue.conn).unwrap(), Some(due));
    queue.wait(4_999);
    assert_eq!(queue.claim(), None, "one millisecond too early");
    queue.wait(1);
    assert_eq!(queue.claim().unwrap().job, job);
    assert_eq!(next_due(&queue.conn).unwrap(), None);
}

#[test]
fn a_time_in_the_past_means_now() {
    let mut queue = Queue::new();
    let past = Timestamp(queue.now.0 - 1);
    let job = queue.add_job(&NewJob {
        not_before: Some(past),
        ..plain()
    });
    assert_eq!(queue.state(job), State::Queued);
}

#[test]
fn the_best_queued_priority_is_that_of_the_next_claim() {
    let mut queue = Queue::new();
    assert_eq!(best_queued(&queue.conn, LANE).unwrap(), None);
    queue.add(Priority::LOW);
    queue.add(Priority::HIGH);
    assert_eq!(
        best_queued(&queue.conn, LANE).unwrap(),
        Some(Priority::HIGH)
    );
    queue.claim();
    assert_eq!(best_queued(&queue.conn, LANE).unwrap(), Some(Priority::LOW));
}

/// Two connections to one file empty the queue together; every job must come out exactly once.
#[test]
fn two_claimers_never_get_the_same_job() {
    const JOBS: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("queue.db");
    let mut first = open(&path);
    create(&first);
    first.execute("UPDATE engine SET epoch = 1", []).unwrap();
    let tx = first.transaction().unwrap();
    set_lane(&tx, LANE, 2, 0, 1_000).unwrap();
    for _ in 0..JOBS {
        enqueue(&tx, &plain(), Timestamp(0)).unwrap();
    }
    tx.commit().unwrap();

    let start = Arc::new(Barrier::new(2));
    let claimers = [first, open(&path)].map(|conn| {
        let start = Arc::clone(&start);
        thread::spawn(move || {
            start.wait();
            claim_until_empty(conn)
        })
    });
    let mut claimed: Vec<JobId> = claimers
        .into_iter()
        .flat_map(|claimer| claimer.join().unwrap())
        .collect();
    claimed.sort();
    assert_eq!(claimed.len(), JOBS);
    claimed.dedup();
    assert_eq!(claimed.len(), JOBS, "a job was claimed twice");
}

fn open(path: &std::path::Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.pragma_update(None, "synchronous", "OFF").unwrap();
    conn.busy_timeout(Duration::from_secs(60)).unwrap();
    conn
}

fn claim_until_empty(mut conn: Connection) -> Vec<JobId> {
    let mut jobs = Vec::new();
    loop {
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        let claim = claim(&tx, LANE, EngineEpoch(1), None, Timestamp(1)).unwrap();
        tx.commit().unwrap();
        match claim {
            Some(claim) => jobs.push(claim.job),
            None => return jobs,
        }
    }
}
