//! A claim that is lost can write nothing.

use sheaf_queue::{
    Claim, Held, Outcome, Priority, Progress, Settled, State, StopWish, attempts, cancel,
    checkpoint, fail_by_hand, forget_subject, hold, holds_role, pause_all, pause_job, pause_lane,
    resume_all, resume_job, take_back,
};

use crate::queue::{LANE, Queue, give_up, recorded};

const PAGE_3: Progress = Progress {
    stage: "reading",
    done: 3,
    total: Some(12),
};

fn checkpointed(queue: &mut Queue, claim: &Claim) -> Held {
    queue.write(|tx, now| checkpoint(tx, claim, &PAGE_3, now))
}

/// Nothing a lost claim does may change anything.
fn assert_lost(queue: &mut Queue, claim: &Claim) {
    let before = (
        sheaf_queue::job(&queue.conn, claim.job),
        attempts(&queue.conn, &[claim.job]),
    );
    assert!(!queue.write(|tx, _| hold(tx, claim)), "hold");
    assert_eq!(checkpointed(queue, claim), Held::Lost);
    for outcome in [Outcome::Done, Outcome::Yield, Outcome::Cancelled, give_up()] {
        assert_eq!(
            queue.settle(claim, &outcome),
            Settled::ClaimLost,
            "{outcome:?}"
        );
    }
    let after = (
        sheaf_queue::job(&queue.conn, claim.job),
        attempts(&queue.conn, &[claim.job]),
    );
    assert_eq!(before.0.unwrap(), after.0.unwrap(), "the job");
    assert_eq!(before.1.unwrap(), after.1.unwrap(), "its history");
}

#[test]
fn a_good_claim_holds_and_stores_progress() {
    let mut queue = Queue::new();
    let claim = queue.running();
    assert!(queue.write(|tx, _| hold(tx, &claim)));
    assert_eq!(checkpointed(&mut queue, &claim), Held::Yes);
    let row = queue.job(claim.job);
    assert_eq!(
        (row.stage.as_deref(), row.done, row.total),
        (Some("reading"), 3, Some(12))
    );
    assert_eq!(row.progress_at, Some(queue.now));
}

#[test]
fn progress_without_a_total_keeps_the_known_one() {
    let mut queue = Queue::new();
    let claim = queue.running();
    checkpointed(&mut queue, &claim);
    let next = Progress {
        done: 4,
        total: None,
        ..PAGE_3
    };
    queue.write(|tx, now| checkpoint(tx, &claim, &next, now));
    assert_eq!(queue.job(claim.job).total, Some(12));
}

#[test]
fn a_claim_is_lost_once_settled() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &Outcome::Done);
    assert_lost(&mut queue, &claim);
}

#[test]
fn a_claim_is_lost_when_its_job_is_claimed_again() {
    let mut queue = Queue::new();
    let old = queue.running();
    queue.settle(&old, &Outcome::Yield);
    let new = queue.claim().unwrap();
    assert_eq!(new.job, old.job);
    assert_lost(&mut queue, &old);
    assert_eq!(
        queue.settle(&new, &Outcome::Done),
        recorded(State::Completed)
    );
}

#[test]
fn a_claim_is_lost_the_moment_another_engine_takes_over() {
    let mut queue = Queue::new();
    let claim = queue.running();
    let old = queue.replace_engine();
    assert!(!holds_role(&queue.conn, old).unwrap());
    assert_eq!(
        queue.state(claim.job),
        State::Processing,
        "not taken back yet"
    );
    assert_lost(&mut queue, &claim);
}

#[test]
fn a_claim_of_an_old_engine_stays_lost_after_the_new_one_claimed() {
    let mut queue = Queue::new();
    let old = queue.running();
    queue.replace_engine();
    let engine = queue.engine();
    queue.write(|tx, now| take_back(tx, engine, now));
    assert_lost(&mut queue, &old);
    let new = queue.claim().unwrap();
    assert_eq!(new.job, old.job);
    assert_lost(&mut queue, &old);
    assert!(queue.write(|tx, _| hold(tx, &new)));
}

#[test]
fn a_claim_with_a_forged_engine_is_no_claim() {
    let mut queue = Queue::new();
    let old = queue.running();
    queue.replace_engine();
    let forged = Claim {
        engine: queue.engine(),
        ..old
    };
    assert_lost(&mut queue, &forged);
}

#[test]
fn a_claim_is_lost_when_its_job_is_failed_by_hand() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, now| fail_by_hand(tx, claim.job, "stuck", now));
    assert_lost(&mut queue, &claim);
}

#[test]
fn a_claim_is_lost_when_its_subject_is_forgotten() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, _| forget_subject(tx, claim.subject));
    assert_lost(&mut queue, &claim);
}

#[test]
fn a_checkpoint_tells_of_a_cancel_and_stores_all_the_same() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, now| cancel(tx, claim.job, now));
    assert_eq!(
        checkpointed(&mut queue, &claim),
        Held::Stop(StopWish::Cancel)
    );
    assert_eq!(queue.job(claim.job).done, 3);
}

#[test]
fn a_checkpoint_tells_of_a_pause_of_the_job_the_lane_or_all() {
    let mut queue = Queue::new();
    let claim = queue.running();
    let stop = Held::Stop(StopWish::Pause);
    queue.write(|tx, _| pause_job(tx, claim.job));
    assert_eq!(checkpointed(&mut queue, &claim), stop, "the job");
    queue.write(|tx, now| resume_job(tx, claim.job, now));
    assert_eq!(checkpointed(&mut queue, &claim), Held::Yes);
    queue.write(|tx, _| pause_lane(tx, LANE));
    assert_eq!(checkpointed(&mut queue, &claim), stop, "the lane");
    queue.write(|tx, _| sheaf_queue::resume_lane(tx, LANE));
    queue.write(|tx, _| pause_all(tx));
    assert_eq!(checkpointed(&mut queue, &claim), stop, "all");
    queue.write(|tx, _| resume_all(tx));
    assert_eq!(checkpointed(&mut queue, &claim), Held::Yes);
}

#[test]
fn a_cancel_is_told_before_a_pause() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, now| cancel(tx, claim.job, now));
    queue.write(|tx, _| pause_job(tx, claim.job));
    queue.write(|tx, _| pause_all(tx));
    assert_eq!(
        checkpointed(&mut queue, &claim),
        Held::Stop(StopWish::Cancel)
    );
}

#[test]
fn an_epoch_never_falls() {
    let mut queue = Queue::new();
    queue.add(Priority::NORMAL);
    queue.claim().unwrap();
    for table in ["jobs", "engine"] {
        let lowered = queue
            .conn
            .execute(&format!("UPDATE {table} SET epoch = epoch - 1"), []);
        assert!(lowered.is_err(), "{table}");
    }
}
