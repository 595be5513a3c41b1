//! Which documents an answer shows, in which order.

use std::collections::{HashMap, HashSet};

use sheaf_document::{DocumentId, RevisionId};
use sheaf_store::Conn;
use sheaf_store::table::finding::{self, Within};

use crate::fuse::{Fused, PageKey, fuse};
use crate::gather::Found;
use crate::reach::Live;
use crate::{Result, Sort};

/// The documents to show, each by its pages, the best first.
pub(crate) fn documents(
    conn: &Conn,
    sort: Sort,
    within: &Within,
    words: &[Found],
    meaning: &[PageKey],
) -> Result<Vec<Vec<Fused>>> {
    let fused = fuse(&shares(words), meaning);
    match sort {
        Sort::Relevance => Ok(fused),
        Sort::Date | Sort::Name => sorted(conn, sort, within, words, fused),
    }
}

/// Pages that words have found, each with how much of the query it has.
pub(crate) fn shares(words: &[Found]) -> Vec<(PageKey, f32)> {
    let shares = words.iter().map(|found| (found.key, found.share));
    shares.collect()
}

/// Documents by date or name. Only those that words have found are put in order, those with all the words if there
/// are any; what merely means something alike would stand anywhere.
fn sorted(
    conn: &Conn,
    sort: Sort,
    within: &Within,
    words: &[Found],
    fused: Vec<Vec<Fused>>,
) -> Result<Vec<Vec<Fused>>> {
    let has_all = words.iter().any(|found| found.all);
    let chosen: HashSet<_> = words
        .iter()
        .filter(|found| found.all == has_all)
        .map(|found| found.key.document)
        .collect();
    let is_chosen =
        |pages: &Vec<Fused>| chosen.is_empty() || chosen.contains(&pages[0].key.document);
    let documents = fused.into_iter().filter(is_chosen).collect();
    in_order(conn, sort, within, documents)
}

/// Every document that the filter lets through, where nothing is asked for but that: the newest first.
pub(crate) fn listed(
    conn: &Conn,
    sort: Sort,
    within: &Within,
    live: &Live,
) -> Result<Vec<Vec<Fused>>> {
    let sort = match sort {
        Sort::Relevance | Sort::Date => Sort::Date,
        Sort::Name => Sort::Name,
    };
    let documents = live.all().iter().map(first_page).collect();
    in_order(conn, sort, within, documents)
}

fn first_page((revision, document): &(RevisionId, DocumentId)) -> Vec<Fused> {
    let key = PageKey {
        document: *document,
        page: 1,
        revision: *revision,
    };
    vec![Fused {
        key,
        score: 0.0,
        by_words: false,
        by_meaning: false,
    }]
}

/// The documents that search may show, by date, the newest first, or by name. Equal ones stay as they came.
fn in_order(
    conn: &Conn,
    sort: Sort,
    within: &Within,
    documents: Vec<Vec<Fused>>,
) -> Result<Vec<Vec<Fused>>> {
    let key = match sort {
        Sort::Relevance => return Ok(documents),
        Sort::Date => finding::Key::Date,
        Sort::Name => finding::Key::Name,
    };
    let keys: HashMap<RevisionId, Option<String>> =
        finding::keys(conn, within, key)?.into_iter().collect();
    let of = |pages: &Vec<Fused>| keys.get(&pages[0].key.revision);
    let mut documents = documents;
    documents.retain(|pages| of(pages).is_some());
    match key {
        finding::Key::Date => documents.sort_by(|a, b| of(b).cmp(&of(a))),
        finding::Key::Name => {
            let name =
                |pages: &Vec<Fused>| of(pages).cloned().flatten().map(|name| name.to_lowercase());
            documents.sort_by_cached_key(name);
        }
    }
    Ok(documents)
}
