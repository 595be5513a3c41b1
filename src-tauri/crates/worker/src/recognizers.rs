//! What a reading child can recognise: an engine for each list of languages, all loaded before the child locks itself in.

use crate::merge::merge;
use sheaf_document::{Code, Fault, Languages, PageText};
use sheaf_extract::PageImage;
use sheaf_ocr::{OcrEngine, Recognition, Tesseract, scripts};
use std::path::Path;

type Engine = Result<Box<dyn OcrEngine>, Fault>;

pub(crate) struct Recognizers(Vec<(Languages, Engine)>);

impl Recognizers {
    /// What cannot be loaded fails page by page, not the child.
    pub(crate) fn load(tessdata: &Path, languages: &[Languages]) -> Self {
        let engine = |list: &Languages| -> Engine {
            match Tesseract::load(tessdata, list) {
                Ok(engine) => Ok(Box::new(engine)),
                Err(e) => Err(Fault::new(e.code(), e.to_string())),
            }
        };
        Self(
            languages
                .iter()
                .map(|list| (list.clone(), engine(list)))
                .collect(),
        )
    }

    pub(crate) fn list(&self) -> Vec<(Languages, Option<Fault>)> {
        let fault = |engine: &Engine| engine.as_ref().err().cloned();
        self.0
            .iter()
            .map(|(list, engine)| (list.clone(), fault(engine)))
            .collect()
    }

    /// A page from its own text and what is recognised in its picture, and what a person should know of it.
    pub(crate) fn read(
        &mut self,
        own: PageText,
        image: &PageImage,
        languages: &Languages,
    ) -> Result<(PageText, Option<Fault>), Fault> {
        let found = self.0.iter_mut().find(|(list, _)| list == languages);
        let (_, engine) = found.ok_or_else(|| {
            let what = format!("no recogniser for {} is loaded", languages.as_str());
            Fault::new(Code::LanguageMissing, what)
        })?;
        let engine = engine.as_mut().map_err(|fault| fault.clone())?;
        let mut read = engine
            .recognize(&image.gray, image.dpi, languages)
            .map_err(|e| Fault::new(e.code(), e.to_string()))?;
        let note = doubt(&read, languages);
        // The document knows the page's size better than the picture's resolution tells it.
        (read.page.width_pt, read.page.height_pt) = (image.width_pt, image.height_pt);
        Ok((merge(own, read.page), note))
    }
}

/// Says so when a page was most likely read in the wrong languages.
fn doubt(read: &Recognition, languages: &Languages) -> Option<Fault> {
    /// Pages of the right language have 0.85 and more, photographs of receipts 0.6.
    const UNSURE: f32 = 0.5;
    const MANY_LETTERS: usize = 60;
    let letters = read
        .page
        .text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .count();
    let read_in = languages.as_str();
    if let Some(script) = read.script
        && !scripts(languages).contains(&script.name())
    {
        let name = script.name();
        let what =
            format!("The page seems to be written in {name} letters, but was read in {read_in}.");
        return Some(Fault::new(Code::LanguageDoubtful, what));
    }
    let is_doubtful = letters >= MANY_LETTERS && read.page.confidence < UNSURE;
    is_doubtful.then(|| {
        let sure = (read.page.confidence * 100.0).round();
        let what = format!("The page was read in {read_in} with a confidence of {sure} %: the language or the picture may not fit.");
        Fault::new(Code::LanguageDoubtful, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_ocr::Script;

    fn read(confidence: f32, script: Option<Script>) -> Recognition {
        let mut page = PageText::blank(1.0, 1.0);
        page.text = "words ".repeat(20);
        page.confidence = confidence;
        Recognition {
            page,
            turned: 0,
            steps: Vec::new(),
            passes: 1,
            script,
        }
    }

    fn code(read: &Recognition, languages: &str) -> Option<Code> {
        let languages = Languages::parse(languages).expect("languages");
        doubt(read, &languages).map(|fault| fault.code)
    }

    #[test]
    fn a_page_in_another_script_is_doubtful_unless_a_language_has_it() {
        let page = read(0.7, Script::named("Cyrillic"));
        assert_eq!(code(&page, "eng"), Some(Code::LanguageDoubtful));
        assert_eq!(code(&page, "eng+rus"), None);
    }

    #[test]
    fn a_page_that_reads_badly_is_doubtful_and_one_that_reads_well_is_not() {
        assert_eq!(code(&read(0.4, None), "eng"), Some(Code::LanguageDoubtful));
        assert_eq!(code(&read(0.8, None), "eng"), None);
    }
}
