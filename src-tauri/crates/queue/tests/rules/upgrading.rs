//! A database that an older version wrote is the same after an upgrade.

use rusqlite::Connection;
use sheaf_queue::{
    AttemptRow, Counts, JobId, JobRow, NewJob, Priority, attempts_of, counts, enqueue, jobs_of,
    listing, migrations,
};

use crate::queue::{LANE, plain};

/// The steps of the first version that people have.
const FIRST: usize = 8;

fn apply(conn: &Connection, steps: &[(&str, &str)]) {
    for (name, sql) in steps {
        conn.execute_batch(sql)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// A job in every state, one of them moved to the top; the newest job is gone.
fn old() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    conn.pragma_update(None, "foreign_keys", true).unwrap();
    apply(&conn, &migrations()[..FIRST]);
    conn.execute_batch(
        "INSERT INTO lanes (name, slots, keep_free, max_queued) VALUES ('reading', 2, 0, 100);
         INSERT INTO jobs (id, lane, kind, subject, priority, rank, state, created_at, queued_at) VALUES
           (1, 'reading', 'read', 1, 50, 0, 'queued', 5, 5), (2, 'reading', 'read', 2, 50, -1, 'queued', 5, 6),
           (3, 'reading', 'read', 3, 75, 0, 'queued', 5, 7), (4, 'reading', 'read', 4, 50, 0, 'paused', 5, 7);
         INSERT INTO jobs (id, lane, kind, subject, dedup, payload, priority, state, wish, epoch, engine, attempt,
                           stage, done, total, created_at, queued_at, started_at, progress_at)
           VALUES (5, 'reading', 'read', 5, 'key', 'load', 50, 'processing', 'pause', 7, 3, 1, 'reading', 4, 9, 5, 5, 6, 7);
         INSERT INTO jobs (id, lane, kind, subject, priority, state, faults, losses, code, message, dismissed,
                           created_at, queued_at, not_before, finished_at) VALUES
           (6, 'reading', 'read', 6, 50, 'retrying', 1, 2, 'c', 'm', 0, 5, 5, 99, NULL),
           (7, 'reading', 'read', 7, 50, 'waiting', 0, 0, NULL, NULL, 0, 5, 5, 99, NULL),
           (8, 'reading', 'read', 8, 50, 'failed', 3, 0, 'c', 'm', 1, 5, 5, NULL, 8),
           (9, 'reading', 'read', 9, 50, 'failed', 3, 0, 'c', 'm', 0, 5, 5, NULL, 8),
           (10, 'reading', 'read', 9, 50, 'completed', 0, 0, NULL, NULL, 0, 5, 5, NULL, 8),
           (11, 'reading', 'read', 9, 50, 'problems', 0, 0, 'c', 'm', 0, 5, 5, NULL, 8),
           (12, 'reading', 'read', 9, 50, 'cancelled', 0, 0, NULL, NULL, 0, 5, 5, NULL, 8),
           (13, 'reading', 'read', 13, 50, 'queued', 0, 0, NULL, NULL, 0, 5, 5, NULL, NULL);
         DELETE FROM jobs WHERE id = 13;
         INSERT INTO attempts (job, epoch, attempt, engine, started_at, ended_at, outcome, code, message, subject) VALUES
           (5, 7, 1, 3, 6, NULL, NULL, NULL, NULL, 5), (9, 1, 1, 1, 6, 7, 'gave_up', 'c', 'm', 9);",
    )
    .unwrap();
    conn
}

/// Everything a caller can ask, but for positions, which an old database cannot tell.
fn seen(conn: &Connection) -> (Vec<JobRow>, Vec<AttemptRow>, Counts) {
    let select = "SELECT DISTINCT subject FROM jobs ORDER BY subject";
    let subjects: Vec<i64> = conn
        .prepare(select)
        .and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    let jobs = subjects
        .iter()
        .flat_map(|subject| jobs_of(conn, *subject).unwrap());
    let attempts = subjects
        .iter()
        .flat_map(|subject| attempts_of(conn, *subject).unwrap());
    (jobs.collect(), attempts.collect(), counts(conn).unwrap())
}

#[test]
fn an_upgrade_keeps_every_job_and_its_place() {
    let mut conn = old();
    // An older version had no stretches to count; without rows they say nothing.
    let table = "CREATE TEMP TABLE stretches (lane, priority, stretch, n)";
    conn.execute_batch(table).unwrap();
    let (mut before, attempts, counted) = seen(&conn);
    conn.execute_batch("DROP TABLE temp.stretches").unwrap();
    apply(&conn, &migrations()[FIRST..]);
    for (job, place) in [(3, 1), (2, 2), (1, 3)] {
        let row = before.iter_mut().find(|row| row.job == JobId(job)).unwrap();
        row.position = Some(place);
    }
    assert_eq!(seen(&conn), (before, attempts, counted));
    let line: Vec<_> = listing(&conn, Some(LANE), 10, 0).unwrap();
    assert_eq!(
        line.iter().map(|row| row.job.0).collect::<Vec<_>>(),
        [5, 3, 2, 1, 6, 7, 4]
    );
    let tx = conn.transaction().unwrap();
    let next = enqueue(
        &tx,
        &NewJob {
            priority: Priority::LOW,
            ..plain()
        },
        sheaf_queue::Timestamp(9),
    )
    .unwrap();
    assert_eq!(next.job(), JobId(14), "a number is never given twice");
    drop(tx);
    let epochs_fall = conn.execute("UPDATE jobs SET epoch = 1 WHERE id = 5", []);
    assert!(epochs_fall.is_err(), "the triggers are there");
}
