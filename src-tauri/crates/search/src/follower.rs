//! Keeps the word index where the store is. Whoever holds a follower is the only one that writes the index.
//!
//! What it applies is the state of the store, not the change itself, so applying a change twice, or one whose page has
//! changed again since, is harmless. A revision stays in the index as long as the store has its pages; whether search
//! may show it is asked of the store at every search.

use std::collections::BTreeSet;

use sheaf_document::RevisionId;
use sheaf_store::table::changes::{self, Change};
use sheaf_store::table::{finding, pages};
use sheaf_store::{Conn, Library};
use tantivy::{Index, IndexWriter, TantivyDocument, TantivyError};

use crate::index::{Check, mend, open};
use crate::mark::Mark;
use crate::schema::{Fields, NAMES, schema};
use crate::{Result, SearchError};

/// Changes, or pages of a build from nothing, that one step takes at most.
const STEP: u32 = 5_000;

/// Memory for entries that are not on disk yet, bytes.
const HEAP: usize = 50 << 20;

/// The one writer of a library's word index.
pub struct Follower {
    library: Library,
    index: Index,
    writer: IndexWriter,
    fields: Fields,
    /// What the last commit holds.
    committed: Option<String>,
    /// What the writer holds, once it is committed.
    mark: Mark,
}

impl Follower {
    /// Takes the index, rebuilding it where it is missing, damaged or of another library; every byte of it is checked.
    /// `None` when another process, or another follower of this one, holds it.
    pub fn new(library: &Library) -> Result<Option<Self>> {
        Self::take(library, Check::Whole)
    }

    pub(crate) fn take(library: &Library, check: Check) -> Result<Option<Self>> {
        let folder = library.folder().words();
        let index = match open(&folder, check) {
            Ok(index) => index,
            Err(_) => {
                match mend(&folder) {
                    Err(SearchError::Busy) => return Ok(None),
                    other => other?,
                }
                open(&folder, check)?
            }
        };
        let writer: IndexWriter = match index.writer_with_num_threads(1, HEAP) {
            Err(TantivyError::LockFailure(..)) => return Ok(None),
            other => other?,
        };
        let committed = index.load_metas()?.payload;
        let conn = library.read()?;
        let mark = match committed.as_deref().and_then(Mark::read) {
            Some(mark) if mark.belongs_to(&conn)? => mark,
            _ => {
                writer.delete_all_documents()?;
                Mark::begin(&conn)?
            }
        };
        Ok(Some(Self {
            library: library.clone(),
            index,
            writer,
            fields: schema().1,
            committed,
            mark,
        }))
    }

    /// Applies everything new, at most some thousand pages, and commits it. The answer is how many changes that were;
    /// 0 means that the index holds all that the store had when this began.
    ///
    /// # Errors
    /// After any error the follower is of no more use; take another. The index is as it was after the last commit.
    pub fn step(&mut self) -> Result<u64> {
        let applied = self.apply()?;
        if self.committed.as_deref() != Some(self.mark.write().as_str()) {
            self.commit()?;
        }
        Ok(applied)
    }

    /// Takes what is new into memory. Without a [`Follower::commit`] behind it nothing of it is kept.
    pub fn apply(&mut self) -> Result<u64> {
        // Someone who deleted the folder under a running program gets a fresh index from the next follower.
        if self.index.load_metas()?.payload != self.committed {
            return Err(SearchError::Damaged);
        }
        let library = self.library.clone();
        let conn = library.read()?;
        let mut applied = 0;
        if let Mark::Building { seq, done } = self.mark {
            applied += self.build(&conn, seq, done)?;
        }
        if let Mark::At { seq, .. } = self.mark {
            applied += self.follow(&conn, seq)?;
        }
        Ok(applied)
    }

    /// Brings what was applied to the disk, with how far it goes.
    pub fn commit(&mut self) -> Result<()> {
        let payload = self.mark.write();
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        self.committed = Some(payload);
        Ok(())
    }

    fn build(&mut self, conn: &Conn, seq: i64, mut done: RevisionId) -> Result<u64> {
        let mut applied = 0;
        loop {
            let next = finding::revisions_after(conn, done, 256)?;
            if next.is_empty() {
                self.mark = Mark::at(conn, seq)?;
                return Ok(applied);
            }
            for revision in next {
                applied += 1 + self.add_revision(conn, revision)?;
                done = revision;
                if applied >= u64::from(STEP) {
                    self.mark = Mark::Building { seq, done };
                    return Ok(applied);
                }
            }
        }
    }

    fn follow(&mut self, conn: &Conn, seq: i64) -> Result<u64> {
        let new = changes::since(conn, seq, STEP)?;
        let Some(last) = new.last().map(|(n, _)| *n) else {
            return Ok(0);
        };
        self.renew(conn, &Touched::by(&new))?;
        self.mark = Mark::at(conn, last)?;
        Ok(new.len() as u64)
    }

    fn renew(&self, conn: &Conn, touched: &Touched) -> Result<()> {
        for revision in &touched.whole {
            self.writer.delete_term(self.fields.whole(*revision));
            self.add_revision(conn, *revision)?;
        }
        for (revision, page) in &touched.pages {
            self.writer.delete_term(self.fields.key(*revision, *page));
            if let Some(read) = pages::get(conn, *revision, *page)?
                && read.fault.is_none()
            {
                self.add(self.fields.page_entry(*revision, *page, &read.text))?;
            }
        }
        for revision in &touched.names {
            self.writer.delete_term(self.fields.key(*revision, NAMES));
            self.add_names(conn, *revision)?;
        }
        Ok(())
    }

    /// Adds all that the store has of a revision; the answer is its number of pages.
    fn add_revision(&self, conn: &Conn, revision: RevisionId) -> Result<u64> {
        self.add_names(conn, revision)?;
        let all = pages::all(conn, revision)?;
        for page in all.iter().filter(|page| page.fault.is_none()) {
            self.add(self.fields.page_entry(revision, page.page, &page.text))?;
        }
        Ok(all.len() as u64)
    }

    fn add_names(&self, conn: &Conn, revision: RevisionId) -> Result<()> {
        if let Some(names) = finding::names(conn, revision)? {
            self.add(self.fields.names_entry(revision, &names))?;
        }
        Ok(())
    }

    fn add(&self, entry: TantivyDocument) -> Result<()> {
        self.writer.add_document(entry)?;
        Ok(())
    }
}

/// What some changes touched, each thing once.
#[derive(Default)]
struct Touched {
    whole: BTreeSet<RevisionId>,
    pages: BTreeSet<(RevisionId, u32)>,
    names: BTreeSet<RevisionId>,
}

impl Touched {
    fn by(changes: &[(i64, Change)]) -> Self {
        let mut touched = Self::default();
        for (_, change) in changes {
            match *change {
                Change::Gone(revision) => touched.whole.insert(revision),
                Change::Page(revision, page) => touched.pages.insert((revision, page)),
                Change::Names(revision) => touched.names.insert(revision),
            };
        }
        let whole = &touched.whole;
        touched
            .pages
            .retain(|(revision, _)| !whole.contains(revision));
        touched.names.retain(|revision| !whole.contains(revision));
        touched
    }
}
