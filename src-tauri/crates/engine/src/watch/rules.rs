//! What is taken in from a watched folder, and why the rest is not.

use std::collections::HashSet;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::{Deserialize, Serialize};

use super::reason::Reason;

/// Files in which a folder itself says what to leave out, in gitignore syntax.
pub(super) const IGNORE_FILE: &str = ".sheafignore";

/// What nobody means when they say "my documents": temporary files, unfinished downloads, what editors and systems
/// leave behind, version control, and what programs build. A pattern with `!` takes any of it in again.
const DEFAULTS: &[&str] = &[
    "*~",
    ".#*",
    "#*#",
    "~$*",
    "~*.tmp",
    "*.tmp",
    "*.temp",
    "*.bak",
    "*.swp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.opdownload",
    "*.download",
    "*.aria2",
    "*.!ut",
    "Thumbs.db",
    "desktop.ini",
    ".DS_Store",
    "lost+found/",
    "$RECYCLE.BIN/",
    "System Volume Information/",
    ".git/",
    ".hg/",
    ".svn/",
    "CVS/",
    "node_modules/",
    "bower_components/",
    "__pycache__/",
    "venv/",
    "target/",
    "build/",
    "dist/",
];

/// Files above this many bytes are left out unless somebody says otherwise: 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

/// How links are treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Links {
    /// Links to files are followed, links to folders are not.
    #[default]
    Files,
    /// Both are; a loop ends where it closes.
    All,
    None,
}

impl Links {
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "files" => Some(Self::Files),
            "all" => Some(Self::All),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// What a person wants of a watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(specta::Type))]
#[serde(default)]
pub struct WatchRules {
    /// Patterns in gitignore syntax, relative to the folder; they come after the defaults and may undo them.
    pub ignore: Vec<String>,
    /// The largest file, bytes.
    pub max_bytes: u64,
    /// Endings of file names, without the dot; all when there are none.
    pub kinds: Vec<String>,
    /// Take in names that begin with a dot.
    pub hidden: bool,
    pub links: Links,
    /// How many folders deep; 1 is the folder itself.
    pub depth: Option<u32>,
}

impl Default for WatchRules {
    fn default() -> Self {
        Self {
            ignore: Vec::new(),
            max_bytes: MAX_BYTES,
            kinds: Vec::new(),
            hidden: false,
            links: Links::default(),
            depth: None,
        }
    }
}

impl WatchRules {
    pub(super) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The first pattern that is none, with the reason.
    pub(crate) fn wrong_pattern(&self) -> Option<(String, String)> {
        let mut builder = GitignoreBuilder::new("");
        self.ignore.iter().find_map(|pattern| {
            let wrong = builder.add_line(None, pattern).err()?;
            Some((pattern.clone(), wrong.to_string()))
        })
    }
}

/// The rules of one folder, made ready for use.
pub(super) struct Sieve {
    rules: WatchRules,
    kinds: HashSet<Vec<u8>>,
    patterns: Gitignore,
}

impl Sieve {
    pub(super) fn new(root: &Path, rules: WatchRules) -> Self {
        let mut builder = GitignoreBuilder::new(root);
        for pattern in DEFAULTS
            .iter()
            .copied()
            .chain(rules.ignore.iter().map(String::as_str))
        {
            // One that makes no sense was refused when it was set.
            let _ = builder.add_line(None, pattern);
        }
        let kinds = rules.kinds.iter();
        Self {
            kinds: kinds.map(|kind| kind.to_lowercase().into_bytes()).collect(),
            patterns: builder.build().unwrap_or_else(|_| Gitignore::empty()),
            rules,
        }
    }

    pub(super) fn rules(&self) -> &WatchRules {
        &self.rules
    }

    /// Why a name is left out, by the folder's own words first (the deepest file of patterns wins), then by the rules.
    pub(super) fn name(&self, inner: &[Patterns], path: &Path, is_dir: bool) -> Option<Reason> {
        let spoken = inner
            .iter()
            .rev()
            .filter_map(|patterns| patterns.0.as_ref())
            .chain([&self.patterns])
            .map(|patterns| patterns.matched(path, is_dir))
            .find(|verdict| !verdict.is_none());
        match spoken {
            Some(Match::Whitelist(_)) => None,
            Some(Match::Ignore(_)) => Some(Reason::Ignored),
            Some(Match::None) | None => {
                (is_hidden(path) && !self.rules.hidden).then_some(Reason::Hidden)
            }
        }
    }

    /// Why a file is left out though its name is good.
    pub(super) fn file(&self, path: &Path, bytes: u64) -> Option<Reason> {
        if bytes == 0 {
            return Some(Reason::Empty);
        }
        if bytes > self.rules.max_bytes {
            return Some(Reason::TooLarge);
        }
        let is_kind = || {
            let ending = path.extension().unwrap_or_default();
            let ending = ending.as_encoded_bytes().to_ascii_lowercase();
            self.kinds.contains(&ending)
        };
        (!self.kinds.is_empty() && !is_kind()).then_some(Reason::Kind)
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// The patterns that a folder has in a file of its own, if it has any.
pub(super) struct Patterns(Option<Gitignore>);

impl Patterns {
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Of a folder that has such a file. What cannot be read says nothing.
    pub(super) fn read(folder: &Path) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        let file = folder.join(IGNORE_FILE);
        if std::fs::metadata(&file).is_ok_and(|meta| meta.is_file() && meta.len() < 1 << 20) {
            builder.add(file);
        }
        Self(builder.build().ok().filter(|patterns| !patterns.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rules: &[&str], name: &str, is_dir: bool, expected: Option<Reason>) {
        let rules = WatchRules {
            ignore: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            ..WatchRules::default()
        };
        let sieve = Sieve::new(Path::new("/docs"), rules);
        let path = Path::new("/docs").join(name);
        assert_eq!(sieve.name(&[], &path, is_dir), expected, "{name}");
    }

    #[test]
    fn what_nobody_means_by_documents_is_left_out() {
        for name in [
            "letter.odt~",
            "~$letter.docx",
            "film.pdf.part",
            "b.crdownload",
            "a/x.tmp",
        ] {
            check(&[], name, false, Some(Reason::Ignored));
        }
        for name in [".git", "node_modules", "work/target"] {
            check(&[], name, true, Some(Reason::Ignored));
        }
        check(&[], ".profile", false, Some(Reason::Hidden));
        check(&[], "build", false, None);
        check(&[], "invoice.pdf", false, None);
    }

    #[test]
    fn a_person_s_patterns_come_last() {
        check(&["!build/"], "build", true, None);
        check(&["!.notes.md"], ".notes.md", false, None);
        check(&["/private/"], "private", true, Some(Reason::Ignored));
        check(&["/private/"], "a/private", true, None);
        check(&["*.iso", "!keep.iso"], "keep.iso", false, None);
    }
}
