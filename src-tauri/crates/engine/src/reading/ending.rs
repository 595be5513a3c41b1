//! How a document leaves the desk: read, failed, cancelled, changed or given back.

use std::path::PathBuf;

use sheaf_document::{Code, DocumentId, Fault};
use sheaf_queue::{Claim, StopWish};
use sheaf_store::StoreError;
use sheaf_store::table::{documents, pages};

use crate::commit::Commits;
use crate::desk::{Halt, Reading, Return};
use crate::rehearsal::Commit;
use crate::seat::Seat;
use crate::source::{Source, sources};
use crate::walk::facts;
use crate::{lifecycle, settlement};

/// Puts a page's turn down; whoever is last settles the document.
pub(super) fn come_back(seat: &Seat, reading: &Reading) {
    let (claim, policies) = (&reading.claim, seat.floor.settings.retry);
    let document = reading.document;
    match seat.floor.desk.back(reading) {
        Return::GoesOn => {}
        Return::Finished if !is_unchanged(reading) => end_changed(seat, reading),
        Return::Finished => finish(seat, reading),
        Return::Halted(Halt::Wish(StopWish::Cancel)) => {
            seat.floor.insist(claim, move |tx, claim| {
                settlement::cancelled(tx, claim, document, &policies)
            });
        }
        Return::Halted(Halt::Wish(StopWish::Pause) | Halt::GiveWay | Halt::Lost) => {
            seat.floor.give_back(claim);
        }
    }
}

/// The file is another than the one that was read. Where a watched folder noticed first, the new one waits already.
pub(super) fn end_changed(seat: &Seat, reading: &Reading) {
    match is_superseded(seat, reading) {
        Ok(true) => seat.floor.give_back(&reading.claim),
        Ok(false) | Err(_) => fail_reading(seat, reading, changed()),
    }
}

pub(super) fn changed() -> Fault {
    Fault::new(
        Code::FileChanged,
        "The file changed while it was read. It will be read again.",
    )
}

fn is_superseded(seat: &Seat, reading: &Reading) -> Result<bool, StoreError> {
    let row = documents::get(&*seat.floor.library.read()?, reading.document)?;
    let newest = row.and_then(|row| row.building.or(row.current));
    Ok(newest != Some(reading.revision))
}

pub(super) fn is_unchanged(reading: &Reading) -> bool {
    let path = &reading.source.path;
    std::fs::metadata(path).is_ok_and(|meta| facts(path, &meta) == reading.facts)
}

/// The writer works in order, so every page of the document is committed, or failed to be, before this.
fn finish(seat: &Seat, reading: &Reading) {
    let (claim, policy) = (reading.claim.clone(), seat.floor.settings.retry);
    let (document, revision, total) = (reading.document, reading.revision, reading.pages);
    let outcome = seat.floor.library.commit(Commit::Publish, move |tx| {
        settlement::fence(tx, &claim)?;
        // A newer one was begun meanwhile: its pages are still to be read.
        let newest = documents::get(tx, document)?.and_then(|row| row.building.or(row.current));
        if newest != Some(revision) || pages::done(tx, revision)?.len() < total as usize {
            return Ok(false);
        }
        settlement::finish_reading(tx, &claim, document, revision, &policy)?;
        Ok(true)
    });
    match outcome {
        Ok(true) => {
            lifecycle::ended(&seat.floor.journal, &seat.floor.library, &reading.claim);
            seat.floor.bell.ring();
        }
        Err(StoreError::ClaimLost) => {
            lifecycle::ended_by_hand(&seat.floor.journal, &seat.floor.library, &reading.claim);
        }
        // A page did not reach the disk: the job goes on from what did.
        Ok(false) | Err(_) => seat.floor.give_back(&reading.claim),
    }
}

pub(super) fn fail_reading(seat: &Seat, reading: &Reading, fault: Fault) {
    let tried = vec![reading.source.path.clone()];
    fail(seat, &reading.claim, reading.document, fault, tried);
}

/// A file that was found elsewhere since `tried` were looked up is read there.
pub(super) fn fail(
    seat: &Seat,
    claim: &Claim,
    document: DocumentId,
    fault: Fault,
    tried: Vec<PathBuf>,
) {
    let policies = seat.floor.settings.retry;
    let is_gone = matches!(
        fault.code,
        Code::FileMissing | Code::FileOffline | Code::FileChanged
    );
    seat.floor.insist(claim, move |tx, claim| {
        let has_moved = is_gone && !tried.is_empty() && {
            let now = paths(&sources(tx, document)?);
            tried.iter().any(|path| !now.contains(path))
        };
        match has_moved {
            true => settlement::give_back(tx, claim, document, &policies),
            false => settlement::fail(tx, claim, document, &fault, &policies),
        }
    });
}

pub(super) fn paths(sources: &[Source]) -> Vec<PathBuf> {
    sources.iter().map(|source| source.path.clone()).collect()
}
