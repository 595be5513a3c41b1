//! What undoc reads becomes one text: paragraphs, tables as lines, headings and page breaks as places to cut.

use crate::plain::clean;
use crate::written::Written;
use crate::{ExtractError, Meta, date};
use sheaf_document::Kind;
use undoc::model::{Metadata, RevisionType, Section};
use undoc::{Block, Document, ListType, Paragraph, Table};

/// Tables in tables; undoc has limits of its own, this one is for the stack.
const MAX_DEPTH: u32 = 32;

/// The text as it grows.
#[derive(Default)]
pub(crate) struct Script {
    text: String,
    headings: Vec<usize>,
    /// The ids of pictures, and where they stand.
    pictures: Vec<(usize, String)>,
}

impl Script {
    /// A document written in one go: headers first, then the text, then the footers.
    pub(crate) fn sections(&mut self, document: &Document) {
        let sections = &document.sections;
        self.edges(sections.iter().filter_map(|s| s.header.as_deref()));
        for section in sections {
            section.content.iter().for_each(|block| self.block(block));
        }
        self.edges(sections.iter().filter_map(|s| s.footer.as_deref()));
    }

    /// Headers or footers: letterheads say who wrote. Each text once, however many sections repeat it.
    fn edges<'d>(&mut self, edges: impl Iterator<Item = &'d [Paragraph]>) {
        let mut seen: Vec<String> = Vec::new();
        for edge in edges {
            let lines: Vec<String> = edge.iter().map(line).collect();
            let text = lines.join("\n").trim().to_owned();
            if !text.is_empty() && !seen.contains(&text) {
                self.paragraph(&text);
                seen.push(text);
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(paragraph) => {
                if paragraph.heading.is_heading() {
                    self.headings.push(self.text.len());
                }
                self.pictures_of(paragraph);
                self.paragraph(&line(paragraph));
            }
            Block::Table(table) => {
                self.table(table, MAX_DEPTH);
                self.text.push('\n');
            }
            Block::Note { content, .. } => {
                content.iter().for_each(|p| self.paragraph(&line(p)));
            }
            Block::PageBreak => self.text.push('\u{c}'),
            Block::Image { resource_id, .. } => {
                self.pictures.push((self.text.len(), resource_id.clone()));
            }
            Block::SectionBreak => {}
        }
    }

    /// A page of its own: a sheet or a slide, its notes at the end. The pages before it keep their number.
    pub(crate) fn page(&mut self, section: &Section, heading: Option<&str>) {
        if let Some(heading) = heading {
            self.headings.push(self.text.len());
            self.paragraph(&clean(heading).replace('\u{c}', " "));
        }
        section.content.iter().for_each(|block| self.block(block));
        section.notes.iter().flatten().for_each(|note| {
            self.paragraph(&line(note));
        });
        self.text.push('\u{c}');
    }

    pub(crate) fn written(self, kind: Kind, meta: Meta) -> Result<Written, ExtractError> {
        Written::new(kind, meta, self.text, &self.headings)
    }

    /// The ids of the pictures, with where they stand in the text.
    pub(crate) fn take_pictures(&mut self) -> Vec<(usize, String)> {
        std::mem::take(&mut self.pictures)
    }

    fn pictures_of(&mut self, paragraph: &Paragraph) {
        let at = self.text.len();
        let ids = paragraph
            .images
            .iter()
            .map(|image| image.resource_id.clone());
        self.pictures.extend(ids.map(|id| (at, id)));
    }

    fn paragraph(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.text.push_str(line);
            self.text.push_str("\n\n");
        } else if line.contains('\u{c}') {
            self.text.push('\u{c}');
        }
    }

    /// A row is a line, its cells set apart by tabs.
    fn table(&mut self, table: &Table, depth: u32) {
        for row in &table.rows {
            let paragraphs = row.cells.iter().flat_map(|cell| &cell.content);
            paragraphs.for_each(|paragraph| self.pictures_of(paragraph));
            let cells: Vec<String> = row
                .cells
                .iter()
                .map(|cell| {
                    let lines: Vec<String> = cell.content.iter().map(line).collect();
                    lines
                        .join(" ")
                        .replace(['\n', '\u{c}'], " ")
                        .trim()
                        .to_owned()
                })
                .collect();
            let line = cells.join("\t");
            if !line.trim().is_empty() {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
            }
            let inner = row.cells.iter().flat_map(|cell| &cell.nested_tables);
            if depth > 0 {
                inner.for_each(|table| self.table(table, depth - 1));
            }
        }
    }
}

/// A paragraph's text with the mark of its list, without what tracked changes have deleted.
fn line(paragraph: &Paragraph) -> String {
    let mut line = String::new();
    if let Some(list) = &paragraph.list_info {
        match (list.list_type, list.number) {
            (ListType::Bullet, _) => line.push_str("• "),
            (ListType::Numbered, Some(number)) => line.push_str(&format!("{number}. ")),
            (ListType::Numbered | ListType::None, _) => {}
        }
    }
    for run in &paragraph.runs {
        if run.revision != RevisionType::Deleted {
            line.push_str(&run.text.replace('\u{c}', " "));
        }
        if run.line_break {
            line.push('\n');
        }
        if run.page_break {
            line.push('\u{c}');
        }
    }
    clean(&line)
}

pub(crate) fn meta(data: &Metadata) -> Meta {
    let told = |value: &Option<String>| {
        let value = clean(value.as_deref()?).trim().to_owned();
        (!value.is_empty()).then_some(value)
    };
    Meta {
        title: told(&data.title),
        author: told(&data.author),
        date: told(&data.created)
            .or_else(|| told(&data.modified))
            .and_then(|text| date::from_written(&text)),
    }
}

pub(crate) fn unreadable(error: undoc::Error) -> ExtractError {
    match error {
        undoc::Error::Encrypted => ExtractError::Encrypted,
        other => ExtractError::Corrupt(other.to_string()),
    }
}
