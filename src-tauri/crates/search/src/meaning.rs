//! The pages nearest to a question's vector.

use std::collections::HashMap;

use sheaf_document::Passage;
use sheaf_store::Conn;
use sheaf_store::table::pages;

use crate::fuse::PageKey;
use crate::gather::PAGES_KEPT;
use crate::reach::Live;
use crate::{Result, Vectors};

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
        let mut found: Vec<(PageKey, Passage)> = Vec::new();
        let mut kept: HashMap<_, Vec<u32>> = HashMap::new();
        for (passage, _) in near {
            let Some(place) = pages::passage(conn, passage)? else {
                continue;
            };
            let Some(document) = live.document(place.revision) else {
                continue;
            };
            let own = kept.entry(document).or_default();
            if own.len() < PAGES_KEPT && !own.contains(&place.page) {
                own.push(place.page);
                let key = PageKey {
                    document,
                    page: place.page,
                    revision: place.revision,
                };
                found.push((key, place.range));
            }
        }
        if is_all || kept.len() >= documents {
            return Ok(found);
        }
        k = k.saturating_mul(4);
    }
}
