//! Files found in files: members of archives, attachments of mails. Each becomes a document with a place in its
//! container and a job of its own, in the transaction that commits the page which tells of it.

use std::collections::HashSet;

use sheaf_document::{Code, DocumentId, Fault, Member, PlaceId, ReadSettings, RevisionId};
use sheaf_queue::{Priority, Timestamp};
use sheaf_store::Tx;
use sheaf_store::table::documents::{self, Document, DocumentState};
use sheaf_store::table::members::{self, Listed, MAX_DEPTH, MAX_MEMBERS, Way};
use sheaf_store::table::places::{self, Place};
use sheaf_store::table::revisions;
use sheaf_store::table::{collections, events};

use crate::intake;

/// What lies in one file may have so many bytes when it is unpacked, or [`EXPANSION`] times the file's own.
const UNPACKED: u64 = 4 << 30;
const EXPANSION: u64 = 100;

/// What was found, and in what.
pub(crate) struct Found<'a> {
    pub(crate) container: DocumentId,
    pub(crate) revision: RevisionId,
    /// Members are read as their container was wished to be.
    pub(crate) settings: &'a ReadSettings,
    pub(crate) priority: Priority,
    pub(crate) members: &'a [Member],
}

/// Takes the members in, at every place of their container. A fault says that they are beyond the limits; nothing was
/// written then.
pub(crate) fn take(
    tx: &Tx<'_>,
    found: &Found<'_>,
    now: Timestamp,
) -> sheaf_store::Result<Result<(), Fault>> {
    if found.members.is_empty() {
        return Ok(Ok(()));
    }
    let mut places = Vec::new();
    for place in places::of(tx, found.container)? {
        if !place.removed {
            let way = members::way(tx, &place)?;
            places.push((place, way));
        }
    }
    if let Err(fault) = within_limits(tx, &places, found.members)? {
        return Ok(Err(fault));
    }
    let collections = collections::of(tx, found.container)?;
    for member in found.members {
        let mut known = None;
        for (place, way) in &places {
            let place = (place, way.root.id);
            let document = take_one(tx, found, place, member, known, now)?;
            known = Some(document);
            for name in &collections {
                collections::put(tx, document, name, now.0)?;
            }
        }
    }
    Ok(Ok(()))
}

fn within_limits(
    tx: &Tx<'_>,
    places: &[(Place, Way)],
    members: &[Member],
) -> sheaf_store::Result<Result<(), Fault>> {
    let more = members
        .iter()
        .fold(0_u64, |sum, member| sum.saturating_add(member.bytes));
    let mut looked_at = HashSet::new();
    for (_, way) in places {
        if way.inside.len() >= MAX_DEPTH {
            let why = format!(
                "Archives in archives are followed {MAX_DEPTH} deep, and this one is deeper"
            );
            return Ok(Err(beyond(&why)));
        }
        if !looked_at.insert(way.root.id) {
            continue;
        }
        let (count, bytes) = members::load(tx, way.root.id)?;
        let most = UNPACKED.max(way.root.bytes.saturating_mul(EXPANSION));
        if count + members.len() as u64 > MAX_MEMBERS {
            let why = format!("{} holds more than {MAX_MEMBERS} files", way.root.name);
            return Ok(Err(beyond(&why)));
        }
        if bytes.saturating_add(more) > most {
            let why = format!("{} unpacks to more than {} MB", way.root.name, most >> 20);
            return Ok(Err(beyond(&why)));
        }
    }
    Ok(Ok(()))
}

fn beyond(why: &str) -> Fault {
    Fault::new(
        Code::PageTooLarge,
        format!("{why}. Unpack it yourself and add the folder."),
    )
}

/// `known` is the document of the same member at another place of the container.
fn take_one(
    tx: &Tx<'_>,
    found: &Found<'_>,
    container: (&Place, PlaceId),
    member: &Member,
    known: Option<DocumentId>,
    now: Timestamp,
) -> sheaf_store::Result<DocumentId> {
    let listed = members::at(tx, container.0.id, &member.name)?;
    let (document, is_new) = match (known, listed) {
        (Some(document), _) => (document, false),
        (None, Some(listed)) => renewed(tx, found, &listed, member, now)?,
        (None, None) => (documents::create(tx, found.settings, now.0)?.0, true),
    };
    members::put(tx, document, container, member, found.revision, now.0)?;
    if is_new {
        let job = intake::enqueue_found(tx, document, found.priority, now)?;
        events::note(tx, document, Some(job), "added", now.0)?;
    }
    Ok(document)
}

/// The document of a member that was listed before, and whether it is to be read.
fn renewed(
    tx: &Tx<'_>,
    found: &Found<'_>,
    listed: &Listed,
    member: &Member,
    now: Timestamp,
) -> sheaf_store::Result<(DocumentId, bool)> {
    let Some(document) = documents::get(tx, listed.place.document)? else {
        return Ok((documents::create(tx, found.settings, now.0)?.0, true));
    };
    let same_wish = has_settings(tx, &document, found.settings)?;
    let was_removed = document.removed || listed.place.removed;
    let is_alone = places::of(tx, document.id)?.len() == 1;
    match (listed.is_unchanged(member), same_wish) {
        (true, true) if !was_removed && document.state != DocumentState::Cancelled => {
            Ok((document.id, false))
        }
        (true, true) => {
            documents::resume_revision(tx, document.id)?;
            Ok((document.id, true))
        }
        (false, _) if !is_alone => Ok((documents::create(tx, found.settings, now.0)?.0, true)),
        (true, false) | (false, _) => {
            documents::begin_revision(tx, document.id, found.settings, now.0)?;
            Ok((document.id, true))
        }
    }
}

fn has_settings(
    tx: &Tx<'_>,
    document: &Document,
    settings: &ReadSettings,
) -> sheaf_store::Result<bool> {
    match document.building.or(document.current) {
        Some(revision) => Ok(revisions::get(tx, revision)?.settings == *settings),
        None => Ok(false),
    }
}

/// Whoever adds a container again wants what failed in it tried again.
pub(crate) fn try_again(
    tx: &Tx<'_>,
    container: DocumentId,
    priority: Priority,
    now: Timestamp,
) -> sheaf_store::Result<()> {
    for id in members::documents_inside(tx, container)? {
        let Some(document) = documents::get(tx, id)? else {
            continue;
        };
        if matches!(
            document.state,
            DocumentState::Failed | DocumentState::Cancelled
        ) {
            documents::resume_revision(tx, document.id)?;
            let job = intake::enqueue_found(tx, document.id, priority, now)?;
            events::note(tx, document.id, Some(job), "retried", now.0)?;
        }
    }
    Ok(())
}

/// Jobs of documents that left the library with their container go with them.
pub(crate) fn let_go(tx: &Tx<'_>, homeless: &[DocumentId], now: i64) -> sheaf_store::Result<()> {
    for document in homeless {
        sheaf_queue::forget_subject(tx, document.0)?;
        events::note(tx, *document, None, "forgotten", now)?;
    }
    Ok(())
}

/// Documents that came back with their container: what was not read to the end goes on.
pub(crate) fn go_on(tx: &Tx<'_>, back: &[DocumentId], now: Timestamp) -> sheaf_store::Result<()> {
    for document in back {
        events::note(tx, *document, None, "put_back", now.0)?;
        let unfinished = documents::get(tx, *document)?.is_some_and(|row| !row.state.is_final());
        if unfinished {
            documents::resume_revision(tx, *document)?;
            intake::enqueue_found(tx, *document, Priority::HIGH, now)?;
        }
    }
    Ok(())
}
