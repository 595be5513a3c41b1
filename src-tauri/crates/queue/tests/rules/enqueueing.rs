//! Adding: once, raised, refused.

use sheaf_queue::{
    Cancel, Enqueued, NewJob, Outcome, Priority, QueueError, State, Timestamp, cancel, counts,
    enqueue, lane, pause_job, set_lane,
};

use crate::queue::{LANE, Queue, fault, plain};

fn keyed() -> NewJob<'static> {
    NewJob {
        dedup: Some("read 1"),
        ..plain()
    }
}

#[test]
fn what_already_waits_is_not_queued_twice() {
    let mut queue = Queue::new();
    let first = queue.write(|tx, now| enqueue(tx, &keyed(), now));
    let second = queue.write(|tx, now| enqueue(tx, &keyed(), now));
    let Enqueued::New(job) = first else {
        panic!("{first:?}")
    };
    assert_eq!(second, Enqueued::Raised(job));
    assert_eq!(counts(&queue.conn).unwrap().queued, 1);
}

#[test]
fn adding_again_raises_the_priority_and_never_lowers_it() {
    let mut queue = Queue::new();
    let job = queue.add_job(&keyed());
    queue.add_job(&NewJob {
        priority: Priority::HIGH,
        ..keyed()
    });
    assert_eq!(queue.job(job).priority, Priority::HIGH);
    queue.add_job(&NewJob {
        priority: Priority::LOW,
        ..keyed()
    });
    assert_eq!(queue.job(job).priority, Priority::HIGH);
}

#[test]
fn adding_again_without_a_time_ends_the_wait() {
    let mut queue = Queue::new();
    let later = Timestamp(queue.now.0 + 9_000);
    let job = queue.add_job(&NewJob {
        not_before: Some(later),
        ..keyed()
    });
    queue.add_job(&NewJob {
        not_before: Some(Timestamp(later.0 + 1)),
        ..keyed()
    });
    assert_eq!(
        queue.job(job).not_before,
        Some(later),
        "a later time changes nothing"
    );
    queue.add_job(&keyed());
    assert_eq!(queue.state(job), State::Queued);
}

#[test]
fn adding_again_does_not_end_a_pause_or_a_back_off() {
    let mut queue = Queue::new();
    let paused = queue.add_job(&keyed());
    queue.write(|tx, _| pause_job(tx, paused));
    assert_eq!(queue.add_job(&keyed()), paused);
    assert_eq!(queue.state(paused), State::Paused);

    let other = NewJob {
        dedup: Some("read 2"),
        ..plain()
    };
    let retrying = queue.add_job(&other);
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &fault());
    assert_eq!(queue.add_job(&other), retrying);
    assert_eq!(queue.state(retrying), State::Retrying);
}

#[test]
fn what_runs_is_not_queued_beside_itself() {
    let mut queue = Queue::new();
    let job = queue.add_job(&keyed());
    queue.claim().unwrap();
    let again = queue.write(|tx, now| enqueue(tx, &keyed(), now));
    assert_eq!(again, Enqueued::Raised(job));
}

#[test]
fn what_is_finished_can_be_queued_anew() {
    let mut queue = Queue::new();
    let job = queue.add_job(&keyed());
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &Outcome::Done);
    assert!(queue.add_job(&keyed()) > job);
}

#[test]
fn what_is_being_cancelled_can_be_queued_anew() {
    let mut queue = Queue::new();
    let job = queue.add_job(&keyed());
    let claim = queue.claim().unwrap();
    assert_eq!(
        queue.write(|tx, now| cancel(tx, job, now)),
        Cancel::AtNextPage
    );
    let again = queue.add_job(&keyed());
    assert_ne!(again, job, "the cancelled one will not do the work");
    queue.settle(&claim, &Outcome::Yield);
    assert_eq!(
        queue.state(job),
        State::Cancelled,
        "it never returns beside the new one"
    );
    assert_eq!(queue.state(again), State::Queued);
}

#[test]
fn a_full_lane_refuses_and_adds_nothing() {
    let mut queue = Queue::new();
    queue.write(|tx, _| set_lane(tx, LANE, 2, 0, 2));
    queue.add(Priority::NORMAL);
    let paused = queue.add(Priority::NORMAL);
    queue.write(|tx, _| pause_job(tx, paused));
    let refused = queue.write(|tx, now| Ok(enqueue(tx, &plain(), now)));
    assert!(
        matches!(refused, Err(QueueError::Full { limit: 2 })),
        "{refused:?}"
    );
    let counts = counts(&queue.conn).unwrap();
    assert_eq!((counts.queued, counts.paused), (1, 1));
}

#[test]
fn running_jobs_leave_room_in_a_full_lane() {
    let mut queue = Queue::new();
    queue.write(|tx, _| set_lane(tx, LANE, 2, 0, 1));
    queue.running();
    queue.add(Priority::NORMAL);
    let refused = queue.write(|tx, now| Ok(enqueue(tx, &plain(), now)));
    assert!(
        matches!(refused, Err(QueueError::Full { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_full_lane_still_raises() {
    let mut queue = Queue::new();
    queue.write(|tx, _| set_lane(tx, LANE, 2, 0, 1));
    let job = queue.add_job(&keyed());
    let again = queue.add_job(&NewJob {
        priority: Priority::HIGH,
        ..keyed()
    });
    assert_eq!(again, job);
}

#[test]
fn a_refused_batch_leaves_nothing_half_added() {
    let mut queue = Queue::new();
    queue.write(|tx, _| set_lane(tx, LANE, 2, 0, 3));
    let tx = queue.conn.transaction().unwrap();
    let batch: Result<Vec<_>, _> = (0..5)
        .map(|subject| enqueue(&tx, &NewJob { subject, ..plain() }, queue.now))
        .collect();
    assert!(
        matches!(batch, Err(QueueError::Full { limit: 3 })),
        "{batch:?}"
    );
    tx.rollback().unwrap();
    assert_eq!(
        counts(&queue.conn).unwrap().queued,
        0,
        "the counts roll back with the jobs"
    );
    for _ in 0..3 {
        queue.add(Priority::NORMAL);
    }
}

#[test]
fn a_lane_must_exist() {
    let mut queue = Queue::new();
    let job = NewJob::new("nowhere", "read", 1);
    let refused = queue.write(|tx, now| Ok(enqueue(tx, &job, now)));
    assert!(matches!(refused, Err(QueueError::UnknownLane(name)) if name == "nowhere"));
}

#[test]
fn setting_a_lane_again_changes_it_and_keeps_its_pause() {
    let mut queue = Queue::new();
    queue.write(|tx, _| sheaf_queue::pause_lane(tx, LANE));
    queue.write(|tx, _| set_lane(tx, LANE, 7, 1, 9));
    let row = lane(&queue.conn, LANE).unwrap().unwrap();
    assert_eq!(
        (row.slots, row.keep_free, row.max_queued, row.paused),
        (7, 1, 9, true)
    );
}

#[test]
fn priorities_are_named_or_numbers_from_0_to_100() {
    fn check(word: &str, expect: Option<Priority>) {
        assert_eq!(Priority::parse(word).ok(), expect, "{word:?}");
    }
    check("high", Some(Priority::HIGH));
    check("normal", Some(Priority::NORMAL));
    check("low", Some(Priority::LOW));
    check("0", Some(Priority(0)));
    check("100", Some(Priority(100)));
    check("101", None);
    check("-1", None);
    check("High", None);
    check("", None);
}

#[test]
fn the_database_refuses_priorities_outside() {
    let mut queue = Queue::new();
    let job = NewJob {
        priority: Priority(101),
        ..plain()
    };
    let refused = queue.write(|tx, now| Ok(enqueue(tx, &job, now)));
    assert!(matches!(refused, Err(QueueError::Sqlite(_))), "{refused:?}");
}

#[test]
fn states_are_the_words_of_the_command_line() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Ok(state));
    }
    assert!(State::parse("done").is_err());
}
