//! A document of text: sections for pages, maybe with pictures on them.

use crate::package::Package;
use crate::pictures::{Pictures, Place};
use crate::sections::sections;
use crate::{Document, ExtractError, Meta, PageImage, Read};
use sheaf_document::{Kind, Member, PageText, Source};
use std::ops::Range;

pub(crate) struct Written {
    kind: Kind,
    meta: Meta,
    text: String,
    sections: Vec<Range<usize>>,
    members: Vec<Member>,
    left_out: Option<String>,
    pictures: Pictures,
}

impl Written {
    /// `headings`: see [`sections`].
    pub(crate) fn new(
        kind: Kind,
        meta: Meta,
        text: String,
        headings: &[usize],
    ) -> Result<Self, ExtractError> {
        let sections = sections(&text, headings)?;
        Ok(Self {
            kind,
            meta,
            text,
            sections,
            members: Vec::new(),
            left_out: None,
            pictures: Pictures::default(),
        })
    }

    /// With pictures, each with its offset in the text; those that are parts are in `package`.
    pub(crate) fn with_pictures(
        mut self,
        package: Option<Package>,
        found: Vec<(usize, Place)>,
    ) -> Self {
        self.pictures = Pictures::new(package, found, &self.text, &self.sections);
        self
    }

    /// With files in it, which its first page tells of, and what to say when they are not all.
    pub(crate) fn with_members(self, members: Vec<Member>, left_out: Option<String>) -> Self {
        Self {
            members,
            left_out,
            ..self
        }
    }
}

impl Document for Written {
    fn kind(&self) -> Kind {
        self.kind
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        u32::try_from(self.sections.len()).unwrap_or(u32::MAX)
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        let section = self
            .sections
            .get(page as usize)
            .ok_or_else(|| ExtractError::no_page(page))?;
        Ok(Read::Text(section_text(&self.text[section.clone()])))
    }

    fn render(&mut self, _: u32, _: u32) -> Result<image::DynamicImage, ExtractError> {
        let kind = self.kind.as_str();
        Err(ExtractError::Unsupported(format!(
            "{kind} has no page pictures"
        )))
    }

    fn pictures(&self, page: u32) -> u32 {
        self.pictures.count(page)
    }

    fn picture(&mut self, page: u32, number: u32) -> Result<Option<PageImage>, ExtractError> {
        Ok(self.pictures.image(page, number))
    }

    fn members(&mut self, page: u32) -> Result<Vec<Member>, ExtractError> {
        Ok(match page {
            0 => self.members.clone(),
            _ => Vec::new(),
        })
    }

    fn left_out(&self, page: u32) -> Option<String> {
        self.left_out.clone().filter(|_| page == 0)
    }
}

/// A page of nothing but text.
pub(crate) fn section_text(text: &str) -> PageText {
    if text.is_empty() {
        return PageText::blank(0.0, 0.0);
    }
    PageText {
        text: text.to_owned(),
        words: Vec::new(),
        source: Source::Embedded,
        confidence: 1.0,
        width_pt: 0.0,
        height_pt: 0.0,
    }
}
