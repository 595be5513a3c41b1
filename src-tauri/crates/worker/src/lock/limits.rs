//! Limits of the process itself. Each is a second line of defence: one that is refused is left out.

use crate::Task;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use rustix::thread::set_no_new_privs;

/// Whom the kernel kills first when memory runs out: `-1000..=1000`, ordinary processes have 0.
const OOM_SCORE: &str = "500";

/// Open files at once; a child needs its own few, one document and now and then a font.
const OPEN_FILES: u64 = 64;

/// How much private memory a child may have. The parent watches what is resident, 50 times a second; in between a child
/// can take 100 MB, which only the system can refuse. A reading child uses nearly all it asks for, and an eighth is left
/// for what is not private: the program and its libraries. An indexing child maps weights it never touches.
fn private(task: Task, memory_bytes: u64) -> u64 {
    match task {
        Task::Read => memory_bytes - memory_bytes / 8,
        Task::Index => memory_bytes.saturating_mul(2),
    }
}

pub(super) fn limit(task: Task, memory_bytes: u64) {
    // Before the process becomes undumpable: after that its files in /proc belong to root.
    let _ = std::fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    set(Resource::Core, 0);
    set(Resource::Fsize, 0);
    set(Resource::Nofile, OPEN_FILES);
    set(Resource::Data, private(task, memory_bytes));
    let _ = set_no_new_privs(true);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

fn set(resource: Resource, limit: u64) {
    let limit = Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    let _ = setrlimit(resource, limit);
}

pub(super) fn is_single_threaded() -> bool {
    std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}
