//! Real engines and their real children, killed and frozen at random while they read and index: nothing is lost and
//! nothing done twice. Without the fence the same loop fails.

#![cfg(target_os = "linux")]

#[path = "../support/mod.rs"]
mod support;

mod hand;

use std::time::{Duration, Instant};

use hand::{Fence, torture};

/// Less than `cargo xtask torture` does in a round.
const FEW: u64 = 240;
const MANY: u64 = 600;

#[test]
fn whoever_is_killed_or_frozen_nothing_is_lost_and_nothing_done_twice() {
    let told = torture(FEW, Fence::Up, 11);
    assert_eq!(told.faults, Vec::<String>::new(), "{told:?}");
    assert!(
        told.engines_killed > 0 && told.children_killed > 0 && told.thawed > 0,
        "{told:?}"
    );
}

/// A loop that cannot fail shows nothing.
#[cfg(debug_assertions)]
#[test]
fn without_the_fence_a_frozen_engine_does_again_what_others_did() {
    let told = torture(MANY, Fence::Down, 11);
    assert_ne!(told.faults, Vec::<String>::new(), "{told:?}");
}

/// `cargo xtask torture`: whole rounds, each with chance of its own, until the time is up.
#[test]
#[ignore = "long; cargo xtask torture"]
fn torture_for_some_minutes() {
    let minutes = std::env::var("SHEAF_TORTURE_MINUTES");
    let minutes: u64 = minutes.ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    for seed in 1.. {
        let told = torture(MANY, Fence::Up, seed);
        println!("round {seed}: {told:?}");
        assert_eq!(told.faults, Vec::<String>::new());
        if Instant::now() > until {
            break;
        }
    }
    #[cfg(debug_assertions)]
    {
        let told = torture(MANY, Fence::Down, 1);
        println!("without the fence: {told:?}");
        assert_ne!(
            told.faults,
            Vec::<String>::new(),
            "the fence is not what saves us"
        );
    }
}
