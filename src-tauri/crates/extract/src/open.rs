//! The door: tells the kind by the first bytes and hands the file to its reader.

use crate::bytes::Bytes;
use crate::docx::docx;
use crate::guard::{Guarded, guarded};
use crate::html::{MAX_HTML_BYTES, html};
use crate::package::Package;
use crate::pdf::Pdf;
use crate::picture::{MAX_PICTURE_BYTES, Picture};
use crate::plain::{MAX_TEXT_BYTES, markdown, text, unmarked_utf16};
use crate::tiff::Tiff;
use crate::{Document, ExtractError, Readers};
use sheaf_document::{Kind, ReadSettings, sniff};
use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom};

/// Enough to see the first entries of a container.
const HEAD_BYTES: usize = 64 * 1024;

/// Opens `file`; its cursor is neither used nor moved. The `name` only tells text kinds apart.
///
/// Errors: [`ExtractError::Empty`], [`ExtractError::Encrypted`] without a `password` that is needed,
/// [`ExtractError::WrongPassword`] with one that does not fit, [`ExtractError::Unsupported`] saying what the file
/// seems to be, [`ExtractError::TooLarge`], [`ExtractError::Corrupt`], [`ExtractError::Unavailable`] where the
/// engine for the format is not bound, [`ExtractError::Io`].
pub fn open<'a>(
    readers: &'a Readers,
    file: File,
    name: &str,
    password: Option<&str>,
    settings: &ReadSettings,
) -> Result<Box<dyn Document + 'a>, ExtractError> {
    let mut bytes = Bytes::new(file)?;
    if bytes.len() == 0 {
        return Err(ExtractError::Empty);
    }
    guarded(|| match kind(&mut bytes, name)? {
        Kind::Pdf => {
            let missing = || ExtractError::Unavailable("the PDF reader".to_owned());
            let pdfium = readers.pdfium.as_ref().ok_or_else(missing)?;
            boxed(Pdf::open(pdfium, bytes, password, settings)?)
        }
        kind @ (Kind::Png | Kind::Jpeg) => {
            boxed(Picture::open(kind, bytes.all(MAX_PICTURE_BYTES)?)?)
        }
        Kind::Tiff => boxed(Tiff::open(bytes)?),
        Kind::Docx => {
            let package = Package::open(bytes)?;
            if !package.is_word() {
                return Err(ExtractError::Unsupported(package.seems().to_owned()));
            }
            boxed(docx(package)?)
        }
        Kind::Html => boxed(html(&bytes.all(MAX_HTML_BYTES)?)?),
        Kind::Markdown => boxed(markdown(&bytes.all(MAX_TEXT_BYTES)?)?),
        Kind::Text => boxed(text(&bytes.all(MAX_TEXT_BYTES)?)?),
    })
}

fn boxed<'a, D: Document + 'a>(document: D) -> Result<Box<dyn Document + 'a>, ExtractError> {
    Ok(Box::new(Guarded(document)))
}

/// The kind whose reader has the last word; for what is none of ours, what it seems to be.
fn kind(bytes: &mut Bytes, name: &str) -> Result<Kind, ExtractError> {
    let head = bytes.head(HEAD_BYTES)?;
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Docx);
    }
    if head.starts_with(OLE) && is_encrypted_office(bytes, &head)? {
        return Err(ExtractError::Encrypted);
    }
    let stranger = |list: &[(&[u8], &str)]| {
        let found = list.iter().find(|(magic, _)| head.starts_with(magic))?;
        Some(ExtractError::Unsupported(found.1.to_owned()))
    };
    if let Some(error) = stranger(STRANGE_TEXTS) {
        return Err(error);
    }
    // The names are told apart among texts only, so what stands in for an unmarked UTF-16 is any text.
    let text = || unmarked_utf16(&head).and_then(|_| sniff(b"text", name));
    sniff(&head, name).or_else(text).ok_or_else(|| {
        stranger(STRANGERS).unwrap_or_else(|| ExtractError::Unsupported(seems(&head).to_owned()))
    })
}

/// Office writes a protected document into an OLE container, as a stream of this name ([MS-OFFCRYPTO], 2.3.4.4). The
/// header says at byte 48 in which sector of 512 bytes the names begin ([MS-CFB], 2.2).
fn is_encrypted_office(bytes: &mut Bytes, head: &[u8]) -> Result<bool, ExtractError> {
    let Some(sector) = head.get(48..).and_then(|tail| tail.first_chunk()) else {
        return Ok(false);
    };
    let mut names = Vec::new();
    bytes.seek(SeekFrom::Start(
        (u64::from(u32::from_le_bytes(*sector)) + 1) * 512,
    ))?;
    bytes.take(4096).read_to_end(&mut names)?;
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    Ok(names.windows(name.len()).any(|window| window == name))
}

const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Formats whose bytes look like text.
const STRANGE_TEXTS: &[(&[u8], &str)] = &[
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"%!PS", "a PostScript file"),
];

const STRANGERS: &[(&[u8], &str)] = &[
    (OLE, "an older Office file (DOC, XLS, PPT or MSG)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a WebP picture, a sound file or a film"),
    (b"\0\0\x01\0", "an icon"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\0", "a database"),
];

fn seems(head: &[u8]) -> &'static str {
    match head.get(4..12) {
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1") => "a HEIC picture",
        Some(b"ftypavif") => "an AVIF picture",
        Some([b'f', b't', b'y', b'p', ..]) => "a film or sound file",
        _ => "data without a known format",
    }
}
