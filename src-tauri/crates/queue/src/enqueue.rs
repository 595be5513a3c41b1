//! Adding a job, once.

use rusqlite::{OptionalExtension, Transaction};

use crate::{JobId, Priority, QueueError, State, Timestamp, tally};

/// A job to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewJob<'a> {
    /// The lane it stands in; made before by [`crate::set_lane`].
    pub lane: &'a str,
    /// What is to be done.
    pub kind: &'a str,
    /// What it is to be done to. Opaque here; [`crate::forget_subject`] removes by it.
    pub subject: i64,
    /// Two unfinished jobs never share a key: the second raises the first.
    pub dedup: Option<&'a str>,
    /// How urgent it is.
    pub priority: Priority,
    /// The earliest moment to run; `None` or a past one means now.
    pub not_before: Option<Timestamp>,
    /// Anything the worker needs to know.
    pub payload: Option<&'a str>,
    /// Steps in all, if known already.
    pub total: Option<u32>,
}

/// What became of a wish to enqueue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job.
    New(JobId),
    /// The work was there already, in line or running. Its priority is now at least the one asked for, and if it
    /// waited for a later time it now waits for the earlier one.
    Raised(JobId),
}

impl Enqueued {
    /// The job that does the work.
    pub fn job(self) -> JobId {
        match self {
            Self::New(job) | Self::Raised(job) => job,
        }
    }
}

impl<'a> NewJob<'a> {
    /// A job of normal priority, to be run as soon as it is its turn.
    pub fn new(lane: &'a str, kind: &'a str, subject: i64) -> Self {
        Self {
            lane,
            kind,
            subject,
            dedup: None,
            priority: Priority::NORMAL,
            not_before: None,
            payload: None,
            total: None,
        }
    }
}

/// Adds a job, or raises the one that does the same already.
///
/// # Errors
/// [`QueueError::Full`] when the lane's limit is reached (running jobs do not count, raising is always possible), and
/// [`QueueError::UnknownLane`]. Roll back what belongs to the job then.
pub fn enqueue(tx: &Transaction, job: &NewJob, now: Timestamp) -> Result<Enqueued, QueueError> {
    if let Some(same) = raise(tx, job, now)? {
        return Ok(Enqueued::Raised(same));
    }
    make_sure_there_is_room(tx, job.lane)?;
    insert(tx, job, now).map(Enqueued::New)
}

/// [`enqueue`] for work that other work brought forth, which must not fail for want of room: the lane's limit does not
/// count. Whoever calls it bounds how many there are.
///
/// # Errors
/// Those of the database.
pub fn enqueue_found(
    tx: &Transaction,
    job: &NewJob,
    now: Timestamp,
) -> Result<Enqueued, QueueError> {
    match raise(tx, job, now)? {
        Some(same) => Ok(Enqueued::Raised(same)),
        None => insert(tx, job, now).map(Enqueued::New),
    }
}

fn raise(tx: &Transaction, job: &NewJob, now: Timestamp) -> Result<Option<JobId>, QueueError> {
    let Some(key) = job.dedup else {
        return Ok(None);
    };
    let Some(same) = unfinished_with(tx, key)? else {
        return Ok(None);
    };
    let soonest = job.not_before.unwrap_or(now);
    tx.prepare_cached("UPDATE jobs SET priority = ?2, rank = 0 WHERE id = ?1 AND priority < ?2")?
        .execute((same, job.priority))?;
    tx.prepare_cached(
        "UPDATE jobs SET not_before = ?2 WHERE id = ?1 AND state = 'waiting' AND not_before > ?2",
    )?
    .execute((same, soonest))?;
    // What became due is queued now, not at the next claim, so that it has a position at once.
    crate::promote_due(tx, now)?;
    Ok(Some(same))
}

/// The job that occupies a dedup key.
pub(crate) fn unfinished_with(tx: &Transaction, key: &str) -> Result<Option<JobId>, QueueError> {
    Ok(tx
        .prepare_cached(
            "SELECT id FROM jobs WHERE dedup = ?1 AND wish IS NOT 'cancel'
                AND state IN ('waiting', 'queued', 'processing', 'retrying', 'paused')",
        )?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

fn make_sure_there_is_room(tx: &Transaction, name: &str) -> Result<(), QueueError> {
    let room = tally::room(tx, name)?.ok_or_else(|| QueueError::UnknownLane(name.to_owned()))?;
    if room.taken >= room.limit {
        return Err(QueueError::Full { limit: room.limit });
    }
    Ok(())
}

fn insert(tx: &Transaction, job: &NewJob, now: Timestamp) -> Result<JobId, QueueError> {
    let not_before = job.not_before.filter(|time| *time > now);
    let state = if not_before.is_some() {
        State::Waiting
    } else {
        State::Queued
    };
    let id = tx
        .prepare_cached(
            "INSERT INTO jobs
               (lane, kind, subject, dedup, priority, not_before, payload, total, state, created_at, queued_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
        )?
        .insert((
            job.lane,
            job.kind,
            job.subject,
            job.dedup,
            job.priority,
            not_before,
            job.payload,
            job.total,
            state,
            now,
        ))?;
    Ok(JobId(id))
}
