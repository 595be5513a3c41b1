//! What is written on a sheet of a workbook (XLSX) beside its cells: comments and text boxes.

use crate::ExtractError;
use crate::package::Package;
use crate::properties::one_line;
use crate::relations::relations;
use crate::xml::{Piece, Xml};
use std::collections::HashMap;

const WORKBOOK: &str = "xl/workbook.xml";

/// Lines by the name of the sheet. Every part counts once, however many sheets name it.
pub(crate) fn beside_cells(
    package: &mut Package,
) -> Result<HashMap<String, Vec<String>>, ExtractError> {
    let mut found = HashMap::new();
    let Some(workbook) = package.xml(WORKBOOK)? else {
        return Ok(found);
    };
    let parts = relations(package, WORKBOOK)?;
    let mut seen = std::collections::HashSet::new();
    let mut xml = Xml::new(&workbook);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        let part = tag.relationship().and_then(|id| parts.target(&id));
        let (Some(name), Some(part)) = (tag.attribute("name"), part) else {
            continue;
        };
        if tag.name() == "sheet" && seen.insert(part.to_owned()) {
            found.insert(name, of_sheet(package, part)?);
        }
    }
    Ok(found)
}

fn of_sheet(package: &mut Package, part: &str) -> Result<Vec<String>, ExtractError> {
    let around = relations(package, part)?;
    let mut lines = Vec::new();
    for part in around.of_type("comments") {
        comments(&package.xml(part)?.unwrap_or_default(), &mut lines);
    }
    for part in around.of_type("drawing") {
        boxes(&package.xml(part)?.unwrap_or_default(), &mut lines);
    }
    Ok(lines)
}

/// Each with its cell: `B7: …`.
fn comments(part: &str, lines: &mut Vec<String>) {
    let mut xml = Xml::new(part);
    while let Some(piece) = xml.next() {
        if let Piece::Open(tag) = piece
            && tag.name() == "comment"
        {
            let cell = tag.attribute("ref").unwrap_or_default();
            let said = one_line(&xml.text());
            if !said.is_empty() {
                lines.push(format!("{cell}: {said}"));
            }
        }
    }
}

/// The paragraphs of what is drawn.
fn boxes(part: &str, lines: &mut Vec<String>) {
    let mut xml = Xml::new(part);
    while let Some(piece) = xml.next() {
        if let Piece::Open(tag) = piece
            && tag.name() == "p"
        {
            let line = one_line(&xml.text());
            if !line.is_empty() {
                lines.push(line);
            }
        }
    }
}
