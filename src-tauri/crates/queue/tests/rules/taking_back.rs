//! A new engine takes back what the last one held.

use sheaf_queue::{
    Claim, MAX_LOSSES, Outcome, QueueError, State, attempts, cancel, pause_job, take_back, workers,
};

use crate::queue::{Queue, fault};
use crate::workers::worker;

/// The engine is lost while it holds the claim, and the next one takes back.
fn lose(queue: &mut Queue) -> Vec<sheaf_queue::JobId> {
    queue.replace_engine();
    let engine = queue.engine();
    queue.write(|tx, now| take_back(tx, engine, now))
}

#[test]
fn a_lost_job_is_queued_again_and_costs_no_attempt() {
    let mut queue = Queue::new();
    let claim = queue.running();
    assert_eq!(lose(&mut queue), [claim.job]);
    let row = queue.job(claim.job);
    assert_eq!(
        (row.state, row.losses, row.engine),
        (State::Queued, 1, None)
    );
    let again = queue.claim().unwrap();
    assert_eq!((again.job, again.attempt), (claim.job, 1));
    let history = attempts(&queue.conn, &[claim.job]).unwrap();
    assert_eq!(history[0].outcome.as_deref(), Some("lost"));
    assert_eq!(history[0].ended_at, Some(queue.now));
}

#[test]
fn twenty_losses_are_a_dead_letter() {
    let mut queue = Queue::new();
    let job = queue.running().job;
    for loss in 1..MAX_LOSSES {
        lose(&mut queue);
        assert_eq!(queue.state(job), State::Queued, "after loss {loss}");
        queue.claim().unwrap();
    }
    lose(&mut queue);
    let row = queue.job(job);
    assert_eq!((row.state, row.losses), (State::Failed, 20));
    assert_eq!(row.code.as_deref(), Some("engine_lost"));
}

#[test]
fn wishes_are_kept_when_the_engine_is_lost() {
    let mut queue = Queue::new();
    let cancelled = queue.running();
    let paused = queue.running();
    queue.write(|tx, now| cancel(tx, cancelled.job, now));
    queue.write(|tx, _| pause_job(tx, paused.job));
    assert_eq!(lose(&mut queue), [cancelled.job, paused.job]);
    assert_eq!(queue.state(cancelled.job), State::Cancelled);
    assert_eq!(queue.state(paused.job), State::Paused);
}

#[test]
fn only_older_engines_lose_their_jobs() {
    let mut queue = Queue::new();
    queue.running();
    lose(&mut queue);
    let mine: Claim = queue.claim().unwrap();
    let engine = queue.engine();
    assert_eq!(queue.write(|tx, now| take_back(tx, engine, now)), []);
    assert_eq!(
        queue.settle(&mine, &Outcome::Done),
        crate::queue::recorded(State::Completed)
    );
}

#[test]
fn faults_still_count_after_a_loss() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    queue.wait(60_000);
    queue.claim().unwrap();
    lose(&mut queue);
    assert_eq!(queue.claim().unwrap().attempt, 2);
}

#[test]
fn an_engine_that_lost_the_role_takes_nothing_back() {
    let mut queue = Queue::new();
    let old = queue.replace_engine();
    queue.running();
    let refused = queue.write(|tx, now| Ok(take_back(tx, old, now)));
    assert!(matches!(refused, Err(QueueError::RoleLost)), "{refused:?}");
}

#[test]
fn the_workers_of_lost_engines_leave_the_register() {
    let mut queue = Queue::new();
    let row = worker(1, queue.engine());
    queue.write(|tx, _| sheaf_queue::register_worker(tx, &row));
    lose(&mut queue);
    assert_eq!(workers(&queue.conn).unwrap(), []);
}
