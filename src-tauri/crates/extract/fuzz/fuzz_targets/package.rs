//! ZIP containers that are whole, with parts that are not: the checksum keeps a fuzzer out of them otherwise.
#![no_main]

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const KINDS: [(&str, &[&str]); 6] = [
    ("word", &["word/document.xml", "word/_rels/document.xml.rels", "docProps/core.xml"]),
    ("ppt", &["ppt/presentation.xml", "ppt/_rels/presentation.xml.rels", "ppt/slides/slide1.xml"]),
    ("xl", &["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"]),
    ("application/vnd.oasis.opendocument.text", &["content.xml", "meta.xml", "META-INF/manifest.xml"]),
    ("application/vnd.oasis.opendocument.spreadsheet", &["content.xml", "meta.xml", "META-INF/manifest.xml"]),
    ("application/epub+zip", &["META-INF/container.xml", "book.opf", "a.xhtml"]),
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let (kind, parts) = KINDS[*first as usize % KINDS.len()];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut put = |name: &str, content: &[u8]| {
        archive.start_file(name, options).unwrap();
        archive.write_all(content).unwrap();
    };
    put("mimetype", kind.as_bytes());
    put("[Content_Types].xml", b"<Types/>");
    for (name, content) in parts.iter().zip(rest.splitn(3, |b| *b == 0xff)) {
        put(name, content);
    }
    sheaf_extract_fuzz::read(archive.finish().unwrap().into_inner(), "a");
});
