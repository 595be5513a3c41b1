//! Lists of documents by whether anything is still done about them.

use sheaf_document::DocumentId;

use crate::{Conn, Result};

/// For the two lists of [`list`]; their conditions stand there again, word for word, or SQLite does not see that an
/// index fits.
pub(crate) const SCHEMA: &str = "
CREATE INDEX documents_attention ON documents(id)
  WHERE state IN('problems','failed') AND removed_at IS NULL AND merged_into IS NULL;
CREATE INDEX documents_unsettled ON documents(id)
  WHERE state IN('queued','reading','indexing') AND removed_at IS NULL AND merged_into IS NULL;
CREATE INDEX documents_done ON documents(id)
  WHERE state IN('ready','unsupported','cancelled') AND (removed_at IS NULL OR merged_into IS NOT NULL);
";

/// The two lists of documents for which nothing more is done by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Failed, wholly or in part.
    Attention,
    /// Ready, cancelled or none of ours; and those that turned out to be in the library already.
    Done,
}

impl Settled {
    fn condition(self) -> &'static str {
        match self {
            Self::Attention => {
                "state IN('problems','failed') AND removed_at IS NULL AND merged_into IS NULL"
            }
            Self::Done => {
                "state IN('ready','unsupported','cancelled') AND (removed_at IS NULL OR merged_into IS NOT NULL)"
            }
        }
    }
}

/// Settled documents, the last added first: the id, and whether it was merged into another document.
pub fn list(
    conn: &Conn,
    which: Settled,
    limit: u32,
    offset: u32,
) -> Result<Vec<(DocumentId, bool)>> {
    let mut rows = conn.prepare_cached(&format!(
        "SELECT id, merged_into IS NOT NULL FROM documents WHERE {} ORDER BY id DESC LIMIT ?1 OFFSET ?2",
        which.condition()
    ))?;
    let found = rows.query_map([limit, offset], |row| {
        Ok((DocumentId(row.get(0)?), row.get(1)?))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Documents on which work goes on, or will.
pub fn count_unsettled(conn: &Conn) -> Result<u32> {
    Ok(conn
        .prepare_cached(
            "SELECT count(*) FROM documents WHERE state IN('queued','reading','indexing')
               AND removed_at IS NULL AND merged_into IS NULL",
        )?
        .query_row([], |row| row.get(0))?)
}

/// How long a list of [`list`] is.
pub fn count(conn: &Conn, which: Settled) -> Result<u32> {
    Ok(conn
        .prepare_cached(&format!(
            "SELECT count(*) FROM documents WHERE {}",
            which.condition()
        ))?
        .query_row([], |row| row.get(0))?)
}
