//! Two rankings of pages made one, and pages gathered under their documents.

use std::collections::HashMap;

use sheaf_document::{DocumentId, RevisionId};

/// Reciprocal rank fusion's constant. Its authors (Cormack, Clarke and Büttcher, SIGIR 2009) took 60; for two rankings a
/// smaller one is better by a little (docs/BENCHMARKS.md).
const K: f64 = 20.0;

/// A page of a document, in the order in which equal pages come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PageKey {
    pub(crate) document: DocumentId,
    /// Counts from 1.
    pub(crate) page: u32,
    pub(crate) revision: RevisionId,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fused {
    pub(crate) key: PageKey,
    pub(crate) score: f32,
    pub(crate) by_words: bool,
    pub(crate) by_meaning: bool,
}

/// What a page's rank by words counts beside meaning: the root of its share of the query, and less where that share is
/// below this. Words that hardly any of match say little, as those of another language do.
const LITTLE: f64 = 0.4;

fn weight(share: f64) -> f64 {
    share.sqrt() * (share / LITTLE).min(1.0)
}

/// Each page's sum of `1 / (20 + rank)` over the rankings, ranks from 1, as documents; where there are both, ranks by words
/// have a weight. Then: the document with the best page first, each document's pages from the best down. Among equals
/// what was found by words comes first, then the lower document and page.
pub(crate) fn fuse(words: &[(PageKey, f32)], meaning: &[PageKey]) -> Vec<Vec<Fused>> {
    let mut sums: HashMap<PageKey, (f64, bool, bool)> = HashMap::new();
    for (rank, (key, share)) in words.iter().enumerate() {
        let counts = match meaning.is_empty() {
            true => 1.0,
            false => weight(f64::from(*share)),
        };
        let sum = sums.entry(*key).or_default();
        sum.0 += counts / (K + 1.0 + rank as f64);
        sum.1 = true;
    }
    for (rank, key) in meaning.iter().enumerate() {
        let sum = sums.entry(*key).or_default();
        sum.0 += 1.0 / (K + 1.0 + rank as f64);
        sum.2 = true;
    }
    let mut pages: Vec<_> = sums.into_iter().collect();
    pages.sort_by(|(key, sum), (other_key, other)| {
        (other.0.total_cmp(&sum.0))
            .then(other.1.cmp(&sum.1))
            .then(key.cmp(other_key))
    });
    let fused = pages
        .into_iter()
        .map(|(key, (score, words, meaning))| Fused {
            key,
            score: score as f32,
            by_words: words,
            by_meaning: meaning,
        });
    by_document(fused)
}

/// Groups, in the order in which each document is first met.
fn by_document(pages: impl Iterator<Item = Fused>) -> Vec<Vec<Fused>> {
    let mut places: HashMap<DocumentId, usize> = HashMap::new();
    let mut documents: Vec<Vec<Fused>> = Vec::new();
    for page in pages {
        let place = *places.entry(page.key.document).or_insert(documents.len());
        match documents.get_mut(place) {
            Some(document) => document.push(page),
            None => documents.push(vec![page]),
        }
    }
    documents
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(document: i64, page: u32) -> PageKey {
        PageKey {
            document: DocumentId(document),
            page,
            revision: RevisionId(document),
        }
    }

    /// Pages with the whole query.
    fn whole(pages: &[PageKey]) -> Vec<(PageKey, f32)> {
        pages.iter().map(|page| (*page, 1.0)).collect()
    }

    #[test]
    fn a_page_with_little_of_the_query_gives_way_to_meaning_and_keeps_its_place_among_words() {
        let words = [(page(1, 1), 0.04), (page(2, 1), 1.0)];
        assert_eq!(order(&fuse(&words, &[])), [(1, 1), (2, 1)]);
        let near = [page(3, 1), page(4, 1)];
        assert_eq!(
            order(&fuse(&words, &near)),
            [(3, 1), (2, 1), (4, 1), (1, 1)]
        );
    }

    #[test]
    fn a_share_counts_by_its_root_and_a_little_one_still_less() {
        assert!((weight(1.0) - 1.0).abs() < 1e-9);
        assert!((weight(0.64) - 0.8).abs() < 1e-9);
        assert!((weight(0.16) - 0.16).abs() < 1e-9, "two fifths of its root");
        assert!(weight(0.0).abs() < 1e-9);
    }

    fn order(fused: &[Vec<Fused>]) -> Vec<(i64, u32)> {
        let best = fused.iter().map(|pages| pages[0].key);
        best.map(|key| (key.document.0, key.page)).collect()
    }

    #[test]
    fn a_page_in_both_rankings_goes_before_the_first_of_either() {
        let fused = fuse(&whole(&[page(1, 1), page(2, 1)]), &[page(3, 1), page(2, 1)]);
        assert_eq!(order(&fused), [(2, 1), (1, 1), (3, 1)]);
        assert!((fused[0][0].score - 2.0 / 22.0).abs() < 1e-6);
    }

    #[test]
    fn equal_pages_come_words_first_then_by_document_and_page() {
        let fused = fuse(&whole(&[page(9, 2)]), &[page(3, 1)]);
        assert_eq!(order(&fused), [(9, 2), (3, 1)]);
    }

    #[test]
    fn a_document_comes_once_with_its_pages_from_the_best_down() {
        let fused = fuse(&whole(&[page(1, 5), page(2, 1), page(1, 2)]), &[]);
        assert_eq!(order(&fused), [(1, 5), (2, 1)]);
        let pages: Vec<u32> = fused[0].iter().map(|f| f.key.page).collect();
        assert_eq!(pages, [5, 2]);
    }

    #[test]
    fn the_same_rankings_always_fuse_alike() {
        let words: Vec<_> = (0..500)
            .map(|n| (page(n % 70, n as u32 % 9), 1.0))
            .collect();
        let meaning: Vec<_> = (0..500).rev().map(|n| page(n % 55, n as u32 % 7)).collect();
        let first = fuse(&words, &meaning);
        for _ in 0..20 {
            assert_eq!(fuse(&words, &meaning), first);
        }
    }
}
