//! The vectors of the active model in memory, and the flat scan over them.
//!
//! A vector is 384 signed bytes and a scale. The scan is exact over what is stored; ties are broken by passage.

use std::collections::HashMap;

use sheaf_document::PassageId;
use sheaf_store::Conn;
use sheaf_store::table::vectors::{self, ModelId, Segment};

use crate::Result;

/// Segments by id. Loaded once; a refresh takes what is new and drops what is gone.
#[derive(Default)]
pub struct Vectors {
    model: Option<ModelId>,
    segments: HashMap<i64, Segment>,
}

impl Vectors {
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the memory up to the store.
    pub fn refresh(&mut self, conn: &Conn) -> Result<()> {
        let model = vectors::active_model(conn)?.map(|(model, _)| model);
        if model != self.model {
            self.segments.clear();
            self.model = model;
        }
        let Some(model) = model else {
            return Ok(());
        };
        let ids = vectors::segment_ids(conn, model)?;
        self.segments
            .retain(|id, _| ids.binary_search(id).is_ok());
        for id in ids {
            if !self.segments.contains_key(&id)
                && let Some(segment) = vectors::segment(conn, id)?
            {
                self.segments.insert(id, segment);
            }
        }
        Ok(())
    }

    /// All passages with their cosine to the question, nearest first. The question is of unit length.
    pub fn nearest(&self, question: &[f32]) -> Vec<(PassageId, f32)> {
        let asked = sheaf_embed::quantize(question);
        let mut found: Vec<(PassageId, f32)> = self
            .segments
            .values()
            .flat_map(|segment| scan(segment, &asked.values, asked.scale))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }
}

fn scan<'a>(
    segment: &'a Segment,
    asked: &'a [i8],
    scale: f32,
) -> impl Iterator<Item = (PassageId, f32)> + 'a {
    let rows = segment.vectors.chunks_exact(asked.len());
    rows.zip(&segment.scales)
        .zip(&segment.passages)
        .map(move |((row, own), passage)| {
            let product = dot(row, asked) as f32;
            (*passage, product * own * scale)
        })
}

/// 384 products of two signed bytes stay far below the range of an `i32`.
fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter()
        .zip(b)
        .map(|(x, y)| i32::from(*x) * i32::from(*y))
        .sum()
}
