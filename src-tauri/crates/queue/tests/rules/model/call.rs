//! The calls a sequence is made of.

use proptest::prelude::*;

pub(super) const KEYS: [&str; 3] = ["a", "b", "c"];

/// One call. Jobs and claims are named by a number taken modulo how many there are.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Add {
        priority: i32,
        key: Option<usize>,
        later: bool,
    },
    Claim,
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
    ReplaceEngine,
    Wait,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    Done,
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
        Just(Ending::Yield),
        Just(Ending::Fault),
        Just(Ending::GiveUp),
        Just(Ending::Cancelled),
    ];
    let key = proptest::option::of(0..KEYS.len());
    prop_oneof![
        6 => (priority.clone(), key, prop::bool::weighted(0.2))
            .prop_map(|(priority, key, later)| Call::Add { priority, key, later }),
        6 => Just(Call::Claim),
        2 => n.clone().prop_map(Call::Checkpoint),
        4 => (n.clone(), ending).prop_map(|(n, ending)| Call::Settle(n, ending)),
        1 => n.clone().prop_map(Call::Cancel),
        1 => n.clone().prop_map(Call::Pause),
        1 => n.clone().prop_map(Call::Resume),
        1 => any::<bool>().prop_map(Call::PauseLane),
        1 => (n.clone(), priority).prop_map(|(n, priority)| Call::SetPriority(n, priority)),
        1 => n.clone().prop_map(Call::Top),
        1 => n.clone().prop_map(Call::Retry),
        1 => n.prop_map(Call::Fail),
        1 => Just(Call::ReplaceEngine),
        2 => Just(Call::Wait),
    ]
}
