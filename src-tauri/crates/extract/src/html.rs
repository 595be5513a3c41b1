//! HTML as the text a reader sees.

use crate::nesting::{CELL_MARK, HEADING_MARK, PICTURE_MARK, flatten};
use crate::pictures::Place;
use crate::plain::{clean, decode};
use crate::written::Written;
use crate::{ExtractError, Meta};
use encoding_rs::Encoding;
use html2text::config;
use html2text::render::TrivialDecorator;
use sheaf_document::Kind;

/// Pages larger than this are data, not documents.
pub(crate) const MAX_HTML_BYTES: u64 = 32 << 20;

/// Characters a line: none is ever broken.
const WIDTH: usize = 1_000_000;

pub(crate) fn html(bytes: &[u8]) -> Result<Written, ExtractError> {
    let flat = flatten(&source(&decode(bytes, declared(bytes))));
    let flow = unmark(&rendered(&flat.html)?, flat.pictures);
    let plain = |fragment: &str| {
        let text = rendered(fragment).ok()?;
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(words.join(" ")).filter(|text| !text.is_empty())
    };
    let meta = Meta {
        title: flat.title.as_deref().and_then(plain),
        author: flat.author.as_deref().and_then(plain),
        date: None,
    };
    let pictures = flow.pictures.into_iter();
    let pictures = pictures.map(|(at, address)| (at, Place::Data(address)));
    let written = Written::new(Kind::Html, meta, flow.text, &flow.headings)?;
    Ok(written.with_pictures(None, pictures.collect()))
}

/// A page's text, where its headings begin, and where pictures stand, with their addresses.
pub(crate) struct Flow {
    pub(crate) text: String,
    pub(crate) headings: Vec<usize>,
    pub(crate) pictures: Vec<(usize, String)>,
}

/// A file of HTML that is a part of something larger.
pub(crate) fn flow(bytes: &[u8]) -> Result<Flow, ExtractError> {
    let flat = flatten(&source(&decode(bytes, declared(bytes))));
    Ok(unmark(&rendered(&flat.html)?, flat.pictures))
}

/// The text of a piece of HTML from elsewhere.
pub(crate) fn visible(html: &str) -> Result<String, ExtractError> {
    Ok(unmark(&rendered(&flatten(&source(html)).html)?, Vec::new()).text)
}

fn source(html: &str) -> String {
    clean(&html.replace([HEADING_MARK, CELL_MARK, PICTURE_MARK], ""))
}

fn rendered(html: &str) -> Result<String, ExtractError> {
    config::with_decorator(TrivialDecorator::new())
        .raw_mode(true)
        .allow_width_overflow()
        .string_from_read(html.as_bytes(), WIDTH)
        .map_err(|e| ExtractError::Corrupt(e.to_string()))
}

/// Without the marks that the flattening left; `addresses` are those of the pictures. Cells are set apart by tabs.
fn unmark(marked: &str, addresses: Vec<String>) -> Flow {
    let mut text = String::with_capacity(marked.len());
    let (mut headings, mut pictures) = (Vec::new(), Vec::new());
    let mut addresses = addresses.into_iter();
    for c in marked.chars() {
        match c {
            HEADING_MARK => headings.push(text.len()),
            PICTURE_MARK => pictures.extend(addresses.next().map(|address| (text.len(), address))),
            CELL_MARK if text.is_empty() || text.ends_with(['\n', '\t']) => {}
            CELL_MARK => text.push('\t'),
            // One blank line sets apart as well as several.
            '\n' if text.ends_with("\n\n") => {}
            c => text.push(c),
        }
    }
    Flow {
        text,
        headings,
        pictures,
    }
}

/// The encoding named in the first kilobyte: `<meta charset=…>` or `content="text/html; charset=…"`, as browsers look
/// for it (HTML Standard, "prescan a byte stream").
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head: Vec<u8> = bytes
        .iter()
        .take(1024)
        .map(u8::to_ascii_lowercase)
        .collect();
    let head = String::from_utf8_lossy(&head);
    let (_, tail) = head.split_once("charset=")?;
    let tail = tail.trim_start_matches(['"', '\'', ' ']);
    let end = tail
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')))
        .unwrap_or(tail.len());
    Encoding::for_label(&tail.as_bytes()[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Read};

    fn page(source: &[u8]) -> String {
        match html(source).unwrap().read(0).unwrap() {
            Read::Text(page) => page.text,
            Read::Scan { .. } => panic!("HTML is not a scan"),
        }
    }

    #[test]
    fn paragraphs_and_entities_are_text() {
        assert_eq!(
            page(b"<p>one &amp; two<p>three&nbsp;four"),
            "one & two\n\nthree\u{a0}four"
        );
    }

    #[test]
    fn a_table_row_is_a_line() {
        let source = b"<table><tr><th>Name<th>Price</tr><tr><td>Tea</td><td>3</td></tr></table>";
        assert_eq!(page(source), "Name\tPrice\nTea\t3");
    }

    #[test]
    fn the_title_is_not_part_of_the_text() {
        let document = html(b"<html><head><title>A &amp;\n B</title></head><body>x").unwrap();
        assert_eq!(document.meta().title.as_deref(), Some("A & B"));
        assert_eq!(page(b"<title>A</title><body>x"), "x");
    }

    #[test]
    fn the_declared_encoding_is_used() {
        assert_eq!(page(b"<meta charset=windows-1251><p>\xcf\xf0\xe8"), "При");
    }

    #[test]
    fn a_long_page_is_cut_at_headings() {
        let part = "<p>word word word word</p>".repeat(60);
        let source = format!("<h1>One</h1>{part}<h2>Two</h2>{part}<h2>Three</h2>{part}{part}");
        let mut document = html(source.as_bytes()).unwrap();
        assert_eq!(document.pages(), 2);
        match document.read(1).unwrap() {
            Read::Text(page) => assert!(page.text.starts_with("Three\n")),
            Read::Scan { .. } => panic!("HTML is not a scan"),
        }
    }

    #[test]
    fn two_hundred_thousand_nested_elements_are_read() {
        assert_eq!(
            page(format!("{}core", "<div><b>".repeat(100_000)).as_bytes()),
            "core"
        );
    }
}
