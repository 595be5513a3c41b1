//! The schema's history: dated, append-only, all or nothing. An older program refuses a newer library.

use rusqlite::{Connection, TransactionBehavior};

use crate::{Result, StoreError, table};

/// Marks the file as ours: "Shef".
const APPLICATION_ID: i64 = 0x5368_6566;

/// Brings the database to this program's schema.
pub(crate) fn migrate(conn: &mut Connection, path: &std::path::Path) -> Result<()> {
    let steps = steps();
    let known = steps.len() as i64;
    if is_ours(conn)? && version(conn)? == known {
        // The common case must not wait for whoever writes, nor for one that was stopped inside a write.
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if !is_ours(&tx)? && tables > 0 {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    refuse_newer(found)?;
    for (_, sql) in steps.iter().skip(found as usize) {
        tx.execute_batch(sql)?;
    }
    if found < known {
        tx.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {known};"
        ))?;
    }
    tx.commit()?;
    Ok(())
}

fn is_ours(conn: &Connection) -> Result<bool> {
    let application: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    Ok(application == APPLICATION_ID)
}

/// Every writer asks before every transaction, so that a program that runs while a newer one migrates stops writing.
pub(crate) fn refuse_newer(found: i64) -> Result<()> {
    let known = steps().len() as i64;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    Ok(())
}

pub(crate) fn version(conn: &Connection) -> Result<i64> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Name and SQL of every step, oldest first, the queue's between those of the library.
///
/// Append only: a library knows only how many it has behind it. What is new goes to the very end, be it a list of the
/// library's or a further range of the queue's.
fn steps() -> Vec<(&'static str, &'static str)> {
    let queue = sheaf_queue::migrations();
    [&queue[..6], FIRST, &queue[6..11], SEARCH, MEMBERS, WATCHED].concat()
}

const FIRST: &[(&str, &str)] = &[
    ("2026-11-23 documents", table::documents::SCHEMA),
    ("2026-11-23 places", table::places::SCHEMA),
    ("2026-11-23 collections", table::collections::SCHEMA),
    ("2026-11-23 pages", table::pages::SCHEMA),
    ("2026-11-23 vectors", table::vectors::SCHEMA),
    ("2026-11-23 changes", table::changes::SCHEMA),
    ("2026-11-23 events", table::events::SCHEMA),
    ("2026-11-23 settings", table::settings::SCHEMA),
    ("2026-11-24 settled documents", table::settled::SCHEMA),
];

/// What search added.
const SEARCH: &[(&str, &str)] = &[
    ("2026-11-24 blocks of bits", table::vectors::BLOCKS),
    ("2026-11-24 saved searches", table::saved::SCHEMA),
];
const MEMBERS: &[(&str, &str)] = &[("2026-11-24 members", table::members::SCHEMA)];

/// What watched folders added.
const WATCHED: &[(&str, &str)] = &[("2026-11-24 watched folders", table::watches::SCHEMA)];

/// The whole schema as SQLite keeps it, for the golden test.
pub fn schema_text(conn: &Connection) -> Result<String> {
    let mut rows = conn.prepare(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
    )?;
    let parts: Vec<String> = rows
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(parts.join(";\n\n") + ";\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As published. New names go to the end, and nothing here ever moves.
    const PUBLISHED: [&str; 24] = [
        "queue-2026-11-23-engine",
        "queue-2026-11-23-lanes",
        "queue-2026-11-23-jobs",
        "queue-2026-11-23-attempts",
        "queue-2026-11-23-tally",
        "queue-2026-11-23-workers",
        "2026-11-23 documents",
        "2026-11-23 places",
        "2026-11-23 collections",
        "2026-11-23 pages",
        "2026-11-23 vectors",
        "2026-11-23 changes",
        "2026-11-23 events",
        "2026-11-23 settings",
        "2026-11-24 settled documents",
        "queue-2026-11-24-attempts-outlive",
        "queue-2026-11-24-schedules",
        "queue-2026-11-24-jobs-spelled-out",
        "queue-2026-11-24-attempts-spelled-out",
        "queue-2026-11-24-stretches",
        "2026-11-24 blocks of bits",
        "2026-11-24 saved searches",
        "2026-11-24 members",
        "2026-11-24 watched folders",
    ];

    #[test]
    fn a_published_step_never_moves() {
        let names: Vec<_> = steps().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, PUBLISHED);
    }

    #[test]
    fn no_step_of_the_queue_is_left_out() {
        let steps = steps();
        for step in sheaf_queue::migrations() {
            assert!(steps.contains(step), "{} is in no range", step.0);
        }
    }
}
