//! Searching: the word index and the vectors of this library, and a child that turns questions into vectors.

use std::path::PathBuf;

use sheaf_document::{Code, DocumentId, Fault};
use sheaf_search::{Mode, OnPage, Query, QueryEmbedder, Results, Searcher};
use sheaf_store::Library;
use sheaf_store::table::vectors::{self, ModelId};
use sheaf_worker::{Child, ChildSpec, Limits, Request, Response, Task};

use crate::Result;
use crate::assets::Assets;

/// What one process keeps for its searches: opened once, warm afterwards.
pub(crate) struct Seeker {
    searcher: Searcher,
    embedder: ChildEmbedder,
}

impl Seeker {
    pub(crate) fn open(library: &Library, program: PathBuf) -> Result<Self> {
        Ok(Self {
            searcher: Searcher::open(library)?,
            embedder: ChildEmbedder {
                library: library.clone(),
                program,
                child: None,
                model: None,
                known: Vec::new(),
            },
        })
    }

    /// Starts the child that turns questions into vectors, if there is anything to find by meaning.
    pub(crate) fn warm(&mut self) {
        // What fails here is told when a search needs it.
        let _ = self.embedder.warm();
    }

    pub(crate) fn on_page(
        &mut self,
        text: &str,
        document: DocumentId,
        page: u32,
    ) -> Result<Option<OnPage>> {
        Ok(self.searcher.on_page(text, document, page)?)
    }

    pub(crate) fn similar(&mut self, document: DocumentId, limit: usize) -> Result<Results> {
        Ok(self.searcher.similar(document, limit)?)
    }

    pub(crate) fn suggest(&mut self, text: &str, limit: usize) -> Result<Vec<String>> {
        Ok(self.searcher.suggest(text, limit)?)
    }

    pub(crate) fn search(&mut self, query: &Query) -> Result<Results> {
        let embedder: Option<&mut dyn QueryEmbedder> = match query.mode {
            Mode::Words => None,
            Mode::Hybrid | Mode::Meaning => Some(&mut self.embedder),
        };
        Ok(self.searcher.search(query, embedder)?)
    }
}

/// So many questions' vectors are remembered.
const KNOWN: usize = 32;

/// The indexing child, asked for one vector at a time. Started with the first question that needs it.
struct ChildEmbedder {
    library: Library,
    program: PathBuf,
    child: Option<Child>,
    /// The model of `child` and `known`.
    model: Option<ModelId>,
    /// The last questions with their vectors, the newest last: filters and order change more often than words.
    known: Vec<(String, Vec<f32>)>,
}

impl QueryEmbedder for ChildEmbedder {
    fn embed_query(&mut self, text: &str) -> std::result::Result<Vec<f32>, Fault> {
        self.notice_model()?;
        if let Some((_, vector)) = self.known.iter().find(|(known, _)| known == text) {
            return Ok(vector.clone());
        }
        let vector = self.ask(text)?;
        if self.known.len() == KNOWN {
            self.known.remove(0);
        }
        self.known.push((text.to_owned(), vector.clone()));
        Ok(vector)
    }
}

impl ChildEmbedder {
    fn ask(&mut self, text: &str) -> std::result::Result<Vec<f32>, Fault> {
        let request = Request::Embed {
            texts: vec![text.to_owned()],
            query: true,
        };
        let mut child = match self.child.take() {
            Some(child) => child,
            None => self.start()?,
        };
        let answer = child.call(&request, None)?;
        self.child = Some(child);
        match answer {
            Response::Vectors(mut rows) if rows.len() == 1 => Ok(rows.swap_remove(0)),
            Response::Failed(fault) => Err(fault),
            _ => Err(Fault::new(
                Code::WorkerGarbage,
                "The worker answered something else than it was asked.",
            )),
        }
    }

    /// Another model has taken over: its questions need its own child.
    fn notice_model(&mut self) -> std::result::Result<(), Fault> {
        let active = self
            .library
            .read()
            .and_then(|conn| vectors::active_model(&conn))
            .map_err(|error| error.fault())?
            .map(|(id, _)| id);
        if active != self.model {
            (self.child, self.model) = (None, active);
            self.known.clear();
        }
        Ok(())
    }

    fn warm(&mut self) -> std::result::Result<(), Fault> {
        self.notice_model()?;
        if self.child.is_none() {
            self.child = Some(self.start()?);
        }
        Ok(())
    }

    fn start(&self) -> std::result::Result<Child, Fault> {
        let assets =
            Assets::find().map_err(|error| Fault::new(Code::ModelMissing, error.to_string()))?;
        let (_, model) = self
            .library
            .read()
            .and_then(|conn| vectors::active_model(&conn))
            .map_err(|error| error.fault())?
            .ok_or_else(|| {
                Fault::new(
                    Code::ModelMissing,
                    "Nothing in this library is indexed yet.",
                )
            })?;
        let spec = ChildSpec {
            program: self.program.clone(),
            task: Task::Index,
            assets: assets.folder().to_owned(),
            languages: Vec::new(),
            tessdata: None,
            gentle: false,
            limits: Limits::for_child(Task::Index, &model),
            model,
        };
        Ok(Child::spawn(&spec)?)
    }
}

/// Opens what searching needs at the first question, and again after a failure.
pub(crate) struct Searching {
    library: Library,
    program: PathBuf,
    seeker: Option<Seeker>,
}

impl Searching {
    pub(crate) fn new(library: Library, program: PathBuf) -> Self {
        Self {
            library,
            program,
            seeker: None,
        }
    }

    /// Ends the child; the next question starts another.
    pub(crate) fn rest(&mut self) {
        if let Some(seeker) = &mut self.seeker {
            seeker.embedder.child = None;
        }
    }

    pub(crate) fn seeker(&mut self) -> Result<&mut Seeker> {
        Ok(match &mut self.seeker {
            Some(seeker) => seeker,
            none => none.insert(Seeker::open(&self.library, self.program.clone())?),
        })
    }
}
