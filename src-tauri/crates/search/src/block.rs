//! Some thousand vectors as bits, as they are kept on disk and in memory; and the sealing of new ones.

use sheaf_document::RevisionId;
use sheaf_store::Library;
use sheaf_store::table::vectors::{self, ModelId, OwnedSegment, SealedBlock};

use crate::Result;
use crate::sketch::{Sketches, bytes};

/// Segments that follow one another.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// 0 while it is not sealed.
    pub(crate) id: i64,
    /// The last segment that it covers, whether that is still there or not.
    pub(crate) last: i64,
    pub(crate) parts: Vec<Part>,
    pub(crate) sketches: Sketches,
}

/// One segment's place in a block.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) segment: i64,
    pub(crate) revision: RevisionId,
    first: u32,
    count: u32,
}

impl Block {
    /// So many vectors fill a block.
    pub(crate) const FULL: u32 = 4096;

    /// Of segments that follow one another, none of which is of another length than the first; `None` of none.
    pub(crate) fn of(segments: &[OwnedSegment]) -> Option<Self> {
        let last = segments.last()?.segment.id;
        let dims = segments.iter().find_map(|owned| {
            let segment = &owned.segment;
            segment.vectors.len().checked_div(segment.passages.len())
        })?;
        let (mut scales, mut rows, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for OwnedSegment { revision, segment } in segments {
            if segment.vectors.len() != segment.scales.len() * dims {
                continue;
            }
            parts.push(Part {
                segment: segment.id,
                revision: *revision,
                first: scales.len() as u32,
                count: segment.scales.len() as u32,
            });
            scales.extend_from_slice(&segment.scales);
            rows.extend_from_slice(&segment.vectors);
        }
        Some(Self {
            id: 0,
            last,
            parts,
            sketches: Sketches::of(dims, &scales, &rows),
        })
    }

    pub(crate) fn is_full(&self) -> bool {
        self.sketches.factors.len() >= Self::FULL as usize
    }

    /// Calls `take` with the row, the factor and the bits of every vector of a part.
    pub(crate) fn each(&self, part: &Part, mut take: impl FnMut(usize, f32, &[u8])) {
        let width = bytes(self.sketches.mean.len());
        let (first, count) = (part.first as usize, part.count as usize);
        let factors = self.sketches.factors.iter().skip(first).take(count);
        let bits = self.sketches.bits.chunks_exact(width.max(1)).skip(first);
        for (row, (factor, bits)) in factors.zip(bits).enumerate() {
            take(row, *factor, bits);
        }
    }

    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>()
            + self.parts.capacity() * size_of::<Part>()
            + self.sketches.bits.capacity()
            + 4 * (self.sketches.factors.capacity() + self.sketches.mean.capacity())
    }

    fn sealed(&self, model: ModelId, first: i64) -> SealedBlock {
        SealedBlock {
            id: 0,
            model,
            first,
            last: self.last,
            segments: self.parts.iter().map(|part| part.segment).collect(),
            revisions: self.parts.iter().map(|part| part.revision).collect(),
            counts: self.parts.iter().map(|part| part.count).collect(),
            mean: self.sketches.mean.clone(),
            factors: self.sketches.factors.clone(),
            bits: self.sketches.bits.clone(),
        }
    }
}

impl From<SealedBlock> for Block {
    fn from(sealed: SealedBlock) -> Self {
        let mut parts = Vec::with_capacity(sealed.segments.len());
        let mut first = 0;
        let owners = sealed.segments.iter().zip(&sealed.revisions);
        for ((segment, revision), count) in owners.zip(&sealed.counts) {
            parts.push(Part {
                segment: *segment,
                revision: *revision,
                first,
                count: *count,
            });
            first += count;
        }
        Self {
            id: sealed.id,
            last: sealed.last,
            parts,
            sketches: Sketches {
                mean: sealed.mean,
                factors: sealed.factors,
                bits: sealed.bits,
            },
        }
    }
}

/// Seals what is new of a model, as far as it fills blocks; the number of blocks. Whoever opens the library next need
/// not look at every number. `write` commits what [`vectors::seal`] does with a block that follows that one.
///
/// # Errors
/// When the store fails; what was sealed before stays.
pub fn seal(
    library: &Library,
    model: ModelId,
    write: impl Fn(i64, SealedBlock) -> sheaf_store::Result<bool>,
) -> Result<u32> {
    let mut sealed = 0;
    loop {
        let conn = library.read()?;
        let after = vectors::sealed_to(&conn, model)?;
        if !vectors::has_more(&conn, model, after, Block::FULL)? {
            return Ok(sealed);
        }
        let taken = vectors::segments_after(&conn, model, after, Block::FULL)?;
        drop(conn);
        let first = taken.first().map_or(0, |owned| owned.segment.id);
        let Some(block) = Block::of(&taken).filter(Block::is_full) else {
            return Ok(sealed);
        };
        let block = block.sealed(model, first);
        if !write(after, block)? {
            return Ok(sealed);
        }
        sealed += 1;
    }
}
