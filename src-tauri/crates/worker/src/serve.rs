//! The child's side: load, lock, greet, then answer until the parent is gone.

use crate::indexer::Indexer;
use crate::message::Greeting;
use crate::reader::Reader;
use crate::{Request, Response, Setup, Task, Work, frame, lock_down, post};
use sheaf_document::{Code, Fault};
use std::any::Any;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Duration;

/// Without a request for so long, a child rests.
const QUIET: Duration = Duration::from_secs(1);

/// The whole life of a child; called first thing in `main` for `sheaf --worker read|index`, before any thread starts.
/// What it needs to know comes from the parent through standard input. Returns when the parent closes that, or is gone.
pub fn serve(task: Task) -> ExitCode {
    serve_with(task, |setup| match task {
        Task::Read => Ok(Box::new(Reader::load(setup)?)),
        Task::Index => Ok(Box::new(Indexer::load(setup)?)),
    })
}

/// [`serve`] with other work, which `load` prepares while files can still be opened.
pub fn serve_with<F>(task: Task, load: F) -> ExitCode
where
    F: FnOnce(&Setup) -> Result<Box<dyn Work>, Fault>,
{
    let stdin = io::stdin();
    match run(stdin.as_fd(), task, load) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn run<F>(socket: BorrowedFd<'_>, task: Task, load: F) -> io::Result<()>
where
    F: FnOnce(&Setup) -> Result<Box<dyn Work>, Fault>,
{
    let Some((body, _)) = post::receive(socket)? else {
        return Ok(());
    };
    let ready = frame::decode::<Setup>(&body)
        .map_err(|e| Fault::new(Code::WorkerGarbage, e.to_string()))
        .and_then(|setup| Ok((load(&setup)?, setup)));
    let (mut work, setup) = match ready {
        Ok(ready) => ready,
        Err(fault) => return say(socket, &Greeting::Unready(fault)),
    };
    let hello = Greeting::Hello {
        build: env!("CARGO_PKG_VERSION").to_owned(),
        locked: lock_down(task, setup.memory_bytes),
    };
    say(socket, &hello)?;
    answer_all(socket, work.as_mut())
}

fn answer_all(socket: BorrowedFd<'_>, work: &mut dyn Work) -> io::Result<()> {
    loop {
        if !post::comes_within(socket, QUIET)? {
            work.rest();
        }
        let Some((body, file)) = post::receive(socket)? else {
            return Ok(());
        };
        let request = frame::decode(&body).map_err(io::Error::other)?;
        let response = answer(work, request, file);
        say_response(socket, &response)?;
    }
}

/// Answers, whatever happens short of a crash.
fn answer(work: &mut dyn Work, request: Request, file: Option<File>) -> Response {
    let when_it_panics = panic_code(&request);
    if request == Request::Ping {
        return Response::Pong;
    }
    match catch_unwind(AssertUnwindSafe(|| work.answer(request, file))) {
        Ok(Ok(response)) => response,
        Ok(Err(fault)) => Response::Failed(fault),
        Err(panic) => {
            // What is open may be half changed; a second panic while it is dropped changes nothing.
            let _ = catch_unwind(AssertUnwindSafe(|| work.abandon()));
            Response::Failed(Fault::new(when_it_panics, panic_text(panic.as_ref())))
        }
    }
}

fn panic_code(request: &Request) -> Code {
    match request {
        Request::Open { .. } | Request::Close | Request::Lay { .. } | Request::Export { .. } => {
            Code::FileCorrupt
        }
        Request::ReadPage { .. }
        | Request::Render { .. }
        | Request::Recognizers
        | Request::Ping => Code::PageCorrupt,
        Request::Embed { .. } => Code::EmbedFailed,
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without a word"))
}

/// An answer that fits into no frame is a page beyond the limits.
fn say_response(socket: BorrowedFd<'_>, response: &Response) -> io::Result<()> {
    match frame::encode(response) {
        Ok(frame) => post::send(socket, &frame),
        Err(e) => say(
            socket,
            &Response::Failed(Fault::new(Code::PageTooLarge, e.to_string())),
        ),
    }
}

fn say<T: serde::Serialize>(socket: BorrowedFd<'_>, message: &T) -> io::Result<()> {
    let frame = frame::encode(message).map_err(io::Error::other)?;
    post::send(socket, &frame)
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    struct Rests(Sender<()>);

    impl Work for Rests {
        fn answer(&mut self, _: Request, _: Option<File>) -> Result<Response, Fault> {
            Ok(Response::Closed)
        }

        fn abandon(&mut self) {}

        fn rest(&mut self) {
            // Nobody may listen any more.
            let _ = self.0.send(());
        }
    }

    #[test]
    fn a_child_that_is_asked_nothing_rests_and_still_answers() -> io::Result<()> {
        let (parent, child) = UnixStream::pair()?;
        let (rests, rested) = channel();
        let serving = std::thread::spawn(move || answer_all(child.as_fd(), &mut Rests(rests)));
        rested.recv().map_err(io::Error::other)?;
        say(parent.as_fd(), &Request::Close)?;
        let (body, _) = post::receive(parent.as_fd())?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let response: Response = frame::decode(&body).map_err(io::Error::other)?;
        assert_eq!(response, Response::Closed);
        drop(parent);
        serving.join().map_err(|_| io::ErrorKind::Other)?
    }

    struct Panics {
        open: bool,
    }

    impl Work for Panics {
        fn answer(&mut self, _: Request, _: Option<File>) -> Result<Response, Fault> {
            panic!("of glass");
        }

        fn abandon(&mut self) {
            self.open = false;
        }
    }

    #[test]
    fn a_panic_is_a_corrupt_page_and_closes_the_document() {
        let mut work = Panics { open: true };
        let response = answer(&mut work, Request::ReadPage { page: 0 }, None);
        let expect = Fault::new(Code::PageCorrupt, "panicked: of glass");
        assert_eq!(response, Response::Failed(expect));
        assert!(
            !work.open,
            "what is open is not to be trusted after a panic"
        );
    }
}
