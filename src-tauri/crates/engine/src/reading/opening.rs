//! A claimed document is opened in a child, and laid on the desk.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use sheaf_document::{Code, DocumentId, Fault, ReadSettings, RevisionId};
use sheaf_queue::{Claim, Progress};
use sheaf_store::table::identity::{self, Identified, Identity};
use sheaf_store::table::places::FileFacts;
use sheaf_store::table::{documents, pages, revisions};
use sheaf_store::{StoreError, Tx};
use sheaf_worker::{Loss, Opened, Request, Response};

use super::ending::{come_back, fail, paths};
use crate::commit::Commits;
use crate::desk::Reading;
use crate::rehearsal::Commit;
use crate::retry::Passing;
use crate::seat::Seat;
use crate::source::{Source, sources};
use crate::{clock, lifecycle, settlement};

/// What a claimed document is read from and how; looked up with the claim, which may be the first to see it.
pub(super) struct Order {
    revision: RevisionId,
    settings: ReadSettings,
    sources: Vec<Source>,
}

impl Order {
    pub(super) fn of(tx: &Tx<'_>, claim: &Claim) -> Result<Self, StoreError> {
        let document = DocumentId(claim.subject);
        let unknown = || StoreError::Unknown(format!("document {document}"));
        let row = documents::get(tx, document)?.filter(|row| row.id == document);
        let revision = row
            .and_then(|row| row.building.or(row.current))
            .ok_or_else(unknown)?;
        Ok(Self {
            revision,
            settings: revisions::get(tx, revision)?.settings,
            sources: sources(tx, document)?,
        })
    }
}

/// Opens a claimed document and lays it on the desk.
pub(super) fn begin(seat: &mut Seat, claim: &Claim, order: Result<Order, StoreError>) {
    let document = DocumentId(claim.subject);
    lifecycle::started(&seat.floor.journal, claim);
    seat.recycle();
    seat.note(|status| (status.busy, status.job, status.page) = (true, Some(claim.job), None));
    let sources = order.as_ref().map(|order| order.sources.as_slice());
    let tried = paths(sources.unwrap_or_default());
    let opened = order
        .map_err(Stop::from)
        .and_then(|order| open(seat, claim, order));
    match opened {
        Ok(Some((reading, waiting))) => {
            let reading = Arc::new(reading);
            seat.open = Some((claim.job, claim.epoch.0));
            seat.floor.desk.lay(Arc::clone(&reading), waiting);
            seat.floor.bell.ring();
            come_back(seat, &reading);
        }
        Ok(None) => {
            lifecycle::ended(&seat.floor.journal, &seat.floor.library, claim);
            seat.floor.bell.ring();
        }
        Err(Stop::Lost) => {
            lifecycle::ended_by_hand(&seat.floor.journal, &seat.floor.library, claim);
        }
        Err(Stop::GiveBack) => seat.floor.give_back(claim),
        Err(Stop::Fault(fault)) => fail(seat, claim, document, fault, tried),
    }
}

enum Stop {
    Lost,
    GiveBack,
    Fault(Fault),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ClaimLost => Self::Lost,
            StoreError::Unknown(what) => Self::Fault(Fault::new(
                Code::FileMissing,
                format!("{what} is no longer in the library."),
            )),
            _ => Self::GiveBack,
        }
    }
}

/// `None`: the library had this content already, and the job is settled.
fn open(
    seat: &mut Seat,
    claim: &Claim,
    order: Order,
) -> Result<Option<(Reading, VecDeque<u32>)>, Stop> {
    let document = DocumentId(claim.subject);
    let (revision, settings) = (order.revision, order.settings);
    let settle = seat.floor.settings.settle;
    let (source, file, facts) = first_that_opens(order.sources, settle).map_err(Stop::Fault)?;
    let request = source.request(&settings, seat.floor.vault.all(), true);
    seat.speak(&settings.languages);
    let opened = ask_to_open(seat, &request, &file, &source)?;
    let Some(hash) = opened.hash else {
        return Err(Stop::Fault(Fault::new(
            Code::WorkerGarbage,
            "The worker did not hash the file.",
        )));
    };
    if u64::from(opened.pages) > opened.bytes {
        return Err(Stop::Fault(Fault::new(
            Code::FileCorrupt,
            format!(
                "It claims {} pages in {} bytes.",
                opened.pages, opened.bytes
            ),
        )));
    }
    let kind = opened.kind;
    let found = Identified {
        hash,
        bytes: opened.bytes,
        kind,
        pages: opened.pages,
        title: opened.title,
        author: opened.author,
        date: opened.date,
    };
    let Some((revision, done)) = identify(seat, claim, document, revision, found)? else {
        return Ok(None);
    };
    let waiting = (1..=opened.pages)
        .filter(|page| !done.contains(page))
        .collect();
    let only = (!kind.has_random_pages()).then_some(seat.number);
    let reading = Reading {
        claim: claim.clone(),
        document,
        revision,
        settings,
        source,
        facts,
        pages: opened.pages,
        done: (done.len() as u32).into(),
        only,
    };
    Ok(Some((reading, waiting)))
}

fn first_that_opens(
    sources: Vec<Source>,
    settle: Duration,
) -> Result<(Source, File, FileFacts), Fault> {
    let mut fault = Fault::new(Code::FileMissing, "No place of this document is known.");
    for source in sources {
        match source.open() {
            Ok((_, facts)) if source.is_being_written(&facts, settle) => fault = unfinished(),
            Ok((file, facts)) => return Ok((source, file, facts)),
            // What may come back outweighs what does not.
            Err(error) if Passing::of(fault.code).is_none() => fault = error,
            Err(_) => {}
        }
    }
    Err(fault)
}

fn unfinished() -> Fault {
    Fault::new(
        Code::FileChanged,
        "The file is still being written. It is read when it is quiet.",
    )
}

/// A document that takes its child down is given to one fresh child more. The file is opened anew for each, because
/// an open file that travels shares its position.
fn ask_to_open(
    seat: &mut Seat,
    request: &Request,
    file: &File,
    source: &Source,
) -> Result<Opened, Stop> {
    let first = seat.ask(request, Some(file));
    let answer = match first {
        Err(_) if seat.floor.is_aborting() => return Err(Stop::GiveBack),
        Err(loss @ Loss::Spawn(_)) => return Err(Stop::Fault(loss.into())),
        Err(_) => {
            let (file, _) = source.open().map_err(Stop::Fault)?;
            seat.ask(request, Some(&file))
        }
        answer => answer,
    };
    match answer {
        Ok(Response::Opened(opened)) => Ok(opened),
        Ok(Response::Failed(fault)) => Err(Stop::Fault(fault)),
        Ok(_) => Err(Stop::Fault(strange())),
        Err(_) if seat.floor.is_aborting() => Err(Stop::GiveBack),
        Err(loss) => Err(Stop::Fault(loss.into())),
    }
}

pub(super) fn strange() -> Fault {
    Fault::new(
        Code::WorkerGarbage,
        "The worker answered something else than it was asked.",
    )
}

/// The revision to go on with and its pages that are done already, or `None` for a duplicate, which is settled on the
/// spot.
fn identify(
    seat: &Seat,
    claim: &Claim,
    document: DocumentId,
    revision: RevisionId,
    found: Identified,
) -> Result<Option<(RevisionId, HashSet<u32>)>, StoreError> {
    let (claim, policy) = (claim.clone(), seat.floor.settings.retry);
    let (done, pending) = seat
        .floor
        .library
        .commit_ahead(Commit::Identify, move |tx| {
            settlement::fence(tx, &claim)?;
            let now = clock::now();
            let revision = match identity::identify(tx, document, revision, &found, now.0)? {
                Identity::Duplicate(kept) => {
                    settlement::duplicate(tx, &claim, kept, &policy)?;
                    return Ok(None);
                }
                Identity::Own => revision,
                Identity::Same(current) => current,
            };
            let done = pages::done(tx, revision)?;
            let progress = Progress {
                stage: "reading",
                done: done.len() as u32,
                total: Some(found.pages),
            };
            sheaf_queue::checkpoint(tx, &claim, &progress, now)?;
            Ok(Some((revision, done.into_iter().collect())))
        })?;
    if done.is_none() {
        // That was its end, which is told only when the disk has it.
        pending.wait()?;
    }
    Ok(done)
}
