//! Tesseract's table of words becomes text with places.

use sheaf_document::{PageText, Source, Word};

use crate::place::{PixelBox, Place};

/// One word as Tesseract saw it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) text: String,
    pub(crate) place: PixelBox,
    /// 0 to 1.
    pub(crate) confidence: f32,
    /// Block and paragraph: a change begins a new paragraph.
    paragraph: (u32, u32),
    /// Within the paragraph.
    line: u32,
}

/// Reads the rows of Tesseract's TSV that are words (level 5) and not empty, in its reading order: level, page, block,
/// paragraph, line, word, left, top, width, height, confidence in percent, text.
pub(crate) fn parse(tsv: &str) -> Vec<Seen> {
    tsv.lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<Seen> {
    let cells: Vec<&str> = line.splitn(12, '\t').collect();
    let [
        level,
        _,
        block,
        paragraph,
        line,
        _,
        left,
        top,
        width,
        height,
        confidence,
        text,
    ] = cells[..]
    else {
        return None;
    };
    let text: String = text.chars().filter(|c| *c != '\0').collect();
    if level != "5" || text.trim().is_empty() {
        return None;
    }
    Some(Seen {
        text: text.trim().to_owned(),
        place: PixelBox {
            left: left.parse().ok()?,
            top: top.parse().ok()?,
            width: width.parse().ok()?,
            height: height.parse().ok()?,
        },
        confidence: (confidence.parse::<f32>().ok()? / 100.0).clamp(0.0, 1.0),
        paragraph: (block.parse().ok()?, paragraph.parse().ok()?),
        line: line.parse().ok()?,
    })
}

/// Mean confidence of the words, weighted by their length; 0 without words.
pub(crate) fn confidence(words: &[Seen]) -> f32 {
    let letters = |word: &Seen| word.text.chars().count() as f32;
    let all: f32 = words.iter().map(letters).sum();
    let sure: f32 = words.iter().map(|w| w.confidence * letters(w)).sum();
    if all > 0.0 { sure / all } else { 0.0 }
}

/// A page of the words: lines end with `\n`, an empty line stands between paragraphs.
pub(crate) fn page(
    words: &[Seen],
    place: Place,
    given: (u32, u32),
    size_pt: (f32, f32),
) -> PageText {
    let mut page = PageText::blank(size_pt.0, size_pt.1);
    let mut before: Option<&Seen> = None;
    for seen in words {
        page.text
            .push_str(before.map_or("", |before| gap(before, seen)));
        let start = page.text.len() as u32;
        page.text.push_str(&seen.text);
        page.words.push(Word {
            start,
            end: page.text.len() as u32,
            rect: place.rect(seen.place, given),
        });
        before = Some(seen);
    }
    if !words.is_empty() {
        page.text.push('\n');
        page.source = Source::Ocr;
        page.confidence = confidence(words);
    }
    page
}

/// What stands between two words.
fn gap(before: &Seen, after: &Seen) -> &'static str {
    if before.paragraph != after.paragraph {
        "\n\n"
    } else if before.line != after.line {
        "\n"
    } else if before.text.ends_with(is_unspaced) && after.text.starts_with(is_unspaced) {
        ""
    } else {
        " "
    }
}

/// Han and Kana with their signs are written without spaces.
fn is_unspaced(c: char) -> bool {
    matches!(c as u32, 0x2e80..=0x312f | 0x31a0..=0x9fff | 0xf900..=0xfaff | 0xff00..=0xff60 | 0x2_0000..=0x3_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t100\t100\t-1\t\n\
        5\t1\t1\t1\t1\t1\t10\t10\t20\t10\t90.0\tHello\n\
        5\t1\t1\t1\t1\t2\t40\t10\t20\t10\t50.0\twörld\n\
        5\t1\t1\t1\t2\t1\t10\t30\t20\t10\t95\t \n\
        5\t1\t1\t1\t2\t1\t10\t30\t20\t10\t100\tagain\n\
        5\t1\t2\t1\t1\t1\t10\t50\t20\t10\t0\t文\n\
        5\t1\t2\t1\t1\t2\t30\t50\t20\t10\t0\t字\n";

    fn table_page() -> PageText {
        page(&parse(TABLE), Place::GIVEN, (100, 100), (0.0, 0.0))
    }

    #[test]
    fn lines_and_paragraphs_keep_their_ends() {
        assert_eq!(table_page().text, "Hello wörld\nagain\n\n文字\n");
    }

    #[test]
    fn every_word_points_at_itself_in_the_text() {
        let page = table_page();
        let words: Vec<&str> = page
            .words
            .iter()
            .map(|w| &page.text[w.start as usize..w.end as usize])
            .collect();
        assert_eq!(words, ["Hello", "wörld", "again", "文", "字"]);
        assert_eq!(page.words[1].rect.x0, 0.4);
    }

    #[test]
    fn longer_words_weigh_more() {
        let found = confidence(&parse(TABLE));
        assert!((found - (0.9 * 5.0 + 0.5 * 5.0 + 5.0) / 17.0).abs() < 1e-4);
    }

    #[test]
    fn a_page_without_words_is_blank() {
        let page = page(&[], Place::GIVEN, (100, 100), (10.0, 20.0));
        assert_eq!(page, PageText::blank(10.0, 20.0));
    }

    #[test]
    fn rows_that_make_no_sense_are_no_words() {
        assert_eq!(
            parse("5\t1\t1\nrubbish\n5\t1\t1\t1\t1\t1\tx\t1\t1\t1\t90\tword\n"),
            []
        );
    }
}
