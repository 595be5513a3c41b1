//! A few words of a page around what was found, the found between `⟦` and `⟧`.

use std::ops::Range;

/// About so many characters, marks not counted.
const LENGTH: usize = 200;

/// So many of them stand before the first find.
const BEFORE: usize = 40;

/// Where a leaf stands: its number and a byte range.
pub(crate) type Place = (usize, Range<usize>);

/// The part of `within` that shows the most different finds close together; its beginning when there is none.
/// White space is collapsed, `…` says that the text goes on.
pub(crate) fn excerpt(text: &str, within: Range<usize>, places: &[Place]) -> String {
    let start = text.floor_char_boundary(within.start.min(text.len()));
    let end = text.ceil_char_boundary(within.end.clamp(start, text.len()));
    let mut inside: Vec<Place> = places
        .iter()
        .filter(|(_, range)| start <= range.start && range.end <= end)
        .cloned()
        .collect();
    inside.sort_by_key(|(_, range)| (range.start, range.end));
    let from = match best_cluster(&inside) {
        Some(first) => step_back(text, start, first),
        None => start,
    };
    let to = step_on(text, from, end);
    let shown = merged(&inside, &(from..to));
    let mut excerpt = marked(text, from..to, &shown);
    if from > start {
        excerpt.insert(0, '…');
    }
    if !text[to..end].trim().is_empty() {
        excerpt.push('…');
    }
    excerpt
}

/// Where the finds begin of which most different ones fit into one excerpt.
fn best_cluster(places: &[Place]) -> Option<usize> {
    let mut best: Option<(usize, usize, usize)> = None;
    for (n, (_, first)) in places.iter().enumerate() {
        let near = places[n..]
            .iter()
            .take_while(|(_, range)| range.end - first.start <= LENGTH - BEFORE);
        let leaves: u64 = near
            .clone()
            .fold(0, |seen, (leaf, _)| seen | 1 << (leaf % 64));
        let worth = (leaves.count_ones() as usize, near.take(20).count());
        if best.is_none_or(|(different, count, _)| worth > (different, count)) {
            best = Some((worth.0, worth.1, first.start));
        }
    }
    best.map(|(.., start)| start)
}

/// Some characters to the left of `first`, at the beginning of a word.
fn step_back(text: &str, start: usize, first: usize) -> usize {
    let left = &text[start..first];
    let Some((far, _)) = left.char_indices().rev().nth(BEFORE - 1) else {
        return start;
    };
    let space = left[far..].find(char::is_whitespace);
    space.map_or(start + far, |space| {
        let rest = &left[far + space..];
        start + far + space + (rest.len() - rest.trim_start().len())
    })
}

/// So far that the excerpt has its length, at the end of a word where one is near.
fn step_on(text: &str, from: usize, end: usize) -> usize {
    let right = &text[from..end];
    let Some((far, _)) = right.char_indices().nth(LENGTH) else {
        return end;
    };
    let space = right[..far].rfind(char::is_whitespace);
    from + space.filter(|space| space + 30 > far).unwrap_or(far)
}

/// The ranges that lie within, overlapping ones as one.
fn merged(places: &[Place], within: &Range<usize>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (_, range) in places {
        if range.start < within.start || range.end > within.end {
            continue;
        }
        match ranges.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range.clone()),
        }
    }
    ranges
}

/// The whole text with its lines and its marks.
pub(crate) fn marked_page(text: &str, places: &[Place]) -> String {
    let mut inside = places.to_vec();
    inside.sort_by_key(|(_, range)| (range.start, range.end));
    let ranges = merged(&inside, &(0..text.len()));
    with_marks(text, 0..text.len(), &ranges, |page, part| {
        page.extend(part.chars().filter_map(plain));
    })
}

/// A part of the text on one line, with its marks.
fn marked(text: &str, part: Range<usize>, ranges: &[Range<usize>]) -> String {
    with_marks(text, part, ranges, put).trim().to_owned()
}

fn with_marks(
    text: &str,
    part: Range<usize>,
    ranges: &[Range<usize>],
    put: impl Fn(&mut String, &str),
) -> String {
    let mut shown = String::new();
    let mut at = part.start;
    for range in ranges {
        put(&mut shown, &text[at..range.start]);
        shown.push('⟦');
        let mut found = String::new();
        put(&mut found, &text[range.clone()]);
        shown.push_str(found.trim());
        shown.push('⟧');
        at = range.end;
    }
    put(&mut shown, &text[at..part.end]);
    shown
}

fn put(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            _ => line.extend(plain(c)),
        }
    }
}

/// A character as it may be shown: brackets of the kind that marks are made of become plain ones, control characters
/// other than white space go.
fn plain(c: char) -> Option<char> {
    match c {
        '⟦' => Some('['),
        '⟧' => Some(']'),
        '\n' | '\t' => Some(c),
        _ if c.is_control() => None,
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, word: &str, leaf: usize) -> Vec<Place> {
        let found = text.match_indices(word);
        found.map(|(n, _)| (leaf, n..n + word.len())).collect()
    }

    fn whole(text: &str, places: &[Place]) -> String {
        excerpt(text, 0..text.len(), places)
    }

    #[test]
    fn finds_stand_between_marks_and_white_space_is_one_space() {
        let text = "The  annual\n\nreport ⟦x⟧";
        let places = [at(text, "annual", 0), at(text, "report", 1)].concat();
        assert_eq!(whole(text, &places), "The ⟦annual⟧ ⟦report⟧ [x]");
    }

    #[test]
    fn the_excerpt_shows_where_most_different_finds_stand_together() {
        let filler = "lorem ipsum dolor sit amet ".repeat(30);
        let text = format!("apple {filler} apple then pear {filler}");
        let places = [at(&text, "apple", 0), at(&text, "pear", 1)].concat();
        let shown = whole(&text, &places);
        assert!(shown.contains("⟦apple⟧ then ⟦pear⟧"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!((120..260).contains(&shown.chars().count()), "{shown}");
    }

    #[test]
    fn without_finds_it_is_the_beginning() {
        let text = "é".repeat(900);
        let shown = whole(&text, &[]);
        assert_eq!(shown.chars().count(), LENGTH + 1);
        assert_eq!(whole("", &[]), "");
    }

    #[test]
    fn a_whole_page_keeps_its_lines_and_shows_every_find() {
        let text = "Rent ⟦x⟧\n\n  the rent\u{7}\n";
        let places = [at(text, "rent", 0), at(text, "Rent", 0)].concat();
        assert_eq!(marked_page(text, &places), "⟦Rent⟧ [x]\n\n  the ⟦rent⟧\n");
        assert_eq!(marked_page("", &[]), "");
    }

    #[test]
    fn ranges_off_the_text_or_within_a_character_do_no_harm() {
        assert_eq!(excerpt("é", 1..99, &[]), "é");
        assert_eq!(excerpt("abc", 7..9, &[]), "");
    }

    #[test]
    fn overlapping_finds_are_one_mark() {
        let text = "東京都庁";
        let places = vec![(0, 0..6), (1, 3..9)];
        assert_eq!(whole(text, &places), "⟦東京都⟧庁");
    }
}
