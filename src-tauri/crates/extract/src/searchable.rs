//! A searchable PDF from a scan: the pages look as they did, and recognised words lie on them unseen.
//!
//! A PDF keeps its bytes and gets an incremental update behind them (ISO 32000-1, 7.5.6), so that nothing in it is lost
//! and signatures stay valid for what was signed. Pictures are put on pages of their own size: JPEG as it is, everything
//! else without loss. Nothing is recognised here.

mod font;
mod layer;
mod picture;
mod update;

use crate::{Bytes, Document, ExtractError};
use font::Font;
pub use layer::Layout;
pub use picture::Plate;
pub(crate) use picture::{Jpeg, Pixels};
use sheaf_document::{Kind, PageText};

/// What a PDF is made of in place of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searchable {
    /// So many bytes of the original come first.
    pub keep: u64,
    /// And these behind them.
    pub rest: Vec<u8>,
}

/// The words recognised on a page, counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognized {
    pub page: u32,
    pub text: PageText,
}

/// Lays `pages` on the pages of `document`, which is open, and whose bytes are `content`. Words where a page has text of
/// its own are left out; a page that is not among `pages` stays as it is.
///
/// # Errors
/// [`ExtractError::Unsupported`] for formats without pages of a fixed look, [`ExtractError::Encrypted`] for a PDF that
/// opens with a password only, [`ExtractError::TooLarge`], [`ExtractError::Corrupt`], [`ExtractError::Io`].
pub fn searchable(
    document: &mut dyn Document,
    content: Bytes,
    password: Option<&str>,
    pages: &[Recognized],
) -> Result<Searchable, ExtractError> {
    match document.kind() {
        Kind::Pdf => update::update(document, content, password, pages),
        Kind::Png | Kind::Jpeg | Kind::Tiff | Kind::Webp | Kind::Bmp | Kind::Gif => {
            picture::pdf(document, pages)
        }
        kind => Err(ExtractError::Unsupported(format!(
            "{} has no pages that a PDF could show; export it as .txt or .md",
            kind.as_str()
        ))),
    }
}

fn recognized(pages: &[Recognized], page: u32) -> Option<&PageText> {
    pages
        .iter()
        .find(|one| one.page == page)
        .map(|one| &one.text)
}

/// Writes a document that was built from nothing.
fn whole(document: &mut lopdf::Document) -> Result<Searchable, ExtractError> {
    let mut rest = Vec::new();
    document.save_to(&mut rest).map_err(ExtractError::Io)?;
    Ok(Searchable { keep: 0, rest })
}

fn damaged(error: &lopdf::Error) -> ExtractError {
    ExtractError::Corrupt(format!("its structure cannot be read: {error}"))
}
