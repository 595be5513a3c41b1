//! Pictures of PDF pages, with annotations and filled forms, on white.

use super::ink::image_dpi;
use super::sheet::Sheet;
use crate::{ExtractError, PageImage};
use image::{DynamicImage, RgbaImage};
use pdfium_render::prelude::{PdfBitmap, PdfBitmapFormat, PdfPage, PdfRenderConfig};

/// Tesseract is trained for text at this resolution.
const OCR_DPI: f32 = 300.0;

/// A scan with as many dots an inch reads no better for more of them, which are only made up: print of 7 points, measured.
const ENOUGH_DPI: f32 = 195.0;

/// 40 megapixels: an A3 sheet at 300 dpi has 17.
const MAX_PIXELS: f32 = 40_000_000.0;

/// Longest edge in pixels; Tesseract and Leptonica count in 16-bit coordinates.
const MAX_EDGE: f32 = 32_767.0;

/// For people, at most this enlargement; a stamp need not fill the screen.
const MAX_SCALE: f32 = 8.0;

const POINTS_PER_INCH: f32 = 72.0;

/// The page in luma at 300 dpi; with fewer dots where its scan has fewer but enough, or where it would become too large.
pub(super) fn for_recognition(
    page: &PdfPage<'_>,
    sheet: &Sheet,
) -> Result<PageImage, ExtractError> {
    let scanned = image_dpi(page, sheet).filter(|dpi| *dpi >= ENOUGH_DPI);
    let dpi = scanned.unwrap_or(OCR_DPI).min(OCR_DPI);
    let scale = affordable(sheet, dpi / POINTS_PER_INCH, MAX_EDGE);
    let (width, height) = size(sheet, scale);
    Ok(PageImage {
        gray: painted(page, width, height)?.into_luma8(),
        dpi: ((scale * POINTS_PER_INCH).round() as u32).max(1),
        width_pt: sheet.width_pt,
        height_pt: sheet.height_pt,
    })
}

/// The page in colour with a longest edge of `max_edge_px` pixels.
pub(super) fn for_people(
    page: &PdfPage<'_>,
    sheet: &Sheet,
    max_edge_px: u32,
) -> Result<DynamicImage, ExtractError> {
    let edge = (max_edge_px.max(1) as f32).min(MAX_EDGE);
    let (width, height) = size(sheet, affordable(sheet, MAX_SCALE, edge));
    let rgb = painted(page, width, height)?.into_rgb8();
    Ok(DynamicImage::ImageRgb8(rgb))
}

/// Pixels per point, lowered from `wish` until both limits hold.
fn affordable(sheet: &Sheet, wish: f32, max_edge: f32) -> f32 {
    let by_edge = max_edge / sheet.width_pt.max(sheet.height_pt);
    let by_area = MAX_PIXELS.sqrt() / (sheet.width_pt.sqrt() * sheet.height_pt.sqrt());
    wish.min(by_edge).min(by_area)
}

fn size(sheet: &Sheet, scale: f32) -> (u32, u32) {
    let pixels = |points: f32| (points * scale).round().clamp(1.0, MAX_EDGE) as u32;
    (pixels(sheet.width_pt), pixels(sheet.height_pt))
}

/// Painted in colour also where gray is wanted: pdfium traps when it fills a gray bitmap.
fn painted(page: &PdfPage<'_>, width: u32, height: u32) -> Result<DynamicImage, ExtractError> {
    let length = width as usize * height as usize * 4;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|_| ExtractError::TooLarge(format!("no memory for {width} × {height} pixels")))?;
    bytes.resize(length, 0);
    let (wide, high) = (width as i32, height as i32);
    let config = PdfRenderConfig::new()
        .set_fixed_size(wide, high)
        .limit_render_image_cache_size(true);
    let mut bitmap = PdfBitmap::from_bytes(wide, high, PdfBitmapFormat::BGRx, &mut bytes)
        .map_err(|_| no_picture())?;
    page.render_into_bitmap_with_config(&mut bitmap, &config)
        .map_err(|_| no_picture())?;
    drop(bitmap);
    RgbaImage::from_raw(width, height, bytes)
        .map(DynamicImage::ImageRgba8)
        .ok_or_else(no_picture)
}

fn no_picture() -> ExtractError {
    ExtractError::Corrupt("pdfium could not draw the page".to_owned())
}
