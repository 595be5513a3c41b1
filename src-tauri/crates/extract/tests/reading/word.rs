//! Containers: what a Word document gives, and what is refused by name.

use crate::desk::{opened, pages, refused};
use sheaf_document::{Code, Kind};
use sheaf_extract::ExtractError;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        r#"<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    );
    container(&[
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("docProps/core.xml", CORE.as_bytes()),
        ("word/media/image1.png", &[0; 1000]),
    ])
}

pub(crate) fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

const CORE: &str = r#"<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>The Title</dc:title><dc:creator>Ada</dc:creator><dcterms:created>2024-05-17T09:30:00Z</dcterms:created></cp:coreProperties>"#;

#[test]
fn paragraphs_and_tables_are_text() {
    let cell = |text| format!("<w:tc>{}</w:tc>", paragraph(text));
    let table = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("Tea"), cell("3"));
    let bytes = docx(&(paragraph("First") + &table + &paragraph("Last &amp; least")));
    assert_eq!(pages(&bytes, "a.docx"), ["First\n\nTea\t3\n\nLast & least"]);
}

#[test]
fn a_word_split_over_runs_is_one_word_and_deleted_text_is_gone() {
    let body = "<w:p><w:r><w:t>Sun</w:t></w:r><w:r><w:t>day</w:t></w:r>\
        <w:del><w:r><w:delText> gone</w:delText></w:r></w:del><w:ins><w:r><w:t> new</w:t></w:r></w:ins></w:p>";
    assert_eq!(pages(&docx(body), "a.docx"), ["Sunday new"]);
}

#[test]
fn a_page_break_begins_a_page() {
    let body =
        paragraph("one") + "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>" + &paragraph("two");
    assert_eq!(pages(&docx(&body), "a.docx"), ["one", "two"]);
}

#[test]
fn title_author_and_date_are_told() {
    let bytes = docx(&paragraph("x"));
    let document = opened(&bytes, "a.docx").unwrap();
    assert_eq!(document.kind(), Kind::Docx);
    let meta = document.meta();
    assert_eq!(meta.title.as_deref(), Some("The Title"));
    assert_eq!(meta.author.as_deref(), Some("Ada"));
    assert_eq!(meta.date.as_deref(), Some("2024-05-17T09:30:00Z"));
}

#[test]
fn a_bomb_is_too_large() {
    let bomb = docx(&"<w:p/>".repeat(8 << 20));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb, "a.docx").code(), Code::PageTooLarge);
}

#[test]
fn other_containers_are_named() {
    let check = |part: &str, expect: &str| {
        let parts = [("[Content_Types].xml", &b"x"[..]), (part, b"x")];
        let error = refused(&container(&parts), "a.docx");
        assert!(
            matches!(&error, ExtractError::Unsupported(seems) if seems.contains(expect)),
            "{error}"
        );
    };
    check("xl/workbook.bin", "XLSB");
    check("ppt/x.xml", "PowerPoint");
    check("visio/document.xml", "another kind");
}

#[test]
fn a_protected_office_file_needs_a_password() {
    let mut ole = vec![0; 2048];
    ole[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    ole[48] = 1;
    let plain = ole.clone();
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    ole[1152..1152 + name.len()].copy_from_slice(&name);
    assert!(matches!(refused(&ole, "a.docx"), ExtractError::Encrypted));
    assert!(matches!(
        refused(&plain, "a.doc"),
        ExtractError::Unsupported(_)
    ));
}

#[test]
fn an_empty_file_is_empty_and_postscript_is_named() {
    assert_eq!(refused(b"", "a.txt").code(), Code::FileEmpty);
    let error = refused(b"%!PS-Adobe", "a.txt");
    assert!(matches!(error, ExtractError::Unsupported(seems) if seems.contains("PostScript")));
}

#[test]
fn what_is_not_read_is_named() {
    let check = |head: &[u8], expect: &str| {
        let file = [head, &[0; 512]].concat();
        let error = refused(&file, "a.txt");
        assert!(
            matches!(&error, ExtractError::Unsupported(seems) if seems.contains(expect)),
            "{expect}: {error}"
        );
    };
    check(b"BZh91AY&SY", "bzip2");
    check(b"\xfd7zXZ\0\0\x04", "XZ");
    check(b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000");
    check(b"P6\n1200 300\n255\n\xff\xff", "portable map");
    check(b"!BDN\x01\x02", "Outlook mail store");
    check(&[&[b'n'; 257][..], b"ustar\x0000"].concat(), "tar archive");
    check(&[&[b'n'; 60][..], b"BOOKMOBI\0\0"].concat(), "Kindle");
    check(b"\0\x01\0\0Standard ACE DB", "Access");
    assert_eq!(
        crate::desk::pages(b"P6 1 is a room", "a.md"),
        ["P6 1 is a room"]
    );
}
