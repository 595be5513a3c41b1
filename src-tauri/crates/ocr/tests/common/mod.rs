//! Pages to recognise, drawn with the bitmap font that Leptonica carries; and where the OCR data lies.
#![allow(unsafe_code, dead_code, clippy::unwrap_used)]

pub(crate) mod accuracy;
pub(crate) mod degrade;

use std::ffi::CString;
use std::path::PathBuf;

use image::{GrayImage, Luma, imageops};
use leptonica_sys as lept;
use sheaf_document::{Languages, Rect};
use sheaf_ocr::Tesseract;

pub(crate) const DPI: u32 = 300;

/// Lines of words that no other line holds.
pub(crate) const LINES: [&str; 6] = [
    "The harbour master kept a ledger",
    "of every vessel that arrived before",
    "the winter storms closed the strait.",
    "Seventeen barrels of pickled herring",
    "were traded against copper kettles",
    "and a single crate of lemons.",
];

/// A4 at 300 dpi with [`LINES`], and the box of each line as fractions of the page.
pub(crate) fn page() -> (GrayImage, Vec<Rect>) {
    draw(2480, 3508, &LINES)
}

/// Black text on white, 400 pixels from the left, the first line 500 pixels from the top.
pub(crate) fn draw(width: u32, height: u32, lines: &[&str]) -> (GrayImage, Vec<Rect>) {
    let mut boxes = Vec::new();
    // SAFETY: creates an image and a font, uses them with arguments of the documented types, and destroys both.
    let page = unsafe {
        let mut pix = lept::pixCreate(width as i32, height as i32, 8);
        let mut font = lept::bmfCreate(std::ptr::null(), 20);
        lept::pixSetAll(pix);
        for (n, line) in lines.iter().enumerate() {
            let text = CString::new(*line).unwrap();
            let (left, base) = (400, 500 + 100 * n as i32);
            let (mut across, mut overflow) = (0, 0);
            lept::pixSetTextline(
                pix,
                font,
                text.as_ptr(),
                0,
                left,
                base,
                &mut across,
                &mut overflow,
            );
            assert_eq!(overflow, 0, "the line fits on the page");
            boxes.push(Rect {
                x0: left as f32 / width as f32,
                y0: (base - 50) as f32 / height as f32,
                x1: (left + across) as f32 / width as f32,
                y1: (base + 15) as f32 / height as f32,
            });
        }
        let page = GrayImage::from_fn(width, height, |x, y| {
            let mut value = 0;
            lept::pixGetPixel(pix, x as i32, y as i32, &mut value);
            Luma([value as u8])
        });
        lept::bmfDestroy(&mut font);
        lept::pixDestroy(&mut pix);
        page
    };
    (page, boxes)
}

/// A page turned clockwise by an angle in degrees about its centre, on white.
pub(crate) fn skewed(page: &GrayImage, degrees: f32) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (page.width() as f32, page.height() as f32);
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let (dx, dy) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
        let across = dx * cos + dy * sin + width / 2.0;
        let down = dy * cos - dx * sin + height / 2.0;
        imageops::interpolate_bilinear(page, across, down).unwrap_or(Luma([255]))
    })
}

/// A rectangle's middle after the same turn, as fractions.
pub(crate) fn skewed_middle(rect: Rect, page: &GrayImage, degrees: f32) -> (f32, f32) {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (page.width() as f32, page.height() as f32);
    let dx = ((rect.x0 + rect.x1) / 2.0 - 0.5) * width;
    let dy = ((rect.y0 + rect.y1) / 2.0 - 0.5) * height;
    (
        (dx * cos - dy * sin) / width + 0.5,
        (dx * sin + dy * cos) / height + 0.5,
    )
}

pub(crate) fn tessdata() -> PathBuf {
    let folder = assets().join("tessdata");
    assert!(
        folder.is_dir(),
        "no OCR data at {}: run cargo xtask assets",
        folder.display()
    );
    folder
}

pub(crate) fn assets() -> PathBuf {
    let given = std::env::var_os("SHEAF_ASSETS").map(PathBuf::from);
    let cache = || {
        let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
        std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(home, PathBuf::from)
            .join("sheaf/assets")
    };
    given.unwrap_or_else(cache)
}

pub(crate) fn english() -> Tesseract {
    Tesseract::load(&tessdata(), &Languages::default()).unwrap()
}
