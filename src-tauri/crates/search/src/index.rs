//! The word index of a library as any process reads it. What is damaged or not ours is rebuilt from the store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sheaf_store::{Conn, Library};
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::{Index, IndexReader, ReloadPolicy};

use crate::mark::Mark;
use crate::schema::{Fields, schema};
use crate::tongue::Stems;
use crate::vocabulary::has_begun;
use crate::{Follower, Result, SearchError, tokenizer};

/// An index up to this size is read through at opening, to see that every byte is as it was written. A larger one is
/// checked by the engine alone.
const CHECKED: u64 = 64 << 20;

/// The word index, open for reading; derived from the store and deletable.
pub struct WordIndex {
    pub(crate) index: Index,
    pub(crate) fields: Fields,
    reader: IndexReader,
    /// The codes of the languages that its words are stemmed in.
    tongues: Vec<&'static str>,
    /// The commit that `reader` shows.
    seen: (u64, Option<String>),
}

/// What catching up came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaughtUp {
    /// The index still lacks something: another process writes it and will bring it there.
    pub behind: bool,
    /// Changes that were applied here.
    pub applied: u64,
}

impl WordIndex {
    /// Opens the index, after rebuilding it empty where it is missing, damaged or of another format. What it lacks is
    /// brought by [`WordIndex::catch_up`] or a [`Follower`].
    ///
    /// # Errors
    /// [`SearchError::Busy`] while another process holds it and it cannot be read.
    pub fn open(library: &Library) -> Result<Self> {
        let folder = library.folder().words();
        match Self::read(&folder, Check::Small) {
            Ok(index) => Ok(index),
            Err(_) => {
                mend(&folder)?;
                Self::read(&folder, Check::Small)
            }
        }
    }

    /// Throws the index away and makes an empty one.
    pub(crate) fn rebuild(library: &Library) -> Result<Self> {
        let folder = library.folder().words();
        wipe(&folder)?;
        Self::read(&folder, Check::Small)
    }

    fn read(folder: &Path, check: Check) -> Result<Self> {
        let index = open(folder, check)?;
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let (_, fields) = schema();
        Ok(Self {
            seen: commit(&index)?,
            tongues: tongues(&reader.searcher(), &fields)?,
            index,
            fields,
            reader,
        })
    }

    /// The part of `stems` that finds anything here.
    pub(crate) fn stems(&self, stems: &Stems) -> Stems {
        stems.within(|code| self.tongues.contains(&code))
    }

    /// Shows the newest commit, whoever made it.
    pub fn reload(&mut self) -> Result<()> {
        let newest = commit(&self.index)?;
        if newest != self.seen {
            self.reader.reload()?;
            self.tongues = tongues(&self.reader.searcher(), &self.fields)?;
            self.seen = newest;
        }
        Ok(())
    }

    pub(crate) fn searcher(&self) -> tantivy::Searcher {
        self.reader.searcher()
    }

    /// At most so many changes are missing in what this reader shows.
    pub(crate) fn lag(&self, conn: &Conn) -> Result<u64> {
        match self.seen.1.as_deref().and_then(Mark::read) {
            Some(mark) if mark.belongs_to(conn)? => mark.lag(conn),
            _ => Mark::begin(conn)?.lag(conn),
        }
    }

    /// Applies what the index lacks, if no other process holds it; that one will do it otherwise.
    pub fn catch_up(&mut self, library: &Library) -> Result<CaughtUp> {
        let conn = library.read()?;
        self.reload()?;
        let mut applied = 0;
        if self.lag(&conn)? > 0
            && let Some(mut follower) = Follower::take(library, Check::Small)?
        {
            loop {
                match follower.step()? {
                    0 => break,
                    more => applied += more,
                }
            }
            drop(follower);
            self.reload()?;
        }
        Ok(CaughtUp {
            behind: self.lag(&conn)? > 0,
            applied,
        })
    }
}

/// The languages that words of the index are stemmed in.
fn tongues(searcher: &tantivy::Searcher, fields: &Fields) -> Result<Vec<&'static str>> {
    let mut found = Vec::new();
    for code in Stems::all().codes() {
        let begin = format!("{code}:");
        if has_begun(searcher, fields.stems, &begin)? {
            found.push(code);
        }
    }
    Ok(found)
}

/// Which commit the files hold: its number and its mark.
fn commit(index: &Index) -> Result<(u64, Option<String>)> {
    let metas = index.load_metas()?;
    Ok((metas.opstamp, metas.payload))
}

/// How thoroughly an index is looked at before it is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Every byte, unless it is large.
    Small,
    /// Every byte.
    Whole,
}

/// Opens what is there. Its files are no input of ours alone, so a panic of the reader counts as damage.
pub(crate) fn open(folder: &Path, check: Check) -> Result<Index> {
    catch_unwind(AssertUnwindSafe(|| open_checked(folder, check)))
        .unwrap_or(Err(SearchError::Damaged))
}

fn open_checked(folder: &Path, check: Check) -> Result<Index> {
    let index = Index::open_in_dir(folder)?;
    let is_ours = index.schema() == schema().0
        && match index.load_metas()?.payload {
            Some(payload) => Mark::read(&payload).is_some(),
            None => true,
        };
    let is_whole = || -> Result<bool> {
        if check == Check::Small && size(folder)? > CHECKED {
            return Ok(true);
        }
        Ok(index.validate_checksum()?.is_empty())
    };
    if !is_ours || !is_whole()? {
        return Err(SearchError::Damaged);
    }
    tokenizer::register(index.tokenizers());
    let reader: IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    drop(reader);
    Ok(index)
}

fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        // A file that a merge has just taken away counts for nothing.
        bytes += entry?.metadata().map_or(0, |meta| meta.len());
    }
    Ok(bytes)
}

/// Makes an empty index where the one there cannot be used; leaves alone what another process has mended meanwhile.
pub(crate) fn mend(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let _lock = lock(folder)?;
    match open(folder, Check::Whole) {
        Ok(_) => Ok(()),
        Err(_) => begin_again(folder),
    }
}

fn wipe(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let _lock = lock(folder)?;
    begin_again(folder)
}

fn lock(folder: &Path) -> Result<tantivy::directory::DirectoryLock> {
    let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
    directory
        .acquire_lock(&INDEX_WRITER_LOCK)
        .map_err(|_| SearchError::Busy)
}

/// Only under the writer's lock.
fn begin_again(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let is_lock = path.extension().is_some_and(|end| end == "lock");
        match path.is_dir() {
            _ if is_lock => {}
            true => std::fs::remove_dir_all(&path)?,
            false => std::fs::remove_file(&path)?,
        }
    }
    Index::create_in_dir(folder, schema().0)?;
    Ok(())
}
