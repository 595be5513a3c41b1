//! The pages nearest to a question's vector, and, once both rankings are there, to what the question is about.

use std::collections::HashMap;

use sheaf_document::{Passage, PassageId};
use sheaf_store::table::pages;
use sheaf_store::{Conn, Library, snapshot};

use crate::candidates::Candidates;
use crate::fuse::{PageKey, fuse};
use crate::gather::PAGES_KEPT;
use crate::reach::Live;
use crate::{Result, Vectors};

/// What a page's next nearest passage counts beside its nearest, chosen by nDCG (docs/BENCHMARKS.md): of two pages as near,
/// the one that goes on about it comes first.
const NEXT: f32 = 0.1;

/// Relevance feedback without anybody's judgement (Rocchio 1971): the question moves this far toward the middle of so
/// many documents that both rankings together put first. Chosen by nDCG (docs/BENCHMARKS.md).
const TOWARD: f32 = 0.2;
const FIRST: usize = 3;

/// A page by its passages.
struct Near {
    key: PageKey,
    passage: PassageId,
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

/// Pages near in meaning, the nearest first, each with its nearest passage.
#[derive(Default)]
pub(crate) struct Nearest {
    order: Vec<PageKey>,
    passages: HashMap<PageKey, (PassageId, Passage)>,
}

impl Nearest {
    pub(crate) fn keys(&self) -> &[PageKey] {
        &self.order
    }

    /// The characters of a page's nearest passage.
    pub(crate) fn passage(&self, page: &PageKey) -> Option<Passage> {
        self.passages.get(page).map(|(_, range)| *range)
    }

    fn of(pages: Vec<Near>) -> Self {
        Self {
            order: pages.iter().map(|near| near.key).collect(),
            passages: pages
                .into_iter()
                .map(|near| (near.key, (near.passage, near.range)))
                .collect(),
        }
    }
}

/// Looks for pages that may be shown.
pub(crate) struct Neighbourhood<'a> {
    pub(crate) library: &'a Library,
    pub(crate) conn: &'a Conn,
    pub(crate) vectors: &'a Vectors,
    pub(crate) live: &'a Live,
}

impl Neighbourhood<'_> {
    /// The nearest pages; enough for `documents` documents where there are so many.
    pub(crate) fn nearest(&self, query: &[f32], documents: usize) -> Result<Nearest> {
        let _moment = snapshot(self.conn)?;
        Ok(self.look(query, documents)?.0)
    }

    /// The same beside what words have found, each with its share of the query: pages near to the question and to the
    /// documents that come first by both.
    pub(crate) fn beside(
        &self,
        words: &[(PageKey, f32)],
        query: &[f32],
        documents: usize,
    ) -> Result<Nearest> {
        let _moment = snapshot(self.conn)?;
        let (near, candidates) = self.look(query, documents)?;
        if words.is_empty() {
            return Ok(near);
        }
        let first = fuse(words, near.keys()).into_iter();
        let first = first.filter_map(|pages| near.passages.get(&pages[0].key));
        let first = first.filter_map(|(passage, _)| candidates.vector(*passage));
        let moved = toward(query, &first.take(FIRST).collect::<Vec<_>>());
        Ok(Nearest::of(self.pages(&candidates.nearest(&moved))?))
    }

    fn look(&self, query: &[f32], documents: usize) -> Result<(Nearest, Candidates)> {
        let accept = |revision| self.live.holds(revision);
        let mut k = documents.saturating_mul(8).clamp(64, 1 << 20);
        loop {
            let candidates = self.vectors.candidates(self.library, query, k, &accept)?;
            let mut near = candidates.nearest(query);
            let is_all = near.len() < k;
            near.truncate(k);
            let found = self.pages(&near)?;
            let mut kept: Vec<_> = found.iter().map(|near| near.key.document).collect();
            kept.sort_unstable();
            kept.dedup();
            if is_all || kept.len() >= documents {
                return Ok((Nearest::of(found), candidates));
            }
            k = k.saturating_mul(4);
        }
    }

    /// The pages of passages, which come with the nearest first; the best few of each document.
    fn pages(&self, near: &[(PassageId, f32)]) -> Result<Vec<Near>> {
        let least = near.last().map_or(0.0, |(_, score)| *score);
        let mut found: Vec<Near> = Vec::new();
        let mut places: HashMap<PageKey, usize> = HashMap::new();
        for (passage, score) in near {
            let Some(place) = pages::passage(self.conn, *passage)? else {
                continue;
            };
            let Some(document) = self.live.document(place.revision) else {
                continue;
            };
            let key = PageKey {
                document,
                page: place.page,
                revision: place.revision,
            };
            match places.get(&key) {
                Some(at) => {
                    found[*at].next.get_or_insert(*score);
                }
                None => {
                    places.insert(key, found.len());
                    found.push(Near {
                        key,
                        passage: *passage,
                        range: place.range,
                        nearest: *score,
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
        Ok(found)
    }
}

/// The query, moved toward the middle of some vectors; as it is where there are none.
fn toward(query: &[f32], vectors: &[Vec<f32>]) -> Vec<f32> {
    if vectors.is_empty() {
        return query.to_vec();
    }
    let count = vectors.len() as f32;
    let mut moved: Vec<f32> = query.iter().map(|x| x * (1.0 - TOWARD)).collect();
    for vector in vectors {
        for (sum, x) in moved.iter_mut().zip(vector) {
            *sum += x * TOWARD / count;
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_moves_toward_the_middle_and_never_all_the_way() {
        assert_eq!(toward(&[1.0, 0.0], &[]), [1.0, 0.0]);
        let moved = toward(&[1.0, 0.0], &[vec![0.0, 1.0], vec![0.0, 3.0]]);
        assert_eq!(moved, [1.0 - TOWARD, 2.0 * TOWARD]);
    }
}
