//! A searchable PDF of the open document: words are laid down page by page, the result is handed over in parts.

use crate::Response;
use crate::reader::Way;
use sheaf_document::{Code, Fault, PageText, Password};
use sheaf_extract::{Bytes, Document, Recognized, Searchable, searchable};
use std::io::Read;

/// What one answer carries, well below the longest frame.
const PART_BYTES: usize = 16 << 20;

pub(crate) struct Export {
    content: Bytes,
    /// The parent has the bytes too, and copies what is kept of them.
    is_file: bool,
    passwords: Vec<Password>,
    laid: Vec<Recognized>,
    made: Option<Searchable>,
}

impl Export {
    pub(crate) fn of(content: Bytes, way: Way<'_>) -> Self {
        Self {
            content,
            is_file: way.inside.is_empty(),
            passwords: way.passwords.to_vec(),
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
        let again = || self.content.again();
        let io = |e: std::io::Error| failed(&e, Code::FileIo);
        let tried = |password: Option<&str>, document: &mut dyn Document| {
            let content = again().map_err(io)?;
            searchable(document, content, password, &self.laid).map_err(|e| failed(&e, e.code()))
        };
        let mut made = tried(None, document);
        for password in &self.passwords {
            if !matches!(&made, Err(fault) if fault.code == Code::FileEncrypted) {
                break;
            }
            made = tried(Some(password.reveal()), document);
        }
        let mut made = made?;
        if !self.is_file {
            let kept = again().map_err(io)?.take(made.keep);
            let mut whole = Vec::new();
            { kept }.read_to_end(&mut whole).map_err(io)?;
            whole.append(&mut made.rest);
            made = Searchable {
                keep: 0,
                rest: whole,
            };
        }
        Ok(made)
    }
}
