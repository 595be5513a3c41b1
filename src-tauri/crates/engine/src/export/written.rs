//! What is known of a document, written down: as text, Markdown, JSON.

use serde::Serialize;
use sheaf_document::{DocumentId, Kind, Rect, Source, Word};
use sheaf_store::Library;
use sheaf_store::table::revisions;
use sheaf_store::table::{documents, pages};

use super::ExportAnswer;
use crate::{EngineError, Result, view};

/// A document as it is written.
#[derive(Serialize)]
pub(super) struct Known {
    document: DocumentId,
    path: String,
    kind: Option<Kind>,
    title: Option<String>,
    author: Option<String>,
    date: Option<String>,
    languages: Option<String>,
    pages: Vec<KnownPage>,
}

#[derive(Serialize)]
struct KnownPage {
    page: u32,
    text: String,
    source: Source,
    confidence: f32,
    state: &'static str,
    code: Option<sheaf_document::Code>,
    /// Points (1/72 inch); 0 where the format has no size.
    width_pt: f32,
    height_pt: f32,
    words: Vec<KnownWord>,
}

#[derive(Serialize)]
struct KnownWord {
    text: String,
    /// Fractions of the page, origin top left.
    r#box: [f32; 4],
}

pub(super) fn gather(library: &Library, document: DocumentId) -> Result<Known> {
    let text = view::text(library, document, None)?;
    let shown = view::show(library, document)?;
    let conn = library.read()?;
    let row = documents::get(&conn, document)?;
    let revision = row.and_then(|row| row.current.or(row.building));
    let languages = match revision {
        Some(id) => Some(
            revisions::get(&conn, id)?
                .settings
                .languages
                .as_str()
                .to_owned(),
        ),
        None => None,
    };
    let mut pages_known = Vec::new();
    for page in text.pages {
        let (size, words) = match revision {
            Some(id) => (
                pages::size_pt(&conn, id, page.page)?,
                pages::words(&conn, id, page.page)?,
            ),
            None => (None, Vec::new()),
        };
        let (width_pt, height_pt) = size.unwrap_or((0.0, 0.0));
        pages_known.push(KnownPage {
            page: page.page,
            words: words
                .iter()
                .filter_map(|word| known_word(&page.text, word))
                .collect(),
            text: page.text,
            source: page.source,
            confidence: page.confidence,
            state: page.state,
            code: page.code,
            width_pt,
            height_pt,
        });
    }
    Ok(Known {
        document,
        path: text.path,
        kind: shown.kind,
        title: shown.title,
        author: shown.author,
        date: shown.date,
        languages,
        pages: pages_known,
    })
}

/// An answer with the pages counted, to be filled in.
pub(super) fn count(library: &Library, document: DocumentId) -> Result<ExportAnswer> {
    let text = view::text(library, document, None)?;
    let is_recognized = |source| matches!(source, Source::Ocr | Source::Both);
    let recognized = text
        .pages
        .iter()
        .filter(|page| is_recognized(page.source))
        .count();
    Ok(ExportAnswer {
        document,
        to: String::new(),
        pages: text.pages.len() as u32,
        recognized: recognized as u32,
        bytes: 0,
    })
}

fn known_word(text: &str, word: &Word) -> Option<KnownWord> {
    let Rect { x0, y0, x1, y1 } = word.rect;
    Some(KnownWord {
        text: text.get(word.start as usize..word.end as usize)?.to_owned(),
        r#box: [x0, y0, x1, y1],
    })
}

impl Known {
    /// Pages one after the other, a form feed between two, as `pdftotext` does.
    pub(super) fn as_text(&self) -> String {
        let pages: Vec<&str> = self.pages.iter().map(|page| page.text.as_str()).collect();
        pages.join("\n\u{c}")
    }

    pub(super) fn as_json(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| EngineError::Io {
            path: self.path.clone(),
            source: error.into(),
        })?;
        Ok(text + "\n")
    }

    /// Title and origin, then each page under its heading. What is Markdown stays as it was.
    pub(super) fn as_markdown(&self) -> String {
        if self.kind == Some(Kind::Markdown) {
            let pages: Vec<&str> = self.pages.iter().map(|page| page.text.trim_end()).collect();
            return pages.join("\n\n") + "\n";
        }
        let name = std::path::Path::new(&self.path)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let title = self.title.as_deref().unwrap_or(&name);
        let mut lines = vec![format!("# {}", escaped(title)), String::new()];
        let about = [self.author.as_deref(), self.date.as_deref()];
        let about: Vec<String> = about.into_iter().flatten().map(escaped).collect();
        if !about.is_empty() {
            lines.extend([about.join(" · "), String::new()]);
        }
        for page in &self.pages {
            if self.pages.len() > 1 {
                lines.extend([format!("## Page {}", page.page), String::new()]);
            }
            lines.extend(page_lines(&page.text));
        }
        lines.join("\n") + "\n"
    }
}

/// Paragraphs, and tables where two or more rows of cells follow each other.
fn page_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let all: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < all.len() {
        let rows = all[at..]
            .iter()
            .take_while(|line| line.contains('\t'))
            .count();
        if rows >= 2 {
            lines.extend(table(&all[at..at + rows]));
            at += rows;
        } else {
            lines.push(line(all[at]));
            at += 1;
        }
    }
    lines.push(String::new());
    lines
}

fn table(rows: &[&str]) -> Vec<String> {
    let width = rows
        .iter()
        .map(|row| row.split('\t').count())
        .max()
        .unwrap_or(0);
    let cells = |row: &str| {
        let mut cells: Vec<String> = row
            .split('\t')
            .map(|cell| escaped(cell.trim()).replace('|', "\\|"))
            .collect();
        cells.resize(width, String::new());
        format!("| {} |", cells.join(" | "))
    };
    let mut lines = vec![
        String::new(),
        cells(rows[0]),
        format!("|{}", " --- |".repeat(width)),
    ];
    lines.extend(rows[1..].iter().map(|row| cells(row)));
    lines.push(String::new());
    lines
}

/// A line that begins like a heading, list or quotation is none. Two spaces at the end keep the line's end.
fn line(text: &str) -> String {
    let text = text.replace('\t', " ");
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text[digits..].strip_prefix(['.', ')']);
    let is_numbered =
        digits > 0 && behind.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    match text.chars().next() {
        None => String::new(),
        Some('#' | '>' | '+' | '-' | '=' | '~') => format!("\\{}  ", escaped(text)),
        Some(_) if is_numbered => format!("{}\\{}  ", &text[..digits], escaped(&text[digits..])),
        Some(_) => escaped(text) + "  ",
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' => escaped.extend(['\\', c]),
            '\n' => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_cells_are_a_table() {
        let lines = page_lines("Prices\nTea\t3\nCoffee | black\t4\t*\nEnd");
        let text = lines.join("\n");
        assert!(
            text.contains("| Tea | 3 |  |\n| --- | --- | --- |\n| Coffee \\| black | 4 | \\* |\n"),
            "{text}"
        );
    }

    #[test]
    fn what_looks_like_a_mark_is_none() {
        for (given, expect) in [
            ("# 1", "\\# 1  "),
            ("- a", "\\- a  "),
            ("12. x", "12\\. x  "),
            ("3) x", "3\\) x  "),
            ("1.5 m", "1.5 m  "),
            ("", ""),
        ] {
            assert_eq!(line(given), expect);
        }
    }
}
