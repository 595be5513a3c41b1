//! A text that grows page by page, within limits: what a small file repeats without end is too large.

use crate::html::Flow;
use crate::package::Package;
use crate::pictures::Place;
use crate::plain::{MAX_TEXT_BYTES, clean};
use crate::written::{Written, section_text};
use crate::{ExtractError, Meta, Read};
use sheaf_document::Kind;

#[derive(Default)]
pub(crate) struct Roll {
    text: String,
    headings: Vec<usize>,
    pictures: Vec<(usize, Place)>,
    has_pages: bool,
}

impl Roll {
    /// What follows is a page of its own, also when nothing follows.
    pub(crate) fn page(&mut self) {
        if self.has_pages {
            self.text.push('\u{c}');
        }
        self.has_pages = true;
    }

    /// What follows begins a page, if there is something before it.
    pub(crate) fn page_break(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\u{c}') {
            self.text.push('\u{c}');
        }
    }

    /// A heading follows: a good place to cut.
    pub(crate) fn heading(&mut self) {
        self.headings.push(self.text.len());
    }

    /// A picture stands here.
    pub(crate) fn picture(&mut self, place: Place) {
        self.pictures.push((self.text.len(), place));
    }

    /// A blank line behind it, unless it is blank itself.
    pub(crate) fn paragraph(&mut self, text: &str) -> Result<(), ExtractError> {
        self.block(text, "\n\n")
    }

    /// Nothing but a line end behind it, unless it is blank itself.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), ExtractError> {
        self.block(text, "\n")
    }

    /// Sets what follows apart from the lines before.
    pub(crate) fn blank_line(&mut self) {
        if self.text.ends_with('\n') && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn block(&mut self, text: &str, end: &str) -> Result<(), ExtractError> {
        if self.text.len() + text.len() > MAX_TEXT_BYTES as usize {
            let may = MAX_TEXT_BYTES >> 20;
            return Err(ExtractError::TooLarge(format!(
                "the text is longer than {may} MB"
            )));
        }
        let text = clean(text).replace('\u{c}', " ");
        if !text.trim().is_empty() {
            self.text.push_str(text.trim_end());
            self.text.push_str(end);
        }
        Ok(())
    }

    /// A text that has headings and pictures of its own, with their offsets into it.
    pub(crate) fn append(
        &mut self,
        flow: &Flow,
        found: &[(usize, Place)],
    ) -> Result<(), ExtractError> {
        let headings = flow.headings.iter().map(|at| (*at, None));
        let pictures = found.iter().map(|(at, place)| (*at, Some(place)));
        let mut cuts: Vec<_> = headings.chain(pictures).collect();
        cuts.sort_by_key(|(at, _)| *at);
        let mut done = 0;
        for (at, picture) in cuts {
            self.block(flow.text.get(done..at).unwrap_or_default(), "\n\n")?;
            match picture {
                Some(place) => self.picture(place.clone()),
                None => self.heading(),
            }
            done = at;
        }
        self.block(flow.text.get(done..).unwrap_or_default(), "\n\n")
    }

    /// All of it as one page.
    pub(crate) fn read(self) -> Read {
        Read::Text(section_text(self.text.trim()))
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(crate) fn written(self, kind: Kind, meta: Meta) -> Result<Written, ExtractError> {
        self.written_with(kind, meta, None)
    }

    /// `package` holds the pictures.
    pub(crate) fn written_with(
        mut self,
        kind: Kind,
        meta: Meta,
        package: Option<Package>,
    ) -> Result<Written, ExtractError> {
        if self.has_pages {
            // The last page counts, also when it is blank.
            self.text.push('\u{c}');
        }
        let written = Written::new(kind, meta, self.text, &self.headings)?;
        Ok(written.with_pictures(package, self.pictures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    #[test]
    fn blank_pages_count() {
        let mut roll = Roll::default();
        for text in ["", "two", "", ""] {
            roll.page();
            roll.paragraph(text).unwrap();
        }
        let document = roll.written(Kind::Text, Meta::default()).unwrap();
        assert_eq!(document.pages(), 4);
    }

    #[test]
    fn a_text_without_end_is_too_large() {
        let mut roll = Roll::default();
        let line = "x".repeat(1 << 20);
        let full = (0..200).find_map(|_| roll.line(&line).err());
        assert!(matches!(full, Some(ExtractError::TooLarge(_))));
    }
}
