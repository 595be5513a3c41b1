//! Places in line are right after every change.

use sheaf_queue::{
    JobId, NewJob, Outcome, Priority, State, Timestamp, cancel, enqueue, job, jobs_of, listing,
    move_to_top, pause_job, position, resume_job, set_priority,
};

use crate::queue::{LANE, OTHER, Queue, fault, plain};

/// The line as the listing shows it, checked against the position of every single job.
fn line(queue: &Queue) -> Vec<JobId> {
    let rows = listing(&queue.conn, Some(LANE), 100, 0).unwrap();
    for row in &rows {
        assert_eq!(
            row.position,
            position(&queue.conn, row.job).unwrap(),
            "{row:?}"
        );
        assert_eq!(job(&queue.conn, row.job).unwrap().as_ref(), Some(row));
    }
    rows.into_iter()
        .filter(|row| row.state == State::Queued)
        .map(|row| row.job)
        .collect()
}

/// Low, normal, normal, high: enqueued in that order.
fn mixed() -> (Queue, [JobId; 4]) {
    let mut queue = Queue::new();
    let jobs = [
        Priority::LOW,
        Priority::NORMAL,
        Priority::NORMAL,
        Priority::HIGH,
    ]
    .map(|priority| queue.add(priority));
    (queue, jobs)
}

#[test]
fn positions_follow_priority_then_age() {
    let (queue, [low, first, second, high]) = mixed();
    assert_eq!(line(&queue), [high, first, second, low]);
    assert_eq!(position(&queue.conn, low).unwrap(), Some(4));
}

#[test]
fn positions_move_up_after_a_claim_and_a_finish() {
    let (mut queue, [low, first, second, high]) = mixed();
    let claim = queue.claim().unwrap();
    assert_eq!(claim.job, high);
    assert_eq!(position(&queue.conn, high).unwrap(), None, "it runs");
    assert_eq!(line(&queue), [first, second, low]);
    queue.settle(&claim, &Outcome::Done);
    assert_eq!(line(&queue), [first, second, low]);
}

#[test]
fn positions_move_up_after_a_cancel() {
    let (mut queue, [low, first, second, high]) = mixed();
    queue.write(|tx, now| cancel(tx, first, now));
    assert_eq!(line(&queue), [high, second, low]);
    assert_eq!(position(&queue.conn, first).unwrap(), None);
}

#[test]
fn positions_follow_a_new_priority() {
    let (mut queue, [low, first, second, high]) = mixed();
    assert!(queue.write(|tx, _| set_priority(tx, low, Priority(60))));
    assert_eq!(line(&queue), [high, low, first, second]);
    queue.write(|tx, _| set_priority(tx, high, Priority(0)));
    assert_eq!(line(&queue), [low, first, second, high]);
}

#[test]
fn a_job_that_gave_way_returns_to_its_old_place() {
    let (mut queue, [low, first, second, high]) = mixed();
    let claims = [queue.claim().unwrap(), queue.claim().unwrap()];
    for claim in &claims {
        queue.settle(claim, &Outcome::Yield);
    }
    assert_eq!(line(&queue), [high, first, second, low]);
}

#[test]
fn the_top_is_above_everything_and_the_last_moved_is_highest() {
    let (mut queue, [low, first, second, high]) = mixed();
    assert!(queue.write(|tx, _| move_to_top(tx, low)));
    assert_eq!(line(&queue), [low, high, first, second]);
    queue.write(|tx, _| move_to_top(tx, second));
    assert_eq!(line(&queue), [second, low, high, first]);
    assert_eq!(queue.claim().unwrap().job, second);
}

#[test]
fn a_job_at_the_top_gives_way_to_higher_priority_that_comes_later() {
    let (mut queue, [low, ..]) = mixed();
    queue.write(|tx, _| move_to_top(tx, low));
    let urgent = queue.add(Priority(99));
    assert_eq!(line(&queue)[..2], [urgent, low]);
}

#[test]
fn a_new_priority_ends_a_place_at_the_top() {
    let (mut queue, [low, first, second, high]) = mixed();
    queue.write(|tx, _| move_to_top(tx, second));
    queue.write(|tx, _| set_priority(tx, second, Priority::NORMAL));
    assert_eq!(
        line(&queue),
        [high, first, second, low],
        "by age among the normal ones"
    );
}

#[test]
fn what_runs_or_is_finished_does_not_move() {
    let mut queue = Queue::new();
    let claim = queue.running();
    assert!(!queue.write(|tx, _| move_to_top(tx, claim.job)));
    queue.settle(&claim, &Outcome::Done);
    assert!(!queue.write(|tx, _| move_to_top(tx, claim.job)));
    assert!(!queue.write(|tx, _| set_priority(tx, claim.job, Priority::LOW)));
}

#[test]
fn lanes_count_on_their_own() {
    let mut queue = Queue::new();
    queue.add(Priority::HIGH);
    let other = queue.add_job(&NewJob {
        lane: OTHER,
        priority: Priority::LOW,
        ..plain()
    });
    assert_eq!(position(&queue.conn, other).unwrap(), Some(1));
    let shown: Vec<_> = listing(&queue.conn, None, 10, 0)
        .unwrap()
        .into_iter()
        .map(|row| (row.lane, row.position))
        .collect();
    assert_eq!(
        shown,
        [(OTHER.to_owned(), Some(1)), (LANE.to_owned(), Some(1))]
    );
}

#[test]
fn the_list_shows_running_queued_retrying_waiting_paused() {
    let mut queue = Queue::new();
    let waiting = queue.add_job(&NewJob {
        not_before: Some(Timestamp(i64::MAX)),
        ..plain()
    });
    let retrying = queue.running();
    queue.settle(&retrying, &fault());
    let paused = queue.add(Priority::HIGH);
    queue.write(|tx, _| pause_job(tx, paused));
    let running = queue.running();
    let done = queue.running();
    queue.settle(&done, &Outcome::Done);
    let queued = queue.add(Priority::LOW);
    let order: Vec<_> = listing(&queue.conn, None, 100, 0)
        .unwrap()
        .iter()
        .map(|row| row.job)
        .collect();
    assert_eq!(order, [running.job, queued, retrying.job, waiting, paused]);
}

#[test]
fn any_window_of_the_list_is_that_part_of_the_whole() {
    let (mut queue, _) = mixed();
    queue.add_job(&NewJob {
        lane: OTHER,
        ..plain()
    });
    queue.add_job(&NewJob {
        lane: OTHER,
        ..plain()
    });
    queue.claim().unwrap();
    let paused = queue.add(Priority::LOW);
    queue.write(|tx, _| pause_job(tx, paused));
    for lane in [None, Some(LANE), Some(OTHER), Some("nowhere")] {
        let whole = listing(&queue.conn, lane, 100, 0).unwrap();
        for offset in 0..whole.len() + 2 {
            for limit in 0..4 {
                let from = offset.min(whole.len());
                let to = (offset + limit).min(whole.len());
                let window = listing(&queue.conn, lane, limit as u32, offset as u32).unwrap();
                assert_eq!(window, whole[from..to], "{lane:?} {limit} from {offset}");
            }
        }
    }
}

/// What positions must be, counted the slow way.
fn in_order(queue: &Queue) -> Vec<JobId> {
    let mut jobs = queue
        .conn
        .prepare(
            "SELECT id FROM jobs WHERE state = 'queued' AND lane = ?1 ORDER BY priority DESC, rank, id",
        )
        .unwrap();
    let jobs = jobs.query_map([LANE], |row| row.get(0)).unwrap();
    jobs.map(Result::unwrap).collect()
}

#[test]
fn positions_are_right_in_a_long_line_whatever_was_done_to_it() {
    let mut queue = Queue::new();
    let many: Vec<JobId> = queue.write(|tx, now| {
        let priorities = [
            Priority::LOW,
            Priority::NORMAL,
            Priority::HIGH,
            Priority::NORMAL,
        ];
        let jobs = (0..5_000).map(|n| NewJob {
            priority: priorities[n % 4],
            ..plain()
        });
        jobs.map(|job| Ok(enqueue(tx, &job, now)?.job())).collect()
    });
    queue.write(|tx, now| {
        for job in many.iter().step_by(3) {
            move_to_top(tx, *job)?;
        }
        for job in many.iter().step_by(7) {
            cancel(tx, *job, now)?;
        }
        for job in many.iter().step_by(11) {
            set_priority(tx, *job, Priority(60))?;
        }
        for job in many.iter().step_by(13) {
            pause_job(tx, *job)?;
        }
        for job in many.iter().step_by(26) {
            resume_job(tx, *job, now)?;
        }
        for job in many.iter().step_by(29) {
            tx.execute("DELETE FROM jobs WHERE id = ?1", [job])?;
        }
        Ok(())
    });
    let claims = [queue.claim().unwrap(), queue.claim().unwrap()];
    queue.settle(&claims[0], &Outcome::Yield);
    let order = in_order(&queue);
    assert!(order.len() > 3_000, "several stretches");
    for (job, place) in order.iter().zip(1..) {
        assert_eq!(position(&queue.conn, *job).unwrap(), Some(place), "{job:?}");
    }
    let running = 1;
    for offset in (0..order.len()).step_by(97) {
        let from = offset as u32 + running;
        let shown = listing(&queue.conn, Some(LANE), 50, from).unwrap();
        let expected = &order[offset..order.len().min(offset + 50)];
        let queued: Vec<_> = shown
            .iter()
            .filter(|row| row.state == State::Queued)
            .collect();
        assert!(
            queued.iter().map(|row| &row.job).eq(expected),
            "from {offset}"
        );
        for (row, place) in queued.iter().zip(offset as u32 + 1..) {
            assert_eq!(row.position, Some(place), "{row:?}");
        }
    }
}

#[test]
fn stretches_are_counted_right_and_empty_ones_go() {
    let mut queue = Queue::new();
    let jobs: Vec<JobId> = (0..5).map(|_| queue.add(Priority::NORMAL)).collect();
    queue.write(|tx, _| move_to_top(tx, jobs[4]));
    let stretches = |queue: &Queue| -> Vec<(i64, i64)> {
        let mut rows = queue
            .conn
            .prepare("SELECT stretch, n FROM stretches ORDER BY stretch")
            .unwrap();
        let rows = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert_eq!(stretches(&queue), [(-1, 1), (0, 4)]);
    queue.claim().unwrap();
    queue.write(|tx, now| cancel(tx, jobs[0], now));
    assert_eq!(stretches(&queue), [(0, 3)]);
    queue.write(sheaf_queue::flush);
    assert_eq!(stretches(&queue), []);
}

#[test]
fn the_jobs_of_a_subject_come_oldest_first_with_positions() {
    let mut queue = Queue::new();
    let first = queue.add_job(&NewJob {
        subject: 7,
        priority: Priority::LOW,
        ..plain()
    });
    queue.add_job(&NewJob {
        subject: 8,
        ..plain()
    });
    let second = queue.add_job(&NewJob {
        subject: 7,
        priority: Priority::HIGH,
        ..plain()
    });
    let rows = jobs_of(&queue.conn, 7).unwrap();
    let shown: Vec<_> = rows.iter().map(|row| (row.job, row.position)).collect();
    assert_eq!(shown, [(first, Some(3)), (second, Some(1))]);
}
