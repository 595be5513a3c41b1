//! The rules of the queue, one module a subject, each test named after its rule.

// The helpers below are test code too, which the exemption for `#[test]` functions does not see.
#![allow(clippy::unwrap_used)]

mod claiming;
mod counting;
mod dead_letters;
mod enqueueing;
mod fencing;
mod flat;
mod model;
mod positions;
mod queue;
mod role;
mod scheduling;
mod settling;
mod steering;
mod sweeping;
mod taking_back;
mod upgrading;
mod workers;
