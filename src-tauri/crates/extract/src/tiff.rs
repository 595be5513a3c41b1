//! TIFF with any number of pages, as scanners and fax machines write it. The image crate decodes only the first page
//! of a file, so each page is shown to it as the first: the header is read with another offset in it.

use crate::bytes::Bytes;
use crate::ifd::{ARTIST, DATE_TIME, DOCUMENT_NAME, Directory, Layout};
use crate::picture::{Upright, decode, plate, scan, shown, unreadable};
use crate::resolution::Resolution;
use crate::{Document, ExtractError, Meta, Plate, Read, date};
use image::DynamicImage;
use image::codecs::tiff::TiffDecoder;
use sheaf_document::Kind;
use std::io::{self, BufReader, Seek, SeekFrom};

/// A file with more pages is damaged: no scanner's feeder holds so many.
const MAX_PAGES: usize = 20_000;

/// An open TIFF.
pub(crate) struct Tiff {
    bytes: Bytes,
    layout: Layout,
    meta: Meta,
    /// Where each page's directory is.
    pages: Vec<u64>,
}

impl Tiff {
    pub(crate) fn open(mut bytes: Bytes) -> Result<Self, ExtractError> {
        let (layout, first) = Layout::read(&mut bytes).map_err(damaged)?;
        let directory = Directory::read(&mut bytes, layout, first).map_err(damaged)?;
        let meta = Meta {
            title: directory.text(&mut bytes, DOCUMENT_NAME),
            author: directory.text(&mut bytes, ARTIST),
            date: directory
                .text(&mut bytes, DATE_TIME)
                .and_then(|text| date::from_written(&text)),
        };
        let pages = chain(&mut bytes, layout, first);
        Ok(Self {
            bytes,
            layout,
            meta,
            pages,
        })
    }

    fn upright(&mut self, page: u32) -> Result<Upright, ExtractError> {
        let at = *self
            .pages
            .get(page as usize)
            .ok_or_else(|| ExtractError::no_page(page))?;
        let directory = Directory::read(&mut self.bytes, self.layout, at).map_err(damaged)?;
        let told = Resolution::of_directory(&directory, &mut self.bytes);
        self.bytes.rewind().map_err(damaged)?;
        let only = OnlyPage {
            bytes: &mut self.bytes,
            patch_at: self.layout.first_offset_place().0,
            patch: self.layout.offset_bytes(at),
        };
        decode(
            TiffDecoder::new(BufReader::new(only)).map_err(unreadable)?,
            told,
        )
    }
}

impl Document for Tiff {
    fn kind(&self) -> Kind {
        Kind::Tiff
    }

    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn pages(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    fn read(&mut self, page: u32) -> Result<Read, ExtractError> {
        Ok(scan(self.upright(page)?))
    }

    fn render(&mut self, page: u32, max_edge_px: u32) -> Result<DynamicImage, ExtractError> {
        Ok(shown(self.upright(page)?, max_edge_px))
    }

    fn plate(&mut self, page: u32) -> Result<Plate, ExtractError> {
        Ok(plate(self.upright(page)?))
    }
}

/// The directories in order, up to the end, a damaged one, or one that was there before.
fn chain(bytes: &mut Bytes, layout: Layout, first: u64) -> Vec<u64> {
    let mut pages = vec![first];
    let mut seen = std::collections::HashSet::from([first]);
    let mut at = first;
    while pages.len() < MAX_PAGES {
        match Directory::read(bytes, layout, at) {
            Ok(directory) if directory.next != 0 && seen.insert(directory.next) => {
                at = directory.next;
            }
            _ => break,
        }
        if Directory::read(bytes, layout, at).is_ok() {
            pages.push(at);
        }
    }
    pages
}

fn damaged(error: io::Error) -> ExtractError {
    ExtractError::Corrupt(format!("not a readable TIFF directory: {error}"))
}

/// The file with the offset of its first directory replaced.
struct OnlyPage<'a> {
    bytes: &'a mut Bytes,
    patch_at: u64,
    patch: Vec<u8>,
}

impl io::Read for OnlyPage<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let from = self.bytes.stream_position()?;
        let count = self.bytes.read(buf)?;
        for (at, byte) in (self.patch_at..).zip(&self.patch) {
            let place = at.checked_sub(from).and_then(|i| usize::try_from(i).ok());
            if let Some(place) = place.filter(|place| *place < count) {
                buf[place] = *byte;
            }
        }
        Ok(count)
    }
}

impl Seek for OnlyPage<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
