//! The door: tells the kind by the first bytes and hands the file to its reader.

use crate::archive::Archive;
use crate::bytes::Bytes;
use crate::data::{csv, json, xml};
use crate::doc::doc;
use crate::docx::docx;
use crate::epub::epub;
use crate::guard::{Guarded, guarded};
use crate::html::{MAX_HTML_BYTES, html};
use crate::mail::{MAX_MAIL_BYTES, mail};
use crate::mbox::Mbox;
use crate::msg::msg;
use crate::odf::{flat, odf};
use crate::ole::{OLE, Ole};
use crate::package::Package;
use crate::pdf::Pdf;
use crate::picture::{MAX_PICTURE_BYTES, Picture};
use crate::plain::{MAX_TEXT_BYTES, markdown, text, unmarked_utf16};
use crate::ppt::ppt;
use crate::pptx::pptx;
use crate::protected::unlocked;
use crate::rtf::rtf;
use crate::tiff::Tiff;
use crate::xls::xls;
use crate::xlsx::xlsx;
use crate::{Document, ExtractError, Readers};
use sheaf_document::{Kind, Password, ReadSettings, sniff, sniff_text};

/// Enough to see the first entries of a container.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;

/// Opens a content. The `name` only tells text kinds apart. Of `passwords` the first one that fits is used.
///
/// Errors: [`ExtractError::Empty`], [`ExtractError::Encrypted`] without a password where one is needed,
/// [`ExtractError::WrongPassword`] when none fits, [`ExtractError::Unsupported`] saying what the file
/// seems to be, [`ExtractError::TooLarge`], [`ExtractError::Corrupt`], [`ExtractError::Unavailable`] where the
/// engine for the format is not bound, [`ExtractError::Io`].
pub fn open<'a>(
    readers: &'a Readers,
    mut content: Bytes,
    name: &str,
    passwords: &[Password],
    settings: &ReadSettings,
) -> Result<Box<dyn Document + 'a>, ExtractError> {
    if content.is_empty() {
        return Err(ExtractError::Empty);
    }
    guarded(|| {
        let head = content.head(HEAD_BYTES)?;
        if head.starts_with(b"PK\x03\x04") {
            return packed(Package::open(content)?, passwords);
        }
        if head.starts_with(OLE) {
            return older(Ole::open(content)?, passwords);
        }
        let kind = kind(&head, name)?;
        single(readers, kind, content, passwords, settings)
    })
}

/// A ZIP container.
fn packed<'a>(
    mut package: Package,
    passwords: &[Password],
) -> Result<Box<dyn Document + 'a>, ExtractError> {
    let kind = package.kind();
    if kind != Some(Kind::Zip) {
        package.check_parts()?;
    }
    match kind {
        Some(Kind::Docx) => boxed(docx(package)?),
        Some(Kind::Xlsx) => boxed(xlsx(package)?),
        Some(Kind::Pptx) => boxed(pptx(package)?),
        Some(Kind::Epub) => boxed(epub(package)?),
        Some(kind @ (Kind::Odt | Kind::Ods | Kind::Odp)) => boxed(odf(kind, package)?),
        Some(Kind::Zip) => boxed(Archive::open(package, passwords)?),
        _ => Err(ExtractError::Unsupported(package.seems().to_owned())),
    }
}

/// An OLE container, or what is locked in it.
fn older<'a>(ole: Ole, passwords: &[Password]) -> Result<Box<dyn Document + 'a>, ExtractError> {
    if ole.is_locked {
        let package = unlocked(&ole.bytes, passwords)?;
        return packed(Package::open(package)?, passwords);
    }
    let again = (!passwords.is_empty()).then(|| ole.bytes.clone());
    match (in_ole(ole), again) {
        (Err(ExtractError::Encrypted), Some(bytes)) => {
            in_ole(Ole::open(unlocked(&bytes, passwords)?)?)
        }
        (read, _) => read,
    }
}

fn in_ole<'a>(ole: Ole) -> Result<Box<dyn Document + 'a>, ExtractError> {
    match ole.kind() {
        Some(Kind::Doc) => boxed(doc(ole)?),
        Some(Kind::Xls) => boxed(xls(ole)?),
        Some(Kind::Ppt) => boxed(ppt(ole)?),
        Some(Kind::Msg) => boxed(msg(&ole)?),
        _ => Err(ExtractError::Unsupported(
            "an OLE container of another program".to_owned(),
        )),
    }
}

/// A file that is no container.
fn single<'a>(
    readers: &'a Readers,
    kind: Kind,
    bytes: Bytes,
    passwords: &[Password],
    settings: &ReadSettings,
) -> Result<Box<dyn Document + 'a>, ExtractError> {
    match kind {
        Kind::Pdf => {
            let missing = || ExtractError::Unavailable("the PDF reader".to_owned());
            let pdfium = readers.pdfium.as_ref().ok_or_else(missing)?;
            boxed(Pdf::open(pdfium, bytes, passwords, settings)?)
        }
        kind @ (Kind::Png | Kind::Jpeg | Kind::Webp | Kind::Bmp | Kind::Gif) => {
            boxed(Picture::open(kind, bytes.all(MAX_PICTURE_BYTES)?)?)
        }
        Kind::Tiff => boxed(Tiff::open(bytes)?),
        Kind::Html => boxed(html(&bytes.all(MAX_HTML_BYTES)?)?),
        Kind::Markdown => boxed(markdown(&bytes.all(MAX_TEXT_BYTES)?)?),
        Kind::Rtf => boxed(rtf(&bytes.all(MAX_TEXT_BYTES)?)?),
        kind @ (Kind::Eml | Kind::Mhtml) => boxed(mail(kind, &bytes.all(MAX_MAIL_BYTES)?)?),
        Kind::Mbox => boxed(Mbox::open(bytes)?),
        Kind::Csv => boxed(csv(&bytes.all(MAX_TEXT_BYTES)?)?),
        Kind::Json => boxed(json(&bytes.all(MAX_TEXT_BYTES)?)?),
        Kind::Xml => {
            let bytes = bytes.all(MAX_TEXT_BYTES)?;
            match flat(&bytes) {
                Some(document) => boxed(document?),
                None => boxed(xml(&bytes)?),
            }
        }
        Kind::Text => boxed(text(&bytes.all(MAX_TEXT_BYTES)?)?),
        Kind::Epub
        | Kind::Zip
        | Kind::Msg
        | Kind::Docx
        | Kind::Doc
        | Kind::Pptx
        | Kind::Ppt
        | Kind::Xlsx
        | Kind::Xls
        | Kind::Odt
        | Kind::Ods
        | Kind::Odp => Err(ExtractError::Corrupt(
            "a container without the mark of one".to_owned(),
        )),
    }
}

fn boxed<'a, D: Document + 'a>(document: D) -> Result<Box<dyn Document + 'a>, ExtractError> {
    Ok(Box::new(Guarded(document)))
}

/// The kind of what is no container; for what is none of ours, what it seems to be.
pub(crate) fn kind(head: &[u8], name: &str) -> Result<Kind, ExtractError> {
    let stranger = |list: &[(&[u8], &str)]| {
        let found = list.iter().find(|(magic, _)| head.starts_with(magic))?;
        Some(ExtractError::Unsupported(found.1.to_owned()))
    };
    if let Some(error) = stranger(STRANGE_TEXTS) {
        return Err(error);
    }
    if is_portable_map(head) {
        let what = "a picture as a portable map (PNM)";
        return Err(ExtractError::Unsupported(what.to_owned()));
    }
    let text = || unmarked_utf16(head).map(|_| sniff_text(head, name));
    sniff(head, name).or_else(text).ok_or_else(|| {
        stranger(STRANGERS).unwrap_or_else(|| ExtractError::Unsupported(seems(head).to_owned()))
    })
}

/// Formats whose bytes look like text.
const STRANGE_TEXTS: &[(&[u8], &str)] = &[(b"%!PS", "a PostScript file")];

const STRANGERS: &[(&[u8], &str)] = &[
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"RIFF", "a sound file or a film"),
    (b"\0\0\x01\0", "an icon"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"fLaC", "a sound file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"\0\x01\0\0Standard ", "an Access database"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an XZ archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"MSCF", "a cabinet archive"),
    (b"\0\0\0\x0cjP  \r\n", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"8BPS", "a Photoshop picture"),
    (b"AT&TFORM", "a DjVu document"),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
    (b"!BDN", "an Outlook mail store (PST)"),
    (b"ITSF", "a compiled help file (CHM)"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"\0\0\x01\xba", "a film"),
    (b"FORM", "a sound file"),
    (b"\0\x01\0\0\0", "a font"),
    (b"OTTO", "a font"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x89HDF", "scientific data (HDF5)"),
    (b"PAR1", "a table of data (Parquet)"),
];

/// `P4` to `P6`, width and height as digits, then dots; a line behind `#` is a remark.
fn is_portable_map(head: &[u8]) -> bool {
    let Some(rest) = head
        .strip_prefix(b"P")
        .filter(|rest| matches!(rest, [b'4'..=b'6', ..]))
    else {
        return false;
    };
    let lines = rest[1..].split(|b| *b == b'\n');
    let lines = lines.filter(|line| !line.starts_with(b"#"));
    let mut words = lines.flat_map(|line| line.split(u8::is_ascii_whitespace));
    let mut number = || {
        let word = words.find(|word| !word.is_empty());
        word.is_some_and(|word| word.iter().all(u8::is_ascii_digit))
    };
    number() && number()
}

fn seems(head: &[u8]) -> &'static str {
    let at = |place: usize, magic: &[u8]| head.get(place..).is_some_and(|h| h.starts_with(magic));
    if at(257, b"ustar") {
        return "a tar archive";
    }
    if at(60, b"BOOKMOBI") {
        return "a Kindle book (MOBI)";
    }
    if at(40, b" EMF") {
        return "a Windows metafile";
    }
    match head.get(4..12) {
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1") => "a HEIC picture",
        Some(b"ftypavif") => "an AVIF picture",
        Some([b'f', b't', b'y', b'p', ..]) => "a film or sound file",
        _ => "data without a known format",
    }
}
