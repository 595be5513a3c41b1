//! Title, author and date where they are told in Dublin Core: Office (`docProps/core.xml`), OpenDocument (`meta.xml`)
//! and EPUB.

use crate::xml::{Piece, Xml};
use crate::{Meta, date, plain::clean};

/// The first of each; the day of making before that of the last change.
pub(crate) fn properties(source: &str) -> Meta {
    let (mut meta, mut maker, mut changed) = (Meta::default(), None, None);
    let mut xml = Xml::new(source);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        let place = match (tag.prefix(), tag.name()) {
            (_, "title") => &mut meta.title,
            (_, "creator") => &mut meta.author,
            (_, "initial-creator") => &mut maker,
            ("meta", "creation-date") | ("dcterms", "created") => &mut meta.date,
            ("dc", "date") | ("dcterms", "modified") => &mut changed,
            _ => continue,
        };
        let words = one_line(&xml.text());
        if place.is_none() && !words.is_empty() {
            *place = Some(words);
        }
    }
    meta.author = maker.or(meta.author);
    meta.date = meta
        .date
        .or(changed)
        .and_then(|text| date::from_written(&text));
    meta
}

/// On one line, without the white space around, at most 500 characters.
pub(crate) fn one_line(text: &str) -> String {
    let text = clean(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_began_is_the_author() {
        let source = "<office:meta><dc:title> The\n title</dc:title><dc:creator>Bob</dc:creator>\
            <meta:initial-creator>Ada</meta:initial-creator><dc:date>2024-05-18T00:00:00</dc:date>\
            <meta:creation-date>2024-05-17T09:30:00.5</meta:creation-date></office:meta>";
        let meta = properties(source);
        assert_eq!(meta.title.as_deref(), Some("The title"));
        assert_eq!(meta.author.as_deref(), Some("Ada"));
        assert_eq!(meta.date.as_deref(), Some("2024-05-17T09:30:00Z"));
    }

    #[test]
    fn the_date_of_the_last_change_is_better_than_none() {
        let meta = properties("<x><dc:date>2024-05-18</dc:date></x>");
        assert_eq!(meta.date.as_deref(), Some("2024-05-18T00:00:00Z"));
    }
}
