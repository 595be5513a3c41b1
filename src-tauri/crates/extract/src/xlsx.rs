//! Excel workbooks (XLSX): a sheet is a page, a row a line, its cells set apart by tabs. Cells are read as they come
//! and never laid out on a grid: two of them in opposite corners would need 17,000 million places.

use crate::beside::beside_cells;
use crate::package::Package;
use crate::roll::Roll;
use crate::row::Row;
use crate::written::Written;
use crate::{ExtractError, guard::guarded};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use sheaf_document::Kind;
use std::io::Cursor;

/// A workbook may name one part as a sheet as often as it likes.
const MAX_SHEETS: usize = 10_000;
const MAX_CELLS: usize = 20_000_000;

type Book = Xlsx<Cursor<Vec<u8>>>;

pub(crate) fn xlsx(mut package: Package) -> Result<Written, ExtractError> {
    let meta = package.properties("docProps/core.xml");
    let mut beside = beside_cells(&mut package)?;
    let parts = package.written_parts(without_promise)?;
    let mut book: Book = guarded(|| Xlsx::new(Cursor::new(parts)).map_err(unreadable))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    if sheets.len() > MAX_SHEETS {
        return Err(too_large());
    }
    let (mut roll, mut broken, mut left) = (Roll::default(), None, MAX_CELLS);
    for name in &sheets {
        roll.page();
        roll.heading();
        roll.paragraph(name)?;
        match guarded(|| sheet(&mut book, name, &mut roll, &mut left)) {
            Err(ExtractError::Corrupt(why)) => broken = Some(ExtractError::Corrupt(why)),
            other => other?,
        }
        roll.blank_line();
        let lines = beside.remove(name).unwrap_or_default();
        lines.iter().try_for_each(|line| roll.line(line))?;
    }
    match broken {
        Some(error) if sheets.len() == 1 => Err(error),
        _ => roll.written(Kind::Xlsx, meta),
    }
}

fn sheet(
    book: &mut Book,
    name: &str,
    roll: &mut Roll,
    left: &mut usize,
) -> Result<(), ExtractError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let (mut row, mut at) = (Row::default(), 0);
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        *left = left.checked_sub(1).ok_or_else(too_large)?;
        let (line, column) = cell.get_position();
        if line != at {
            roll.line(&row.take())?;
            at = line;
        }
        row.put(column as usize, &shown(cell.get_value()));
    }
    roll.line(&row.take())
}

fn too_large() -> ExtractError {
    ExtractError::TooLarge(format!(
        "a workbook of more than {MAX_SHEETS} sheets or {MAX_CELLS} cells"
    ))
}

/// About what the cell shows.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(moment) => moment_shown(moment),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A day, a time of day, or both; a duration in hours.
fn moment_shown(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() {
        let seconds = (days.abs() * 86_400.0).round().min(1e15) as u64;
        let sign = if days < 0.0 { "-" } else { "" };
        return format!(
            "{sign}{}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
    }
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if days < 1.0 {
        time
    } else if days.fract() == 0.0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    }
}

/// The table of strings says how many it has, and calamine would set aside room for them all.
fn without_promise(name: &str, mut part: Vec<u8>) -> Vec<u8> {
    const PROMISE: &[u8] = b"uniqueCount";
    if name.ends_with("haredStrings.xml") {
        let head = part.len().min(4096);
        while let Some(at) = part[..head]
            .windows(PROMISE.len())
            .position(|window| window == PROMISE)
        {
            part[at..at + PROMISE.len()].copy_from_slice(b"x----------");
        }
    }
    part
}

fn unreadable(error: XlsxError) -> ExtractError {
    match error {
        XlsxError::Password => ExtractError::Encrypted,
        other => ExtractError::Corrupt(other.to_string()),
    }
}
