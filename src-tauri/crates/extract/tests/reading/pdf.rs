//! PDF pages: where words are, and which pages have to be recognised.

use crate::desk::{READERS, content, opened, pages, refused, scan, text, with_password};
use crate::pdf_maker::{Sheet, encrypted_pdf, image, line, pdf, promising_pdf};
use sheaf_document::{Code, PageText, ReadSettings, Rect, Source};
use sheaf_extract::{Document, ExtractError, Readers, open};

fn only(sheet: Sheet) -> Box<dyn Document> {
    opened(&pdf(&[sheet]), "a.pdf").unwrap()
}

fn page(sheet: Sheet) -> PageText {
    text(only(sheet).read(0).unwrap())
}

fn place(page: &PageText, word: &str) -> Rect {
    let found = page
        .words
        .iter()
        .find(|w| &page.text[w.start as usize..w.end as usize] == word);
    found
        .unwrap_or_else(|| panic!("no {word:?} in {:?}", page.text))
        .rect
}

/// A word of 24 points stands on its baseline, begins at its origin, and is as high as its font.
fn stands_at(rect: Rect, x: f32, baseline: f32) {
    let near = |a: f32, b: f32, by: f32| (a - b).abs() < by / 792.0;
    assert!(
        near(rect.x0, x, 3.0),
        "begins at {} instead of {x}",
        rect.x0
    );
    assert!(
        near(rect.y1, baseline, 9.0) && rect.y1 >= baseline,
        "{rect:?} stands not on {baseline}"
    );
    assert!(
        near(rect.y1 - rect.y0, 26.0 / 792.0, 8.0),
        "{rect:?} is not 24 points high"
    );
}

#[test]
fn a_word_box_is_where_the_word_is() {
    let page = page(Sheet::new(line(72.0, 700.0, "Hello World")));
    assert_eq!(page.text, "Hello World");
    assert_eq!(page.source, Source::Embedded);
    assert_eq!((page.width_pt, page.height_pt), (612.0, 792.0));
    stands_at(place(&page, "Hello"), 72.0 / 612.0, 92.0 / 792.0);
    assert!(place(&page, "World").x0 > place(&page, "Hello").x1);
}

#[test]
fn boxes_turn_with_the_page() {
    let flat = page(Sheet::new(line(72.0, 700.0, "Hello")));
    let Rect { x0, y0, x1, y1 } = place(&flat, "Hello");
    let turns = [
        (90, [1.0 - y1, x0, 1.0 - y0, x1]),
        (180, [1.0 - x1, 1.0 - y1, 1.0 - x0, 1.0 - y0]),
        (270, [y0, 1.0 - x1, y1, 1.0 - x0]),
    ];
    for (rotate, expect) in turns {
        let turned = page(Sheet {
            rotate,
            ..Sheet::new(line(72.0, 700.0, "Hello"))
        });
        let rect = place(&turned, "Hello");
        for (side, expect) in [rect.x0, rect.y0, rect.x1, rect.y1].into_iter().zip(expect) {
            assert!((side - expect).abs() < 1e-4, "{rotate}: {rect:?}");
        }
        let size = (turned.width_pt, turned.height_pt);
        assert_eq!(size == (792.0, 612.0), rotate != 180, "{rotate}: {size:?}");
    }
}

#[test]
fn boxes_are_fractions_of_the_crop_box_and_what_is_cropped_is_not_read() {
    let page = page(Sheet {
        crop: Some([50.0, 400.0, 450.0, 792.0]),
        ..Sheet::new(line(72.0, 700.0, "Hello") + &line(72.0, 100.0, "Cut"))
    });
    assert_eq!(page.text, "Hello");
    assert_eq!((page.width_pt, page.height_pt), (400.0, 392.0));
    let rect = place(&page, "Hello");
    assert!((rect.x0 - 22.0 / 400.0).abs() < 0.01, "{rect:?}");
    assert!(rect.y0 < 92.0 / 392.0 && rect.y1 > 92.0 / 392.0, "{rect:?}");
}

#[test]
fn a_hyphenated_word_is_joined_and_has_a_box_on_each_line() {
    let page = page(Sheet::new(
        line(72.0, 700.0, "a remark-") + &line(72.0, 672.0, "able thing"),
    ));
    assert_eq!(page.text, "a remarkable thing");
    assert!(place(&page, "remark").y1 < place(&page, "able").y1);
}

#[test]
fn a_gap_between_lines_is_a_paragraph() {
    let lines = line(72.0, 700.0, "one") + &line(72.0, 672.0, "two") + &line(72.0, 600.0, "three");
    let page = page(Sheet::new(lines));
    assert_eq!(page.text, "one\ntwo\n\nthree");
    stands_at(place(&page, "three"), 72.0 / 612.0, 192.0 / 792.0);
}

#[test]
fn the_value_of_a_form_field_is_text_in_its_place() {
    let page = page(Sheet {
        field: Some("Lovelace"),
        ..Sheet::new(line(72.0, 700.0, "Name"))
    });
    assert_eq!(page.text, "Name\n\nLovelace");
    let rect = place(&page, "Lovelace");
    assert!((rect.x0 - 300.0 / 612.0).abs() < 0.01 && (rect.y0 - 272.0 / 792.0).abs() < 0.01);
}

#[test]
fn a_page_that_is_an_image_is_a_scan_at_300_dpi() {
    let (own, picture) = scan(
        only(Sheet::new(image(0.0, 0.0, 612.0, 792.0)))
            .read(0)
            .unwrap(),
    );
    assert_eq!(own, PageText::blank(612.0, 792.0));
    assert_eq!(picture.gray.dimensions(), (2550, 3300));
    assert_eq!(
        (picture.dpi, picture.width_pt, picture.height_pt),
        (300, 612.0, 792.0)
    );
    assert_eq!(picture.gray.get_pixel(1000, 1000).0, [100]);
}

#[test]
fn a_scan_with_a_stamp_keeps_the_stamp() {
    let stamped = image(0.0, 0.0, 612.0, 792.0) + &line(72.0, 700.0, "Filed 12 May");
    let (own, picture) = scan(only(Sheet::new(stamped)).read(0).unwrap());
    assert_eq!(own.text, "Filed 12 May");
    assert_eq!(own.words.len(), 3);
    assert_eq!(picture.dpi, 300);
}

#[test]
fn much_text_over_an_image_is_text() {
    let lines: String = (0..20)
        .map(|n| line(72.0, 740.0 - 30.0 * n as f32, "a line of many words"))
        .collect();
    let page = page(Sheet::new(image(0.0, 0.0, 612.0, 792.0) + &lines));
    assert_eq!(page.words.len(), 100);
}

#[test]
fn a_small_image_beside_text_makes_no_scan() {
    let page = page(Sheet::new(
        image(0.0, 0.0, 100.0, 100.0) + &line(72.0, 700.0, "Hello"),
    ));
    assert_eq!(page.text, "Hello");
}

#[test]
fn a_large_image_beside_text_is_looked_at_and_nothing_else() {
    let words = (0..40)
        .map(|n| line(72.0, 700.0 - 8.0 * n as f32, "ten words"))
        .collect::<String>();
    let (own, picture) = scan(
        only(Sheet::new(words + &image(0.0, 0.0, 612.0, 300.0)))
            .read(0)
            .unwrap(),
    );
    assert!(own.text.contains("ten words"));
    let rows = picture.gray.height();
    let is_white =
        |y: u32| (0..picture.gray.width()).all(|x| picture.gray.get_pixel(x, y).0 == [255]);
    assert!(
        (0..rows / 2).all(is_white),
        "the text is not recognised again"
    );
    assert!(!is_white(rows - 10));
}

#[test]
fn a_blank_page_is_blank_and_drawn_on_white() {
    let mut document = only(Sheet::new(""));
    assert_eq!(
        text(document.read(0).unwrap()),
        PageText::blank(612.0, 792.0)
    );
    let picture = document.render(0, 400).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (309, 400));
    assert!(picture.pixels().all(|pixel| pixel.0 == [255; 3]));
}

#[test]
fn a_drawing_without_text_is_recognised() {
    let (own, _) = scan(
        only(Sheet::new("0 0 0 rg 100 100 50 50 re f"))
            .read(0)
            .unwrap(),
    );
    assert_eq!(own.text, "");
}

#[test]
fn forced_recognition_makes_every_page_a_scan() {
    let settings = ReadSettings {
        force_ocr: true,
        ..ReadSettings::default()
    };
    let bytes = pdf(&[Sheet::new(line(72.0, 700.0, "Hello"))]);
    let mut document = open(&READERS, content(&bytes), "a.pdf", &[], &settings).unwrap();
    assert_eq!(scan(document.read(0).unwrap()).0.text, "Hello");
}

#[test]
fn an_enormous_page_is_drawn_small() {
    let mut document = only(Sheet {
        media: [0.0, 0.0, 2_000_000.0, 2_000_000.0],
        ..Sheet::new(image(0.0, 0.0, 2_000_000.0, 2_000_000.0))
    });
    let (_, picture) = scan(document.read(0).unwrap());
    let (width, height) = picture.gray.dimensions();
    assert!(
        width as u64 * height as u64 <= 40_100_000,
        "{width} × {height}"
    );
    assert_eq!(picture.dpi, 1);
    assert_eq!(document.render(0, 500).unwrap().width(), 500);
}

#[test]
fn a_ribbon_of_a_page_keeps_its_longest_edge_below_the_limit() {
    let (_, picture) = scan(
        only(Sheet {
            media: [0.0, 0.0, 20.0, 14_000.0],
            ..Sheet::new(image(0.0, 0.0, 20.0, 14_000.0))
        })
        .read(0)
        .unwrap(),
    );
    assert_eq!(picture.gray.height(), 32_767);
}

#[test]
fn title_author_and_date_are_told() {
    let document = only(Sheet::new(""));
    let meta = document.meta();
    assert_eq!(meta.title.as_deref(), Some("The Title"));
    assert_eq!(meta.author.as_deref(), Some("Ada"));
    assert_eq!(meta.date.as_deref(), Some("2024-05-17T09:30:00+02:00"));
}

#[test]
fn an_encrypted_file_opens_with_its_password_only() {
    let bytes = encrypted_pdf(&[Sheet::new(line(72.0, 700.0, "Secret"))], "sesame");
    let refused = |password| with_password(&bytes, "a.pdf", password).err().unwrap();
    assert!(matches!(refused(None), ExtractError::Encrypted));
    assert!(matches!(refused(Some("open")), ExtractError::WrongPassword));
    assert_eq!(refused(Some("open")).code(), Code::FileEncrypted);
    let mut document = with_password(&bytes, "a.pdf", Some("sesame")).unwrap();
    assert_eq!(text(document.read(0).unwrap()).text, "Secret");
}

#[test]
fn pages_are_read_in_any_order() {
    let sheets: Vec<Sheet> = (1..=5)
        .map(|n| Sheet::new(line(72.0, 700.0, &format!("page {n}"))))
        .collect();
    let bytes = pdf(&sheets);
    assert_eq!(pages(&bytes, "a.pdf").len(), 5);
    let mut document = opened(&bytes, "a.pdf").unwrap();
    for page in [4, 0, 2] {
        assert_eq!(
            text(document.read(page).unwrap()).text,
            format!("page {}", page + 1)
        );
    }
}

#[test]
fn a_million_promised_pages_are_counted() {
    let sheets = [Sheet::new(""), Sheet::new("")];
    let document = opened(&promising_pdf(&sheets, 1_000_000), "a.pdf").unwrap();
    assert_eq!(document.pages(), 2);
}

#[test]
fn a_pdf_that_is_none_is_damaged() {
    let error = refused(b"%PDF-1.4 and then nothing of the kind", "a.pdf");
    assert_eq!(error.code(), Code::FileCorrupt);
}

#[test]
fn without_pdfium_a_pdf_is_not_readable_now() {
    let bytes = pdf(&[Sheet::new("")]);
    let settings = ReadSettings::default();
    let readers = Readers::default();
    let result = open(&readers, content(&bytes), "a.pdf", &[], &settings);
    assert!(matches!(result.err(), Some(ExtractError::Unavailable(_))));
}
