//! The characters of a page in reading order, as pdfium gives them, with their boxes on the sheet.

use super::bidi::is_right_to_left;
use super::sheet::Sheet;
use crate::ExtractError;
use pdfium_render::prelude::{PdfPage, PdfPageTextChar};
use sheaf_document::Rect;

/// A page with more characters than this is not read: it is beyond anything printed.
const MAX_GLYPHS: i32 = 2_000_000;

/// One character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) c: char,
    /// `None` for white space and where the font has no usable measures.
    pub(super) rect: Option<Rect>,
    /// Shown upside down; looked for only in letters that run from right to left.
    pub(super) is_upside_down: bool,
}

impl Glyph {
    pub(super) fn new(c: char, rect: Option<Rect>) -> Self {
        Self {
            c,
            rect,
            is_upside_down: false,
        }
    }
}

pub(super) fn glyphs(page: &PdfPage<'_>, sheet: &Sheet) -> Result<Vec<Glyph>, ExtractError> {
    let text = page.text().map_err(|e| super::damaged(&e))?;
    if text.len() > MAX_GLYPHS {
        return Err(ExtractError::TooLarge(format!(
            "a page of {} characters",
            text.len()
        )));
    }
    let mut high = None;
    let mut glyphs = Vec::with_capacity(usize::try_from(text.len()).unwrap_or(0));
    for char in text.chars().iter() {
        let code = char.unicode_value();
        // Where wchar_t has 16 bits, characters beyond U+FFFF come as two surrogates.
        let c = match (high.take(), code) {
            (_, 0xD800..=0xDBFF) => {
                high = Some(code);
                continue;
            }
            (Some(high), 0xDC00..=0xDFFF) => {
                char::from_u32(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
            }
            (_, code) => char::from_u32(code),
        };
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        let rect = (!c.is_whitespace())
            .then(|| measure(&char, sheet))
            .flatten();
        let turned = || {
            char.angle_degrees()
                .is_ok_and(|angle| sheet.turns_over(angle))
        };
        glyphs.push(Glyph {
            is_upside_down: is_right_to_left(c) && turned(),
            ..Glyph::new(c, rect)
        });
    }
    Ok(glyphs)
}

/// The box from ascent to descent, so that the words of a line are equally high; the ink's own box where the font's
/// measures are missing or absurd.
fn measure(char: &PdfPageTextChar<'_>, sheet: &Sheet) -> Option<Rect> {
    let tight = char.tight_bounds().ok().and_then(|b| sheet.place(&b));
    let loose = char.loose_bounds().ok().and_then(|b| sheet.place(&b));
    let area = |rect: &Rect| (rect.x1 - rect.x0) * (rect.y1 - rect.y0);
    match (tight, loose) {
        (tight, Some(loose)) if area(&loose) > 0.0 && area(&loose) < 0.05 => {
            Some(tight.map_or(loose, |_| loose))
        }
        (Some(tight), _) => Some(tight),
        (None, loose) => loose,
    }
}
