//! Lines that are written downwards (Chinese, Japanese): they follow each other from the right to the left. pdfium gives them
//! the other way round.

use super::glyphs::Glyph;
use super::sheet::Sheet;
use super::words::{is_ideographic, is_line_break, union};
use sheaf_document::Rect;

/// The same glyphs; neighbouring lines that run downwards side by side in the order in which they are read.
pub(super) fn from_the_right(glyphs: Vec<Glyph>, sheet: &Sheet) -> Vec<Glyph> {
    if !glyphs.iter().any(|glyph| is_ideographic(glyph.c)) {
        return glyphs;
    }
    let lines = glyphs.chunk_by(|before, after| !is_line_break(before.c) || is_line_break(after.c));
    let lines: Vec<(Shape, &[Glyph])> = lines.map(|line| (Shape::of(line, sheet), line)).collect();
    let mut ordered = Vec::with_capacity(glyphs.len());
    for run in lines.chunk_by(|before, after| before.0.stands_beside(&after.0)) {
        let mut run = run.to_vec();
        if run
            .iter()
            .any(|(shape, _)| matches!(shape, Shape::Column(_)))
        {
            run.sort_by(|a, b| b.0.left().total_cmp(&a.0.left()));
        }
        // The last line of a page has no end of its own.
        for (at, (_, line)) in run.iter().enumerate() {
            ordered.extend(line.iter().copied());
            if at + 1 < run.len() && !line.last().is_some_and(|glyph| is_line_break(glyph.c)) {
                ordered.push(Glyph::new('\n', None));
            }
        }
    }
    ordered
}

#[derive(Clone, Copy)]
enum Shape {
    /// Higher than wide.
    Column(Rect),
    /// A single character, which may be the rest of a column.
    Single(Rect),
    Other,
}

impl Shape {
    fn of(line: &[Glyph], sheet: &Sheet) -> Self {
        let letters = || line.iter().filter(|glyph| is_ideographic(glyph.c));
        let placed = line.iter().fold(None, |all, glyph| union(all, glyph.rect));
        let (Some(rect), count) = (placed, letters().count()) else {
            return Self::Other;
        };
        let width = (rect.x1 - rect.x0) * sheet.width_pt;
        let height = (rect.y1 - rect.y0) * sheet.height_pt;
        match count {
            0 => Self::Other,
            1 if height < width * 1.5 && width < height * 1.5 => Self::Single(rect),
            _ if height > width * 1.5 => Self::Column(rect),
            _ => Self::Other,
        }
    }

    fn rect(&self) -> Option<Rect> {
        match self {
            Self::Column(rect) | Self::Single(rect) => Some(*rect),
            Self::Other => None,
        }
    }

    fn left(&self) -> f32 {
        self.rect().map_or(0.0, |rect| rect.x0)
    }

    /// Both are columns, and neither begins below the other's end.
    fn stands_beside(&self, other: &Self) -> bool {
        match (self.rect(), other.rect()) {
            (Some(one), Some(other)) => one.y0 < other.y1 && other.y0 < one.y1,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: Sheet = Sheet::LETTER;

    /// A column of characters a twentieth of the sheet wide, from `top` on.
    fn column(x: f32, top: f32, text: &str) -> Vec<Glyph> {
        let place = |at: usize| {
            let y0 = top + at as f32 * 0.03;
            Some(Rect {
                x0: x,
                y0,
                x1: x + 0.03,
                y1: y0 + 0.03,
            })
        };
        let letters = text.chars().enumerate();
        let mut glyphs: Vec<Glyph> = letters.map(|(at, c)| Glyph::new(c, place(at))).collect();
        glyphs.extend(['\r', '\n'].map(|c| Glyph::new(c, None)));
        glyphs
    }

    fn check(lines: &[Vec<Glyph>], expect: &str) {
        let read: String = from_the_right(lines.concat(), &SHEET)
            .iter()
            .filter(|glyph| glyph.c != '\r')
            .map(|glyph| glyph.c)
            .collect();
        assert_eq!(read.trim_end(), expect);
    }

    #[test]
    fn columns_follow_each_other_to_the_left() {
        let lines = [
            column(0.3, 0.1, "無"),
            column(0.4, 0.1, "名前はまだ"),
            column(0.5, 0.1, "吾輩は猫である"),
        ];
        check(&lines, "吾輩は猫である\n名前はまだ\n無");
        let mut open = lines.clone();
        open[2].truncate(7);
        check(&open, "吾輩は猫である\n名前はまだ\n無");
    }

    #[test]
    fn columns_below_others_are_read_after_them() {
        let lines = [
            column(0.4, 0.1, "二列"),
            column(0.5, 0.1, "一列"),
            column(0.4, 0.5, "四列"),
            column(0.5, 0.5, "三列"),
        ];
        check(&lines, "一列\n二列\n三列\n四列");
    }

    #[test]
    fn lines_from_left_to_right_stay_as_they_are() {
        let level = |x: f32, text: &str| -> Vec<Glyph> {
            let mut line: Vec<Glyph> = (0..)
                .zip(text.chars())
                .map(|(at, c)| {
                    let x0 = x + at as f32 * 0.03;
                    Glyph::new(
                        c,
                        Some(Rect {
                            x0,
                            y0: 0.1,
                            x1: x0 + 0.03,
                            y1: 0.13,
                        }),
                    )
                })
                .collect();
            line.push(Glyph::new('\n', None));
            line
        };
        check(
            &[level(0.1, "一二三"), level(0.5, "四五六")],
            "一二三\n四五六",
        );
        check(&[level(0.1, "一"), level(0.5, "二")], "一\n二");
    }
}
