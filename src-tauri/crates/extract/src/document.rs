//! What every format offers once it is open.

use crate::{ExtractError, Layout, PageImage, Plate, Read};
use sheaf_document::{Kind, Member, Rect};

/// What a file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    pub title: Option<String>,
    pub author: Option<String>,
    /// RFC 3339: `2024-05-17T09:30:00Z`, or only the date where the file knows no time.
    pub date: Option<String>,
}

/// An open file. Pages count from 0; reading a page twice gives the same twice.
pub trait Document {
    fn kind(&self) -> Kind;

    fn meta(&self) -> &Meta;

    /// How many pages it has; it does not change while the document is open.
    fn pages(&self) -> u32;

    /// The page's text, or its picture where it has to be recognised.
    fn read(&mut self, page: u32) -> Result<Read, ExtractError>;

    /// The page's picture (RGB, 8 bits a channel) with a longest edge of at most `max_edge_px` pixels.
    /// Formats without pictures answer [`ExtractError::Unsupported`].
    fn render(&mut self, page: u32, max_edge_px: u32) -> Result<image::DynamicImage, ExtractError>;

    /// How a page lies on its sheet, and where it has text of its own; for formats that describe pages. Others answer
    /// [`ExtractError::Unsupported`].
    fn layout(&mut self, _page: u32) -> Result<(Layout, Vec<Rect>), ExtractError> {
        Err(without("layout"))
    }

    /// A page's picture as the file has it; for pictures. Others answer [`ExtractError::Unsupported`].
    fn plate(&mut self, _page: u32) -> Result<Plate, ExtractError> {
        Err(without("picture"))
    }

    /// How many pictures stand on a page of text.
    fn pictures(&self, _page: u32) -> u32 {
        0
    }

    /// One of these pictures, from 0, for recognition; `None` when there is nothing to be read on it.
    fn picture(&mut self, _page: u32, _number: u32) -> Result<Option<PageImage>, ExtractError> {
        Ok(None)
    }

    /// The files in it that this page tells of. Every one belongs to one page; see [`crate::reach`].
    fn members(&mut self, _page: u32) -> Result<Vec<Member>, ExtractError> {
        Ok(Vec::new())
    }

    /// What of a page was left out, in words; known once its members were asked for.
    fn left_out(&self, _page: u32) -> Option<String> {
        None
    }
}

fn without(what: &str) -> ExtractError {
    ExtractError::Unsupported(format!("this kind of page has no {what}"))
}
