//! What happened to each document, for the person who asks later.

use rusqlite::params;
use serde::Serialize;
use sheaf_document::DocumentId;
use sheaf_queue::JobId;

use super::pages::By;
use crate::{Conn, Result, Tx};

pub(crate) const SCHEMA: &str = "
CREATE TABLE events(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  document INTEGER NOT NULL, job INTEGER, epoch INTEGER,
  event TEXT NOT NULL, page INTEGER
) STRICT;
CREATE INDEX events_document ON events(document, id);
";

#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Milliseconds since 1970.
    pub at: i64,
    pub job: Option<JobId>,
    pub event: String,
    pub page: Option<u32>,
    pub epoch: Option<i64>,
}

pub fn record(tx: &Tx<'_>, by: By, event: &str, page: Option<u32>) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO events(at, document, job, epoch, event, page) VALUES(?1,?2,?3,?4,?5,?6)",
    )?
    .execute(params![
        by.now,
        by.document.0,
        by.job.0,
        by.epoch,
        event,
        page
    ])?;
    Ok(())
}

/// An event without a claim, such as being added.
pub fn note(
    tx: &Tx<'_>,
    document: DocumentId,
    job: Option<JobId>,
    event: &str,
    now: i64,
) -> Result<()> {
    tx.prepare_cached("INSERT INTO events(at, document, job, event) VALUES(?1,?2,?3,?4)")?
        .execute(params![now, document.0, job.map(|j| j.0), event])?;
    Ok(())
}

/// How many pages were read since then. Only the newest events are looked at, so a very fast minute counts as less.
pub fn pages_since(conn: &Conn, since: i64) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM (SELECT at, event FROM events ORDER BY id DESC LIMIT 5000)
              WHERE at > ?1 AND event = 'page'",
        )?
        .query_row([since], |row| row.get(0))?)
}

/// How often this happened to a document since a person last wanted something of it.
pub fn count_since_wish(conn: &Conn, document: DocumentId, event: &str) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM events WHERE document = ?1 AND event = ?2 AND id > coalesce(
               (SELECT max(id) FROM events
                 WHERE document = ?1 AND event IN('added', 'retried', 'put_back')), 0)",
        )?
        .query_row((document.0, event), |row| row.get(0))?)
}

/// A document's events, oldest first.
pub fn of(conn: &Conn, document: DocumentId) -> Result<Vec<Event>> {
    let mut rows = conn.prepare_cached(
        "SELECT at, job, event, page, epoch FROM events WHERE document = ?1 ORDER BY id",
    )?;
    let events = rows.query_map([document.0], |row| {
        Ok(Event {
            at: row.get(0)?,
            job: row.get::<_, Option<i64>>(1)?.map(JobId),
            event: row.get(2)?,
            page: row.get(3)?,
            epoch: row.get(4)?,
        })
    })?;
    Ok(events.collect::<rusqlite::Result<_>>()?)
}
