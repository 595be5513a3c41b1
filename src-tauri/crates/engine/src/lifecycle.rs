//! What is written into the log: the start and the end of every claim, and now and then how many jobs there are.

use serde_json::{Value, json};
use sheaf_queue::{AttemptRow, Claim, JobId, JobRow, State, Timestamp};
use sheaf_store::{Conn, Library};

use crate::clock;
use crate::journal::Journal;
use crate::view;

pub(crate) fn started(journal: &Journal, claim: &Claim) {
    journal.write(json!({
        "at": word(clock::now()), "event": "started", "job": claim.job, "kind": claim.kind,
        "document": claim.subject, "attempt": claim.attempt, "epoch": claim.epoch,
        "engine": claim.engine, "priority": claim.priority,
    }));
}

/// After the end was committed; reads what was written there.
pub(crate) fn ended(journal: &Journal, library: &Library, claim: &Claim) {
    let entry = library
        .read()
        .ok()
        .and_then(|conn| end_of(&conn, claim.job, claim.epoch.0));
    if let Some(entry) = entry {
        journal.write(entry);
    }
}

/// A claim that is lost ended by somebody else's doing. A dead engine's is told by the one that takes it back; here it
/// is only told when a person said that the job has failed.
pub(crate) fn ended_by_hand(journal: &Journal, library: &Library, claim: &Claim) {
    let entry = library
        .read()
        .ok()
        .and_then(|conn| end_of(&conn, claim.job, claim.epoch.0))
        .filter(|entry| entry["outcome"] == "by_hand");
    if let Some(entry) = entry {
        journal.write(entry);
    }
}

/// What the last engine held and this one took back.
pub(crate) fn taken_back(journal: &Journal, library: &Library, jobs: &[JobId]) {
    let Ok(conn) = library.read() else { return };
    for job in jobs {
        let epoch = sheaf_queue::job(&conn, *job).ok().flatten();
        let entry = epoch.and_then(|row| end_of(&conn, *job, row.epoch.0));
        if let Some(entry) = entry {
            journal.write(entry);
        }
    }
}

pub(crate) fn counts(journal: &Journal, library: &Library) {
    let stats = view::stats(library).ok();
    if let Some(mut entry) = stats.and_then(|stats| serde_json::to_value(stats).ok()) {
        entry["at"] = word(clock::now()).into();
        entry["event"] = "counts".into();
        journal.write(entry);
    }
}

fn end_of(conn: &Conn, job: JobId, epoch: i64) -> Option<Value> {
    let row = sheaf_queue::job(conn, job).ok().flatten()?;
    let attempts = sheaf_queue::attempts(conn, &[job]).ok()?;
    let attempt = attempts.into_iter().find(|a| a.epoch.0 == epoch)?;
    let ended_at = attempt.ended_at?;
    Some(json!({
        "at": word(ended_at), "event": event(&row, &attempt), "outcome": attempt.outcome,
        "job": job, "kind": row.kind, "document": row.subject, "attempt": attempt.attempt,
        "epoch": attempt.epoch, "engine": attempt.engine,
        "ms": (ended_at.0 - attempt.started_at.0).max(0), "code": attempt.code,
        "steps": row.done, "not_before": row.not_before.map(word),
    }))
}

/// One word a reader can count: `completed`, `failed`, `retrying`, or why it stopped without an end.
fn event<'a>(row: &JobRow, attempt: &'a AttemptRow) -> &'a str {
    match attempt.outcome.as_deref() {
        Some("done" | "problems") => "completed",
        Some("gave_up" | "by_hand") => "failed",
        Some("fault" | "lost") if row.state == State::Failed => "failed",
        Some("fault") => "retrying",
        Some(other) => other,
        None => "under_way",
    }
}

/// RFC 3339 in UTC.
fn word(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.to_string(), |at| at.to_string())
}
