//! OpenDocument: texts (ODT), sheets (ODS) and slides (ODP) write paragraphs and tables alike; what a page is differs.

use crate::open::HEAD_BYTES;
use crate::package::{Package, kind_of_mimetype};
use crate::pictures::Place;
use crate::properties::properties;
use crate::relations::resolved;
use crate::roll::Roll;
use crate::row::Row;
use crate::written::Written;
use crate::xml::{Piece, Tag, Xml, characters};
use crate::{ExtractError, Meta};
use sheaf_document::Kind;
use std::collections::HashSet;

/// A cell or row that is said to stand there this often is written no more than this often.
const MAX_REPEATS: usize = 32;

const MAX_BLANKS: usize = 64;

const BULLET: &str = "• ";

pub(crate) fn odf(kind: Kind, mut package: Package) -> Result<Written, ExtractError> {
    let manifest = package.xml("META-INF/manifest.xml")?.unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(ExtractError::locked_for_good("an OpenDocument file"));
    }
    let meta: Meta = package.properties("meta.xml");
    let missing = || ExtractError::Corrupt("the part “content.xml” is missing".to_owned());
    let content = package.xml("content.xml")?.ok_or_else(missing)?;
    let (heads, feet) = margins(&package.xml("styles.xml")?.unwrap_or_default());
    let mut flow = Flow::new(kind);
    if kind == Kind::Odt {
        heads
            .iter()
            .try_for_each(|line| flow.roll.paragraph(line))?;
    }
    flow.all(&content)?;
    if kind == Kind::Odt {
        feet.iter().try_for_each(|line| flow.roll.paragraph(line))?;
    }
    flow.roll.written_with(kind, meta, Some(package))
}

/// OpenDocument as one file of XML (FODT, FODS, FODP); `None` when it is another kind of XML.
pub(crate) fn flat(bytes: &[u8]) -> Option<Result<Written, ExtractError>> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let kind = flat_kind(&characters(head))?;
    let content = characters(bytes);
    let mut flow = Flow::new(kind);
    Some(
        flow.all(&content)
            .and_then(|()| flow.roll.written(kind, properties(&content))),
    )
}

/// By what its outermost element says it is.
fn flat_kind(head: &str) -> Option<Kind> {
    let mut xml = Xml::new(head);
    let tag = std::iter::from_fn(|| xml.next()).find_map(|piece| match piece {
        Piece::Open(tag) => Some(tag),
        Piece::Close(_) | Piece::Text(_) => None,
    })?;
    let told = tag
        .attribute("mimetype")
        .filter(|_| tag.name() == "document")?;
    kind_of_mimetype(&told).filter(|kind| *kind != Kind::Epub)
}

/// What stands above and below the text of every page, each once.
fn margins(styles: &str) -> (Vec<String>, Vec<String>) {
    let (mut heads, mut feet): (Vec<String>, Vec<String>) = Default::default();
    let mut xml = Xml::new(styles);
    while let Some(piece) = xml.next() {
        let Piece::Open(tag) = piece else { continue };
        let lines = match tag.name() {
            "header" | "header-left" | "header-first" => &mut heads,
            "footer" | "footer-left" | "footer-first" => &mut feet,
            _ => continue,
        };
        let text = xml.text();
        let text = text.trim();
        if !text.is_empty() && !lines.iter().any(|line| line == text) {
            lines.push(text.to_owned());
        }
    }
    (heads, feet)
}

impl Flow {
    fn all(&mut self, content: &str) -> Result<(), ExtractError> {
        let mut xml = Xml::new(content);
        while let Some(piece) = xml.next() {
            match piece {
                Piece::Open(tag) => self.open(&tag, &mut xml)?,
                Piece::Close(end) => self.close(end.name())?,
                Piece::Text(text) => self.text(&text),
            }
        }
        if xml.is_broken() && self.roll.is_blank() {
            return Err(ExtractError::Corrupt("broken XML".to_owned()));
        }
        Ok(())
    }
}

/// What is open at this place of the document.
struct Flow {
    kind: Kind,
    roll: Roll,
    /// A note or a frame may hold paragraphs inside of one.
    paragraphs: Vec<Paragraph>,
    /// Tables in cells.
    rows: Vec<OpenRow>,
    tables: usize,
    /// A list item has begun, and its mark is not written yet.
    bullet: bool,
    style: String,
    /// Paragraph styles that begin a page.
    breaking: HashSet<String>,
}

#[derive(Default)]
struct Paragraph {
    text: String,
    is_heading: bool,
}

#[derive(Default)]
struct OpenRow {
    row: Row,
    column: usize,
    cell: String,
    /// How often the open cell stands there, and the row.
    cell_repeats: usize,
    repeats: usize,
}

impl Flow {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            roll: Roll::default(),
            paragraphs: Vec::new(),
            rows: Vec::new(),
            tables: 0,
            bullet: false,
            style: String::new(),
            breaking: HashSet::new(),
        }
    }

    fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>) -> Result<(), ExtractError> {
        match tag.name() {
            // Who made a comment and when is no text, nor is what was deleted.
            "creator" | "date" if tag.prefix() == "dc" => xml.skip(),
            "tracked-changes" | "note-citation" | "page-thumbnail" | "page-number" => xml.skip(),
            // In a document of one file.
            "master-styles" | "binary-data" => xml.skip(),
            "style" => self.style = tag.attribute("name").unwrap_or_default(),
            "paragraph-properties" if breaks_page(tag) => {
                self.breaking.insert(self.style.clone());
            }
            "p" | "h" => self.begin_paragraph(tag),
            "s" => self.write(&" ".repeat(count(tag, "c").min(MAX_BLANKS))),
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "list-item" => self.bullet = true,
            "table" => self.begin_table(tag)?,
            "table-row" => self.rows.push(OpenRow {
                repeats: count(tag, "number-rows-repeated"),
                ..OpenRow::default()
            }),
            "table-cell" | "covered-table-cell" => {
                if let Some(row) = self.rows.last_mut() {
                    row.cell_repeats = count(tag, "number-columns-repeated");
                }
            }
            "image" => {
                if let Some(address) = tag.attribute("href") {
                    self.roll.picture(Place::Part(resolved("", &address)));
                }
            }
            "page" if self.kind == Kind::Odp => self.roll.page(),
            _ => {}
        }
        Ok(())
    }

    fn begin_paragraph(&mut self, tag: &Tag<'_>) {
        let style = tag.attribute("style-name").unwrap_or_default();
        if self.kind == Kind::Odt && self.rows.is_empty() && self.breaking.contains(&style) {
            self.roll.page_break();
        }
        let mark = if std::mem::take(&mut self.bullet) {
            BULLET
        } else {
            ""
        };
        self.paragraphs.push(Paragraph {
            text: mark.to_owned(),
            is_heading: tag.name() == "h",
        });
    }

    fn begin_table(&mut self, tag: &Tag<'_>) -> Result<(), ExtractError> {
        self.tables += 1;
        if self.kind != Kind::Ods || self.tables > 1 {
            return Ok(());
        }
        self.roll.page();
        self.roll.heading();
        self.roll
            .paragraph(&tag.attribute("name").unwrap_or_default())
    }

    /// White space in the file is one blank, as in HTML.
    fn text(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else {
            return;
        };
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r') { ' ' } else { c };
            if c != ' ' || !paragraph.text.ends_with(' ') {
                paragraph.text.push(c);
            }
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn close(&mut self, name: &str) -> Result<(), ExtractError> {
        match name {
            "p" | "h" => self.end_paragraph(),
            "table-cell" | "covered-table-cell" => {
                self.end_cell();
                Ok(())
            }
            "table-row" => self.end_row(),
            "table" => {
                self.tables = self.tables.saturating_sub(1);
                if self.rows.is_empty() && self.kind != Kind::Ods {
                    self.roll.blank_line();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end_paragraph(&mut self) -> Result<(), ExtractError> {
        let Some(paragraph) = self.paragraphs.pop() else {
            return Ok(());
        };
        if let Some(row) = self.rows.last_mut() {
            row.cell.push_str(&paragraph.text);
            row.cell.push(' ');
            return Ok(());
        }
        if paragraph.is_heading {
            self.roll.heading();
        }
        if paragraph.text.trim() == BULLET.trim() {
            return Ok(());
        }
        self.roll.paragraph(&paragraph.text)
    }

    fn end_cell(&mut self) {
        let Some(open) = self.rows.last_mut() else {
            return;
        };
        let text = std::mem::take(&mut open.cell);
        let repeats = open.cell_repeats.max(1);
        for copy in 0..repeats.min(MAX_REPEATS) {
            open.row.put(open.column + copy, &text);
        }
        open.column = open.column.saturating_add(repeats);
    }

    /// A table in a cell is read as a part of the cell.
    fn end_row(&mut self) -> Result<(), ExtractError> {
        let Some(mut open) = self.rows.pop() else {
            return Ok(());
        };
        let line = open.row.take();
        if let Some(outer) = self.rows.last_mut() {
            outer.cell.push_str(&line);
            outer.cell.push(' ');
            return Ok(());
        }
        for _ in 0..open.repeats.clamp(1, MAX_REPEATS) {
            self.roll.line(&line)?;
        }
        Ok(())
    }
}

fn breaks_page(tag: &Tag<'_>) -> bool {
    tag.attribute("break-before").as_deref() == Some("page")
}

fn count(tag: &Tag<'_>, name: &str) -> usize {
    let told = tag.attribute(name).and_then(|count| count.parse().ok());
    told.unwrap_or(1)
}
