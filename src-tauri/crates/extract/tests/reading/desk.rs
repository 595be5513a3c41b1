//! Opens bytes as a child process would: from an open file, with pdfium bound once.

use sheaf_document::{PageText, Password, ReadSettings};
use sheaf_extract::{Bytes, Document, ExtractError, PageImage, Pdfium, Read, Readers, open};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

pub(crate) static READERS: LazyLock<Readers> = LazyLock::new(|| {
    let library = pdfium_render::prelude::Pdfium::pdfium_platform_library_name_at_path(
        &assets().join("pdfium"),
    );
    assert!(
        library.is_file(),
        "pdfium is missing at {}: run cargo xtask assets",
        library.display()
    );
    Readers {
        pdfium: Some(Pdfium::bind(&library).unwrap()),
    }
});

fn assets() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = || {
        std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(home, PathBuf::from)
            .join("sheaf/assets")
    };
    std::env::var_os("SHEAF_ASSETS").map_or_else(cache, PathBuf::from)
}

pub(crate) type Opened = Result<Box<dyn Document>, ExtractError>;

pub(crate) fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

pub(crate) fn content(bytes: &[u8]) -> Bytes {
    Bytes::new(file(bytes)).unwrap()
}

pub(crate) fn opened(bytes: &[u8], name: &str) -> Opened {
    with_password(bytes, name, None)
}

pub(crate) fn with_password(bytes: &[u8], name: &str, password: Option<&str>) -> Opened {
    let passwords: Vec<Password> = password
        .map(|text| Password::new(text.to_owned()))
        .into_iter()
        .collect();
    open(
        &READERS,
        content(bytes),
        name,
        &passwords,
        &ReadSettings::default(),
    )
}

/// Why the bytes were refused.
pub(crate) fn refused(bytes: &[u8], name: &str) -> ExtractError {
    opened(bytes, name).err().expect("must not be readable")
}

pub(crate) fn text(read: Read) -> PageText {
    match read {
        Read::Text(page) => page,
        Read::Scan { own, .. } => panic!("taken for a scan, with the text {:?}", own.text),
    }
}

pub(crate) fn scan(read: Read) -> (PageText, PageImage) {
    match read {
        Read::Scan { own, image } => (own, image),
        Read::Text(page) => panic!("taken for a text page: {:?}", page.text),
    }
}

/// The text of every page of a document without scans.
pub(crate) fn pages(bytes: &[u8], name: &str) -> Vec<String> {
    let mut document = opened(bytes, name).unwrap();
    (0..document.pages())
        .map(|page| text(document.read(page).unwrap()).text)
        .collect()
}
