//! Pictures in what is otherwise text: in sections of a document, on slides, in chapters. Their writing belongs to the
//! page on which they stand. Small ones are decoration, and the same one counts once.

use crate::bytes::Bytes;
use crate::package::Package;
use crate::picture::Picture;
use crate::tiff::Tiff;
use crate::{Document, PageImage, Read};
use sheaf_document::{Kind, sniff};
use std::collections::HashSet;
use std::ops::Range;

/// Pixels: an edge below this, or a longer edge below [`WIDE`], has no room for a line of writing.
const HIGH: u32 = 24;
const WIDE: u32 = 96;

/// A picture that is written into its document.
const MAX_WRITTEN: usize = 32 << 20;

/// A document with more pictures is read without the rest of them.
const MAX_PICTURES: usize = 5_000;

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// A part of the container.
    Part(String),
    /// An address that holds the picture itself (RFC 2397).
    Data(String),
}

/// The pictures of a document, and on which page each stands.
#[derive(Default)]
pub(crate) struct Pictures {
    package: Option<Package>,
    found: Vec<(usize, Place)>,
}

impl Pictures {
    /// `found` are pictures with their offset in `text`, ascending; `sections` are the pages of it.
    pub(crate) fn new(
        mut package: Option<Package>,
        found: Vec<(usize, Place)>,
        text: &str,
        sections: &[Range<usize>],
    ) -> Self {
        let breaks: Vec<usize> = text.match_indices('\u{c}').map(|(at, _)| at).collect();
        let mut seen = HashSet::new();
        let mut on_pages = Vec::new();
        for (offset, place) in found.into_iter().take(MAX_PICTURES) {
            let stamp = match (&place, &mut package) {
                (Place::Part(name), Some(package)) => package.stamp(name),
                (Place::Part(_), None) => None,
                (Place::Data(data), _) => {
                    Some((crc32fast::hash(data.as_bytes()), data.len() as u64))
                }
            };
            if stamp.is_some_and(|stamp| seen.insert(stamp)) {
                on_pages.push((page_of(offset, &breaks, sections), place));
            }
        }
        Self {
            package,
            found: on_pages,
        }
    }

    /// How many stand on a page.
    pub(crate) fn count(&self, page: u32) -> u32 {
        self.on(page).count() as u32
    }

    /// One of a page, from 0; `None` for what is small, damaged or in a format for drawings.
    pub(crate) fn image(&mut self, page: u32, number: u32) -> Option<PageImage> {
        let place = self.on(page).nth(number as usize)?.clone();
        image(self.bytes(&place)?)
    }

    fn on(&self, page: u32) -> impl Iterator<Item = &Place> {
        let mine = self
            .found
            .iter()
            .filter(move |(at, _)| *at == page as usize);
        mine.map(|(_, place)| place)
    }

    fn bytes(&mut self, place: &Place) -> Option<Vec<u8>> {
        match place {
            Place::Part(name) => self.package.as_mut()?.picture(name),
            Place::Data(address) => written(address),
        }
    }
}

/// The section of an offset: between two page breaks the last one that begins before it. `breaks` and `sections` ascend.
fn page_of(offset: usize, breaks: &[usize], sections: &[Range<usize>]) -> usize {
    let sheet = |at: usize| breaks.partition_point(|one| *one < at);
    let mine = sheet(offset);
    let first = sections.partition_point(|section| sheet(section.start) < mine);
    let behind = sections.partition_point(|section| {
        let its = sheet(section.start);
        its < mine || (its == mine && section.start <= offset)
    });
    behind
        .saturating_sub(1)
        .max(first)
        .min(sections.len().saturating_sub(1))
}

fn image(bytes: Vec<u8>) -> Option<PageImage> {
    let kind = sniff(&bytes[..bytes.len().min(64)], "")?;
    let read = match kind {
        Kind::Png | Kind::Jpeg | Kind::Webp | Kind::Bmp | Kind::Gif => {
            Picture::open(kind, bytes).ok()?.read(0).ok()?
        }
        Kind::Tiff => Tiff::open(Bytes::of(bytes)).ok()?.read(0).ok()?,
        _ => return None,
    };
    let Read::Scan { image, .. } = read else {
        return None;
    };
    let (width, height) = image.gray.dimensions();
    (width.min(height) >= HIGH && width.max(height) >= WIDE).then_some(image)
}

/// What an address of data holds; only base64, as pictures are written.
fn written(address: &str) -> Option<Vec<u8>> {
    let (head, data) = address.split_once(',')?;
    let is_picture = head.starts_with("data:image/") && head.ends_with(";base64");
    if !is_picture || data.len() > MAX_WRITTEN {
        return None;
    }
    let dense: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    mail_parser::decoders::base64::base64_decode(&dense)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_stands_on_the_page_of_its_place() {
        let text = "one\u{c}\u{c}three\n\nand more\n\n\u{c}four";
        let sections = [0..3, 4..4, 5..10, 12..20, 23..27];
        let breaks: Vec<usize> = text.match_indices('\u{c}').map(|(at, _)| at).collect();
        let page = |offset| page_of(offset, &breaks, &sections);
        assert_eq!([page(0), page(3)], [0, 0]);
        assert_eq!(page(4), 1, "on a slide without words");
        assert_eq!([page(5), page(11), page(12), page(22)], [2, 2, 3, 3]);
        assert_eq!([page(23), page(99)], [4, 4]);
    }

    #[test]
    fn an_address_may_hold_a_picture() {
        assert_eq!(
            written("data:image/png;base64,aG\nk=").as_deref(),
            Some(&b"hi"[..])
        );
        assert_eq!(written("https://example.org/a.png"), None);
        assert_eq!(written("data:text/plain;base64,aGk="), None);
    }
}
