//! Image file directories, the structure TIFF and EXIF share (TIFF 6.0, section 2; BigTIFF with 64-bit offsets).
//! Only directories and small values are read, never pixels.

use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};

/// A directory with more entries is damaged: TIFF knows some hundred tags.
const MAX_ENTRIES: u64 = 4_096;

pub(crate) const X_RESOLUTION: u16 = 282;
pub(crate) const Y_RESOLUTION: u16 = 283;
pub(crate) const RESOLUTION_UNIT: u16 = 296;
pub(crate) const DATE_TIME: u16 = 306;
pub(crate) const ARTIST: u16 = 315;
pub(crate) const DOCUMENT_NAME: u16 = 269;

/// Byte order and offset size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) little: bool,
    pub(crate) big: bool,
}

impl Layout {
    /// Reads the header; answers the layout and where the first directory is.
    pub(crate) fn read<R: Read + Seek>(source: &mut R) -> Result<(Self, u64)> {
        source.seek(SeekFrom::Start(0))?;
        let mut head = [0; 4];
        source.read_exact(&mut head)?;
        let (little, big) = match &head {
            b"II*\0" => (true, false),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (false, true),
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        let layout = Self { little, big };
        if big {
            layout.number(source, 4)?;
        }
        let first = layout.offset(source)?;
        Ok((layout, first))
    }

    /// Where in the file the offset of the first directory stands, and its length in bytes.
    pub(crate) fn first_offset_place(self) -> (u64, usize) {
        if self.big { (8, 8) } else { (4, 4) }
    }

    pub(crate) fn offset_bytes(self, offset: u64) -> Vec<u8> {
        let width = self.first_offset_place().1;
        if self.little {
            offset.to_le_bytes()[..width].to_vec()
        } else {
            offset.to_be_bytes()[8 - width..].to_vec()
        }
    }

    fn offset<R: Read>(self, source: &mut R) -> Result<u64> {
        self.number(source, if self.big { 8 } else { 4 })
    }

    fn number<R: Read>(self, source: &mut R, width: usize) -> Result<u64> {
        let mut bytes = [0; 8];
        source.read_exact(&mut bytes[..width])?;
        Ok(self.value(&bytes[..width]))
    }

    fn value(self, bytes: &[u8]) -> u64 {
        let shift = |sum: u64, byte: &u8| (sum << 8) | u64::from(*byte);
        if self.little {
            bytes.iter().rev().fold(0, shift)
        } else {
            bytes.iter().fold(0, shift)
        }
    }
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// The value itself when it fits, else where it is.
    field: [u8; 8],
}

/// One directory.
pub(crate) struct Directory {
    layout: Layout,
    entries: Vec<Entry>,
    /// Where the next one is; 0 behind the last.
    pub(crate) next: u64,
}

impl Directory {
    pub(crate) fn read<R: Read + Seek>(source: &mut R, layout: Layout, at: u64) -> Result<Self> {
        source.seek(SeekFrom::Start(at))?;
        let count = layout.number(source, if layout.big { 8 } else { 2 })?;
        if count > MAX_ENTRIES {
            return Err(Error::from(ErrorKind::InvalidData));
        }
        let mut entries = Vec::new();
        for _ in 0..count {
            let tag = layout.number(source, 2)? as u16;
            let kind = layout.number(source, 2)? as u16;
            let count = layout.offset(source)?;
            let mut field = [0; 8];
            source.read_exact(&mut field[..layout.first_offset_place().1])?;
            entries.push(Entry {
                tag,
                kind,
                count,
                field,
            });
        }
        let next = layout.offset(source).unwrap_or(0);
        Ok(Self {
            layout,
            entries,
            next,
        })
    }

    fn entry(&self, tag: u16) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.tag == tag)
    }

    /// A value of type SHORT (3).
    pub(crate) fn short(&self, tag: u16) -> Option<u16> {
        let entry = self.entry(tag).filter(|entry| entry.kind == 3)?;
        Some(self.layout.value(&entry.field[..2]) as u16)
    }

    /// A value of type RATIONAL (5).
    pub(crate) fn rational<R: Read + Seek>(&self, source: &mut R, tag: u16) -> Option<f64> {
        let entry = self.entry(tag).filter(|e| e.kind == 5 && e.count == 1)?;
        let mut pair = entry.field;
        if !self.layout.big {
            let at = self.layout.value(&entry.field[..4]);
            source.seek(SeekFrom::Start(at)).ok()?;
            source.read_exact(&mut pair).ok()?;
        }
        let (above, below) = (self.layout.value(&pair[..4]), self.layout.value(&pair[4..]));
        (below > 0).then(|| above as f64 / below as f64)
    }

    /// A value of type ASCII (2), at most 200 bytes.
    pub(crate) fn text<R: Read + Seek>(&self, source: &mut R, tag: u16) -> Option<String> {
        let entry = self.entry(tag).filter(|e| e.kind == 2)?;
        let width = self.layout.first_offset_place().1;
        let mut bytes = entry.field[..width].to_vec();
        if entry.count > width as u64 {
            let at = self.layout.value(&entry.field[..width]);
            source.seek(SeekFrom::Start(at)).ok()?;
            bytes = vec![0; entry.count.min(200) as usize];
            source.read_exact(&mut bytes).ok()?;
        }
        let text = bytes.split(|byte| *byte == 0).next()?;
        let text = String::from_utf8_lossy(text).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }
}
