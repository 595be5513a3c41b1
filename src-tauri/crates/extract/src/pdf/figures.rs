//! Images on a page that has text of its own: what is written on them is not in that text.

use super::sheet::Sheet;
use crate::PageImage;
use image::GrayImage;
use pdfium_render::prelude::{
    PdfPage, PdfPageObject, PdfPageObjectCommon, PdfPageObjectType, PdfPageObjectsCommon,
};
use sheaf_document::{PageText, Rect};

/// A smaller part of the sheet is a logo or an ornament.
const MIN_AREA: f32 = 0.03;

/// An image with more words on it than this shows what the page says anyway: a background, a scan with its text.
const FEW_WORDS: usize = 2;

/// Pixels that a line of writing needs.
const WIDE: i32 = 96;
const HIGH: i32 = 24;

/// Objects looked at.
const MAX_OBJECTS: usize = 20_000;

/// Where images stand that may carry writing, in fractions of the sheet.
pub(super) fn figures(page: &PdfPage<'_>, sheet: &Sheet, text: &PageText) -> Vec<Rect> {
    page.objects()
        .iter()
        .take(MAX_OBJECTS)
        .filter(has_pixels)
        .filter_map(|object| place(&object, sheet))
        .filter(|figure| (figure.x1 - figure.x0) * (figure.y1 - figure.y0) >= MIN_AREA)
        .filter(|figure| words_on(figure, text) <= FEW_WORDS)
        .collect()
}

fn has_pixels(object: &PdfPageObject<'_>) -> bool {
    if object.object_type() != PdfPageObjectType::Image {
        return false;
    }
    let size = object.as_image_object().and_then(|image| {
        let (width, height) = (image.width().ok()?, image.height().ok()?);
        Some((width.max(height), width.min(height)))
    });
    size.is_some_and(|(long, short)| long >= WIDE && short >= HIGH)
}

fn place(object: &PdfPageObject<'_>, sheet: &Sheet) -> Option<Rect> {
    let rect = sheet.place(&object.bounds().ok()?.to_rect())?;
    let side = |x: f32| x.clamp(0.0, 1.0);
    Some(Rect {
        x0: side(rect.x0),
        y0: side(rect.y0),
        x1: side(rect.x1),
        y1: side(rect.y1),
    })
}

fn words_on(figure: &Rect, text: &PageText) -> usize {
    let is_on = |rect: &Rect| {
        let (x, y) = ((rect.x0 + rect.x1) / 2.0, (rect.y0 + rect.y1) / 2.0);
        (figure.x0..=figure.x1).contains(&x) && (figure.y0..=figure.y1).contains(&y)
    };
    text.words.iter().filter(|word| is_on(&word.rect)).count()
}

/// The picture of a page with nothing on it but these places, so that only they are recognised.
pub(super) fn only(image: PageImage, places: &[Rect]) -> PageImage {
    let (width, height) = image.gray.dimensions();
    let mut gray = GrayImage::from_pixel(width, height, image::Luma([255]));
    for place in places {
        let at = |part: f32, whole: u32| ((part * whole as f32) as u32).min(whole);
        let (x0, x1) = (at(place.x0, width), at(place.x1, width));
        for y in at(place.y0, height)..at(place.y1, height) {
            for x in x0..x1 {
                gray.put_pixel(x, y, *image.gray.get_pixel(x, y));
            }
        }
    }
    PageImage { gray, ..image }
}
