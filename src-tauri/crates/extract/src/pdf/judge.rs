//! Whether a page's own text is enough, or its picture has to be recognised.

use super::ink::Ink;
use super::words::Text;

/// A page with at least this many letters is a text page, whatever is painted behind them.
const ENOUGH_LETTERS: usize = 200;

/// Below this a page's text may be no more than its number, while the rest is drawn as outlines.
const FEW_LETTERS: usize = 20;

/// Letters drawn as outlines are paths, hundreds to a page.
const MANY_MARKS: usize = 300;

/// An image that covers this part of the sheet may carry the page's text.
const MOST_OF_PAGE: f32 = 0.5;

/// A page of which more than this is unreadable has no usable text: its fonts do not say what their glyphs mean.
const TOO_MUCH_GARBAGE: f32 = 0.3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The text is the page.
    Text,
    /// Recognise, and keep the text beside it.
    Recognise,
    /// Recognise; what text there is, is of no use.
    RecogniseOnly,
}

/// `ink` is asked only where the text leaves doubts: looking at every object takes time.
pub(super) fn verdict(text: &Text, ink: impl FnOnce() -> Ink) -> Verdict {
    let seen = text.letters.max(text.garbage);
    if text.garbage as f32 > seen as f32 * TOO_MUCH_GARBAGE {
        return Verdict::RecogniseOnly;
    }
    if text.letters >= ENOUGH_LETTERS {
        return Verdict::Text;
    }
    let ink = ink();
    let hidden = match text.letters {
        0 => ink.marks > 0,
        letters if letters < FEW_LETTERS && ink.marks >= MANY_MARKS => true,
        _ => ink.images >= MOST_OF_PAGE,
    };
    if hidden {
        Verdict::Recognise
    } else {
        Verdict::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_document::PageText;

    fn check(letters: usize, garbage: usize, marks: usize, images: f32, expect: Verdict) {
        let text = Text {
            page: PageText::blank(1.0, 1.0),
            letters,
            garbage,
        };
        let got = verdict(&text, || Ink { marks, images });
        assert_eq!(got, expect, "{letters} {garbage} {marks} {images}");
    }

    #[test]
    fn much_text_is_a_text_page_even_over_an_image() {
        check(2_000, 0, 1, 1.0, Verdict::Text);
    }

    #[test]
    fn little_text_over_a_large_image_is_recognised_and_kept() {
        check(60, 0, 1, 0.9, Verdict::Recognise);
        check(60, 0, 1, 0.1, Verdict::Text);
    }

    #[test]
    fn without_text_anything_painted_is_looked_at() {
        check(0, 0, 1, 0.0, Verdict::Recognise);
        check(0, 0, 0, 0.0, Verdict::Text);
    }

    #[test]
    fn a_page_number_beside_outlines_is_recognised() {
        check(3, 0, 900, 0.0, Verdict::Recognise);
        check(3, 0, 5, 0.0, Verdict::Text);
    }

    #[test]
    fn text_that_means_nothing_is_recognised_instead() {
        check(500, 400, 0, 0.0, Verdict::RecogniseOnly);
        check(0, 50, 0, 0.0, Verdict::RecogniseOnly);
        check(500, 20, 0, 0.0, Verdict::Text);
    }
}
