//! A document as it is shown: its best page, the words around what was found, and where they stand on the page.

use std::collections::HashMap;
use std::ops::Range;

use sheaf_document::{Passage, RevisionId};
use sheaf_store::Conn;
use sheaf_store::table::finding::Card;
use sheaf_store::table::pages;

use crate::excerpt::{Place, excerpt, marked_page};
use crate::expression::Wanted;
use crate::fuse::{Fused, PageKey};
use crate::leaf::PageTokens;
use crate::results::OTHER_PAGES;
use crate::tokenizer::Stems;
use crate::{Hit, Matched, OnPage, PageHit, Result, boxes};

/// So much of a page is looked through for the words found, bytes.
const LOOKED_THROUGH: usize = 200_000;

/// The pages nearest in meaning, in their order, each with its nearest passage.
#[derive(Default)]
pub(crate) struct Nearest {
    order: Vec<PageKey>,
    passages: HashMap<PageKey, Passage>,
}

impl Nearest {
    pub(crate) fn keys(&self) -> Vec<PageKey> {
        self.order.clone()
    }
}

impl FromIterator<(PageKey, Passage)> for Nearest {
    fn from_iter<T: IntoIterator<Item = (PageKey, Passage)>>(pages: T) -> Self {
        let mut nearest = Self::default();
        for (key, passage) in pages {
            nearest.order.push(key);
            nearest.passages.insert(key, passage);
        }
        nearest
    }
}

/// The hit of a document by its pages, the best first; `None` when the store has the page no more.
pub(crate) fn of(
    conn: &Conn,
    stems: &mut Stems,
    wanted: &Wanted,
    card: Card,
    found: &[Fused],
    nearest: &Nearest,
) -> Result<Option<Hit>> {
    let Some((best, others)) = found.split_first() else {
        return Ok(None);
    };
    let Some(first) = page_hit(conn, stems, wanted, best, nearest)? else {
        return Ok(None);
    };
    let snippet = match first.snippet.is_empty() {
        true => named(&card, wanted, stems),
        false => first.snippet,
    };
    let mut pages = Vec::new();
    for other in others.iter().take(OTHER_PAGES) {
        pages.extend(page_hit(conn, stems, wanted, other, nearest)?);
    }
    Ok(Some(Hit {
        document: best.key.document,
        path: card.path,
        title: card.title,
        kind: card.kind,
        page: first.page,
        score: first.score,
        snippet,
        matched: first.matched,
        boxes: first.boxes,
        pages,
        more: others.len().saturating_sub(OTHER_PAGES) as u32,
    }))
}

fn page_hit(
    conn: &Conn,
    stems: &mut Stems,
    wanted: &Wanted,
    found: &Fused,
    nearest: &Nearest,
) -> Result<Option<PageHit>> {
    let PageKey { revision, page, .. } = found.key;
    let stored = pages::get(conn, revision, page)?;
    let text = match &stored {
        Some(stored) => stored.text.as_str(),
        // Found by its name before its first page is read; any other page is gone.
        None if page == 1 => "",
        None => return Ok(None),
    };
    let passage = nearest.passages.get(&found.key);
    let passage = passage.map(|range| range.start as usize..range.end as usize);
    let places = places(text, wanted, stems);
    let words = pages::words(conn, revision, page)?;
    let (snippet, boxes) = match (found.by_words, passage) {
        (false, Some(passage)) => {
            let lines = boxes::of_lines(&words, &passage);
            (excerpt(text, passage, &places), lines)
        }
        _ => {
            let shown = boxes::of_words(&words, &ranges(&places));
            (excerpt(text, 0..text.len(), &places), shown)
        }
    };
    Ok(Some(PageHit {
        page,
        score: found.score,
        snippet,
        matched: matched(found),
        boxes,
    }))
}

/// One page of a document with everything on it that the query's words find.
pub(crate) fn on_page(
    conn: &Conn,
    stems: &mut Stems,
    wanted: &Wanted,
    revision: RevisionId,
    page: u32,
) -> Result<Option<OnPage>> {
    let Some(stored) = pages::get(conn, revision, page)? else {
        return Ok(None);
    };
    let places = places(&stored.text, wanted, stems);
    let words = pages::words(conn, revision, page)?;
    Ok(Some(OnPage {
        boxes: boxes::of_words(&words, &ranges(&places)),
        text: marked_page(&stored.text, &places),
    }))
}

fn ranges(places: &[Place]) -> Vec<Range<usize>> {
    places.iter().map(|(_, range)| range.clone()).collect()
}

fn matched(page: &Fused) -> Vec<Matched> {
    let by = [
        (page.by_words, Matched::Words),
        (page.by_meaning, Matched::Meaning),
    ];
    by.into_iter()
        .filter(|(by, _)| *by)
        .map(|(_, m)| m)
        .collect()
}

/// The name of a document without text, what was found in it marked.
fn named(card: &Card, wanted: &Wanted, stems: &mut Stems) -> String {
    let names = [card.title.as_deref().unwrap_or_default(), &card.name];
    let found = names.map(|name| (places(name, wanted, stems), name));
    let best = found.iter().find(|(places, _)| !places.is_empty());
    best.map_or_else(String::new, |(places, name)| {
        excerpt(name, 0..name.len(), places)
    })
}

/// Where what the query asks for stands in a text.
fn places(text: &str, wanted: &Wanted, stems: &mut Stems) -> Vec<Place> {
    let text = &text[..text.floor_char_boundary(LOOKED_THROUGH)];
    let tokens = PageTokens::of(text, stems);
    let leaves = wanted
        .leaves
        .iter()
        .enumerate()
        .filter(|(_, l)| !l.negative);
    leaves
        .flat_map(|(n, leaf)| {
            let places = leaf.shape.places(&tokens).into_iter();
            places.map(move |range| (n, range))
        })
        .collect()
}
