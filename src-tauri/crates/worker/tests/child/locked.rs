//! What a locked child cannot do. Each attempt is also made here, unlocked, and must succeed.

use crate::children::{ask, file, program, spawn, told};
use sheaf_document::{Code, Fault, ReadSettings};
use sheaf_worker::{Child, Request, Response, Task, Work};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, Stdio};

type Attempt = fn() -> io::Result<()>;

/// What no child may do.
const FORBIDDEN: [(&str, Attempt); 9] = [
    ("open a file", || File::open("/etc/passwd").map(drop)),
    ("list a folder", || std::fs::read_dir("/").map(drop)),
    ("write a file", || tempfile::tempfile().map(drop)),
    ("open a socket", || {
        std::net::UdpSocket::bind("127.0.0.1:0").map(drop)
    }),
    ("open a socket pair", || {
        std::os::unix::net::UnixStream::pair().map(drop)
    }),
    ("start a process", start_process),
    ("fork", fork),
    ("signal a process", signal_process),
    ("run what it wrote", map_executable),
];

fn start_process() -> io::Result<()> {
    let mut command = Command::new("/bin/true");
    // With streams of its own: opening /dev/null must not be what fails.
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit());
    command.spawn()?.wait().map(drop)
}

#[allow(unsafe_code)]
fn fork() -> io::Result<()> {
    // SAFETY: the forked process makes no call but the one that ends it.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => unsafe { libc::_exit(0) },
        pid => {
            // SAFETY: waits for the process above; no status is asked for.
            unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
            Ok(())
        }
    }
}

fn signal_process() -> io::Result<()> {
    Ok(rustix::process::test_kill_process(
        rustix::process::getpid(),
    )?)
}

#[allow(unsafe_code)]
fn map_executable() -> io::Result<()> {
    use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
    // SAFETY: a fresh page that nobody uses.
    unsafe {
        mmap_anonymous(
            std::ptr::null_mut(),
            4096,
            ProtFlags::EXEC,
            MapFlags::PRIVATE,
        )
    }?;
    Ok(())
}

/// Tries what the request names and tells how it went.
pub(crate) struct Probe;

impl Work for Probe {
    fn answer(&mut self, request: Request, file: Option<File>) -> Result<Response, Fault> {
        let report = match (request, file) {
            (Request::Embed { texts, .. }, _) => attempt(&texts[0]),
            (_, Some(file)) => about(file),
            (other, None) => format!("{other:?}"),
        };
        Err(Fault::new(Code::Cancelled, report))
    }

    fn abandon(&mut self) {}
}

fn attempt(what: &str) -> String {
    let forbidden = FORBIDDEN.iter().find(|(name, _)| *name == what);
    let result = match (what, forbidden) {
        (_, Some((_, attempt))) => attempt(),
        ("start a thread", None) => std::thread::Builder::new()
            .spawn(|| ())
            .map(|thread| thread.join().unwrap()),
        ("see fonts", None) => {
            std::fs::read_dir("/usr/share/fonts").map(|fonts| fonts.for_each(drop))
        }
        _ => panic!("{what}"),
    };
    result.map_or_else(|e| e.kind().to_string(), |()| "done".to_owned())
}

/// Reads a letter at the file's position and tries to overwrite it.
fn about(mut file: File) -> String {
    let mut letter = [0];
    file.read_exact(&mut letter).unwrap();
    let writable = file.write(b"!").is_ok();
    format!("{} {writable}", letter[0] as char)
}

pub(crate) fn a_locked_child_has_nothing_but_its_open_file() {
    for task in [Task::Read, Task::Index] {
        let mut child = Child::spawn(&program("probe", task).spec).unwrap();
        for (what, here) in FORBIDDEN {
            here().unwrap_or_else(|e| panic!("unlocked, one can {what}: {e}"));
            let how = told(child.call(&ask(what), None).unwrap());
            assert_eq!(how, "permission denied", "{task:?}: {what}");
        }
        let how = told(child.call(&ask("start a thread"), None).unwrap());
        assert_eq!(how, "done", "the engines need threads");
    }
}

pub(crate) fn a_reading_child_may_look_at_fonts() {
    let mut index = Child::spawn(&program("probe", Task::Index).spec).unwrap();
    let how = told(index.call(&ask("see fonts"), None).unwrap());
    assert_eq!(how, "permission denied", "an indexing child needs none");
    if std::path::Path::new("/usr/share/fonts").is_dir() {
        let how = told(spawn("probe").call(&ask("see fonts"), None).unwrap());
        assert_eq!(how, "done");
    }
}

pub(crate) fn the_file_is_read_only_and_has_a_position_of_its_own() {
    let mut ours = tempfile::tempfile().unwrap();
    ours.write_all(b"abc").unwrap();
    ours.seek(SeekFrom::Start(1)).unwrap();
    let open = Request::Open {
        name: String::new(),
        settings: ReadSettings::default(),
        inside: Vec::new(),
        passwords: Vec::new(),
        hash: false,
    };
    let mut child = spawn("probe");
    assert_eq!(told(child.call(&open, Some(&ours)).unwrap()), "a false");
    assert_eq!(ours.stream_position().unwrap(), 1, "ours did not move");
    assert_eq!(
        told(child.call(&open, Some(&file(b"xyz"))).unwrap()),
        "x false"
    );
}
