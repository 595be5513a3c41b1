//! The reading lane: claim a document, open it in a child, hand its pages to every free seat, commit page after page.

use std::collections::{HashSet, VecDeque};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sheaf_document::{Code, DocumentId, Fault, ReadSettings, RevisionId, Source as Origin};
use sheaf_queue::{Claim, Held, Priority, Progress, StopWish, Timestamp};
use sheaf_store::table::documents;
use sheaf_store::table::identity::{self, Identified, Identity};
use sheaf_store::table::pages;
use sheaf_store::table::places::FileFacts;
use sheaf_store::table::revisions;
use sheaf_store::{Pending, Reader, StoreError, Tx};
use sheaf_worker::{Loss, Opened, PageRead, Request, Response};

use crate::commit::Commits;
use crate::desk::{Halt, Reading, Return};
use crate::inside::Found;
use crate::intake::READING;
use crate::rehearsal::{self, Commit};
use crate::retry::Passing;
use crate::seat::Seat;
use crate::source::{Source, sources};
use crate::walk::facts;
use crate::{clock, inside, lifecycle, settlement};

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
    seat.floor.bell.wait(mark, IDLE);
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

/// What a claimed document is read from and how; looked up with the claim, which may be the first to see it.
struct Order {
    revision: RevisionId,
    settings: ReadSettings,
    sources: Vec<Source>,
}

impl Order {
    fn of(tx: &Tx<'_>, claim: &Claim) -> Result<Self, StoreError> {
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
fn begin(seat: &mut Seat, claim: &Claim, order: Result<Order, StoreError>) {
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

fn strange() -> Fault {
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

/// Reads one page and sends it to the disk. A page that takes its child down is tried once more alone, then marked failed.
fn read_page(seat: &mut Seat, reading: &Arc<Reading>, page: u32, in_flight: &mut InFlight) {
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

fn changed() -> Fault {
    Fault::new(
        Code::FileChanged,
        "The file changed while it was read. It will be read again.",
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

/// Puts a page's turn down; whoever is last settles the document.
fn come_back(seat: &Seat, reading: &Reading) {
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
fn end_changed(seat: &Seat, reading: &Reading) {
    match is_superseded(seat, reading) {
        Ok(true) => seat.floor.give_back(&reading.claim),
        Ok(false) | Err(_) => fail_reading(seat, reading, changed()),
    }
}

fn is_superseded(seat: &Seat, reading: &Reading) -> Result<bool, StoreError> {
    let row = documents::get(&*seat.floor.library.read()?, reading.document)?;
    let newest = row.and_then(|row| row.building.or(row.current));
    Ok(newest != Some(reading.revision))
}

fn is_unchanged(reading: &Reading) -> bool {
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

fn fail_reading(seat: &Seat, reading: &Reading, fault: Fault) {
    let tried = vec![reading.source.path.clone()];
    fail(seat, &reading.claim, reading.document, fault, tried);
}

/// A file that was found elsewhere since `tried` were looked up is read there.
fn fail(seat: &Seat, claim: &Claim, document: DocumentId, fault: Fault, tried: Vec<PathBuf>) {
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

fn paths(sources: &[Source]) -> Vec<PathBuf> {
    sources.iter().map(|source| source.path.clone()).collect()
}
