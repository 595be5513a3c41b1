//! What reading one page gives.

use sheaf_document::PageText;

/// A page that was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// Its text is its own.
    Text(PageText),
    /// It has to be recognised.
    Scan {
        /// What text of its own it has, maybe none; to be merged with what is recognised.
        own: PageText,
        image: PageImage,
    },
}

/// A page's picture, made for recognition.
#[derive(Debug, Clone, PartialEq)]
pub struct PageImage {
    /// Luma, 8 bits; what was transparent is white.
    pub gray: image::GrayImage,
    /// Pixels per inch of the picture, not of the file: it falls when a large page is made smaller.
    pub dpi: u32,
    /// Size as displayed, in points (1/72 inch).
    pub width_pt: f32,
    pub height_pt: f32,
}
