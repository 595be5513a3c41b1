//! What a file is, told from its first bytes; among texts without a mark of their own the name decides.

use crate::Kind;

/// The kind of a file by its first bytes (some kilobytes are enough) and its name; `None` when it is none of ours.
/// Containers (ZIP and OLE) are told by what is inside, which takes a reader: they are `None` here.
pub fn sniff(head: &[u8], name: &str) -> Option<Kind> {
    if find(&head[..head.len().min(1024)], b"%PDF-").is_some() {
        return Some(Kind::Pdf);
    }
    MAGICS
        .iter()
        .find(|(magic, _)| head.starts_with(magic))
        .map(|(_, kind)| *kind)
        .or_else(|| is_text(head).then(|| sniff_text(head, name)))
}

const MAGICS: &[(&[u8], Kind)] = &[
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
    (b"II+\0", Kind::Tiff),
    (b"MM\0+", Kind::Tiff),
];

/// The kind of what is known to be text, in whatever encoding.
pub fn sniff_text(head: &[u8], name: &str) -> Kind {
    let lower: Vec<u8> = head
        .iter()
        .take(2048)
        .map(u8::to_ascii_lowercase)
        .filter(|b| *b != 0)
        .collect();
    let extension = name
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase())
        .unwrap_or_default();
    let says_html = find(&lower, b"<!doctype html").is_some() || find(&lower, b"<html").is_some();
    match extension.as_str() {
        "md" | "markdown" | "mdown" => Kind::Markdown,
        "html" | "htm" | "xhtml" => Kind::Html,
        "txt" | "text" | "log" => Kind::Text,
        _ if says_html => Kind::Html,
        _ => Kind::Text,
    }
}

/// Text has no control bytes but white space, escape and form feed. UTF-16 and UTF-32 are known by their mark.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
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
    fn bytes_that_are_no_text_are_none_of_ours() {
        check(&[0, 1, 2, 3], "a.txt", None);
        check(b"", "a.txt", None);
        check(b"PK\x03\x04....word/document.xml", "a.docx", None);
    }
}
