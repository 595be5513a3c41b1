//! What is removed, and what stays.

use sheaf_queue::{
    NewJob, Outcome, Priority, State, Timestamp, attempts, attempts_of, cleanup, counts, dismiss,
    flush, forget_subject, job, pause_job,
};

use crate::queue::{Queue, fault, plain};

#[test]
fn forgetting_a_subject_removes_its_jobs_and_their_history() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.add_job(&plain());
    let other = queue.add_job(&NewJob {
        subject: 2,
        ..plain()
    });
    assert_eq!(queue.write(|tx, _| forget_subject(tx, 1)), 2);
    assert_eq!(job(&queue.conn, claim.job).unwrap(), None);
    assert_eq!(attempts(&queue.conn, &[claim.job]).unwrap(), []);
    assert_eq!(queue.state(other), State::Queued);
    let counts = counts(&queue.conn).unwrap();
    assert_eq!((counts.queued, counts.processing), (1, 0));
}

#[test]
fn cleanup_removes_what_finished_before_a_moment() {
    let mut queue = Queue::new();
    let old = queue.running();
    queue.settle(&old, &Outcome::Done);
    queue.wait(1_000);
    let young = queue.running();
    queue.settle(&young, &Outcome::Done);
    let queued = queue.add(Priority::NORMAL);
    let limit = queue.now;
    assert_eq!(queue.write(|tx, _| cleanup(tx, limit)), 1);
    assert_eq!(job(&queue.conn, old.job).unwrap(), None);
    assert_eq!(queue.state(young.job), State::Completed);
    assert_eq!(queue.state(queued), State::Queued);
}

#[test]
fn what_was_done_to_a_subject_is_told_after_its_job_has_expired() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &Outcome::Done);
    let before = attempts_of(&queue.conn, claim.subject).unwrap();
    let end = Timestamp(i64::MAX);
    assert_eq!(queue.write(|tx, _| cleanup(tx, end)), 1);
    assert_eq!(before.len(), 1);
    assert_eq!(attempts_of(&queue.conn, claim.subject).unwrap(), before);
    queue.write(|tx, _| forget_subject(tx, claim.subject));
    assert_eq!(attempts_of(&queue.conn, claim.subject).unwrap(), []);
}

#[test]
fn cleanup_leaves_dead_letters_until_they_are_dismissed() {
    let mut queue = Queue::new();
    let dead = queue.dead();
    let end = Timestamp(i64::MAX);
    assert_eq!(queue.write(|tx, _| cleanup(tx, end)), 0);
    queue.write(|tx, _| dismiss(tx, dead));
    assert_eq!(queue.write(|tx, _| cleanup(tx, end)), 1);
}

#[test]
fn a_number_is_never_used_again() {
    let mut queue = Queue::new();
    let gone = queue.add(Priority::NORMAL);
    queue.write(|tx, _| forget_subject(tx, 1));
    assert!(queue.add(Priority::NORMAL) > gone);
}

#[test]
fn flush_cancels_all_that_stands_in_line_and_lets_the_rest_run() {
    let mut queue = Queue::new();
    let waiting = queue.add_job(&NewJob {
        not_before: Some(Timestamp(i64::MAX)),
        ..plain()
    });
    let retrying = queue.running();
    queue.settle(&retrying, &fault());
    let paused = queue.add(Priority::NORMAL);
    queue.write(|tx, _| pause_job(tx, paused));
    let running = queue.running();
    let queued = queue.add(Priority::NORMAL);
    assert_eq!(queue.write(flush), 4);
    for job in [waiting, retrying.job, paused, queued] {
        assert_eq!(queue.state(job), State::Cancelled);
    }
    assert_eq!(queue.state(running.job), State::Processing);
}
