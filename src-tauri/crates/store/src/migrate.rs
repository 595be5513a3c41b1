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
    [
        &queue[..6],
        FIRST,
        &queue[6..11],
        SEARCH,
        MEMBERS,
        WARNINGS,
        WATCHED,
        COUNTED,
    ]
    .concat()
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

const WARNINGS: &[(&str, &str)] = &[("2026-11-24 warnings", table::warnings::SCHEMA)];
/// What watched folders added.
const WATCHED: &[(&str, &str)] = &[("2026-11-24 watched folders", table::watches::SCHEMA)];

const COUNTED: &[(&str, &str)] = &[(
    "2026-11-25 files of watched folders",
    table::watches::COUNTS,
)];

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
    const PUBLISHED: [&str; 26] = [
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
        "2026-11-24 warnings",
        "2026-11-24 watched folders",
        "2026-11-25 files of watched folders",
    ];

    #[test]
    fn a_published_step_never_moves() {
        let names: Vec<_> = steps().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, PUBLISHED);
    }

    /// Rows as a program of that day wrote them: one document read, one job in line, one dead letter with its history.
    const FILLED: &str = "
        INSERT INTO lanes(name, slots, keep_free, max_queued) VALUES('reading', 2, 0, 1000);
        INSERT INTO documents(state, added_at) VALUES('ready', 1), ('queued', 2);
        INSERT INTO revisions(document, settings, languages, created_at) VALUES(1, '{}', 'eng', 1);
        UPDATE documents SET current = 1 WHERE id = 1;
        INSERT INTO pages(revision, page, state, text, words, source, confidence, width_pt, height_pt, job, epoch, ms, read_at)
          VALUES(1, 1, 'read', 'Marmalade', x'', 'embedded', 1, 595, 842, 1, 1, 5, 3);
        INSERT INTO passages(revision, page, start, \"end\") VALUES(1, 1, 0, 9);
        INSERT INTO events(at, document, job, epoch, event, page) VALUES(3, 1, 1, 1, 'page', 1);
        INSERT INTO jobs(lane, kind, subject, priority, state, created_at, queued_at, attempt, faults, finished_at, code)
          VALUES('reading', 'read', 1, 50, 'failed', 1, 1, 3, 3, 4, 'file_missing'),
                ('reading', 'read', 2, 50, 'queued', 2, 2, 0, 0, NULL, NULL),
                ('reading', 'read', 3, 75, 'queued', 3, 3, 0, 0, NULL, NULL);
        INSERT INTO settings(key, value) VALUES('reading.workers', '3');";

    /// An attempt tells its subject since the 16th step.
    fn attempt(steps_behind: usize) -> &'static str {
        match steps_behind {
            ..16 => {
                "INSERT INTO attempts(job, epoch, attempt, engine, started_at, ended_at, outcome)
                   VALUES(1, 1, 3, 1, 3, 4, 'fault')"
            }
            16.. => {
                "INSERT INTO attempts(job, epoch, attempt, engine, started_at, ended_at, outcome, subject)
                   VALUES(1, 1, 3, 1, 3, 4, 'fault', 1)"
            }
        }
    }

    /// A database as it was after so many steps.
    fn of_old(steps_behind: usize) -> Connection {
        let conn = Connection::open_in_memory().expect("a database");
        for (_, sql) in &steps()[..steps_behind] {
            conn.execute_batch(sql).expect("a step");
        }
        let marks = format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {steps_behind};"
        );
        conn.execute_batch(&marks).expect("marked");
        conn
    }

    #[test]
    fn an_old_library_is_brought_up_to_date_with_all_that_is_in_it() {
        let path = std::path::Path::new("library.db");
        let mut new = Connection::open_in_memory().expect("a database");
        migrate(&mut new, path).expect("made");
        // The first 15 steps made the first library that could be filled.
        for steps_behind in 15..steps().len() {
            let mut old = of_old(steps_behind);
            old.execute_batch(FILLED).expect("filled");
            old.execute_batch(attempt(steps_behind)).expect("filled");
            migrate(&mut old, path).expect("brought up to date");
            let behind = format!("{steps_behind} steps");
            assert_eq!(schema_text(&old).ok(), schema_text(&new).ok(), "{behind}");
            assert_all_is_there(&old, &behind);
        }
    }

    fn assert_all_is_there(conn: &Connection, behind: &str) {
        let count = |sql: &str| -> i64 { conn.query_row(sql, [], |row| row.get(0)).expect(sql) };
        for (table, rows) in [
            ("documents", 2),
            ("revisions", 1),
            ("passages", 1),
            ("jobs", 3),
            ("attempts", 1),
            ("settings", 1),
        ] {
            assert_eq!(
                count(&format!("SELECT count(*) FROM {table}")),
                rows,
                "{table}, {behind}"
            );
        }
        let history = sheaf_queue::attempts_of(conn, 1).expect("asked");
        assert_eq!(history.len(), 1, "the document knows its history, {behind}");
        let text: String = conn
            .query_row("SELECT text FROM pages", [], |row| row.get(0))
            .expect("a page");
        assert_eq!(text, "Marmalade", "{behind}");
        let position = |job| sheaf_queue::position(conn, sheaf_queue::JobId(job)).expect("asked");
        assert_eq!(
            (position(3), position(2), position(1)),
            (Some(1), Some(2), None),
            "{behind}"
        );
        let counts = sheaf_queue::counts(conn).expect("counted");
        assert_eq!(
            (counts.queued, counts.failed, counts.dead),
            (2, 1, 1),
            "{behind}"
        );
        assert!(
            table::warnings::list(conn).expect("listed").is_empty(),
            "{behind}"
        );
        let sound: String = conn
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .expect("checked");
        assert_eq!(sound, "ok", "{behind}");
    }

    #[test]
    fn no_step_of_the_queue_is_left_out() {
        let steps = steps();
        for step in sheaf_queue::migrations() {
            assert!(steps.contains(step), "{} is in no range", step.0);
        }
    }
}
