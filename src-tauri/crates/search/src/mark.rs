//! How far the word index has come, as it is written into every commit of it.

use sheaf_document::RevisionId;
use sheaf_store::Conn;
use sheaf_store::table::changes::{self, Change};

use crate::Result;

/// Raise when tokens or fields change: an index with another number is rebuilt.
const FORMAT: &str = "sheaf2";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Being built from nothing: revisions up to `done` are in, as they were after change `seq` or later.
    Building { seq: i64, done: RevisionId },
    /// Everything up to change `seq` is in. `print` tells the change apart from those of another library.
    At { seq: i64, print: String },
}

impl Mark {
    /// All changes up to `seq` are in.
    pub(crate) fn at(conn: &Conn, seq: i64) -> Result<Self> {
        let print = print(conn, seq)?;
        Ok(Self::At { seq, print })
    }

    /// The beginning of a build from nothing.
    pub(crate) fn begin(conn: &Conn) -> Result<Self> {
        Ok(Self::Building {
            seq: changes::last(conn)?,
            done: RevisionId(0),
        })
    }

    pub(crate) fn write(&self) -> String {
        match self {
            Self::Building { seq, done } => format!("{FORMAT} building {seq} {done}"),
            Self::At { seq, print } => format!("{FORMAT} at {seq} {print}"),
        }
    }

    /// The mark that was written; `None` for anything else.
    pub(crate) fn read(payload: &str) -> Option<Self> {
        let parts: Vec<&str> = payload.split(' ').collect();
        match parts[..] {
            [FORMAT, "building", seq, done] => Some(Self::Building {
                seq: seq.parse().ok()?,
                done: RevisionId(done.parse().ok()?),
            }),
            [FORMAT, "at", seq, print] => Some(Self::At {
                seq: seq.parse().ok()?,
                print: print.to_owned(),
            }),
            _ => None,
        }
    }

    /// Whether the index was made from this library, and from a state that it has gone through.
    pub(crate) fn belongs_to(&self, conn: &Conn) -> Result<bool> {
        let known = changes::last(conn)?;
        match self {
            Self::Building { seq, .. } => Ok(*seq <= known),
            Self::At { seq, print } => Ok(*seq <= known && *print == self::print(conn, *seq)?),
        }
    }

    /// How many changes the index lacks at most.
    pub(crate) fn lag(&self, conn: &Conn) -> Result<u64> {
        let last = changes::last(conn)?;
        Ok(match self {
            Self::Building { done, .. } if done.0 == 0 => last.unsigned_abs(),
            Self::Building { seq, .. } => last.saturating_sub(*seq).unsigned_abs() + 1,
            Self::At { seq, .. } => last.saturating_sub(*seq).unsigned_abs(),
        })
    }
}

/// What change `seq` was.
fn print(conn: &Conn, seq: i64) -> Result<String> {
    let change = changes::since(conn, seq - 1, 1)?
        .into_iter()
        .find(|(n, _)| *n == seq);
    Ok(match change {
        Some((_, Change::Page(revision, page))) => format!("page-{revision}-{page}"),
        Some((_, Change::Names(revision))) => format!("names-{revision}"),
        Some((_, Change::Gone(revision))) => format!("gone-{revision}"),
        None => "none".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_anything_else_is_none() {
        let building = Mark::Building {
            seq: 7,
            done: RevisionId(3),
        };
        let at = Mark::At {
            seq: 12,
            print: "page-3-4".into(),
        };
        for mark in [building, at] {
            assert_eq!(Mark::read(&mark.write()), Some(mark));
        }
        for other in [
            "",
            "12",
            "sheaf1 at 12 none",
            "sheaf2 at x none",
            "sheaf2 at 1",
        ] {
            assert_eq!(Mark::read(other), None, "{other}");
        }
    }
}
