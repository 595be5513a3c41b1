//! The work of an indexing child: texts in, vectors out.

use crate::reader::{library, out_of_turn};
use crate::{Request, Response, Setup, Work};
use sheaf_document::{Code, Fault};
use sheaf_embed::{EmbedError, Embedder, Model, ModelName, Role};
use std::fs::File;

pub(crate) struct Indexer {
    model: Model,
}

impl Indexer {
    /// Loads the model and embeds once: afterwards no thread can be started.
    pub(crate) fn load(setup: &Setup) -> Result<Self, Fault> {
        let unknown = || Fault::new(Code::ModelMissing, format!("no model “{}”", setup.model));
        let name = ModelName::parse(&setup.model).ok_or_else(unknown)?;
        let runtime = library(&setup.assets.join("onnxruntime"), "onnxruntime");
        let folder = setup.assets.join("models").join(name.as_str());
        let mut model = Model::load(&runtime, &folder, name).map_err(fault)?;
        model.embed(&["warm-up"], Role::Passage).map_err(fault)?;
        Ok(Self { model })
    }
}

impl Work for Indexer {
    fn answer(&mut self, request: Request, _file: Option<File>) -> Result<Response, Fault> {
        match request {
            Request::Embed { texts, query } => {
                let role = if query { Role::Query } else { Role::Passage };
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let rows = self.model.embed(&texts, role).map_err(fault)?;
                Ok(Response::Vectors(rows))
            }
            Request::Ping => Ok(Response::Pong),
            Request::Open { .. }
            | Request::ReadPage { .. }
            | Request::Render { .. }
            | Request::Lay { .. }
            | Request::Export { .. }
            | Request::Recognizers
            | Request::Close => Err(out_of_turn("an indexing child opens nothing")),
        }
    }

    fn abandon(&mut self) {}
}

fn fault(error: EmbedError) -> Fault {
    Fault::new(error.code(), error.to_string())
}
