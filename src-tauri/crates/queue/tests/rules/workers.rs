//! The register of workers.

use sheaf_queue::{
    EngineEpoch, JobId, QueueError, Timestamp, WorkerRow, WorkerState, register_worker,
    remove_workers_of, update_worker, workers,
};

use crate::queue::{LANE, Queue};

pub(crate) fn worker(number: i64, engine: EngineEpoch) -> WorkerRow {
    WorkerRow {
        worker: number,
        engine,
        pid: 4_711,
        lane: LANE.into(),
        state: WorkerState::Starting,
        job: None,
        page: None,
        done: 0,
        rss_bytes: 1 << 40,
        restarts: 0,
        heartbeat_at: Timestamp(5),
    }
}

#[test]
fn a_worker_is_seen_as_it_was_written() {
    let mut queue = Queue::new();
    let mut row = worker(1, queue.engine());
    queue.write(|tx, _| register_worker(tx, &row));
    assert_eq!(workers(&queue.conn).unwrap(), [row.clone()]);
    row.state = WorkerState::Busy;
    row.job = Some(JobId(3));
    row.page = Some(14);
    assert!(queue.write(|tx, _| update_worker(tx, &row)));
    assert_eq!(workers(&queue.conn).unwrap(), [row]);
}

#[test]
fn a_replacement_takes_the_number_of_the_one_before() {
    let mut queue = Queue::new();
    let row = worker(1, queue.engine());
    queue.write(|tx, _| register_worker(tx, &row));
    let next = WorkerRow {
        pid: 4_712,
        restarts: 1,
        ..row
    };
    queue.write(|tx, _| register_worker(tx, &next));
    assert_eq!(workers(&queue.conn).unwrap(), [next]);
}

#[test]
fn an_unregistered_worker_is_not_updated() {
    let mut queue = Queue::new();
    let row = worker(1, queue.engine());
    assert!(!queue.write(|tx, _| update_worker(tx, &row)));
}

#[test]
fn an_engine_that_lost_the_role_writes_no_workers() {
    let mut queue = Queue::new();
    let row = worker(1, queue.engine());
    queue.write(|tx, _| register_worker(tx, &row));
    queue.replace_engine();
    let refused = queue.write(|tx, _| Ok(register_worker(tx, &row)));
    assert!(matches!(refused, Err(QueueError::RoleLost)), "{refused:?}");
    let refused = queue.write(|tx, _| Ok(update_worker(tx, &row)));
    assert!(matches!(refused, Err(QueueError::RoleLost)), "{refused:?}");
}

#[test]
fn an_engine_takes_its_workers_along() {
    let mut queue = Queue::new();
    let engine = queue.engine();
    for number in [1, 2] {
        queue.write(|tx, _| register_worker(tx, &worker(number, engine)));
    }
    assert_eq!(queue.write(|tx, _| remove_workers_of(tx, engine)), 2);
    assert_eq!(workers(&queue.conn).unwrap(), []);
}
