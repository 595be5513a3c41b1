//! Passages that may be near, with the numbers of their vectors: read once, and ranked for as many questions as there are.

use std::cmp::Ordering;

use sheaf_document::PassageId;
use sheaf_store::table::vectors::Segment;

/// A query's numbers in this many steps on either side of 0: times 127 and summed over 4,096 dimensions it stays within
/// an `i32`.
const STEPS: f32 = 4095.0;

/// Vectors of one length.
pub(crate) struct Candidates {
    dims: usize,
    passages: Vec<PassageId>,
    scales: Vec<f32>,
    /// `dims` a passage, one behind the other.
    rows: Vec<i8>,
}

impl Candidates {
    pub(crate) fn new(dims: usize) -> Self {
        Self {
            dims,
            passages: Vec::new(),
            scales: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Takes such rows of a segment as it has, if its vectors are of this length.
    pub(crate) fn take(&mut self, segment: &Segment, rows: &[usize]) {
        let dims = self.dims;
        if segment.vectors.len() != segment.passages.len() * dims {
            return;
        }
        for row in rows {
            let numbers = segment.vectors.get(row * dims..(row + 1) * dims);
            let scale = segment.scales.get(*row);
            let passage = segment.passages.get(*row);
            if let (Some(numbers), Some(scale), Some(passage)) = (numbers, scale, passage) {
                self.rows.extend_from_slice(numbers);
                self.scales.push(*scale);
                self.passages.push(*passage);
            }
        }
    }

    /// These and others of the same length.
    pub(crate) fn with(mut self, others: Self) -> Self {
        self.passages.extend(others.passages);
        self.scales.extend(others.scales);
        self.rows.extend(others.rows);
        self
    }

    /// All of them with their scalar product with `query`, the nearest first, equal ones by rising id.
    pub(crate) fn nearest(&self, query: &[f32]) -> Vec<(PassageId, f32)> {
        if query.len() != self.dims {
            return Vec::new();
        }
        let (query, step) = in_steps(query);
        let rows = self.rows.chunks_exact(self.dims.max(1)).zip(&self.scales);
        let scores = rows.map(|(row, scale)| dot(&query, row) as f32 * scale * step);
        let mut near: Vec<_> = self.passages.iter().copied().zip(scores).collect();
        near.sort_unstable_by(nearer);
        near
    }

    /// The vector of a passage that is one of them.
    pub(crate) fn vector(&self, passage: PassageId) -> Option<Vec<f32>> {
        let at = self.passages.iter().position(|known| *known == passage)?;
        let row = self.rows.get(at * self.dims..(at + 1) * self.dims)?;
        let scale = self.scales.get(at)?;
        Some(row.iter().map(|n| f32::from(*n) * scale).collect())
    }
}

fn nearer(a: &(PassageId, f32), b: &(PassageId, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
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
