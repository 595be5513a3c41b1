//! ZIP containers: what is inside, and the written parts of it within limits.

use crate::ExtractError;
use crate::bytes::Bytes;
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

pub(crate) struct Package(ZipArchive<Bytes>);

impl Package {
    pub(crate) fn open(bytes: Bytes) -> Result<Self, ExtractError> {
        let archive = ZipArchive::new(bytes).map_err(unreadable)?;
        if archive.len() > MAX_PARTS {
            return Err(ExtractError::TooLarge(format!(
                "a container of {} parts",
                archive.len()
            )));
        }
        Ok(Self(archive))
    }

    pub(crate) fn is_word(&self) -> bool {
        self.0
            .file_names()
            .any(|name| name.starts_with("word/document"))
    }

    /// What the container seems to be, in words for a person.
    pub(crate) fn seems(&self) -> &'static str {
        let holds = |start: &str| self.0.file_names().any(|name| name.starts_with(start));
        if holds("xl/") {
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
    /// unpacks beyond the limits never reaches a parser.
    pub(crate) fn written_parts(&mut self) -> Result<Vec<u8>, ExtractError> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut slim = ZipWriter::new(Cursor::new(Vec::new()));
        let mut left = MAX_UNPACKED;
        let names: Vec<String> = self
            .0
            .file_names()
            .filter(|n| is_written(n))
            .map(str::to_owned)
            .collect();
        for name in names {
            let part = self.part(&name, left)?;
            left -= part.len() as u64;
            slim.start_file(name, options).map_err(unreadable)?;
            slim.write_all(&part)?;
        }
        Ok(slim.finish().map_err(unreadable)?.into_inner())
    }

    fn part(&mut self, name: &str, left: u64) -> Result<Vec<u8>, ExtractError> {
        let part = self.0.by_name(name).map_err(unreadable)?;
        let packed = part.compressed_size();
        let limit = left.min(SMALL.max(packed.saturating_mul(MAX_RATIO)));
        let mut content = Vec::new();
        // What is wrong with the bytes is the parser's to say; a broken part leaves what could be unpacked.
        let _ = part.take(limit + 1).read_to_end(&mut content);
        if content.len() as u64 > limit {
            return Err(ExtractError::TooLarge(format!(
                "“{name}” unpacks to more than {} MB",
                limit >> 20
            )));
        }
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
