//! Workbooks of every kind, made by hand.

use crate::word::container;
use std::io::{Cursor, Write};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A sheet's name and the XML of its rows.
pub(crate) type Sheet<'a> = (&'a str, &'a str);

/// An XLSX file; `strings` are the entries of the table of strings, style 1 is a day, style 2 a day with its time.
pub(crate) fn xlsx(sheets: &[Sheet<'_>], strings: &str) -> Vec<u8> {
    xlsx_with(sheets, strings, &[])
}

/// With more parts.
pub(crate) fn xlsx_with(sheets: &[Sheet<'_>], strings: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), "<Types/>".to_owned()),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"a\" Type=\"{LINKS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        ("docProps/core.xml".to_owned(), CORE.to_owned()),
        (
            "xl/sharedStrings.xml".to_owned(),
            format!("<sst xmlns=\"{MAIN}\" uniqueCount=\"99999999999999\">{strings}</sst>"),
        ),
        (
            "xl/styles.xml".to_owned(),
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    let (mut list, mut links) = (String::new(), String::new());
    for (at, (name, rows)) in (1..).zip(sheets) {
        list += &format!("<sheet name=\"{name}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>");
        links += &format!(
            "<Relationship Id=\"rId{at}\" Type=\"{LINKS}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"
        );
        parts.push((
            format!("xl/worksheets/sheet{at}.xml"),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ));
    }
    parts.push((
        "xl/workbook.xml".to_owned(),
        format!(
            "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>{list}</sheets></workbook>"
        ),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{links}</Relationships>"),
    ));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_bytes()))
        .chain(
            more.iter()
                .map(|(name, content)| (*name, content.as_bytes())),
        )
        .collect();
    container(&parts)
}

const CORE: &str = "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:dcterms=\"t\"><dc:title>Costs</dc:title>\
    <dc:creator>Ada</dc:creator><dcterms:created>2024-05-17T09:30:00Z</dcterms:created></cp:coreProperties>";

pub(crate) fn text_cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// An OLE container with these streams.
pub(crate) fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        let folder = std::path::Path::new(name).parent().unwrap();
        file.create_storage_all(folder).unwrap();
        let mut stream = file.create_stream(name).unwrap();
        stream.write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// An XLS file (BIFF8, [MS-XLS]): in each sheet one row of a text and a number.
pub(crate) fn xls(sheets: &[(&str, &str, f64)]) -> Vec<u8> {
    ole(&[("/Workbook", &workbook(sheets))])
}

fn workbook(sheets: &[(&str, &str, f64)]) -> Vec<u8> {
    let mut strings = (sheets.len() as u32).to_le_bytes().repeat(2);
    for (_, text, _) in sheets {
        strings.extend((text.encode_utf16().count() as u16).to_le_bytes());
        strings.push(1);
        strings.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }
    let strings = record(0xfc, &strings);
    let bound: usize = sheets.iter().map(|(name, ..)| 4 + 8 + name.len()).sum();
    let mut at = record(0x809, &bof(5)).len() + bound + strings.len() + 4;
    let (mut globals, mut bodies) = (record(0x809, &bof(5)), Vec::new());
    for (index, (name, _, number)) in sheets.iter().enumerate() {
        let mut sheet = (at as u32).to_le_bytes().to_vec();
        sheet.extend([0, 0, name.len() as u8, 0]);
        sheet.extend(name.as_bytes());
        globals.extend(record(0x85, &sheet));
        let text = [&[0; 6], &(index as u32).to_le_bytes()[..]].concat();
        let value = [&[0, 0, 1, 0, 0, 0], &number.to_le_bytes()[..]].concat();
        let body = [
            record(0x809, &bof(16)),
            record(0xfd, &text),
            record(0x203, &value),
            record(0x0a, &[]),
        ]
        .concat();
        at += body.len();
        bodies.extend(body);
    }
    globals.extend(strings);
    globals.extend(record(0x0a, &[]));
    globals.extend(bodies);
    globals
}

fn bof(kind: u8) -> [u8; 16] {
    let mut bof = [0; 16];
    (bof[1], bof[2]) = (6, kind);
    bof
}

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut record = kind.to_le_bytes().to_vec();
    record.extend((content.len() as u16).to_le_bytes());
    record.extend(content);
    record
}

/// An OpenDocument file: `kind` is the end of its media type, `body` what `office:body` holds.
pub(crate) fn odf(kind: &str, styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
        <office:body>{body}</office:body></office:document-content>"
    );
    let meta = "<office:meta><dc:title>The Title</dc:title><meta:initial-creator>Ada</meta:initial-creator>\
        <meta:creation-date>2024-05-17T09:30:00</meta:creation-date></office:meta>";
    let media = format!("application/vnd.oasis.opendocument.{kind}");
    container(&[
        ("mimetype", media.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("meta.xml", meta.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest/>"),
    ])
}
