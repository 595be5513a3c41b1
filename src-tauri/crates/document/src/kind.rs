//! What a file is, told from its first bytes; the name only decides between texts.

use serde::{Deserialize, Serialize};

/// The formats Sheaf reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Pdf,
    Png,
    Jpeg,
    Tiff,
    Docx,
    Html,
    Markdown,
    Text,
}

impl Kind {
    /// The name used in JSON, in the database and in `kind:`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Tiff => "tiff",
            Self::Docx => "docx",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Text => "text",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether its pages can be read apart from each other, so that several workers may share one document.
    pub fn has_random_pages(self) -> bool {
        matches!(self, Self::Pdf | Self::Tiff)
    }

    /// Whether its pages can be drawn; the others are text and nothing else.
    pub fn has_pictures(self) -> bool {
        match self {
            Self::Pdf | Self::Png | Self::Jpeg | Self::Tiff => true,
            Self::Docx | Self::Html | Self::Markdown | Self::Text => false,
        }
    }

    const ALL: [Self; 8] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Tiff,
        Self::Docx,
        Self::Html,
        Self::Markdown,
        Self::Text,
    ];
}

/// The kind of a file by its first bytes (some kilobytes are enough) and its name; `None` when it is none of ours.
/// A ZIP container is answered with [`Kind::Docx`] only when its first entries say so; the reader has the last word.
pub fn sniff(head: &[u8], name: &str) -> Option<Kind> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if find(&head[..head.len().min(1024)], b"%PDF-").is_some() {
        return Some(Kind::Pdf);
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Some(Kind::Png);
    }
    if starts(b"\xff\xd8\xff") {
        return Some(Kind::Jpeg);
    }
    if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        return Some(Kind::Tiff);
    }
    if starts(b"PK\x03\x04") {
        return find(head, b"word/").map(|_| Kind::Docx);
    }
    is_text(head).then(|| text_kind(head, name))
}

fn text_kind(head: &[u8], name: &str) -> Kind {
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
        check(b"PK\x03\x04....ppt/slides", "a.docx", None);
    }

    #[test]
    fn every_kind_reads_back_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
    }
}
