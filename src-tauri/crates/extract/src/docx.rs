//! Word documents (DOCX): the text as it is read, headings and page breaks as places to cut, pictures where they stand.

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::package::Package;
use crate::pictures::Place;
use crate::relations::relations;
use crate::written::Written;
use sheaf_document::Kind;
use undoc::docx::DocxParser;

pub(crate) fn docx(mut package: Package) -> Result<Written, ExtractError> {
    let parts = package.written_parts(|_, part| part)?;
    let document = guarded(|| {
        DocxParser::from_bytes(parts)
            .and_then(|mut parser| parser.parse())
            .map_err(unreadable)
    })?;
    let mut script = Script::default();
    script.sections(&document);
    let links = relations(&mut package, "word/document.xml")?;
    let part = |id: &str| links.target(id).map(|part| Place::Part(part.to_owned()));
    let found = script.take_pictures().into_iter();
    let found = found
        .filter_map(|(at, id)| Some((at, part(&id)?)))
        .collect();
    let written = script.written(Kind::Docx, meta(&document.metadata))?;
    Ok(written.with_pictures(Some(package), found))
}
