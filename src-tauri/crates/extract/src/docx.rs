//! Word documents (DOCX): the text as it is read, headings and page breaks as places to cut.

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::package::Package;
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
    script.written(Kind::Docx, meta(&document.metadata))
}
