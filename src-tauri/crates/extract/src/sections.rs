//! Cuts a text without pages into sections that stand for pages. Nothing is lost: the sections together are the text,
//! apart from white space at the cuts.

use crate::ExtractError;
use std::ops::Range;

/// A section has at most this many characters, so that a hit leads somewhere and not into a chapter.
pub(crate) const SECTION_CHARS: usize = 4_000;

/// More sections than this are taken for an attack or a data dump.
const MAX_SECTIONS: usize = 200_000;

/// The byte ranges of the sections of `text`; at least one. A form feed always begins a new section. `headings` are
/// byte offsets, ascending, at which a heading begins: the best places to cut.
pub(crate) fn sections(text: &str, headings: &[usize]) -> Result<Vec<Range<usize>>, ExtractError> {
    let mut cuts = Vec::new();
    let mut start = 0;
    let mut sheets = text.split('\u{c}').peekable();
    while let Some(sheet) = sheets.next() {
        let last = sheets.peek().is_none();
        if !(last && sheet.trim().is_empty() && start > 0) {
            cut_sheet(text, start..start + sheet.len(), headings, &mut cuts);
        }
        start += sheet.len() + 1;
        if cuts.len() > MAX_SECTIONS {
            return Err(ExtractError::TooLarge(format!(
                "the text has more than {MAX_SECTIONS} sections"
            )));
        }
    }
    Ok(cuts)
}

/// One sheet gives at least one section, also when it is blank: the numbers of those behind it depend on it.
fn cut_sheet(text: &str, sheet: Range<usize>, headings: &[usize], cuts: &mut Vec<Range<usize>>) {
    let first = cuts.len();
    let mut rest = trimmed(text, sheet.clone());
    while !rest.is_empty() {
        let end = section_end(text, rest.clone(), headings);
        cuts.push(trimmed(text, rest.start..end));
        rest = trimmed(text, end..rest.end);
    }
    if cuts.len() == first {
        cuts.push(sheet.start..sheet.start);
    }
}

fn section_end(text: &str, rest: Range<usize>, headings: &[usize]) -> usize {
    let Some((limit, _)) = text[rest.clone()].char_indices().nth(SECTION_CHARS) else {
        return rest.end;
    };
    let window = &text[rest.start..rest.start + limit];
    // A cut in the first part would leave crumbs; a heading is worth a shorter section than a full stop.
    let cut = last_heading(rest.start, limit, headings)
        .filter(|cut| *cut >= limit / 4)
        .or_else(|| behind_last(window, &["\n\n"]).filter(|cut| *cut >= limit / 3))
        .or_else(|| behind_last(window, &["\n"]).filter(|cut| *cut >= limit / 2))
        .or_else(|| {
            behind_last(window, &[". ", "! ", "? ", "。", "！", "？"])
                .filter(|cut| *cut >= limit / 2)
        })
        .or_else(|| behind_last(window, &[" ", "\t"]).filter(|cut| *cut >= limit / 2))
        .unwrap_or(limit);
    rest.start + cut
}

fn last_heading(start: usize, limit: usize, headings: &[usize]) -> Option<usize> {
    let until = headings.partition_point(|at| *at <= start + limit);
    let last = *headings[..until].last()?;
    last.checked_sub(start).filter(|cut| *cut > 0)
}

fn behind_last(window: &str, marks: &[&str]) -> Option<usize> {
    marks
        .iter()
        .filter_map(|mark| window.rfind(mark).map(|at| at + mark.len()))
        .max()
}

/// Without the white space around; indentation before the first word of a line stays.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let end = range.start + part.trim_end().len();
    if end == range.start {
        return range.start..range.start;
    }
    let blank = part.len() - part.trim_start().len();
    let line = part[..blank].rfind('\n').map_or(0, |at| at + 1);
    range.start + line..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let headings: Vec<usize> = text.match_indices("\n# ").map(|(at, _)| at + 1).collect();
        let ranges = sections(text, &headings).unwrap();
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    fn dense(text: &str) -> String {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    #[test]
    fn a_short_text_is_one_section() {
        assert_eq!(cut("one\n\ntwo\n"), ["one\n\ntwo"]);
        assert_eq!(cut(""), [""]);
        assert_eq!(cut(" \n "), [""]);
    }

    #[test]
    fn a_form_feed_begins_a_section_and_a_blank_sheet_keeps_its_number() {
        assert_eq!(cut("one\u{c}\u{c}three\u{c}"), ["one", "", "three"]);
    }

    #[test]
    fn nothing_is_lost_and_no_section_is_too_long() {
        let words = "wörter und Sätze. ".repeat(2_000);
        let wall = "字".repeat(9_001);
        let lines = "a line of text\n".repeat(3_000);
        for text in [words, wall, lines] {
            let parts = cut(&text);
            assert!(parts.len() > 1);
            assert!(parts.iter().all(|p| p.chars().count() <= SECTION_CHARS));
            assert_eq!(dense(&parts.concat()), dense(&text));
        }
    }

    #[test]
    fn a_heading_is_a_better_cut_than_a_paragraph() {
        let paragraph = format!("{}\n\n", "word ".repeat(100));
        let text = format!("{}\n# Second\n{}", paragraph.repeat(5), paragraph.repeat(5));
        let parts = cut(&text);
        assert_eq!(parts.len(), 2);
        assert!(parts[1].starts_with("# Second"));
    }

    #[test]
    fn indentation_at_a_cut_stays() {
        let text = format!("{}\n    indented", "x".repeat(SECTION_CHARS - 1));
        assert_eq!(cut(&text)[1], "    indented");
    }
}
