//! The words everyone shares: ids, pages, media types, faults. No I/O, no other crate of ours.

mod code;
mod id;
mod kind;
mod letter;
mod member;
mod page;
mod password;
mod settings;
mod sniff;

pub use code::{Code, Fault};
pub use id::{DocumentId, PassageId, PlaceId, RevisionId, WatchId};
pub use kind::Kind;
pub use member::Member;
pub use page::{PageText, Passage, Rect, Source, Word};
pub use password::Password;
pub use settings::{Languages, LanguagesError, ReadSettings};
pub use sniff::{sniff, sniff_text};
