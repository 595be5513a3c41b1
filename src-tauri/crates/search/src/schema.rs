//! What the word index holds: one entry a page, and one a revision for its title, author and file names.

use sheaf_document::RevisionId;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use crate::tokenizer::{STEMS, WORDS};

/// The page number of the entry that holds a revision's names.
pub(crate) const NAMES: u32 = 0;

#[derive(Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) revision: Field,
    pub(crate) page: Field,
    /// `revision:page`, for replacing one entry.
    key: Field,
    pub(crate) body: Field,
    /// Title, author and file names.
    pub(crate) names: Field,
    /// Stems of either, marked with their language.
    pub(crate) stems: Field,
}

pub(crate) fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = |tokenizer, option| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let positions = IndexRecordOption::WithFreqsAndPositions;
    let fields = Fields {
        revision: schema.add_i64_field("revision", INDEXED | FAST),
        page: schema.add_u64_field("page", FAST),
        key: schema.add_text_field("key", STRING),
        body: schema.add_text_field("body", text(WORDS, positions)),
        names: schema.add_text_field("names", text(WORDS, positions)),
        stems: schema.add_text_field("stems", text(STEMS, IndexRecordOption::WithFreqs)),
    };
    (schema.build(), fields)
}

impl Fields {
    pub(crate) fn page_entry(
        &self,
        revision: RevisionId,
        page: u32,
        text: &str,
    ) -> TantivyDocument {
        let mut entry = self.entry(revision, page);
        entry.add_text(self.body, text);
        entry.add_text(self.stems, text);
        entry
    }

    pub(crate) fn names_entry(&self, revision: RevisionId, names: &[String]) -> TantivyDocument {
        let mut entry = self.entry(revision, NAMES);
        for name in names {
            entry.add_text(self.names, name);
            entry.add_text(self.stems, name);
        }
        entry
    }

    fn entry(&self, revision: RevisionId, page: u32) -> TantivyDocument {
        let mut entry = TantivyDocument::default();
        entry.add_i64(self.revision, revision.0);
        entry.add_u64(self.page, u64::from(page));
        entry.add_text(self.key, key(revision, page));
        entry
    }

    /// The term that one entry alone has.
    pub(crate) fn key(&self, revision: RevisionId, page: u32) -> Term {
        Term::from_field_text(self.key, &key(revision, page))
    }

    /// The term that all entries of a revision have.
    pub(crate) fn whole(&self, revision: RevisionId) -> Term {
        Term::from_field_i64(self.revision, revision.0)
    }
}

fn key(revision: RevisionId, page: u32) -> String {
    format!("{revision}:{page}")
}
