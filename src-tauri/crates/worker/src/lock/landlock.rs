//! Landlock: no file can be opened, no port bound or reached, no signal sent outside.

use crate::Task;
use ::landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};

/// What is asked for; an older kernel grants what it knows.
const VERSION: ABI = ABI::V6;

/// Where pdfium looks for fonts that a document does not bring along.
const FONTS: [&str; 3] = [
    "/usr/share/fonts",
    "/usr/share/X11/fonts",
    "/usr/local/share/fonts",
];

/// Whether the kernel holds this thread, and those it starts, to it.
pub(super) fn restrict(task: Task) -> bool {
    let fonts: &[&str] = match task {
        Task::Read => &FONTS,
        Task::Index => &[],
    };
    // Partly enforced means an older kernel: files are part of every version.
    apply(fonts).is_ok_and(|status| status != RulesetStatus::NotEnforced)
}

fn apply(readable: &[&str]) -> Result<RulesetStatus, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(VERSION))?
        .handle_access(AccessNet::from_all(VERSION))?
        .scope(Scope::from_all(VERSION))?
        .create()?
        // Folders that are not there are passed over.
        .add_rules(path_beneath_rules(readable, read))?
        .restrict_self()?;
    Ok(status.ruleset)
}
