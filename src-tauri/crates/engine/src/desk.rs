//! The desk of the reading lane: the documents that are being read now, and which of their pages are still to be handed out.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sheaf_document::{DocumentId, ReadSettings, RevisionId};
use sheaf_queue::{Claim, Priority, StopWish};
use sheaf_store::table::places::FileFacts;

use crate::source::Source;

/// A document that is being read. Seats share it; the pages are handed out by the [`Desk`].
pub(crate) struct Reading {
    pub(crate) claim: Claim,
    pub(crate) document: DocumentId,
    pub(crate) revision: RevisionId,
    pub(crate) settings: ReadSettings,
    pub(crate) source: Source,
    /// As the file was when reading began; another one is another document.
    pub(crate) facts: FileFacts,
    pub(crate) pages: u32,
    /// Pages committed so far, failed ones included.
    pub(crate) done: AtomicU32,
    /// Only this seat may read it: its format cannot be entered in the middle.
    pub(crate) only: Option<usize>,
}

/// How a reading ends before its last page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    Wish(StopWish),
    /// More urgent work, a paused lane or a clean stop.
    GiveWay,
    /// The claim is lost, or the library cannot be written: nothing more may be said about this job.
    Lost,
}

struct Slot {
    reading: Arc<Reading>,
    waiting: VecDeque<u32>,
    out: usize,
    halt: Option<Halt>,
}

#[derive(Default)]
pub(crate) struct Desk {
    slots: Mutex<HashMap<i64, Slot>>,
}

/// What became of a document when a seat came back from a page.
pub(crate) enum Return {
    /// Others are at it, or pages are left.
    GoesOn,
    /// That was the last page: settle it.
    Finished,
    /// It was halted and nobody is at it any more: settle it so.
    Halted(Halt),
}

impl Desk {
    /// Lays a document on the desk; the seat that opened it holds one page of attention until [`Desk::back`].
    pub(crate) fn lay(&self, reading: Arc<Reading>, waiting: VecDeque<u32>) {
        let slot = Slot {
            waiting,
            out: 1,
            halt: None,
            reading: Arc::clone(&reading),
        };
        self.lock().insert(reading.claim.job.0, slot);
    }

    /// The next page (from 1) of the most urgent document that this seat may read, if it is above a priority.
    pub(crate) fn next(&self, seat: usize, above: Option<Priority>) -> Option<(Arc<Reading>, u32)> {
        let mut slots = self.lock();
        let best = best_slot(&mut slots, seat, above)?;
        let page = best.waiting.pop_front()?;
        best.out += 1;
        Some((Arc::clone(&best.reading), page))
    }

    /// The priority of the page that [`Desk::next`] would give.
    pub(crate) fn best(&self, seat: usize, above: Option<Priority>) -> Option<Priority> {
        best_slot(&mut self.lock(), seat, above).map(|slot| slot.reading.claim.priority)
    }

    /// A seat comes back from a page.
    pub(crate) fn back(&self, reading: &Reading) -> Return {
        let mut slots = self.lock();
        let job = reading.claim.job.0;
        let Some(slot) = slots.get_mut(&job) else {
            return Return::GoesOn;
        };
        slot.out = slot.out.saturating_sub(1);
        let end = match (slot.out, slot.halt, slot.waiting.is_empty()) {
            (0, Some(halt), _) => Return::Halted(halt),
            (0, None, true) => Return::Finished,
            _ => return Return::GoesOn,
        };
        slots.remove(&job);
        end
    }

    /// No further page of this document is handed out. A loss outweighs any other reason.
    pub(crate) fn halt(&self, reading: &Reading, halt: Halt) {
        if let Some(slot) = self.lock().get_mut(&reading.claim.job.0)
            && (slot.halt.is_none() || halt == Halt::Lost)
        {
            slot.halt = Some(halt);
        }
    }

    /// Halts documents that nobody is at, so that they can be given back: all of them, or those below a priority.
    pub(crate) fn clear_idle(&self, below: Option<Priority>) -> Vec<Arc<Reading>> {
        let mut slots = self.lock();
        let idle = |slot: &Slot| {
            slot.out == 0 && below.is_none_or(|below| slot.reading.claim.priority < below)
        };
        let jobs: Vec<i64> = slots
            .iter()
            .filter(|(_, slot)| idle(slot))
            .map(|(job, _)| *job)
            .collect();
        jobs.iter()
            .filter_map(|job| slots.remove(job))
            .map(|slot| slot.reading)
            .collect()
    }

    /// Stops handing out pages of everything on the desk.
    pub(crate) fn halt_all(&self, halt: Halt) {
        for slot in self.lock().values_mut() {
            slot.halt.get_or_insert(halt);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn best_slot(
    slots: &mut HashMap<i64, Slot>,
    seat: usize,
    above: Option<Priority>,
) -> Option<&mut Slot> {
    slots
        .values_mut()
        .filter(|slot| slot.halt.is_none() && !slot.waiting.is_empty())
        .filter(|slot| slot.reading.only.is_none_or(|only| only == seat))
        .filter(|slot| above.is_none_or(|above| slot.reading.claim.priority > above))
        .max_by_key(|slot| {
            let claim = &slot.reading.claim;
            (claim.priority, std::cmp::Reverse(claim.job))
        })
}

impl Reading {
    /// Counts a page that has just been written; call it on the writer's thread, inside the transaction.
    pub(crate) fn count_page(&self) -> u32 {
        self.done.fetch_add(1, Ordering::AcqRel) + 1
    }
}
