//! The unseen words of a page as drawing instructions.

use super::Font;
use super::font::{DESCENT, WIDTH};
use sheaf_document::{PageText, Rect, Word};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The font's name in a page's resources: one that no other program uses.
pub(super) const FONT_NAME: &str = "SheafUnseen";

/// A recognised word of which more than this lies on the page's own text is there already.
const SAME: f32 = 0.25;

/// How the page's own space lies on the sheet that is displayed: the corner and size of what is shown, in the page's
/// units, and the quarters of a circle it is turned clockwise for display.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    pub left: f32,
    pub bottom: f32,
    pub width: f32,
    pub height: f32,
    pub quarter_turns: u8,
}

impl Layout {
    /// A point in fractions of the displayed sheet (from top left) in the page's space.
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y) = match self.quarter_turns % 4 {
            1 => (y, 1.0 - x),
            2 => (1.0 - x, 1.0 - y),
            3 => (1.0 - y, x),
            _ => (x, y),
        };
        (
            self.left + x * self.width,
            self.bottom + (1.0 - y) * self.height,
        )
    }
}

/// The instructions that lay the words on a page; `None` when there is nothing to lay. `own` is where the page has text.
pub(super) fn layer(
    text: &PageText,
    own: &[Rect],
    layout: &Layout,
    font: &mut Font,
) -> Option<String> {
    let words: Vec<(&str, &Word)> = text
        .words
        .iter()
        .filter(|word| !is_there(word.rect, own))
        .filter_map(|word| Some((text.text.get(word.start as usize..word.end as usize)?, word)))
        .filter(|(letters, _)| !letters.trim().is_empty())
        .collect();
    if words.is_empty() {
        return None;
    }
    let upright = upright(text);
    let mut code = format!("BT\n/{FONT_NAME} 1 Tf\n3 Tr\n");
    for (n, (letters, word)) in words.iter().enumerate() {
        let between = words
            .get(n + 1)
            .and_then(|(_, next)| text.text.get(word.end as usize..next.start as usize));
        // A space keeps words apart for readers that do not measure.
        let spaced = between.is_none_or(|gap| !gap.is_empty());
        let matrix = matrix(word.rect, letters, upright, layout);
        let _ = write!(
            code,
            "{} {} {} {} {} {} Tm <",
            matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5]
        );
        let mut codes = font.encode(&as_seen(letters));
        if spaced {
            codes.extend(font.encode(" "));
        }
        for byte in codes {
            let _ = write!(code, "{byte:02X}");
        }
        code.push_str("> Tj\n");
    }
    code.push_str("ET\n");
    Some(code)
}

fn is_there(rect: Rect, own: &[Rect]) -> bool {
    let overlap = |other: &Rect| {
        let width = rect.x1.min(other.x1) - rect.x0.max(other.x0);
        let height = rect.y1.min(other.y1) - rect.y0.max(other.y0);
        width.max(0.0) * height.max(0.0)
    };
    let covered: f32 = own.iter().map(overlap).sum();
    covered > SAME * (rect.x1 - rect.x0) * (rect.y1 - rect.y0)
}

/// How many quarters of a circle clockwise the letters of a page are turned on the displayed sheet. A box does not say
/// it, but the order of the words in their lines does.
fn upright(text: &PageText) -> u8 {
    let mut votes = [0_u32; 4];
    for pair in text.words.windows(2) {
        let gap = text.text.get(pair[0].end as usize..pair[1].start as usize);
        let letters = text.text.get(pair[0].start as usize..pair[0].end as usize);
        if gap != Some(" ") || letters.is_none_or(is_right_to_left) {
            continue;
        }
        let middle = |r: Rect| {
            (
                (r.x0 + r.x1) / 2.0 * text.width_pt.max(1.0),
                (r.y0 + r.y1) / 2.0 * text.height_pt.max(1.0),
            )
        };
        let (from, to) = (middle(pair[0].rect), middle(pair[1].rect));
        let (across, down) = (to.0 - from.0, to.1 - from.1);
        let direction = match (across.abs() >= down.abs(), across >= 0.0, down >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        };
        votes[direction] += 1;
    }
    (1..4).fold(0, |best, n| if votes[n] > votes[best] { n } else { best }) as u8
}

/// Hebrew, Arabic and their kin are laid as they are seen, the last letter at the left, as programs that print do; readers
/// put them back into their logical order. Numbers and Latin letters among them run on as ever.
fn as_seen(letters: &str) -> Cow<'_, str> {
    if !is_right_to_left(letters) {
        return Cow::Borrowed(letters);
    }
    let runs_on = |c: char| c.is_ascii_alphanumeric();
    let mut clusters: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in letters.chars() {
        match clusters.last_mut() {
            Some(cluster) if is_mark(c) || (runs_on(c) && runs_on(before)) => cluster.push(c),
            _ => clusters.push(c.into()),
        }
        before = c;
    }
    Cow::Owned(clusters.into_iter().rev().collect())
}

/// Vowel points and accents, which follow the letter they belong to.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036f | 0x0591..=0x05bd | 0x05bf | 0x05c1..=0x05c7 | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06ed)
}

fn is_right_to_left(letters: &str) -> bool {
    letters.chars().any(is_right_to_left_letter)
}

fn is_right_to_left_letter(c: char) -> bool {
    matches!(c as u32, 0x0590..=0x08ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1_0800..=0x1_0fff | 0x1_e800..=0x1_efff)
}

/// The text matrix that makes a word of the font (half an em a letter, one unit high) fill its box.
fn matrix(rect: Rect, letters: &str, upright: u8, layout: &Layout) -> [f32; 6] {
    // The corners in the word's own order: foot of its first letter, foot of its last, head of its first.
    let (x0, y0, x1, y1) = (rect.x0, rect.y0, rect.x1, rect.y1);
    let corners = match upright {
        1 => [(x0, y0), (x0, y1), (x1, y0)],
        2 => [(x1, y0), (x0, y0), (x1, y1)],
        3 => [(x1, y1), (x1, y0), (x0, y1)],
        _ => [(x0, y1), (x1, y1), (x0, y0)],
    };
    let [start, end, head] = corners.map(|(x, y)| layout.point(x, y));
    let count = letters.chars().count().max(1) as f32 * WIDTH as f32 / 1000.0;
    let along = ((end.0 - start.0) / count, (end.1 - start.1) / count);
    let rise = (head.0 - start.0, head.1 - start.1);
    let foot = (start.0 + rise.0 * DESCENT, start.1 + rise.1 * DESCENT);
    // A box without an area still takes its word.
    let some = |(x, y): (f32, f32)| {
        if x == 0.0 && y == 0.0 {
            (0.01, 0.01)
        } else {
            (x, y)
        }
    };
    let (along, rise) = (some(along), some(rise));
    [along.0, along.1, rise.0, rise.1, foot.0, foot.1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_document::Source;

    const SHEET: Layout = Layout {
        left: 0.0,
        bottom: 0.0,
        width: 200.0,
        height: 100.0,
        quarter_turns: 0,
    };
    const BOX: Rect = Rect {
        x0: 0.1,
        y0: 0.2,
        x1: 0.5,
        y1: 0.3,
    };

    fn page(words: &[(&str, Rect)]) -> PageText {
        let mut page = PageText::blank(200.0, 100.0);
        for (letters, rect) in words {
            if !page.text.is_empty() {
                page.text.push(' ');
            }
            let start = page.text.len() as u32;
            page.text.push_str(letters);
            page.words.push(Word {
                start,
                end: page.text.len() as u32,
                rect: *rect,
            });
        }
        page.source = Source::Ocr;
        page
    }

    fn check(layout: Layout, letters: &str, upright: u8, expect: [f32; 6]) {
        let found = matrix(BOX, letters, upright, &layout);
        let near = found.iter().zip(expect).all(|(a, b)| (a - b).abs() < 1e-3);
        assert!(near, "{found:?} is not {expect:?}");
    }

    #[test]
    fn a_word_fills_its_box_and_stands_a_fifth_above_its_foot() {
        // Four letters of half an em over 80 units; the box is 10 high and its foot is at 70.
        check(SHEET, "word", 0, [40.0, 0.0, 0.0, 10.0, 20.0, 72.0]);
    }

    #[test]
    fn a_word_lies_as_the_page_is_turned() {
        // Turned clockwise for display, the sheet's left edge is the page's foot.
        let turned = Layout {
            quarter_turns: 1,
            width: 100.0,
            height: 200.0,
            ..SHEET
        };
        check(turned, "word", 0, [0.0, 40.0, -10.0, 0.0, 28.0, 20.0]);
        check(SHEET, "word", 2, [-40.0, 0.0, 0.0, -10.0, 100.0, 78.0]);
        check(SHEET, "word", 1, [0.0, -5.0, 80.0, 0.0, 36.0, 80.0]);
    }

    #[test]
    fn a_crop_box_moves_the_words() {
        let cropped = Layout {
            left: 30.0,
            bottom: 40.0,
            ..SHEET
        };
        check(cropped, "word", 0, [40.0, 0.0, 0.0, 10.0, 50.0, 112.0]);
    }

    #[test]
    fn right_to_left_is_laid_as_it_is_seen() {
        assert_eq!(as_seen("שלום"), "םולש");
        assert_eq!(
            as_seen("ב2024"),
            "2024ב",
            "a number is read from left to right everywhere"
        );
        assert_eq!(as_seen("בָג"), "גבָ", "a point stays behind its letter");
        assert_eq!(as_seen("word"), "word");
    }

    #[test]
    fn the_order_of_words_tells_which_way_is_up() {
        let at = |x: f32, y: f32| Rect {
            x0: x,
            y0: y,
            x1: x + 0.05,
            y1: y + 0.05,
        };
        let line = |step: (f32, f32)| {
            page(&[
                ("a", at(0.5, 0.5)),
                ("b", at(0.5 + step.0, 0.5 + step.1)),
                ("c", at(0.5 + 2.0 * step.0, 0.5 + 2.0 * step.1)),
            ])
        };
        for (step, expect) in [
            ((0.1, 0.0), 0),
            ((0.0, 0.1), 1),
            ((-0.1, 0.0), 2),
            ((0.0, -0.1), 3),
        ] {
            assert_eq!(upright(&line(step)), expect, "{step:?}");
        }
    }

    #[test]
    fn what_the_page_says_itself_is_not_said_twice() {
        let text = page(&[
            ("here", BOX),
            (
                "there",
                Rect {
                    y0: 0.6,
                    y1: 0.7,
                    ..BOX
                },
            ),
        ]);
        let code = layer(&text, &[BOX], &SHEET, &mut Font::default()).expect("one word is left");
        assert_eq!(code.matches("Tj").count(), 1, "{code}");
        let all = [BOX, text.words[1].rect];
        assert_eq!(layer(&text, &all, &SHEET, &mut Font::default()), None);
    }
}
