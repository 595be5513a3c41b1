//! Entries with words that begin alike, found by walking the index's sorted words. Exact however many words there are.

use std::collections::BTreeMap;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::Result;

/// The entries with a word that begins so, by rising number.
pub(crate) fn begin_with(
    segment: &SegmentReader,
    field: Field,
    prefix: &str,
) -> Result<Vec<DocId>> {
    let mut had = vec![false; segment.max_doc() as usize];
    each_word(
        segment,
        field,
        prefix,
        IndexRecordOption::Basic,
        |postings| {
            let mut entry = postings.doc();
            while entry != TERMINATED {
                had[entry as usize] = true;
                entry = postings.advance();
            }
        },
    )?;
    let entries = 0..segment.max_doc();
    Ok(entries.filter(|entry| had[*entry as usize]).collect())
}

/// The entries with this row of words, of which the last only begins so; each word has its distance from the first.
pub(crate) fn row_begins_with(
    segment: &SegmentReader,
    field: Field,
    row: &[(usize, String)],
) -> Result<Vec<DocId>> {
    let Some(((distance, prefix), words)) = row.split_last() else {
        return Ok(Vec::new());
    };
    let starts = starts(segment, field, words)?;
    let mut found = std::collections::BTreeSet::new();
    let mut positions = Vec::new();
    let option = IndexRecordOption::WithFreqsAndPositions;
    each_word(segment, field, prefix, option, |postings| {
        for (entry, starts) in &starts {
            if postings.doc() < *entry {
                postings.seek(*entry);
            }
            if postings.doc() == *entry {
                postings.positions(&mut positions);
                let fits = |start: &u32| positions.contains(&(start + *distance as u32));
                if starts.iter().any(fits) {
                    found.insert(*entry);
                }
            }
        }
    })?;
    Ok(found.into_iter().collect())
}

/// Where in which entries the words stand in their row: the places of the first.
fn starts(
    segment: &SegmentReader,
    field: Field,
    words: &[(usize, String)],
) -> Result<BTreeMap<DocId, Vec<u32>>> {
    let index = segment.inverted_index(field)?;
    let mut starts: Option<BTreeMap<DocId, Vec<u32>>> = None;
    let mut positions = Vec::new();
    for (distance, word) in words {
        let term = Term::from_field_text(field, word);
        let option = IndexRecordOption::WithFreqsAndPositions;
        let mut own = BTreeMap::new();
        if let Some(mut postings) = index.read_postings(&term, option)? {
            let mut entry = postings.doc();
            while entry != TERMINATED {
                postings.positions(&mut positions);
                let before = |place: &u32| place.checked_sub(*distance as u32);
                let mut places: Vec<u32> = positions.iter().filter_map(before).collect();
                if let Some(starts) = &starts {
                    let known = starts.get(&entry);
                    places.retain(|place| known.is_some_and(|known| known.contains(place)));
                }
                if !places.is_empty() {
                    own.insert(entry, places);
                }
                entry = postings.advance();
            }
        }
        starts = Some(own);
    }
    Ok(starts.unwrap_or_default())
}

fn each_word(
    segment: &SegmentReader,
    field: Field,
    prefix: &str,
    option: IndexRecordOption,
    mut take: impl FnMut(&mut SegmentPostings),
) -> Result<()> {
    let index = segment.inverted_index(field)?;
    let mut words = index.terms().range().ge(prefix).into_stream()?;
    while words.advance() && words.key().starts_with(prefix.as_bytes()) {
        take(&mut index.read_postings_from_terminfo(words.value(), option)?);
    }
    Ok(())
}
