//! Watched folders: what is in them is in the library, and follows by itself.
//!
//! The system's hints ([`follow`]) only say where to look. A path is looked at once it is quiet ([`settle`]), what it
//! means is decided from the file system and the library ([`decide`]) and written ([`apply`]). A full scan ([`sweep`]) at
//! the start, at intervals and after hints were missed does the same for everything, so nothing depends on hints.

mod apply;
mod decide;
mod explore;
mod folders;
mod follow;
mod hear;
mod overseer;
mod pulse;
mod reason;
mod root;
mod rules;
mod scan;
mod settle;
mod sweep;
mod tree;
mod turns;
mod watcher;
mod writers;

pub use folders::{FolderAnswer, LeftOutAnswer};
pub(crate) use folders::{add, brief, left_out, list, remove, remove_by_id, scan, scan_by_id};
pub use rules::{Links, WatchRules};

use std::sync::Arc;
use std::time::Duration;

use sheaf_store::table::watches;

use self::overseer::Overseer;
use crate::commit::Commits;
use crate::rehearsal::Commit;
use crate::seat::Floor;

/// Between two looks at what other processes want, when nothing is heard.
const TICK: Duration = Duration::from_millis(100);
/// After the library could not be read or written.
const REST: Duration = Duration::from_secs(1);

/// Before anybody is told that this engine works: everything is to be looked through, so whoever waits for idleness waits
/// for that.
pub(crate) fn begin(floor: &Floor) -> sheaf_store::Result<()> {
    if watches::list(&*floor.library.read()?)?.is_empty() {
        return Ok(());
    }
    floor.library.commit(Commit::Scan, watches::start_anew)
}

/// A thread's life: until the engine stops or loses its role.
pub(crate) fn sit(floor: &Arc<Floor>) {
    while !floor.is_stopping() {
        let Ok(mut overseer) = Overseer::new(floor) else {
            floor.rest(REST);
            continue;
        };
        while overseer.live().is_err() && !floor.is_stopping() {
            floor.rest(REST);
        }
        overseer.part();
    }
}

/// Scans give way to everything else that wants a processor. On Linux niceness belongs to a thread.
#[cfg(target_os = "linux")]
fn be_gentle() {
    let _ = rustix::process::nice(10);
}

#[cfg(not(target_os = "linux"))]
fn be_gentle() {}
