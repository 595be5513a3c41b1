//! What a front end sees.

use std::path::{Path, PathBuf};

use sheaf_document::DocumentId;
use sheaf_queue::JobId;
use sheaf_search::{Mode, Query, Results};
use sheaf_store::table::settled::Settled;

use super::Engine;
use crate::answer::{
    DocumentAnswer, QueueAnswer, ShowAnswer, StatsAnswer, TextAnswer, WorkerAnswer,
};
use crate::export::{ExportAnswer, ExportFormat};
use crate::languages::{self, LanguageAnswer};
use crate::switch::{self, ModelAnswer};
use crate::view::{self, ListFilter, PageView, Strip};
use crate::{Result, intervene};

impl Engine {
    /// Whether work is left that will be done without anybody's doing.
    pub fn is_busy(&self) -> Result<bool> {
        view::is_busy(&self.library)
    }

    pub fn search(&self, query: &Query) -> Result<Results> {
        let query = query.clone();
        let keeper = match query.mode {
            Mode::Words => &self.words,
            Mode::Hybrid | Mode::Meaning => &self.meaning,
        };
        keeper.ask(move |searching| searching.seeker()?.search(&query))?
    }

    /// Gets ready for a search by meaning; returns at once.
    pub fn warm(&self) -> Result<()> {
        Ok(self.meaning.tell(|searching| {
            if let Ok(seeker) = searching.seeker() {
                seeker.warm();
            }
        })?)
    }

    /// A page (from 1) with what the words of `text` find on it marked.
    pub fn page(&self, document: DocumentId, page: u32, text: &str) -> Result<PageView> {
        let plain = view::page(&self.library, document, page)?;
        let text = text.to_owned();
        let found = self
            .words
            .ask(move |searching| searching.seeker()?.on_page(&text, document, page))??;
        Ok(match found {
            Some(found) => PageView {
                text: found.text,
                boxes: found.boxes,
                ..plain
            },
            None => plain,
        })
    }

    /// A picture of a page (from 1) as PNG, with a longest edge of at most `edge` pixels, one of [`crate::EDGES`].
    pub fn picture(&self, document: DocumentId, page: u32, edge: u32) -> Result<Vec<u8>> {
        let keeper = match edge {
            crate::pictures::THUMBNAIL => &self.thumbnails,
            _ => &self.painter,
        };
        Ok(keeper.ask(move |painter| painter.picture(document, page, edge))??)
    }

    /// What became of each page of a document so far.
    pub fn strip(&self, document: DocumentId) -> Result<Strip> {
        view::strip(&self.library, document)
    }

    /// A document by its id or one of its paths.
    pub fn resolve(&self, word: &str) -> Result<DocumentId> {
        view::resolve(&*self.library.read()?, word)
    }

    pub fn text(&self, document: DocumentId, page: Option<u32>) -> Result<TextAnswer> {
        view::text(&self.library, document, page)
    }

    /// Writes a document to a file of its own; `replace` allows for another file in its place, never for an original.
    pub fn export(
        &self,
        document: DocumentId,
        format: ExportFormat,
        to: &Path,
        replace: bool,
    ) -> Result<ExportAnswer> {
        self.exporter().file(document, format, to, replace)
    }

    /// The same as text, in a format other than PDF.
    pub fn export_text(&self, document: DocumentId, format: ExportFormat) -> Result<String> {
        self.exporter().text(document, format)
    }

    pub fn show(&self, document: DocumentId) -> Result<ShowAnswer> {
        view::show(&self.library, document)
    }

    pub fn list(&self, filter: &ListFilter) -> Result<Vec<DocumentAnswer>> {
        view::list(&self.library, filter)
    }

    /// Running jobs, then waiting ones in their order.
    pub fn queue(&self, limit: u32) -> Result<Vec<QueueAnswer>> {
        view::queue(&self.library, limit)
    }

    /// Unfinished jobs that nobody works on, from the `offset`th on.
    pub fn waiting(&self, limit: u32, offset: u32) -> Result<Vec<QueueAnswer>> {
        view::waiting(&*self.library.read()?, limit, offset)
    }

    /// Documents that failed, wholly or in part, the last added first.
    pub fn attention(&self, limit: u32, offset: u32) -> Result<Vec<DocumentAnswer>> {
        let conn = self.library.read()?;
        view::settled(&conn, Settled::Attention, limit, offset)
    }

    /// Documents that are done, the last added first; also those that turned out to be in the library already.
    pub fn done(&self, limit: u32, offset: u32) -> Result<Vec<DocumentAnswer>> {
        view::settled(&*self.library.read()?, Settled::Done, limit, offset)
    }

    /// Dead letters: what used up its attempts or met a permanent fault.
    pub fn failed(&self) -> Result<Vec<QueueAnswer>> {
        view::dead(&self.library)
    }

    pub fn stats(&self) -> Result<StatsAnswer> {
        view::stats(&self.library)
    }

    pub fn workers(&self) -> Result<Vec<WorkerAnswer>> {
        view::workers(&self.library)
    }

    /// The place of a job in its lane, 1 is next; `None` unless it is queued.
    pub fn position(&self, job: JobId) -> Result<Option<u32>> {
        intervene::position(&self.library, job)
    }

    /// How many jobs [`Engine::flush`] would cancel.
    pub fn in_line(&self) -> Result<u32> {
        intervene::in_line(&self.library)
    }

    /// The embedding models, and how far each has come.
    pub fn models(&self) -> Result<Vec<ModelAnswer>> {
        switch::list(&self.library)
    }

    /// Documents like this one, the most alike first.
    pub fn similar(&self, document: DocumentId, limit: usize) -> Result<Results> {
        self.words
            .ask(move |searching| searching.seeker()?.similar(document, limit))?
    }

    /// What a person who has typed this much may go on to type, the most likely first.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Vec<String>> {
        let text = text.to_owned();
        self.words
            .ask(move |searching| searching.seeker()?.suggest(&text, limit))?
    }

    /// The file of a document, for the programs of the system: the first of its places that is there.
    pub fn original(&self, document: DocumentId) -> Result<PathBuf> {
        view::original(&self.library, document)
    }

    /// Recognition data: what is installed, and what this system has to add.
    pub fn recognition_data(&self) -> Result<Vec<LanguageAnswer>> {
        languages::list(&self.library)
    }
}
