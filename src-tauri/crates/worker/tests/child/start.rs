//! How children begin and end.

use crate::children::{ask, ends, program, spawn, told};
use rustix::process::{Pid, Signal, kill_process};
use sheaf_document::Code;
use sheaf_worker::{Child, Locked, Loss, Request, Response, Task};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

pub(crate) fn a_child_says_that_it_is_locked() {
    let child = spawn("sheaf");
    let everything = Locked {
        landlock: true,
        seccomp: true,
    };
    assert_eq!(child.locked(), everything, "does this kernel have both?");
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.pid())).unwrap();
    assert!(status.contains("Seccomp:\t2\n"), "the kernel says so too");
    assert!(status.contains("NoNewPrivs:\t1\n"));
    assert!(child.rss_bytes() > 1 << 20);
}

pub(crate) fn a_gentle_child_takes_the_processors_that_others_leave() {
    let niceness = |gentle| {
        let mut program = program("sheaf", Task::Read);
        program.spec.gentle = gentle;
        let child = Child::spawn(&program.spec).unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.pid())).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        // Field 19 of proc_pid_stat(5); the state, field 3, comes first here.
        let field = fields.split_ascii_whitespace().nth(16).unwrap();
        field.parse::<i32>().unwrap()
    };
    assert_eq!(niceness(true) - niceness(false), 10);
}

pub(crate) fn a_program_that_is_not_there_is_no_child() {
    let mut program = program("sheaf", Task::Read);
    program.spec.program.push("nothing");
    let loss = Child::spawn(&program.spec).err().unwrap();
    assert!(matches!(loss, Loss::Spawn(_)), "{loss}");
    assert_eq!(loss.code(), Code::WorkerUnavailable);
}

pub(crate) fn a_child_that_lacks_something_says_what() {
    let loss = Child::spawn(&program("unready", Task::Read).spec)
        .err()
        .unwrap();
    assert_eq!(loss.code(), Code::ModelMissing, "{loss}");
    let mut program = program("sheaf", Task::Index);
    program.spec.model = "no-such-model".to_owned();
    let loss = Child::spawn(&program.spec).err().unwrap();
    assert_eq!(loss.code(), Code::ModelMissing, "{loss}");
}

/// What a child sees before it does anything: its open files and its environment.
pub(crate) fn inheritance() -> String {
    let names: BTreeSet<String> = std::env::vars().map(|(name, _)| name).collect();
    format!("{:?} {names:?}", open_files())
}

pub(crate) fn a_child_inherits_no_files_and_no_environment() {
    // Without close-on-exec, as a careless library would leave it.
    let _careless = rustix::io::dup(std::io::stderr()).unwrap();
    let seen = told(spawn("inheritance").call(&ask(""), None).unwrap());
    let (files, environment) = seen.split_once(' ').unwrap();
    assert_eq!(files, "3", "its three streams and nothing else: {seen}");
    for name in environment.trim_matches(['{', '}']).split(", ") {
        let expected = ["LANG", "OMP_THREAD_LIMIT", "LD_LIBRARY_PATH"];
        assert!(expected.contains(&name.trim_matches('"')), "{name}");
    }
}

/// How many files are open, but for the folder that is listed.
fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count() - 1
}

pub(crate) fn nothing_is_left_in_the_parent() {
    let before = open_files();
    let mut pids = Vec::new();
    for name in ["sheaf", "aborts", "waits"] {
        let mut child = spawn(name);
        pids.push(child.pid());
        if name == "aborts" {
            assert!(child.call(&ask(""), None).is_err());
        }
    }
    assert_eq!(open_files(), before, "files");
    for pid in pids {
        let entry = format!("/proc/{pid}");
        assert!(!std::path::Path::new(&entry).exists(), "not even a zombie");
    }
}

pub(crate) fn a_closed_socket_ends_a_child() {
    let program = program("sheaf", Task::Read);
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut child = Command::new(&program.spec.program)
        .args(["--worker", "read"])
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    drop(ours);
    assert!(child.wait().unwrap().success());
}

pub(crate) fn a_busy_child_dies_with_its_parent() {
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--parent", "computes"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(parent.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    let pid: u32 = line.trim().parse().unwrap();
    // An idle child would be ended by the closed socket.
    until_it_computes(pid);
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(ends(pid), "the child outlived its parent");
}

/// Waits until a process has used a tenth of a second more of processor time.
fn until_it_computes(pid: u32) {
    let used = || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let user: u64 = fields.split_whitespace().nth(11).unwrap().parse().unwrap();
        user
    };
    let before = used();
    while used() < before + 10 {
        std::thread::yield_now();
    }
}

pub(crate) fn an_interrupt_from_the_terminal_is_the_parents_business() {
    let mut child = spawn("sheaf");
    let pid = Pid::from_raw(child.pid() as i32).unwrap();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        kill_process(pid, signal).unwrap();
        assert_eq!(child.call(&Request::Ping, None), Ok(Response::Pong));
    }
}
