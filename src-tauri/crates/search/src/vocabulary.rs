//! The words that a library holds: which are nearest to a mistyped one, and which a beginning may become.

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use sheaf_document::RevisionId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, TERMINATED, Term};
use tantivy_fst::Automaton;

use crate::Result;

/// A word on at most so many pages may be a slip of the finger.
const RARE: u64 = 1;

/// A correction stands on at least so many times as many pages.
const COMMONER: u64 = 3;

/// Words that are looked at for one answer; a beginning of one letter has half the dictionary behind it.
const MOST: usize = 50_000;

/// A word and on how many pages it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) word: String,
    pub(crate) pages: u64,
}

/// On how many pages a folded word stands.
pub(crate) fn pages_with(searcher: &Searcher, field: Field, word: &str) -> Result<u64> {
    Ok(searcher.doc_freq(&Term::from_field_text(field, word))?)
}

/// A page that has a folded word.
pub(crate) fn a_page_with(
    searcher: &Searcher,
    field: Field,
    word: &str,
) -> Result<Option<(RevisionId, u32)>> {
    let term = Term::from_field_text(field, word);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
            continue;
        };
        while postings.doc() != TERMINATED && segment.is_deleted(postings.doc()) {
            postings.advance();
        }
        if postings.doc() != TERMINATED {
            let columns = segment.fast_fields();
            let revision = columns.i64("revision")?.first(postings.doc());
            let page = columns.u64("page")?.first(postings.doc());
            let page = page.and_then(|page| u32::try_from(page).ok());
            return Ok(revision.map(RevisionId).zip(page));
        }
    }
    Ok(None)
}

/// What a folded word that no page, or one alone, has was meant to be: the nearest word of the library, the more common
/// of two as near. `None` for a word that is well known, too short, or no word of letters.
pub(crate) fn correction(searcher: &Searcher, field: Field, word: &str) -> Result<Option<String>> {
    let length = word.chars().count();
    let allowed = match length {
        0..4 => return Ok(None),
        4..8 => 1,
        _ => 2,
    };
    if !word.chars().all(char::is_alphabetic) {
        return Ok(None);
    }
    let here = pages_with(searcher, field, word)?;
    if here > RARE {
        return Ok(None);
    }
    for distance in 1..=allowed {
        let mut near = within(searcher, field, word, distance)?;
        near.retain(|known| {
            known.word != word
                && known.pages >= COMMONER * here
                && known.word.chars().all(char::is_alphabetic)
        });
        near.sort_by(|a, b| {
            let begins_alike = |known: &Known| known.word.chars().next() == word.chars().next();
            (begins_alike(b).cmp(&begins_alike(a)))
                .then(b.pages.cmp(&a.pages))
                .then(a.word.cmp(&b.word))
        });
        if let Some(best) = near.into_iter().next() {
            return Ok(Some(best.word));
        }
    }
    Ok(None)
}

/// The most common words that begin so, the most common first.
pub(crate) fn begun(
    searcher: &Searcher,
    field: Field,
    prefix: &str,
    limit: usize,
) -> Result<Vec<Known>> {
    let mut known = Tally::default();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().ge(prefix).into_stream()?;
        let mut looked = 0;
        while words.advance() && words.key().starts_with(prefix.as_bytes()) && looked < MOST {
            known.add(words.key(), words.value().doc_freq);
            looked += 1;
        }
    }
    let mut begun = known.all();
    begun.sort_by(|a, b| b.pages.cmp(&a.pages).then(a.word.cmp(&b.word)));
    begun.truncate(limit);
    Ok(begun)
}

/// Whether any word begins so.
pub(crate) fn has_begun(searcher: &Searcher, field: Field, prefix: &str) -> Result<bool> {
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().ge(prefix).into_stream()?;
        if words.advance() && words.key().starts_with(prefix.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The words at most `distance` slips away: a letter more, less, other, or two exchanged.
fn within(searcher: &Searcher, field: Field, word: &str, distance: u8) -> Result<Vec<Known>> {
    let slips = Slips(LevenshteinAutomatonBuilder::new(distance, true).build_dfa(word));
    let mut known = Tally::default();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().search(&slips).into_stream()?;
        while words.advance() {
            known.add(words.key(), words.value().doc_freq);
        }
    }
    Ok(known.all())
}

#[derive(Default)]
struct Tally(std::collections::HashMap<String, u64>);

impl Tally {
    fn add(&mut self, word: &[u8], pages: u32) {
        if let Ok(word) = std::str::from_utf8(word) {
            *self.0.entry(word.to_owned()).or_default() += u64::from(pages);
        }
    }

    fn all(self) -> Vec<Known> {
        let known = self.0.into_iter();
        known.map(|(word, pages)| Known { word, pages }).collect()
    }
}

/// The automaton of one library in the shape of another.
struct Slips(DFA);

impl Automaton for Slips {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}
