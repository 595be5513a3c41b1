//! Real children: this program is the test and, started again by the tests, the child.
//! It has a main of its own because a child is chosen by its command line.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[cfg(target_os = "linux")]
mod children;
#[cfg(target_os = "linux")]
mod locked;
#[cfg(target_os = "linux")]
mod lost;
#[cfg(target_os = "linux")]
mod real;
#[cfg(target_os = "linux")]
mod start;

#[cfg(not(target_os = "linux"))]
fn main() {}

/// A rule and the test that holds it.
#[cfg(target_os = "linux")]
type Rule = (&'static str, fn());

#[cfg(target_os = "linux")]
macro_rules! rules {
    ($($module:ident :: $rule:ident),* $(,)?) => {
        [$((stringify!($rule), $module::$rule as fn())),*]
    };
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--worker") => children::main(&arguments),
        Some("--parent") => children::parent(&arguments[2]),
        _ => run(&arguments[1..]),
    }
}

#[cfg(target_os = "linux")]
fn run(arguments: &[String]) -> std::process::ExitCode {
    let rules: &[Rule] = &rules![
        start::a_child_says_that_it_is_locked,
        start::a_program_that_is_not_there_is_no_child,
        start::a_gentle_child_takes_the_processors_that_others_leave,
        start::a_child_that_lacks_something_says_what,
        start::a_child_inherits_no_files_and_no_environment,
        start::nothing_is_left_in_the_parent,
        start::a_closed_socket_ends_a_child,
        start::a_busy_child_dies_with_its_parent,
        start::an_interrupt_from_the_terminal_is_the_parents_business,
        lost::a_killed_child_is_a_crash_and_the_next_one_works,
        lost::a_stopper_ends_a_call_under_way,
        lost::a_child_that_does_not_answer_runs_out_of_time,
        lost::a_child_that_only_computes_runs_out_of_processor_time,
        lost::memory_beyond_the_limit_ends_a_child,
        lost::a_refused_allocation_is_out_of_memory,
        lost::one_that_greets_with_noise_is_no_worker,
        lost::one_that_ends_before_it_greets_is_no_worker,
        lost::one_of_another_protocol_is_no_worker,
        lost::the_answer_to_another_question_is_garbage,
        lost::one_that_greets_without_end_is_no_worker,
        lost::last_words_tell_why_a_child_crashed,
        lost::a_panic_fails_the_request_and_the_child_goes_on,
        lost::a_large_request_does_not_hang_on_a_stopped_child,
        locked::a_locked_child_has_nothing_but_its_open_file,
        locked::a_reading_child_may_look_at_fonts,
        locked::the_file_is_read_only_and_has_a_position_of_its_own,
        real::a_text_is_opened_hashed_and_read,
        real::requests_out_of_turn_fail_and_the_child_goes_on,
        real::a_file_that_is_none_fails,
        real::a_pdf_is_read_and_drawn_in_a_locked_child,
        real::a_scan_is_recognised_in_a_locked_child,
        real::texts_are_embedded_in_a_locked_child,
    ];
    let wanted = |name: &str| {
        let mut words = arguments.iter().filter(|a| !a.starts_with("--")).peekable();
        words.peek().is_none() || words.any(|word| name.contains(word.as_str()))
    };
    let mut failed = 0;
    for (name, rule) in rules.iter().filter(|(name, _)| wanted(name)) {
        let kept = std::panic::catch_unwind(rule).is_ok();
        println!("test {name} ... {}", if kept { "ok" } else { "FAILED" });
        failed += u8::from(!kept);
    }
    std::process::ExitCode::from(failed)
}
