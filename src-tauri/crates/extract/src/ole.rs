//! OLE containers ([MS-CFB]): older Office files and Outlook messages, told apart by their streams.

use crate::ExtractError;
use crate::bytes::Bytes;
use cfb::CompoundFile;
use sheaf_document::Kind;
use std::io::Cursor;

pub(crate) const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Office files are read whole; larger ones are mostly pictures, and still fit.
const MAX_OLE_BYTES: u64 = 128 << 20;

/// A container in memory.
pub(crate) struct Ole {
    pub(crate) bytes: Vec<u8>,
    /// What it holds is a newer Office file, encrypted.
    pub(crate) is_locked: bool,
    streams: Vec<String>,
}

impl Ole {
    /// A container whose list of streams is damaged has none. A protected document is a stream of a certain name
    /// ([MS-OFFCRYPTO], 2.3.4.4).
    pub(crate) fn open(bytes: Bytes) -> Result<Self, ExtractError> {
        let bytes = bytes.all(MAX_OLE_BYTES)?;
        let streams = match CompoundFile::open(Cursor::new(&bytes[..])) {
            Ok(file) => file
                .read_root_storage()
                .map(|entry| entry.name().to_owned())
                .collect(),
            Err(_) => Vec::new(),
        };
        let mut ole = Self {
            bytes,
            is_locked: false,
            streams,
        };
        let package = "EncryptedPackage";
        ole.is_locked = ole.has(package) || ole.names_in_first_sector(package);
        Ok(ole)
    }

    pub(crate) fn kind(&self) -> Option<Kind> {
        let is_any = |names: &[&str]| names.iter().any(|name| self.has(name));
        if is_any(&["Workbook", "Book"]) {
            Some(Kind::Xls)
        } else if is_any(&["WordDocument"]) {
            Some(Kind::Doc)
        } else if is_any(&["PowerPoint Document"]) {
            Some(Kind::Ppt)
        } else if is_any(&["__properties_version1.0"]) {
            Some(Kind::Msg)
        } else {
            None
        }
    }

    fn has(&self, name: &str) -> bool {
        self.streams.iter().any(|s| s.eq_ignore_ascii_case(name))
    }

    /// Also in a damaged container: the header says at byte 48 in which sector of 512 bytes the names begin (2.2).
    fn names_in_first_sector(&self, name: &str) -> bool {
        let sector = self.bytes.get(48..).and_then(|tail| tail.first_chunk());
        let Some(at) = sector.map(|sector| (u64::from(u32::from_le_bytes(*sector)) + 1) * 512)
        else {
            return false;
        };
        let names = usize::try_from(at).ok().and_then(|at| self.bytes.get(at..));
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        names.is_some_and(|names| {
            let mut windows = names[..names.len().min(4096)].windows(name.len());
            windows.any(|window| window == name)
        })
    }
}
