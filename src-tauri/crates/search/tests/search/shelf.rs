//! A library in a temporary folder, filled through the store as reading fills it.

use std::sync::atomic::{AtomicI64, Ordering};

use sheaf_document::{
    DocumentId, Fault, Kind, PageText, Passage, PassageId, ReadSettings, RevisionId, Source, Word,
};
use sheaf_queue::JobId;
use sheaf_search::{Filter, Mode, Query, QueryEmbedder, Results, Searcher, Sort};
use sheaf_store::Library;
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::identity::{self, Identified};
use sheaf_store::table::pages::{self, By};
use sheaf_store::table::places::{self, FileFacts};
use sheaf_store::table::{collections, vectors};

pub(crate) struct Shelf {
    pub(crate) library: Library,
    // Behind the library, so that the folder goes last.
    pub(crate) folder: tempfile::TempDir,
    next: AtomicI64,
}

/// A document to be added.
pub(crate) struct Paper<'a> {
    pub(crate) path: &'a str,
    pub(crate) pages: Vec<PageText>,
    pub(crate) title: Option<&'a str>,
    pub(crate) author: Option<&'a str>,
    pub(crate) date: Option<&'a str>,
    pub(crate) kind: Kind,
    pub(crate) collection: Option<&'a str>,
    pub(crate) state: DocumentState,
}

impl<'a> Paper<'a> {
    pub(crate) fn new(path: &'a str, pages: &[&str]) -> Self {
        Self {
            path,
            pages: pages.iter().map(|text| page(text)).collect(),
            title: None,
            author: None,
            date: None,
            kind: Kind::Text,
            collection: None,
            state: DocumentState::Ready,
        }
    }
}

pub(crate) fn page(text: &str) -> PageText {
    PageText {
        text: text.to_owned(),
        words: Vec::new(),
        source: Source::Embedded,
        confidence: 1.0,
        width_pt: 0.0,
        height_pt: 0.0,
    }
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self {
            library: Library::open(folder.path()).expect("a library"),
            folder,
            next: AtomicI64::new(1),
        }
    }

    /// A shelf with one text a document, called `0.txt`, `1.txt` and so on.
    pub(crate) fn of(texts: &[&str]) -> (Self, Vec<DocumentId>) {
        let shelf = Self::new();
        let ids = texts
            .iter()
            .enumerate()
            .map(|(n, text)| shelf.add(&format!("/box/{n}.txt"), &[text]))
            .collect();
        (shelf, ids)
    }

    pub(crate) fn add(&self, path: &str, pages: &[&str]) -> DocumentId {
        self.put(Paper::new(path, pages)).0
    }

    pub(crate) fn put(&self, paper: Paper<'_>) -> (DocumentId, RevisionId) {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&n.to_le_bytes());
        let found = Identified {
            hash,
            bytes: 1,
            kind: paper.kind,
            pages: paper.pages.len() as u32,
            title: paper.title.map(str::to_owned),
            author: paper.author.map(str::to_owned),
            date: paper.date.map(str::to_owned),
        };
        let facts = facts(paper.path);
        let collection = paper.collection.map(str::to_owned);
        let (pages, state) = (paper.pages, paper.state);
        self.library
            .write(move |tx| {
                let (document, revision) = documents::create(tx, &ReadSettings::default(), n)?;
                places::put(tx, document, &facts, n)?;
                identity::identify(tx, document, revision, &found, n)?;
                commit(tx, document, revision, &pages)?;
                if let Some(name) = collection {
                    collections::put(tx, document, &name, n)?;
                }
                match state.is_final() {
                    true => documents::publish(tx, document, state)?,
                    false => documents::set_state(tx, document, state, None)?,
                }
                Ok((document, revision))
            })
            .expect("the document is stored")
    }

    /// Gives the document a second revision with these pages and shows it.
    pub(crate) fn replace(&self, document: DocumentId, texts: &[&str]) {
        let pages: Vec<PageText> = texts.iter().map(|text| page(text)).collect();
        self.library
            .write(move |tx| {
                let revision =
                    documents::begin_revision(tx, document, &ReadSettings::default(), 1)?;
                commit(tx, document, revision, &pages)?;
                documents::publish(tx, document, DocumentState::Ready)
            })
            .expect("the new revision is stored");
    }

    pub(crate) fn forget(&self, document: DocumentId) {
        let gone = self
            .library
            .write(move |tx| documents::remove(tx, document, 1));
        assert!(gone.expect("removed"));
    }

    /// Gives the first passages of the library these vectors, in the order of their ids.
    pub(crate) fn embed(&self, revision: RevisionId, rows: Vec<Vec<f32>>) -> Vec<PassageId> {
        let dims = rows[0].len() as u32;
        self.library
            .write(move |tx| {
                let model = vectors::register_model(tx, "null", "null-1", dims, 1)?;
                let waiting = vectors::unembedded(tx, revision, model, rows.len() as u32)?;
                let passages: Vec<PassageId> = waiting.into_iter().map(|(id, _)| id).collect();
                let (values, scales) = quantized(&rows);
                vectors::commit(
                    tx,
                    &vectors::Batch {
                        model,
                        revision,
                        passages: &passages,
                        scales: &scales,
                        vectors: &values,
                    },
                )?;
                Ok(passages)
            })
            .expect("the vectors are stored")
    }

    pub(crate) fn searcher(&self) -> Searcher {
        Searcher::open(&self.library).expect("a searcher")
    }

    /// What a search by words answers.
    pub(crate) fn words(&self, text: &str) -> Results {
        let found = self.searcher().search(&query(text), None);
        found.expect("no text is an error")
    }

    /// The documents that a search by words finds, in order.
    pub(crate) fn finds(&self, text: &str) -> Vec<DocumentId> {
        documents_of(&self.words(text))
    }
}

fn commit(
    tx: &sheaf_store::Tx<'_>,
    document: DocumentId,
    revision: RevisionId,
    pages: &[PageText],
) -> sheaf_store::Result<()> {
    let by = By {
        document,
        revision,
        job: JobId(1),
        epoch: 1,
        now: 1,
    };
    for (n, page) in pages.iter().enumerate() {
        pages::commit_read(tx, by, n as u32 + 1, page, &passages(&page.text), 1)?;
    }
    Ok(())
}

/// Passages end with a paragraph sign.
fn passages(text: &str) -> Vec<Passage> {
    let mut start = 0;
    let parts = text.split_inclusive('¶').map(|part| {
        let end = start + part.len() as u32;
        Passage {
            start: std::mem::replace(&mut start, end),
            end,
        }
    });
    parts.collect()
}

pub(crate) fn facts(path: &str) -> FileFacts {
    FileFacts {
        raw: path.as_bytes().to_vec(),
        path: path.to_owned(),
        name: path.rsplit('/').next().unwrap_or(path).to_owned(),
        bytes: 1,
        // 2020-01-02
        mtime_ns: 1_577_923_200_000_000_000,
        device: 0,
        inode: 0,
        born_ns: 0,
    }
}

/// Eight bits a number and a scale a row.
pub(crate) fn quantized(rows: &[Vec<f32>]) -> (Vec<i8>, Vec<f32>) {
    let mut values = Vec::new();
    let mut scales = Vec::new();
    for row in rows {
        let largest = row.iter().fold(0.0_f32, |m, x| m.max(x.abs())).max(1e-9);
        scales.push(largest / 127.0);
        values.extend(row.iter().map(|x| (x / largest * 127.0).round() as i8));
    }
    (values, scales)
}

pub(crate) fn query(text: &str) -> Query {
    Query {
        text: text.to_owned(),
        mode: Mode::Words,
        limit: 10,
        filter: Filter::default(),
        sort: Sort::Relevance,
    }
}

pub(crate) fn documents_of(results: &Results) -> Vec<DocumentId> {
    results.hits.iter().map(|hit| hit.document).collect()
}

/// A word of a page with a box.
pub(crate) fn boxed(text: &str, word: &str, x0: f32, y0: f32) -> Word {
    let start = text.find(word).expect("the word is in the text") as u32;
    Word {
        start,
        end: start + word.len() as u32,
        rect: sheaf_document::Rect {
            x0,
            y0,
            x1: x0 + 0.1,
            y1: y0 + 0.02,
        },
    }
}

/// Answers one vector whatever is asked, and counts how often.
pub(crate) struct Fixed {
    pub(crate) answer: Result<Vec<f32>, Fault>,
    pub(crate) asked: Vec<String>,
}

impl Fixed {
    pub(crate) fn new(answer: Result<Vec<f32>, Fault>) -> Self {
        let asked = Vec::new();
        Self { answer, asked }
    }
}

impl QueryEmbedder for Fixed {
    fn embed_query(&mut self, text: &str) -> Result<Vec<f32>, Fault> {
        self.asked.push(text.to_owned());
        self.answer.clone()
    }
}
