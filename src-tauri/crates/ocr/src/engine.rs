//! What an OCR engine promises, whichever it is.

use image::GrayImage;
use sheaf_document::{Languages, PageText};

use crate::{OcrError, Script};

/// Images above this many pixels are refused with [`OcrError::TooLarge`]. A4 at 600 dpi has 35 million.
pub const MAX_PIXELS: u64 = 40_000_000;

/// What was read from one image.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    /// Text, words with their places as fractions of the image as it was given (never turned), and the mean word
    /// confidence weighted by length.
    pub page: PageText,
    /// Degrees the image had to be turned clockwise until its text stood upright: 0, 90, 180 or 270.
    pub turned: u16,
    /// What was done to the image before it was read; nothing for a clean page.
    pub steps: Vec<Step>,
    /// How often it was read until the answer was good enough; 1 for a clean page.
    pub passes: u32,
    /// The letters that a page seems to be written in; looked for only where reading it gave doubtful words.
    pub script: Option<Script>,
}

/// One way of making an image readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// By quarters of a circle.
    Turned,
    /// Its text lines were made level.
    Levelled,
    /// It got more pixels.
    Enlarged,
    /// It was divided by its background.
    Evened,
    /// Grain and dust were taken out.
    Denoised,
    /// White became black.
    Inverted,
    /// Faint writing became black.
    Strengthened,
}

/// Something that reads text from a page image.
pub trait OcrEngine {
    /// Reads an image of `dpi` dots per inch (0 when unknown). An image without text is a blank page, not an error.
    ///
    /// # Errors
    /// [`OcrError::TooLarge`] above [`MAX_PIXELS`], [`OcrError::LanguageMissing`] for a language the engine was not
    /// loaded with, [`OcrError::Failed`] when the recogniser gives up.
    fn recognize(
        &mut self,
        gray: &GrayImage,
        dpi: u32,
        languages: &Languages,
    ) -> Result<Recognition, OcrError>;
}

/// Refuses images above [`MAX_PIXELS`].
pub(crate) fn check_size(gray: &GrayImage) -> Result<(), OcrError> {
    let (width, height) = gray.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(OcrError::TooLarge(format!("{width} × {height} pixels")));
    }
    Ok(())
}

/// Width and height in points; 0 when the resolution is unknown.
pub(crate) fn size_pt(gray: &GrayImage, dpi: u32) -> (f32, f32) {
    if dpi == 0 {
        return (0.0, 0.0);
    }
    let points = |pixels: u32| pixels as f32 * 72.0 / dpi as f32;
    (points(gray.width()), points(gray.height()))
}
