//! The searchable PDF: recognised words go to a child, which answers with the bytes to write.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use sheaf_document::{Code, DocumentId, Fault, PageText, Password, Source};
use sheaf_store::Conn;
use sheaf_store::table::revisions;
use sheaf_store::table::{documents, pages};
use sheaf_worker::{Child, ChildSpec, Limits, Request, Response, Task};

use super::{Exporter, refused};
use crate::assets::Assets;
use crate::source::sources;
use crate::{EngineError, Result};

/// Pages that travel to the child at once.
const TOGETHER: usize = 16;

pub(super) fn write(exporter: &Exporter<'_>, document: DocumentId, to: &mut File) -> Result<()> {
    let conn = exporter.library.read()?;
    let row = documents::get(&conn, document)?
        .ok_or_else(|| EngineError::NoDocument(document.to_string()))?;
    let revision = row.current.or(row.building);
    let revision = revision.map(|id| revisions::get(&conn, id)).transpose()?;
    let Some((revision, hash)) = revision.and_then(|found| Some((found.clone(), found.hash?)))
    else {
        return Err(refused(
            Code::FileMissing,
            "It was not read yet; export it when it is.",
        ));
    };
    let mut child = start(exporter.program)?;
    let mut original = open(
        &mut child,
        &conn,
        document,
        &revision,
        hash,
        &exporter.vault.all(),
    )?;
    for some in recognized(&conn, &revision)?.chunks(TOGETHER) {
        let request = Request::Lay {
            pages: some.to_vec(),
        };
        expect(child.call(&request, None)?, |answer| {
            matches!(answer, Response::Laid).then_some(())
        })?;
    }
    drop(conn);
    take(&mut child, &mut original, to)
}

fn start(program: &Path) -> Result<Child> {
    let assets = Assets::find()?;
    let spec = ChildSpec {
        program: program.to_owned(),
        task: Task::Read,
        assets: assets.folder().to_owned(),
        languages: Vec::new(),
        tessdata: None,
        model: String::new(),
        gentle: false,
        limits: Limits::for_child(Task::Read, ""),
    };
    Ok(Child::spawn(&spec)?)
}

/// Opens the first place that still has the content that was read.
fn open(
    child: &mut Child,
    conn: &Conn,
    document: DocumentId,
    revision: &revisions::Revision,
    hash: [u8; 32],
    passwords: &[Password],
) -> Result<File> {
    let mut fault = Fault::new(Code::FileMissing, "No place of this document is known.");
    for source in sources(conn, document)? {
        let (file, _) = match source.open() {
            Ok(opened) => opened,
            Err(error) => {
                fault = error;
                continue;
            }
        };
        let request = source.request(&revision.settings, passwords.to_vec(), true);
        match child.call(&request, Some(&file))? {
            Response::Opened(opened) if opened.hash == Some(hash) => return Ok(file),
            Response::Opened(_) => {
                fault = Fault::new(
                    Code::FileChanged,
                    "The file changed since it was read. Add it again, then export it.",
                );
            }
            Response::Failed(failed) => fault = failed,
            _ => fault = strange(),
        }
    }
    Err(EngineError::Refused(fault))
}

/// The pages with recognised words on them, counted from 0.
fn recognized(conn: &Conn, revision: &revisions::Revision) -> Result<Vec<(u32, PageText)>> {
    let mut found = Vec::new();
    for page in pages::all(conn, revision.id)? {
        if !matches!(page.source, Source::Ocr | Source::Both) {
            continue;
        }
        let (width_pt, height_pt) =
            pages::size_pt(conn, revision.id, page.page)?.unwrap_or((0.0, 0.0));
        let text = PageText {
            words: pages::words(conn, revision.id, page.page)?,
            text: page.text,
            source: page.source,
            confidence: page.confidence,
            width_pt,
            height_pt,
        };
        found.push((page.page - 1, text));
    }
    Ok(found)
}

/// Copies what is kept of the original, then what the child made, part by part.
fn take(child: &mut Child, original: &mut File, to: &mut File) -> Result<()> {
    let io = |source| EngineError::Io {
        path: "the exported file".to_owned(),
        source,
    };
    let length = original.metadata().map_err(io)?.len();
    let (mut at, mut first) = (0, true);
    loop {
        let answer = child.call(&Request::Export { at }, None)?;
        let (keep, total, bytes) = expect(answer, |answer| match answer {
            Response::Exported { keep, total, bytes } => Some((*keep, *total, bytes.clone())),
            _ => None,
        })?;
        if keep > length || (bytes.is_empty() && at < total) {
            return Err(EngineError::Refused(strange()));
        }
        if first {
            let copied = std::io::copy(&mut original.take(keep), to).map_err(io)?;
            if copied != keep {
                return Err(refused(
                    Code::FileChanged,
                    "The file changed while it was exported.",
                ));
            }
            first = false;
        }
        to.write_all(&bytes).map_err(io)?;
        at += bytes.len() as u64;
        if at >= total {
            return Ok(());
        }
    }
}

fn expect<T>(answer: Response, take: impl Fn(&Response) -> Option<T>) -> Result<T> {
    match answer {
        Response::Failed(fault) => Err(EngineError::Refused(fault)),
        other => take(&other).ok_or_else(|| EngineError::Refused(strange())),
    }
}

fn strange() -> Fault {
    Fault::new(
        Code::WorkerGarbage,
        "The worker answered something else than it was asked.",
    )
}
