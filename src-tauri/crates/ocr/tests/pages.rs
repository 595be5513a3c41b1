//! What Tesseract must read from pages that were drawn for it.
#![allow(clippy::unwrap_used)]

mod common;

use common::{DPI, LINES, draw, english, page, skewed, skewed_middle, tessdata};
use image::{GrayImage, Luma, imageops};
use sheaf_document::{Code, Languages, PageText, Rect, Source};
use sheaf_ocr::{OcrEngine, OcrError, Recognition, Tesseract};

fn read(page: &GrayImage, dpi: u32) -> Recognition {
    english()
        .recognize(page, dpi, &Languages::default())
        .unwrap()
}

/// Each line's words, in order, with nothing else on the line.
fn assert_all_lines(page: &PageText) {
    let lines: Vec<&str> = page.text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, LINES);
}

/// The box around the words of a line that was read.
fn line_box(page: &PageText, line: &str) -> Rect {
    let start = page.text.find(line).expect("the line was read") as u32;
    let end = start + line.len() as u32;
    let words = page
        .words
        .iter()
        .filter(|w| w.start >= start && w.end <= end);
    let boxes: Vec<Rect> = words.map(|word| word.rect).collect();
    assert_eq!(boxes.len(), line.split(' ').count(), "one box a word");
    boxes.into_iter().reduce(around).expect("a line has words")
}

fn around(a: Rect, b: Rect) -> Rect {
    Rect {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    }
}

fn assert_inside(inner: Rect, outer: Rect) {
    const SLACK: f32 = 0.01;
    let inside = inner.x0 > outer.x0 - SLACK
        && inner.y0 > outer.y0 - SLACK
        && inner.x1 < outer.x1 + SLACK
        && inner.y1 < outer.y1 + SLACK;
    assert!(inside, "{inner:?} is not within {outer:?}");
    let (found, drawn) = (inner.x1 - inner.x0, outer.x1 - outer.x0);
    assert!(found > drawn * 0.9, "{inner:?} is only a part of {outer:?}");
}

#[test]
fn a_clean_page_gives_its_lines_and_where_they_stand() {
    let (image, boxes) = page();
    let read = read(&image, DPI);
    assert_all_lines(&read.page);
    assert_eq!(read.page.source, Source::Ocr);
    assert_eq!(read.turned, 0);
    assert!(read.page.confidence > 0.85, "{}", read.page.confidence);
    assert!((read.page.width_pt - 595.2).abs() < 0.1 && (read.page.height_pt - 841.9).abs() < 0.1);
    for (line, drawn) in LINES.iter().zip(boxes) {
        assert_inside(line_box(&read.page, line), drawn);
    }
}

#[test]
fn a_page_upside_down_is_turned_and_its_boxes_are_not() {
    let (image, boxes) = page();
    let read = read(&imageops::rotate180(&image), DPI);
    assert_all_lines(&read.page);
    assert_eq!(read.turned, 180);
    for (line, drawn) in LINES.iter().zip(boxes) {
        let turned = Rect {
            x0: 1.0 - drawn.x1,
            y0: 1.0 - drawn.y1,
            x1: 1.0 - drawn.x0,
            y1: 1.0 - drawn.y0,
        };
        assert_inside(line_box(&read.page, line), turned);
    }
}

#[test]
fn a_page_on_its_side_says_how_it_was_turned() {
    let (image, boxes) = page();
    for (sideways, expect) in [
        (imageops::rotate90(&image), 270),
        (imageops::rotate270(&image), 90),
    ] {
        let read = read(&sideways, DPI);
        assert_all_lines(&read.page);
        assert_eq!(read.turned, expect);
        let found = line_box(&read.page, LINES[0]);
        let middle = if expect == 270 {
            found.x0 + found.x1
        } else {
            2.0 - found.x0 - found.x1
        };
        let drawn = 2.0 - boxes[0].y0 - boxes[0].y1;
        assert!(
            (middle - drawn).abs() < 0.02,
            "{found:?} is not where {:?} went",
            boxes[0]
        );
        assert!(
            found.y1 - found.y0 > found.x1 - found.x0,
            "a line that runs up or down the page"
        );
    }
}

#[test]
fn a_crooked_page_is_read_and_its_boxes_are_on_the_crooked_page() {
    let (image, boxes) = page();
    for degrees in [-8.0, 3.0] {
        let read = read(&skewed(&image, degrees), DPI);
        assert_all_lines(&read.page);
        for (line, drawn) in LINES.iter().zip(&boxes) {
            let found = line_box(&read.page, line);
            let (across, down) = skewed_middle(*drawn, &image, degrees);
            let off = ((found.x0 + found.x1) / 2.0 - across)
                .abs()
                .max(((found.y0 + found.y1) / 2.0 - down).abs());
            assert!(
                off < 0.01,
                "{degrees}°: {found:?} is {off} from ({across}, {down})"
            );
        }
    }
}

/// At 50 dots per inch; without enlarging, lines are lost.
#[test]
fn few_dots_per_inch_are_enough() {
    let (image, boxes) = page();
    let small = imageops::resize(&image, 2480 / 6, 3508 / 6, imageops::FilterType::Triangle);
    let read = read(&small, DPI / 6);
    assert_all_lines(&read.page);
    assert_inside(line_box(&read.page, LINES[0]), boxes[0]);
}

#[test]
fn a_shadow_across_the_page_hides_nothing() {
    let (mut image, _) = page();
    for (x, _, pixel) in image.enumerate_pixels_mut() {
        let light = 1.0 - 0.8 * x as f32 / 2480.0;
        pixel.0[0] = (f32::from(pixel.0[0]) * light) as u8;
    }
    assert_all_lines(&read(&image, DPI).page);
}

#[test]
fn an_empty_page_has_no_words_and_no_confidence() {
    let read = read(&GrayImage::from_pixel(1240, 1754, Luma([255])), 150);
    assert_eq!((read.page.text.as_str(), read.page.words.len()), ("", 0));
    assert_eq!(
        (read.page.source, read.page.confidence),
        (Source::None, 0.0)
    );
}

#[test]
fn one_engine_reads_page_after_page_alike() {
    let mut engine = english();
    let (image, _) = page();
    let other = draw(2480, 1200, &["Something else entirely"]).0;
    let first = engine
        .recognize(&image, DPI, &Languages::default())
        .unwrap();
    engine
        .recognize(&other, DPI, &Languages::default())
        .unwrap();
    let again = engine
        .recognize(&image, DPI, &Languages::default())
        .unwrap();
    assert_eq!(first, again);
}

#[test]
fn an_image_beyond_the_limit_is_refused() {
    let huge = GrayImage::new(8_001, 5_000);
    let error = english()
        .recognize(&huge, DPI, &Languages::default())
        .unwrap_err();
    assert_eq!(error.code(), Code::PageTooLarge);
}

#[test]
fn an_image_without_pixels_is_an_error() {
    let error = english()
        .recognize(&GrayImage::new(0, 0), DPI, &Languages::default())
        .unwrap_err();
    assert_eq!(error.code(), Code::OcrFailed);
}

#[test]
fn a_language_that_is_not_installed_is_named() {
    let languages = Languages::parse("eng+tlh").unwrap();
    let error = Tesseract::load(&tessdata(), &languages).err();
    assert_eq!(error, Some(OcrError::LanguageMissing("tlh".to_owned())));
}

#[test]
fn an_engine_reads_only_the_languages_it_was_loaded_with() {
    let languages = Languages::parse("deu").unwrap();
    let error = english()
        .recognize(&GrayImage::new(10, 10), DPI, &languages)
        .unwrap_err();
    assert_eq!(error, OcrError::LanguageMissing("deu".to_owned()));
}

#[test]
fn data_that_is_no_language_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("eng.traineddata"), b"not a language").unwrap();
    let error = Tesseract::load(folder.path(), &Languages::default()).err();
    assert_eq!(error.map(|e| e.code()), Some(Code::OcrFailed));
}

#[test]
fn without_orientation_data_pages_are_still_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(
        tessdata().join("eng.traineddata"),
        folder.path().join("eng.traineddata"),
    )
    .unwrap();
    let mut engine = Tesseract::load(folder.path(), &Languages::default()).unwrap();
    let read = engine
        .recognize(&page().0, DPI, &Languages::default())
        .unwrap();
    assert_all_lines(&read.page);
}
