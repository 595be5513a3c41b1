//! A made-up library.

use sheaf_document::{
    DocumentId, Kind, PageText, Passage, PassageId, ReadSettings, RevisionId, Source,
};
use sheaf_queue::JobId;
use sheaf_store::table::documents::{self, DocumentState};
use sheaf_store::table::identity::{self, Identified};
use sheaf_store::table::pages::{self, By};
use sheaf_store::table::places::{self, FileFacts};
use sheaf_store::table::{collections, vectors};
use sheaf_store::{Library, Tx};

use crate::Failure;
use crate::chance::Chance;

pub(crate) const DIMS: usize = 384;
const PAGES: u32 = 10;
const WORDS: usize = 400;
const VOCABULARY: usize = 200_000;
/// The most common words are those of English and the others are made of its most common three letters, so that a page's
/// language can be told as that of a real page can: it decides how many stems a word has.
const ENGLISH: &str = "the of and to in a is that for it as was with be by on not he his but at are this have from or \
                       had an they which one were all their there been if more when will would who so no said what up \
                       its about into than them can only other time new some could these two may first then do any \
                       like my now over such our man me even most made after also did many off before must well back \
                       through years much where your way down should because long each just state those people too";
const SYLLABLES: &str = "ing ion tio ent ati for her ter hat tha ere ate his con res ver all ons nce men ith ted ers pro \
                         thi wit are ess not ive was ect rea com eve per int est sta cti ica ist ear ain one our iti rat \
                         the and";
/// Documents written in one transaction.
const BATCH: u32 = 50;
/// The collection that every hundredth document is in.
pub(crate) const FEW: &str = "one in a hundred";

pub(crate) struct World {
    pub(crate) pages: u32,
    words: Vec<String>,
    /// For each word, how much of all text it and those before it are.
    shares: Vec<f64>,
    centres: Vec<Vec<f32>>,
}

impl World {
    pub(crate) fn new(pages: u32) -> Self {
        let mut sum = 0.0;
        let shares = (1..=VOCABULARY).map(|rank| {
            sum += (rank as f64).powf(-1.05);
            sum
        });
        let mut chance = Chance::new(7);
        let common: Vec<f32> = (0..DIMS).map(|_| chance.normal()).collect();
        let clusters = (pages as usize / 100).clamp(50, 4_000);
        let centre = |_| common.iter().map(|x| 1.6 * x + chance.normal()).collect();
        Self {
            pages,
            words: (0..VOCABULARY).map(of_rank).collect(),
            shares: shares.collect(),
            centres: (0..clusters).map(centre).collect(),
        }
    }

    pub(crate) fn documents(&self) -> u32 {
        self.pages.div_ceil(PAGES)
    }

    pub(crate) fn passages(&self) -> u32 {
        (0..self.documents())
            .map(|n| (0..PAGES).map(|p| cut(n, p)).sum::<u32>())
            .sum()
    }

    /// The word of a rank, from 0.
    pub(crate) fn word(&self, rank: usize) -> String {
        self.words[rank % VOCABULARY].clone()
    }

    /// What stands on a page.
    pub(crate) fn text(&self, document: u32, page: u32) -> String {
        let mut chance = Chance::new(u64::from(document) << 16 | u64::from(page));
        let all = self.shares[VOCABULARY - 1];
        let mut text = String::with_capacity(WORDS * 7);
        for n in 0..WORDS {
            let at = chance.part() * all;
            let rank = self.shares.partition_point(|share| *share < at);
            text.push_str(&self.words[rank.min(VOCABULARY - 1)]);
            text.push(if n % 16 == 15 { '\n' } else { ' ' });
        }
        text
    }

    /// A passage's vector, of length 1.
    pub(crate) fn vector(&self, document: u32, page: u32, passage: u32) -> Vec<f32> {
        let seed = u64::from(document) << 24 | u64::from(page) << 8 | u64::from(passage);
        self.near(&mut Chance::new(seed ^ 0xbeef), 0.7)
    }

    /// A question's vector.
    pub(crate) fn question(&self, n: u64) -> Vec<f32> {
        self.near(&mut Chance::new(n ^ 0xdead_beef), 0.8)
    }

    fn near(&self, chance: &mut Chance, spread: f32) -> Vec<f32> {
        let centre = &self.centres[chance.below(self.centres.len())];
        let row: Vec<f32> = centre
            .iter()
            .map(|x| x + spread * chance.normal())
            .collect();
        let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
        row.iter().map(|x| x / length).collect()
    }

    pub(crate) fn fill(&self, library: &Library) -> Result<(), Failure> {
        let mut next = 0;
        while next < self.documents() {
            let last = (next + BATCH).min(self.documents());
            let made: Vec<Paper> = (next..last).map(|n| self.paper(n, n, None)).collect();
            library.write(move |tx| made.iter().try_for_each(|paper| paper.put(tx).map(drop)))?;
            next = last;
            if next.is_multiple_of(5_000) {
                eprintln!("{next} of {} documents", self.documents());
            }
        }
        Ok(())
    }

    /// One document more; its first page has the word.
    pub(crate) fn add(
        &self,
        library: &Library,
        n: u32,
        word: Option<&str>,
    ) -> Result<DocumentId, Failure> {
        let paper = self.paper(self.documents() + n, n, word);
        Ok(library.write(move |tx| paper.put(tx))?)
    }

    fn paper(&self, n: u32, like: u32, word: Option<&str>) -> Paper {
        let page = |page| {
            let mut text = self.text(like, page);
            if page == 0 {
                text.push_str(word.unwrap_or_default());
            }
            text
        };
        let rows = (0..PAGES).flat_map(|p| (0..cut(n, p)).map(move |k| (p, k)));
        Paper {
            n,
            pages: (0..PAGES).map(page).collect(),
            rows: rows.map(|(p, k)| self.vector(n, p, k)).collect(),
        }
    }
}

/// Two or three passages.
fn cut(document: u32, page: u32) -> u32 {
    2 + (document + page) % 2
}

fn of_rank(rank: usize) -> String {
    let known = ENGLISH.split_whitespace().nth(rank);
    known.map_or_else(|| spelled(rank), str::to_owned)
}

/// Frequent ones are shorter.
fn spelled(rank: usize) -> String {
    let syllables: Vec<&str> = SYLLABLES.split_whitespace().collect();
    let mut word = String::new();
    let mut rest = rank;
    loop {
        word.push_str(syllables[rest % syllables.len()]);
        rest /= syllables.len();
        if rest == 0 {
            return word;
        }
        rest -= 1;
    }
}

struct Paper {
    n: u32,
    pages: Vec<String>,
    rows: Vec<Vec<f32>>,
}

impl Paper {
    fn put(&self, tx: &Tx<'_>) -> sheaf_store::Result<DocumentId> {
        let (document, revision) = documents::create(tx, &ReadSettings::default(), 1)?;
        places::put(tx, document, &self.facts(), 1)?;
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&self.n.to_le_bytes());
        let found = Identified {
            hash,
            bytes: 1,
            kind: Kind::Text,
            pages: PAGES,
            title: None,
            author: None,
            date: None,
        };
        identity::identify(tx, document, revision, &found, 1)?;
        for (n, text) in self.pages.iter().enumerate() {
            self.put_page(tx, document, revision, n as u32, text)?;
        }
        if self.n.is_multiple_of(100) {
            collections::put(tx, document, FEW, 1)?;
        }
        documents::publish(tx, document, DocumentState::Ready)?;
        self.embed(tx, revision)?;
        Ok(document)
    }

    fn put_page(
        &self,
        tx: &Tx<'_>,
        document: DocumentId,
        revision: RevisionId,
        n: u32,
        text: &str,
    ) -> sheaf_store::Result<()> {
        let by = By {
            document,
            revision,
            job: JobId(1),
            epoch: 1,
            now: 1,
        };
        let read = PageText {
            text: text.to_owned(),
            words: Vec::new(),
            source: Source::Embedded,
            confidence: 1.0,
            width_pt: 0.0,
            height_pt: 0.0,
        };
        let count = cut(self.n, n);
        let size = text.len() as u32 / count;
        let passages: Vec<Passage> = (0..count)
            .map(|k| Passage {
                start: k * size,
                end: (k + 1) * size,
            })
            .collect();
        pages::commit_read(tx, by, n + 1, &read, &passages, 1)
    }

    /// Sixteen at a time, as indexing does.
    fn embed(&self, tx: &Tx<'_>, revision: RevisionId) -> sheaf_store::Result<()> {
        let model = vectors::register_model(tx, "made up", "made up", DIMS as u32, 1)?;
        let mut rows = self.rows.as_slice();
        while !rows.is_empty() {
            let (now, later) = rows.split_at(rows.len().min(16));
            rows = later;
            let waiting = vectors::unembedded(tx, revision, model, now.len() as u32)?;
            let passages: Vec<PassageId> = waiting.into_iter().map(|(id, _)| id).collect();
            let (mut scales, mut values) = (Vec::new(), Vec::new());
            for row in now {
                let largest = row.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
                scales.push(largest / 127.0);
                values.extend(row.iter().map(|x| (x / largest * 127.0).round() as i8));
            }
            let batch = vectors::Batch {
                model,
                revision,
                passages: &passages,
                scales: &scales,
                vectors: &values,
            };
            vectors::commit(tx, &batch)?;
        }
        Ok(())
    }

    fn facts(&self) -> FileFacts {
        let name = format!("{}.txt", spelled(self.n as usize));
        let path = format!("/made-up/{name}");
        FileFacts {
            raw: path.as_bytes().to_vec(),
            path,
            name,
            bytes: 1,
            mtime_ns: 1_577_923_200_000_000_000,
            device: 0,
            inode: u64::from(self.n),
            born_ns: 0,
        }
    }
}
