//! A searchable PDF of the open document: words are laid down page by page, the result is handed over in parts.

use crate::Response;
use sheaf_document::{Fault, PageText};
use sheaf_extract::{Document, Recognized, Searchable, searchable};
use std::fs::File;

/// What one answer carries, well below the longest frame.
const PART_BYTES: usize = 16 << 20;

pub(crate) struct Export {
    file: File,
    password: Option<String>,
    laid: Vec<Recognized>,
    made: Option<Searchable>,
}

impl Export {
    pub(crate) fn of(file: File, password: Option<&str>) -> Self {
        Self {
            file,
            password: password.map(str::to_owned),
            laid: Vec::new(),
            made: None,
        }
    }

    pub(crate) fn lay(&mut self, pages: Vec<(u32, PageText)>) -> Response {
        let pages = pages
            .into_iter()
            .map(|(page, text)| Recognized { page, text });
        self.laid.extend(pages);
        Response::Laid
    }

    pub(crate) fn take(&mut self, document: &mut dyn Document, at: u64) -> Result<Response, Fault> {
        let made = match self.made.take() {
            Some(made) if at > 0 => made,
            _ => self.make(document)?,
        };
        let from = usize::try_from(at)
            .unwrap_or(usize::MAX)
            .min(made.rest.len());
        let to = (from + PART_BYTES).min(made.rest.len());
        let part = Response::Exported {
            keep: made.keep,
            total: made.rest.len() as u64,
            bytes: made.rest[from..to].to_vec(),
        };
        self.made = Some(made);
        Ok(part)
    }

    fn make(&self, document: &mut dyn Document) -> Result<Searchable, Fault> {
        let failed = |e: &dyn std::fmt::Display, code| Fault::new(code, e.to_string());
        let file = self
            .file
            .try_clone()
            .map_err(|e| failed(&e, sheaf_document::Code::FileIo))?;
        searchable(document, file, self.password.as_deref(), &self.laid)
            .map_err(|e| failed(&e, e.code()))
    }
}
