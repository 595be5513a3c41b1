//! Excel workbooks of the older kind (XLS): a sheet is a page, a row a line, its cells set apart by tabs.

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::ole::Ole;
use crate::written::Written;
use cfb::CompoundFile;
use sheaf_document::Kind;
use std::io::{Cursor, Read as _};
use undoc::xls::XlsParser;

/// undoc keeps the strings of the workbook once for each sheet, and the sheets may be told to be the same one.
const MAX_COPIED: usize = 256 << 20;

/// Records of the workbook's stream ([MS-XLS], 2.3).
const BOUND_SHEET: u16 = 0x85;
const SHARED_STRINGS: u16 = 0xfc;
const CONTINUE: u16 = 0x3c;

pub(crate) fn xls(ole: Ole) -> Result<Written, ExtractError> {
    let stream = workbook(&ole.bytes)?;
    let (sheets, strings) = promised(&stream);
    if sheets.saturating_mul(strings.max(stream.len() / 64)) > MAX_COPIED {
        return Err(ExtractError::TooLarge(format!(
            "a workbook of {sheets} sheets and {} MB of strings",
            strings >> 20
        )));
    }
    drop(stream);
    let document = guarded(|| {
        XlsParser::from_bytes(ole.bytes)
            .and_then(|mut parser| parser.parse())
            .map_err(unreadable)
    })?;
    let mut script = Script::default();
    for section in &document.sections {
        script.page(section, section.name.as_deref());
    }
    script.written(Kind::Xls, meta(&document.metadata))
}

fn workbook(bytes: &[u8]) -> Result<Vec<u8>, ExtractError> {
    let damaged = |e: std::io::Error| ExtractError::Corrupt(e.to_string());
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = if file.is_stream("/Workbook") {
        "/Workbook"
    } else {
        "/Book"
    };
    let mut stream = Vec::new();
    let source = file.open_stream(name).map_err(damaged)?;
    source
        .take(bytes.len() as u64)
        .read_to_end(&mut stream)
        .map_err(damaged)?;
    Ok(stream)
}

/// How many sheets there are, and how many bytes the strings have that they share.
fn promised(stream: &[u8]) -> (usize, usize) {
    let (mut sheets, mut strings, mut in_strings) = (0, 0, false);
    let mut rest = stream;
    while let [a, b, c, d, tail @ ..] = rest {
        let (kind, len) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
        in_strings = kind == SHARED_STRINGS || (in_strings && kind == CONTINUE);
        sheets += usize::from(kind == BOUND_SHEET);
        strings += if in_strings { usize::from(len) } else { 0 };
        rest = tail.get(usize::from(len)..).unwrap_or_default();
    }
    (sheets, strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_and_strings_are_counted_before_anything_is_read() {
        let mut stream = vec![0xfc, 0, 2, 0, 1, 2];
        stream.extend([0x3c, 0, 3, 0, 1, 2, 3]);
        stream.extend([0x85, 0, 1, 0, 0].repeat(4));
        stream.extend([0x3c, 0, 1, 0, 9, 0xff, 0xff]);
        assert_eq!(promised(&stream), (4, 5));
    }
}
