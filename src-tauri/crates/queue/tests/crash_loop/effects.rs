//! What the work did, written down without any rule against writing it twice.

use rusqlite::{Connection, Transaction};
use sheaf_queue::{Claim, counts};

use crate::worker::PAGES;

/// Stands for the end of a job among its pages.
pub(crate) const END: u32 = 0;

pub(crate) const TABLE: &str =
    "CREATE TABLE effects (job INTEGER NOT NULL, page INTEGER NOT NULL, epoch INTEGER NOT NULL)";

pub(crate) fn add(tx: &Transaction, claim: &Claim, page: u32) {
    tx.execute(
        "INSERT INTO effects VALUES (?1, ?2, ?3)",
        (claim.job, page, claim.epoch),
    )
    .unwrap();
}

pub(crate) fn count(conn: &Connection) -> u32 {
    number(conn, "SELECT count(*) FROM effects")
}

/// Pages and ends that were written again.
pub(crate) fn twice(conn: &Connection) -> u32 {
    let distinct = "SELECT count(*) FROM (SELECT DISTINCT job, page FROM effects)";
    count(conn) - number(conn, distinct)
}

/// What is to be seen when all is done.
#[derive(Debug)]
pub(crate) struct Effects {
    jobs: u32,
    completed: u32,
    dead: u32,
    /// Pages and ends that were never written.
    missing: u32,
    twice: u32,
    /// Attempts that a fault was blamed for.
    faults: u32,
    integrity: String,
}

impl Effects {
    pub(crate) fn of(conn: &Connection) -> Self {
        let (all, twice) = (count(conn), twice(conn));
        let jobs = number(conn, "SELECT count(*) FROM jobs");
        let counts = counts(conn).unwrap();
        Self {
            jobs,
            completed: counts.completed,
            dead: counts.dead,
            missing: jobs * (PAGES + 1) - (all - twice),
            twice,
            faults: number(conn, "SELECT coalesce(sum(faults), 0) FROM jobs"),
            integrity: conn
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .unwrap(),
        }
    }

    pub(crate) fn twice(&self) -> u32 {
        self.twice
    }

    pub(crate) fn assert_right(&self) {
        let found = (self.missing, self.twice, self.dead, self.faults);
        assert_eq!(
            found,
            (0, 0, 0, 0),
            "missing, twice, dead letters, faults: {self:?}"
        );
        assert_eq!(self.completed, self.jobs, "{self:?}");
        assert_eq!(self.integrity, "ok");
    }
}

fn number(conn: &Connection, sql: &str) -> u32 {
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}
