//! What the engine does all day costs the same at any length of the queue, counted in steps of SQLite's
//! machine, not in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sheaf_queue::{
    NewJob, Outcome, Priority, Progress, Timestamp, best_queued, busy, checkpoint, counts, dead,
    job, listing, next_due, position,
};

use crate::queue::{LANE, Queue, fault, plain};

/// Jobs of all kinds, `size` of each, in an order that puts none of them apart.
fn filled(size: i64) -> Queue {
    let mut queue = Queue::new();
    for subject in 0..size {
        let later = Timestamp(i64::MAX - subject);
        queue.add_job(&NewJob {
            subject,
            not_before: Some(later),
            ..plain()
        });
        for outcome in [Outcome::Done, fault()] {
            queue.add_job(&NewJob {
                subject,
                priority: Priority(100),
                ..plain()
            });
            let claim = queue.claim().unwrap();
            queue.settle(&claim, &outcome);
        }
        queue.add_job(&NewJob { subject, ..plain() });
    }
    queue
}

/// Steps of SQLite's machine that `work` takes.
fn steps(queue: &mut Queue, work: impl Fn(&mut Queue)) -> u64 {
    let counter = Arc::new(AtomicU64::new(0));
    let ticks = Arc::clone(&counter);
    let count = move || {
        ticks.fetch_add(1, Ordering::Relaxed);
        false
    };
    queue.conn.progress_handler(1, Some(count)).unwrap();
    work(queue);
    queue
        .conn
        .progress_handler(0, None::<fn() -> bool>)
        .unwrap();
    counter.load(Ordering::Relaxed)
}

#[test]
fn daily_work_costs_the_same_at_any_length() {
    let mut short = filled(30);
    let mut long = filled(3_000);
    let mut check = |what: &str, work: fn(&mut Queue)| {
        let (few, many) = (steps(&mut short, work), steps(&mut long, work));
        assert!(few > 0, "{what} was counted");
        assert!(
            many < few * 2,
            "{what}: {few} steps in a short queue, {many} in a long one"
        );
    };
    check("enqueue", |queue| {
        queue.add_job(&NewJob {
            subject: 1_000_000,
            dedup: Some("key"),
            ..plain()
        });
        queue.add_job(&NewJob {
            subject: 1_000_000,
            dedup: Some("key"),
            ..plain()
        });
    });
    check("claim, checkpoint, settle", |queue| {
        let claim = queue.claim().unwrap();
        let progress = Progress {
            stage: "reading",
            done: 1,
            total: None,
        };
        queue.write(|tx, now| checkpoint(tx, &claim, &progress, now));
        queue.settle(&claim, &Outcome::Done);
    });
    check("take back", |queue| {
        let claim = queue.claim().unwrap();
        queue.replace_engine();
        let engine = queue.engine();
        let back = queue.write(|tx, now| sheaf_queue::take_back(tx, engine, now));
        assert_eq!(back, [claim.job]);
    });
    check("looking for work", |queue| {
        assert!(best_queued(&queue.conn, LANE).unwrap().is_some());
        assert!(next_due(&queue.conn).unwrap().is_some());
        assert!(busy(&queue.conn).unwrap());
    });
    check("counts", |queue| {
        counts(&queue.conn).unwrap();
    });
    check("the first window of the list", |queue| {
        assert_eq!(listing(&queue.conn, None, 20, 0).unwrap().len(), 20);
    });
    check("dead letters", |queue| {
        dead(&queue.conn, 20).unwrap();
    });
    check("the next job and its position", |queue| {
        let next = listing(&queue.conn, None, 1, 0).unwrap()[0].job;
        assert!(job(&queue.conn, next).unwrap().is_some());
        assert_eq!(position(&queue.conn, next).unwrap(), Some(1));
    });
    check("forgetting a subject", |queue| {
        assert_eq!(queue.write(|tx, _| sheaf_queue::forget_subject(tx, 3)), 4);
    });
    check("cleaning up nothing", |queue| {
        assert_eq!(
            queue.write(|tx, _| sheaf_queue::cleanup(tx, Timestamp(0))),
            0
        );
    });
}
