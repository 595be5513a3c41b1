//! The children that the tests start. Which one is told by the name under which the program is started.

use sheaf_document::{Code, Fault, Languages};
use sheaf_worker::{
    Child, ChildSpec, Limits, Request, Response, Setup, Task, Work, serve, serve_with,
};
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// A child of a certain behaviour: the honest one is `sheaf`.
pub(crate) struct Program {
    _folder: tempfile::TempDir,
    pub(crate) spec: ChildSpec,
}

/// Prepares a child that behaves as `name` says, with plenty of time and no assets.
pub(crate) fn program(name: &str, task: Task) -> Program {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join(name);
    std::os::unix::fs::symlink(std::env::current_exe().unwrap(), &program).unwrap();
    let spec = ChildSpec {
        program,
        task,
        assets: folder.path().join("assets"),
        languages: vec![Languages::default()],
        tessdata: None,
        model: "all-MiniLM-L6-v2".to_owned(),
        gentle: false,
        limits: Limits::default(),
    };
    Program {
        _folder: folder,
        spec,
    }
}

pub(crate) fn spawn(name: &str) -> Child {
    let program = program(name, Task::Read);
    Child::spawn(&program.spec).unwrap()
}

/// A request that carries one word.
pub(crate) fn ask(word: &str) -> Request {
    Request::Embed {
        texts: vec![word.to_owned()],
        query: false,
    }
}

/// `…/program --worker read`: the life of a child.
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let task = Task::parse(&arguments[2]).unwrap();
    let name = PathBuf::from(&arguments[0]);
    match name.file_name().unwrap().to_str().unwrap() {
        "sheaf" => serve(task),
        "noise" => say(b"\x08\0\0\0no frame"),
        "other-protocol" => say(b"\x02\0\0\0\x63\0"),
        "leaves" => {
            let _ = std::io::stderr().write_all(b"a library is missing\n");
            ExitCode::from(127)
        }
        "endless" => say(&u32::MAX.to_le_bytes()),
        "unready" => serve_with(task, |_| Err(Fault::new(Code::ModelMissing, "no model"))),
        "probe" => serve_with(task, |_| Ok(Box::new(crate::locked::Probe))),
        "inheritance" => {
            let seen = crate::start::inheritance();
            serve_with(task, |_| Ok(Box::new(Says(seen))))
        }
        other => {
            let behaviour = behaviour(other);
            serve_with(task, move |_: &Setup| Ok(Box::new(Does(behaviour))))
        }
    }
}

/// `… --parent NAME`: starts a child, tells its id and leaves it at work.
pub(crate) fn parent(name: &str) -> ExitCode {
    let mut child = spawn(name);
    println!("{}", child.pid());
    let _ = child.call(&ask(""), None);
    ExitCode::SUCCESS
}

/// Says something at once and then nothing more.
fn say(bytes: &[u8]) -> ExitCode {
    let socket = std::io::stdin();
    let mut socket = File::from(socket.as_fd().try_clone_to_owned().unwrap());
    socket.write_all(bytes).unwrap();
    wait_forever()
}

fn wait_forever() -> ! {
    loop {
        std::thread::park();
    }
}

fn behaviour(name: &str) -> fn() -> Response {
    match name {
        "waits" => || wait_forever(),
        "computes" => || loop {
            std::hint::spin_loop()
        },
        // More than the limit, less than what the system refuses.
        "eats" => || {
            let eaten = vec![1u8; 96 << 20];
            std::hint::black_box(&eaten);
            wait_forever()
        },
        "swallows" => || {
            std::hint::black_box(Vec::<u8>::with_capacity(16 << 30));
            wait_forever()
        },
        "aborts" => || {
            let _ = std::io::stderr().write_all(b"goodbye\n");
            std::process::abort()
        },
        "panics" => || panic!("of glass"),
        "answers-wrong" => || Response::Closed,
        _ => panic!("no such child"),
    }
}

struct Does(fn() -> Response);

impl Work for Does {
    fn answer(&mut self, _: Request, _: Option<File>) -> Result<Response, Fault> {
        Ok((self.0)())
    }

    fn abandon(&mut self) {}
}

/// Answers everything with the same words.
struct Says(String);

impl Work for Says {
    fn answer(&mut self, _: Request, _: Option<File>) -> Result<Response, Fault> {
        Err(Fault::new(Code::Cancelled, &*self.0))
    }

    fn abandon(&mut self) {}
}

/// The detail of a failed request: the way in which test children tell what they saw.
pub(crate) fn told(response: Response) -> String {
    match response {
        Response::Failed(fault) => fault.detail,
        other => panic!("told nothing: {other:?}"),
    }
}

/// Waits until a process has ended (a zombie has), for half a minute at most.
pub(crate) fn ends(pid: u32) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let pid = Pid::from_raw(pid as i32).unwrap();
    let Ok(pidfd) = pidfd_open(pid, PidfdFlags::empty()) else {
        return true;
    };
    let patience = Timespec {
        tv_sec: 30,
        tv_nsec: 0,
    };
    let mut fds = [PollFd::new(&pidfd, PollFlags::IN)];
    poll(&mut fds, Some(&patience)).unwrap() == 1
}

/// A file with this content, open for reading.
pub(crate) fn file(content: &[u8]) -> File {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file.reopen().unwrap()
}

/// Limits under which nothing takes long.
pub(crate) fn short() -> Limits {
    Limits {
        open_wall: Duration::from_millis(200),
        page_wall: Duration::from_millis(200),
        ..Limits::default()
    }
}

/// The installed assets.
pub(crate) fn assets() -> PathBuf {
    let cache = || {
        let home = || Path::new(&std::env::var_os("HOME").unwrap()).join(".cache");
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
        cache.join("sheaf/assets")
    };
    let assets = std::env::var_os("SHEAF_ASSETS").map_or_else(cache, PathBuf::from);
    assert!(
        assets.is_dir(),
        "assets are missing: run cargo xtask assets"
    );
    assets
}
