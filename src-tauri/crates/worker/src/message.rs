//! What parent and child say to each other. Strictly by turns: one request, one response.

use serde::{Deserialize, Serialize};
use sheaf_document::{Fault, Kind, Languages, Member, PageText, Passage, Password, ReadSettings};
use std::path::PathBuf;

/// The parent's first words: what the child has to load before it locks itself in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// See [`crate::ChildSpec`].
    pub assets: PathBuf,
    pub languages: Vec<Languages>,
    pub tessdata: Option<PathBuf>,
    pub model: String,
    /// Resident memory in bytes; the child bounds its address space by it too.
    pub memory_bytes: u64,
}

/// The child's first words, once it is ready and locked, or why it never will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(unix), expect(dead_code))]
pub(crate) enum Greeting {
    Hello { build: String, locked: Locked },
    Unready(Fault),
}

/// Which of the system's locks hold a child.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// Files: none but the system's fonts can be opened.
    pub landlock: bool,
    /// System calls: no network, no new process.
    pub seccomp: bool,
}

/// What a child can be asked. [`Request::Open`] goes with an open file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Takes the file that comes with it; what was open before is closed.
    Open {
        /// Only tells text kinds apart; never opened.
        name: String,
        settings: ReadSettings,
        /// The numbers of members that lead from the file to the document; none when it is the file itself.
        inside: Vec<u64>,
        /// Tried one after the other where one is needed, on the way and at its end.
        passwords: Vec<Password>,
        /// Whether to hash the whole document first.
        hash: bool,
    },
    /// Reads a page of the open document, counted from 0.
    ReadPage { page: u32 },
    /// Closes the document.
    Close,
    /// Turns texts into vectors; `query` tells a question from what is searched.
    Embed { texts: Vec<String>, query: bool },
    /// Draws a page, counted from 0, with a longest edge of at most `max_edge` pixels.
    Render { page: u32, max_edge: u32 },
    /// Hands over recognised words of pages, counted from 0, that an export lays on the open document.
    Lay { pages: Vec<(u32, PageText)> },
    /// Asks for the searchable PDF of the open document from byte `at` on. It is made when `at` is 0.
    Export { at: u64 },
    /// Asks which lists of languages it can recognise, and why not the others.
    Recognizers,
    /// Asks for a sign of life.
    Ping,
}

/// What a child answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Response {
    Opened(Opened),
    Page(PageRead),
    /// One vector a text, in their order.
    Vectors(#[serde(with = "flat")] Vec<Vec<f32>>),
    /// A picture as PNG; width and height in pixels.
    Picture {
        png: Vec<u8>,
        width: u32,
        height: u32,
    },
    Laid,
    /// A part of a PDF: `keep` bytes of the original come first, then `total` bytes, of which these are some.
    Exported {
        keep: u64,
        total: u64,
        bytes: Vec<u8>,
    },
    Recognizers(Vec<(Languages, Option<Fault>)>),
    Closed,
    Pong,
    /// The request failed; the child goes on. After a panic its document is closed.
    Failed(Fault),
}

/// An open document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// BLAKE3 of the whole document, when it was asked for.
    pub hash: Option<[u8; 32]>,
    /// The document's length.
    pub bytes: u64,
    pub kind: Kind,
    pub pages: u32,
    pub title: Option<String>,
    pub author: Option<String>,
    /// RFC 3339, maybe only the date.
    pub date: Option<String>,
}

/// A page that was read, recognised and cut into passages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRead {
    pub text: PageText,
    /// Something a person should know of a page that was read all the same.
    pub note: Option<Fault>,
    pub passages: Vec<Passage>,
    /// The files in the document that this page tells of.
    pub members: Vec<Member>,
    /// How long it took in the child, in milliseconds.
    pub ms: u32,
}

/// Vectors as one row of numbers: a hostile frame cannot become more memory than it has bytes.
mod flat {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[derive(Serialize, Deserialize)]
    struct Flat {
        dims: u32,
        values: Vec<f32>,
    }

    pub(super) fn serialize<S: Serializer>(rows: &[Vec<f32>], to: S) -> Result<S::Ok, S::Error> {
        let dims = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != dims) {
            return Err(serde::ser::Error::custom("vectors of unequal length"));
        }
        Flat {
            dims: dims as u32,
            values: rows.concat(),
        }
        .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Vec<f32>>, D::Error> {
        let Flat { dims, values } = Flat::deserialize(from)?;
        if values.is_empty() {
            return Ok(Vec::new());
        }
        // Fewer numbers a vector than this would make the vectors' own headers the larger part.
        if dims < 8 || values.len() % dims as usize != 0 {
            return Err(D::Error::custom("vectors of a wrong length"));
        }
        Ok(values.chunks(dims as usize).map(<[f32]>::to_vec).collect())
    }
}
