//! What a file is, told from its first bytes; among texts without a mark of their own the name decides.

use crate::Kind;
use crate::letter::letter;

/// The kind of a file by its first bytes (some kilobytes are enough) and its name; `None` when it is none of ours.
/// Containers (ZIP and OLE) are told by what is inside, which takes a reader: they are `None` here.
pub fn sniff(head: &[u8], name: &str) -> Option<Kind> {
    if find(&head[..head.len().min(1024)], b"%PDF-").is_some() {
        return Some(Kind::Pdf);
    }
    let magic = MAGICS.iter().find(|(magic, _)| head.starts_with(magic));
    magic
        .map(|(_, kind)| *kind)
        .or_else(|| is_webp(head).then_some(Kind::Webp))
        .or_else(|| is_bmp(head).then_some(Kind::Bmp))
        .or_else(|| is_text(head).then(|| sniff_text(head, name)))
}

const MAGICS: &[(&[u8], Kind)] = &[
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
    (b"II+\0", Kind::Tiff),
    (b"MM\0+", Kind::Tiff),
    (b"GIF87a", Kind::Gif),
    (b"GIF89a", Kind::Gif),
];

fn is_webp(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")
}

/// Two letters are not enough: behind them come four bytes of zero and the size of one of the known headers.
fn is_bmp(head: &[u8]) -> bool {
    head.starts_with(b"BM")
        && head.get(6..10) == Some(&[0; 4])
        && matches!(
            head.get(14..18),
            Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])
        )
}

/// The kind of what is known to be text, in whatever encoding.
pub fn sniff_text(head: &[u8], name: &str) -> Kind {
    let marks = [0, 0xfe, 0xff, 0xef, 0xbb, 0xbf];
    let text: Vec<u8> = head
        .iter()
        .copied()
        .skip_while(|b| marks.contains(b))
        .filter(|b| *b != 0)
        .take(16 * 1024)
        .collect();
    let extension = name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default();
    if text.starts_with(b"{\\rtf") {
        return Kind::Rtf;
    }
    if let Some(kind) = letter(&text, &extension) {
        return kind;
    }
    let lower = text[..text.len().min(2048)].to_ascii_lowercase();
    let says = |mark: &[u8]| find(&lower, mark).is_some();
    let says_html = says(b"<!doctype html") || says(b"<html");
    let begins = |signs: &[u8]| {
        let first = lower.iter().find(|b| !b.is_ascii_whitespace());
        first.is_some_and(|b| signs.contains(b))
    };
    match extension.as_str() {
        "md" | "markdown" | "mdown" => Kind::Markdown,
        "html" | "htm" | "xhtml" => Kind::Html,
        "txt" | "text" | "log" => Kind::Text,
        "csv" | "tsv" | "tab" => Kind::Csv,
        "json" | "jsonl" | "ndjson" | "geojson" | "ipynb" if begins(b"{[\"") => Kind::Json,
        "xml" | "rss" | "atom" | "xsd" | "xsl" | "svg" if begins(b"<") => Kind::Xml,
        _ if says_html => Kind::Html,
        _ if lower.starts_with(b"<?xml") => Kind::Xml,
        _ if begins(b"{[") && is_json(&lower) => Kind::Json,
        _ => Kind::Text,
    }
}

/// An opening bracket, and behind it what only JSON has there.
fn is_json(text: &[u8]) -> bool {
    let mut signs = text.iter().filter(|b| !b.is_ascii_whitespace());
    match (signs.next(), signs.next()) {
        (Some(b'{'), Some(b'"')) => find(text, b"\":").is_some() || find(text, b"\" :").is_some(),
        (Some(b'['), Some(b'{' | b'[' | b'"')) => find(text, b",").is_some(),
        _ => false,
    }
}

/// Text has no control bytes but white space, escape and form feed. UTF-16 and UTF-32 are known by their mark.
fn is_text(head: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"];
    if marks.iter().any(|mark| head.starts_with(mark)) {
        return true;
    }
    let strange = head
        .iter()
        .filter(|b| matches!(b, 0..=7 | 14..=26 | 28..=31 | 127))
        .count();
    !head.is_empty() && !head.contains(&0) && strange * 100 <= head.len()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &[u8], name: &str, expect: Option<Kind>) {
        assert_eq!(sniff(head, name), expect, "{name}");
    }

    #[test]
    fn content_decides_before_the_name() {
        check(b"%PDF-1.7\n", "letter.txt", Some(Kind::Pdf));
        check(b"junk\n%PDF-1.4", "a.pdf", Some(Kind::Pdf));
        check(b"\x89PNG\r\n\x1a\n....", "a.pdf", Some(Kind::Png));
        check(b"\xff\xd8\xff\xe0", "x", Some(Kind::Jpeg));
        check(b"MM\0*", "x.pdf", Some(Kind::Tiff));
    }

    #[test]
    fn among_texts_the_name_decides() {
        check(b"# Title\n", "a.md", Some(Kind::Markdown));
        check(b"<!DOCTYPE html><p>", "a", Some(Kind::Html));
        check(b"<!DOCTYPE html><p>", "a.txt", Some(Kind::Text));
        check("Grüße".as_bytes(), "a", Some(Kind::Text));
    }

    #[test]
    fn data_is_told_by_its_name_or_by_its_signs() {
        check(b"a;b\n1;2\n", "a.csv", Some(Kind::Csv));
        check(b"a;b\n1;2\n", "a", Some(Kind::Text));
        check(b"\xef\xbb\xbf{ \"a\": 1}", "a", Some(Kind::Json));
        check(b"{x: 1}", "a", Some(Kind::Text));
        check(b"[x]: http://example.org", "a", Some(Kind::Text));
        check(b"<?xml version='1.0'?><a/>", "a", Some(Kind::Xml));
        check(b"<rss/>", "a.rss", Some(Kind::Xml));
        check(b"<?xml version='1.0'?><html>", "a", Some(Kind::Html));
    }

    #[test]
    fn rich_text_and_pictures_have_marks_of_their_own() {
        check(b"{\\rtf1 text}", "a.txt", Some(Kind::Rtf));
        check(b"GIF89a....", "a.txt", Some(Kind::Gif));
        check(b"RIFF\x10\0\0\0WEBPVP8 ", "a", Some(Kind::Webp));
        check(b"RIFF\x10\0\0\0WAVEfmt ", "a", None);
        check(
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
            "a",
            Some(Kind::Bmp),
        );
        check(b"BMW is a company", "a", Some(Kind::Text));
    }

    #[test]
    fn bytes_that_are_no_text_are_none_of_ours() {
        check(&[0, 1, 2, 3], "a.txt", None);
        check(b"", "a.txt", None);
        check(b"PK\x03\x04....word/document.xml", "a.docx", None);
    }
}
