//! Where on the page something stands: `[x0, y0, x1, y1]` in fractions of it.

use std::ops::Range;

use sheaf_document::{Rect, Word};

use crate::PageBox;

/// The boxes of the words that overlap any of the ranges, in reading order.
pub(crate) fn of_words(words: &[Word], ranges: &[Range<usize>]) -> Vec<PageBox> {
    let found = words.iter().filter(|word| {
        let (start, end) = (word.start as usize, word.end as usize);
        ranges
            .iter()
            .any(|range| start < range.end && range.start < end)
    });
    found.map(|word| edges(&word.rect)).collect()
}

/// One box a line around the words in the range.
pub(crate) fn of_lines(words: &[Word], range: &Range<usize>) -> Vec<PageBox> {
    let mut lines: Vec<Rect> = Vec::new();
    let inside = words
        .iter()
        .filter(|word| (word.start as usize) < range.end && range.start < word.end as usize);
    for word in inside {
        match lines.last_mut() {
            Some(line) if is_same_line(line, &word.rect) => *line = around(line, &word.rect),
            _ => lines.push(word.rect),
        }
    }
    lines.iter().map(edges).collect()
}

/// They share at least half of the lower one's height, and reading goes on to the right, or to the left.
fn is_same_line(line: &Rect, word: &Rect) -> bool {
    let shared = line.y1.min(word.y1) - line.y0.max(word.y0);
    let lower = (line.y1 - line.y0).min(word.y1 - word.y0);
    let gap = (word.x0 - line.x1).max(line.x0 - word.x1);
    shared >= lower / 2.0 && gap < 0.1
}

fn around(a: &Rect, b: &Rect) -> Rect {
    Rect {
        x0: a.x0.min(b.x0),
        y0: a.y0.min(b.y0),
        x1: a.x1.max(b.x1),
        y1: a.y1.max(b.y1),
    }
}

fn edges(rect: &Rect) -> PageBox {
    [rect.x0, rect.y0, rect.x1, rect.y1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(start: u32, end: u32, x0: f32, y0: f32) -> Word {
        let rect = Rect {
            x0,
            y0,
            x1: x0 + 0.1,
            y1: y0 + 0.02,
        };
        Word { start, end, rect }
    }

    #[test]
    fn a_word_counts_when_it_overlaps_and_not_when_it_touches() {
        let words = [word(0, 4, 0.1, 0.1), word(4, 8, 0.2, 0.1)];
        assert_eq!(of_words(&words, std::slice::from_ref(&(4..6))).len(), 1);
        assert_eq!(of_words(&words, std::slice::from_ref(&(3..5))).len(), 2);
        assert!(of_words(&words, &[]).is_empty());
    }

    #[test]
    fn a_passage_has_one_box_a_line() {
        let words = [
            word(0, 4, 0.1, 0.10),
            word(5, 9, 0.22, 0.101),
            word(10, 14, 0.1, 0.13),
            word(15, 19, 0.8, 0.5),
        ];
        let lines = of_lines(&words, &(0..14));
        assert_eq!(lines.len(), 2);
        assert!((lines[0][0] - 0.1).abs() < 1e-6 && (lines[0][2] - 0.32).abs() < 1e-6);
    }
}
