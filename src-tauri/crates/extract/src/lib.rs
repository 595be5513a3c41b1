//! A file becomes pages: one module a format. Reads bytes that nobody vouches for, from an open file and never from a
//! path; so it belongs into a child process. What needs the file system, pdfium's library, is bound before.

mod archive;
mod beside;
mod bytes;
mod charset;
mod data;
mod date;
mod doc;
mod document;
mod docx;
mod epub;
mod error;
mod feed;
mod guard;
mod html;
mod ifd;
mod inside;
mod mail;
mod mbox;
mod msg;
mod nesting;
mod odf;
mod office;
mod ole;
mod open;
mod package;
mod page;
mod pdf;
mod picture;
mod pictures;
mod plain;
mod ppt;
mod pptx;
mod properties;
mod protected;
mod relations;
mod resolution;
mod roll;
mod row;
mod rtf;
mod searchable;
mod sections;
mod tiff;
mod western;
mod written;
mod xls;
mod xlsx;
mod xml;

pub use bytes::Bytes;
pub use document::{Document, Meta};
pub use error::ExtractError;
pub use inside::Containers;
pub use open::open;
pub use page::{PageImage, Read};
pub use pdf::Pdfium;
pub use searchable::{Layout, Plate, Recognized, Searchable, searchable};

/// The engines behind the formats. The null implementation of each is `None`: its formats answer
/// [`ExtractError::Unavailable`].
#[derive(Default)]
pub struct Readers {
    pub pdfium: Option<Pdfium>,
}
