//! Pictures of pages for people: drawn in a child, kept in the library's cache folder.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sheaf_document::{Code, DocumentId, Fault, ReadSettings};
use sheaf_store::table::documents;
use sheaf_store::table::revisions;
use sheaf_store::{Library, StoreError};
use sheaf_worker::{Child, ChildSpec, Limits, Request, Response, Task};

use crate::assets::Assets;
use crate::source::{Source as Place, sources};
use crate::vault::Vault;

/// The longest edge of a picture, in pixels; other sizes are not drawn, so that the cache stays small.
pub const EDGES: [u32; 4] = [THUMBNAIL, 800, 1600, 2400];
pub(crate) const THUMBNAIL: u32 = 160;
/// Bytes that the cache may hold; the pictures that were drawn longest ago go first.
const CACHE_BYTES: u64 = 512 << 20;
/// Looked after once in so many new pictures.
const TIDY_EVERY: u32 = 64;
/// Raise when pages are drawn differently.
const FORMAT: u32 = 1;

/// Draws pages, one at a time; the child keeps the document open that was looked at last.
pub(crate) struct Painter {
    library: Library,
    program: PathBuf,
    child: Option<Child>,
    open: Option<Source>,
    drawn: u32,
    vault: Arc<Vault>,
}

/// What the child has open: a content, from a path.
#[derive(Clone, PartialEq, Eq)]
struct Source {
    document: DocumentId,
    hash: [u8; 32],
}

impl Painter {
    pub(crate) fn new(library: Library, program: PathBuf, vault: Arc<Vault>) -> Self {
        Self {
            library,
            program,
            child: None,
            open: None,
            drawn: 0,
            vault,
        }
    }

    /// A PNG of a page (from 1) of a document in this library.
    pub(crate) fn picture(
        &mut self,
        document: DocumentId,
        page: u32,
        edge: u32,
    ) -> Result<Vec<u8>, Fault> {
        let wanted = self.find(document, page)?;
        let kept = self.kept(&wanted.source, page, edge);
        if let Ok(png) = std::fs::read(&kept) {
            return Ok(png);
        }
        let png = match self.draw(&wanted, page, edge) {
            // A child that died over another page may do better from the start.
            Err(_) if self.child.is_none() => self.draw(&wanted, page, edge)?,
            other => other?,
        };
        self.keep(&kept, &png);
        Ok(png)
    }

    fn find(&self, document: DocumentId, page: u32) -> Result<Wanted, Fault> {
        let gone = || Fault::new(Code::FileMissing, "It is no longer in the library.");
        let store = |error: StoreError| error.fault();
        let conn = self.library.read().map_err(store)?;
        let row = documents::get(&conn, document)
            .map_err(store)?
            .filter(|row| !row.removed)
            .ok_or_else(gone)?;
        let revision = row.current.or(row.building).ok_or_else(gone)?;
        let revision = revisions::get(&conn, revision).map_err(store)?;
        let known = revision.pages_total.unwrap_or(0);
        let (Some(kind), Some(hash)) = (revision.kind, revision.hash) else {
            return Err(Fault::new(Code::FileMissing, "It was not opened yet."));
        };
        if page == 0 || page > known {
            let why = format!("It has {known} pages.");
            return Err(Fault::new(Code::PageCorrupt, why));
        }
        if !kind.has_pictures() {
            let why = format!("{} has no page pictures.", kind.as_str());
            return Err(Fault::new(Code::FileUnsupported, why));
        }
        let places = sources(&conn, row.id).map_err(store)?;
        Ok(Wanted {
            source: Source {
                document: row.id,
                hash,
            },
            settings: revision.settings,
            places,
        })
    }

    fn draw(&mut self, wanted: &Wanted, page: u32, edge: u32) -> Result<Vec<u8>, Fault> {
        self.open(wanted)?;
        let request = Request::Render {
            page: page - 1,
            max_edge: edge,
        };
        match self.ask(&request, None)? {
            Response::Picture { png, .. } => Ok(png),
            Response::Failed(fault) => {
                // A panic in the child closes its document.
                self.open = None;
                Err(fault)
            }
            _ => Err(strange()),
        }
    }

    /// Opens the first place that still has the content that was read.
    fn open(&mut self, wanted: &Wanted) -> Result<(), Fault> {
        if self.child.is_some() && self.open.as_ref() == Some(&wanted.source) {
            return Ok(());
        }
        self.open = None;
        let mut fault = Fault::new(Code::FileMissing, "No place of this document is known.");
        for place in &wanted.places {
            match self.open_at(wanted, place) {
                Ok(()) => {
                    self.open = Some(wanted.source.clone());
                    return Ok(());
                }
                Err(error) => fault = error,
            }
        }
        Err(fault)
    }

    fn open_at(&mut self, wanted: &Wanted, place: &Place) -> Result<(), Fault> {
        let (file, facts) = place.open()?;
        // An unchanged file need not be hashed again.
        let hash = !place.is_unchanged(&facts);
        let request = place.request(&wanted.settings, self.vault.all(), hash);
        match self.ask(&request, Some(&file))? {
            Response::Opened(opened)
                if opened.hash.is_none_or(|hash| hash == wanted.source.hash) =>
            {
                Ok(())
            }
            Response::Opened(_) => Err(Fault::new(
                Code::FileChanged,
                "The file changed since it was read. Add it again to see it as it is now.",
            )),
            Response::Failed(fault) => Err(fault),
            _ => Err(strange()),
        }
    }

    fn ask(&mut self, request: &Request, file: Option<&File>) -> Result<Response, Fault> {
        let mut child = match self.child.take() {
            Some(child) => child,
            None => self.start()?,
        };
        let answer = child.call(request, file);
        match answer {
            Ok(response) => {
                self.child = Some(child);
                Ok(response)
            }
            Err(loss) => {
                self.open = None;
                Err(loss.into())
            }
        }
    }

    fn start(&self) -> Result<Child, Fault> {
        let assets =
            Assets::find().map_err(|error| Fault::new(Code::ModelMissing, error.to_string()))?;
        let spec = ChildSpec {
            program: self.program.clone(),
            task: Task::Read,
            assets: assets.folder().to_owned(),
            languages: Vec::new(),
            tessdata: None,
            gentle: false,
            limits: Limits::for_child(Task::Read, ""),
            model: String::new(),
        };
        Ok(Child::spawn(&spec)?)
    }

    fn kept(&self, source: &Source, page: u32, edge: u32) -> PathBuf {
        let hash: String = source
            .hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self.library
            .folder()
            .cache()
            .join(format!("{hash}-{page}-{edge}-{FORMAT}.png"))
    }

    /// What cannot be kept is drawn again next time.
    fn keep(&mut self, path: &Path, png: &[u8]) {
        let unfinished = path.with_extension("part");
        if std::fs::write(&unfinished, png).is_ok() {
            let _ = std::fs::rename(&unfinished, path);
        }
        if self.drawn.is_multiple_of(TIDY_EVERY) {
            tidy(&self.library.folder().cache(), CACHE_BYTES);
        }
        self.drawn = self.drawn.wrapping_add(1);
    }
}

struct Wanted {
    source: Source,
    settings: ReadSettings,
    places: Vec<Place>,
}

fn strange() -> Fault {
    Fault::new(
        Code::WorkerGarbage,
        "The worker answered something else than it was asked.",
    )
}

/// Removes the oldest files of a folder until the rest fits into `most` bytes.
fn tidy(folder: &Path, most: u64) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let meta = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((meta.modified().ok()?, meta.len(), entry.path()))
        })
        .collect();
    files.sort_unstable();
    let mut total: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in files {
        if total <= most {
            break;
        }
        if std::fs::remove_file(path).is_ok() {
            total -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_keeps_the_newest_pictures_that_fit() {
        let folder = std::env::temp_dir().join(format!("sheaf-tidy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        for (age, name) in [(300, "old"), (200, "middle"), (100, "new")] {
            let path = folder.join(name);
            std::fs::write(&path, [0; 100]).expect("a file");
            let file = File::options().write(true).open(&path).expect("open");
            let then = SystemTime::now() - std::time::Duration::from_secs(age);
            file.set_modified(then).expect("its time is set");
        }
        tidy(&folder, 200);
        let mut left: Vec<_> = std::fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["middle", "new"]);
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
