//! Cancel, pause and resume.

use sheaf_queue::{
    Cancel, JobId, NewJob, Outcome, Priority, QueueError, State, Timestamp, best_queued, busy,
    cancel, is_paused, pause_all, pause_job, pause_lane, resume_all, resume_job, resume_lane,
};

use crate::queue::{LANE, OTHER, Queue, fault, plain};

fn cancelled(queue: &mut Queue, job: JobId) -> Cancel {
    queue.write(|tx, now| cancel(tx, job, now))
}

#[test]
fn what_stands_in_line_is_cancelled_at_once() {
    let mut queue = Queue::new();
    let waiting = queue.add_job(&NewJob {
        not_before: Some(Timestamp(i64::MAX)),
        ..plain()
    });
    let retrying = queue.running();
    queue.settle(&retrying, &fault());
    let queued = queue.add(Priority::NORMAL);
    let paused = queue.add(Priority::NORMAL);
    queue.write(|tx, _| pause_job(tx, paused));
    for job in [waiting, retrying.job, queued, paused] {
        assert_eq!(cancelled(&mut queue, job), Cancel::Done);
        let row = queue.job(job);
        assert_eq!(
            (row.state, row.finished_at),
            (State::Cancelled, Some(queue.now))
        );
    }
    assert_eq!(queue.claim(), None);
}

#[test]
fn what_runs_is_cancelled_at_its_next_page() {
    let mut queue = Queue::new();
    let claim = queue.running();
    assert_eq!(cancelled(&mut queue, claim.job), Cancel::AtNextPage);
    assert_eq!(queue.state(claim.job), State::Processing);
    queue.settle(&claim, &Outcome::Cancelled);
    assert_eq!(queue.state(claim.job), State::Cancelled);
}

#[test]
fn what_is_finished_or_unknown_cannot_be_cancelled() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &Outcome::Done);
    assert_eq!(cancelled(&mut queue, claim.job), Cancel::NotActive);
    assert_eq!(cancelled(&mut queue, JobId(99)), Cancel::NotActive);
    assert_eq!(queue.state(claim.job), State::Completed);
}

#[test]
fn a_paused_job_is_passed_over_until_resumed() {
    let mut queue = Queue::new();
    let first = queue.add(Priority::NORMAL);
    let second = queue.add(Priority::NORMAL);
    assert!(queue.write(|tx, _| pause_job(tx, first)));
    assert_eq!(queue.claim().unwrap().job, second);
    assert_eq!(queue.claim(), None);
    assert!(queue.write(|tx, now| resume_job(tx, first, now)));
    assert_eq!(queue.claim().unwrap().job, first);
}

#[test]
fn a_resumed_job_keeps_waiting_for_its_time() {
    let mut queue = Queue::new();
    let due = Timestamp(queue.now.0 + 100);
    let job = queue.add_job(&NewJob {
        not_before: Some(due),
        ..plain()
    });
    queue.write(|tx, _| pause_job(tx, job));
    queue.write(|tx, now| resume_job(tx, job, now));
    assert_eq!(
        (queue.state(job), queue.job(job).not_before),
        (State::Waiting, Some(due))
    );
    queue.write(|tx, _| pause_job(tx, job));
    queue.wait(100);
    assert_eq!(queue.promote(), 0, "a paused job is not promoted");
    queue.write(|tx, now| resume_job(tx, job, now));
    assert_eq!(queue.state(job), State::Queued);
}

#[test]
fn what_is_finished_cannot_be_paused_or_resumed() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &Outcome::Done);
    assert!(!queue.write(|tx, _| pause_job(tx, claim.job)));
    assert!(!queue.write(|tx, now| resume_job(tx, claim.job, now)));
}

#[test]
fn a_paused_lane_gives_nothing_and_others_go_on() {
    let mut queue = Queue::new();
    let engine = queue.engine();
    queue.add(Priority::NORMAL);
    queue.add_job(&NewJob {
        lane: OTHER,
        ..plain()
    });
    assert!(queue.write(|tx, _| pause_lane(tx, LANE)));
    assert!(
        !queue.write(|tx, _| pause_lane(tx, LANE)),
        "it was paused already"
    );
    assert_eq!(queue.claim(), None);
    assert_eq!(best_queued(&queue.conn, LANE).unwrap(), None);
    assert!(
        queue
            .write(|tx, now| sheaf_queue::claim(tx, OTHER, engine, None, now))
            .is_some()
    );
    queue.write(|tx, _| resume_lane(tx, LANE));
    assert!(queue.claim().is_some());
}

#[test]
fn a_pause_of_all_holds_every_lane_and_leaves_single_pauses_alone() {
    let mut queue = Queue::new();
    queue.add(Priority::NORMAL);
    queue.write(|tx, _| pause_all(tx));
    assert!(is_paused(&queue.conn).unwrap());
    assert_eq!(queue.claim(), None);
    assert_eq!(best_queued(&queue.conn, LANE).unwrap(), None);
    queue.write(|tx, _| pause_lane(tx, LANE));
    queue.write(|tx, _| resume_all(tx));
    assert_eq!(queue.claim(), None, "the lane was paused on its own");
    queue.write(|tx, _| resume_lane(tx, LANE));
    assert!(queue.claim().is_some());
}

#[test]
fn pauses_survive_a_change_of_engines() {
    let mut queue = Queue::new();
    queue.add(Priority::NORMAL);
    queue.write(|tx, _| pause_all(tx));
    queue.replace_engine();
    assert_eq!(queue.claim(), None);
}

#[test]
fn pausing_a_lane_that_is_not_there_is_an_error() {
    let mut queue = Queue::new();
    let refused = queue.write(|tx, _| Ok(pause_lane(tx, "nowhere")));
    assert!(
        matches!(refused, Err(QueueError::UnknownLane(_))),
        "{refused:?}"
    );
}

#[test]
fn a_queue_is_busy_while_something_goes_on_by_itself() {
    let mut queue = Queue::new();
    let check = |queue: &Queue, expect: bool, why: &str| {
        assert_eq!(busy(&queue.conn).unwrap(), expect, "{why}");
    };
    check(&queue, false, "empty");
    queue.add_job(&NewJob {
        not_before: Some(Timestamp(i64::MAX)),
        ..plain()
    });
    check(&queue, false, "waiting for a time");
    let job = queue.add(Priority::NORMAL);
    check(&queue, true, "queued");
    queue.write(|tx, _| pause_job(tx, job));
    check(&queue, false, "paused");
    queue.write(|tx, now| resume_job(tx, job, now));
    queue.write(|tx, _| pause_lane(tx, LANE));
    check(&queue, false, "queued in a paused lane");
    queue.write(|tx, _| resume_lane(tx, LANE));
    let claim = queue.claim().unwrap();
    queue.write(|tx, _| pause_all(tx));
    check(&queue, true, "running towards its pause");
    queue.settle(&claim, &fault());
    check(&queue, false, "retrying under a pause of all");
    queue.write(|tx, _| resume_all(tx));
    check(&queue, true, "retrying");
}
