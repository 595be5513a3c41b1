//! The books of a library: whether all that was to be done was done, and done once.

use rusqlite::Connection;

use super::Library;

/// Sentences about what is wrong; none when all documents were read and indexed as if nothing had ever gone wrong.
pub(crate) fn faults(library: &Library, documents: u64, pages: u64) -> Vec<String> {
    let conn = library.database();
    let mut faults = lost(&conn, documents, pages);
    faults.extend(twice(&conn));
    let integrity: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("checked");
    if integrity != "ok" {
        faults.push(integrity);
    }
    faults
}

/// What is not there, and what was given up.
fn lost(conn: &Connection, documents: u64, pages: u64) -> Vec<String> {
    let of = |what, expected, sql| {
        let found = number(conn, sql);
        (found != expected).then(|| format!("{found} {what}, not {expected}"))
    };
    let checks = [
        of(
            "documents are ready",
            documents,
            "SELECT count(*) FROM documents WHERE state = 'ready'",
        ),
        of("documents", documents, "SELECT count(*) FROM documents"),
        of(
            "pages are read",
            documents * pages,
            "SELECT count(*) FROM pages WHERE state = 'read' AND text <> ''",
        ),
        of(
            "pages failed",
            0,
            "SELECT count(*) FROM events WHERE event = 'page_failed'",
        ),
        of(
            "jobs did not complete",
            0,
            "SELECT count(*) FROM jobs WHERE state <> 'completed'",
        ),
        of(
            "faults are blamed on jobs",
            0,
            "SELECT coalesce(sum(faults), 0) FROM jobs",
        ),
        of(
            "passages have no vector",
            0,
            "SELECT count(*) FROM passages p WHERE NOT EXISTS
               (SELECT 1 FROM embedded e WHERE e.revision = p.revision AND e.passage = p.id)",
        ),
        of(
            "attempts have no end",
            0,
            "SELECT count(*) FROM attempts WHERE ended_at IS NULL",
        ),
    ];
    checks.into_iter().flatten().collect()
}

/// What was done again after it was done, or under a claim that was lost.
pub(crate) fn twice(conn: &Connection) -> Vec<String> {
    let none = |what: &str, sql| {
        let found = number(conn, sql);
        (found > 0).then(|| format!("{found} {what}"))
    };
    let checks = [
        none(
            "pages have more events than one",
            "SELECT count(*) FROM (SELECT 1 FROM events WHERE event = 'page'
               GROUP BY document, page HAVING count(*) > 1)",
        ),
        none(
            "pages have no event of their own",
            "SELECT count(*) FROM pages p JOIN revisions r ON r.id = p.revision WHERE NOT EXISTS
               (SELECT 1 FROM events e WHERE e.document = r.document AND e.event = 'page'
                   AND e.page = p.page AND e.job = p.job AND e.epoch = p.epoch)",
        ),
        none(
            "documents were read or indexed to the end more than once",
            "SELECT count(*) FROM (SELECT 1 FROM events WHERE event IN ('read', 'indexed')
               GROUP BY document, event HAVING count(*) > 1)",
        ),
        none(
            "documents have two jobs of a kind",
            "SELECT count(*) FROM (SELECT 1 FROM jobs GROUP BY subject, kind HAVING count(*) > 1)",
        ),
        none(
            "jobs are done more than once",
            "SELECT count(*) FROM (SELECT 1 FROM attempts WHERE outcome = 'done' GROUP BY job HAVING count(*) > 1)",
        ),
        none(
            "writes came under a claim that was lost",
            "SELECT count(*) FROM events e WHERE e.epoch < (SELECT max(l.epoch) FROM events l
               WHERE l.document = e.document AND l.job = e.job AND l.id < e.id)",
        ),
        none(
            "passages have vectors twice",
            "SELECT sum(count) - (SELECT count(*) FROM embedded) FROM segments",
        ),
    ];
    checks.into_iter().flatten().collect()
}

fn number(conn: &Connection, sql: &str) -> u64 {
    let found: Option<i64> = conn.query_row(sql, [], |row| row.get(0)).expect("counted");
    found.unwrap_or(0).unsigned_abs()
}
