//! For tests alone: what can be made to go wrong in a real process, at a named moment.
//!
//! * `SHEAF_REHEARSE_CRASH="after page 3"`: the process dies, as by `kill -9`, when it reaches that moment for the third
//!   time.
//! * `SHEAF_REHEARSE_CLOCK=FILE`: the wall clock is off by the milliseconds that stand in that file.
//! * `SHEAF_REHEARSE_NO_POLLING=1`: the engine looks only when something tells it to.
//!
//! Only builds with debug assertions have the switches; in a release build nothing of it is left.

use std::time::Duration;

/// Everything that is committed, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// The lanes are there.
    Open,
    /// Files were added, with their jobs.
    Intake,
    /// A person changed what waits, runs or is over: priority, pause, cancel, retry, removal and their like.
    ByHand,
    /// A setting, a schedule, a collection or a saved search.
    Settings,
    /// A folder is watched, no longer watched, or to be looked through.
    Folders,
    /// The role is this process's; what the last engine held is taken back.
    TakeBack,
    /// A job was claimed for reading.
    Claim,
    /// A file was opened, hashed and recognised.
    Identify,
    /// A page, with its passages, its event and the members that were found in it.
    Page,
    /// The last page was in: the revision is published, its indexing queued.
    Publish,
    /// A job was claimed for indexing.
    ClaimIndex,
    /// A batch of vectors.
    Vectors,
    /// Vectors as bits, for a quick start.
    Seal,
    /// The end of a claim that stores nothing else: indexed, failed, cancelled or given back.
    Ending,
    /// What waited for its time is queued.
    Promote,
    /// A schedule has fired, or waits anew.
    Fire,
    /// Upkeep queued documents that lack something.
    Mend,
    /// Jobs that finished long ago are dropped.
    Cleanup,
    /// Documents whose grace time is over are deleted.
    Purge,
    /// Documents are to be indexed by another model.
    Switch,
    /// The other model serves from now on.
    Adopt,
    /// Vectors of a model that serves no more are dropped.
    DropVectors,
    /// A scan of a watched folder began or ended, or what is said of the folder changed.
    Scan,
    /// What happened to files of a watched folder.
    Follow,
    /// A heartbeat.
    Beat,
    /// The list of workers, or of warnings.
    Report,
    /// The word index holds what the store has.
    Words,
}

impl Commit {
    pub const ALL: [Self; 27] = [
        Self::Open,
        Self::Intake,
        Self::ByHand,
        Self::Settings,
        Self::Folders,
        Self::TakeBack,
        Self::Claim,
        Self::Identify,
        Self::Page,
        Self::Publish,
        Self::ClaimIndex,
        Self::Vectors,
        Self::Seal,
        Self::Ending,
        Self::Promote,
        Self::Fire,
        Self::Mend,
        Self::Cleanup,
        Self::Purge,
        Self::Switch,
        Self::Adopt,
        Self::DropVectors,
        Self::Scan,
        Self::Follow,
        Self::Beat,
        Self::Report,
        Self::Words,
    ];
}

/// All is written and nothing committed.
#[inline(always)]
pub(crate) fn before(commit: Commit) {
    #[cfg(debug_assertions)]
    armed::reach("before", commit);
    #[cfg(not(debug_assertions))]
    let _ = commit;
}

/// It is committed, and nobody has heard of it.
#[inline(always)]
pub(crate) fn after(commit: Commit) {
    #[cfg(debug_assertions)]
    armed::reach("after", commit);
    #[cfg(not(debug_assertions))]
    let _ = commit;
}

/// How long the engine sleeps when nothing wakes it.
#[inline(always)]
pub(crate) fn nap(usual: Duration) -> Duration {
    #[cfg(debug_assertions)]
    if armed::is_polling_off() {
        return Duration::from_secs(3600);
    }
    usual
}

/// How far the wall clock is off, in milliseconds.
#[cfg(debug_assertions)]
pub(crate) use armed::clock_is_off_by;

#[cfg(debug_assertions)]
mod armed {
    use std::path::PathBuf;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Commit;

    struct Plan {
        moment: String,
        left: AtomicU32,
    }

    pub(super) fn reach(side: &str, commit: Commit) {
        static PLAN: LazyLock<Option<Plan>> = LazyLock::new(plan);
        let Some(plan) = &*PLAN else { return };
        if plan.moment == format!("{side} {commit:?}")
            && plan.left.fetch_sub(1, Ordering::AcqRel) == 1
        {
            std::process::abort();
        }
    }

    /// `SIDE COMMIT TIMES`.
    fn plan() -> Option<Plan> {
        let text = std::env::var("SHEAF_REHEARSE_CRASH").ok()?;
        let (moment, times) = text.rsplit_once(' ')?;
        Some(Plan {
            moment: moment.to_owned(),
            left: times.parse::<u32>().ok()?.into(),
        })
    }

    pub(super) fn is_polling_off() -> bool {
        static OFF: LazyLock<bool> =
            LazyLock::new(|| std::env::var_os("SHEAF_REHEARSE_NO_POLLING").is_some());
        *OFF
    }

    pub(crate) fn clock_is_off_by() -> i64 {
        static FILE: LazyLock<Option<PathBuf>> =
            LazyLock::new(|| std::env::var_os("SHEAF_REHEARSE_CLOCK").map(PathBuf::from));
        FILE.as_ref()
            .and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok())
            .unwrap_or(0)
    }
}
