//! A thread that keeps something which must stay on one thread, and does what it is asked with it, in turn.
//!
//! Children die with the thread that started them, and a front end's threads come and go.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sheaf_document::{Code, Fault};

type Errand<S> = Box<dyn FnOnce(&mut S) + Send>;

pub(crate) struct Keeper<S> {
    errands: Option<Sender<Errand<S>>>,
    thread: Option<JoinHandle<()>>,
}

impl<S: 'static> Keeper<S> {
    /// `make` runs on the new thread.
    pub(crate) fn start(
        name: &str,
        make: impl FnOnce() -> S + Send + 'static,
    ) -> std::io::Result<Self> {
        Self::start_with(name, make, Duration::MAX, |_| ())
    }

    /// `rest` is done whenever nothing was asked for as long as `idle`.
    pub(crate) fn start_with(
        name: &str,
        make: impl FnOnce() -> S + Send + 'static,
        idle: Duration,
        rest: impl Fn(&mut S) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (errands, orders) = channel::<Errand<S>>();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut kept = make();
                loop {
                    match orders.recv_timeout(idle) {
                        Ok(errand) => errand(&mut kept),
                        Err(RecvTimeoutError::Timeout) => rest(&mut kept),
                        Err(RecvTimeoutError::Disconnected) => break,
                    }
                }
            })?;
        Ok(Self {
            errands: Some(errands),
            thread: Some(thread),
        })
    }

    /// Does one thing on the keeper's thread and waits for it.
    ///
    /// # Errors
    /// When the thread has ended, because something it did before panicked.
    pub(crate) fn ask<T: Send + 'static>(
        &self,
        errand: impl FnOnce(&mut S) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let (reply, answer) = channel();
        self.tell(move |kept| drop(reply.send(errand(kept))))?;
        answer.recv().map_err(|_| gone())
    }

    /// Has something done without waiting for it.
    ///
    /// # Errors
    /// As [`Keeper::ask`].
    pub(crate) fn tell(&self, errand: impl FnOnce(&mut S) + Send + 'static) -> Result<(), Fault> {
        let errands = self.errands.as_ref().ok_or_else(gone)?;
        errands.send(Box::new(errand)).map_err(|_| gone())
    }
}

fn gone() -> Fault {
    Fault::new(
        Code::WorkerUnavailable,
        "A part of Sheaf has stopped working.",
    )
}

impl<S> Drop for Keeper<S> {
    fn drop(&mut self) {
        self.errands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_done_on_one_thread_in_turn() {
        let keeper = Keeper::start("test", Vec::new).expect("a thread");
        let threads: Vec<_> = (0..3)
            .map(|n| {
                keeper
                    .ask(move |list: &mut Vec<i32>| {
                        list.push(n);
                        (std::thread::current().id(), list.clone())
                    })
                    .expect("an answer")
            })
            .collect();
        assert_eq!(threads[2].1, [0, 1, 2]);
        assert!(threads.iter().all(|(id, _)| *id == threads[0].0));
    }

    #[test]
    fn a_keeper_that_is_not_asked_rests() {
        let (rested, rests) = channel();
        let rest = move |asked: &mut u32| {
            let _ = rested.send(*asked);
        };
        let keeper = Keeper::start_with("test", || 0, Duration::from_millis(1), rest);
        let keeper = keeper.expect("a thread");
        keeper.ask(|asked| *asked += 1).expect("an answer");
        assert!(rests.iter().any(|asked| asked == 1));
    }

    #[test]
    fn a_keeper_that_fell_says_so() {
        let keeper = Keeper::start("test", || ()).expect("a thread");
        assert!(keeper.ask(|()| panic!("on purpose")).is_err());
        assert!(keeper.ask(|()| ()).is_err());
    }
}
