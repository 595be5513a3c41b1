//! What a reading child can recognise: an engine for each list of languages, all loaded before the child locks itself in.

use crate::doubt::doubt;
use crate::merge::merge;
use sheaf_document::{Code, Fault, Languages, PageText};
use sheaf_extract::PageImage;
use sheaf_ocr::{OcrEngine, Tesseract};
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
