//! The text of a document, page by page.

use sheaf_document::{DocumentId, Source};
use sheaf_store::Library;
use sheaf_store::table::pages;

use super::documents::see;
use crate::Result;
use crate::answer::{PageAnswer, TextAnswer};

pub(crate) fn text(library: &Library, id: DocumentId, only: Option<u32>) -> Result<TextAnswer> {
    let conn = library.read()?;
    let seen = see(&conn, id)?;
    let stored = match &seen.revision {
        Some(revision) => pages::all(&conn, revision.id)?,
        None => Vec::new(),
    };
    let total = seen
        .revision
        .as_ref()
        .and_then(|r| r.pages_total)
        .unwrap_or(stored.len() as u32);
    let mut stored = stored.into_iter().peekable();
    let pages = (1..=total)
        .map(|page| match stored.next_if(|next| next.page == page) {
            Some(found) => stored_page(found),
            None => waiting_page(page),
        })
        .filter(|page| only.is_none_or(|only| only == page.page))
        .collect();
    Ok(TextAnswer {
        document: seen.document.id,
        path: seen.path(),
        pages,
    })
}

fn stored_page(page: pages::StoredPage) -> PageAnswer {
    PageAnswer {
        page: page.page,
        text: page.text,
        source: page.source,
        confidence: page.confidence,
        state: if page.fault.is_some() {
            "failed"
        } else {
            "read"
        },
        code: page.fault.or(page.note).map(|fault| fault.code),
    }
}

fn waiting_page(page: u32) -> PageAnswer {
    PageAnswer {
        page,
        text: String::new(),
        source: Source::None,
        confidence: 0.0,
        state: "waiting",
        code: None,
    }
}
