//! What is painted on a page beside its text.

use super::sheet::Sheet;
use pdfium_render::prelude::{
    PdfPage, PdfPageAnnotation, PdfPageAnnotationCommon, PdfPageObject, PdfPageObjectCommon,
    PdfPageObjectType, PdfPageObjectsCommon,
};
use sheaf_document::Rect;

/// Objects looked at; a page with more is a drawing.
const MAX_OBJECTS: usize = 20_000;

/// How deep forms are looked into.
const MAX_DEPTH: u32 = 4;

/// A tally of the painted things.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    /// Paths, shadings and images.
    pub(super) marks: usize,
    /// The part of the sheet that images cover, `0.0..=1.0`; overlaps count twice.
    pub(super) images: f32,
}

impl Ink {
    pub(super) fn of(page: &PdfPage<'_>, sheet: &Sheet) -> Self {
        let mut ink = Self::default();
        let mut left = MAX_OBJECTS;
        for object in page.objects().iter() {
            ink.add(&object, sheet, &mut left);
        }
        ink.marks += page
            .annotations()
            .iter()
            .take(MAX_OBJECTS)
            .filter(is_painted)
            .count();
        ink.images = ink.images.min(1.0);
        ink
    }

    fn add(&mut self, object: &PdfPageObject<'_>, sheet: &Sheet, left: &mut usize) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match object.object_type() {
            PdfPageObjectType::Text | PdfPageObjectType::Unsupported => {}
            PdfPageObjectType::Path | PdfPageObjectType::Shading => self.marks += 1,
            PdfPageObjectType::Image => {
                self.marks += 1;
                self.images += covered(object, sheet);
            }
            PdfPageObjectType::XObjectForm => {
                let (marks, has_image) = inside(object, MAX_DEPTH, left);
                self.marks += marks;
                // Boxes inside a form are in the form's own coordinates; its outer box stands for them.
                if has_image {
                    self.images += covered(object, sheet);
                }
            }
        }
    }
}

/// Links and closed notes are not.
fn is_painted(annotation: &PdfPageAnnotation<'_>) -> bool {
    use PdfPageAnnotation::{Link, Popup};
    !matches!(annotation, Link(_) | Popup(_)) && !annotation.is_hidden()
}

/// The marks inside a form, and whether an image is among them.
fn inside(object: &PdfPageObject<'_>, depth: u32, left: &mut usize) -> (usize, bool) {
    let Some(form) = object.as_x_object_form_object().filter(|_| depth > 0) else {
        return (0, false);
    };
    let mut found = (0, false);
    for index in form.as_range() {
        let Ok(object) = form.get(index) else {
            continue;
        };
        if *left == 0 {
            break;
        }
        *left -= 1;
        match object.object_type() {
            PdfPageObjectType::Text | PdfPageObjectType::Unsupported => {}
            PdfPageObjectType::Path | PdfPageObjectType::Shading => found.0 += 1,
            PdfPageObjectType::Image => found = (found.0 + 1, true),
            PdfPageObjectType::XObjectForm => {
                let (marks, has_image) = inside(&object, depth - 1, left);
                found = (found.0 + marks, found.1 || has_image);
            }
        }
    }
    found
}

/// How many dots an inch the images of a page have: the finest of those that cover more than a corner of the sheet. `None`
/// where something else than plain images carries the page.
pub(super) fn image_dpi(page: &PdfPage<'_>, sheet: &Sheet) -> Option<f32> {
    const FEW: usize = 32;
    const CORNER: f32 = 0.05;
    const NEARLY_ALL: f32 = 0.9;
    let objects = page.objects();
    if objects.len() > FEW {
        return None;
    }
    let (mut finest, mut widest) = (0.0_f32, 0.0_f32);
    for object in objects.iter() {
        match object.object_type() {
            PdfPageObjectType::Image => {}
            PdfPageObjectType::Text => continue,
            PdfPageObjectType::Path
            | PdfPageObjectType::Shading
            | PdfPageObjectType::XObjectForm
            | PdfPageObjectType::Unsupported => return None,
        }
        let part = covered(&object, sheet);
        if part > CORNER {
            finest = finest.max(dots(&object, sheet)?);
            widest = widest.max(part);
        }
    }
    (widest > NEARLY_ALL).then_some(finest)
}

/// Dots an inch of an image object, the mean of both directions however it is turned.
fn dots(object: &PdfPageObject<'_>, sheet: &Sheet) -> Option<f32> {
    const POINTS_PER_INCH: f32 = 72.0;
    let image = object.as_image_object()?;
    let pixels = image.width().ok()? as f32 * image.height().ok()? as f32;
    let Rect { x0, y0, x1, y1 } = sheet.place(&object.bounds().ok()?.to_rect())?;
    let points = (x1 - x0) * sheet.width_pt * (y1 - y0) * sheet.height_pt;
    let dots = (pixels / points).sqrt() * POINTS_PER_INCH;
    dots.is_finite().then_some(dots)
}

fn covered(object: &PdfPageObject<'_>, sheet: &Sheet) -> f32 {
    let placed = object
        .bounds()
        .ok()
        .and_then(|bounds| sheet.place(&bounds.to_rect()));
    placed.map_or(0.0, |Rect { x0, y0, x1, y1 }| {
        let side = |from: f32, to: f32| to.clamp(0.0, 1.0) - from.clamp(0.0, 1.0);
        side(x0, x1) * side(y0, y1)
    })
}
