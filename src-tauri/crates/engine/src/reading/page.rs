//! One page: asked for, and committed with all that belongs to it.

use std::sync::Arc;
use std::time::Duration;

use sheaf_document::{Code, Fault, Source as Origin};
use sheaf_queue::{Held, Progress, StopWish, Timestamp};
use sheaf_store::table::pages;
use sheaf_store::{Pending, StoreError, Tx};
use sheaf_worker::{Loss, PageRead, Request, Response};

use super::ending::{changed, come_back, end_changed, fail_reading, is_unchanged};
use super::opening::strange;
use super::{IN_FLIGHT, InFlight, SLOW, drain};
use crate::commit::Commits;
use crate::desk::{Halt, Reading};
use crate::inside::Found;
use crate::rehearsal::Commit;
use crate::seat::Seat;
use crate::{clock, inside, settlement};

/// Reads one page and sends it to the disk. A page that takes its child down is tried once more alone, then marked failed.
pub(super) fn read_page(
    seat: &mut Seat,
    reading: &Arc<Reading>,
    page: u32,
    in_flight: &mut InFlight,
) {
    seat.note(|status| {
        (status.busy, status.job, status.page) = (true, Some(reading.claim.job), Some(page));
    });
    if reading.only.is_none() {
        seat.recycle();
    }
    let answer = match ask_for_page(seat, reading, page) {
        Ok(Answer::Loss(_)) if !seat.floor.is_aborting() => ask_for_page(seat, reading, page),
        answer => answer,
    };
    let answer = match answer {
        // What was read across a change is of neither content.
        Ok(_) if !is_unchanged(reading) => Err(changed()),
        answer => answer,
    };
    match answer {
        _ if seat.floor.is_aborting() => seat.floor.desk.halt(reading, Halt::GiveWay),
        Ok(Answer::Page(read)) => {
            let slow = Duration::from_millis(read.ms.into()) > SLOW;
            let pending = commit(seat, reading, page, Ok(read));
            in_flight.push_back((Arc::clone(reading), pending));
            drain(seat, in_flight, if slow { 0 } else { IN_FLIGHT });
        }
        Ok(Answer::Loss(loss)) => {
            let pending = commit(seat, reading, page, Err(loss.into()));
            in_flight.push_back((Arc::clone(reading), pending));
        }
        Ok(Answer::Failed(fault)) => {
            let pending = commit(seat, reading, page, Err(fault));
            in_flight.push_back((Arc::clone(reading), pending));
        }
        Err(changed) => {
            seat.floor.desk.halt(reading, Halt::Lost);
            match changed.code {
                Code::FileChanged => end_changed(seat, reading),
                _ => fail_reading(seat, reading, changed),
            }
        }
    }
    seat.note(|status| status.done += 1);
    come_back(seat, reading);
}

enum Answer {
    Page(PageRead),
    /// The page cannot be read; the child goes on.
    Failed(Fault),
    Loss(Loss),
}

/// # Errors
/// What is not the page's fault: the file is not the one that reading began with, or no child can be started.
fn ask_for_page(seat: &mut Seat, reading: &Reading, page: u32) -> Result<Answer, Fault> {
    seat.speak(&reading.settings.languages);
    let key = (reading.claim.job, reading.claim.epoch.0);
    if seat.open != Some(key) {
        let (file, now) = reading.source.open()?;
        if now != reading.facts {
            return Err(changed());
        }
        let passwords = seat.floor.vault.all();
        let request = reading.source.request(&reading.settings, passwords, false);
        match seat.ask(&request, Some(&file)) {
            Ok(Response::Opened(_)) => seat.open = Some(key),
            Ok(Response::Failed(fault)) => return Ok(Answer::Failed(fault)),
            Ok(_) => return Ok(Answer::Failed(strange())),
            Err(loss @ Loss::Spawn(_)) => return Err(loss.into()),
            Err(loss) => return Ok(Answer::Loss(loss)),
        }
    }
    Ok(
        match seat.ask(&Request::ReadPage { page: page - 1 }, None) {
            Ok(Response::Page(read)) => Answer::Page(read),
            Ok(Response::Failed(fault)) => {
                // A panic in the child closes its document.
                seat.open = None;
                if fault.code == Code::LanguageMissing {
                    // Once it was added, only a fresh child can load it.
                    seat.part();
                }
                Answer::Failed(fault)
            }
            Ok(_) => Answer::Failed(strange()),
            Err(loss) => Answer::Loss(loss),
        },
    )
}

/// Fence, page, passages, progress and event in one transaction; the answer is what a person wished meanwhile.
fn commit(
    seat: &Seat,
    reading: &Arc<Reading>,
    page: u32,
    outcome: Result<PageRead, Fault>,
) -> Pending<Option<StopWish>> {
    let reading = Arc::clone(reading);
    seat.floor.library.commit_later(Commit::Page, move |tx| {
        let now = clock::now();
        let progress = Progress {
            stage: stage(&outcome),
            done: reading.done.load(std::sync::atomic::Ordering::Acquire) + 1,
            total: Some(reading.pages),
        };
        let wish = match sheaf_queue::checkpoint(tx, &reading.claim, &progress, now)? {
            Held::Lost => return Err(StoreError::ClaimLost),
            Held::Stop(wish) => Some(wish),
            Held::Yes => None,
        };
        let by = settlement::by(&reading.claim, reading.document, reading.revision);
        let outcome = match &outcome {
            Ok(read) => take_members(tx, &reading, read, now)?.map(|()| read),
            Err(fault) => Err(fault.clone()),
        };
        match outcome {
            Ok(read) => {
                pages::commit_read(tx, by, page, &read.text, &read.passages, read.ms)?;
                if let Some(note) = &read.note {
                    pages::note(tx, by.revision, page, note)?;
                }
            }
            Err(fault) => pages::commit_failed(tx, by, page, &fault)?,
        }
        reading.count_page();
        Ok(wish)
    })
}

fn take_members(
    tx: &Tx<'_>,
    reading: &Reading,
    read: &PageRead,
    now: Timestamp,
) -> sheaf_store::Result<Result<(), Fault>> {
    let found = Found {
        container: reading.document,
        revision: reading.revision,
        settings: &reading.settings,
        priority: reading.claim.priority,
        members: &read.members,
    };
    inside::take(tx, &found, now)
}

/// What kind of work a page was; the next one is most likely of the same kind.
fn stage(outcome: &Result<PageRead, Fault>) -> &'static str {
    match outcome {
        Ok(read) if matches!(read.text.source, Origin::Ocr | Origin::Both) => "recognising",
        Ok(_) | Err(_) => "reading",
    }
}
