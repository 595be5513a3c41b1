//! The work of a reading child: open, hash, read, recognise, draw.

use crate::export::Export;
use crate::merge::behind;
use crate::recognizers::Recognizers;
use crate::tidy::{passages, tidy};
use crate::{Opened, PageRead, Request, Response, Setup, Work, warm};
use sheaf_document::{Code, Fault, Languages, PageText, Password, ReadSettings};
use sheaf_extract::{Bytes, Containers, Document, ExtractError, Pdfium, Read, Readers};
use std::fs::File;
use std::io::{Cursor, Read as _, Seek};
use std::path::Path;
use std::time::Instant;

pub(crate) struct Reader {
    readers: &'static Readers,
    recognizers: Recognizers,
    open: Option<OpenDocument>,
    /// On the way to the last one.
    containers: Containers,
}

struct OpenDocument {
    document: Box<dyn Document + 'static>,
    languages: Languages,
    /// For an export: the bytes themselves, and what is made of them.
    export: Export,
}

/// The way from a file to a document.
#[derive(Clone, Copy, Default)]
pub(crate) struct Way<'a> {
    pub(crate) inside: &'a [u64],
    pub(crate) passwords: &'a [Password],
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
            containers: Containers::default(),
        };
        warm::up(&mut reader);
        Ok(reader)
    }

    pub(crate) fn open(
        &mut self,
        file: File,
        name: &str,
        way: Way<'_>,
        settings: &ReadSettings,
        hash: bool,
    ) -> Result<Opened, Fault> {
        self.open = None;
        let io = |e: std::io::Error| Fault::new(Code::FileIo, e.to_string());
        let refused = |e: ExtractError| Fault::new(e.code(), e.to_string());
        let content = Bytes::new(file).map_err(io)?;
        let found = self
            .containers
            .reach(content, name, way.inside, way.passwords);
        let (mut content, name) = found.map_err(refused)?;
        let bytes = content.len();
        let hash = if hash {
            Some(hash_of(&mut content).map_err(io)?)
        } else {
            None
        };
        let export = Export::of(content.again().map_err(io)?, way);
        let document = sheaf_extract::open(self.readers, content, &name, way.passwords, settings)
            .map_err(refused)?;
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
        let text = self.with_pictures(page, text)?;
        let open = self.open.as_mut().ok_or_else(nothing_open)?;
        let text = tidy(text);
        let passages = match open.document.kind().is_list() {
            true => Vec::new(),
            false => passages(&text),
        };
        let members = open.document.members(page).map_err(page_fault)?;
        let left_out = open.document.left_out(page);
        Ok(PageRead {
            note: left_out
                .map(|what| Fault::new(Code::PartLeftOut, what))
                .or(note),
            members,
            passages,
            text,
            ms: since.elapsed().as_millis().try_into().unwrap_or(u32::MAX),
        })
    }

    /// A page of text with what is written on its pictures behind it. Where nothing can be recognised, or little can be
    /// made out, its own text is all there is.
    fn with_pictures(&mut self, page: u32, text: PageText) -> Result<PageText, Fault> {
        let open = self.open.as_mut().ok_or_else(nothing_open)?;
        let mut text = text;
        for number in 0..open.document.pictures(page) {
            // A picture that cannot be made out leaves the text as it is, and so does a recogniser that is missing.
            let Ok(Some(picture)) = open.document.picture(page, number) else {
                continue;
            };
            let nothing = PageText::blank(0.0, 0.0);
            if let Ok((written, _)) = self.recognizers.read(nothing, &picture, &open.languages) {
                text = behind(text, &written);
            }
        }
        Ok(text)
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
                inside,
                passwords,
                hash,
            } => {
                let file = file.ok_or_else(|| out_of_turn("no file came with the request"))?;
                let way = Way {
                    inside: &inside,
                    passwords: &passwords,
                };
                self.open(file, &name, way, &settings, hash)
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
        self.rest();
    }

    /// An open file keeps its drive from being taken away.
    fn rest(&mut self) {
        self.containers = Containers::default();
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

/// BLAKE3 of all of it; leaves it at its beginning.
fn hash_of(file: &mut Bytes) -> std::io::Result<[u8; 32]> {
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
