//! XML as it comes: tags and text, no tree. Nothing is expanded: of the entities only the five that XML has itself
//! and character numbers are known, and a document type is passed over.

use crate::plain::decode;
use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesEnd, BytesStart, Event};
use std::borrow::Cow;

/// Elements open at the same time; more are an attack.
const MAX_DEPTH: usize = 5_000;

pub(crate) enum Piece<'x> {
    Open(Tag<'x>),
    Close(End<'x>),
    Text(Cow<'x, str>),
}

pub(crate) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    depth: usize,
    broken: bool,
}

/// The characters of an XML part: by byte order mark, else UTF-8.
pub(crate) fn characters(part: &[u8]) -> String {
    decode(part, None)
}

impl<'x> Xml<'x> {
    pub(crate) fn new(source: &'x str) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        Self {
            reader,
            depth: 0,
            broken: false,
        }
    }

    /// The next piece; `None` at the end, and where the XML breaks off.
    pub(crate) fn next(&mut self) -> Option<Piece<'x>> {
        while !self.broken {
            match self.reader.read_event() {
                Ok(Event::Start(tag)) => {
                    self.depth += 1;
                    self.broken = self.depth > MAX_DEPTH;
                    return Some(Piece::Open(Tag(tag)));
                }
                Ok(Event::End(end)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Piece::Close(End(end)));
                }
                Ok(Event::Text(text)) => return Some(Piece::Text(text.into_inner())),
                Ok(Event::CData(text)) => return Some(Piece::Text(text.into_inner())),
                Ok(Event::GeneralRef(entity)) => {
                    let numbered = entity.resolve_char_ref().ok().flatten();
                    let named = || resolve_predefined_entity(&entity)?.chars().next();
                    if let Some(c) = numbered.or_else(named) {
                        return Some(Piece::Text(Cow::Owned(c.to_string())));
                    }
                }
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(_) => self.broken = true,
            }
        }
        None
    }

    /// Passes over the rest of the element that was just opened.
    pub(crate) fn skip(&mut self) {
        let mut open = 1_usize;
        while open > 0 {
            match self.next() {
                Some(Piece::Open(_)) => open += 1,
                Some(Piece::Close(_)) => open -= 1,
                Some(Piece::Text(_)) => {}
                None => return,
            }
        }
    }

    /// The text of the element that was just opened, without its tags.
    pub(crate) fn text(&mut self) -> String {
        let (mut open, mut all) = (1_usize, String::new());
        while open > 0 {
            match self.next() {
                Some(Piece::Open(_)) => open += 1,
                Some(Piece::Close(_)) => open -= 1,
                Some(Piece::Text(text)) => all.push_str(&text),
                None => break,
            }
        }
        all
    }

    /// Whether the XML broke off before its end.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }
}

pub(crate) struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    pub(crate) fn prefix(&self) -> &str {
        self.0.name().prefix().map_or("", |p| p.into_inner())
    }

    /// The first attribute of this name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.find(|prefix, local| local == name && prefix != "xmlns")
    }

    /// The relationship that an Office element names (`r:id`, beside an `id` of its own).
    pub(crate) fn relationship(&self) -> Option<String> {
        self.find(|prefix, local| local == "id" && !prefix.is_empty())
    }

    fn find(&self, is_it: impl Fn(&str, &str) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).flatten().find(|attribute| {
            let (local, prefix) = attribute.key.decompose();
            is_it(prefix.map_or("", |p| p.into_inner()), local.into_inner())
        })?;
        let value = unescape(&found.value).map(Cow::into_owned);
        Some(value.unwrap_or_else(|_| found.value.to_string()))
    }
}

pub(crate) struct End<'x>(BytesEnd<'x>);

impl End<'_> {
    /// The name without its prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        Xml::new(source).text()
    }

    #[test]
    fn entities_of_the_document_are_not_expanded() {
        let laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>\
            <x>1&b;&f;&lt;&#228;&amp;</x>";
        assert_eq!(text(laughs), "1<ä&");
    }

    #[test]
    fn what_comes_before_a_break_is_read() {
        let mut xml = Xml::new("<a>one</a><b attr=\"");
        assert_eq!(xml.text(), "one");
        assert!(xml.next().is_none());
        assert!(xml.is_broken());
    }

    #[test]
    fn nesting_beyond_the_limit_breaks_off() {
        let deep = "<a>".repeat(100_000);
        let mut xml = Xml::new(&deep);
        xml.skip();
        assert!(xml.is_broken());
    }

    #[test]
    fn attributes_are_found_by_their_name_without_prefix() {
        let mut xml = Xml::new("<p:sldId id=\"256\" r:id='r&amp;1' xmlns:x='u'/>");
        let Some(Piece::Open(tag)) = xml.next() else {
            panic!("a tag")
        };
        assert_eq!(tag.attribute("id").as_deref(), Some("256"));
        assert_eq!(tag.relationship().as_deref(), Some("r&1"));
        assert_eq!(tag.attribute("x"), None);
    }
}
