//! Identifiers. Each is a newtype, so that a job can never stand where a document is meant.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "bindings", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A document of the library: one content, however many places hold it.
    DocumentId
);
id!(
    /// One content of a document. A changed file gives its document a new revision.
    RevisionId
);
id!(
    /// A folder that is followed.
    WatchId
);
id!(
    /// Where a document was found: a path, or a member inside an archive or a mail.
    PlaceId
);
id!(
    /// A stretch of a page that has one vector.
    PassageId
);
