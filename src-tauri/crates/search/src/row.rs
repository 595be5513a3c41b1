//! Words in a row, looked for in the positions of the word index. Of two very common words nearly every page has both, so
//! what a page costs is what counts: no comparing of one list with the other, one mark a position instead.

use std::ops::Range;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, Term};

use crate::Result;

/// A row in one field, with what it counts.
pub(crate) struct Row {
    field: Field,
    /// With their distances from the first.
    words: Vec<(u32, Term)>,
    weight: Bm25Weight,
}

/// One word's postings, and what its positions are moved by to lie upon those of the others.
struct Track {
    postings: SegmentPostings,
    moved: u32,
}

impl Row {
    pub(crate) fn of(
        searcher: &Searcher,
        field: Field,
        words: &[(usize, String)],
    ) -> Result<Option<Self>> {
        let words: Vec<(u32, Term)> = words
            .iter()
            .map(|(distance, word)| (*distance as u32, Term::from_field_text(field, word)))
            .collect();
        if words.is_empty() {
            return Ok(None);
        }
        let terms: Vec<Term> = words.iter().map(|(_, term)| term.clone()).collect();
        Ok(Some(Self {
            field,
            weight: Bm25Weight::for_terms(searcher, &terms)?,
            words,
        }))
    }

    /// Calls `found` with every entry of a span that has the row, by rising number, and with its BM25 score times
    /// `counts`. What is deleted is among them.
    pub(crate) fn each(
        &self,
        segment: &SegmentReader,
        span: Range<DocId>,
        counts: f32,
        mut found: impl FnMut(DocId, f32),
    ) -> Result<()> {
        let mut tracks = self.tracks(segment)?;
        let Some((rarest, others)) = tracks.split_first_mut() else {
            return Ok(());
        };
        let weight = self.weight.boost_by(counts);
        let lengths = segment.get_fieldnorms_reader(self.field)?;
        let mut places = Places::default();
        let mut entry = rarest.reach(span.start);
        while entry < span.end {
            let reached = others.iter_mut().map(|track| track.reach(entry));
            if let Some(further) = reached.into_iter().find(|at| *at > entry) {
                entry = rarest.reach(further);
                continue;
            }
            let count = places.of(rarest, others);
            if count > 0 {
                found(entry, weight.score(lengths.fieldnorm_id(entry), count));
            }
            entry = rarest.postings.advance();
        }
        Ok(())
    }

    /// The rarest word first; none at all when the segment lacks one.
    fn tracks(&self, segment: &SegmentReader) -> Result<Vec<Track>> {
        let index = segment.inverted_index(self.field)?;
        let last = self.words.iter().map(|(distance, _)| *distance).max();
        let last = last.unwrap_or_default();
        let mut tracks = Vec::new();
        for (distance, word) in &self.words {
            let option = IndexRecordOption::WithFreqsAndPositions;
            let Some(postings) = index
                .read_postings(word, option)
                .map_err(tantivy::TantivyError::from)?
            else {
                return Ok(Vec::new());
            };
            let moved = last - distance;
            tracks.push(Track { postings, moved });
        }
        tracks.sort_by_key(|track| track.postings.size_hint());
        Ok(tracks)
    }
}

impl Track {
    /// The first entry from `entry` on; where it is, it stays.
    fn reach(&mut self, entry: DocId) -> DocId {
        match self.postings.doc() {
            doc if doc >= entry => doc,
            _ => self.postings.seek(entry),
        }
    }
}

/// Where rows may begin on one page. Kept from page to page for its memory.
#[derive(Default)]
struct Places {
    begins: Vec<u32>,
    next: Vec<u32>,
    /// 1 where `next` is, all 0 between two words. Bytes, as bits would wait for one another.
    marks: Vec<u8>,
}

impl Places {
    /// How many rows there are in the entry that all tracks stand on.
    fn of(&mut self, first: &mut Track, others: &mut [Track]) -> u32 {
        first
            .postings
            .positions_with_offset(first.moved, &mut self.begins);
        for track in others {
            track
                .postings
                .positions_with_offset(track.moved, &mut self.next);
            self.keep_common();
        }
        self.begins.len() as u32
    }

    /// Keeps the beginnings that are in `next` too. Both rise.
    fn keep_common(&mut self) {
        let (Some(last), Some(other)) = (self.begins.last(), self.next.last()) else {
            self.begins.clear();
            return;
        };
        let most = *last.max(other) as usize + 1;
        if self.marks.len() < most {
            self.marks.resize(most, 0);
        }
        let marks = &mut self.marks[..most];
        for at in &self.next {
            marks[*at as usize] = 1;
        }
        // Without a branch: whether a place stays cannot be foreseen.
        let mut kept = 0;
        for n in 0..self.begins.len() {
            let at = self.begins[n];
            self.begins[kept] = at;
            kept += usize::from(marks[at as usize]);
        }
        self.begins.truncate(kept);
        for at in &self.next {
            marks[*at as usize] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use sheaf_document::RevisionId;
    use tantivy::Index;
    use tantivy::query::{EnableScoring, PhraseQuery, Query};

    use super::*;
    use crate::schema::schema;
    use crate::tokenizer;

    /// Pages of few words in an order that looks random, some of them long.
    fn index() -> Result<Index> {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        tokenizer::register(index.tokenizers());
        let mut writer = index.writer_with_num_threads(1, 15 << 20)?;
        let mut seed = 7_u64;
        let mut next = |most: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        for n in 1..=400 {
            let words = if n % 50 == 0 { 900 } else { next(30) };
            let text: Vec<&str> = (0..words)
                .map(|_| ["red", "blue", "boat", "river", "old"][next(5) as usize])
                .collect();
            writer.add_document(fields.page_entry(RevisionId(1), n, &text.join(" ")))?;
        }
        writer.commit()?;
        Ok(index)
    }

    #[test]
    fn rows_are_found_where_tantivy_finds_them_and_count_the_same() -> Result<()> {
        let index = index()?;
        let searcher = index.reader()?.searcher();
        let (_, fields) = schema();
        let segment = &searcher.segment_readers()[0];
        let rows: [&[(usize, &str)]; 6] = [
            &[(0, "red"), (1, "blue")],
            &[(0, "red"), (1, "red")],
            &[(0, "old"), (1, "boat"), (2, "river")],
            &[(0, "river"), (3, "old")],
            &[(0, "boat"), (1, "boat"), (2, "boat"), (3, "boat")],
            &[(0, "red"), (1, "nowhere")],
        ];
        for words in rows {
            let words: Vec<(usize, String)> = words
                .iter()
                .map(|(distance, word)| (*distance, (*word).to_owned()))
                .collect();
            let terms = words
                .iter()
                .map(|(distance, word)| (*distance, Term::from_field_text(fields.body, word)));
            let phrase = PhraseQuery::new_with_offset(terms.collect());
            let scoring = EnableScoring::enabled_from_searcher(&searcher);
            let mut scorer = phrase.weight(scoring)?.scorer(segment, 2.5)?;
            let mut expected = Vec::new();
            while scorer.doc() < segment.max_doc() {
                expected.push((scorer.doc(), scorer.score()));
                scorer.advance();
            }
            let row = Row::of(&searcher, fields.body, &words)?.expect("words");
            let mut found = Vec::new();
            for span in [0..1, 1..150, 150..segment.max_doc()] {
                row.each(segment, span, 2.5, |entry, score| {
                    found.push((entry, score))
                })?;
            }
            assert_eq!(found, expected, "{words:?}");
            assert_eq!(found.is_empty(), words[1].1 == "nowhere", "{words:?}");
        }
        Ok(())
    }
}
