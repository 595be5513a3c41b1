//! A document as it is shown: its best page, the words around what was found, and where they stand on the page.

use std::ops::Range;

use sheaf_document::{RevisionId, Word};
use sheaf_store::Conn;
use sheaf_store::table::finding::Card;
use sheaf_store::table::pages;

use crate::excerpt::{Place, excerpt, marked_page};
use crate::expression::Wanted;
use crate::fuse::{Fused, PageKey};
use crate::leaf::PageTokens;
use crate::meaning::Nearest;
use crate::results::OTHER_PAGES;
use crate::{Hit, Matched, OnPage, PageHit, Result, boxes};

/// So much of a page is looked through for the words found, bytes.
const LOOKED_THROUGH: usize = 200_000;

/// A document that is a hit, with all that its hit is made of.
pub(crate) struct Draft {
    card: Card,
    /// The best first, never none.
    sheets: Vec<Sheet>,
    /// How many of its pages are known to have something.
    known: usize,
    by_words: bool,
}

/// A page of it as it is stored.
struct Sheet {
    found: Fused,
    /// The passage that is nearest in meaning, if it has one.
    passage: Option<Range<usize>>,
    text: String,
    words: Vec<Word>,
}

impl Draft {
    /// Of a document by its pages, the best first; `None` when the store has the page no more. `with_words` is how many of
    /// its pages have words of the query, if words have found it.
    pub(crate) fn of(
        conn: &Conn,
        card: Card,
        found: &[Fused],
        nearest: &Nearest,
        with_words: Option<u32>,
    ) -> Result<Option<Self>> {
        let mut sheets = Vec::new();
        for (n, found) in found.iter().take(1 + OTHER_PAGES).enumerate() {
            match Sheet::of(conn, found, nearest)? {
                Some(sheet) => sheets.push(sheet),
                None if n == 0 => return Ok(None),
                None => {}
            }
        }
        Ok((!sheets.is_empty()).then_some(Self {
            card,
            sheets,
            known: found.len().max(with_words.unwrap_or(0) as usize),
            by_words: with_words.is_some(),
        }))
    }

    /// Finds the words on its pages.
    pub(crate) fn hit(self, wanted: &Wanted) -> Option<Hit> {
        let card = self.card;
        let document = self.sheets.first()?.found.key.document;
        let by_words = self.by_words;
        let mut shown = self
            .sheets
            .into_iter()
            .map(|sheet| sheet.hit(wanted, by_words));
        let first = shown.next()?;
        let pages: Vec<PageHit> = shown.collect();
        let snippet = match first.snippet.is_empty() {
            true => named(&card, wanted),
            false => first.snippet,
        };
        Some(Hit {
            document,
            path: card.path,
            title: card.title,
            kind: card.kind,
            date: card.date,
            language: card.language,
            pages_total: card.pages_total,
            page: first.page,
            score: first.score,
            snippet,
            matched: first.matched,
            boxes: first.boxes,
            more: self.known.saturating_sub(1 + pages.len()) as u32,
            pages,
        })
    }
}

impl Sheet {
    fn of(conn: &Conn, found: &Fused, nearest: &Nearest) -> Result<Option<Self>> {
        let PageKey { revision, page, .. } = found.key;
        let text = match pages::get(conn, revision, page)? {
            Some(stored) => stored.text,
            // Found by its name before its first page is read; any other page is gone.
            None if page == 1 => String::new(),
            None => return Ok(None),
        };
        let passage = nearest.passage(&found.key);
        Ok(Some(Self {
            found: *found,
            passage: passage.map(|range| range.start as usize..range.end as usize),
            words: pages::words(conn, revision, page)?,
            text,
        }))
    }

    fn hit(self, wanted: &Wanted, by_words: bool) -> PageHit {
        let (text, words) = (self.text.as_str(), &self.words);
        let places = places(text, wanted);
        // Words rank a document's best pages only; others that have them say so too.
        let has_words = self.found.by_words || (by_words && !places.is_empty());
        let (snippet, boxes) = match (has_words, self.passage) {
            (false, Some(passage)) => {
                let lines = boxes::of_lines(words, &passage);
                (excerpt(text, passage, &places), lines)
            }
            _ => {
                let shown = boxes::of_words(words, &ranges(&places));
                (excerpt(text, 0..text.len(), &places), shown)
            }
        };
        PageHit {
            page: self.found.key.page,
            score: self.found.score,
            snippet,
            matched: matched(has_words, self.found.by_meaning),
            boxes,
        }
    }
}

/// One page of a document with everything on it that the query's words find.
pub(crate) fn on_page(
    conn: &Conn,
    wanted: &Wanted,
    revision: RevisionId,
    page: u32,
) -> Result<Option<OnPage>> {
    let Some(stored) = pages::get(conn, revision, page)? else {
        return Ok(None);
    };
    let places = places(&stored.text, wanted);
    let words = pages::words(conn, revision, page)?;
    Ok(Some(OnPage {
        boxes: boxes::of_words(&words, &ranges(&places)),
        text: marked_page(&stored.text, &places),
    }))
}

fn ranges(places: &[Place]) -> Vec<Range<usize>> {
    places.iter().map(|(_, range)| range.clone()).collect()
}

fn matched(by_words: bool, by_meaning: bool) -> Vec<Matched> {
    let by = [(by_words, Matched::Words), (by_meaning, Matched::Meaning)];
    by.into_iter()
        .filter(|(by, _)| *by)
        .map(|(_, m)| m)
        .collect()
}

/// The name of a document without text, what was found in it marked.
fn named(card: &Card, wanted: &Wanted) -> String {
    let names = [card.title.as_deref().unwrap_or_default(), &card.name];
    let found = names.map(|name| (places(name, wanted), name));
    let best = found.iter().find(|(places, _)| !places.is_empty());
    best.map_or_else(String::new, |(places, name)| {
        excerpt(name, 0..name.len(), places)
    })
}

/// Where what the query asks for stands in a text.
fn places(text: &str, wanted: &Wanted) -> Vec<Place> {
    let text = &text[..text.floor_char_boundary(LOOKED_THROUGH)];
    let tokens = PageTokens::of(text);
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
