//! The indexing lane: embed a document's passages batch by batch; every batch is a checkpoint.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sheaf_document::{Code, DocumentId, Fault, PassageId, RevisionId};
use sheaf_queue::{Claim, Held, Progress, StopWish};
use sheaf_store::StoreError;
use sheaf_store::table::documents;
use sheaf_store::table::vectors::{self, Batch};
use sheaf_worker::{Request, Response};

use crate::commit::Commits;
use crate::intake::INDEXING;
use crate::rehearsal::Commit;
use crate::seat::{Floor, Seat};
use crate::{clock, lifecycle, settlement, switch};

/// Passages a batch: about half a second of work, so that wishes and urgent jobs are noticed soon.
const BATCH: u32 = 16;
/// After so many documents, or when there is nothing to do, new vectors are sealed.
const SEAL_EVERY: u32 = 64;
/// A child without work is kept so long; starting one takes a second or two.
const KEPT: Duration = Duration::from_secs(30);
const IDLE: Duration = Duration::from_millis(500);

/// A seat's life: until the engine stops or loses its role.
pub(crate) fn sit(mut seat: Seat) {
    let mut unsealed = 0;
    let mut worked = Instant::now();
    while !seat.floor.is_stopping() {
        let mark = seat.floor.bell.mark();
        let (engine, above) = (seat.floor.engine, seat.above);
        let claim = seat
            .floor
            .library
            .read()
            .and_then(|conn| Ok(sheaf_queue::best_queued(&conn, INDEXING)?))
            .and_then(|queued| match queued {
                Some(best) if above.is_some_and(|above| best <= above) => Ok(None),
                None => Ok(None),
                Some(_) => seat.floor.library.commit(Commit::ClaimIndex, move |tx| {
                    let claim = sheaf_queue::claim(tx, INDEXING, engine, above, clock::now())?;
                    Ok(claim)
                }),
            });
        match &claim {
            Ok(Some(claim)) => {
                index(&mut seat, claim);
                worked = Instant::now();
                unsealed += 1;
                if unsealed >= SEAL_EVERY {
                    unsealed = seal(&seat.floor);
                }
            }
            Ok(None) | Err(_) => {
                if claim.is_err() {
                    seat.floor.trouble.note(&claim);
                }
                if unsealed > 0 {
                    unsealed = seal(&seat.floor);
                }
                if worked.elapsed() > KEPT {
                    seat.let_go();
                }
                seat.note(|status| (status.busy, status.job, status.page) = (false, None, None));
                seat.floor.bell.wait(mark, IDLE);
            }
        }
    }
}

/// Bits are derived, so a seal that fails costs nothing but time later.
fn seal(floor: &Floor) -> u32 {
    let library = &floor.library;
    let _ = sheaf_search::seal(library, floor.model, |after, block| {
        library.commit(Commit::Seal, move |tx| vectors::seal(tx, after, &block))
    });
    0
}

fn index(seat: &mut Seat, claim: &Claim) {
    seat.note(|status| (status.busy, status.job) = (true, Some(claim.job)));
    let document = DocumentId(claim.subject);
    let floor = Arc::clone(&seat.floor);
    let policies = floor.settings.retry;
    lifecycle::started(&floor.journal, claim);
    let end = run(seat, claim, document);
    match end {
        End::Done(revision) => {
            let model = floor.model;
            floor.insist(claim, move |tx, claim| {
                settlement::finish_indexing(tx, claim, document, revision, &policies)?;
                // In the same transaction: whoever waits for the end of all work sees the new model at work.
                switch::take_over(tx, model).map(drop)
            });
        }
        End::Cancelled => floor.insist(claim, move |tx, claim| {
            settlement::cancelled(tx, claim, document, &policies)
        }),
        End::GiveBack => floor.give_back(claim),
        End::Lost => lifecycle::ended_by_hand(&floor.journal, &floor.library, claim),
        End::Fault(fault) => floor.insist(claim, move |tx, claim| {
            settlement::fail(tx, claim, document, &fault, &policies)
        }),
    }
}

enum End {
    Done(RevisionId),
    Cancelled,
    GiveBack,
    Lost,
    Fault(Fault),
}

fn run(seat: &mut Seat, claim: &Claim, document: DocumentId) -> End {
    let revision = match current(&seat.floor, document) {
        Ok(Some(revision)) => revision,
        Ok(None) => {
            return End::Fault(Fault::new(
                Code::FileMissing,
                "The document is no longer in the library.",
            ));
        }
        Err(_) => return End::GiveBack,
    };
    loop {
        seat.recycle();
        match batch(seat, claim, revision) {
            Ok(Step::More) if must_give_way(&seat.floor, claim) => return End::GiveBack,
            Ok(Step::More) => {}
            Ok(Step::Done) => return End::Done(revision),
            Ok(Step::Wish(StopWish::Cancel)) => return End::Cancelled,
            Ok(Step::Wish(StopWish::Pause)) => return End::GiveBack,
            Ok(Step::Fault(_)) if seat.floor.is_aborting() => return End::GiveBack,
            Ok(Step::Fault(fault)) => return End::Fault(fault),
            Err(StoreError::ClaimLost) => return End::Lost,
            Err(error) => {
                seat.floor.rest_after(error);
                return End::GiveBack;
            }
        }
    }
}

fn current(floor: &Floor, document: DocumentId) -> sheaf_store::Result<Option<RevisionId>> {
    let conn = floor.library.read()?;
    Ok(documents::get(&conn, document)?.and_then(|row| row.current))
}

fn must_give_way(floor: &Floor, claim: &Claim) -> bool {
    let Ok(conn) = floor.library.read() else {
        return true;
    };
    let urgent = sheaf_queue::best_queued(&conn, INDEXING)
        .is_ok_and(|best| best.is_some_and(|best| best > claim.priority));
    let lane = sheaf_queue::lane(&conn, INDEXING).ok().flatten();
    let paused =
        sheaf_queue::is_paused(&conn).unwrap_or(false) || lane.is_some_and(|lane| lane.paused);
    floor.is_stopping() || urgent || paused
}

enum Step {
    More,
    Done,
    Wish(StopWish),
    Fault(Fault),
}

fn batch(seat: &mut Seat, claim: &Claim, revision: RevisionId) -> sheaf_store::Result<Step> {
    let model = seat.floor.model;
    let conn = seat.floor.library.read()?;
    let passages = vectors::unembedded(&conn, revision, model, BATCH)?;
    let covered = passages.is_empty() && settlement::is_covered(&conn, revision, model)?;
    drop(conn);
    if passages.is_empty() {
        return Ok(if covered {
            Step::Done
        } else {
            Step::Fault(Fault::new(
                Code::EmbedFailed,
                "Some passages have no text to embed.",
            ))
        });
    }
    let (ids, texts): (Vec<PassageId>, Vec<String>) = passages.into_iter().unzip();
    let request = Request::Embed {
        texts,
        query: false,
    };
    let mut answer = seat.ask(&request, None);
    if answer.is_err() && !seat.floor.is_aborting() {
        answer = seat.ask(&request, None);
    }
    match answer {
        Ok(Response::Vectors(rows)) if rows.len() == ids.len() => {
            seat.note(|status| status.done += 1);
            let wish = commit(&seat.floor, claim, revision, ids, &rows)?;
            Ok(wish.map_or(Step::More, Step::Wish))
        }
        Ok(Response::Failed(fault)) => Ok(Step::Fault(fault)),
        Ok(_) => Ok(Step::Fault(Fault::new(
            Code::WorkerGarbage,
            "The worker answered something else than it was asked.",
        ))),
        Err(loss) => Ok(Step::Fault(loss.into())),
    }
}

/// Fence, vectors and progress in one transaction.
fn commit(
    floor: &Floor,
    claim: &Claim,
    revision: RevisionId,
    ids: Vec<PassageId>,
    rows: &[Vec<f32>],
) -> sheaf_store::Result<Option<StopWish>> {
    let quantized: Vec<_> = rows.iter().map(|row| sheaf_embed::quantize(row)).collect();
    let scales: Vec<f32> = quantized.iter().map(|q| q.scale).collect();
    let values: Vec<i8> = quantized.iter().flat_map(|q| q.values).collect();
    let (claim, model) = (claim.clone(), floor.model);
    let wish = floor.library.commit(Commit::Vectors, move |tx| {
        let (total, done) = vectors::progress(tx, revision, model)?;
        let progress = Progress {
            stage: "indexing",
            done: done + ids.len() as u32,
            total: Some(total),
        };
        let wish = match sheaf_queue::checkpoint(tx, &claim, &progress, clock::now())? {
            Held::Lost => return Err(StoreError::ClaimLost),
            Held::Stop(wish) => Some(wish),
            Held::Yes => None,
        };
        vectors::commit(
            tx,
            &Batch {
                model,
                revision,
                passages: &ids,
                scales: &scales,
                vectors: &values,
            },
        )?;
        Ok(wish)
    })?;
    Ok(wish)
}
