//! Pictures of PDF pages, with annotations and filled forms, on white.

use super::sheet::Sheet;
use crate::{ExtractError, PageImage};
use image::{DynamicImage, GrayImage, RgbImage};
use pdfium_render::prelude::{PdfBitmapFormat, PdfPage, PdfRenderConfig};

/// Tesseract is trained for text at this resolution.
const OCR_DPI: f32 = 300.0;

/// 40 megapixels: an A3 sheet at 300 dpi has 17.
const MAX_PIXELS: f32 = 40_000_000.0;

/// Longest edge in pixels; Tesseract and Leptonica count in 16-bit coordinates.
const MAX_EDGE: f32 = 32_767.0;

/// For people, at most this enlargement; a stamp need not fill the screen.
const MAX_SCALE: f32 = 8.0;

const POINTS_PER_INCH: f32 = 72.0;

/// The page in luma at 300 dpi, or less where it would become too large.
pub(super) fn for_recognition(page: &PdfPage<'_>, sheet: &Sheet) -> Result<PageImage, ExtractError> {
    let scale = affordable(sheet, OCR_DPI / POINTS_PER_INCH, MAX_EDGE);
    Ok(PageImage {
        gray: gray(page, size(sheet, scale))?,
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
    let bytes = bitmap(page, (width, height), PdfBitmapFormat::BGRx)?;
    let rgb = bytes.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    RgbImage::from_raw(width, height, rgb)
        .map(DynamicImage::ImageRgb8)
        .ok_or_else(no_picture)
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

fn gray(page: &PdfPage<'_>, (width, height): (u32, u32)) -> Result<GrayImage, ExtractError> {
    let bytes = bitmap(page, (width, height), PdfBitmapFormat::Gray)?;
    let stride = bytes.len() / height as usize;
    let rows = bytes.chunks_exact(stride.max(1));
    let packed = rows.flat_map(|row| row.iter().take(width as usize).copied()).collect();
    GrayImage::from_raw(width, height, packed).ok_or_else(no_picture)
}

fn bitmap(
    page: &PdfPage<'_>,
    (width, height): (u32, u32),
    format: PdfBitmapFormat,
) -> Result<Vec<u8>, ExtractError> {
    let config = PdfRenderConfig::new()
        .set_fixed_size(width as i32, height as i32)
        .set_format(format)
        .use_grayscale_rendering(format == PdfBitmapFormat::Gray)
        .limit_render_image_cache_size(true);
    let bitmap = page.render_with_config(&config).map_err(|_| no_picture())?;
    Ok(bitmap.as_raw_bytes())
}

fn no_picture() -> ExtractError {
    ExtractError::Corrupt("pdfium could not draw the page".to_owned())
}
