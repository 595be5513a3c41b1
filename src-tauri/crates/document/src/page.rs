//! A page as every stage hands it on: its text, where its words stand, and how sure we are.

use serde::{Deserialize, Serialize};

/// A rectangle in fractions of the page as it is displayed, origin top left: `0.0..=1.0`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

/// A word's place in the text and on the page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Byte offset of the first byte in [`PageText::text`].
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    pub rect: Rect,
}

/// Where a page's text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The file's own text.
    Embedded,
    /// Recognised from a picture of the page.
    Ocr,
    /// Its own text and recognised text beside it.
    Both,
    /// The page has no text.
    None,
}

/// What was read from one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// UTF-8, lines ended by `\n`, never with NUL.
    pub text: String,
    /// In reading order, offsets into `text`; empty for formats without a page picture.
    pub words: Vec<Word>,
    pub source: Source,
    /// `0.0..=1.0`; 1 for embedded text, the mean word confidence for recognised text.
    pub confidence: f32,
    /// Size as displayed, in points (1/72 inch); 0 where the format has no size.
    pub width_pt: f32,
    pub height_pt: f32,
}

impl PageText {
    /// A page that has been looked at and has nothing to read.
    pub fn blank(width_pt: f32, height_pt: f32) -> Self {
        Self {
            text: String::new(),
            words: Vec::new(),
            source: Source::None,
            confidence: 0.0,
            width_pt,
            height_pt,
        }
    }
}

/// A stretch of one page's text that is embedded as one vector: byte offsets into the page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub start: u32,
    pub end: u32,
}
