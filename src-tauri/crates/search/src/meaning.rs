//! The pages nearest to a question's vector.

use std::collections::HashMap;

use sheaf_document::Passage;
use sheaf_store::Conn;
use sheaf_store::table::pages;

use crate::fuse::PageKey;
use crate::gather::PAGES_KEPT;
use crate::reach::Live;
use crate::{Result, Vectors};

/// What a page's next nearest passage counts beside its nearest, chosen by nDCG (docs/BENCHMARKS.md): of two pages as near,
/// the one that goes on about it comes first.
const NEXT: f32 = 0.1;

/// A page by its passages.
struct Near {
    key: PageKey,
    /// Of its nearest passage.
    range: Passage,
    nearest: f32,
    next: Option<f32>,
    is_alone: bool,
}

impl Near {
    /// `least` is what a passage that was not looked at has at most. A passage that is alone on its page is all that the
    /// page is about.
    fn score(&self, least: f32) -> f32 {
        let unseen = if self.is_alone { self.nearest } else { least };
        self.nearest + NEXT * self.next.unwrap_or(unseen)
    }
}

/// The nearest pages of live documents, the nearest first, each with its nearest passage; enough for `documents`
/// documents where there are so many.
pub(crate) fn nearest_pages(
    conn: &Conn,
    vectors: &Vectors,
    query: &[f32],
    documents: usize,
    live: &Live,
) -> Result<Vec<(PageKey, Passage)>> {
    let accept = |revision| live.holds(revision);
    let mut k = documents.saturating_mul(8).clamp(64, 1 << 20);
    loop {
        let near = vectors.nearest(conn, query, k, &accept)?;
        let is_all = near.len() < k;
        let least = near.last().map_or(0.0, |(_, score)| *score);
        let mut found: Vec<Near> = Vec::new();
        let mut places: HashMap<PageKey, usize> = HashMap::new();
        for (passage, score) in near {
            let Some(place) = pages::passage(conn, passage)? else {
                continue;
            };
            let Some(document) = live.document(place.revision) else {
                continue;
            };
            let key = PageKey {
                document,
                page: place.page,
                revision: place.revision,
            };
            match places.get(&key) {
                Some(at) => {
                    found[*at].next.get_or_insert(score);
                }
                None => {
                    places.insert(key, found.len());
                    found.push(Near {
                        key,
                        range: place.range,
                        nearest: score,
                        next: None,
                        is_alone: place.of_page == 1,
                    });
                }
            }
        }
        found.sort_by(|a, b| (b.score(least).total_cmp(&a.score(least))).then(a.key.cmp(&b.key)));
        let mut kept: HashMap<_, usize> = HashMap::new();
        found.retain(|near| {
            let own = kept.entry(near.key.document).or_default();
            *own += 1;
            *own <= PAGES_KEPT
        });
        if is_all || kept.len() >= documents {
            let pages = found.into_iter().map(|near| (near.key, near.range));
            return Ok(pages.collect());
        }
        k = k.saturating_mul(4);
    }
}
