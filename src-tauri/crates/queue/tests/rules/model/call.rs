//! The calls a sequence is made of.

use proptest::prelude::*;

pub(super) const KEYS: [&str; 2] = ["a", "b"];
/// Subjects are numbered from 1.
pub(super) const SUBJECTS: i64 = 3;

/// One call. Jobs and claims are named by a number taken modulo how many there are.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Add(Add),
    /// Any job, or one above a priority.
    Claim(Option<i32>),
    Hold(usize),
    Checkpoint(usize),
    Settle(usize, Ending),
    Cancel(usize),
    Pause(usize),
    Resume(usize),
    PauseLane(bool),
    SetPriority(usize, i32),
    Top(usize),
    Retry(usize),
    Fail(usize),
    PauseAll(bool),
    Dismiss(usize),
    RetryAllDead,
    Cleanup,
    Flush,
    Forget(i64),
    Limit(u32),
    Promote,
    ReplaceEngine,
    Wait,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Add {
    pub(super) subject: i64,
    pub(super) priority: i32,
    pub(super) key: Option<usize>,
    pub(super) later: bool,
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
    let n = 0..1_000_usize;
    let priority = prop_oneof![Just(25), Just(50), Just(75)];
    let ending = prop_oneof![
        Just(Ending::Done),
        Just(Ending::Problems),
        Just(Ending::Yield),
        Just(Ending::Fault),
        Just(Ending::GiveUp),
        Just(Ending::Cancelled),
    ];
    prop_oneof![
        8 => any_add(),
        6 => proptest::option::weighted(0.2, priority.clone()).prop_map(Call::Claim),
        1 => n.clone().prop_map(Call::Hold),
        2 => n.clone().prop_map(Call::Checkpoint),
        4 => (n.clone(), ending).prop_map(|(n, ending)| Call::Settle(n, ending)),
        1 => n.clone().prop_map(Call::Cancel),
        1 => n.clone().prop_map(Call::Pause),
        1 => n.clone().prop_map(Call::Resume),
        1 => any::<bool>().prop_map(Call::PauseLane),
        1 => (n.clone(), priority).prop_map(|(n, priority)| Call::SetPriority(n, priority)),
        1 => n.clone().prop_map(Call::Top),
        1 => n.clone().prop_map(Call::Retry),
        1 => n.clone().prop_map(Call::Fail),
        1 => prop::bool::weighted(0.3).prop_map(Call::PauseAll),
        1 => n.prop_map(Call::Dismiss),
        1 => Just(Call::RetryAllDead),
        1 => Just(Call::Cleanup),
        1 => prop_oneof![
            Just(Call::Flush),
            (1..=SUBJECTS).prop_map(Call::Forget),
            prop_oneof![Just(5), Just(1_000_000)].prop_map(Call::Limit),
            Just(Call::Promote),
        ],
        1 => Just(Call::ReplaceEngine),
        2 => Just(Call::Wait),
    ]
}

fn any_add() -> impl Strategy<Value = Call> {
    let priority = prop_oneof![Just(25), Just(50), Just(75)];
    let key = proptest::option::of(0..KEYS.len());
    (1..=SUBJECTS, priority, key, prop::bool::weighted(0.2)).prop_map(
        |(subject, priority, key, later)| {
            Call::Add(Add {
                subject,
                priority,
                key,
                later,
            })
        },
    )
}
