//! The pages that have a query's words, ranked. Every posting of every leaf is looked at once, so any filter is exact;
//! only words that stand on a great part of all pages are left to the pages that rarer words have found.

use std::collections::HashMap;

use rayon::prelude::*;
use sheaf_document::{DocumentId, RevisionId};
use tantivy::{Searcher, SegmentReader, Term};

use crate::Result;
use crate::expression::{Expression, Mask, Role, Wanted};
use crate::fuse::PageKey;
use crate::leaf::Shape;
use crate::probe::{Begun, Probe, Sums, spans};
use crate::rarity::Rarity;
use crate::reach::Live;
use crate::schema::{Fields, NAMES};

/// A word on more pages than this, and on more than a quarter of all, is common.
const COMMON: u64 = 20_000;

/// So many of a document's pages are ranked.
pub(crate) const PAGES_KEPT: usize = 3;

/// A page with words of the query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    pub(crate) key: PageKey,
    pub(crate) score: f32,
    /// Its document has all the words.
    pub(crate) all: bool,
    /// How many pages of its document have any of them.
    pub(crate) pages: u32,
    /// How much of the query it has, from 0 to 1; rare words are more of it.
    pub(crate) share: f32,
}

/// What the library's documents have of a query.
pub(crate) struct Gathered {
    documents: Documents,
    common: Mask,
    rarity: Rarity,
}

/// Documents with words of the query.
#[derive(Default)]
struct Documents {
    all: Vec<Document>,
    places: HashMap<RevisionId, usize>,
    /// Where the last one asked for stands: pages of one document lie together.
    last: usize,
}

impl Documents {
    fn get(&self, revision: RevisionId) -> Option<&Document> {
        self.all.get(*self.places.get(&revision)?)
    }

    /// The document of a revision; `None` when search may not show it.
    fn of(&mut self, revision: RevisionId, live: &Live) -> Option<&mut Document> {
        let is_last = |document: &Document| document.first.revision == revision;
        if !self.all.get(self.last).is_some_and(is_last) {
            if !live.holds(revision) {
                return None;
            }
            self.last = match self.places.get(&revision) {
                Some(place) => *place,
                None => {
                    let document = live.document(revision)?;
                    self.all.push(Document::new(document, revision));
                    self.places.insert(revision, self.all.len() - 1);
                    self.all.len() - 1
                }
            };
        }
        self.all.get_mut(self.last)
    }

    /// Takes what another part of the index has.
    fn join(&mut self, other: Self) {
        for document in other.all {
            match self.places.get(&document.first.revision) {
                Some(place) => self.all[*place].join(document),
                None => {
                    self.places.insert(document.first.revision, self.all.len());
                    self.all.push(document);
                }
            }
        }
    }
}

/// Looks up every leaf of a query in every document that may be shown.
pub(crate) fn gather(
    searcher: &Searcher,
    fields: &Fields,
    wanted: &Wanted,
    live: &Live,
) -> Result<Gathered> {
    let common = common(searcher, fields, wanted)?;
    let probe = Probe::of(searcher, fields, wanted, common)?;
    let segments = searcher.segment_readers();
    let begun: Vec<Begun> = segments
        .par_iter()
        .map(|segment| probe.begun(segment))
        .collect::<Result<_>>()?;
    let parts: Vec<Documents> = spans(segments)
        .into_par_iter()
        .map(|(n, span)| {
            let sums = probe.sums(&segments[n], &begun[n], span)?;
            let mut own = Documents::default();
            add(&mut own, &segments[n], &sums, wanted, live)?;
            Ok(own)
        })
        .collect::<Result<_>>()?;
    let mut parts = parts.into_iter();
    let mut documents = parts.next().unwrap_or_default();
    for part in parts {
        documents.join(part);
    }
    Ok(Gathered {
        documents,
        common,
        rarity: Rarity::of(searcher, fields, wanted)?,
    })
}

impl Gathered {
    /// The best pages of the documents that the query admits, the best first: those of documents with all the words
    /// before those of documents with some. At most `most` of them.
    pub(crate) fn ranked(&self, wanted: &Wanted, most: usize) -> Vec<Found> {
        let positive = wanted.positive();
        let mut found = Vec::new();
        for document in &self.documents.all {
            if document.mask & positive != 0 && wanted.admits(document.mask) {
                let all = wanted.has_all(document.mask, self.common);
                found.extend(document.found(all, &self.rarity));
            }
        }
        let order = |a: &Found, b: &Found| {
            (b.all.cmp(&a.all))
                .then(b.score.total_cmp(&a.score))
                .then(a.key.cmp(&b.key))
        };
        if found.len() > most {
            found.select_nth_unstable_by(most, order);
            found.truncate(most);
        }
        found.sort_unstable_by(order);
        found
    }

    /// Which leaves a revision has.
    pub(crate) fn mask(&self, revision: RevisionId) -> Mask {
        self.documents.get(revision).map_or(0, |found| found.mask)
    }
}

/// The words so common that rarer ones do better without them. None when the query has no rarer word.
fn common(searcher: &Searcher, fields: &Fields, wanted: &Wanted) -> Result<Mask> {
    let limit = COMMON.max(searcher.num_docs() / 4);
    let mut common: Mask = 0;
    for (n, leaf) in wanted.leaves.iter().enumerate() {
        let of_leaf = Expression::Leaf(n);
        let mut items = wanted.items.iter();
        let is_wish = items.any(|item| item.role == Role::Wish && item.expression == of_leaf);
        if let (Shape::Word { word, .. }, true) = (&leaf.shape, is_wish)
            && searcher.doc_freq(&Term::from_field_text(fields.body, word))? > limit
        {
            common |= 1 << n;
        }
    }
    Ok(if common == wanted.positive() {
        0
    } else {
        common
    })
}

struct Document {
    mask: Mask,
    /// What title, author and file names count; every page has it.
    names: f32,
    names_mask: Mask,
    /// The best pages with the leaves they have, the best first.
    pages: Vec<(f32, PageKey, Mask)>,
    /// How many there are, the best among them.
    with_words: u32,
    /// The page to show when only the names match.
    first: PageKey,
}

/// Brings the entries of one span under their documents.
fn add(
    documents: &mut Documents,
    segment: &SegmentReader,
    sums: &Sums,
    wanted: &Wanted,
    live: &Live,
) -> Result<()> {
    let columns = segment.fast_fields();
    let revisions = columns.i64("revision")?.first_or_default_col(0);
    let numbers = columns.u64("page")?.first_or_default_col(0);
    let positive = wanted.positive();
    for entry in sums.entries(|mask| mask != 0) {
        let revision = RevisionId(revisions.get_val(entry));
        if segment.is_deleted(entry) {
            continue;
        }
        let Some(document) = documents.of(revision, live) else {
            continue;
        };
        let (mask, score) = sums.of(entry);
        document.mask |= mask;
        match u32::try_from(numbers.get_val(entry)).unwrap_or(u32::MAX) {
            NAMES => {
                document.names += score;
                document.names_mask |= mask;
            }
            page if mask & positive != 0 => document.keep(score, page, mask),
            _ => {}
        }
    }
    Ok(())
}

impl Document {
    fn new(document: DocumentId, revision: RevisionId) -> Self {
        Self {
            mask: 0,
            names: 0.0,
            names_mask: 0,
            pages: Vec::new(),
            with_words: 0,
            first: PageKey {
                document,
                page: 1,
                revision,
            },
        }
    }

    fn join(&mut self, other: Self) {
        self.mask |= other.mask;
        self.names += other.names;
        self.names_mask |= other.names_mask;
        self.with_words += other.with_words;
        for (score, key, mask) in other.pages {
            self.place(score, key, mask);
        }
    }

    fn keep(&mut self, score: f32, page: u32, mask: Mask) {
        self.with_words += 1;
        self.place(score, PageKey { page, ..self.first }, mask);
    }

    /// Among the best pages, if it is one.
    fn place(&mut self, score: f32, key: PageKey, mask: Mask) {
        let goes_before = |(other, known, _): &(f32, PageKey, Mask)| {
            score.total_cmp(other).then(known.cmp(&key)).is_lt()
        };
        let place = self.pages.partition_point(goes_before);
        if place < PAGES_KEPT {
            self.pages.insert(place, (score, key, mask));
            self.pages.truncate(PAGES_KEPT);
        }
    }

    /// Its pages, or the first where only the names match.
    fn found(&self, all: bool, rarity: &Rarity) -> Vec<Found> {
        let only_names = [(0.0, self.first, 0)];
        let pages: &[_] = match self.pages.is_empty() {
            true => &only_names,
            false => &self.pages,
        };
        let found = pages.iter().map(|(score, key, mask)| Found {
            key: *key,
            score: score + self.names,
            all,
            pages: self.with_words,
            share: rarity.share(mask | self.names_mask),
        });
        found.collect()
    }
}
