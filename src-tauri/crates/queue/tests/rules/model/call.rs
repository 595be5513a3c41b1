//! The calls a sequence is made of: every one that changes something.

use proptest::prelude::*;

use crate::queue::{LANE, MINUTE, OTHER};

pub(super) const LANES: [(&str, &str); 2] = [(LANE, "read"), (OTHER, "index")];
pub(super) const KEYS: [&str; 2] = ["a", "b"];
pub(super) const SCHEDULES: [&str; 2] = ["upkeep", "report"];
/// Subjects are numbered from 1.
pub(super) const SUBJECTS: i64 = 3;

/// Who calls: the engine, or one that was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Engine,
    Former,
}

/// One call. Jobs and claims are named by a number taken modulo how many there are; a claim may be one that was lost
/// long ago.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Add(Add),
    /// From a lane: any job, or one above a priority.
    Claim(usize, Option<i32>, By),
    Hold(usize),
    Checkpoint(usize),
    Settle(usize, Ending),
    Cancel(usize),
    Pause(usize),
    Resume(usize),
    SetPriority(usize, i32),
    Top(usize),
    Retry(usize),
    Fail(usize),
    Dismiss(usize),
    RetryAllDead,
    PauseLane(usize, bool),
    PauseAll(bool),
    Limit(usize, u32),
    Cleanup,
    Flush,
    Forget(i64),
    Promote,
    /// Another engine takes the role; what the last one held is still under way.
    TakeOver,
    TakeBack(By),
    /// Engine after engine is lost.
    LoseEngines(u32),
    CutBackOffs,
    SetSchedule(usize, Option<i64>),
    Fire(usize, By),
    /// The wall clock goes forward, or jumps back.
    Wait(i64),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Add {
    pub(super) lane: usize,
    pub(super) subject: i64,
    pub(super) priority: i32,
    pub(super) key: Option<usize>,
    /// Not before so long from now.
    pub(super) later: Option<i64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Done,
    Problems,
    Yield,
    Fault,
    GiveUp,
    Cancelled,
}

pub(super) fn any_call() -> impl Strategy<Value = Call> {
    prop_oneof![
        8 => any_add().prop_map(Call::Add),
        12 => any_work(),
        8 => any_wish(),
        3 => any_sweep(),
        4 => any_engine(),
        2 => prop_oneof![3 => Just(MINUTE / 2), 1 => Just(20 * MINUTE), 1 => Just(-10 * MINUTE)]
            .prop_map(Call::Wait),
    ]
}

fn any_add() -> impl Strategy<Value = Add> {
    let key = proptest::option::of(0..KEYS.len());
    let later = proptest::option::weighted(0.2, prop_oneof![Just(MINUTE), Just(-MINUTE)]);
    (any_lane(), 1..=SUBJECTS, any_priority(), key, later).prop_map(
        |(lane, subject, priority, key, later)| Add {
            lane,
            subject,
            priority,
            key,
            later,
        },
    )
}

/// What the engine and its workers do.
fn any_work() -> impl Strategy<Value = Call> {
    let ending = prop_oneof![
        Just(Ending::Done),
        Just(Ending::Problems),
        Just(Ending::Yield),
        Just(Ending::Fault),
        Just(Ending::GiveUp),
        Just(Ending::Cancelled),
    ];
    let above = proptest::option::weighted(0.2, any_priority());
    prop_oneof![
        6 => (any_lane(), above, any_caller()).prop_map(|(lane, above, by)| Call::Claim(lane, above, by)),
        1 => any_number().prop_map(Call::Hold),
        2 => any_number().prop_map(Call::Checkpoint),
        4 => (any_number(), ending).prop_map(|(n, ending)| Call::Settle(n, ending)),
    ]
}

/// What people want of single jobs.
fn any_wish() -> impl Strategy<Value = Call> {
    prop_oneof![
        any_number().prop_map(Call::Cancel),
        any_number().prop_map(Call::Pause),
        any_number().prop_map(Call::Resume),
        (any_number(), any_priority()).prop_map(|(n, priority)| Call::SetPriority(n, priority)),
        any_number().prop_map(Call::Top),
        any_number().prop_map(Call::Retry),
        any_number().prop_map(Call::Fail),
        any_number().prop_map(Call::Dismiss),
    ]
}

/// What concerns many jobs at once.
fn any_sweep() -> impl Strategy<Value = Call> {
    prop_oneof![
        Just(Call::RetryAllDead),
        (any_lane(), any::<bool>()).prop_map(|(lane, paused)| Call::PauseLane(lane, paused)),
        prop::bool::weighted(0.3).prop_map(Call::PauseAll),
        (any_lane(), prop_oneof![Just(4), Just(1_000_000)])
            .prop_map(|(lane, limit)| Call::Limit(lane, limit)),
        Just(Call::Cleanup),
        Just(Call::Flush),
        (1..=SUBJECTS).prop_map(Call::Forget),
    ]
}

fn any_engine() -> impl Strategy<Value = Call> {
    let schedule = || 0..SCHEDULES.len();
    let due = proptest::option::weighted(0.8, prop_oneof![Just(-MINUTE), Just(MINUTE)]);
    prop_oneof![
        2 => Just(Call::Promote),
        2 => Just(Call::TakeOver),
        2 => any_caller().prop_map(Call::TakeBack),
        1 => (1..9_u32).prop_map(Call::LoseEngines),
        1 => Just(Call::CutBackOffs),
        1 => (schedule(), due).prop_map(|(n, due)| Call::SetSchedule(n, due)),
        1 => (schedule(), any_caller()).prop_map(|(n, by)| Call::Fire(n, by)),
    ]
}

fn any_number() -> impl Strategy<Value = usize> {
    0..1_000_usize
}

fn any_lane() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0), 1 => Just(1)]
}

fn any_priority() -> impl Strategy<Value = i32> {
    prop_oneof![Just(25), Just(50), Just(75)]
}

fn any_caller() -> impl Strategy<Value = By> {
    prop_oneof![6 => Just(By::Engine), 1 => Just(By::Former)]
}
