//! The rules every format keeps.

use crate::archives::zip;
use crate::desk::opened;
use crate::letters::{MAIL, mailbox, message, wide};
use crate::pdf_maker::{Sheet, image, line, pdf};
use crate::picture_maker::{Leaf, encoded, gif, jpeg_with_exif, quarter, tiff, transparent_png};
use crate::sheet_maker::{odf, text_cell, xls, xlsx};
use crate::slide_maker::{doc, ppt, pptx, shape};
use crate::word::{docx, paragraph};
use crate::writings::{RICH, epub};
use image::ImageFormat;
use sheaf_document::{Kind, Member, PageText};
use sheaf_extract::{Document, ExtractError, Read};

/// One readable file of each kind, with more than one page where the format has pages.
pub(crate) fn readable() -> Vec<(&'static str, Kind, Vec<u8>)> {
    let long = "Wörter und Sätze, immer weiter. ".repeat(400);
    let leaf = |edge| Leaf {
        image: quarter(edge, edge),
        dpi: (100, 100),
        orientation: 3,
    };
    vec![
        ("a.pdf", Kind::Pdf, pdf(&sheets())),
        ("a.png", Kind::Png, transparent_png()),
        ("a.jpg", Kind::Jpeg, jpeg_with_exif(64, 32, 6)),
        ("a.tif", Kind::Tiff, tiff(&[leaf(20), leaf(30)], false)),
        (
            "b.tif",
            Kind::Tiff,
            encoded(&quarter(20, 30).into(), ImageFormat::Tiff),
        ),
        ("a.docx", Kind::Docx, docx(&paragraph(&long).repeat(3))),
        (
            "a.xlsx",
            Kind::Xlsx,
            xlsx(&[("One", &row(&long)), ("Two", "")], ""),
        ),
        (
            "a.xls",
            Kind::Xls,
            xls(&[("One", &long[..4_000], 1.5), ("Two", "字", 2.0)]),
        ),
        (
            "a.ods",
            Kind::Ods,
            odf(
                "spreadsheet",
                "",
                &format!(
                    "<table:table table:name=\"One\"><table:table-row><table:table-cell><text:p>{long}</text:p></table:table-cell></table:table-row></table:table><table:table/>"
                ),
            ),
        ),
        (
            "a.odt",
            Kind::Odt,
            odf(
                "text",
                "",
                &format!(
                    "<office:text><text:h>Ü\u{b}</text:h><text:p>{long}</text:p></office:text>"
                ),
            ),
        ),
        (
            "a.odp",
            Kind::Odp,
            odf(
                "presentation",
                "",
                &format!("<draw:page><text:p>{long}</text:p></draw:page><draw:page/>"),
            ),
        ),
        (
            "a.pptx",
            Kind::Pptx,
            pptx(&[(&shape("title", &long), "a\u{c}b"), ("", "")]),
        ),
        ("a.ppt", Kind::Ppt, ppt(&[&long, "x\u{b}y", ""])),
        ("a.doc", Kind::Doc, doc(&long.repeat(2))),
        ("a.webp", Kind::Webp, encoded(&quarter(20, 30).into(), ImageFormat::WebP)),
        ("a.bmp", Kind::Bmp, encoded(&quarter(20, 30).into(), ImageFormat::Bmp)),
        ("a.gif", Kind::Gif, gif()),
        ("a.rtf", Kind::Rtf, format!("{RICH}{long}").into_bytes()),
        ("a.epub", Kind::Epub, epub(&[&long, ""], &[])),
        ("a.eml", Kind::Eml, format!("{MAIL}\u{b}{long}").into_bytes()),
        ("a.msg", Kind::Msg, message(&[("/__substg1.0_1000001F", &wide(&long))])),
        ("a.mbox", Kind::Mbox, mailbox(3).into_bytes()),
        ("a.mht", Kind::Mhtml, format!("Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>{long}\n--x--\n").into_bytes()),
        ("a.csv", Kind::Csv, format!("a;b\n\u{c}{long};\u{7}").into_bytes()),
        ("a.json", Kind::Json, format!("{{\"a\": \"{long}\\u0007\"}}").into_bytes()),
        ("a.xml", Kind::Xml, format!("<?xml version='1.0'?><a>{long}</a>").into_bytes()),
        ("a.zip", Kind::Zip, zip(&[("a/b.txt", b"text"), ("c.txt", b"")])),
        (
            "a.html",
            Kind::Html,
            format!("<html><h1>Ü</h1><p>{long}<table><td>1<td>2</table>").into_bytes(),
        ),
        (
            "a.md",
            Kind::Markdown,
            format!("# Ü\n\n{long}\n\n## Two\n\n{long}").into_bytes(),
        ),
        (
            "a.txt",
            Kind::Text,
            format!("one\r\n\u{c}\u{1b}two\u{c}{long}").into_bytes(),
        ),
    ]
}

fn row(text: &str) -> String {
    format!("<row>{}</row>", text_cell("B2", text))
}

fn sheets() -> Vec<Sheet> {
    let text = line(72.0, 700.0, "Hello World")
        + &line(72.0, 670.0, "half-")
        + &line(590.0, 640.0, "edge");
    vec![
        Sheet::new(text.clone()),
        Sheet {
            rotate: 90,
            ..Sheet::new(text.clone())
        },
        Sheet {
            crop: Some([80.0, 600.0, 300.0, 720.0]),
            ..Sheet::new(text.clone() + &image(0.0, 0.0, 612.0, 792.0))
        },
        Sheet::new(""),
        Sheet {
            field: Some("value of two words"),
            ..Sheet::new(text)
        },
    ]
}

#[test]
fn every_kind_keeps_the_rules() {
    for (name, kind, bytes) in readable() {
        let mut document = opened(&bytes, name).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(document.kind(), kind, "{name}");
        assert!(document.pages() > 0, "{name}: a document has pages");
        for page in 0..document.pages() {
            keeps_the_rules(document.as_mut(), page, &format!("{name} page {page}"));
        }
        let behind = document.pages();
        for page in [behind, u32::MAX] {
            assert!(
                document.read(page).is_err(),
                "{name}: there is no page {page}"
            );
            assert!(
                document.render(page, 100).is_err(),
                "{name}: there is no page {page}"
            );
        }
    }
}

fn keeps_the_rules(document: &mut dyn Document, page: u32, name: &str) {
    let pages = document.pages();
    let first = document
        .read(page)
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    let again = document.read(page).unwrap();
    assert_eq!(first, again, "{name}: reading twice gives the same");
    assert_eq!(document.pages(), pages, "{name}: the number of pages stays");
    match &first {
        Read::Text(text) => text_keeps_the_rules(text, name),
        Read::Scan { own, image } => {
            text_keeps_the_rules(own, name);
            assert!(
                image.dpi > 0 && image.width_pt > 0.0 && image.height_pt > 0.0,
                "{name}"
            );
            assert!(image.gray.width() > 0 && image.gray.height() > 0, "{name}");
        }
    }
    let members = document.members(page).unwrap();
    assert_eq!(members, document.members(page).unwrap(), "{name}");
    assert!(
        members.iter().all(Member::has_clean_name),
        "{name}: {members:?}"
    );
    match document.render(page, 50) {
        Ok(picture) => assert!(picture.width().max(picture.height()) <= 50, "{name}"),
        Err(e) => assert!(matches!(e, ExtractError::Unsupported(_)), "{name}: {e}"),
    }
}

pub(crate) fn text_keeps_the_rules(page: &PageText, name: &str) {
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(
        !page.text.contains(odd),
        "{name}: control characters in {:?}",
        page.text
    );
    let mut behind = 0;
    for word in &page.words {
        let (start, end) = (word.start as usize, word.end as usize);
        let shown = page.text.get(start..end);
        assert!(
            shown.is_some_and(|w| !w.trim().is_empty()),
            "{name}: {start}..{end} is no word"
        );
        assert!(start >= behind, "{name}: words stand in order");
        behind = end;
        let rect = word.rect;
        let sides = [rect.x0, rect.y0, rect.x1, rect.y1];
        assert!(
            sides.iter().all(|s| (0.0..=1.0).contains(s)),
            "{name}: {sides:?}"
        );
        assert!(
            rect.x0 <= rect.x1 && rect.y0 <= rect.y1,
            "{name}: {sides:?}"
        );
    }
}

#[test]
fn sections_of_a_text_hold_all_of_it() {
    let text = "A sentence, and another one. ".repeat(1_000);
    let dense = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    for (name, bytes) in [
        ("a.txt", text.clone().into_bytes()),
        ("a.md", text.clone().into_bytes()),
        ("a.html", format!("<html><p>{text}").into_bytes()),
        ("a.docx", docx(&paragraph(&text))),
    ] {
        let pages = crate::desk::pages(&bytes, name);
        assert!(pages.len() > 5, "{name}");
        assert!(
            pages.iter().all(|page| page.chars().count() <= 4_000),
            "{name}"
        );
        assert_eq!(dense(&pages.concat()), dense(&text), "{name}");
    }
}
