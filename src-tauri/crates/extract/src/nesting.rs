//! Prepares HTML for the renderer: flat enough (200,000 nested elements take it half a minute), without scripts,
//! styles and attributes, tables as lines. It reads tags as they come and builds no tree; every text stays.

/// Elements open at the same time; what is nested deeper loses its tags.
const MAX_DEPTH: usize = 200;

/// Stands before a heading, and is gone from the text once its place is known. A private character, because the
/// renderer drops control characters; the caller keeps it out of the source.
pub(crate) const HEADING_MARK: char = '\u{f001e}';

/// Stands between the cells of a row.
pub(crate) const CELL_MARK: char = '\u{f001f}';

/// Stands where a picture does.
pub(crate) const PICTURE_MARK: char = '\u{f001d}';

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Flat {
    pub(crate) html: String,
    /// The addresses of the pictures, one a mark.
    pub(crate) pictures: Vec<String>,
    /// The first `<title>`, still with its entities.
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
}

pub(crate) fn flatten(source: &str) -> Flat {
    let mut flat = Flat::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        flat.html.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(tag) = Tag::read(rest) else {
            flat.html.push_str("&lt;");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.len..];
        if let Tag {
            what: What::Open, ..
        } = tag
        {
            rest = flat.open(&tag, rest, &mut open);
        } else if let Tag {
            what: What::Close, ..
        } = tag
        {
            flat.close(&tag.name, &mut open);
        }
    }
    flat.html.push_str(rest);
    flat
}

impl Flat {
    /// Writes an opening tag; answers what is left to read, behind the content of elements without text.
    fn open<'s>(&mut self, tag: &Tag<'_>, rest: &'s str, open: &mut Vec<String>) -> &'s str {
        match tag.name.as_str() {
            "script" | "style" | "iframe" | "noembed" | "noframes" | "object" | "template" => {
                return behind(rest, &tag.name).1;
            }
            "title" => {
                let (title, rest) = behind(rest, "title");
                self.title.get_or_insert_with(|| title.to_owned());
                return rest;
            }
            "textarea" | "xmp" => {
                let (text, rest) = behind(rest, &tag.name);
                self.html.push_str(&text.replace('<', "&lt;"));
                return rest;
            }
            "meta" => self.note_author(tag),
            "br" | "wbr" => self.tag(&tag.name),
            "hr" => self.html.push_str("<p></p>"),
            "img" | "image" => self.picture(tag),
            "td" | "th" => self.html.push(CELL_MARK),
            "p" | "li" | "dt" | "dd" | "option" => self.tag(&tag.name),
            name if is_without_content(name) => {}
            name => {
                let name = shown_as(name);
                if open.len() < MAX_DEPTH {
                    open.push(tag.name.clone());
                    self.tag(name);
                    if is_heading(name) {
                        self.html.push(HEADING_MARK);
                    }
                }
            }
        }
        rest
    }

    /// A closing tag closes everything inside it; one without an opening tag says nothing.
    fn close(&mut self, name: &str, open: &mut Vec<String>) {
        if matches!(name, "p" | "li" | "dt" | "dd" | "option") {
            self.end_tag(name);
        } else if let Some(at) = open.iter().rposition(|o| o == name) {
            for name in open.drain(at..).rev() {
                self.end_tag(shown_as(&name));
            }
        }
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        self.html.push_str(tag.attribute("alt").unwrap_or_default());
        let address = ["src", "xlink:href", "href"]
            .iter()
            .find_map(|name| tag.attribute(name));
        if let Some(address) = address {
            self.html.push(PICTURE_MARK);
            self.pictures.push(address.to_owned());
        }
    }

    fn note_author(&mut self, tag: &Tag<'_>) {
        let names_author = tag
            .attribute("name")
            .is_some_and(|name| name.eq_ignore_ascii_case("author"));
        if names_author && self.author.is_none() {
            self.author = tag.attribute("content").map(str::to_owned);
        }
    }

    fn tag(&mut self, name: &str) {
        self.html.push('<');
        self.html.push_str(name);
        self.html.push('>');
    }

    fn end_tag(&mut self, name: &str) {
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }
}

/// A table is a block of rows, a row a line; so no table is ever laid out.
fn shown_as(name: &str) -> &str {
    match name {
        "table" | "tr" | "caption" | "form" | "fieldset" | "select" | "button" | "dialog"
        | "details" => "div",
        "ul" | "ol" | "dl" | "menu" | "pre" | "blockquote" => name,
        name if is_heading(name) => name,
        "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "aside"
        | "address" | "figure" | "figcaption" | "body" | "center" | "summary" | "legend" => "div",
        _ => "span",
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

fn is_without_content(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "thead"
            | "tbody"
            | "tfoot"
            | "colgroup"
            | "col"
            | "input"
            | "link"
            | "area"
            | "base"
            | "embed"
            | "source"
            | "track"
            | "param"
            | "keygen"
            | "frame"
            | "frameset"
    )
}

/// The content up to the closing tag of `name`, and what comes behind it. A `<title>` that is never closed must not
/// swallow the text, so an unclosed element is taken for empty.
fn behind<'s>(rest: &'s str, name: &str) -> (&'s str, &'s str) {
    let mut from = 0;
    while let Some(found) = rest[from..].find("</") {
        let at = from + found;
        let tail = &rest[at + 2..];
        let closes = tail
            .get(..name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name));
        if closes {
            let end = tail.find('>').map_or(rest.len(), |end| at + 2 + end + 1);
            return (&rest[..at], &rest[end..]);
        }
        from = at + 2;
    }
    ("", rest)
}

#[derive(Debug, PartialEq)]
enum What {
    Open,
    Close,
    /// Comments, declarations, processing instructions.
    Aside,
}

struct Tag<'s> {
    what: What,
    /// In small letters.
    name: String,
    attributes: &'s str,
    len: usize,
}

impl<'s> Tag<'s> {
    /// The tag at the start of `text`, which begins with `<`; `None` when that is a plain character.
    fn read(text: &'s str) -> Option<Self> {
        if let Some(comment) = text.strip_prefix("<!--") {
            let len = comment.find("-->").map_or(text.len(), |end| end + 7);
            return Some(Self::aside(len));
        }
        if text.starts_with("<!") || text.starts_with("<?") {
            let len = text.find('>').map_or(text.len(), |end| end + 1);
            return Some(Self::aside(len));
        }
        let (what, from) = match text.strip_prefix("</") {
            Some(_) => (What::Close, 2),
            None => (What::Open, 1),
        };
        let tail = &text[from..];
        if !tail.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let named = tail.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
        let inside = &tail[named..];
        let end = tag_end(inside)?;
        Some(Self {
            what,
            name: tail[..named].to_ascii_lowercase(),
            attributes: &inside[..end],
            len: from + named + end + 1,
        })
    }

    fn aside(len: usize) -> Self {
        Self {
            what: What::Aside,
            name: String::new(),
            attributes: "",
            len,
        }
    }

    fn attribute(&self, name: &str) -> Option<&'s str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/'))?;
            let this = &rest[..end];
            let tail = rest[end..].trim_start();
            let Some(value) = tail.strip_prefix('=') else {
                // Every round takes at least one character: an equals sign in front is skipped as a name.
                rest = if end == 0 { rest.get(1..)? } else { tail };
                continue;
            };
            let (value, behind) = attribute_value(value.trim_start());
            if this.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = behind;
        }
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

/// The `>` that ends a tag: not one inside quotes.
fn tag_end(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in inside.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // An unclosed quote must not swallow the rest.
    inside.find('>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expect: &str) {
        assert_eq!(flatten(source).html, expect, "{source}");
    }

    #[test]
    fn scripts_styles_comments_and_attributes_are_gone() {
        check("a<script>if (a < b) {}</script>b<STYLE>p{}</Style>c", "abc");
        check("a<!-- <p> -->b<!doctype html>c", "abc");
        check("<p class=\"a > b\">x</p>", "<p>x</p>");
        check("a < b <3", "a &lt; b &lt;3");
    }

    #[test]
    fn a_closing_tag_without_an_opening_one_is_dropped() {
        check("</div>x<b>y</b></i>", "x<span>y</span>");
    }

    #[test]
    fn nesting_is_flattened_and_the_text_stays() {
        let deep = format!(
            "{}core{}",
            "<div>".repeat(200_000),
            "</div>".repeat(200_000)
        );
        let flat = flatten(&deep).html;
        assert_eq!(flat.matches("<div>").count(), MAX_DEPTH);
        assert!(flat.contains("core"));
    }

    #[test]
    fn title_and_author_are_read() {
        let flat = flatten("<title>A &amp; B</title><meta content='Ada' name=author><p>x");
        assert_eq!(flat.title.as_deref(), Some("A &amp; B"));
        assert_eq!(flat.author.as_deref(), Some("Ada"));
        assert_eq!(flat.html, "<p>x");
    }

    #[test]
    fn what_is_never_closed_swallows_nothing() {
        check("<title>x", "x");
        check("<script>x", "x");
        check("<a href=\"x>text", "<span>text");
        check("<p", "&lt;p");
    }
}
