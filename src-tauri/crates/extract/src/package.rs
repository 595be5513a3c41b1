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
const MAX_RATIO: u64 = 100;

const SMALL: u64 = 16 << 20;

const MAX_PARTS: usize = 20_000;

pub(crate) struct Package {
    archive: ZipArchive<Bytes>,
    /// What may still be unpacked.
    left: u64,
}

impl Package {
    pub(crate) fn open(bytes: Bytes) -> Result<Self, ExtractError> {
        let archive = ZipArchive::new(bytes).map_err(unreadable)?;
        if archive.len() > MAX_PARTS {
            return Err(ExtractError::TooLarge(format!(
                "a container of {} parts",
                archive.len()
            )));
        }
        Ok(Self {
            archive,
            left: MAX_UNPACKED,
        })
    }

    /// The kind of the document in the container, by the part that only this kind has.
    pub(crate) fn kind(&mut self) -> Option<Kind> {
        let holds = |start: &str| {
            self.archive
                .file_names()
                .any(|name| name.starts_with(start))
        };
        if holds("word/document") {
            Some(Kind::Docx)
        } else if holds("xl/workbook.xml") {
            Some(Kind::Xlsx)
        } else if holds("ppt/presentation.xml") {
            Some(Kind::Pptx)
        } else {
            self.of_mimetype()
        }
    }

    /// OpenDocument and EPUB say in a part of this name what they are.
    fn of_mimetype(&mut self) -> Option<Kind> {
        let told = self.part("mimetype").ok()?;
        match std::str::from_utf8(&told).ok()?.trim() {
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
        } else {
            "a ZIP archive"
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

fn is_written(name: &str) -> bool {
    name.ends_with(".xml") || name.ends_with(".rels")
}

fn unreadable(error: ZipError) -> ExtractError {
    match error {
        ZipError::Io(e) => ExtractError::Corrupt(format!("the container ends too early: {e}")),
        ZipError::UnsupportedArchive(why) => {
            ExtractError::Unsupported(format!("a ZIP container: {why}"))
        }
        other => ExtractError::Corrupt(other.to_string()),
    }
}
