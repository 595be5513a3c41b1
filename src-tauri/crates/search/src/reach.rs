//! What search may show at this moment, and how much of the library that is. Asked anew whenever the store has changed.

use sheaf_document::{DocumentId, RevisionId};
use sheaf_store::Conn;
use sheaf_store::table::finding::{self, Reach, Within};

use crate::Result;

/// The revisions that may be shown, each with its document.
#[derive(Debug, Default, Clone)]
pub(crate) struct Live(Vec<(RevisionId, DocumentId)>);

impl Live {
    pub(crate) fn within(conn: &Conn, within: &Within) -> Result<Self> {
        Ok(Self(finding::live(conn, within)?))
    }

    pub(crate) fn document(&self, revision: RevisionId) -> Option<DocumentId> {
        let at = self.0.binary_search_by_key(&revision, |(known, _)| *known);
        at.ok().map(|at| self.0[at].1)
    }

    pub(crate) fn only(&self, keep: impl Fn(RevisionId) -> bool) -> Self {
        let kept = self.0.iter().copied().filter(|(known, _)| keep(*known));
        Self(kept.collect())
    }
}

/// The whole library's [`Live`] and [`Reach`], kept until the store changes.
#[derive(Default)]
pub(crate) struct Whole {
    version: Option<i64>,
    live: Live,
    reach: Reach,
}

impl Whole {
    /// `conn` must be the same connection every time: its version says whether others have written.
    pub(crate) fn refresh(&mut self, conn: &Conn) -> Result<()> {
        // The version first: what is committed behind it is noticed the next time.
        let version = Some(finding::data_version(conn)?);
        if self.version != version {
            self.live = Live::within(conn, &Within::default())?;
            self.reach = finding::reach(conn)?;
            self.version = version;
        }
        Ok(())
    }

    pub(crate) fn live(&self, conn: &Conn, within: &Within) -> Result<Live> {
        match *within == Within::default() {
            true => Ok(self.live.clone()),
            false => Live::within(conn, within),
        }
    }

    /// The share of all pages that can be found, when the word index lacks `lag` changes.
    pub(crate) fn complete(&self, lag: u64) -> f64 {
        let Reach {
            pages,
            done,
            unfinished,
        } = self.reach;
        if unfinished == 0 && lag == 0 {
            return 1.0;
        }
        let found = done.saturating_sub(lag) as f64;
        // Something is under way, so it is never all.
        (found / pages.max(1) as f64).min(0.99)
    }
}
