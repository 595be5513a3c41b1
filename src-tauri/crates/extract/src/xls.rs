//! Excel workbooks of the older kind (XLS): a sheet is a page, a row a line, its cells set apart by tabs.

use crate::ExtractError;
use crate::guard::guarded;
use crate::office::{Script, meta, unreadable};
use crate::ole::Ole;
use crate::written::Written;
use cfb::CompoundFile;
use sheaf_document::Kind;
use std::collections::HashSet;
use std::io::{Cursor, Read as _};
use undoc::xls::XlsParser;

/// undoc keeps the strings of the workbook once for each sheet.
const MAX_COPIED: usize = 256 << 20;

/// A cell takes about half a kilobyte until its page is written.
const MAX_CELLS: usize = 1_200_000;

pub(crate) fn xls(ole: Ole) -> Result<Written, ExtractError> {
    let promise = Promise::read(&workbook(&ole.bytes)?);
    promise.keep_within_limits()?;
    let document = guarded(|| {
        XlsParser::from_bytes(ole.bytes)
            .and_then(|mut parser| parser.parse())
            .map_err(unreadable)
    });
    let document = document.map_err(|error| match error {
        ExtractError::Encrypted => ExtractError::locked_for_good("an older Excel workbook (XLS)"),
        other => other,
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

/// What reading the workbook will take, told by its records before any is read.
#[derive(Debug, Default, PartialEq)]
struct Promise {
    /// Where each sheet begins.
    sheets: Vec<u32>,
    /// Bytes of the strings that the sheets share.
    strings: usize,
    cells: usize,
}

impl Promise {
    /// Records by their number ([MS-XLS], 2.3).
    fn read(stream: &[u8]) -> Self {
        let (mut promise, mut in_strings) = (Self::default(), false);
        let mut rest = stream;
        while let [a, b, c, d, tail @ ..] = rest {
            let (kind, len) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
            let len = usize::from(len);
            in_strings = kind == 0xfc || (in_strings && kind == 0x3c);
            match kind {
                0x85 => promise
                    .sheets
                    .extend(tail.first_chunk().map(|at| u32::from_le_bytes(*at))),
                0x06 | 0xd6 | 0xfd | 0x203..=0x205 | 0x27e => promise.cells += 1,
                0xbd => promise.cells += len / 6,
                _ if in_strings => promise.strings += len,
                _ => {}
            }
            rest = tail.get(len..).unwrap_or_default();
        }
        promise
    }

    fn keep_within_limits(&self) -> Result<(), ExtractError> {
        let (sheets, cells) = (self.sheets.len(), self.cells);
        let places: HashSet<&u32> = self.sheets.iter().collect();
        if places.len() < sheets {
            return Err(ExtractError::Corrupt("two sheets at one place".to_owned()));
        }
        if cells > MAX_CELLS || sheets.saturating_mul(self.strings) > MAX_COPIED {
            return Err(ExtractError::TooLarge(format!(
                "a workbook of {sheets} sheets, {cells} cells and {} MB of strings",
                self.strings >> 20
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_cells_and_strings_are_counted_before_anything_is_read() {
        let mut stream = vec![0xfc, 0, 2, 0, 1, 2];
        stream.extend([0x3c, 0, 3, 0, 1, 2, 3]);
        stream.extend([0x85, 0, 4, 0, 7, 0, 0, 0].repeat(2));
        stream.extend([0x3c, 0, 1, 0, 9]);
        stream.extend([0xbd, 0, 12, 0].iter().chain(&[0; 12]));
        stream.extend([3, 2, 0, 0, 0xff, 0xff]);
        let promise = Promise::read(&stream);
        let expect = Promise {
            sheets: vec![7, 7],
            strings: 5,
            cells: 3,
        };
        assert_eq!(promise, expect);
        assert!(matches!(
            promise.keep_within_limits(),
            Err(ExtractError::Corrupt(_))
        ));
    }

    #[test]
    fn more_than_fits_is_too_large() {
        let cells = [6, 0, 0, 0].repeat(MAX_CELLS + 1);
        let refused = Promise::read(&cells).keep_within_limits();
        assert!(matches!(refused, Err(ExtractError::TooLarge(_))));
    }
}
