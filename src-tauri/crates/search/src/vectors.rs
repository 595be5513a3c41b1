//! The nearest vectors of the active model. In memory each is one bit a number; the numbers of the likely ones are read
//! from the store, so the order is that of the numbers, with any filter.

use std::collections::BTreeMap;

use rayon::prelude::*;
use sheaf_document::{PassageId, RevisionId};
use sheaf_store::table::vectors::{self, ModelId};
use sheaf_store::{Conn, Library, snapshot};

use crate::Result;
use crate::block::{Block, Part};
use crate::candidates::Candidates;
use crate::sketch::Probe;

/// The numbers of at least so many are looked at: of real vectors 99.8 % of the nearest ten are among the first 500 by
/// their bits.
const SHORTLIST: usize = 500;

/// So many segments are read one after the other.
const READ_TOGETHER: usize = 64;

/// The vectors of one library's active model.
#[derive(Default)]
pub struct Vectors {
    model: Option<ModelId>,
    /// Sealed ones and, behind them, those made here from what is not sealed yet.
    blocks: Vec<Block>,
    /// Of `blocks`, so many are as the store keeps them.
    sealed: usize,
    seen: Option<vectors::Extent>,
}

impl Vectors {
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads what is new and drops what is gone.
    pub fn refresh(&mut self, conn: &Conn) -> Result<()> {
        let model = vectors::active_model(conn)?.map(|(model, _)| model);
        if model != self.model {
            *self = Self {
                model,
                ..Self::default()
            };
        }
        let Some(model) = model else { return Ok(()) };
        let extent = vectors::extent(conn, model)?;
        if self.seen == Some(extent) {
            return Ok(());
        }
        self.take_sealed(conn, model)?;
        self.take_loose(conn, model)?;
        if self.parts() != extent.segments {
            self.drop_gone(&vectors::segment_ids(conn, model)?);
        }
        self.seen = Some(extent);
        Ok(())
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| block.parts.is_empty())
    }

    /// Bytes that the vectors take in memory.
    pub fn memory(&self) -> usize {
        self.blocks.iter().map(Block::memory).sum()
    }

    /// The `k` passages that are nearest to `query` among those of revisions that `accept` takes, the nearest first, each
    /// with its scalar product; for vectors of length 1 that is the cosine. Equal ones come by rising id.
    pub fn nearest(
        &self,
        library: &Library,
        query: &[f32],
        k: usize,
        accept: &(dyn Fn(RevisionId) -> bool + Sync),
    ) -> Result<Vec<(PassageId, f32)>> {
        if k == 0 || query.is_empty() {
            return Ok(Vec::new());
        }
        let candidates = self.candidates(library, query, k, accept)?;
        let mut near = candidates.nearest(query);
        near.truncate(k);
        Ok(near)
    }

    /// The passages among which the `k` nearest are, with their numbers, which several read at once: a disk that has to
    /// look for them does so for all.
    pub(crate) fn candidates(
        &self,
        library: &Library,
        query: &[f32],
        k: usize,
        accept: &(dyn Fn(RevisionId) -> bool + Sync),
    ) -> Result<Candidates> {
        let likely = self.likely(query, SHORTLIST.max(k.saturating_mul(4)), accept);
        let mut by_segment: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for place in likely {
            by_segment.entry(place.segment).or_default().push(place.row);
        }
        let segments: Vec<(i64, Vec<usize>)> = by_segment.into_iter().collect();
        let parts = segments
            .par_chunks(READ_TOGETHER)
            .map(|segments| read(library, segments, query.len()));
        let mut parts = parts.collect::<Result<Vec<Candidates>>>()?.into_iter();
        let first = parts.next().unwrap_or_else(|| Candidates::new(query.len()));
        Ok(parts.fold(first, Candidates::with))
    }

    /// The `most` vectors that may be nearest by their bits.
    fn likely(
        &self,
        query: &[f32],
        most: usize,
        accept: &(dyn Fn(RevisionId) -> bool + Sync),
    ) -> Vec<Likely> {
        let probe = Probe::of(query);
        let begin = || Shortlist::new(most);
        // The best of all are the best of the best of each, so it does not matter who looks at what.
        let lists = self
            .blocks
            .par_iter()
            .with_min_len(8)
            .fold(begin, |mut list, block| {
                offer(&mut list, block, &probe, query.len(), accept);
                list
            });
        lists.reduce(begin, Shortlist::with).best()
    }

    fn take_sealed(&mut self, conn: &Conn, model: ModelId) -> Result<()> {
        let ids = vectors::block_ids(conn, model)?;
        let known = self.blocks[..self.sealed].iter().map(|block| block.id);
        if known.clone().ne(ids.iter().copied().take(known.len())) {
            self.blocks.clear();
            self.sealed = 0;
        }
        if self.sealed < ids.len() {
            self.blocks.truncate(self.sealed);
            for id in &ids[self.sealed..] {
                if let Some(block) = vectors::block(conn, *id)? {
                    self.blocks.push(Block::from(block));
                }
            }
            self.sealed = self.blocks.len();
        }
        Ok(())
    }

    /// Blocks of what is not sealed yet; full ones are kept, the last one is made anew.
    fn take_loose(&mut self, conn: &Conn, model: ModelId) -> Result<()> {
        if self.blocks.len() > self.sealed && !self.blocks.last().is_some_and(Block::is_full) {
            self.blocks.pop();
        }
        let mut last = self.blocks.last().map_or(0, |block| block.last);
        loop {
            let taken = vectors::segments_after(conn, model, last, Block::FULL)?;
            let Some(block) = Block::of(&taken) else {
                return Ok(());
            };
            last = block.last;
            let is_full = block.is_full();
            self.blocks.push(block);
            if !is_full {
                return Ok(());
            }
        }
    }

    fn parts(&self) -> u64 {
        self.blocks
            .iter()
            .map(|block| block.parts.len() as u64)
            .sum()
    }

    fn drop_gone(&mut self, ids: &[i64]) {
        for block in &mut self.blocks {
            let is_there = |part: &Part| ids.binary_search(&part.segment).is_ok();
            block.parts.retain(is_there);
        }
    }
}

/// Such rows of some segments as are still there.
fn read(library: &Library, segments: &[(i64, Vec<usize>)], dims: usize) -> Result<Candidates> {
    let conn = library.read()?;
    let _moment = snapshot(&conn)?;
    let mut candidates = Candidates::new(dims);
    for (id, rows) in segments {
        if let Some(segment) = vectors::segment(&conn, *id)? {
            candidates.take(&segment, rows);
        }
    }
    Ok(candidates)
}

/// A vector by its place.
#[derive(Debug, Clone, Copy)]
struct Likely {
    score: f32,
    segment: i64,
    row: usize,
}

/// Keeps the best of many; looks at few of them more than once.
struct Shortlist {
    most: usize,
    held: Vec<Likely>,
    /// What is not better than this is not among the best.
    least: f32,
}

impl Shortlist {
    fn new(most: usize) -> Self {
        Self {
            most,
            held: Vec::new(),
            least: f32::NEG_INFINITY,
        }
    }

    fn offer(&mut self, likely: Likely) {
        if likely.score >= self.least {
            self.held.push(likely);
            if self.held.len() >= self.most.saturating_mul(4) {
                self.cut();
            }
        }
    }

    fn with(mut self, other: Self) -> Self {
        for likely in other.held {
            self.offer(likely);
        }
        self
    }

    fn cut(&mut self) {
        if self.held.len() > self.most {
            let order = |a: &Likely, b: &Likely| {
                (b.score.total_cmp(&a.score))
                    .then(a.segment.cmp(&b.segment))
                    .then(a.row.cmp(&b.row))
            };
            self.held.select_nth_unstable_by(self.most, order);
            self.least = self.held[self.most].score;
            self.held.truncate(self.most);
        }
    }

    fn best(mut self) -> Vec<Likely> {
        self.cut();
        self.held
    }
}

/// Offers the vectors of a block that are of the query's length.
fn offer(
    list: &mut Shortlist,
    block: &Block,
    probe: &Probe,
    dims: usize,
    accept: &(dyn Fn(RevisionId) -> bool + Sync),
) {
    if block.sketches.mean.len() != dims {
        return;
    }
    let base = probe.base(&block.sketches);
    for part in block.parts.iter().filter(|part| accept(part.revision)) {
        block.each(part, |row, factor, bits| {
            list.offer(Likely {
                score: probe.about(base, factor, bits),
                segment: part.segment,
                row,
            });
        });
    }
}
