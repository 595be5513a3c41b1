//! An engine with one fixed answer, for tests of everything around it.

use image::GrayImage;
use sheaf_document::{Languages, PageText, Rect, Source, Word};

use crate::{OcrEngine, OcrError, Recognition};

/// Answers every page with the same words, one below the other, confidence 0.9.
#[derive(Debug, Clone)]
pub struct NullOcr {
    words: Vec<String>,
}

impl NullOcr {
    /// An engine that reads the words of `text` (separated by white space) on every page.
    pub fn saying(text: &str) -> Self {
        Self {
            words: text.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

impl OcrEngine for NullOcr {
    fn recognize(
        &mut self,
        gray: &GrayImage,
        dpi: u32,
        _languages: &Languages,
    ) -> Result<Recognition, OcrError> {
        crate::engine::check_size(gray)?;
        let (width_pt, height_pt) = crate::engine::size_pt(gray, dpi);
        let mut page = PageText::blank(width_pt, height_pt);
        let row = 1.0 / self.words.len().max(1) as f32;
        for (n, word) in self.words.iter().enumerate() {
            let start = page.text.len() as u32;
            page.text.push_str(word);
            let rect = Rect {
                x0: 0.1,
                y0: n as f32 * row,
                x1: 0.9,
                y1: (n + 1) as f32 * row,
            };
            page.words.push(Word {
                start,
                end: page.text.len() as u32,
                rect,
            });
            page.text.push('\n');
        }
        if !page.words.is_empty() {
            page.source = Source::Ocr;
            page.confidence = 0.9;
        }
        Ok(Recognition {
            page,
            turned: 0,
            steps: Vec::new(),
            passes: 1,
            script: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_was_told_with_every_word_in_its_place() {
        let image = GrayImage::new(100, 200);
        let read = NullOcr::saying("two words")
            .recognize(&image, 72, &Languages::default())
            .expect("a small page");
        assert_eq!(read.page.text, "two\nwords\n");
        let word = read.page.words[1];
        assert_eq!(
            &read.page.text[word.start as usize..word.end as usize],
            "words"
        );
        assert_eq!((read.page.width_pt, read.page.height_pt), (100.0, 200.0));
    }

    #[test]
    fn it_says_nothing_about_nothing() {
        let image = GrayImage::new(100, 200);
        let read = NullOcr::saying(" ")
            .recognize(&image, 0, &Languages::default())
            .expect("a small page");
        assert_eq!(read.page, PageText::blank(0.0, 0.0));
    }
}
