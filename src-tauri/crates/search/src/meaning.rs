//! The pages nearest to a question's vector.

use std::collections::HashMap;

use sheaf_document::Passage;

use crate::Vectors;
use crate::fuse::PageKey;
use crate::gather::PAGES_KEPT;
use crate::reach::Live;

/// The nearest pages of live documents, the nearest first, each with its nearest passage; enough for `documents`
/// documents where there are so many.
pub(crate) fn nearest_pages(
    vectors: &Vectors,
    query: &[f32],
    documents: usize,
    live: &Live,
) -> Vec<(PageKey, Passage)> {
    let accept = |passage| {
        let place = vectors.place(passage);
        place.is_some_and(|place| live.document(place.revision).is_some())
    };
    let mut k = documents.saturating_mul(8).clamp(64, 1 << 20);
    loop {
        let near = vectors.nearest(query, k, &accept);
        let is_all = near.len() < k;
        let passages = near.into_iter().map(|(passage, _)| passage);
        let places = passages.filter_map(|passage| vectors.place(passage));
        let mut pages: Vec<(PageKey, Passage)> = Vec::new();
        let mut kept: HashMap<_, Vec<u32>> = HashMap::new();
        for place in places {
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
                pages.push((key, place.range));
            }
        }
        if is_all || kept.len() >= documents {
            return pages;
        }
        k = k.saturating_mul(4);
    }
}
