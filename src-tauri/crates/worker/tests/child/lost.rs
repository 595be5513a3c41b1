//! How children are lost, each way by a real cause.

use crate::children::{ask, program, short, spawn};
use rustix::process::{Pid, Signal, kill_process};
use sheaf_document::{Code, Fault};
use sheaf_worker::{Child, Limits, Loss, Request, Response, Task};
use std::time::Duration;

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(child.pid() as i32).unwrap(), signal).unwrap();
}

/// The loss of a child that behaves as `name` says, under these limits.
fn loss(name: &str, limits: Limits) -> Loss {
    let mut program = program(name, Task::Read);
    program.spec.limits = limits;
    let lost = Child::spawn(&program.spec).and_then(|mut child| {
        let answer = child.call(&ask(""), None);
        assert_eq!(child.rss_bytes(), 0, "it is gone");
        assert_eq!(child.call(&ask(""), None), answer, "and stays gone");
        answer
    });
    lost.unwrap_err()
}

pub(crate) fn a_killed_child_is_a_crash_and_the_next_one_works() {
    let mut child = spawn("waits");
    let pid = Pid::from_raw(child.pid() as i32).unwrap();
    let killer = std::thread::spawn(move || kill_process(pid, Signal::KILL));
    let lost = child.call(&ask(""), None).unwrap_err();
    killer.join().unwrap().unwrap();
    assert!(
        matches!(
            lost,
            Loss::Crashed {
                signal: Some(9),
                exit: None,
                ..
            }
        ),
        "{lost}"
    );
    assert_eq!(lost.code(), Code::WorkerCrashed);
    assert_eq!(
        spawn("sheaf").call(&Request::Ping, None),
        Ok(Response::Pong)
    );
}

pub(crate) fn a_stopper_ends_a_call_under_way() {
    let mut child = spawn("waits");
    let stopper = child.stopper();
    let quitting = std::thread::spawn(move || stopper.stop());
    let lost = child.call(&ask(""), None).unwrap_err();
    quitting.join().unwrap();
    assert_eq!(lost.code(), Code::WorkerCrashed);
    // Its process id may be someone else's by now.
    child.stopper().stop();
}

pub(crate) fn a_child_that_does_not_answer_runs_out_of_time() {
    let mut program = program("sheaf", Task::Read);
    program.spec.limits = short();
    let mut child = Child::spawn(&program.spec).unwrap();
    signal(&child, Signal::STOP);
    let lost = child.call(&Request::Ping, None).unwrap_err();
    assert_eq!(lost, Loss::TimedOut { seconds: 0 });
    assert_eq!(lost.code(), Code::TimedOut);
}

pub(crate) fn a_child_that_only_computes_runs_out_of_processor_time() {
    let limits = Limits {
        page_cpu: Duration::from_millis(100),
        page_wall: Duration::from_secs(600),
        ..Limits::default()
    };
    assert_eq!(loss("computes", limits), Loss::TimedOut { seconds: 0 });
}

pub(crate) fn memory_beyond_the_limit_ends_a_child() {
    let limits = Limits {
        memory_bytes: 80 << 20,
        page_wall: Duration::from_secs(20),
        ..Limits::default()
    };
    let lost = loss("eats", limits);
    assert_eq!(lost, Loss::OutOfMemory { limit: 80 << 20 });
    assert_eq!(lost.code(), Code::OutOfMemory);
}

pub(crate) fn a_refused_allocation_is_out_of_memory() {
    let limits = Limits {
        page_wall: Duration::from_secs(20),
        ..Limits::default()
    };
    let lost = loss("swallows", limits);
    assert_eq!(lost, Loss::OutOfMemory { limit: 1 << 30 });
}

/// What does not greet as a worker does is none, and no document is to blame.
fn is_no_worker(name: &str, because: &str) {
    let lost = loss(name, Limits::default());
    assert!(
        matches!(&lost, Loss::Spawn(why) if why.contains(because)),
        "{lost}"
    );
    assert_eq!(lost.code(), Code::WorkerUnavailable);
}

pub(crate) fn one_that_greets_with_noise_is_no_worker() {
    is_no_worker("noise", "nonsense");
}

pub(crate) fn one_that_ends_before_it_greets_is_no_worker() {
    is_no_worker("leaves", "exit code 127): a library is missing");
}

pub(crate) fn one_of_another_protocol_is_no_worker() {
    is_no_worker("other-protocol", "nonsense");
}

pub(crate) fn one_that_greets_without_end_is_no_worker() {
    is_no_worker("endless", "nonsense");
}

pub(crate) fn the_answer_to_another_question_is_garbage() {
    let lost = loss("answers-wrong", Limits::default());
    assert!(matches!(lost, Loss::Garbage(_)), "{lost}");
    assert_eq!(lost.code(), Code::WorkerGarbage);
}

pub(crate) fn last_words_tell_why_a_child_crashed() {
    let lost = loss("aborts", Limits::default());
    let Loss::Crashed { signal, said, .. } = &lost else {
        panic!("{lost}");
    };
    assert_eq!((*signal, said.as_str()), (Some(6), "goodbye\n"));
    assert!(Fault::from(lost).detail.contains("goodbye"));
}

pub(crate) fn a_panic_fails_the_request_and_the_child_goes_on() {
    let mut child = spawn("panics");
    let response = child.call(&Request::ReadPage { page: 0 }, None);
    let fault = Fault::new(Code::PageCorrupt, "panicked: of glass");
    assert_eq!(response, Ok(Response::Failed(fault)));
    assert_eq!(child.call(&Request::Ping, None), Ok(Response::Pong));
}

pub(crate) fn a_large_request_does_not_hang_on_a_stopped_child() {
    let mut program = program("sheaf", Task::Read);
    program.spec.limits = short();
    let mut child = Child::spawn(&program.spec).unwrap();
    signal(&child, Signal::STOP);
    let lost = child.call(&ask(&"x".repeat(16 << 20)), None).unwrap_err();
    assert_eq!(lost, Loss::TimedOut { seconds: 0 });
}
