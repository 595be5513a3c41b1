//! The work of a reading child: open, hash, read, recognise, draw.

use crate::export::Export;
use crate::recognizers::Recognizers;
use crate::tidy::{passages, tidy};
use crate::{Opened, PageRead, Request, Response, Setup, Work, warm};
use sheaf_document::{Code, Fault, Languages, ReadSettings};
use sheaf_extract::{Document, ExtractError, Pdfium, Read, Readers};
use std::fs::File;
use std::io::{Cursor, Read as _, Seek};
use std::path::Path;
use std::time::Instant;

pub(crate) struct Reader {
    readers: &'static Readers,
    recognizers: Recognizers,
    open: Option<OpenDocument>,
}

struct OpenDocument {
    document: Box<dyn Document + 'static>,
    languages: Languages,
    /// For an export: the bytes themselves, and what is made of them.
    export: Export,
}

impl Reader {
    /// Loads what is there. A missing library makes its formats fail one by one, not the child.
    pub(crate) fn load(setup: &Setup) -> Result<Self, Fault> {
        let readers = Readers {
            pdfium: Pdfium::bind(&library(&setup.assets.join("pdfium"), "pdfium")).ok(),
        };
        let tessdata = setup.tessdata.clone();
        let tessdata = tessdata.unwrap_or_else(|| setup.assets.join("tessdata"));
        let mut reader = Self {
            // Documents borrow them, and both live as long as the process.
            readers: Box::leak(Box::new(readers)),
            recognizers: Recognizers::load(&tessdata, &setup.languages),
            open: None,
        };
        warm::up(&mut reader);
        Ok(reader)
    }

    pub(crate) fn open(
        &mut self,
        mut file: File,
        name: &str,
        settings: &ReadSettings,
        password: Option<&str>,
        hash: bool,
    ) -> Result<Opened, Fault> {
        self.open = None;
        let io = |e: std::io::Error| Fault::new(Code::FileIo, e.to_string());
        let bytes = file.metadata().map_err(io)?.len();
        let hash = if hash {
            Some(hash_of(&mut file).map_err(io)?)
        } else {
            None
        };
        let export = Export::of(file.try_clone().map_err(io)?, password);
        let document = sheaf_extract::open(self.readers, file, name, password, settings)
            .map_err(|e| Fault::new(e.code(), e.to_string()))?;
        let opened = opened(document.as_ref(), hash, bytes);
        self.open = Some(OpenDocument {
            document,
            languages: settings.languages.clone(),
            export,
        });
        Ok(opened)
    }

    pub(crate) fn read_page(&mut self, page: u32) -> Result<PageRead, Fault> {
        let since = Instant::now();
        let open = self.open.as_mut().ok_or_else(nothing_open)?;
        let (text, note) = match open.document.read(page).map_err(page_fault)? {
            Read::Text(text) => (text, None),
            Read::Scan { own, image } => self.recognizers.read(own, &image, &open.languages)?,
        };
        let text = tidy(text);
        Ok(PageRead {
            note,
            passages: passages(&text),
            text,
            ms: since.elapsed().as_millis().try_into().unwrap_or(u32::MAX),
        })
    }

    pub(crate) fn render(&mut self, page: u32, max_edge: u32) -> Result<Response, Fault> {
        let open = self.open.as_mut().ok_or_else(nothing_open)?;
        let picture = open.document.render(page, max_edge).map_err(page_fault)?;
        let mut png = Cursor::new(Vec::new());
        picture
            .write_to(&mut png, image::ImageFormat::Png)
            .map_err(|e| Fault::new(Code::PageCorrupt, e.to_string()))?;
        Ok(Response::Picture {
            png: png.into_inner(),
            width: picture.width(),
            height: picture.height(),
        })
    }

    fn export(&mut self, request: Request) -> Result<Response, Fault> {
        let open = self.open.as_mut().ok_or_else(nothing_open)?;
        match request {
            Request::Lay { pages } => Ok(open.export.lay(pages)),
            Request::Export { at } => open.export.take(open.document.as_mut(), at),
            _ => Err(out_of_turn("this is no export")),
        }
    }

    pub(crate) fn close(&mut self) {
        self.open = None;
    }
}

impl Work for Reader {
    fn answer(&mut self, request: Request, file: Option<File>) -> Result<Response, Fault> {
        match request {
            Request::Open {
                name,
                settings,
                password,
                hash,
            } => {
                let file = file.ok_or_else(|| out_of_turn("no file came with the request"))?;
                self.open(file, &name, &settings, password.as_deref(), hash)
                    .map(Response::Opened)
            }
            Request::ReadPage { page } => self.read_page(page).map(Response::Page),
            Request::Render { page, max_edge } => self.render(page, max_edge),
            export @ (Request::Lay { .. } | Request::Export { .. }) => self.export(export),
            Request::Close => {
                self.close();
                Ok(Response::Closed)
            }
            Request::Recognizers => Ok(Response::Recognizers(self.recognizers.list())),
            Request::Embed { .. } => Err(out_of_turn("a reading child embeds nothing")),
            Request::Ping => Ok(Response::Pong),
        }
    }

    fn abandon(&mut self) {
        self.close();
    }
}

/// A request that this child, or its state, has no answer to.
pub(crate) fn out_of_turn(why: &str) -> Fault {
    Fault::new(Code::WorkerGarbage, why)
}

/// A shared library in `folder`, by the system's way of naming them.
pub(crate) fn library(folder: &Path, name: &str) -> std::path::PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    folder.join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}

fn nothing_open() -> Fault {
    out_of_turn("no document is open")
}

fn opened(document: &dyn Document, hash: Option<[u8; 32]>, bytes: u64) -> Opened {
    let meta = document.meta().clone();
    Opened {
        hash,
        bytes,
        kind: document.kind(),
        pages: document.pages(),
        title: meta.title,
        author: meta.author,
        date: meta.date,
    }
}

/// BLAKE3 of the whole file; leaves it at its beginning.
fn hash_of(file: &mut File) -> std::io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; 256 << 10];
    file.rewind()?;
    loop {
        match file.read(&mut block) {
            Ok(0) => break,
            Ok(n) => hasher.update(&block[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
    }
    file.rewind()?;
    Ok(*hasher.finalize().as_bytes())
}

/// Once a file is open, what is damaged is a page of it.
fn page_fault(error: ExtractError) -> Fault {
    let code = match error.code() {
        Code::FileCorrupt => Code::PageCorrupt,
        other => other,
    };
    Fault::new(code, error.to_string())
}
