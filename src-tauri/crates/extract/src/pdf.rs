//! PDF by pdfium: text with a box for every word, pictures of pages. Whether a page's own text is enough is judged
//! here; recognising it is not done here.

mod bidi;
mod columns;
mod fields;
mod figures;
mod glyphs;
mod ink;
mod judge;
mod paint;
mod sheet;
mod words;

use crate::bytes::Bytes;
use crate::{Document, ExtractError, Layout, Meta, Read, date};
use pdfium_render::prelude::{
    PdfDocument, PdfDocumentMetadataTagType as Tag, PdfPage, PdfiumError, PdfiumInternalError,
};
use sheaf_document::{Kind, PageText, Password, ReadSettings, Rect};
use std::path::Path;

/// pdfium's library, bound once per process.
pub struct Pdfium(pdfium_render::prelude::Pdfium);

impl Pdfium {
    /// Binds the library at the absolute path `library`. Answers [`ExtractError::Unavailable`] when it cannot be
    /// loaded, or was bound before.
    pub fn bind(library: &Path) -> Result<Self, ExtractError> {
        let bindings = pdfium_render::prelude::Pdfium::bind_to_library(library)
            .map_err(|e| ExtractError::Unavailable(format!("pdfium: {e}")))?;
        Ok(Self(pdfium_render::prelude::Pdfium::new(bindings)))
    }
}

/// An open PDF.
pub(crate) struct Pdf<'a> {
    document: PdfDocument<'a>,
    meta: Meta,
    pages: u32,
    force_ocr: bool,
}

impl<'a> Pdf<'a> {
    pub(crate) fn open(
        pdfium: &'a Pdfium,
        bytes: Bytes,
        passwords: &[Password],
        settings: &ReadSettings,
    ) -> Result<Self, ExtractError> {
        let mut document = load(pdfium, &bytes, None);
        for password in passwords {
            if !matches!(
                document,
                Err(ExtractError::Encrypted | ExtractError::WrongPassword)
            ) {
                break;
            }
            document = load(pdfium, &bytes, Some(password.reveal()));
        }
        let document = document?;
        let pages = count(&document);
        if pages == 0 {
            return Err(ExtractError::Corrupt("it has no pages".to_owned()));
        }
        Ok(Self {
            meta: meta(&document),
            document,
            pages,
            force_ocr: settings.force_ocr,
        })
    }

    fn page(&self, page: u32) -> Result<PdfPage<'a>, ExtractError> {
        let index = i32::try_from(page).map_err(|_| ExtractError::no_page(page))?;
        if page >= self.pages {
            return Err(ExtractError::no_page(page));
        }
        self.document.pages().get(index).map_err(|e| damaged(&e))
    }
}

impl Document for Pdf<'_> {
    fn kind(&self) -> Kind {
        Kind::Pdf
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        self.pages
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        let page = self.page(page)?;
        let sheet = sheet::Sheet::of(&page)?;
        let mut glyphs = glyphs::glyphs(&page, &sheet)?;
        glyphs.extend(fields::fields(&page, &sheet));
        let text = words::page_text(glyphs, &sheet);
        let verdict = if self.force_ocr {
            judge::Verdict::Recognise
        } else {
            judge::verdict(&text, || ink::Ink::of(&page, &sheet))
        };
        let own = match verdict {
            judge::Verdict::Text => {
                let figures = figures::figures(&page, &sheet, &text.page);
                if figures.is_empty() {
                    return Ok(Read::Text(text.page));
                }
                let image = figures::only(paint::for_recognition(&page, &sheet)?, &figures);
                return Ok(Read::Scan {
                    own: text.page,
                    image,
                });
            }
            judge::Verdict::Recognise => text.page,
            judge::Verdict::RecogniseOnly => PageText::blank(sheet.width_pt, sheet.height_pt),
        };
        let image = paint::for_recognition(&page, &sheet)?;
        Ok(Read::Scan { own, image })
    }

    fn render(&mut self, page: u32, max_edge_px: u32) -> Result<image::DynamicImage, ExtractError> {
        let page = self.page(page)?;
        paint::for_people(&page, &sheet::Sheet::of(&page)?, max_edge_px)
    }

    fn layout(&mut self, page: u32) -> Result<(Layout, Vec<Rect>), ExtractError> {
        let page = self.page(page)?;
        let sheet = sheet::Sheet::of(&page)?;
        let own = words::page_text(glyphs::glyphs(&page, &sheet)?, &sheet).page;
        Ok((
            sheet.layout(),
            own.words.iter().map(|word| word.rect).collect(),
        ))
    }
}

fn load<'a>(
    pdfium: &'a Pdfium,
    bytes: &Bytes,
    password: Option<&str>,
) -> Result<PdfDocument<'a>, ExtractError> {
    let loaded = pdfium.0.load_pdf_from_reader(bytes.again()?, password);
    loaded.map_err(|e| refused(&e, password))
}

/// A few bytes may promise a million pages. A number that no book has is checked against the pages that are there.
fn count(document: &PdfDocument<'_>) -> u32 {
    const BELIEVED: i32 = 5_000;
    let pages = document.pages();
    let is_there = |page: i32| pages.page_size(page).is_ok();
    let (mut there, mut missing) = (0, pages.len());
    if missing <= BELIEVED || is_there(missing - 1) {
        return u32::try_from(missing).unwrap_or(0);
    }
    while there < missing {
        let middle = there + (missing - there) / 2;
        if is_there(middle) {
            there = middle + 1;
        } else {
            missing = middle;
        }
    }
    u32::try_from(there).unwrap_or(0)
}

fn meta(document: &PdfDocument<'_>) -> Meta {
    let tag = |tag| {
        let value = document.metadata().get(tag)?.value().replace('\0', "");
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    Meta {
        title: tag(Tag::Title),
        author: tag(Tag::Author),
        date: tag(Tag::CreationDate)
            .or_else(|| tag(Tag::ModificationDate))
            .and_then(|text| date::from_pdf(&text)),
    }
}

fn refused(error: &PdfiumError, password: Option<&str>) -> ExtractError {
    match error {
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::PasswordError) => {
            match password {
                None => ExtractError::Encrypted,
                Some(_) => ExtractError::WrongPassword,
            }
        }
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::SecurityError) => {
            ExtractError::Unsupported("a PDF with an unknown kind of encryption".to_owned())
        }
        other => damaged(other),
    }
}

fn damaged(error: &PdfiumError) -> ExtractError {
    match error {
        PdfiumError::PdfiumLibraryInternalError(PdfiumInternalError::FormatError) => {
            ExtractError::Corrupt("not a PDF, or one that cannot be repaired".to_owned())
        }
        PdfiumError::PdfiumLibraryInternalError(_) => {
            ExtractError::Corrupt("pdfium cannot make sense of it".to_owned())
        }
        other => ExtractError::Corrupt(format!("pdfium: {other:?}")),
    }
}
