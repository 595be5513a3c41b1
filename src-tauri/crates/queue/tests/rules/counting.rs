//! Counts agree with the jobs, whatever happened to them.

use sheaf_queue::{
    Counts, NewJob, Outcome, Priority, Timestamp, cancel, counts, dismiss, pause_job, retry,
};

use crate::queue::{MINUTE, OTHER, Queue, fault, plain};

#[test]
fn counts_tell_every_state_over_all_lanes() {
    let mut queue = Queue::new();
    queue.add_job(&NewJob {
        not_before: Some(Timestamp(i64::MAX)),
        ..plain()
    });
    let claim = queue.running();
    queue.settle(&claim, &fault());
    let paused = queue.add(Priority::LOW);
    queue.write(|tx, _| pause_job(tx, paused));
    for outcome in [
        Outcome::Done,
        Outcome::Done,
        Outcome::Problems {
            code: String::new(),
            message: String::new(),
        },
        Outcome::Cancelled,
    ] {
        let claim = queue.running();
        queue.settle(&claim, &outcome);
    }
    let dismissed = queue.dead();
    queue.write(|tx, _| dismiss(tx, dismissed));
    queue.dead();
    queue.running();
    queue.add(Priority::LOW);
    queue.add_job(&NewJob {
        lane: OTHER,
        ..plain()
    });
    assert_eq!(
        counts(&queue.conn).unwrap(),
        Counts {
            waiting: 1,
            queued: 2,
            processing: 1,
            retrying: 1,
            paused: 1,
            completed: 2,
            problems: 1,
            failed: 2,
            cancelled: 1,
            dead: 1,
            oldest_queued: Some(queue.now),
        }
    );
}

#[test]
fn an_empty_queue_has_nothing_oldest() {
    assert_eq!(counts(&Queue::new().conn).unwrap(), Counts::default());
}

#[test]
fn the_oldest_is_counted_from_when_it_got_in_line() {
    let mut queue = Queue::new();
    let oldest = |queue: &Queue| counts(&queue.conn).unwrap().oldest_queued;
    let due = Timestamp(queue.now.0 + MINUTE);
    let job = queue.add_job(&NewJob {
        not_before: Some(due),
        ..plain()
    });
    queue.wait(2 * MINUTE);
    queue.promote();
    assert_eq!(oldest(&queue), Some(queue.now), "not since it was enqueued");
    let since = queue.now;
    queue.wait(MINUTE);
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &Outcome::Yield);
    assert_eq!(
        oldest(&queue),
        Some(since),
        "giving way is no new beginning"
    );
    queue.write(|tx, now| cancel(tx, job, now));
    queue.wait(MINUTE);
    queue.write(|tx, now| retry(tx, job, now));
    assert_eq!(oldest(&queue), Some(queue.now), "trying again is");
}
