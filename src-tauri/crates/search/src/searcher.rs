//! A search from the question to the hits.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use rayon::prelude::*;
use sheaf_document::{Code, DocumentId, Fault};
use sheaf_store::table::documents;
use sheaf_store::table::finding::{self, Within};
use sheaf_store::table::vectors;
use sheaf_store::{Library, Reader, snapshot};

use crate::alike::{middle, telling_words};
use crate::correct::{corrected, corrections, suggestions};
use crate::expression::Wanted;
use crate::fuse::Fused;
use crate::gather::{Found, Gathered, gather};
use crate::hit::{self, Draft};
use crate::index::WordIndex;
use crate::meaning::{Nearest, Neighbourhood};
use crate::order;
use crate::parse::parse;
use crate::reach::{Live, Whole};
use crate::tongue::Stems;
use crate::{
    Correction, Mode, OnPage, Query, QueryEmbedder, Result, Results, SearchError, Sort, Vectors,
};

/// A search brings the word index up by itself when it lacks no more than this.
const SMALL_LAG: u64 = 2_000;

/// So many pages that words have found are ranked, at least.
const RANKED: usize = 2_000;

/// Sorting by date or name has so many documents to choose from when only meaning finds.
const SORTED_BY_MEANING: usize = 100;

/// What one process keeps for its searches.
pub struct Searcher {
    library: Library,
    /// One connection for good: its version tells when the store has changed.
    conn: Reader,
    words: Option<WordIndex>,
    vectors: Vectors,
    whole: Whole,
    stems: Stems,
}

/// Both rankings of a search.
#[derive(Default)]
struct Ranked {
    words: Vec<Found>,
    meaning: Nearest,
}

impl Searcher {
    /// Opens the library for searching. A word index that is missing or damaged is rebuilt, one that lags is caught up,
    /// unless an engine is at it.
    pub fn open(library: &Library) -> Result<Self> {
        let mut words = open_words(library)?;
        if let Some(words) = &mut words {
            // What cannot be caught up now is missing in the answers, and `complete` says so.
            let _ = words.catch_up(library);
        }
        Ok(Self {
            conn: library.read()?,
            library: library.clone(),
            words,
            vectors: Vectors::new(),
            whole: Whole::default(),
            stems: Stems::all(),
        })
    }

    /// Answers a query. Meaning is left out, with a note that says why, when there is no `embedder`, when it fails, or
    /// when nothing is indexed by meaning.
    ///
    /// # Errors
    /// Only when the store fails, or the word index does and cannot be rebuilt. No query text is an error.
    pub fn search(
        &mut self,
        query: &Query,
        embedder: Option<&mut dyn QueryEmbedder>,
    ) -> Result<Results> {
        let began = Instant::now();
        let lag = self.freshen()?;
        self.whole.refresh(&self.conn)?;
        let wanted = parse(&query.text, &self.stems());
        let within = query.filter.or(&wanted.filter);
        let live = self.whole.live(&self.conn, &within)?;
        let (vector, note) = self.vector(query, &wanted, embedder)?;
        let mode = match vector {
            None => Mode::Words,
            Some(_) => query.mode,
        };
        let ranked = self.rank(query, mode, &wanted, &live, vector.as_deref())?;
        // A filter alone asks for all that it lets through.
        let documents = match wanted.leaves.is_empty() && within != Within::default() {
            true => order::listed(&self.conn, query.sort, &within, &live)?,
            false => self.documents(query.sort, &within, &ranked)?,
        };
        let corrections = self.corrections(&wanted, &query.text)?;
        Ok(Results {
            suggestion: corrected(&query.text, &corrections),
            corrections,
            query: query.text.clone(),
            mode,
            hits: self.hits(query.limit, &wanted, &within, documents, &ranked)?,
            complete: self.whole.complete(lag),
            note: note.or_else(|| self.wordless()),
            took_ms: began.elapsed().as_millis() as u64,
        })
    }

    /// Documents like this one, the most alike first: near its vectors where it has some, else with its telling words.
    pub fn similar(&mut self, document: DocumentId, limit: usize) -> Result<Results> {
        let began = Instant::now();
        let lag = self.freshen()?;
        self.whole.refresh(&self.conn)?;
        self.vectors.refresh(&self.conn)?;
        let own = documents::get(&self.conn, document)?.and_then(|row| row.current);
        let (mut wanted, mut ranked) = (Wanted::default(), Ranked::default());
        let mut mode = Mode::Words;
        if let Some(revision) = own.filter(|_| limit > 0) {
            let all = self.whole.live(&self.conn, &Within::default())?;
            let live = all.only(|other| other != revision);
            let model = vectors::active_model(&self.conn)?.map(|(model, _)| model);
            let middle = model.map(|model| middle(&self.conn, model, revision));
            if let Some(middle) = middle.transpose()?.flatten() {
                mode = Mode::Meaning;
                ranked.meaning = self.neighbourhood(&live).nearest(&middle, limit)?;
            } else if let Some(words) = &self.words {
                let (searcher, fields) = (words.searcher(), words.fields);
                let telling = telling_words(&self.conn, &searcher, &fields, revision)?;
                wanted = parse(&telling.join(" "), &self.stems());
                let gathered = self.gather(&wanted, &live)?;
                ranked.words =
                    gathered.map_or_else(Vec::new, |found| found.ranked(&wanted, RANKED));
            }
        }
        let whole = Within::default();
        let documents = self.documents(Sort::Relevance, &whole, &ranked)?;
        Ok(Results {
            query: String::new(),
            mode,
            hits: self.hits(limit, &wanted, &whole, documents, &ranked)?,
            complete: self.whole.complete(lag),
            note: self.wordless(),
            suggestion: None,
            corrections: Vec::new(),
            took_ms: began.elapsed().as_millis() as u64,
        })
    }

    /// What a person who has typed this much may go on to type: the last word ended by words of the library, the most
    /// common first. Nothing after a space.
    pub fn suggest(&mut self, text: &str, limit: usize) -> Result<Vec<String>> {
        self.freshen()?;
        let Some(words) = &self.words else {
            return Ok(Vec::new());
        };
        suggestions(&self.conn, &words.searcher(), &words.fields, text, limit)
    }

    /// One page (from 1) of a document, with what the words of `text` find on it marked; `None` when it is not read, or
    /// the document is gone.
    pub fn on_page(
        &mut self,
        text: &str,
        document: DocumentId,
        page: u32,
    ) -> Result<Option<OnPage>> {
        let wanted = parse(text, &self.stems());
        let revision = documents::get(&self.conn, document)?
            .filter(|row| !row.removed)
            .and_then(|row| row.current.or(row.building));
        match revision {
            Some(revision) => hit::on_page(&self.conn, &wanted, revision, page),
            None => Ok(None),
        }
    }

    /// The stems that a word of a query may have here.
    fn stems(&self) -> Stems {
        match &self.words {
            Some(words) => words.stems(&self.stems),
            None => self.stems.clone(),
        }
    }

    fn corrections(&self, wanted: &Wanted, text: &str) -> Result<Vec<Correction>> {
        match &self.words {
            Some(words) => corrections(&self.conn, &words.searcher(), &words.fields, wanted, text),
            None => Ok(Vec::new()),
        }
    }

    /// Brings the word index as near to the store as this process can; the answer is what it still lacks.
    fn freshen(&mut self) -> Result<u64> {
        if self
            .words
            .as_mut()
            .is_none_or(|words| words.reload().is_err())
        {
            // Never opened, or its folder was deleted or rebuilt under this process.
            self.words = None;
            self.words = open_words(&self.library)?;
        }
        let Some(words) = self.words.as_mut() else {
            return Ok(u64::MAX);
        };
        let lag = words.lag(&self.conn)?;
        if (1..=SMALL_LAG).contains(&lag) {
            let _ = words.catch_up(&self.library);
            return words.lag(&self.conn);
        }
        Ok(lag)
    }

    /// The question's vector if meaning is asked for and can be had, and why not.
    fn vector(
        &mut self,
        query: &Query,
        wanted: &Wanted,
        embedder: Option<&mut dyn QueryEmbedder>,
    ) -> Result<(Option<Vec<f32>>, Option<Fault>)> {
        if query.mode == Mode::Words || wanted.plain.is_empty() {
            return Ok((None, None));
        }
        self.vectors.refresh(&self.conn)?;
        if self.vectors.is_empty() {
            // Words alone are the whole answer as long as there is nothing else to find by.
            let why = "Nothing in this library can be found by meaning yet; words were searched.";
            let is_less = query.mode == Mode::Meaning;
            return Ok((None, is_less.then(|| Fault::new(Code::ModelMissing, why))));
        }
        let answer = match embedder {
            Some(embedder) => embedder.embed_query(&wanted.plain),
            None => Err(Fault::new(
                Code::ModelMissing,
                "The embedding model is not there; words were searched.",
            )),
        };
        Ok(match answer {
            Ok(vector) => (Some(vector), None),
            Err(fault) => (None, Some(fault)),
        })
    }

    /// Why no words could be searched, if so.
    fn wordless(&self) -> Option<Fault> {
        let busy = || Fault::new(SearchError::Busy.code(), SearchError::Busy.to_string());
        self.words.is_none().then(busy)
    }

    fn rank(
        &mut self,
        query: &Query,
        mode: Mode,
        wanted: &Wanted,
        live: &Live,
        vector: Option<&[f32]>,
    ) -> Result<Ranked> {
        let mut ranked = Ranked::default();
        if query.limit == 0 || wanted.leaves.is_empty() {
            return Ok(ranked);
        }
        let gathered = match mode == Mode::Meaning && !wanted.shuts_out() {
            true => None,
            false => self.gather(wanted, live)?,
        };
        if let (Some(gathered), Mode::Hybrid | Mode::Words) = (&gathered, mode) {
            // What stands further behind moves no document to the front.
            let most = match query.sort {
                Sort::Relevance => query.limit.saturating_mul(20).max(RANKED),
                Sort::Date | Sort::Name => usize::MAX,
            };
            ranked.words = gathered.ranked(wanted, most);
        }
        if let Some(vector) = vector {
            let documents = match query.sort {
                Sort::Relevance => query.limit,
                Sort::Date | Sort::Name => query.limit.max(SORTED_BY_MEANING),
            };
            let may_show = match &gathered {
                Some(gathered) if wanted.demands() => live.only(|revision| {
                    let mask = gathered.mask(revision);
                    match mode {
                        Mode::Meaning => !wanted.is_shut_out(mask),
                        Mode::Hybrid | Mode::Words => wanted.admits(mask),
                    }
                }),
                Some(_) | None => live.clone(),
            };
            let around = self.neighbourhood(&may_show);
            let words = order::shares(&ranked.words);
            ranked.meaning = around.beside(&words, vector, documents)?;
        }
        Ok(ranked)
    }

    fn neighbourhood<'a>(&'a self, live: &'a Live) -> Neighbourhood<'a> {
        Neighbourhood {
            library: &self.library,
            conn: &self.conn,
            vectors: &self.vectors,
            live,
        }
    }

    /// Looks the words up. An index that makes its reader stumble is rebuilt once, if nobody else writes it.
    fn gather(&mut self, wanted: &Wanted, live: &Live) -> Result<Option<Gathered>> {
        let Some(words) = self.words.as_mut() else {
            return Ok(None);
        };
        if let Ok(found) = gather_unharmed(words, wanted, live) {
            return Ok(Some(found));
        }
        self.words = None;
        let mut words = match WordIndex::rebuild(&self.library) {
            Err(SearchError::Busy) => return Ok(None),
            other => other?,
        };
        words.catch_up(&self.library)?;
        let found = gather_unharmed(&words, wanted, live)?;
        self.words = Some(words);
        Ok(Some(found))
    }

    fn documents(&self, sort: Sort, within: &Within, ranked: &Ranked) -> Result<Vec<Vec<Fused>>> {
        order::documents(
            &self.conn,
            sort,
            within,
            &ranked.words,
            ranked.meaning.keys(),
        )
    }

    fn hits(
        &self,
        limit: usize,
        wanted: &Wanted,
        within: &Within,
        documents: Vec<Vec<Fused>>,
        ranked: &Ranked,
    ) -> Result<Vec<crate::Hit>> {
        let with_words: HashMap<DocumentId, u32> = ranked
            .words
            .iter()
            .map(|found| (found.key.document, found.pages))
            .collect();
        let mut drafts = Vec::new();
        let moment = snapshot(&self.conn)?;
        for pages in documents {
            if drafts.len() == limit {
                break;
            }
            let Some(card) = finding::card(&self.conn, pages[0].key.revision, within)? else {
                continue;
            };
            let with_words = with_words.get(&pages[0].key.document).copied();
            let nearest = &ranked.meaning;
            drafts.extend(Draft::of(&self.conn, card, &pages, nearest, with_words)?);
        }
        drop(moment);
        let hits = drafts.into_par_iter();
        Ok(hits.filter_map(|draft| draft.hit(wanted)).collect())
    }
}

/// The word index; `None` while another process makes it anew.
fn open_words(library: &Library) -> Result<Option<WordIndex>> {
    match WordIndex::open(library) {
        Err(SearchError::Busy) => Ok(None),
        other => other.map(Some),
    }
}

/// The files of the index are no input of ours alone: a panic over them is their damage, not the program's end.
fn gather_unharmed(words: &WordIndex, wanted: &Wanted, live: &Live) -> Result<Gathered> {
    catch_unwind(AssertUnwindSafe(|| {
        gather(&words.searcher(), &words.fields, wanted, live)
    }))
    .unwrap_or(Err(SearchError::Damaged))
}
