//! One page from two sources: the text a page brings along, and what is recognised in its picture beside it.

use sheaf_document::{PageText, Rect, Source, Word};

/// A recognised word of which this part lies on words of the page's own is one of them, read a second time.
const SAME: f32 = 0.25;

/// A page with so many characters of its own is a text page; what was recognised is on its pictures.
const MUCH: usize = 200;

/// The page's own text first, then the recognised words that stand elsewhere, in their order and lines.
pub(crate) fn merge(own: PageText, recognized: PageText) -> PageText {
    if own.text.trim().is_empty() {
        return PageText {
            width_pt: own.width_pt,
            height_pt: own.height_pt,
            ..recognized
        };
    }
    let is_written = own.text.chars().count() >= MUCH;
    if is_written && recognized.confidence < WRITING {
        return own;
    }
    let fresh: Vec<Word> = recognized
        .words
        .iter()
        .filter(|word| !is_covered(word.rect, &own.words))
        .copied()
        .collect();
    if fresh.is_empty() {
        return own;
    }
    append(own, &recognized, &fresh)
}

fn append(own: PageText, recognized: &PageText, fresh: &[Word]) -> PageText {
    let mut page = own;
    let (before, added) = (page.words.len().max(1) as f32, fresh.len() as f32);
    let mut end_before: Option<usize> = None;
    for word in fresh {
        let (start, end) = (word.start as usize, word.end as usize);
        let Some(letters) = recognized.text.get(start..end) else {
            continue;
        };
        let between = end_before.map_or("\n", |last| {
            recognized.text.get(last..start).unwrap_or("\n")
        });
        page.text.push_str(gap(&page.text, between));
        let from = page.text.len() as u32;
        page.text.push_str(letters);
        page.words.push(Word {
            start: from,
            end: page.text.len() as u32,
            rect: word.rect,
        });
        end_before = Some(end);
    }
    page.text.push('\n');
    page.source = Source::Both;
    page.confidence = (page.confidence * before + recognized.confidence * added) / (before + added);
    page
}

/// Below this mean confidence what is recognised on a picture is taken for its lines and shades, not for writing.
const WRITING: f32 = 0.5;

/// A page of text without places, and behind it what is written on a picture that stands on it.
pub(crate) fn behind(own: PageText, written: &PageText) -> PageText {
    let added = written.text.trim();
    if added.is_empty() || written.confidence < WRITING {
        return own;
    }
    let before = own.text.trim_end();
    let letters = |text: &str| text.chars().count() as f32;
    let (had, more) = (letters(before), letters(added));
    let between = if before.is_empty() { "" } else { "\n\n" };
    PageText {
        text: format!("{before}{between}{added}"),
        source: match own.source {
            Source::None | Source::Ocr => Source::Ocr,
            Source::Embedded | Source::Both => Source::Both,
        },
        confidence: (own.confidence * had + written.confidence * more) / (had + more),
        ..own
    }
}

/// What separates the next word from the text so far, going by what stood between them.
fn gap(text: &str, between: &str) -> &'static str {
    if text.is_empty() || text.ends_with('\n') {
        ""
    } else if between.contains("\n\n") {
        "\n\n"
    } else if between.contains('\n') {
        "\n"
    } else {
        " "
    }
}

/// Whether enough of it lies on `words`. An area of nothing is covered when its place is.
fn is_covered(rect: Rect, words: &[Word]) -> bool {
    let covered: f32 = words.iter().map(|word| overlap(rect, word.rect)).sum();
    let area = (rect.x1 - rect.x0) * (rect.y1 - rect.y0);
    covered > SAME * area
}

fn overlap(a: Rect, b: Rect) -> f32 {
    let width = a.x1.min(b.x1) - a.x0.max(b.x0);
    let height = a.y1.min(b.y1) - a.y0.max(b.y0);
    width.max(0.0) * height.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words one below the other in rows of a tenth of the page, from row `first` on.
    fn page(words: &[&str], first: usize, source: Source, confidence: f32) -> PageText {
        let mut page = PageText::blank(595.0, 842.0);
        for (n, word) in words.iter().enumerate() {
            let y0 = (first + n) as f32 / 10.0;
            let start = page.text.len() as u32;
            page.text.push_str(word);
            let end = page.text.len() as u32;
            let rect = Rect {
                x0: 0.1,
                y0,
                x1: 0.9,
                y1: y0 + 0.05,
            };
            page.words.push(Word { start, end, rect });
            page.text.push('\n');
        }
        page.source = if words.is_empty() {
            Source::None
        } else {
            source
        };
        page.confidence = confidence;
        page
    }

    fn own(words: &[&str]) -> PageText {
        page(words, 0, Source::Embedded, 1.0)
    }

    fn ocr(words: &[&str], first: usize) -> PageText {
        page(words, first, Source::Ocr, 0.5)
    }

    #[test]
    fn shades_of_a_photo_are_no_writing_beside_much_text() {
        let much: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
        let much: Vec<&str> = much.iter().map(String::as_str).collect();
        let mut shades = ocr(&["~|"], 9);
        shades.confidence = 0.4;
        assert_eq!(merge(own(&much), shades.clone()), own(&much));
        let little = merge(own(&["stamp"]), shades);
        assert_eq!(little.text, "stamp\n~|\n");
    }

    #[test]
    fn a_page_without_text_of_its_own_is_what_was_recognised() {
        let merged = merge(own(&[]), ocr(&["scan"], 0));
        assert_eq!(
            (merged.text.as_str(), merged.source),
            ("scan\n", Source::Ocr)
        );
    }

    #[test]
    fn a_word_read_twice_stays_once() {
        let merged = merge(own(&["Rechnung", "Summe"]), ocr(&["Rechnnng", "Surnme"], 0));
        assert_eq!(merged, own(&["Rechnung", "Summe"]));
    }

    #[test]
    fn words_beside_the_text_are_added_behind_it() {
        let merged = merge(own(&["Kopf"]), ocr(&["Kopf", "Bild", "Text"], 0));
        assert_eq!(merged.text, "Kopf\nBild\nText\n");
        assert_eq!(merged.source, Source::Both);
        let words: Vec<&str> = merged
            .words
            .iter()
            .map(|w| &merged.text[w.start as usize..w.end as usize])
            .collect();
        assert_eq!(
            words,
            ["Kopf", "Bild", "Text"],
            "each word finds its letters"
        );
        assert!(
            (merged.confidence - 2.0 / 3.0).abs() < 1e-6,
            "the mean over the words"
        );
    }

    #[test]
    fn writing_on_a_picture_stands_behind_the_text() {
        let mut own = own(&["Text"]);
        own.words.clear();
        let both = behind(own.clone(), &ocr(&["Bild"], 0));
        assert_eq!(
            (both.text.as_str(), both.source),
            ("Text\n\nBild", Source::Both)
        );
        assert!((both.confidence - 0.75).abs() < 1e-6);
        let alone = behind(PageText::blank(0.0, 0.0), &ocr(&["Bild"], 0));
        assert_eq!((alone.text.as_str(), alone.source), ("Bild", Source::Ocr));
        let mut shades = ocr(&["~|"], 0);
        shades.confidence = 0.3;
        assert_eq!(behind(own.clone(), &shades), own);
    }

    #[test]
    fn words_of_one_line_stay_on_one_line() {
        let mut recognized = ocr(&["a", "b"], 5);
        recognized.text = "a b\n".into();
        assert_eq!(merge(own(&["own"]), recognized).text, "own\na b\n");
    }

    #[test]
    fn a_recognised_line_over_several_own_words_is_theirs() {
        let mut own = own(&["left", "right"]);
        own.words[0].rect = Rect {
            x0: 0.1,
            y0: 0.0,
            x1: 0.4,
            y1: 0.1,
        };
        own.words[1].rect = Rect {
            x0: 0.6,
            y0: 0.0,
            x1: 0.9,
            y1: 0.1,
        };
        let mut line = ocr(&["leftright"], 0);
        line.words[0].rect = Rect {
            x0: 0.1,
            y0: 0.0,
            x1: 0.9,
            y1: 0.1,
        };
        assert_eq!(merge(own.clone(), line), own);
    }
}
