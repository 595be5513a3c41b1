//! How a claim ends: the document's new state and the job's, in one fenced transaction.

use sheaf_document::{Code, DocumentId, Fault, RevisionId};
use sheaf_queue::{Claim, Outcome, RetryPolicy, Settled, State};
use sheaf_store::table::documents::{self, Document, DocumentState};
use sheaf_store::table::pages::{self, By};
use sheaf_store::table::revisions;
use sheaf_store::table::{events, members, vectors};
use sheaf_store::{StoreError, Tx};

use crate::retry::{Passing, Policies};
use crate::{clock, inside, intake};

/// What a fault means for the job, and the policy that says when it is tried again.
fn outcome_of(claim: &Claim, fault: &Fault, policies: &Policies) -> (Outcome, RetryPolicy) {
    let (code, message) = (fault.code.as_str().to_owned(), fault.detail.clone());
    match Passing::of(fault.code) {
        // Finding out that a file is none of ours is the work, done.
        _ if fault.code == Code::FileUnsupported => (Outcome::Done, policies.general),
        Some(kind) => (
            Outcome::Retry { code, message },
            policies.of(&claim.kind, kind),
        ),
        None => (Outcome::GiveUp { code, message }, policies.general),
    }
}

/// All pages are in: publish the revision, and queue its indexing in the same transaction.
pub(crate) fn finish_reading(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    revision: RevisionId,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    let now = clock::now();
    fence(tx, claim)?;
    let counts = pages::counts(tx, revision)?;
    let failed = pages::failed(tx, revision)?;
    if counts.read == 0
        && let Some((_, fault)) = failed.first()
    {
        let fault = Fault::new(
            fault.code,
            format!("No page could be read: {}", fault.detail),
        );
        return fail(tx, claim, document, &fault, policies);
    }
    let (state, outcome) = match failed.len() {
        0 => (DocumentState::Ready, Outcome::Done),
        n => (DocumentState::Problems, problems(n, counts.read)),
    };
    let state = if counts.passages > 0 {
        DocumentState::Indexing
    } else {
        state
    };
    note_language(tx, revision)?;
    documents::publish(tx, document, state)?;
    let homeless = members::drop_unlisted(tx, document, revision, now.0)?;
    inside::let_go(tx, &homeless, now.0)?;
    if counts.passages > 0 {
        intake::enqueue_index(tx, document, claim.priority, now)?;
    }
    note(tx, claim, document, revision, "read")?;
    settle(tx, claim, &outcome, &policies.general).map(drop)
}

/// Some tenths of a millisecond: the pages are committed only now, so it cannot be found out before.
pub(crate) fn note_language(tx: &Tx<'_>, revision: RevisionId) -> sheaf_store::Result<()> {
    let tongue = sheaf_search::Tongue::of(&pages::sample(tx, revision)?);
    revisions::set_language(tx, revision, tongue.map(|tongue| tongue.code))
}

fn problems(failed: usize, read: u32) -> Outcome {
    let pages = if failed == 1 { "page" } else { "pages" };
    Outcome::Problems {
        code: Code::PageCorrupt.as_str().to_owned(),
        message: format!("{failed} {pages} could not be read. The other {read} are searchable."),
    }
}

/// All passages have their vector: the document is done.
pub(crate) fn finish_indexing(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    revision: RevisionId,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    fence(tx, claim)?;
    let reading_again =
        documents::get(tx, document)?.is_some_and(|d| !matches!(d.state, DocumentState::Indexing));
    if !reading_again {
        let state = match pages::counts(tx, revision)?.failed {
            0 => DocumentState::Ready,
            _ => DocumentState::Problems,
        };
        documents::set_state(tx, document, state, None)?;
    }
    note(tx, claim, document, revision, "indexed")?;
    settle(tx, claim, &Outcome::Done, &policies.general).map(drop)
}

/// The work met a fault: tried again later, or given up.
pub(crate) fn fail(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    fault: &Fault,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    fence(tx, claim)?;
    let (outcome, policy) = outcome_of(claim, fault, policies);
    let settled = settle(tx, claim, &outcome, &policy)?;
    let state = match settled {
        Settled::Recorded {
            state: State::Failed,
            ..
        } => documents::get(tx, document)?.map(|row| failed_state(&claim.kind, &row)),
        Settled::Recorded { .. } if fault.code == Code::FileUnsupported => {
            Some(DocumentState::Unsupported)
        }
        Settled::Recorded { .. } | Settled::ClaimLost => None,
    };
    if let Some(state) = state {
        documents::set_state(tx, document, state, Some(fault))?;
    }
    events::note(
        tx,
        document,
        Some(claim.job),
        fault.code.as_str(),
        clock::now().0,
    )
}

/// What a document is when a job of this kind has failed for good. Words are found even when indexing failed, so such
/// a document has problems but is not lost.
pub(crate) fn failed_state(kind: &str, document: &Document) -> DocumentState {
    let kept = document.current.is_some() && document.current != document.building;
    match kind {
        "index" => DocumentState::Problems,
        _ if kept => DocumentState::Problems,
        _ => DocumentState::Failed,
    }
}

/// The work stops here without a fault: it gave way, was paused, or the engine ends.
pub(crate) fn give_back(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    fence(tx, claim)?;
    settle(tx, claim, &Outcome::Yield, &policies.general)?;
    if claim.kind == "read" {
        documents::set_state(tx, document, DocumentState::Queued, None)?;
    }
    Ok(())
}

/// A person cancelled it. What was read stays findable.
pub(crate) fn cancelled(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    fence(tx, claim)?;
    settle(tx, claim, &Outcome::Cancelled, &policies.general)?;
    documents::set_state(tx, document, DocumentState::Cancelled, None)?;
    events::note(tx, document, Some(claim.job), "cancelled", clock::now().0)
}

/// The library has this content already; the job's work is done by that.
pub(crate) fn duplicate(
    tx: &Tx<'_>,
    claim: &Claim,
    kept: DocumentId,
    policies: &Policies,
) -> sheaf_store::Result<()> {
    settle(tx, claim, &Outcome::Done, &policies.general)?;
    members::adopt(tx, kept, clock::now().0)?;
    let document = documents::get(tx, kept)?;
    if let Some(document) = document
        && document.state == DocumentState::Cancelled
    {
        documents::resume_revision(tx, kept)?;
        intake::enqueue_read(tx, kept, claim.priority, None, clock::now())?;
    }
    events::note(tx, kept, Some(claim.job), "duplicate", clock::now().0)
}

/// Rolls the caller back unless the claim still stands.
pub(crate) fn fence(tx: &Tx<'_>, claim: &Claim) -> sheaf_store::Result<()> {
    match sheaf_queue::hold(tx, claim)? {
        true => Ok(()),
        false => Err(StoreError::ClaimLost),
    }
}

fn settle(
    tx: &Tx<'_>,
    claim: &Claim,
    outcome: &Outcome,
    policy: &RetryPolicy,
) -> sheaf_store::Result<Settled> {
    match sheaf_queue::settle(tx, claim, outcome, policy, clock::now(), rand::random())? {
        Settled::ClaimLost => Err(StoreError::ClaimLost),
        recorded @ Settled::Recorded { .. } => Ok(recorded),
    }
}

fn note(
    tx: &Tx<'_>,
    claim: &Claim,
    document: DocumentId,
    revision: RevisionId,
    event: &str,
) -> sheaf_store::Result<()> {
    events::record(tx, by(claim, document, revision), event, None)
}

/// Under whose claim something is written.
pub(crate) fn by(claim: &Claim, document: DocumentId, revision: RevisionId) -> By {
    By {
        document,
        revision,
        job: claim.job,
        epoch: claim.epoch.0,
        now: clock::now().0,
    }
}

/// Whether a model's vectors cover a revision.
pub(crate) fn is_covered(
    conn: &sheaf_store::Conn,
    revision: RevisionId,
    model: vectors::ModelId,
) -> sheaf_store::Result<bool> {
    let (all, done) = vectors::progress(conn, revision, model)?;
    Ok(done >= all)
}
