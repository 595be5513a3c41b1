//! What went wrong, as a value: one code for the world, and the detail for the person who asks.

use serde::{Deserialize, Serialize};

/// Why a file, page or job could not be done. Serialised in `snake_case`; the words live with each front end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The path leads nowhere.
    FileMissing,
    /// The folder it is in is not there: a drive or share is away.
    FileOffline,
    /// The system refuses to open it.
    FileDenied,
    /// Reading from the disk or share failed.
    FileIo,
    /// It has no bytes.
    FileEmpty,
    /// A directory, device, pipe or socket where a file was expected.
    FileNotRegular,
    /// Its bytes do not follow the format they claim.
    FileCorrupt,
    /// A password is needed.
    FileEncrypted,
    /// A format Sheaf does not read.
    FileUnsupported,
    /// It changed while it was read.
    FileChanged,
    /// One page could not be read.
    PageCorrupt,
    /// A page is beyond the limits for pixels, nesting or expansion.
    PageTooLarge,
    /// The worker did not answer within its time.
    TimedOut,
    /// The worker needed more memory than it may have.
    OutOfMemory,
    /// The worker ended on its own.
    WorkerCrashed,
    /// The worker answered with something that is not the protocol.
    WorkerGarbage,
    /// The worker could not be started.
    WorkerUnavailable,
    /// The engine that worked on it was lost too often.
    EngineLost,
    /// Text recognition failed or its data is missing.
    OcrFailed,
    /// A language pack is not installed.
    LanguageMissing,
    /// A page was read, but most likely not in its own language.
    LanguageDoubtful,
    /// A page was read, but not all that belongs to it was taken in.
    PartLeftOut,
    /// The embedding model or its runtime is not installed or damaged.
    ModelMissing,
    /// Embedding failed.
    EmbedFailed,
    /// The disk is full.
    DiskFull,
    /// The library cannot be written.
    LibraryReadOnly,
    /// The library's database failed.
    LibraryFailed,
    /// The queue's length limit is reached.
    QueueFull,
    /// A person gave up on it.
    FailedByHand,
    /// A person cancelled it.
    Cancelled,
}

impl Code {
    /// The name used in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        CODES
            .iter()
            .find(|(code, _)| *code == self)
            .map_or("unknown", |(_, name)| name)
    }

    /// The code of a name written by [`Code::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        CODES
            .iter()
            .find(|(_, n)| *n == name)
            .map(|(code, _)| *code)
    }
}

const CODES: &[(Code, &str)] = &[
    (Code::FileMissing, "file_missing"),
    (Code::FileOffline, "file_offline"),
    (Code::FileDenied, "file_denied"),
    (Code::FileIo, "file_io"),
    (Code::FileEmpty, "file_empty"),
    (Code::FileNotRegular, "file_not_regular"),
    (Code::FileCorrupt, "file_corrupt"),
    (Code::FileEncrypted, "file_encrypted"),
    (Code::FileUnsupported, "file_unsupported"),
    (Code::FileChanged, "file_changed"),
    (Code::PageCorrupt, "page_corrupt"),
    (Code::PageTooLarge, "page_too_large"),
    (Code::TimedOut, "timed_out"),
    (Code::OutOfMemory, "out_of_memory"),
    (Code::WorkerCrashed, "worker_crashed"),
    (Code::WorkerGarbage, "worker_garbage"),
    (Code::WorkerUnavailable, "worker_unavailable"),
    (Code::EngineLost, "engine_lost"),
    (Code::OcrFailed, "ocr_failed"),
    (Code::LanguageMissing, "language_missing"),
    (Code::LanguageDoubtful, "language_doubtful"),
    (Code::PartLeftOut, "part_left_out"),
    (Code::ModelMissing, "model_missing"),
    (Code::EmbedFailed, "embed_failed"),
    (Code::DiskFull, "disk_full"),
    (Code::LibraryReadOnly, "library_read_only"),
    (Code::LibraryFailed, "library_failed"),
    (Code::QueueFull, "queue_full"),
    (Code::FailedByHand, "failed_by_hand"),
    (Code::Cancelled, "cancelled"),
];

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code with the detail that explains it, as it is stored with a job and shown to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[error("{code}: {detail}")]
pub struct Fault {
    pub code: Code,
    pub detail: String,
}

impl Fault {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back_by_the_name_it_writes() {
        for (code, name) in CODES {
            assert_eq!(code.as_str(), *name);
            assert_eq!(Code::parse(name), Some(*code), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_no_code() {
        assert_eq!(Code::parse("file_eaten"), None);
    }
}
