//! What becomes of a job when its claim ends.

use std::time::Duration;

use sheaf_queue::{
    NewJob, Outcome, RetryPolicy, Settled, State, Timestamp, attempts, cancel, cut_back_offs,
    pause_job, pause_lane, resume_job, resume_lane, settle,
};

use crate::queue::{LANE, MINUTE, Queue, fault, give_up, plain, recorded};

fn outcomes(queue: &Queue, job: sheaf_queue::JobId) -> Vec<(u32, String)> {
    attempts(&queue.conn, &[job])
        .unwrap()
        .into_iter()
        .map(|row| (row.attempt, row.outcome.unwrap()))
        .collect()
}

#[test]
fn done_is_completed() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.wait(MINUTE);
    assert_eq!(
        queue.settle(&claim, &Outcome::Done),
        recorded(State::Completed)
    );
    let row = queue.job(claim.job);
    assert_eq!(
        (row.finished_at, row.engine, row.code),
        (Some(queue.now), None, None)
    );
    assert_eq!(outcomes(&queue, claim.job), [(1, "done".into())]);
}

#[test]
fn done_with_problems_says_which() {
    let mut queue = Queue::new();
    let claim = queue.running();
    let outcome = Outcome::Problems {
        code: "pages".into(),
        message: "Page 17.".into(),
    };
    assert_eq!(queue.settle(&claim, &outcome), recorded(State::Problems));
    let row = queue.job(claim.job);
    assert_eq!(
        (row.code.as_deref(), row.message.as_deref()),
        (Some("pages"), Some("Page 17."))
    );
}

#[test]
fn a_fault_is_tried_again_later_counted_from_the_fault() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.wait(90 * MINUTE);
    let due = Timestamp(queue.now.0 + MINUTE);
    let settled = queue.settle(&claim, &fault());
    assert_eq!(
        settled,
        Settled::Recorded {
            state: State::Retrying,
            not_before: Some(due)
        }
    );
    let row = queue.job(claim.job);
    assert_eq!(
        (row.state, row.not_before, row.attempt),
        (State::Retrying, Some(due), 1)
    );
    assert_eq!(row.code.as_deref(), Some("drive_gone"));
    queue.wait(MINUTE - 1);
    assert_eq!(queue.claim(), None);
    queue.wait(1);
    assert_eq!(queue.claim().unwrap().attempt, 2);
}

#[test]
fn the_third_fault_is_the_last() {
    let mut queue = Queue::new();
    let claim = queue.running();
    let job = claim.job;
    queue.settle(&claim, &fault());
    for (attempt, state) in [(2, State::Retrying), (3, State::Failed)] {
        queue.wait(10 * MINUTE);
        let claim = queue.claim().unwrap();
        assert_eq!(claim.attempt, attempt);
        queue.settle(&claim, &fault());
        assert_eq!(queue.state(job), state, "after fault {attempt}");
    }
    queue.wait(1_000 * MINUTE);
    assert_eq!(queue.claim(), None, "nobody tries it a fourth time");
    let fault = || "fault".to_owned();
    assert_eq!(
        outcomes(&queue, job),
        [(1, fault()), (2, fault()), (3, fault())]
    );
}

#[test]
fn a_permanent_fault_is_never_retried() {
    let mut queue = Queue::new();
    let claim = queue.running();
    assert_eq!(queue.settle(&claim, &give_up()), recorded(State::Failed));
    assert_eq!(queue.job(claim.job).code.as_deref(), Some("file_corrupt"));
}

#[test]
fn giving_way_costs_no_attempt_however_often() {
    let mut queue = Queue::new();
    let mut claim = queue.running();
    for _ in 0..10 {
        assert_eq!(
            queue.settle(&claim, &Outcome::Yield),
            recorded(State::Queued)
        );
        claim = queue.claim().unwrap();
        assert_eq!(claim.attempt, 1);
    }
}

#[test]
fn giving_way_keeps_progress_and_the_words_of_the_last_fault() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    queue.wait(MINUTE);
    let claim = queue.claim().unwrap();
    let progress = sheaf_queue::Progress {
        stage: "reading",
        done: 5,
        total: None,
    };
    queue.write(|tx, now| sheaf_queue::checkpoint(tx, &claim, &progress, now));
    queue.settle(&claim, &Outcome::Yield);
    let row = queue.job(claim.job);
    assert_eq!((row.done, row.code.as_deref()), (5, Some("drive_gone")));
}

#[test]
fn success_after_a_fault_leaves_no_words_of_it() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    queue.wait(MINUTE);
    let claim = queue.claim().unwrap();
    queue.settle(&claim, &Outcome::Done);
    assert_eq!(queue.job(claim.job).code, None);
}

#[test]
fn a_paused_job_lands_in_paused() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, _| pause_job(tx, claim.job));
    assert_eq!(
        queue.settle(&claim, &Outcome::Yield),
        recorded(State::Paused)
    );
    queue.write(|tx, now| resume_job(tx, claim.job, now));
    assert_eq!(queue.state(claim.job), State::Queued);
}

#[test]
fn a_paused_lane_gets_its_job_back_in_line() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, _| pause_lane(tx, LANE));
    assert_eq!(
        queue.settle(&claim, &Outcome::Yield),
        recorded(State::Queued)
    );
    assert_eq!(queue.claim(), None);
    queue.write(|tx, _| resume_lane(tx, LANE));
    assert!(queue.claim().is_some());
}

#[test]
fn a_fault_under_a_pause_waits_out_its_back_off_after_resuming() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.write(|tx, _| pause_job(tx, claim.job));
    queue.settle(&claim, &fault());
    assert_eq!(queue.state(claim.job), State::Paused);
    queue.write(|tx, now| resume_job(tx, claim.job, now));
    assert_eq!(queue.state(claim.job), State::Retrying);
    queue.wait(MINUTE);
    assert_eq!(queue.claim().unwrap().attempt, 2);
}

#[test]
fn a_wish_to_cancel_wins_over_everything_but_success() {
    fn check(outcome: &Outcome, expect: State) {
        let mut queue = Queue::new();
        let claim = queue.running();
        queue.write(|tx, now| cancel(tx, claim.job, now));
        queue.settle(&claim, outcome);
        assert_eq!(queue.state(claim.job), expect, "{outcome:?}");
        assert_eq!(queue.job(claim.job).wish, None, "{outcome:?}");
    }
    check(&Outcome::Cancelled, State::Cancelled);
    check(&Outcome::Yield, State::Cancelled);
    check(&fault(), State::Cancelled);
    check(&give_up(), State::Cancelled);
    check(&Outcome::Done, State::Completed);
}

#[test]
fn the_wait_doubles_up_to_its_cap() {
    let policy = RetryPolicy::default();
    let waits: Vec<u64> = (1..=6)
        .map(|faults| policy.delay(faults, 1.0).as_secs())
        .collect();
    assert_eq!(waits, [60, 120, 240, 480, 600, 600]);
    assert_eq!(policy.delay(u32::MAX, 1.0), policy.cap);
}

#[test]
fn jitter_takes_between_a_half_and_all_of_the_wait() {
    let policy = RetryPolicy::default();
    assert_eq!(policy.delay(1, 0.0), Duration::from_secs(30));
    assert_eq!(policy.delay(1, 0.5), Duration::from_secs(45));
    assert_eq!(policy.delay(1, 7.0), Duration::from_secs(60));
    assert_eq!(policy.delay(1, f64::NAN), Duration::from_secs(30));
}

#[test]
fn a_clock_that_is_set_back_makes_no_back_off_longer() {
    let mut queue = Queue::new();
    let claim = queue.running();
    queue.settle(&claim, &fault());
    let later = queue.add_job(&NewJob {
        not_before: Some(queue.now.after(Duration::from_secs(3600))),
        ..plain()
    });
    queue.wait(-24 * 60 * MINUTE);
    let latest = queue.now.after(RetryPolicy::default().cap);
    assert_eq!(queue.write(|tx, _| cut_back_offs(tx, latest)), 1);
    assert_eq!(queue.job(claim.job).not_before, Some(latest));
    let named = queue.job(later).not_before;
    assert!(
        named > Some(latest),
        "a time that was named stays: {named:?}"
    );
    assert_eq!(queue.write(|tx, _| cut_back_offs(tx, latest)), 0);
}

#[test]
fn the_policy_decides_how_often() {
    let mut queue = Queue::new();
    let claim = queue.running();
    let once = RetryPolicy {
        max_attempts: 1,
        ..RetryPolicy::default()
    };
    let settled = queue.write(|tx, now| settle(tx, &claim, &fault(), &once, now, 0.0));
    assert_eq!(settled, recorded(State::Failed));
}
