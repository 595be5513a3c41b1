//! One page, and the pages of a document as a strip.

use serde::Serialize;
use sheaf_document::{Code, DocumentId, Source};
use sheaf_search::PageBox;
use sheaf_store::Library;
use sheaf_store::table::documents;
use sheaf_store::table::pages::{self, Fate};
use sheaf_store::table::revisions;

use crate::{EngineError, Result};

/// A page as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct PageView {
    pub document: DocumentId,
    /// Counts from 1.
    pub page: u32,
    pub pages_total: u32,
    /// What was asked for stands between `⟦` and `⟧`.
    pub text: String,
    pub source: Source,
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub confidence: f32,
    /// `read`, `failed` or `waiting`.
    pub state: &'static str,
    pub code: Option<Code>,
    /// As displayed, in points; 0 where the format has no page size.
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub width_pt: f32,
    #[cfg_attr(feature = "bindings", specta(type = u32))]
    pub height_pt: f32,
    /// Whether there is a picture of it.
    pub picture: bool,
    /// Where the words that were asked for stand.
    #[cfg_attr(feature = "bindings", specta(type = Vec<[u32; 4]>))]
    pub boxes: Vec<PageBox>,
}

/// The pages of a document at a glance, one letter a page: `e` its own text, `o` recognised, `n` looked at and empty,
/// `f` failed, `r` in hand now, `w` waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
pub struct Strip {
    pub document: DocumentId,
    pub states: String,
}

/// The page without marks and boxes.
///
/// # Errors
/// When the document is not in the library, or has no such page.
pub(crate) fn page(library: &Library, document: DocumentId, page: u32) -> Result<PageView> {
    let conn = library.read()?;
    let unknown = || EngineError::NoDocument(document.to_string());
    let row = documents::get(&conn, document)?
        .filter(|row| !row.removed)
        .ok_or_else(unknown)?;
    let revision = row.current.or(row.building).ok_or_else(unknown)?;
    let facts = revisions::get(&conn, revision)?;
    let pages_total = facts.pages_total.unwrap_or(0);
    if page == 0 || page > pages_total {
        return Err(EngineError::NoPage { page, pages_total });
    }
    let stored = pages::get(&conn, revision, page)?;
    let (width_pt, height_pt) = pages::size_pt(&conn, revision, page)?.unwrap_or_default();
    let fault = stored.as_ref().and_then(|page| page.fault.clone());
    Ok(PageView {
        document: row.id,
        page,
        pages_total,
        state: match (&stored, &fault) {
            (None, _) => "waiting",
            (_, Some(_)) => "failed",
            (Some(_), None) => "read",
        },
        code: fault
            .or_else(|| stored.as_ref().and_then(|page| page.note.clone()))
            .map(|fault| fault.code),
        source: stored.as_ref().map_or(Source::None, |page| page.source),
        confidence: stored.as_ref().map_or(0.0, |page| page.confidence),
        text: stored.map(|page| page.text).unwrap_or_default(),
        width_pt,
        height_pt,
        picture: facts.kind.is_some_and(|kind| kind.has_pictures()),
        boxes: Vec::new(),
    })
}

pub(crate) fn strip(library: &Library, document: DocumentId) -> Result<Strip> {
    let conn = library.read()?;
    let unknown = || EngineError::NoDocument(document.to_string());
    let row = documents::get(&conn, document)?.ok_or_else(unknown)?;
    let revision = row.building.or(row.current).ok_or_else(unknown)?;
    let total = revisions::get(&conn, revision)?.pages_total.unwrap_or(0);
    let mut states = vec![b'w'; total as usize];
    let mut put = |page: u32, letter| {
        if let Some(place) = states.get_mut((page as usize).wrapping_sub(1)) {
            *place = letter;
        }
    };
    for worker in sheaf_queue::workers(&conn)? {
        let job = worker
            .job
            .map(|job| sheaf_queue::job(&conn, job))
            .transpose()?;
        if let (Some(Some(job)), Some(page)) = (job, worker.page)
            && job.subject == row.id.0
            && job.kind == "read"
        {
            put(page, b'r');
        }
    }
    for (page, fate) in pages::fates(&conn, revision)? {
        put(page, letter(fate));
    }
    Ok(Strip {
        document: row.id,
        states: states.into_iter().map(char::from).collect(),
    })
}

fn letter(fate: Fate) -> u8 {
    match fate {
        Fate::Failed => b'f',
        Fate::Read(Source::Embedded) => b'e',
        Fate::Read(Source::Ocr | Source::Both) => b'o',
        Fate::Read(Source::None) => b'n',
    }
}
