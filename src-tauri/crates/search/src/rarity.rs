//! How rare what is asked for is in the library.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::Result;
use crate::expression::{Mask, Wanted};
use crate::leaf::Shape;
use crate::schema::Fields;

/// How rare each leaf is, as BM25 reckons it. Phrases and beginnings of words count as the rarest.
pub(crate) struct Rarity(Vec<f32>);

impl Rarity {
    pub(crate) fn of(searcher: &Searcher, fields: &Fields, wanted: &Wanted) -> Result<Self> {
        let all = searcher.num_docs() as f32;
        let mut rarity = Vec::new();
        for leaf in &wanted.leaves {
            let pages = match &leaf.shape {
                Shape::Word { word, .. } => {
                    let written = searcher.doc_freq(&Term::from_field_text(fields.body, word))?;
                    written.max(Together::of(searcher, fields, &leaf.shape)?.pages)
                }
                Shape::Row { .. } | Shape::Prefix(_) | Shape::RowPrefix(_) => 0,
            };
            let pages = (pages as f32).min(all);
            let own = ((all - pages + 0.5) / (pages + 0.5)).ln_1p();
            rarity.push(if leaf.negative { 0.0 } else { own });
        }
        Ok(Self(rarity))
    }

    /// How much of the query these leaves are, from 0 to 1.
    pub(crate) fn share(&self, mask: Mask) -> f32 {
        let own = self.0.iter().enumerate();
        let own = own.filter(|(n, _)| mask & (1 << n) != 0).map(|(_, r)| r);
        let all: f32 = self.0.iter().sum();
        if all > 0.0 {
            own.sum::<f32>() / all
        } else {
            1.0
        }
    }
}

/// How rare a stem is, whatever the language: a page that was taken for one in a language that hardly any page is in
/// would have the rarest of stems.
pub(crate) struct Together<'a> {
    searcher: &'a Searcher,
    pages: u64,
}

impl<'a> Together<'a> {
    pub(crate) fn of(searcher: &'a Searcher, fields: &Fields, shape: &Shape) -> Result<Self> {
        let mut pages = 0;
        if let Shape::Word { stems, .. } = shape {
            for stem in stems {
                pages += searcher.doc_freq(&Term::from_field_text(fields.stems, stem))?;
            }
        }
        let pages = pages.min(searcher.num_docs());
        Ok(Self { searcher, pages })
    }
}

impl Bm25StatisticsProvider for Together<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        Bm25StatisticsProvider::total_num_tokens(self.searcher, field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Bm25StatisticsProvider::total_num_docs(self.searcher)
    }

    fn doc_freq(&self, _stem: &Term) -> tantivy::Result<u64> {
        Ok(self.pages)
    }
}
