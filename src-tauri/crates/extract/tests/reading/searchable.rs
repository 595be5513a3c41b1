//! Searchable PDFs, judged by other programs: qpdf says whether they are sound, pdftotext where their words stand.

use crate::desk::{content, opened};
use crate::pdf_maker::{Sheet, encrypted_pdf, image, line, pdf};
use crate::picture_maker::{Leaf, encoded, jpeg_with_exif, quarter, tiff};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use sheaf_document::{Code, PageText, Rect, Source, Word};
use sheaf_extract::{ExtractError, Recognized, searchable};
use std::io::Write;
use std::path::Path;
use std::process::Command;

const AT: Rect = Rect {
    x0: 0.2,
    y0: 0.3,
    x1: 0.5,
    y1: 0.34,
};

/// Words side by side on a line of the displayed sheet.
fn words(list: &[&str]) -> PageText {
    let mut page = PageText::blank(612.0, 792.0);
    for (n, letters) in list.iter().enumerate() {
        if n > 0 {
            page.text.push(' ');
        }
        let start = page.text.len() as u32;
        page.text.push_str(letters);
        let x0 = 0.1 + 0.2 * n as f32;
        let rect = Rect {
            x0,
            x1: x0 + 0.15,
            ..AT
        };
        page.words.push(Word {
            start,
            end: page.text.len() as u32,
            rect,
        });
    }
    page.source = Source::Ocr;
    page
}

/// The exported file's bytes, the way a parent puts them together.
fn export(bytes: &[u8], name: &str, pages: Vec<Recognized>) -> Result<Vec<u8>, ExtractError> {
    let mut document = opened(bytes, name)?;
    let made = searchable(document.as_mut(), content(bytes), None, &pages)?;
    let kept = bytes[..made.keep as usize].to_vec();
    Ok([kept, made.rest].concat())
}

fn first_page(text: PageText) -> Vec<Recognized> {
    vec![Recognized { page: 0, text }]
}

/// A file that is gone with the test; sound by qpdf's judgement.
fn sound(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let said = run("qpdf", &["--check".as_ref(), file.path()]);
    assert!(
        said.contains("No syntax or stream encoding errors found"),
        "{said}"
    );
    file
}

fn run(program: &str, arguments: &[&Path]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output
        .unwrap_or_else(|error| panic!("{program}, which cargo xtask test installs: {error}"));
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

/// The words that pdftotext finds, with their boxes as fractions of its page.
fn found(file: &Path) -> Vec<(String, [f32; 4])> {
    let told = run(
        "pdftotext",
        &["-cropbox".as_ref(), "-bbox".as_ref(), file, "-".as_ref()],
    );
    let mut size = (1.0, 1.0);
    let mut words = Vec::new();
    for row in told.lines() {
        let number = |key: &str| -> f32 {
            let rest = row.split(&format!(" {key}=\"")).nth(1).unwrap_or_default();
            rest.split('"')
                .next()
                .unwrap_or_default()
                .parse()
                .unwrap_or_default()
        };
        if row.contains("<page ") {
            size = (number("width"), number("height"));
        } else if row.contains("<word ") {
            let letters = row
                .split_once('>')
                .and_then(|(_, rest)| rest.split_once("</word>"));
            let place = [
                number("xMin") / size.0,
                number("yMin") / size.1,
                number("xMax") / size.0,
                number("yMax") / size.1,
            ];
            words.push((letters.unwrap().0.to_owned(), place));
        }
    }
    words
}

fn assert_at(place: [f32; 4], rect: Rect) {
    const NEAR: f32 = 0.005;
    let expect = [rect.x0, rect.y0, rect.x1, rect.y1];
    let near = place.iter().zip(expect).all(|(a, b)| (a - b).abs() < NEAR);
    assert!(near, "{place:?} is not {expect:?}");
}

/// A page that is a picture and nothing else.
fn scan() -> Sheet {
    Sheet::new(image(0.0, 0.0, 612.0, 792.0))
}

fn check(sheet: Sheet) {
    let original = pdf(&[sheet]);
    let text = words(&["Rechnung", "über", "120€"]);
    let made = export(&original, "scan.pdf", first_page(text.clone())).unwrap();
    assert!(
        made.starts_with(&original),
        "the original's bytes come first, untouched"
    );
    let file = sound(&made);
    let found = found(file.path());
    assert_eq!(found.len(), 3, "{found:?}");
    for ((letters, place), word) in found.iter().zip(&text.words) {
        assert_eq!(*letters, text.text[word.start as usize..word.end as usize]);
        assert_at(*place, word.rect);
    }
}

#[test]
fn words_stand_where_they_were_recognised() {
    check(scan());
}

#[test]
fn a_crop_box_and_an_origin_elsewhere_are_minded() {
    check(Sheet {
        crop: Some([100.0, 150.0, 500.0, 700.0]),
        ..scan()
    });
    check(Sheet {
        media: [-300.0, 200.0, 312.0, 992.0],
        ..scan()
    });
}

#[test]
fn drawing_that_is_left_unbalanced_moves_no_word() {
    let content = format!("0.5 0 0 0.5 90 90 cm q {}", image(0.0, 0.0, 612.0, 792.0));
    check(Sheet::new(content));
}

#[test]
fn pages_turned_for_display_have_their_words_upright() {
    for rotate in [90, 180, 270] {
        let original = pdf(&[Sheet { rotate, ..scan() }]);
        let text = words(&["Sideways", "page"]);
        let made = export(&original, "scan.pdf", first_page(text)).unwrap();
        let file = sound(&made);
        let said = run(
            "pdftotext",
            &["-layout".as_ref(), file.path(), "-".as_ref()],
        );
        assert!(said.contains("Sideways"), "{rotate}: {said}");
        // Sheaf's own reader places them as they were recognised.
        let mut document = opened(&made, "made.pdf").unwrap();
        let (_, own) = document.layout(0).unwrap();
        assert_eq!(own.len(), 2);
        assert_at(
            [own[0].x0, own[0].y0, own[0].x1, own[0].y1],
            Rect {
                x0: 0.1,
                x1: 0.25,
                ..AT
            },
        );
    }
}

#[test]
fn every_script_comes_back_as_it_was() {
    let list = ["漢字", "Ωμέγα", "Привет", "𝄞𐍈"];
    let made = export(&pdf(&[scan()]), "scan.pdf", first_page(words(&list))).unwrap();
    let file = sound(&made);
    let letters: Vec<String> = found(file.path())
        .into_iter()
        .map(|(letters, _)| letters)
        .collect();
    assert_eq!(letters, list);
}

#[test]
fn right_to_left_comes_back_in_its_logical_order() {
    let mut text = words(&["שלום", "עולם"]);
    let (first, second) = (text.words[0].rect, text.words[1].rect);
    // The first word of a Hebrew line stands at its right.
    (text.words[0].rect, text.words[1].rect) = (second, first);
    let made = export(&pdf(&[scan()]), "scan.pdf", first_page(text)).unwrap();
    let file = sound(&made);
    let said = run("pdftotext", &[file.path(), "-".as_ref()]);
    assert!(said.contains("שלום עולם"), "{said}");
    // With boxes, pdftotext tells letters as they are seen.
    let found = found(file.path());
    let of = |seen: &str| {
        let word = found.iter().find(|(letters, _)| letters == seen);
        word.unwrap_or_else(|| panic!("{seen} in {found:?}")).1
    };
    assert_at(of("םולש"), second);
    assert_at(of("םלוע"), first);
    let mut document = opened(&made, "made.pdf").unwrap();
    match document.read(0).unwrap() {
        sheaf_extract::Read::Text(page) | sheaf_extract::Read::Scan { own: page, .. } => {
            assert!(
                page.text.contains("שלום") && page.text.contains("עולם"),
                "{}",
                page.text
            );
        }
    }
}

#[test]
fn a_page_with_text_gets_no_second_layer() {
    let original = pdf(&[Sheet::new(line(122.4, 530.0, "Here already"))]);
    let mut text = words(&["Here"]);
    text.words[0].rect = Rect {
        x0: 0.2,
        y0: 0.3,
        x1: 0.28,
        y1: 0.335,
    };
    let made = export(&original, "text.pdf", first_page(text)).unwrap();
    assert_eq!(made, original, "nothing is added");
}

#[test]
fn without_recognised_pages_the_original_is_what_comes_out() {
    let original = pdf(&[scan()]);
    assert_eq!(export(&original, "scan.pdf", Vec::new()).unwrap(), original);
}

#[test]
fn metadata_is_kept() {
    let made = export(&pdf(&[scan()]), "scan.pdf", first_page(words(&["word"]))).unwrap();
    let file = sound(&made);
    let info = run("pdfinfo", &[file.path()]);
    assert!(info.contains("The Title") && info.contains("Ada"), "{info}");
}

#[test]
fn a_damaged_table_of_objects_is_written_anew() {
    let mut original = pdf(&[scan()]);
    let at = original
        .windows(9)
        .rposition(|w| w == b"startxref")
        .unwrap();
    original.truncate(at);
    original.extend(b"startxref\n7\n%%EOF");
    let made = export(&original, "scan.pdf", first_page(words(&["mended"]))).unwrap();
    let file = sound(&made);
    assert_eq!(found(file.path())[0].0, "mended");
}

#[test]
fn a_protected_file_stays_protected_or_is_refused() {
    let open_to_all = encrypted_pdf(&[scan()], "");
    let made = export(&open_to_all, "scan.pdf", first_page(words(&["secret"]))).unwrap();
    let file = sound(&made);
    assert_eq!(found(file.path())[0].0, "secret");
    let said = run("qpdf", &["--show-encryption".as_ref(), file.path()]);
    assert!(said.contains("R = "), "still encrypted: {said}");
    let locked = encrypted_pdf(&[scan()], "secret");
    let error = export(&locked, "scan.pdf", first_page(words(&["word"]))).unwrap_err();
    assert_eq!(error.code(), Code::FileEncrypted);
}

#[test]
fn a_jpeg_is_embedded_as_it_is_and_shown_upright() {
    for orientation in 1..=8 {
        let jpeg = jpeg_with_exif(300, 200, orientation);
        let made = export(&jpeg, "photo.jpg", first_page(words(&["photo"]))).unwrap();
        assert!(
            made.windows(jpeg.len()).any(|part| part == jpeg),
            "its bytes are in the PDF"
        );
        let file = sound(&made);
        assert_at(
            found(file.path())[0].1,
            Rect {
                x0: 0.1,
                x1: 0.25,
                ..AT
            },
        );
        let mut upright = opened(&jpeg, "photo.jpg").unwrap();
        let mut in_pdf = opened(&made, "made.pdf").unwrap();
        let (a, b) = (
            upright.render(0, 120).unwrap().into_luma8(),
            in_pdf.render(0, 120).unwrap().into_luma8(),
        );
        assert_eq!(a.dimensions(), b.dimensions(), "{orientation}");
        for (x, y) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let at = |image: &image::GrayImage| {
                let (x, y) = (image.width() as f32 * x, image.height() as f32 * y);
                i32::from(image.get_pixel(x as u32, y as u32).0[0])
            };
            assert!((at(&a) - at(&b)).abs() < 40, "{orientation} at ({x}, {y})");
        }
    }
}

#[test]
fn other_pictures_lose_nothing() {
    let colours = RgbaImage::from_fn(33, 21, |x, y| {
        Rgba([x as u8 * 7, y as u8 * 11, 90, 255 - x as u8])
    });
    let wide = DynamicImage::ImageRgb8(DynamicImage::from(colours.clone()).into_rgb8());
    let bilevel = DynamicImage::from(quarter(37, 22)).into_luma8();
    let bilevel = image::GrayImage::from_fn(37, 22, |x, y| {
        image::Luma([if bilevel.get_pixel(x, y).0[0] > 99 {
            255
        } else {
            0
        }])
    });
    for image in [
        DynamicImage::ImageRgba8(colours),
        wide,
        bilevel.into(),
        DynamicImage::from(quarter(40, 20)).into_luma16().into(),
    ] {
        let png = encoded(&image, ImageFormat::Png);
        let made = export(&png, "a.png", first_page(words(&["word"]))).unwrap();
        let file = sound(&made);
        let stem = tempfile::tempdir().unwrap();
        let stem = stem.path().join("out");
        run("pdfimages", &["-png".as_ref(), file.path(), &stem]);
        let out = image::open(stem.with_file_name("out-000.png")).unwrap();
        assert_eq!(out.into_rgb8(), image.to_rgb8(), "{:?}", image.color());
    }
}

#[test]
fn a_tiff_of_two_pages_is_a_pdf_of_two_pages() {
    let tiff = tiff(&[leaf(60, 40), leaf(40, 60)], false);
    let pages = vec![
        Recognized {
            page: 0,
            text: words(&["first"]),
        },
        Recognized {
            page: 1,
            text: words(&["second"]),
        },
    ];
    let file = sound(&export(&tiff, "fax.tif", pages).unwrap());
    let letters: Vec<String> = found(file.path())
        .into_iter()
        .map(|(letters, _)| letters)
        .collect();
    assert_eq!(letters, ["first", "second"]);
}

#[test]
fn a_format_without_a_look_says_what_to_do_instead() {
    let error = export(b"plain words", "a.txt", Vec::new()).unwrap_err();
    assert_eq!(error.code(), Code::FileUnsupported);
    assert!(error.to_string().contains(".txt or .md"), "{error}");
}

fn leaf(width: u32, height: u32) -> Leaf {
    Leaf {
        image: quarter(width, height),
        dpi: (72, 72),
        orientation: 1,
    }
}
