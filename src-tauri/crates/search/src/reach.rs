//! What search may show at this moment, and how much of the library that is. Asked anew whenever the store has changed.

use std::collections::HashSet;
use std::sync::Arc;

use sheaf_document::{DocumentId, RevisionId};
use sheaf_store::Conn;
use sheaf_store::table::finding::{self, Reach, Within};

use crate::Result;
use crate::tokens::tokens;

/// The revisions that may be shown, each with its document.
#[derive(Debug, Default, Clone)]
pub(crate) struct Live(Arc<Shown>);

#[derive(Debug, Default)]
struct Shown {
    all: Vec<(RevisionId, DocumentId)>,
    /// One bit a revision: asked for once for every few vectors.
    bits: Vec<u64>,
}

impl Live {
    pub(crate) fn within(conn: &Conn, within: &Within) -> Result<Self> {
        let all = Self::of(finding::live(conn, within)?);
        let Some(from) = &within.from else {
            return Ok(all);
        };
        let asked = words(from);
        let named = finding::senders(conn)?.into_iter();
        let wanted: HashSet<RevisionId> = named
            .filter(|(_, sender)| asked.is_subset(&words(sender)))
            .map(|(revision, _)| revision)
            .collect();
        Ok(all.only(|revision| wanted.contains(&revision)))
    }

    pub(crate) fn document(&self, revision: RevisionId) -> Option<DocumentId> {
        let all = &self.0.all;
        let at = all.binary_search_by_key(&revision, |(known, _)| *known);
        at.ok().map(|at| all[at].1)
    }

    /// All of them, by rising revision.
    pub(crate) fn all(&self) -> &[(RevisionId, DocumentId)] {
        &self.0.all
    }

    pub(crate) fn holds(&self, revision: RevisionId) -> bool {
        let Ok(n) = usize::try_from(revision.0) else {
            return false;
        };
        let word = self.0.bits.get(n / 64);
        word.is_some_and(|word| word >> (n % 64) & 1 == 1)
    }

    /// By rising revision.
    fn of(all: Vec<(RevisionId, DocumentId)>) -> Self {
        let numbers = all.iter().filter_map(|(r, _)| usize::try_from(r.0).ok());
        let most = numbers.clone().next_back().unwrap_or_default();
        let mut bits = vec![0; most / 64 + 1];
        for n in numbers {
            bits[n / 64] |= 1_u64 << (n % 64);
        }
        Self(Arc::new(Shown { all, bits }))
    }

    pub(crate) fn only(&self, keep: impl Fn(RevisionId) -> bool) -> Self {
        let all = self.0.all.iter().copied();
        Self::of(all.filter(|(known, _)| keep(*known)).collect())
    }
}

fn words(text: &str) -> HashSet<String> {
    tokens(text).into_iter().map(|token| token.text).collect()
}

/// So many filters' documents are remembered.
const FILTERS: usize = 8;

/// The whole library's [`Live`] and [`Reach`], kept until the store changes.
#[derive(Default)]
pub(crate) struct Whole {
    version: Option<i64>,
    live: Live,
    /// The last filters with what they let through, the newest last.
    filtered: Vec<(Within, Live)>,
    reach: Reach,
}

impl Whole {
    /// `conn` must be the same connection every time: its version says whether others have written.
    pub(crate) fn refresh(&mut self, conn: &Conn) -> Result<()> {
        // The version first: what is committed behind it is noticed the next time.
        let version = Some(finding::data_version(conn)?);
        if self.version != version {
            self.live = Live::within(conn, &Within::default())?;
            self.filtered.clear();
            self.reach = finding::reach(conn)?;
            self.version = version;
        }
        Ok(())
    }

    pub(crate) fn live(&mut self, conn: &Conn, within: &Within) -> Result<Live> {
        if *within == Within::default() {
            return Ok(self.live.clone());
        }
        if let Some((_, live)) = self.filtered.iter().find(|(known, _)| known == within) {
            return Ok(live.clone());
        }
        let live = Live::within(conn, within)?;
        if self.filtered.len() == FILTERS {
            self.filtered.remove(0);
        }
        self.filtered.push((within.clone(), live.clone()));
        Ok(live)
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
