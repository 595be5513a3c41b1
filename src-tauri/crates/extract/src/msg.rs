//! Outlook messages (MSG, [MS-OXMSG]): what the head says, the text, the names of what is attached.

use crate::html::visible;
use crate::mail::{MAX_NAMES, attached, head};
use crate::ole::Ole;
use crate::properties::one_line;
use crate::roll::Roll;
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use cfb::CompoundFile;
use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use sheaf_document::Kind;
use std::io::{Cursor, Read as _};

/// Properties ([MS-OXPROPS]) by their number.
const SUBJECT: u16 = 0x0037;
const SENDER_NAME: u16 = 0x0c1a;
const SENDER_ADDRESS: u16 = 0x5d01;
const TO: u16 = 0x0e04;
const CC: u16 = 0x0e03;
const BODY: u16 = 0x1000;
const HTML: u16 = 0x1013;
const SENT: u32 = 0x0039_0040;
const DELIVERED: u32 = 0x0e06_0040;
const MADE: u32 = 0x3007_0040;
const CODE_PAGE: u32 = 0x3ffd_0003;
const FILE_NAMES: [u16; 3] = [0x3707, 0x3704, 0x3001];

/// What stands before the properties of a message that is not in another one (2.4.1.1).
const HEADER: usize = 32;

pub(crate) fn msg(ole: &Ole) -> Result<Written, ExtractError> {
    let damaged = |e: std::io::Error| ExtractError::Corrupt(e.to_string());
    let mut store = Store {
        file: CompoundFile::open(Cursor::new(&ole.bytes)).map_err(damaged)?,
        limit: ole.bytes.len() as u64,
        ansi: WINDOWS_1252,
    };
    let fixed = store.bytes("/__properties_version1.0").unwrap_or_default();
    if let Some(page) = value(&fixed, CODE_PAGE) {
        store.ansi = crate::charset::of_code_page(page as u32 as i32).unwrap_or(WINDOWS_1252);
    }
    let meta = Meta {
        title: store.line("", SUBJECT),
        author: store.sender(),
        date: [SENT, DELIVERED, MADE]
            .iter()
            .find_map(|tag| value(&fixed, *tag))
            .and_then(date::from_filetime),
    };
    let mut roll = Roll::default();
    head(
        &mut roll,
        [
            ("Subject", meta.title.clone()),
            ("From", meta.author.clone()),
            ("To", store.line("", TO)),
            ("Cc", store.line("", CC)),
            ("Date", meta.date.clone()),
        ],
    )?;
    roll.paragraph(&store.body()?)?;
    attached(&mut roll, &store.attachments())?;
    roll.written(Kind::Msg, meta)
}

struct Store<'b> {
    file: CompoundFile<Cursor<&'b Vec<u8>>>,
    limit: u64,
    /// The encoding of what is not written in UTF-16.
    ansi: &'static Encoding,
}

impl Store<'_> {
    fn bytes(&mut self, path: &str) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(path).ok()?;
        let mut bytes = Vec::new();
        stream.take(self.limit).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// A property that is text: each is a stream named after its number and type.
    fn text(&mut self, folder: &str, property: u16) -> Option<String> {
        let name = format!("{folder}/__substg1.0_{property:04X}");
        let (bytes, encoding) = match self.bytes(&format!("{name}001F")) {
            Some(bytes) => (bytes, UTF_16LE),
            None => (self.bytes(&format!("{name}001E"))?, self.ansi),
        };
        Some(encoding.decode_without_bom_handling(&bytes).0.into_owned())
    }

    fn line(&mut self, folder: &str, property: u16) -> Option<String> {
        let text = one_line(&self.text(folder, property)?);
        (!text.is_empty()).then_some(text)
    }

    fn sender(&mut self) -> Option<String> {
        match (self.line("", SENDER_NAME), self.line("", SENDER_ADDRESS)) {
            (Some(name), Some(address)) if name != address => Some(format!("{name} <{address}>")),
            (name, address) => name.or(address),
        }
    }

    /// The plain text, or where there is none that in HTML.
    fn body(&mut self) -> Result<String, ExtractError> {
        let plain = self.text("", BODY).unwrap_or_default();
        if !plain.trim().is_empty() {
            return Ok(plain);
        }
        let bytes = self.bytes(&format!("/__substg1.0_{HTML:04X}0102"));
        let html = match bytes {
            Some(bytes) if std::str::from_utf8(&bytes).is_ok() => {
                UTF_8.decode(&bytes).0.into_owned()
            }
            Some(bytes) => self.ansi.decode(&bytes).0.into_owned(),
            None => self.text("", HTML).unwrap_or_default(),
        };
        visible(&html)
    }

    fn attachments(&mut self) -> Vec<String> {
        let folders: Vec<String> = self
            .file
            .read_root_storage()
            .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
            .map(|entry| format!("/{}", entry.name()))
            .take(MAX_NAMES)
            .collect();
        let name = |folder: &String| FILE_NAMES.iter().find_map(|name| self.line(folder, *name));
        folders.iter().filter_map(name).collect()
    }
}

/// A property of fixed size: sixteen bytes, first its tag, at the end its value (2.4.2.1).
fn value(fixed: &[u8], tag: u32) -> Option<u64> {
    let entries = fixed.get(HEADER..)?.as_chunks::<16>().0;
    let entry = entries
        .iter()
        .find(|entry| entry.starts_with(&tag.to_le_bytes()))?;
    Some(u64::from_le_bytes(*entry.last_chunk()?))
}
