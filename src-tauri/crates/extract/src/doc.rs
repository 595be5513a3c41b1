//! Word documents of the older kind (DOC, from Word 6 on).

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::ole::Ole;
use crate::written::Written;
use sheaf_document::Kind;
use undoc::doc::DocParser;

pub(crate) fn doc(ole: Ole) -> Result<Written, ExtractError> {
    let document = guarded(|| {
        DocParser::from_bytes(ole.bytes)
            .and_then(|mut parser| parser.parse())
            .map_err(unreadable)
    })?;
    let mut script = Script::default();
    script.sections(&document);
    script.written(Kind::Doc, meta(&document.metadata))
}
