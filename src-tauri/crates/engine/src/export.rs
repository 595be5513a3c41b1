//! A document out of the library into a file of its own: as a searchable PDF, text, Markdown or JSON.
//!
//! The PDF is made in a child, from the original's bytes; this side writes the file. It appears whole or not at all, and
//! never in the place of an original.

mod pdf;
mod written;

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use sheaf_document::{Code, DocumentId, Fault};
use sheaf_store::{Conn, Library};
use tempfile::NamedTempFile;

use crate::vault::Vault;
use crate::walk::absolute;
use crate::{EngineError, Result, view};

/// What a document can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// The original with its recognised words on it, unseen.
    Pdf,
    /// Pages with a form feed between them.
    Text,
    /// Pages under headings, rows of cells as tables.
    Markdown,
    /// Everything that is known, with the place of every word.
    Json,
}

impl ExportFormat {
    /// By the ending of a file's name.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "txt" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What was written.
#[derive(Debug, Clone, Serialize)]
pub struct ExportAnswer {
    pub document: DocumentId,
    pub to: String,
    pub pages: u32,
    /// Of these, how many were recognised; for a PDF, those that got words laid on them.
    pub recognized: u32,
    pub bytes: u64,
}

/// Where an export comes from.
pub(crate) struct Exporter<'a> {
    pub(crate) library: &'a Library,
    /// The `sheaf` program, which makes the PDF in a child.
    pub(crate) program: &'a Path,
    pub(crate) vault: &'a Vault,
}

impl Exporter<'_> {
    /// The text in a format other than PDF.
    pub(crate) fn text(&self, document: DocumentId, format: ExportFormat) -> Result<String> {
        let known = written::gather(self.library, document)?;
        match format {
            ExportFormat::Text => Ok(known.as_text()),
            ExportFormat::Markdown => Ok(known.as_markdown()),
            ExportFormat::Json => known.as_json(),
            ExportFormat::Pdf => Err(refused(Code::FileUnsupported, "A PDF is not text.")),
        }
    }

    /// Writes a file. `replace` allows for another one in its place, but never for an original.
    pub(crate) fn file(
        &self,
        document: DocumentId,
        format: ExportFormat,
        to: &Path,
        replace: bool,
    ) -> Result<ExportAnswer> {
        let to = absolute(to);
        check_place(&*self.library.read()?, &to, replace)?;
        let counts = written::count(self.library, document)?;
        let folder = to.parent().unwrap_or(Path::new("/"));
        let io = |source| EngineError::Io {
            path: to.display().to_string(),
            source,
        };
        let mut file = visible(folder).map_err(io)?;
        match format {
            ExportFormat::Pdf => pdf::write(self, document, file.as_file_mut())?,
            other => file
                .write_all(self.text(document, other)?.as_bytes())
                .map_err(io)?,
        }
        file.as_file().sync_all().map_err(io)?;
        let bytes = file.as_file().metadata().map_err(io)?.len();
        let kept = if replace {
            file.persist(&to)
        } else {
            file.persist_noclobber(&to)
        };
        kept.map_err(|error| io(error.error))?;
        Ok(ExportAnswer {
            document,
            to: to.display().to_string(),
            bytes,
            ..counts
        })
    }
}

/// A file under a passing name, with the permissions of any other that the person makes.
fn visible(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sheaf-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn check_place(conn: &Conn, to: &Path, replace: bool) -> Result<()> {
    if is_original(conn, to)? {
        return Err(refused(
            Code::FileDenied,
            &format!(
                "{} is a document of this library, and originals are never written to; choose another name",
                to.display()
            ),
        ));
    }
    if !replace && std::fs::symlink_metadata(to).is_ok() {
        return Err(EngineError::Io {
            path: to.display().to_string(),
            source: std::io::ErrorKind::AlreadyExists.into(),
        });
    }
    Ok(())
}

/// By its path, and by the file that is there whatever it is called.
fn is_original(conn: &Conn, to: &Path) -> Result<bool> {
    if view::resolve(conn, &to.to_string_lossy()).is_ok() {
        return Ok(true);
    }
    match std::fs::canonicalize(to) {
        Ok(real) if real != to => Ok(view::resolve(conn, &real.to_string_lossy()).is_ok()),
        _ => Ok(false),
    }
}

fn refused(code: Code, why: &str) -> EngineError {
    EngineError::Refused(Fault::new(code, why))
}
