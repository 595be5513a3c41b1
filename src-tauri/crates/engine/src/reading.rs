//! The reading lane: claim a document, open it in a child, hand its pages to every free seat, commit page after page.

mod ending;
mod opening;
mod page;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sheaf_queue::{Priority, StopWish};
use sheaf_store::{Pending, Reader, StoreError};

use self::opening::{Order, begin};
use self::page::read_page;
use crate::clock;
use crate::commit::Commits;
use crate::desk::{Halt, Reading};
use crate::intake::READING;
use crate::rehearsal::{self, Commit};
use crate::seat::Seat;

/// Text pages on their way to the disk at once. A page that took longer than [`SLOW`] is waited for.
const IN_FLIGHT: usize = 32;
const SLOW: Duration = Duration::from_millis(20);
/// How long a seat sleeps when no bell rings.
const IDLE: Duration = Duration::from_millis(500);

type InFlight = VecDeque<(Arc<Reading>, Pending<Option<StopWish>>)>;

/// A seat's life: until the engine stops or loses its role.
pub(crate) fn sit(mut seat: Seat) {
    let mut in_flight = InFlight::new();
    while !seat.floor.is_stopping() {
        let mark = seat.floor.bell.mark();
        let stepped = step(&mut seat, &mut in_flight);
        if stepped.is_err() {
            seat.floor.trouble.note(&stepped);
        }
        match stepped {
            Ok(true) => {}
            Ok(false) => {
                drain(&seat, &mut in_flight, 0);
                seat.note(|status| (status.busy, status.job, status.page) = (false, None, None));
                wait(&seat, mark);
            }
            // The library cannot be read or claimed from just now; it may recover.
            Err(_) => seat.floor.bell.wait(mark, IDLE),
        }
    }
    drain(&seat, &mut in_flight, 0);
    seat.floor.desk.halt_all(Halt::GiveWay);
    give_back_idle(&seat, None);
}

/// Sleeps until a bell rings; a seat that is kept free is seen to be so.
fn wait(seat: &Seat, mark: u64) {
    let free = usize::from(seat.above.is_some());
    seat.floor.free_readers.fetch_add(free, Ordering::AcqRel);
    seat.floor.idle_readers.fetch_add(1, Ordering::AcqRel);
    seat.floor.bell.wait(mark, rehearsal::nap(IDLE));
    seat.floor.idle_readers.fetch_sub(1, Ordering::AcqRel);
    seat.floor.free_readers.fetch_sub(free, Ordering::AcqRel);
}

/// One page, or one claim. `false` when there is nothing to do.
fn step(seat: &mut Seat, in_flight: &mut InFlight) -> Result<bool, StoreError> {
    let floor = Arc::clone(&seat.floor);
    let conn = floor.library.read()?;
    if lane_is_paused(&conn)? {
        floor.desk.halt_all(Halt::GiveWay);
        give_back_idle(seat, None);
        return Ok(false);
    }
    let mine = floor.desk.best(seat.number, seat.above);
    let enough = mine.max(seat.above);
    let queued = sheaf_queue::best_queued(&conn, READING)?;
    drop(conn);
    if mine.is_some()
        && queued.is_some_and(|queued| queued > Priority::NORMAL)
        && floor.free_readers.load(Ordering::Acquire) > 0
    {
        // For that one it is kept free, and this document need not give way.
        floor.bell.ring();
    } else if queued.is_some_and(|queued| enough.is_none_or(|enough| queued > enough)) {
        let engine = floor.engine;
        // Nothing of this document was written by others under this claim, so opening it need not wait for the disk.
        let (given, _) = floor.library.commit_ahead(Commit::Claim, move |tx| {
            let claim = sheaf_queue::claim(tx, READING, engine, enough, clock::now())?;
            Ok(claim.map(|claim| (Order::of(tx, &claim), claim)))
        })?;
        if let Some((order, claim)) = given {
            give_back_idle(seat, Some(claim.priority));
            begin(seat, &claim, order);
            return Ok(true);
        }
    }
    match floor.desk.next(seat.number, seat.above) {
        Some((reading, page)) => {
            read_page(seat, &reading, page, in_flight);
            Ok(true)
        }
        None => Ok(false),
    }
}

fn lane_is_paused(conn: &Reader) -> Result<bool, StoreError> {
    let lane = sheaf_queue::lane(conn, READING)?;
    Ok(sheaf_queue::is_paused(conn)? || lane.is_some_and(|lane| lane.paused))
}

fn give_back_idle(seat: &Seat, below: Option<sheaf_queue::Priority>) {
    for reading in seat.floor.desk.clear_idle(below) {
        seat.floor.give_back(&reading.claim);
    }
}

/// Looks at what became of pages on their way, and waits for the oldest while more than `keep` are under way.
fn drain(seat: &Seat, in_flight: &mut InFlight, keep: usize) {
    while let Some((reading, pending)) = in_flight.pop_front() {
        let outcome = match pending.poll() {
            Some(outcome) => outcome,
            None if in_flight.len() >= keep => pending.wait(),
            None => {
                in_flight.push_front((reading, pending));
                return;
            }
        };
        if outcome.is_ok() {
            rehearsal::after(Commit::Page);
        }
        match outcome {
            Ok(None) => {}
            Ok(Some(wish)) => seat.floor.desk.halt(&reading, Halt::Wish(wish)),
            Err(error) => {
                seat.floor.desk.halt(&reading, Halt::Lost);
                seat.floor.rest_after(error);
            }
        }
    }
}
