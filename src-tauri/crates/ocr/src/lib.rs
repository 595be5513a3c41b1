//! A page image in, its text with word boxes out. Knows nothing of files that people own, of jobs or of PDF.
//!
//! Everything is read from disk when an engine is loaded; recognising afterwards opens no file, so that it works in a
//! locked-down process. Set `OMP_THREAD_LIMIT=1` in the environment of the process: more threads cost four times the
//! CPU time for a page.

mod attempt;
mod engine;
mod error;
mod measure;
mod mend;
mod null;
mod orientation;
mod pix;
mod place;
mod script;
mod tesseract;
mod words;

pub use engine::{MAX_PIXELS, OcrEngine, Recognition, Step};
pub use error::OcrError;
pub use null::NullOcr;
pub use script::{Script, scripts};
pub use tesseract::Tesseract;
