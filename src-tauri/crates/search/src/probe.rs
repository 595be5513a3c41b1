//! What every entry of the word index has of a query, and how much that counts: portion by portion, so that all
//! processors can look.

use std::ops::Range;

use tantivy::query::{EnableScoring, Weight};
use tantivy::{DocId, DocSet, Searcher, SegmentReader};

use crate::Result;
use crate::expression::{Mask, Wanted};
use crate::leaf::{STEM, Shape};
use crate::prefix::{begin_with, row_begins_with};
use crate::rarity::Together;
use crate::row::Row;
use crate::schema::Fields;

/// Entries that one thread looks at in one go.
const SPAN: u32 = 1 << 16;

/// All entries of all segments, in portions: the number of the segment, and which of its entries.
pub(crate) fn spans(segments: &[SegmentReader]) -> Vec<(usize, Range<DocId>)> {
    let mut spans = Vec::new();
    for (n, segment) in segments.iter().enumerate() {
        let entries = segment.max_doc();
        let begin = (0..entries).step_by(SPAN as usize);
        spans.extend(begin.map(|from| (n, from..entries.min(from.saturating_add(SPAN)))));
    }
    spans
}

/// A query's leaves, ready for any segment.
pub(crate) struct Probe<'a> {
    fields: &'a Fields,
    wanted: &'a Wanted,
    /// Of each leaf, its queries and its rows, and how much they count.
    weights: Vec<Vec<(Box<dyn Weight>, f32)>>,
    rows: Vec<Vec<(Row, f32)>>,
    common: Mask,
}

impl<'a> Probe<'a> {
    pub(crate) fn of(
        searcher: &Searcher,
        fields: &'a Fields,
        wanted: &'a Wanted,
        common: Mask,
    ) -> Result<Self> {
        let (mut weights, mut rows) = (Vec::new(), Vec::new());
        for leaf in &wanted.leaves {
            let mut own = Vec::new();
            for (query, counts) in leaf.shape.queries(fields) {
                let scoring = EnableScoring::enabled_from_searcher(searcher);
                own.push((query.weight(scoring)?, counts));
            }
            if let Some(query) = leaf.shape.stems(fields) {
                let together = Together::of(searcher, fields, &leaf.shape)?;
                let scoring = EnableScoring::enabled_from_statistics_provider(&together, searcher);
                own.push((query.weight(scoring)?, STEM));
            }
            weights.push(own);
            rows.push(leaf.shape.rows(searcher, fields)?);
        }
        Ok(Self {
            fields,
            wanted,
            weights,
            rows,
            common,
        })
    }

    /// The entries with the beginnings of words that are asked for: the index is walked once for all of a segment's spans.
    pub(crate) fn begun(&self, segment: &SegmentReader) -> Result<Begun> {
        let both = [(self.fields.body, 1.0), (self.fields.names, 2.0)];
        let mut begun = Vec::new();
        for leaf in &self.wanted.leaves {
            let mut own = Vec::new();
            for (field, counts) in both {
                let entries = match &leaf.shape {
                    Shape::Prefix(prefix) => begin_with(segment, field, prefix)?,
                    Shape::RowPrefix(row) => row_begins_with(segment, field, row)?,
                    Shape::Word { .. } | Shape::Row { .. } => break,
                };
                own.push((entries, counts));
            }
            begun.push(own);
        }
        Ok(Begun(begun))
    }

    pub(crate) fn sums(
        &self,
        segment: &SegmentReader,
        begun: &Begun,
        span: Range<DocId>,
    ) -> Result<Sums> {
        let mut sums = Sums {
            scores: vec![0.0; span.len()],
            masks: vec![0; span.len()],
            span,
        };
        let is_common = |n: &usize| self.common & (1 << n) != 0;
        let (later, first): (Vec<usize>, Vec<usize>) =
            (0..self.wanted.leaves.len()).partition(is_common);
        for n in first {
            for (entries, counts) in &begun.0[n] {
                for entry in within(entries, &sums.span) {
                    sums.note(*entry, n, self.counted(n, *counts));
                }
            }
            self.scan(segment, &mut sums, n)?;
        }
        let positive = self.wanted.positive();
        let touched: Vec<DocId> = sums.entries(|mask| mask & positive != 0).collect();
        for n in later {
            self.look_up(segment, &mut sums, n, &touched)?;
        }
        Ok(sums)
    }

    /// What stands under a NOT counts nothing.
    fn counted(&self, n: usize, score: f32) -> f32 {
        if self.wanted.leaves[n].negative {
            0.0
        } else {
            score
        }
    }

    /// Every entry that has the leaf.
    fn scan(&self, segment: &SegmentReader, sums: &mut Sums, n: usize) -> Result<()> {
        for (weight, counts) in &self.weights[n] {
            let mut scorer = weight.scorer(segment, *counts)?;
            let mut entry = scorer.doc();
            if entry < sums.span.start {
                entry = scorer.seek(sums.span.start);
            }
            while entry < sums.span.end {
                sums.note(entry, n, self.counted(n, scorer.score()));
                entry = scorer.advance();
            }
        }
        for (row, counts) in &self.rows[n] {
            row.each(segment, sums.span.clone(), *counts, |entry, score| {
                sums.note(entry, n, self.counted(n, score));
            })?;
        }
        Ok(())
    }

    /// The leaf in those entries alone that something else has found.
    fn look_up(
        &self,
        segment: &SegmentReader,
        sums: &mut Sums,
        n: usize,
        touched: &[DocId],
    ) -> Result<()> {
        for (weight, counts) in &self.weights[n] {
            let mut scorer = weight.scorer(segment, *counts)?;
            for entry in touched {
                if scorer.doc() < *entry {
                    scorer.seek(*entry);
                }
                if scorer.doc() == *entry {
                    sums.note(*entry, n, scorer.score());
                }
            }
        }
        Ok(())
    }
}

/// Of each leaf, the entries of a segment with words that begin so, by rising number, and how much they count.
pub(crate) struct Begun(Vec<Vec<(Vec<DocId>, f32)>>);

/// Those of `entries`, which rise, that are in `span`.
fn within<'a>(entries: &'a [DocId], span: &Range<DocId>) -> &'a [DocId] {
    let from = entries.partition_point(|entry| *entry < span.start);
    let to = entries.partition_point(|entry| *entry < span.end);
    &entries[from..to]
}

/// What each entry of a span has, and how much that counts.
pub(crate) struct Sums {
    span: Range<DocId>,
    scores: Vec<f32>,
    masks: Vec<Mask>,
}

impl Sums {
    fn note(&mut self, entry: DocId, n: usize, score: f32) {
        let at = (entry - self.span.start) as usize;
        self.masks[at] |= 1 << n;
        self.scores[at] += score;
    }

    /// Of an entry in the span.
    pub(crate) fn of(&self, entry: DocId) -> (Mask, f32) {
        let at = (entry - self.span.start) as usize;
        (self.masks[at], self.scores[at])
    }

    /// The entries with such leaves, by rising number.
    pub(crate) fn entries(&self, wanted: impl Fn(Mask) -> bool) -> impl Iterator<Item = DocId> {
        let all = self.span.clone().zip(&self.masks);
        all.filter_map(move |(entry, mask)| wanted(*mask).then_some(entry))
    }
}

#[cfg(test)]
mod tests {
    use sheaf_document::RevisionId;
    use tantivy::Index;

    use super::*;
    use crate::parse::parse;
    use crate::schema::schema;
    use crate::tokenizer;
    use crate::tongue::Stems;

    /// One segment of entries in which every third has `red`, every fifth `blue boat`, every seventh the word `river`.
    fn index(entries: u32) -> tantivy::Result<Index> {
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        tokenizer::register(index.tokenizers());
        let mut writer = index.writer_with_num_threads(1, 15 << 20)?;
        for n in 1..=entries {
            let has = |word: &'static str, every| if n % every == 0 { word } else { "stone" };
            let text = format!(
                "{} {} {}",
                has("red", 3),
                has("blue boat", 5),
                has("river", 7)
            );
            writer.add_document(fields.page_entry(RevisionId(1), n, &text))?;
        }
        writer.commit()?;
        Ok(index)
    }

    #[test]
    fn it_does_not_matter_how_the_entries_are_divided() -> Result<()> {
        let index = index(500)?;
        let searcher = index.reader()?.searcher();
        let (_, fields) = schema();
        let asked = [
            ("red river", 0),
            ("red river", 1),
            ("\"blue boat\" red", 0),
            ("riv* OR blue", 0),
            ("blue-bo*", 0),
            ("red -boat", 0),
        ];
        for (text, common) in asked {
            let wanted = parse(text, &Stems::all());
            let probe = Probe::of(&searcher, &fields, &wanted, common)?;
            let segment = &searcher.segment_readers()[0];
            let begun = probe.begun(segment)?;
            let entries = segment.max_doc();
            let whole = probe.sums(segment, &begun, 0..entries)?;
            assert!(whole.masks.iter().any(|mask| *mask != 0), "{text}");
            let (mut masks, mut scores) = (Vec::new(), Vec::new());
            for from in (0..entries).step_by(37) {
                let part = probe.sums(segment, &begun, from..entries.min(from + 37))?;
                masks.extend(part.masks);
                scores.extend(part.scores);
            }
            assert_eq!((masks, scores), (whole.masks, whole.scores), "{text}");
        }
        Ok(())
    }

    #[test]
    fn the_spans_are_all_entries_once() -> Result<()> {
        let index = index(10)?;
        let searcher = index.reader()?.searcher();
        let mut entries = Vec::new();
        for (segment, span) in spans(searcher.segment_readers()) {
            assert!(segment < searcher.segment_readers().len());
            entries.extend(span.map(|entry| (segment, entry)));
        }
        let all = searcher
            .segment_readers()
            .iter()
            .map(SegmentReader::max_doc);
        assert_eq!(entries.len(), all.sum::<u32>() as usize);
        assert!(entries.is_sorted_by(|a, b| a < b));
        Ok(())
    }
}
