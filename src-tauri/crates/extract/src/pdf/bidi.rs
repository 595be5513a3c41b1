//! Lines with letters that run from right to left, in the order in which they are read. pdfium orders them too, but joined
//! Arabic letters, numbers, brackets and Latin words among them often come out backwards. Where a letter stands is certain,
//! so the order is told from that alone: what is seen is led back to what was written (the rules of UAX 9, the other way
//! round).

use super::glyphs::Glyph;
use super::words::is_line_break;
use sheaf_document::Rect;
use unicode_bidi::BidiClass::{AL, AN, CS, EN, ES, ET, L, NSM, R};
use unicode_bidi::bidi_class;

/// Between two words there is at least so much room, in heights of the line.
const GAP: f32 = 0.06;

/// Brackets, opening and closing.
const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('{', '}'), ('«', '»'), ('<', '>')];

/// The same glyphs; lines without such letters are left as they are.
pub(super) fn in_reading_order(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    if !glyphs.iter().any(|glyph| is_right_to_left(glyph.c)) {
        return glyphs;
    }
    let lines = glyphs.split_inclusive(|glyph| is_line_break(glyph.c));
    lines.flat_map(line).collect()
}

fn line(glyphs: &[Glyph]) -> Vec<Glyph> {
    let end = glyphs.iter().rposition(|glyph| !is_line_break(glyph.c));
    let (line, end) = glyphs.split_at(end.map_or(0, |at| at + 1));
    let has_letters = line.iter().any(|glyph| is_right_to_left(glyph.c));
    let seen = has_letters.then(|| as_seen(line)).flatten();
    let read = seen.map(|seen| mirrored(as_read(&seen)));
    let read = read.unwrap_or_else(|| line.to_vec());
    [read, end.to_vec()].concat()
}

/// A glyph with the marks above and below it.
type Stack = Vec<Glyph>;

/// What stands on the line from left to right, with spaces where words end; `None` where that cannot be told.
fn as_seen(line: &[Glyph]) -> Option<Vec<Stack>> {
    let mut stacks: Vec<(Rect, Stack)> = Vec::new();
    let mut marks: Vec<(Rect, Glyph)> = Vec::new();
    let is_seen = |glyph: &&Glyph| !glyph.c.is_whitespace() && !is_sign_of_direction(glyph.c);
    for glyph in line.iter().filter(is_seen) {
        match (bidi_class(glyph.c), glyph.rect) {
            (NSM, Some(rect)) => marks.push((rect, *glyph)),
            (_, Some(rect)) => stacks.push((rect, vec![*glyph])),
            (_, None) if glyph.c.is_control() => {}
            (_, None) => return None,
        }
    }
    let over = |glyph: &&Glyph| glyph.is_upside_down;
    if line.iter().filter(over).count() * 2 > line.iter().filter(|g| is_right_to_left(g.c)).count()
    {
        stacks
            .iter_mut()
            .for_each(|(rect, _)| *rect = turned_over(rect));
        marks
            .iter_mut()
            .for_each(|(rect, _)| *rect = turned_over(rect));
    }
    // Characters that share one place, as the value of a field does, are as they were typed.
    let first = stacks.first().map(|(rect, _)| middle(rect))?;
    if stacks.iter().all(|(rect, _)| middle(rect) == first) {
        return None;
    }
    stacks.sort_by(|a, b| middle(&a.0).total_cmp(&middle(&b.0)));
    for (rect, mark) in marks {
        let away = |stack: &&mut (Rect, Stack)| (middle(&stack.0) - middle(&rect)).abs();
        let nearest = stacks.iter_mut().min_by(|a, b| away(a).total_cmp(&away(b)));
        nearest?.1.push(mark);
    }
    is_level(&stacks).then(|| spaced(stacks, line))
}

/// Where it is when the page is turned by half a circle.
fn turned_over(rect: &Rect) -> Rect {
    Rect {
        x0: 1.0 - rect.x1,
        y0: 1.0 - rect.y1,
        x1: 1.0 - rect.x0,
        y1: 1.0 - rect.y0,
    }
}

fn middle(rect: &Rect) -> f32 {
    (rect.x0 + rect.x1) / 2.0
}

/// Not a line that stands on its side.
fn is_level(stacks: &[(Rect, Stack)]) -> bool {
    let side = |low: fn(&Rect) -> f32, high: fn(&Rect) -> f32| {
        let least = stacks.iter().map(|(rect, _)| low(rect));
        let most = stacks.iter().map(|(rect, _)| high(rect));
        most.fold(f32::MIN, f32::max) - least.fold(f32::MAX, f32::min)
    };
    stacks.len() < 3 || side(|r| r.x0, |r| r.x1) * 2.0 > side(|r| r.y0, |r| r.y1)
}

/// pdfium knows how many spaces a line has, not always where: they are in its widest gaps.
fn spaced(stacks: Vec<(Rect, Stack)>, line: &[Glyph]) -> Vec<Stack> {
    let is_space = |glyph: &Glyph| glyph.c.is_whitespace();
    let first = line.iter().position(|glyph| !is_space(glyph)).unwrap_or(0);
    let last = line.iter().rposition(|glyph| !is_space(glyph));
    let inner = &line[first..last.map_or(first, |at| at + 1)];
    let spaces = inner.iter().filter(|glyph| is_space(glyph)).count();
    let height = stacks
        .iter()
        .fold(0.0_f32, |most, (rect, _)| most.max(rect.y1 - rect.y0));
    let mut gaps: Vec<(f32, usize)> = (1..stacks.len())
        .map(|at| (stacks[at].0.x0 - stacks[at - 1].0.x1, at))
        .filter(|(gap, _)| *gap > GAP * height)
        .collect();
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0));
    gaps.truncate(spaces);
    let mut seen = Vec::with_capacity(stacks.len() + gaps.len());
    for (at, (_, stack)) in stacks.into_iter().enumerate() {
        if gaps.iter().any(|(_, before)| *before == at) {
            seen.push(vec![Glyph::new(' ', None)]);
        }
        seen.push(stack);
    }
    seen
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Right,
    Left,
    Number,
    /// Stands between digits as a part of a number.
    Separator,
    None,
}

fn way(stack: &Stack) -> Way {
    match stack.first().map(|glyph| bidi_class(glyph.c)) {
        Some(R | AL) => Way::Left,
        Some(L) => Way::Right,
        Some(EN | AN) => Way::Number,
        Some(CS | ES | ET) => Way::Separator,
        _ => Way::None,
    }
}

/// A line runs the way most of its letters do.
fn as_read(seen: &[Stack]) -> Vec<Glyph> {
    let ways: Vec<Way> = seen.iter().map(way).collect();
    let count = |wanted: Way| ways.iter().filter(|way| **way == wanted).count();
    if count(Way::Left) >= count(Way::Right) {
        return leftwards(seen, &ways);
    }
    let (mut read, mut at) = (Vec::new(), 0);
    while at < seen.len() {
        let end = match ways[at] {
            Way::Left => last_of(&ways, at, Way::Right, |way| way == Way::Left) + 1,
            _ => at + 1,
        };
        read.extend(match ways[at] {
            Way::Left => leftwards(&seen[at..end], &ways[at..end]),
            _ => seen[at].clone(),
        });
        at = end;
    }
    read
}

/// From right to left, but for Latin words and numbers in it.
fn leftwards(seen: &[Stack], ways: &[Way]) -> Vec<Glyph> {
    let mut groups: Vec<&[Stack]> = Vec::new();
    let mut at = 0;
    while at < seen.len() {
        let end = match ways[at] {
            Way::Right => latin_end(ways, at),
            Way::Number => match number_end(ways, at) {
                end if ways.get(end) == Some(&Way::Right) => latin_end(ways, end),
                end => end,
            },
            Way::Left | Way::Separator | Way::None => at + 1,
        };
        groups.push(&seen[at..end]);
        at = end;
    }
    groups
        .into_iter()
        .rev()
        .flatten()
        .flatten()
        .copied()
        .collect()
}

/// Behind the last letter or digit before a letter that runs the other way.
fn latin_end(ways: &[Way], from: usize) -> usize {
    last_of(ways, from, Way::Left, |way| {
        matches!(way, Way::Right | Way::Number)
    }) + 1
}

/// The last place from `from` on that is `wanted`, with no `stop` before it.
fn last_of(ways: &[Way], from: usize, stop: Way, wanted: fn(Way) -> bool) -> usize {
    let run = ways[from..].iter().take_while(|way| **way != stop);
    let last = run.enumerate().filter(|(_, way)| wanted(**way)).last();
    from + last.map_or(0, |(at, _)| at)
}

fn number_end(ways: &[Way], from: usize) -> usize {
    let mut end = from + 1;
    loop {
        match ways.get(end..) {
            Some([Way::Number, ..]) => end += 1,
            Some([Way::Separator, Way::Number, ..]) => end += 2,
            _ => return end,
        }
    }
}

/// Brackets that open after they close were turned round twice, by the program that wrote the file and by pdfium.
fn mirrored(mut read: Vec<Glyph>) -> Vec<Glyph> {
    for (open, close) in PAIRS {
        let is_one = |glyph: &&mut Glyph| glyph.c == open || glyph.c == close;
        let first = read
            .iter()
            .find(|glyph| glyph.c == open || glyph.c == close);
        let last = read
            .iter()
            .rfind(|glyph| glyph.c == open || glyph.c == close);
        let is_wrong = first.is_some_and(|glyph| glyph.c == close)
            && last.is_some_and(|glyph| glyph.c == open);
        if is_wrong {
            for glyph in read.iter_mut().filter(is_one) {
                glyph.c = if glyph.c == open { close } else { open };
            }
        }
    }
    read
}

/// Signs that nobody sees; where letters stand says the same.
pub(super) fn is_sign_of_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn is_right_to_left(c: char) -> bool {
    matches!(bidi_class(c), R | AL)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters as they are seen, each one wide, a space where there is one.
    fn glyphs(seen: &str) -> Vec<Glyph> {
        let place = |at: usize| Rect {
            x0: at as f32 / 100.0,
            y0: 0.1,
            x1: (at + 1) as f32 / 100.0,
            y1: 0.12,
        };
        let letters = seen.chars().enumerate();
        letters
            .map(|(at, c)| Glyph::new(c, (c != ' ').then(|| place(at))))
            .collect()
    }

    fn check(seen: &str, expect: &str) {
        let shown = glyphs(seen);
        let mut backwards = shown.clone();
        backwards.reverse();
        for glyphs in [shown, backwards] {
            let read: String = in_reading_order(glyphs).iter().map(|g| g.c).collect();
            assert_eq!(read, expect, "{seen}");
        }
    }

    #[test]
    fn words_are_read_from_the_right() {
        check("םלוע םולש", "שלום עולם");
        check("كلذ لعف", "فعل ذلك");
    }

    #[test]
    fn numbers_and_latin_words_keep_their_way() {
        check("םלוע world 123 םולש", "שלום world 123 עולם");
        check(".UNESCO בתכ 1,948.50 תנשב", "בשנת 1,948.50 כתב UNESCO.");
        check("אב 3D גד", "דג 3D בא");
    }

    #[test]
    fn a_hebrew_word_in_an_english_line_is_turned_alone() {
        check(
            "the words םלוע םולש mean hello",
            "the words שלום עולם mean hello",
        );
    }

    #[test]
    fn brackets_open_before_they_close() {
        check("אב (1948) גד", "דג (1948) בא");
        check("אב )1948( גד", "דג (1948) בא");
    }

    #[test]
    fn a_line_on_its_head_is_read_from_the_left() {
        let mut line = glyphs("שלום עולם");
        line.iter_mut()
            .for_each(|glyph| glyph.is_upside_down = true);
        let read: String = in_reading_order(line).iter().map(|g| g.c).collect();
        assert_eq!(read, "שלום עולם");
    }

    #[test]
    fn marks_stay_with_their_letters() {
        let rect = |x0: f32| {
            Some(Rect {
                x0,
                y0: 0.1,
                x1: x0 + 0.01,
                y1: 0.12,
            })
        };
        let glyph = |c, x0| Glyph::new(c, rect(x0));
        let line = vec![glyph('ב', 0.10), glyph('\u{5b8}', 0.202), glyph('א', 0.20)];
        let read: String = in_reading_order(line).iter().map(|g| g.c).collect();
        assert_eq!(read, "א\u{5b8}ב");
    }

    #[test]
    fn lines_without_such_letters_stay_as_they_are() {
        let line: Vec<Glyph> = glyphs("b a").into_iter().rev().collect();
        let mut page = line.clone();
        page.push(Glyph::new('\n', None));
        page.extend(glyphs("אב"));
        let read: String = in_reading_order(page).iter().map(|g| g.c).collect();
        assert_eq!(read, "a b\nבא");
    }
}
