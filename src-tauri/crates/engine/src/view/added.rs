//! What became of files that were added.

use sheaf_store::table::documents::DocumentState;
use sheaf_store::table::members;
use sheaf_store::table::places::{self, Place};
use sheaf_store::{Conn, Library};

use super::documents::{Seen, see};
use crate::Result;
use crate::answer::{AddAnswer, Intake, Problem};

/// Brings the answers of an `add` up to date: where each file's document stands now, and behind it what was found inside
/// it meanwhile.
pub(crate) fn refresh(library: &Library, answers: &mut Vec<AddAnswer>) -> Result<()> {
    let conn = library.read()?;
    let mut fresh = Vec::with_capacity(answers.len());
    for mut answer in answers.drain(..) {
        if answer.inside {
            continue;
        }
        renew(&conn, &mut answer)?;
        let place = places::at(&conn, &answer.raw)?;
        fresh.push(answer);
        if let Some(place) = place {
            found_inside(&conn, &place, &mut fresh)?;
        }
    }
    *answers = fresh;
    Ok(())
}

/// One answer for each member, those of a member behind it.
fn found_inside(conn: &Conn, container: &Place, answers: &mut Vec<AddAnswer>) -> Result<()> {
    for listed in members::of(conn, container.id)? {
        let place = listed.place;
        let mut answer = AddAnswer::new(place.path.clone(), Some(container.path.clone()));
        answer.document = Some(place.document);
        answer.inside = true;
        let jobs = sheaf_queue::jobs_of(conn, place.document.0)?;
        answer.job = jobs
            .iter()
            .find(|job| job.kind == "read")
            .map(|job| job.job);
        renew(conn, &mut answer)?;
        answers.push(answer);
        found_inside(conn, &place, answers)?;
    }
    Ok(())
}

fn renew(conn: &Conn, answer: &mut AddAnswer) -> Result<()> {
    let Some(asked) = answer.document else {
        return Ok(());
    };
    let seen = see(conn, asked)?;
    let state = seen.document.state;
    answer.state = Some(state);
    answer.pages_total = seen.revision.as_ref().and_then(|r| r.pages_total);
    answer.pages_read = seen.counts.read;
    answer.problems = seen.problems(conn)?;
    answer.position = match answer.job {
        Some(job) => sheaf_queue::position(conn, job)?,
        None => None,
    };
    if seen.document.id != asked {
        answer.document = Some(seen.document.id);
        answer.intake = Intake::Duplicate;
    }
    if state == DocumentState::Unsupported {
        answer.intake = Intake::Unsupported;
    }
    answer.code = seen.document.fault.as_ref().map(|f| f.code);
    answer.message = message(&seen, &answer.problems, answer.intake);
    answer.problems.extend(seen.notes(conn)?);
    Ok(())
}

/// What happened, what was kept, what to do; nothing where all is well.
fn message(seen: &Seen, problems: &[Problem], intake: Intake) -> Option<String> {
    if let Some(fault) = &seen.document.fault {
        return Some(fault.detail.clone());
    }
    match (problems, intake, seen.document.state) {
        ([one], ..) => Some(format!(
            "Page {} could not be read. The other {} are searchable.",
            one.page, seen.counts.read
        )),
        ([_, ..], ..) => Some(format!(
            "{} pages could not be read. The other {} are searchable.",
            problems.len(),
            seen.counts.read
        )),
        ([], _, DocumentState::Cancelled) => {
            Some("Cancelled. What was read stays searchable; add it again to go on.".to_owned())
        }
        ([], Intake::Queued | Intake::Duplicate, _) => None,
        ([], Intake::Unsupported | Intake::Refused, _) => None,
    }
}
