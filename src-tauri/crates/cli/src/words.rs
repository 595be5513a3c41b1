//! What to do about each code: the words the command adds to a fault. A code without advice does not compile.

use sheaf_engine::Code;

/// What keeps a library from being worked on.
pub(crate) fn title(code: Code) -> &'static str {
    match code {
        Code::DiskFull => "The disk is full.",
        Code::LibraryReadOnly => "The library cannot be written.",
        other => other.as_str(),
    }
}

/// One sentence that says what a person can do.
pub(crate) fn advice(code: Code) -> &'static str {
    match code {
        Code::FileMissing => "Check the path; put the file back and retry, or remove it.",
        Code::FileOffline => {
            "Plug in its drive, or connect to the share it is on; it is read by itself then."
        }
        Code::FileDenied => "Change the file's permissions, then retry.",
        Code::FileIo => "Check the drive or share, then retry.",
        Code::FileEmpty => "The file has no bytes; nothing can be read from it.",
        Code::FileNotRegular => "Only files can be added.",
        Code::FileCorrupt => "Open it in the program that made it and save it again.",
        Code::FileEncrypted => "Add it again, or retry it, with --password-file FILE.",
        Code::FileUnsupported => "Convert it to PDF, or leave it out.",
        Code::FileChanged => "It is read again by itself.",
        Code::PageCorrupt | Code::PageTooLarge => {
            "The other pages are searchable. Save the file again with another program, then retry the page."
        }
        Code::TimedOut => "Raise worker.page_s, then retry.",
        Code::OutOfMemory => "Raise worker.memory_mb, then retry.",
        Code::WorkerCrashed | Code::WorkerGarbage => {
            "Retry; if it happens again, the file is damaged or hostile."
        }
        Code::WorkerUnavailable => "Run `sheaf doctor`.",
        Code::EngineLost => "The engine was ended while working on it, many times; retry.",
        Code::OcrFailed => "Retry; `sheaf doctor` tells whether recognition works.",
        Code::LanguageMissing => {
            "`sheaf languages list` shows what is installed, `sheaf languages add` adds more; then retry."
        }
        Code::LanguageDoubtful => {
            "Read it again in its own: sheaf add --force-ocr --languages LANGUAGE PATH (`sheaf languages list` shows which there are)."
        }
        Code::PartLeftOut => {
            "What was taken in is searchable. Save the rest from the file yourself and add it."
        }
        Code::ModelMissing => "Run `cargo xtask assets`; words are found without it.",
        Code::EmbedFailed => "Retry; words are found meanwhile.",
        Code::DiskFull => "Free some space; work goes on by itself.",
        Code::LibraryReadOnly => "Make the library's folder writable.",
        Code::LibraryFailed => "Run `sheaf doctor`.",
        Code::QueueFull => "Let the queue work, or raise queue.limit.",
        Code::FailedByHand | Code::Cancelled => "Retry it when you want it after all.",
    }
}
