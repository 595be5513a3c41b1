//! Characters become lines, paragraphs and words with their boxes.

use super::glyphs::Glyph;
use super::sheet::Sheet;
use super::{bidi, columns};
use sheaf_document::{PageText, Rect, Source, Word};

/// Between two lines of a paragraph there is less room than this, in heights of the lower line.
const PARAGRAPH_GAP: f32 = 0.75;

/// A page's text and what speaks for or against it.
pub(super) struct Text {
    pub(super) page: PageText,
    /// Characters that are not white space.
    pub(super) letters: usize,
    /// Those among all that a reader would not recognise: unknown, private, control characters.
    pub(super) garbage: usize,
}

pub(super) fn page_text(glyphs: Vec<Glyph>, sheet: &Sheet) -> Text {
    let mut setter = Setter::default();
    let mut garbage = 0;
    let glyphs = columns::from_the_right(bidi::in_reading_order(glyphs), sheet);
    let mut glyphs = glyphs.into_iter().peekable();
    while let Some(glyph) = glyphs.next() {
        let at_line_end = glyphs.peek().is_none_or(|next| is_line_break(next.c));
        match glyph.c {
            // pdfium's two marks for a hyphen at the end of a line; the word goes on in the next.
            '\u{2}' | '\u{fffe}' => setter.join(),
            '\u{ad}' if at_line_end => setter.join(),
            '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            c if bidi::is_sign_of_direction(c) => {}
            '\r' => {}
            c if is_line_break(c) => setter.end_line(),
            c if c.is_whitespace() => setter.space(),
            _ if glyph.rect.as_ref().is_some_and(is_off) => {}
            c if is_garbage(c) => {
                garbage += 1;
                if c == '\0' || c.is_control() || is_noncharacter(c) {
                    continue;
                }
                setter.letter(glyph);
            }
            _ => setter.letter(glyph),
        }
    }
    setter.finish(garbage, sheet)
}

#[derive(Default)]
struct Setter {
    text: String,
    words: Vec<Word>,
    letters: usize,
    word: Option<(usize, Option<Rect>)>,
    line: Option<Rect>,
    line_above: Option<Rect>,
    /// Where the current line begins in `text`.
    line_start: usize,
    joining: bool,
}

impl Setter {
    fn letter(&mut self, glyph: Glyph) {
        self.joining = false;
        let stands_alone = is_ideographic(glyph.c);
        if stands_alone {
            self.end_word();
        }
        let (_, rect) = self.word.get_or_insert((self.text.len(), None));
        *rect = union(*rect, glyph.rect);
        self.line = union(self.line, glyph.rect);
        self.text.push(glyph.c);
        self.letters += 1;
        if stands_alone {
            self.end_word();
        }
    }

    /// Each half of the word keeps its own box.
    fn join(&mut self) {
        self.end_word();
        self.joining = true;
    }

    fn space(&mut self) {
        if self.joining {
            return;
        }
        self.end_word();
        if self.text.len() > self.line_start && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn end_line(&mut self) {
        self.end_word();
        let line = self.line.take();
        if self.joining {
            self.line_above = line.or(self.line_above);
            return;
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if self.text.len() == self.line_start {
            return;
        }
        if self.line_start > 0 && begins_paragraph(self.line_above, line) {
            self.insert_blank_line();
        }
        self.text.push('\n');
        self.line_start = self.text.len();
        self.line_above = line;
    }

    /// A line's distance is known only when the line is complete, so the blank line comes in behind it.
    fn insert_blank_line(&mut self) {
        self.text.insert(self.line_start, '\n');
        let from = self
            .words
            .partition_point(|word| (word.start as usize) < self.line_start);
        for word in &mut self.words[from..] {
            word.start += 1;
            word.end += 1;
        }
    }

    fn end_word(&mut self) {
        let Some((start, Some(rect))) = self.word.take() else {
            return;
        };
        // Page texts are far below 4 GB: the number of glyphs is limited.
        self.words.push(Word {
            start: start as u32,
            end: self.text.len() as u32,
            rect: clamped(rect),
        });
    }

    fn finish(mut self, garbage: usize, sheet: &Sheet) -> Text {
        self.joining = false;
        self.end_line();
        self.text.truncate(self.text.trim_end().len());
        let page = if self.text.is_empty() {
            PageText::blank(sheet.width_pt, sheet.height_pt)
        } else {
            PageText {
                text: self.text,
                words: self.words,
                source: Source::Embedded,
                confidence: 1.0,
                width_pt: sheet.width_pt,
                height_pt: sheet.height_pt,
            }
        };
        Text {
            page,
            letters: self.letters,
            garbage,
        }
    }
}

/// The next line stands clearly lower than the rhythm of the lines asks for.
fn begins_paragraph(above: Option<Rect>, line: Option<Rect>) -> bool {
    match (above, line) {
        (Some(above), Some(line)) => {
            let height = (line.y1 - line.y0).min(above.y1 - above.y0);
            height > 0.0 && line.y0 - above.y1 > PARAGRAPH_GAP * height
        }
        _ => false,
    }
}

pub(super) fn is_line_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xFFFE == 0xFFFE
}

fn is_garbage(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER
        || c.is_control()
        || is_noncharacter(c)
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Scripts written without spaces: every character is a word of its own.
pub(super) fn is_ideographic(c: char) -> bool {
    matches!(c,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

pub(super) fn union(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Rect {
            x0: a.x0.min(b.x0),
            y0: a.y0.min(b.y0),
            x1: a.x1.max(b.x1),
            y1: a.y1.max(b.y1),
        }),
        (a, b) => a.or(b),
    }
}

/// Nobody sees it: it lies wholly outside the sheet.
fn is_off(rect: &Rect) -> bool {
    rect.x1 < 0.0 || rect.y1 < 0.0 || rect.x0 > 1.0 || rect.y0 > 1.0
}

fn clamped(rect: Rect) -> Rect {
    Rect {
        x0: rect.x0.clamp(0.0, 1.0),
        y0: rect.y0.clamp(0.0, 1.0),
        x1: rect.x1.clamp(0.0, 1.0),
        y1: rect.y1.clamp(0.0, 1.0),
    }
}
