//! PowerPoint presentations (PPTX): a slide is a page, with its tables, diagrams, the words of its charts, and its notes.

use crate::ExtractError;
use crate::package::Package;
use crate::pictures::Place;
use crate::relations::{Relations, relations};
use crate::roll::Roll;
use crate::row::Row;
use crate::written::Written;
use crate::xml::{Piece, Tag, Xml};
use sheaf_document::Kind;

const PRESENTATION: &str = "ppt/presentation.xml";

pub(crate) fn pptx(mut package: Package) -> Result<Written, ExtractError> {
    let meta = package.properties("docProps/core.xml");
    let missing = || ExtractError::Corrupt(format!("the part “{PRESENTATION}” is missing"));
    let list = package.xml(PRESENTATION)?.ok_or_else(missing)?;
    let links = relations(&mut package, PRESENTATION)?;
    let mut roll = Roll::default();
    for slide in slides(&list, &links) {
        roll.page();
        let links = relations(&mut package, &slide)?;
        part(&mut package, &slide, &links, &mut roll)?;
        for kind in ["diagramData", "chart", "notesSlide"] {
            for beside in links.of_type(kind) {
                part(&mut package, beside, &Relations::default(), &mut roll)?;
            }
        }
    }
    roll.written_with(Kind::Pptx, meta, Some(package))
}

/// The slides in the order of the presentation.
fn slides(list: &str, links: &Relations) -> Vec<String> {
    let mut slides = Vec::new();
    let mut xml = Xml::new(list);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        if tag.name() == "sldId" {
            let id = tag.relationship().unwrap_or_default();
            slides.extend(links.target(&id).map(str::to_owned));
        }
    }
    slides
}

/// The text of a slide or of what belongs to it, and its pictures; a slide that is missing or breaks off keeps its number.
fn part(
    package: &mut Package,
    name: &str,
    links: &Relations,
    roll: &mut Roll,
) -> Result<(), ExtractError> {
    let Some(source) = package.xml(name)? else {
        return Ok(());
    };
    let mut shape = Shape::default();
    let mut xml = Xml::new(&source);
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Open(tag) if tag.name() == "blip" => {
                let id = tag.attribute("embed").unwrap_or_default();
                if let Some(target) = links.target(&id) {
                    roll.picture(Place::Part(target.to_owned()));
                }
            }
            Piece::Open(tag) => shape.open(&tag, &mut xml, roll)?,
            Piece::Close(end) => shape.close(end.name(), roll)?,
            Piece::Text(_) => {}
        }
    }
    Ok(())
}

#[derive(Default)]
struct Shape {
    paragraph: String,
    is_title: bool,
    /// In a table: the row that is open, and its cell.
    row: Option<(Row, usize)>,
    cell: String,
}

impl Shape {
    fn open(
        &mut self,
        tag: &Tag<'_>,
        xml: &mut Xml<'_>,
        roll: &mut Roll,
    ) -> Result<(), ExtractError> {
        match tag.name() {
            // The same once more, for programs that do not know the choice before it.
            "Fallback" => xml.skip(),
            "fld" if tag.attribute("type").as_deref() == Some("slidenum") => xml.skip(),
            "ph" => {
                let kind = tag.attribute("type").unwrap_or_default();
                self.is_title = matches!(kind.as_str(), "title" | "ctrTitle");
            }
            "sp" => self.is_title = false,
            "t" => self.paragraph.push_str(&xml.text()),
            // The numbers of a chart are thousands; its words are what it is about.
            "numCache" => xml.skip(),
            "v" => roll.line(&xml.text())?,
            "br" => self.paragraph.push('\n'),
            "tbl" => roll.blank_line(),
            "tr" => self.row = Some((Row::default(), 0)),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str, roll: &mut Roll) -> Result<(), ExtractError> {
        match name {
            "p" => self.end_paragraph(roll)?,
            "tc" => {
                if let Some((row, column)) = &mut self.row {
                    row.put(*column, &std::mem::take(&mut self.cell));
                    *column += 1;
                }
            }
            "tr" => {
                if let Some((mut row, _)) = self.row.take() {
                    roll.line(&row.take())?;
                }
            }
            "txBody" | "tbl" | "pt" if self.row.is_none() => roll.blank_line(),
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self, roll: &mut Roll) -> Result<(), ExtractError> {
        let text = std::mem::take(&mut self.paragraph);
        if self.row.is_some() {
            self.cell.push_str(&text);
            self.cell.push(' ');
            return Ok(());
        }
        if self.is_title {
            roll.heading();
        }
        roll.line(&text)
    }
}
