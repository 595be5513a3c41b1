//! The vectors of the active model in memory, and the nearest of them: a flat scan, exact, with any filter.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use sheaf_document::PassageId;
use sheaf_store::Conn;
use sheaf_store::table::finding;
use sheaf_store::table::pages::{self, PassagePlace};
use sheaf_store::table::vectors::{self, ModelId, Segment};

use crate::Result;

/// A query's numbers in this many steps on either side of 0: times 127 and summed over 4,096 dimensions it stays within
/// an `i32`.
const STEPS: f32 = 4095.0;

/// The vectors of one library's active model.
#[derive(Default)]
pub struct Vectors {
    model: Option<ModelId>,
    segments: BTreeMap<i64, Segment>,
    /// Where the passages stand; those that are gone are missing.
    places: HashMap<PassageId, PassagePlace>,
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
        let ids = vectors::segment_ids(conn, model)?;
        let gone = self
            .segments
            .extract_if(.., |id, _| ids.binary_search(id).is_err());
        for (_, segment) in gone {
            for passage in segment.passages {
                self.places.remove(&passage);
            }
        }
        for id in ids {
            if !self.segments.contains_key(&id)
                && let Some(segment) = vectors::segment(conn, id)?
            {
                for place in places(conn, &segment.passages)? {
                    self.places.insert(place.id, place);
                }
                self.segments.insert(id, segment);
            }
        }
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// The `k` passages that are nearest to `query` among those that `accept` takes, the nearest first, each with its
    /// scalar product; for vectors of length 1 that is the cosine. Equal ones come by rising id.
    pub fn nearest(
        &self,
        query: &[f32],
        k: usize,
        accept: &dyn Fn(PassageId) -> bool,
    ) -> Vec<(PassageId, f32)> {
        let mut best: BinaryHeap<Near> = BinaryHeap::new();
        if k == 0 {
            return Vec::new();
        }
        let (query, step) = in_steps(query);
        for segment in self.segments.values() {
            if query.is_empty() || segment.vectors.len() != segment.passages.len() * query.len() {
                continue;
            }
            let rows = segment.vectors.chunks_exact(query.len());
            for ((passage, scale), row) in segment.passages.iter().zip(&segment.scales).zip(rows) {
                let near = Near {
                    score: dot(&query, row) as f32 * scale * step,
                    passage: *passage,
                };
                let is_full = best.len() == k;
                if is_full && best.peek().is_some_and(|worst| near >= *worst) {
                    continue;
                }
                if accept(near.passage) {
                    if is_full {
                        best.pop();
                    }
                    best.push(near);
                }
            }
        }
        let best = best.into_sorted_vec().into_iter();
        best.map(|near| (near.passage, near.score)).collect()
    }

    /// Where a passage stands; `None` when it has no vector here, or is gone.
    pub fn place(&self, passage: PassageId) -> Option<&PassagePlace> {
        self.places.get(&passage)
    }
}

fn places(conn: &Conn, passages: &[PassageId]) -> Result<Vec<PassagePlace>> {
    let (Some(first), Some(last)) = (passages.iter().min(), passages.iter().max()) else {
        return Ok(Vec::new());
    };
    let span = last.0.saturating_sub(first.0);
    if span < 8 * passages.len() as i64 {
        return Ok(finding::passages(conn, *first, *last)?);
    }
    let mut ids = passages.to_vec();
    ids.sort_unstable();
    let mut places = Vec::with_capacity(ids.len());
    for id in ids {
        places.extend(pages::passage(conn, id)?);
    }
    Ok(places)
}

/// The query in whole numbers, and what one step is worth. What is not finite counts as 0.
fn in_steps(query: &[f32]) -> (Vec<i16>, f32) {
    let finite = |x: &f32| if x.is_finite() { *x } else { 0.0 };
    let largest = query.iter().map(|x| finite(x).abs()).fold(0.0, f32::max);
    let step = if largest > 0.0 { largest / STEPS } else { 1.0 };
    let steps = query.iter().map(|x| (finite(x) / step).round() as i16);
    (steps.collect(), step)
}

/// Plain enough for the compiler to use the widest instructions there are.
fn dot(query: &[i16], row: &[i8]) -> i32 {
    let products = query.iter().zip(row);
    products.map(|(q, v)| i32::from(*q) * i32::from(*v)).sum()
}

/// The order of nearness: the nearest is the least.
#[derive(Debug, Clone, Copy)]
struct Near {
    score: f32,
    passage: PassageId,
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.score.total_cmp(&self.score)).then(self.passage.cmp(&other.passage))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Near {}
