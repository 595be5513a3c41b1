//! Real processes on one queue, killed and frozen at random: nothing is lost and nothing done twice. Without the fence,
//! the same loop fails.

#![cfg(unix)]
// The helpers below are test code too, which the exemption for `#[test]` functions does not see.
#![allow(clippy::unwrap_used)]

mod effects;
mod hunt;
mod worker;

use std::time::{Duration, Instant};

use hunt::{Fence, hunt};

/// A tenth of what torture does in a round.
const FEW: u32 = 120;
const MANY: u32 = 600;

#[test]
fn whoever_is_killed_or_frozen_nothing_is_lost_and_nothing_done_twice() {
    let told = hunt(FEW, Fence::Up, 7);
    assert!(told.kills > 2 && told.thaws > 2, "{told:?}");
    told.assert_right();
}

/// A loop that cannot fail shows nothing.
#[cfg(debug_assertions)]
#[test]
fn without_the_fence_a_frozen_worker_does_again_what_others_did() {
    let told = hunt(MANY, Fence::Down, 7);
    assert!(told.effects.twice() > 0, "{told:?}");
}

/// `cargo xtask torture`: whole rounds, each with chance of its own, until the time is up.
#[test]
#[ignore = "long; cargo xtask torture"]
fn torture() {
    let minutes = std::env::var("SHEAF_TORTURE_MINUTES");
    let minutes: u64 = minutes.ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    for seed in 1.. {
        let told = hunt(MANY, Fence::Up, seed);
        println!("queue round {seed}: {told:?}");
        told.assert_right();
        if Instant::now() > until {
            break;
        }
    }
    #[cfg(debug_assertions)]
    {
        let told = hunt(MANY, Fence::Down, 1);
        println!("queue without its fence: {told:?}");
        assert!(told.effects.twice() > 0, "the fence is not what saves us");
    }
}

/// One of the processes; see [`worker`].
#[test]
#[ignore = "is the other process of this program"]
fn the_other_process() {
    if let Some(folder) = std::env::var_os(worker::FOLDER) {
        worker::work(folder.as_ref());
    }
}
