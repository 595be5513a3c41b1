//! Makes a page keep the promises of [`PageText`], whatever a reader rounded or a file contained: the parent takes a
//! page that breaks them for the work of a child gone wrong.

use sheaf_document::{PageText, Passage, Rect};

/// Repairs what can be repaired and drops words that lie outside the text.
pub(crate) fn tidy(mut page: PageText) -> PageText {
    if page.text.contains('\0') {
        page.text = page.text.replace('\0', " ");
    }
    let text = std::mem::take(&mut page.text);
    page.words
        .retain(|word| is_within(&text, word.start, word.end));
    page.text = text;
    for word in &mut page.words {
        word.rect = on_page(word.rect);
    }
    page.confidence = fraction(page.confidence);
    page.width_pt = length(page.width_pt);
    page.height_pt = length(page.height_pt);
    page
}

/// The passages that lie within the text.
pub(crate) fn passages(page: &PageText) -> Vec<Passage> {
    let mut passages = sheaf_embed::passages(&page.text);
    passages.retain(|passage| is_within(&page.text, passage.start, passage.end));
    passages
}

fn is_within(text: &str, start: u32, end: u32) -> bool {
    text.get(start as usize..end as usize).is_some()
}

fn on_page(rect: Rect) -> Rect {
    let [x0, y0, x1, y1] = [rect.x0, rect.y0, rect.x1, rect.y1].map(fraction);
    Rect {
        x0: x0.min(x1),
        y0: y0.min(y1),
        x1: x0.max(x1),
        y1: y0.max(y1),
    }
}

/// What is no number becomes 0.
fn fraction(x: f32) -> f32 {
    if x.is_nan() { 0.0 } else { x.clamp(0.0, 1.0) }
}

fn length(x: f32) -> f32 {
    if x.is_finite() { x.max(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::{PageRead, Request, Response};
    use sheaf_document::{Source, Word};

    #[test]
    fn whatever_a_reader_gives_the_parent_can_take() {
        let rect = Rect {
            x0: 1.000_001,
            y0: f32::NAN,
            x1: -0.1,
            y1: f32::INFINITY,
        };
        let word = |start, end| Word { start, end, rect };
        let page = tidy(PageText {
            text: "a\0ß".into(),
            words: vec![word(0, 1), word(2, 3), word(2, 4), word(4, 9)],
            source: Source::Embedded,
            confidence: 1.5,
            width_pt: f32::NAN,
            height_pt: -1.0,
        });
        assert_eq!(
            page.words.len(),
            2,
            "words between letters or behind the end are gone"
        );
        let page = Response::Page(PageRead {
            passages: passages(&page),
            text: page,
            note: None,
            members: Vec::new(),
            ms: 0,
        });
        assert_eq!(check(&Request::ReadPage { page: 0 }, &page), Ok(()));
    }
}
