//! Outlook messages (MSG, [MS-OXMSG]): what the head says, the text, what is attached.

use crate::archive::unique;
use crate::bytes::Bytes;
use crate::html::visible;
use crate::inside::nothing_there;
use crate::mail::{Attached, MAX_ATTACHMENTS, MAX_NAMES, attached, beyond, head};
use crate::ole::Ole;
use crate::properties::one_line;
use crate::roll::Roll;
use crate::rtf::{text_of, unpacked};
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use cfb::CompoundFile;
use encoding_rs::{Encoding, UTF_8, UTF_16LE, WINDOWS_1252};
use sheaf_document::{Kind, Member};
use std::collections::HashSet;
use std::io::{Cursor, Read as _, Write as _};

/// Properties ([MS-OXPROPS]) by their number.
const SUBJECT: u16 = 0x0037;
const SENDER_NAME: u16 = 0x0c1a;
const SENDER_ADDRESS: u16 = 0x5d01;
const TO: u16 = 0x0e04;
const CC: u16 = 0x0e03;
const BODY: u16 = 0x1000;
const HTML: u16 = 0x1013;
const RICH: u16 = 0x1009;
const SENT: u32 = 0x0039_0040;
const DELIVERED: u32 = 0x0e06_0040;
const MADE: u32 = 0x3007_0040;
const CODE_PAGE: u32 = 0x3ffd_0003;
const DATA: u16 = 0x3701;
const FILE_NAMES: [u16; 3] = [0x3707, 0x3704, 0x3001];

/// The stream of properties of fixed size.
const PROPERTIES: &str = "/__properties_version1.0";

/// What stands before the properties of a message that is not in another one (2.4.1.1).
const HEADER: usize = 32;

pub(crate) fn msg(ole: &Ole) -> Result<Written, ExtractError> {
    let (mut store, fixed) = Store::open(ole)?;
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
    let (names, files) = store.attachments(&fixed);
    attached(&mut roll, &names)?;
    let written = roll.written(Kind::Msg, meta)?;
    Ok(written.with_members(files.members, files.left_out))
}

/// A message, to be asked for what is attached.
pub(crate) struct Attachments {
    ole: Ole,
    files: Vec<Member>,
}

impl Attachments {
    pub(crate) fn of(ole: Ole) -> Result<Self, ExtractError> {
        let (mut store, fixed) = Store::open(&ole)?;
        let (_, files) = store.attachments(&fixed);
        drop(store);
        Ok(Self {
            ole,
            files: files.members,
        })
    }

    /// The content of an attachment and its name.
    pub(crate) fn content(&self, number: u64) -> Result<(Bytes, String), ExtractError> {
        let member = self.files.iter().find(|member| member.number == number);
        let name = member.ok_or_else(nothing_there)?.file_name().to_owned();
        let (mut store, _) = Store::open(&self.ole)?;
        let folder = usize::try_from(number).ok();
        let folder = folder.and_then(|n| store.folders().into_iter().nth(n));
        let content = folder.and_then(|folder| store.content(&folder));
        Ok((Bytes::of(content.ok_or_else(nothing_there)?), name))
    }

    /// About how many bytes it takes.
    pub(crate) fn memory(&self) -> u64 {
        self.ole.bytes.len() as u64
    }
}

struct Store<'b> {
    file: CompoundFile<Cursor<&'b Vec<u8>>>,
    limit: u64,
    /// The encoding of what is not written in UTF-16.
    ansi: &'static Encoding,
}

impl<'b> Store<'b> {
    /// A message, and its properties of fixed size.
    fn open(ole: &'b Ole) -> Result<(Self, Vec<u8>), ExtractError> {
        let damaged = |e: std::io::Error| ExtractError::Corrupt(e.to_string());
        let mut store = Self {
            file: CompoundFile::open(Cursor::new(&ole.bytes)).map_err(damaged)?,
            limit: ole.bytes.len() as u64,
            ansi: WINDOWS_1252,
        };
        let fixed = store.bytes(PROPERTIES).unwrap_or_default();
        if let Some(page) = value(&fixed, CODE_PAGE) {
            store.ansi = crate::charset::of_code_page(page as u32 as i32).unwrap_or(WINDOWS_1252);
        }
        Ok((store, fixed))
    }

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

    /// The plain text, or where there is none that in HTML, or in rich text.
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
        let seen = visible(&html)?;
        let rich = self.bytes(&format!("/__substg1.0_{RICH:04X}0102"));
        match rich.and_then(|packed| unpacked(&packed)) {
            Some(rich) if seen.trim().is_empty() => text_of(&rich),
            _ => Ok(seen),
        }
    }

    /// Where attachments are kept, in their order.
    fn folders(&self) -> Vec<String> {
        self.file
            .read_root_storage()
            .filter(|entry| entry.is_storage() && entry.name().starts_with("__attach_version1.0_"))
            .map(|entry| format!("/{}", entry.name()))
            .collect()
    }

    /// The names of what is attached, and what of it is there; `fixed` are the message's properties.
    fn attachments(&mut self, fixed: &[u8]) -> (Vec<String>, Attached) {
        let folders = self.folders();
        let left_out = beyond(folders.len());
        let sent = [SENT, DELIVERED, MADE];
        let sent = sent.iter().find_map(|tag| value(fixed, *tag));
        let modified_ns = sent.and_then(date::unix_nanoseconds);
        let (mut taken, mut names, mut members) = (HashSet::new(), Vec::new(), Vec::new());
        for (number, folder) in (0..).zip(folders).take(MAX_ATTACHMENTS) {
            let told = FILE_NAMES.iter().find_map(|name| self.line(&folder, *name));
            let clean = told.and_then(|name| Member::clean_name(&name));
            let mut name = clean.unwrap_or_else(|| format!("attachment {}", number + 1));
            if self.file.is_storage(embedded(&folder)) {
                name.push_str(".msg");
            }
            let name = unique(name, &mut taken);
            if names.len() < MAX_NAMES {
                names.push(name.clone());
            }
            if let Some(content) = self.content(&folder) {
                members.push(Member {
                    number,
                    name,
                    bytes: content.len() as u64,
                    modified_ns,
                    check: crc32fast::hash(&content),
                });
            }
        }
        (names, Attached { members, left_out })
    }

    /// The bytes of an attached file, or an attached message as a container of its own.
    fn content(&mut self, folder: &str) -> Option<Vec<u8>> {
        let file = self.bytes(&format!("{folder}/__substg1.0_{DATA:04X}0102"));
        file.or_else(|| self.message(&embedded(folder)))
    }

    /// A message in a message, made one that stands alone (2.2.2.1): its storage becomes the root, and the head of its
    /// properties grows by the eight bytes that only outer messages have (2.4.1.1, 2.4.1.2).
    fn message(&mut self, storage: &str) -> Option<Vec<u8>> {
        if !self.file.is_storage(storage) {
            return None;
        }
        let mut alone = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
        let entries: Vec<(String, bool)> = self
            .file
            .walk_storage(storage)
            .ok()?
            .filter_map(|entry| {
                let path = entry.path().to_str()?.strip_prefix(storage)?.to_owned();
                (!path.is_empty()).then(|| (path, entry.is_storage()))
            })
            .collect();
        for (path, is_storage) in entries {
            if is_storage {
                alone.create_storage(&path).ok()?;
                continue;
            }
            let mut content = self.bytes(&format!("{storage}{path}"))?;
            if path == PROPERTIES && content.len() >= HEADER - 8 {
                content.splice(HEADER - 8..HEADER - 8, [0; 8]);
            }
            alone.create_stream(&path).ok()?.write_all(&content).ok()?;
        }
        alone.flush().ok()?;
        Some(alone.into_inner().into_inner())
    }
}

/// Where a message that is attached is kept.
fn embedded(folder: &str) -> String {
    format!("{folder}/__substg1.0_{DATA:04X}000D")
}

/// A property of fixed size: sixteen bytes, first its tag, at the end its value (2.4.2.1).
fn value(fixed: &[u8], tag: u32) -> Option<u64> {
    let entries = fixed.get(HEADER..)?.as_chunks::<16>().0;
    let entry = entries
        .iter()
        .find(|entry| entry.starts_with(&tag.to_le_bytes()))?;
    Some(u64::from_le_bytes(*entry.last_chunk()?))
}
