//! News feeds (RSS and Atom) as their readers see them: entry by entry, and what is HTML in them as its text. Other XML is
//! data; see [`crate::data`].

use crate::html::visible;
use crate::plain::clean;
use crate::written::Written;
use crate::xml::{Piece, Tag, Xml};
use crate::{ExtractError, Meta};
use sheaf_document::Kind;

/// `None` when it is no feed, or breaks off.
pub(crate) fn feed(source: &str) -> Option<Result<Written, ExtractError>> {
    let mut xml = Xml::new(source);
    if !begins_feed(&mut xml, source) {
        return None;
    }
    let mut feed = Feed::default();
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        match tag.name() {
            "channel" => {}
            "item" | "entry" => feed.entry(&mut xml),
            // It says again what the feed is called.
            "image" => xml.skip(),
            "title" if feed.title.is_empty() => {
                feed.title = xml.text();
                feed.heading(feed.title.clone());
            }
            name => {
                let line = Line::of(name, &tag);
                feed.line(line.with(&xml.text()));
            }
        }
    }
    if xml.is_broken() {
        return None;
    }
    let title = shown(&feed.title);
    let meta = Meta {
        title: Some(title).filter(|title| !title.is_empty()),
        ..Meta::default()
    };
    Some(Written::new(Kind::Xml, meta, feed.text, &feed.headings))
}

/// RSS has `rss` or, in its first version, `RDF` outermost; Atom has `feed`.
fn begins_feed(xml: &mut Xml<'_>, source: &str) -> bool {
    loop {
        match xml.next() {
            Some(Piece::Open(tag)) => {
                return match tag.name() {
                    "rss" => true,
                    "feed" => source.contains("http://www.w3.org/2005/Atom"),
                    "RDF" => source.contains("http://purl.org/rss/1.0/\""),
                    _ => false,
                };
            }
            Some(Piece::Text(_)) => {}
            Some(Piece::Close(_)) | None => return false,
        }
    }
}

#[derive(Default)]
struct Feed {
    title: String,
    text: String,
    headings: Vec<usize>,
}

impl Feed {
    fn heading(&mut self, title: String) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.headings.push(self.text.len());
        self.line(shown(&title));
    }

    fn line(&mut self, line: String) {
        if !line.is_empty() {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// One entry, its title first. Of a summary and the whole, the whole.
    fn entry(&mut self, xml: &mut Xml<'_>) {
        let (mut title, mut lines) = (String::new(), Vec::new());
        let (mut summary, mut whole) = (String::new(), String::new());
        while let Some(Piece::Open(tag)) = past_text(xml) {
            match tag.name() {
                "title" if title.is_empty() => title = xml.text(),
                "description" | "summary" if summary.is_empty() => summary = xml.text(),
                "content" | "encoded" if whole.is_empty() => whole = xml.text(),
                name => {
                    let line = Line::of(name, &tag);
                    lines.push(line.with(&xml.text()));
                }
            }
        }
        self.heading(title);
        for line in lines {
            self.line(line);
        }
        let (summary, whole) = (shown(&summary), shown(&whole));
        if !whole.contains(summary.as_str()) {
            self.line(summary);
        }
        self.line(whole);
    }
}

/// The next tag, whichever way it goes.
fn past_text<'x>(xml: &mut Xml<'x>) -> Option<Piece<'x>> {
    loop {
        match xml.next()? {
            Piece::Text(_) => {}
            piece => return Some(piece),
        }
    }
}

/// What else is said: `category: Art`. Links of Atom say where in an attribute.
struct Line {
    name: String,
    link: Option<String>,
}

impl Line {
    fn of(name: &str, tag: &Tag<'_>) -> Self {
        Self {
            name: name.to_owned(),
            link: tag.attribute("href"),
        }
    }

    fn with(self, text: &str) -> String {
        let said = shown(text);
        let said = match (said.is_empty(), self.link) {
            (true, Some(link)) => link,
            _ => said,
        };
        match said.is_empty() {
            true => said,
            false => format!("{}: {said}", self.name),
        }
    }
}

/// Text that may be HTML, as it is seen.
fn shown(text: &str) -> String {
    let seen = match is_html(text) {
        true => visible(text).unwrap_or_else(|_| text.to_owned()),
        false => text.to_owned(),
    };
    clean(seen.trim())
}

/// `a < b` is none: what is no tag and no entity is text.
fn is_html(text: &str) -> bool {
    let last = text.rfind('>').unwrap_or(0);
    let is_tag = |at: usize| {
        let behind = text[at + 1..].strip_prefix('/');
        let behind = behind.unwrap_or(&text[at + 1..]);
        at < last && behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!')
    };
    text.contains('&') || text.match_indices('<').any(|(at, _)| is_tag(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Read};

    fn pages(source: &str) -> Option<(Option<String>, String)> {
        let mut written = feed(source)?.expect("a feed");
        let title = written.meta().title.clone();
        let pages = (0..written.pages()).map(|page| match written.read(page) {
            Ok(Read::Text(page)) => page.text,
            _ => panic!("a page of text"),
        });
        Some((title, pages.collect::<Vec<_>>().join("\n")))
    }

    #[test]
    fn entries_are_read_as_text_and_nothing_that_is_said_is_lost() {
        let rss = r#"<?xml version="1.0"?><rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>
            <title>The Gazette</title><link>https://gazette.example</link><image><title>The Gazette</title></image>
            <item><title>Harbour &amp;amp; lift</title><category>Repairs</category><description>&lt;p&gt;The &lt;b&gt;lift&lt;/b&gt;</description>
            <c:encoded><![CDATA[<p>The <b>lift</b> is mended.</p><p>By Friday.</p>]]></c:encoded></item></channel></rss>"#;
        let (title, text) = pages(rss).expect("a feed");
        assert_eq!(title.as_deref(), Some("The Gazette"));
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(
            lines,
            [
                "The Gazette",
                "link: https://gazette.example",
                "Harbour & lift",
                "category: Repairs",
                "The lift is mended.",
                "By Friday.",
            ]
        );
    }

    #[test]
    fn atom_says_where_in_an_attribute_and_may_hold_elements() {
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><entry><title>One</title>
            <author><name>Anna</name></author><link href="https://notes.example/1"/>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Some <i>words</i></div></content></entry></feed>"#;
        let (_, text) = pages(atom).expect("a feed");
        for wanted in [
            "author: Anna",
            "link: https://notes.example/1",
            "Some words",
        ] {
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
    }

    #[test]
    fn signs_that_are_no_html_stay() {
        for text in ["a < b", "a<b", "x <3 y", "1 <- 2 -> 3"] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("<b>bold</b> &amp; plain"), "bold & plain");
    }

    #[test]
    fn other_xml_and_what_breaks_off_is_no_feed() {
        assert!(pages("<a><title>x</title></a>").is_none());
        assert!(pages("<feed><title>x</title></feed>").is_none());
        assert!(pages("<rss><channel><title>x</title><item a=\"").is_none());
        assert!(pages("").is_none());
    }
}
