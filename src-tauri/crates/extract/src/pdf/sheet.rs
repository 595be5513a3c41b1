//! The sheet of a page as it is displayed: what is inside its crop box, turned as the page says.

use crate::{ExtractError, Layout};
use pdfium_render::prelude::{PdfPage, PdfPageRenderRotation, PdfRect};
use sheaf_document::Rect;

/// Maps the page's own coordinates (points, origin wherever the file put it, y upwards) to fractions of the sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    quarter_turns: u8,
    /// Size as displayed, in points.
    pub(super) width_pt: f32,
    pub(super) height_pt: f32,
}

impl Sheet {
    pub(super) fn of(page: &PdfPage<'_>) -> Result<Self, ExtractError> {
        // pdfium calls the crop box cut with the media box the bounding box.
        let bounds = page
            .boundaries()
            .bounding()
            .map_err(|e| super::damaged(&e))?
            .bounds;
        let quarter_turns = match page.rotation() {
            Ok(PdfPageRenderRotation::Degrees90) => 1,
            Ok(PdfPageRenderRotation::Degrees180) => 2,
            Ok(PdfPageRenderRotation::Degrees270) => 3,
            Ok(PdfPageRenderRotation::None) | Err(_) => 0,
        };
        let sheet = Self {
            left: bounds.left().value,
            top: bounds.top().value,
            width: bounds.width().value,
            height: bounds.height().value,
            quarter_turns,
            width_pt: page.width().value,
            height_pt: page.height().value,
        };
        let sides = [sheet.width, sheet.height, sheet.width_pt, sheet.height_pt];
        let has_area = sides.iter().all(|side| side.is_finite() && *side > 0.0);
        Ok(if has_area { sheet } else { Self::LETTER })
    }

    /// What stands in for a page without an area: its text may be readable all the same.
    pub(super) const LETTER: Self = Self {
        left: 0.0,
        top: 792.0,
        width: 612.0,
        height: 792.0,
        quarter_turns: 0,
        width_pt: 612.0,
        height_pt: 792.0,
    };

    /// Whether what is drawn at this angle stands on its head on the sheet. Lines that the page turns by a quarter are drawn
    /// so that they come out upright.
    pub(super) fn turns_over(&self, degrees: f32) -> bool {
        let shown = degrees + f32::from(self.quarter_turns) * 90.0;
        self.quarter_turns.is_multiple_of(2) && (shown.rem_euclid(360.0) - 180.0).abs() < 45.0
    }

    pub(super) fn layout(&self) -> Layout {
        Layout {
            left: self.left,
            bottom: self.top - self.height,
            width: self.width,
            height: self.height,
            quarter_turns: self.quarter_turns,
        }
    }

    /// Where `rect` is on the sheet; what lies off the sheet is outside `0.0..=1.0`. `None` when it is no rectangle.
    pub(super) fn place(&self, rect: &PdfRect) -> Option<Rect> {
        let x = |value: f32| (value - self.left) / self.width;
        let y = |value: f32| (self.top - value) / self.height;
        let (x0, x1) = (x(rect.left().value), x(rect.right().value));
        let (y0, y1) = (y(rect.top().value), y(rect.bottom().value));
        let turned = match self.quarter_turns {
            1 => (1.0 - y1, x0, 1.0 - y0, x1),
            2 => (1.0 - x1, 1.0 - y1, 1.0 - x0, 1.0 - y0),
            3 => (y0, 1.0 - x1, y1, 1.0 - x0),
            _ => (x0, y0, x1, y1),
        };
        let (x0, y0, x1, y1) = turned;
        let all_finite = [x0, y0, x1, y1].iter().all(|side| side.is_finite());
        (all_finite && x0 <= x1 && y0 <= y1).then_some(Rect { x0, y0, x1, y1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(quarter_turns: u8, expect: [f32; 4]) {
        let sheet = Sheet {
            left: 100.0,
            top: 300.0,
            width: 200.0,
            height: 200.0,
            quarter_turns,
            width_pt: 200.0,
            height_pt: 200.0,
        };
        // Left edge, a quarter from the top.
        let placed = sheet
            .place(&PdfRect::new_from_values(240.0, 100.0, 250.0, 150.0))
            .unwrap();
        let sides = [placed.x0, placed.y0, placed.x1, placed.y1];
        for (side, expected) in sides.iter().zip(expect) {
            assert!((side - expected).abs() < 1e-6, "{quarter_turns}: {sides:?}");
        }
    }

    #[test]
    fn a_box_turns_with_the_page() {
        check(0, [0.0, 0.25, 0.25, 0.3]);
        check(1, [0.7, 0.0, 0.75, 0.25]);
        check(2, [0.75, 0.7, 1.0, 0.75]);
        check(3, [0.25, 0.75, 0.3, 1.0]);
    }
}
