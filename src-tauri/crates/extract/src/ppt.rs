//! PowerPoint presentations of the older kind (PPT): a slide is a page, its notes at the end.

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::ole::Ole;
use crate::written::Written;
use sheaf_document::Kind;
use undoc::ppt::PptParser;

pub(crate) fn ppt(ole: Ole) -> Result<Written, ExtractError> {
    let document = guarded(|| {
        PptParser::from_bytes(ole.bytes)
            .and_then(|mut parser| parser.parse())
            .map_err(unreadable)
    })?;
    let mut script = Script::default();
    for slide in &document.sections {
        script.page(slide, None);
    }
    script.written(Kind::Ppt, meta(&document.metadata))
}
