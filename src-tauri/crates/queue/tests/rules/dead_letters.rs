//! What failed stays in a list until someone acts.

use sheaf_queue::{
    JobId, NewJob, Outcome, Priority, State, attempts, cancel, counts, dead, dismiss, fail_by_hand,
    retry, retry_all_dead,
};

use crate::queue::{MINUTE, Queue, fault, give_up, plain};

fn letters(queue: &Queue) -> Vec<JobId> {
    dead(&queue.conn, 100)
        .unwrap()
        .into_iter()
        .map(|row| row.job)
        .collect()
}

fn retried(queue: &mut Queue, job: JobId) -> bool {
    queue.write(|tx, now| retry(tx, job, now))
}

#[test]
fn dead_letters_are_listed_latest_first() {
    let mut queue = Queue::new();
    let first = queue.dead();
    queue.wait(1);
    let second = queue.dead();
    assert_eq!(letters(&queue), [second, first]);
    assert_eq!(dead(&queue.conn, 1).unwrap().len(), 1);
}

#[test]
fn a_dead_letter_tried_again_has_all_its_attempts_and_its_history() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    queue.wait(MINUTE);
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &give_up());
    assert!(retried(&mut queue, claim.job));
    let row = queue.job(claim.job);
    assert_eq!((row.state, row.attempt, row.code), (State::Queued, 0, None));
    assert_eq!(letters(&queue), []);
    for attempt in 1..=3 {
        let claim = queue.claim().unwrap();
        assert_eq!(claim.attempt, attempt);
        queue.settle(&claim, &fault());
        queue.wait(10 * MINUTE);
    }
    assert_eq!(
        queue.state(claim.job),
        State::Failed,
        "the third fault again"
    );
    let history = attempts(&queue.conn, &[claim.job]).unwrap();
    assert_eq!(history.len(), 5);
    assert_eq!(history[1].code.as_deref(), Some("file_corrupt"));
}

#[test]
fn a_dismissed_letter_is_off_the_list_and_can_still_be_tried_again() {
    let mut queue = Queue::new();
    let job = queue.dead();
    assert!(queue.write(|tx, _| dismiss(tx, job)));
    assert!(!queue.write(|tx, _| dismiss(tx, job)));
    assert_eq!(letters(&queue), []);
    assert_eq!(queue.state(job), State::Failed);
    assert!(retried(&mut queue, job));
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &give_up());
    assert_eq!(letters(&queue), [job], "failed anew, so on the list anew");
}

#[test]
fn only_what_went_wrong_can_be_tried_again() {
    let mut queue = Queue::new();
    let queued = queue.add(Priority::NORMAL);
    assert!(!retried(&mut queue, queued), "queued");
    let claim = queue.claim().unwrap();
    assert!(!retried(&mut queue, claim.job), "running");
    queue.settle(&claim, &Outcome::Done);
    assert!(!retried(&mut queue, claim.job), "completed");
    assert!(!retried(&mut queue, JobId(99)), "unknown");

    let cancelled = queue.add(Priority::NORMAL);
    queue.write(|tx, now| cancel(tx, cancelled, now));
    assert!(retried(&mut queue, cancelled), "cancelled");
    let claim = queue.claim().unwrap();
    queue.settle(
        &claim,
        &Outcome::Problems {
            code: "pages".into(),
            message: String::new(),
        },
    );
    assert!(retried(&mut queue, claim.job), "completed with problems");
}

#[test]
fn trying_again_ends_a_back_off() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    assert!(retried(&mut queue, claim.job));
    assert_eq!(queue.claim().unwrap().attempt, 1);
}

#[test]
fn a_letter_whose_work_is_queued_anew_stays_where_it_is() {
    let mut queue = Queue::new();
    let keyed = NewJob {
        dedup: Some("read 1"),
        ..plain()
    };
    let old = queue.add_job(&keyed);
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &give_up());
    queue.add_job(&keyed);
    assert!(!retried(&mut queue, old));
    assert_eq!(queue.state(old), State::Failed);
}

#[test]
fn all_letters_come_back_but_the_same_work_only_once() {
    let mut queue = Queue::new();
    let keyed = NewJob {
        dedup: Some("read 1"),
        ..plain()
    };
    let plain = queue.dead();
    let [older, newer] = [(), ()].map(|()| {
        let job = queue.add_job(&keyed);
        let claim = queue.claim().unwrap();
        queue.settle(&claim, &give_up());
        job
    });
    assert_eq!(queue.write(retry_all_dead), 2);
    assert_eq!(letters(&queue), [older]);
    assert_eq!([queue.state(plain), queue.state(newer)], [State::Queued; 2]);
}

#[test]
fn any_unfinished_job_can_be_failed_by_hand() {
    let mut queue = Queue::new();
    let queued = queue.add(Priority::NORMAL);
    let running = queue.running().job;
    for job in [queued, running] {
        assert!(queue.write(|tx, now| fail_by_hand(tx, job, "stuck", now)));
        let row = queue.job(job);
        assert_eq!(row.state, State::Failed);
        assert_eq!(
            (row.code.as_deref(), row.message.as_deref()),
            (Some("failed_by_hand"), Some("stuck"))
        );
        assert!(
            !queue.write(|tx, now| fail_by_hand(tx, job, "again", now)),
            "failed already"
        );
    }
    assert_eq!(
        attempts(&queue.conn, &[queued]).unwrap(),
        [],
        "it was never tried"
    );
    let history = attempts(&queue.conn, &[running]).unwrap();
    assert_eq!(history[0].outcome.as_deref(), Some("by_hand"));
}

#[test]
fn failing_by_hand_leaves_the_history_of_earlier_tries_alone() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &Outcome::Yield);
    queue.write(|tx, now| fail_by_hand(tx, claim.job, "stuck", now));
    let history = attempts(&queue.conn, &[claim.job]).unwrap();
    assert_eq!(history[0].outcome.as_deref(), Some("gave_way"));
}

#[test]
fn what_was_done_after_all_is_no_dead_letter_any_more() {
    let mut queue = Queue::new();
    let failed = queue.dead();
    let other_kind = queue.add_job(&NewJob {
        kind: "index",
        priority: Priority(100),
        ..plain()
    });
    let claim = queue.claim().unwrap();
    assert_eq!(claim.job, other_kind);
    queue.settle(&claim, &Outcome::Done);
    assert_eq!(counts(&queue.conn).unwrap().dead, 1, "other work was done");
    let again = queue.running();
    queue.settle(&again, &Outcome::Done);
    assert_eq!(counts(&queue.conn).unwrap().dead, 0);
    assert_eq!(queue.state(failed), State::Failed, "it stays failed");
}
