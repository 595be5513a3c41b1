//! The border to parsers written in Rust: a panic inside is an answer about the file, not the end of the child.
//! pdfium is C++ and not helped by this; the process around it is what contains it.

use crate::{Document, ExtractError, Layout, Meta, PageImage, Plate, Read};
use sheaf_document::{Kind, Member, Rect};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`; a panic becomes [`ExtractError::Corrupt`].
pub(crate) fn guarded<T>(
    work: impl FnOnce() -> Result<T, ExtractError>,
) -> Result<T, ExtractError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(ExtractError::Corrupt(
            "the reader gave up on this content".to_owned(),
        ))
    })
}

/// A document whose every page is read behind the border.
pub(crate) struct Guarded<D>(pub(crate) D);

impl<D: Document> Document for Guarded<D> {
    fn kind(&self) -> Kind {
        self.0.kind()
    }

    fn meta(&self) -> &Meta {
        self.0.meta()
    }

    fn pages(&self) -> u32 {
        self.0.pages()
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        guarded(|| self.0.read(page))
    }

    fn render(&mut self, page: u32, max_edge_px: u32) -> Result<image::DynamicImage, ExtractError> {
        guarded(|| self.0.render(page, max_edge_px))
    }

    fn layout(&mut self, page: u32) -> Result<(Layout, Vec<Rect>), ExtractError> {
        guarded(|| self.0.layout(page))
    }

    fn plate(&mut self, page: u32) -> Result<Plate, ExtractError> {
        guarded(|| self.0.plate(page))
    }

    fn pictures(&self, page: u32) -> u32 {
        self.0.pictures(page)
    }

    fn picture(&mut self, page: u32, number: u32) -> Result<Option<PageImage>, ExtractError> {
        guarded(|| self.0.picture(page, number))
    }

    fn members(&mut self, page: u32) -> Result<Vec<Member>, ExtractError> {
        guarded(|| self.0.members(page))
    }

    fn left_out(&self, page: u32) -> Option<String> {
        self.0.left_out(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_inside_a_parser_is_a_damaged_file() {
        let result: Result<(), _> = guarded(|| panic!("out of bounds"));
        assert!(matches!(result, Err(ExtractError::Corrupt(_))));
    }
}
