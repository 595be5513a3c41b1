//! Rich text, books and data.

use crate::desk::{opened, pages, refused};
use crate::word::container;
use sheaf_document::{Code, Kind};
use sheaf_extract::ExtractError;

pub(crate) const RICH: &str = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial Cyr;}}
{\colortbl;\red0\green0\blue0;}{\*\generator Writer;}{\info{\title The Title}{\author Ada}{\creatim\yr2024\mo5\dy17\hr9\min30}}
Gr\'fc\'dfe \f1\'cf\f0  and\par \u23383? \u-10179?\u-8704?{\*\unknown gone}\{x\}\emdash\line next
{\pict\pngblip 89504e47}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}\page\trowd a\cell b\cell\row}";

#[test]
fn rich_text_is_its_text() {
    assert_eq!(
        pages(RICH.as_bytes(), "a"),
        ["Grüße П and\n\n字 😀{x}—\nnextlink", "a\tb"]
    );
    let document = opened(RICH.as_bytes(), "a.doc").unwrap();
    assert_eq!(document.kind(), Kind::Rtf);
    assert_eq!(document.meta().title.as_deref(), Some("The Title"));
    assert_eq!(document.meta().author.as_deref(), Some("Ada"));
    assert_eq!(
        document.meta().date.as_deref(),
        Some("2024-05-17T09:30:00Z")
    );
}

#[test]
fn binary_data_in_rich_text_is_passed_over() {
    assert_eq!(
        pages(br"{\rtf1 a\bin5 }}}}}b\bin-3 c\bin99999999 d", "a"),
        ["abc"]
    );
}

#[test]
fn rich_text_of_groups_in_groups_is_too_large() {
    let deep = format!("{{\\rtf1 {}", "{".repeat(1 << 20));
    assert_eq!(refused(deep.as_bytes(), "a").code(), Code::PageTooLarge);
}

/// A book of chapters, listed in reverse and read in order.
pub(crate) fn epub(chapters: &[&str], also: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut items, mut order, mut files) = (String::new(), String::new(), Vec::new());
    for (at, chapter) in chapters.iter().enumerate() {
        items = format!("<item id=\"c{at}\" href=\"text/ch%20{at}.xhtml\"/>{items}");
        order += &format!("<itemref idref=\"c{at}\"/>");
        files.push((
            format!("OEBPS/text/ch {at}.xhtml"),
            format!("<html><head><title>no</title></head><body>{chapter}</body></html>"),
        ));
    }
    let list = format!(
        "<package><metadata><dc:title>The Title</dc:title><dc:creator>Ada</dc:creator><dc:date>2024-05-17</dc:date>\
        </metadata><manifest>{items}</manifest><spine>{order}</spine></package>"
    );
    let root =
        b"<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>";
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", root),
        ("OEBPS/book.opf", list.as_bytes()),
    ];
    parts.extend(
        files
            .iter()
            .map(|(name, file)| (name.as_str(), file.as_bytes())),
    );
    parts.extend(also);
    container(&parts)
}

#[test]
fn a_chapter_begins_a_page() {
    let long = format!(
        "<h1>Two</h1>{}<h2>Later</h2>{}",
        "<p>word word word</p>".repeat(150),
        "<p>other other</p>".repeat(150)
    );
    let book = epub(&["<h1>One</h1><p>Grüße", "", &long], &[]);
    let pages = pages(&book, "a");
    assert_eq!(pages[..2], ["One\n\nGrüße", ""]);
    assert!(pages[2].starts_with("Two\n\nword"));
    assert!(
        pages[3].starts_with("Later\n\nother"),
        "a long chapter is cut at a heading"
    );
    let document = opened(&book, "a").unwrap();
    assert_eq!(document.kind(), Kind::Epub);
    assert_eq!(document.meta().title.as_deref(), Some("The Title"));
    assert_eq!(document.meta().author.as_deref(), Some("Ada"));
    assert_eq!(
        document.meta().date.as_deref(),
        Some("2024-05-17T00:00:00Z")
    );
}

#[test]
fn a_book_whose_chapters_are_locked_says_so_but_fonts_may_be() {
    let lock = |what: &str| {
        format!("<encryption><CipherReference URI=\"OEBPS/{what}\"/></encryption>").into_bytes()
    };
    let locked = epub(
        &["x"],
        &[("META-INF/encryption.xml", &lock("text/ch%200.xhtml"))],
    );
    let error = refused(&locked, "a");
    assert!(
        matches!(&error, ExtractError::Unsupported(why) if why.contains("e-book that is locked"))
    );
    let fonts = epub(&["x"], &[("META-INF/encryption.xml", &lock("font.otf"))]);
    assert_eq!(pages(&fonts, "a"), ["x"]);
}

#[test]
fn a_book_that_names_one_chapter_without_end_is_too_large() {
    let list = format!(
        "<package><manifest><item id=\"c\" href=\"c\"/></manifest><spine>{}</spine></package>",
        "<itemref idref=\"c\"/>".repeat(100_000)
    );
    let book = container(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<rootfile full-path=\"a\"/>"),
        ("a", list.as_bytes()),
        ("c", "x".repeat(10_000).as_bytes()),
    ]);
    assert_eq!(refused(&book, "a").code(), Code::PageTooLarge);
}

#[test]
fn data_keeps_its_signs() {
    assert_eq!(pages(b"a;b\r\n1;\"2;3\"\r\n", "a.csv"), ["a;b\n1;\"2;3\""]);
    assert_eq!(pages(br#"{"a": "Gr\u00fcn"}"#, "a"), [r#"{"a": "Grün"}"#]);
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"&c;&c;\">]><a>&b;</a>";
    assert_eq!(
        pages(laughs.as_bytes(), "a"),
        [laughs],
        "nothing is expanded"
    );
}
