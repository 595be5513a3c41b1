//! ZIP containers: what is inside, and the written parts of it within limits.

use crate::bytes::Bytes;
use crate::properties::properties;
use crate::xml::characters;
use crate::{ExtractError, Meta};
use sheaf_document::Kind;
use std::io::{Cursor, Read, Write};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The written parts together, unpacked.
const MAX_UNPACKED: u64 = 200 << 20;

/// Parts beyond [`SMALL`] may not grow by more than this when they are unpacked.
pub(crate) const MAX_RATIO: u64 = 100;

pub(crate) const SMALL: u64 = 16 << 20;

/// Of a document, and entries of an archive.
const MAX_PARTS: usize = 20_000;
const MAX_ENTRIES: usize = 200_000;

/// A picture in a document.
const MAX_PICTURE: u64 = 64 << 20;

/// Formats that are ZIP containers and not archives, by the part that tells them.
const PROGRAMS: &[(&str, &str)] = &[
    ("META-INF/container.xml", "an EPUB book"),
    ("xl/workbook.bin", "a binary Excel workbook (XLSB)"),
    ("mimetype", "a container of another program"),
    ("META-INF/MANIFEST.MF", "a Java program"),
    ("AndroidManifest.xml", "an Android program"),
    ("Index/Document.iwa", "an iWork document"),
    ("Index.zip", "an iWork document"),
];

pub(crate) struct Package {
    archive: ZipArchive<Bytes>,
    bytes: Bytes,
    /// What may still be unpacked.
    left: u64,
}

impl Package {
    pub(crate) fn open(bytes: Bytes) -> Result<Self, ExtractError> {
        let archive = ZipArchive::new(bytes.again()?).map_err(unreadable)?;
        within(archive.len(), MAX_ENTRIES)?;
        Ok(Self {
            archive,
            bytes,
            left: MAX_UNPACKED,
        })
    }

    /// Refuses a document of more parts than any has.
    pub(crate) fn check_parts(&self) -> Result<(), ExtractError> {
        within(self.archive.len(), MAX_PARTS)
    }

    /// The kind of the document in the container, by the part that only this kind has.
    pub(crate) fn kind(&mut self) -> Option<Kind> {
        let holds = |start: &str| {
            self.archive
                .file_names()
                .any(|name| name.starts_with(start))
        };
        let is_office = self.is_office();
        if self.holds("word/document.xml") || (is_office && holds("word/document")) {
            Some(Kind::Docx)
        } else if self.holds("xl/workbook.xml") {
            Some(Kind::Xlsx)
        } else if self.holds("ppt/presentation.xml") {
            Some(Kind::Pptx)
        } else {
            let told = self.of_mimetype();
            told.or_else(|| self.is_plain().then_some(Kind::Zip))
        }
    }

    /// Every Office file has these; a folder that happens to be called `word` has not.
    fn is_office(&self) -> bool {
        self.holds("[Content_Types].xml") || self.holds("_rels/.rels")
    }

    fn holds(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// An archive that people pack, not a program's own format.
    fn is_plain(&self) -> bool {
        !self.is_office() && PROGRAMS.iter().all(|(name, _)| !self.holds(name))
    }

    /// The container's bytes, and the files in them.
    pub(crate) fn parts(&mut self) -> (&Bytes, &mut ZipArchive<Bytes>) {
        (&self.bytes, &mut self.archive)
    }

    /// About how many bytes it takes: what is in memory, and the list of what is in it.
    pub(crate) fn memory(&self) -> u64 {
        const ENTRY: u64 = 256;
        self.bytes.memory() + self.archive.len() as u64 * ENTRY
    }

    /// As an archive of files, each for itself.
    pub(crate) fn into_archive(self) -> ZipArchive<Bytes> {
        self.archive
    }

    /// OpenDocument and EPUB say in a part of this name what they are.
    fn of_mimetype(&mut self) -> Option<Kind> {
        let told = self.part("mimetype").ok()?;
        kind_of_mimetype(std::str::from_utf8(&told).ok()?.trim())
    }

    /// The characters of an XML part; `None` when it is not there.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<String>, ExtractError> {
        Ok(self.bytes(name)?.map(|part| characters(&part)))
    }

    /// A part's bytes; `None` when it is not there.
    pub(crate) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        if self.archive.index_for_name(name).is_none() {
            return Ok(None);
        }
        self.part(name).map(Some)
    }

    /// What tells whether two parts are the same: checksum and length.
    pub(crate) fn stamp(&mut self, name: &str) -> Option<(u32, u64)> {
        let index = self.archive.index_for_name(name)?;
        let part = self.archive.by_index_raw(index).ok()?;
        Some((part.crc32(), part.size()))
    }

    /// A picture's bytes, which do not count as written ones; `None` when it is missing, broken or too large.
    pub(crate) fn picture(&mut self, name: &str) -> Option<Vec<u8>> {
        let part = self.archive.by_name(name).ok()?;
        let mut content = Vec::new();
        part.take(MAX_PICTURE + 1).read_to_end(&mut content).ok()?;
        (content.len() as u64 <= MAX_PICTURE).then_some(content)
    }

    /// What the part of this name says of the document; nothing when it is missing or broken.
    pub(crate) fn properties(&mut self, name: &str) -> Meta {
        let part = self.xml(name).ok().flatten();
        part.map(|part| properties(&part)).unwrap_or_default()
    }

    /// What the container seems to be, in words for a person.
    pub(crate) fn seems(&self) -> &'static str {
        let holds = |start: &str| {
            self.archive
                .file_names()
                .any(|name| name.starts_with(start))
        };
        if holds("xl/workbook.bin") {
            "a binary Excel workbook (XLSB)"
        } else if holds("xl/") {
            "an Excel workbook"
        } else if holds("ppt/") {
            "a PowerPoint presentation"
        } else if holds("META-INF/container.xml") {
            "an EPUB book"
        } else if holds("content.xml") {
            "an OpenDocument file"
        } else if self.is_office() {
            "an Office file of another kind"
        } else {
            let told = PROGRAMS.iter().find(|(name, _)| self.holds(name));
            told.map_or("a ZIP archive", |(_, what)| what)
        }
    }

    /// A container with the XML parts only and nothing packed: pictures and fonts are not needed for text, and what
    /// unpacks beyond the limits never reaches a parser. `change` may alter a part, given with its name.
    pub(crate) fn written_parts(
        &mut self,
        change: impl Fn(&str, Vec<u8>) -> Vec<u8>,
    ) -> Result<Vec<u8>, ExtractError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut slim = ZipWriter::new(Cursor::new(Vec::new()));
        let names: Vec<String> = self
            .archive
            .file_names()
            .filter(|n| is_written(n))
            .map(str::to_owned)
            .collect();
        for name in names {
            let part = self.part(&name)?;
            let part = change(&name, part);
            slim.start_file(name, options).map_err(unreadable)?;
            slim.write_all(&part)?;
        }
        Ok(slim.finish().map_err(unreadable)?.into_inner())
    }

    fn part(&mut self, name: &str) -> Result<Vec<u8>, ExtractError> {
        let part = self.archive.by_name(name).map_err(unreadable)?;
        let packed = part.compressed_size();
        let limit = self.left.min(SMALL.max(packed.saturating_mul(MAX_RATIO)));
        let mut content = Vec::new();
        // What is wrong with the bytes is the parser's to say; a broken part leaves what could be unpacked.
        let _ = part.take(limit + 1).read_to_end(&mut content);
        if content.len() as u64 > limit {
            return Err(ExtractError::TooLarge(format!(
                "“{name}” unpacks to more than {} MB",
                limit >> 20
            )));
        }
        self.left -= content.len() as u64;
        Ok(content)
    }
}

fn within(parts: usize, limit: usize) -> Result<(), ExtractError> {
    match parts > limit {
        true => Err(ExtractError::TooLarge(format!(
            "a container of {parts} parts"
        ))),
        false => Ok(()),
    }
}

/// What OpenDocument and EPUB call themselves.
pub(crate) fn kind_of_mimetype(told: &str) -> Option<Kind> {
    match told {
        "application/vnd.oasis.opendocument.spreadsheet"
        | "application/vnd.oasis.opendocument.spreadsheet-template" => Some(Kind::Ods),
        "application/vnd.oasis.opendocument.presentation"
        | "application/vnd.oasis.opendocument.presentation-template" => Some(Kind::Odp),
        "application/vnd.oasis.opendocument.text"
        | "application/vnd.oasis.opendocument.text-template" => Some(Kind::Odt),
        "application/epub+zip" => Some(Kind::Epub),
        _ => None,
    }
}

fn is_written(name: &str) -> bool {
    name.ends_with(".xml") || name.ends_with(".rels")
}

pub(crate) fn unreadable(error: ZipError) -> ExtractError {
    match error {
        ZipError::Io(e) => ExtractError::Corrupt(format!("the container ends too early: {e}")),
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
            ExtractError::Encrypted
        }
        ZipError::InvalidPassword => ExtractError::WrongPassword,
        ZipError::UnsupportedArchive(why) => {
            ExtractError::Unsupported(format!("a ZIP container: {why}"))
        }
        other => ExtractError::Corrupt(other.to_string()),
    }
}
