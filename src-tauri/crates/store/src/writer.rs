//! The one writer: a thread that drains its channel into one `BEGIN IMMEDIATE` commit.
//!
//! Under `synchronous=FULL` a commit waits for the disk, so a group of a hundred costs what one costs. Every member of a
//! group after the first runs in its own savepoint: its error undoes it alone. (When the first fails there is nothing else
//! to keep, and a large one, such as the intake of a folder, is spared the journal that a savepoint keeps.) Nobody hears
//! of success before the disk has it.

use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{Result, StoreError, Tx, migrate};

/// The largest group, so that the first member never waits long for the last.
const GROUP: usize = 256;
/// How long a group is kept open for those who go on without the disk: little beside a commit, but enough to send more.
const MOMENT: Duration = Duration::from_micros(100);

pub(crate) struct Writer {
    work: Option<Sender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
}

/// A piece of work that is on its way to the disk.
#[must_use = "a write that nobody waits for may fail unseen"]
pub struct Pending<T>(Receiver<Result<T>>);

impl<T> Pending<T> {
    /// Waits until the work is committed, or failed and undone.
    pub fn wait(self) -> Result<T> {
        self.0.recv().unwrap_or(Err(StoreError::WriterEnded))
    }

    /// The outcome if it is known by now.
    pub fn poll(&self) -> Option<Result<T>> {
        self.0.try_recv().ok()
    }
}

/// What whoever sends a piece of work does next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Waits for the disk, or does something else.
    Waits,
    /// Goes on without the disk, and sends more soon: the group is kept open for it for a moment.
    GoesOn,
}

impl Writer {
    pub(crate) fn start(conn: Connection) -> Self {
        let (sender, receiver) = bounded(GROUP);
        let thread = std::thread::Builder::new()
            .name("sheaf-writer".into())
            .spawn(move || serve(conn, &receiver))
            .ok();
        Self {
            work: thread.is_some().then_some(sender),
            thread,
        }
    }

    /// `then` says whether more is likely to follow at once.
    pub(crate) fn submit<T, F>(&self, then: Then, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, pending) = bounded(1);
        let task = Box::new(Task {
            work: Some(work),
            then,
            outcome: None,
            reply,
        });
        if let Some(sender) = &self.work {
            // A writer that has ended drops the task, and with it the reply: the waiter hears `WriterEnded`.
            let _ = sender.send(task);
        }
        Pending(pending)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            // The last handle may be dropped by a reply on the writer's own thread.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

trait Work: Send {
    /// Runs once; `false` asks to undo it.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    fn then(&self) -> Then;
    fn finish(self: Box<Self>, commit: &Result<()>);
}

struct Task<T, F> {
    work: Option<F>,
    then: Then,
    outcome: Option<Result<T>>,
    reply: Sender<Result<T>>,
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: FnOnce(&Tx<'_>) -> Result<T> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let outcome = work(tx);
        let good = outcome.is_ok();
        self.outcome = Some(outcome);
        good
    }

    fn then(&self) -> Then {
        self.then
    }

    fn finish(self: Box<Self>, commit: &Result<()>) {
        let answer = match (commit, self.outcome) {
            (_, Some(Err(own))) => Err(own),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(error), _) => Err(StoreError::Commit(error.fault())),
            (Ok(()), None) => Err(StoreError::WriterEnded),
        };
        let _ = self.reply.send(answer);
    }
}

fn serve(mut conn: Connection, work: &Receiver<Box<dyn Work>>) {
    while let Ok(first) = work.recv() {
        let mut group = vec![first];
        let commit = commit_group(&mut conn, &mut group, work);
        for member in group {
            member.finish(&commit);
        }
    }
}

fn commit_group(
    conn: &mut Connection,
    group: &mut Vec<Box<dyn Work>>,
    work: &Receiver<Box<dyn Work>>,
) -> Result<()> {
    // Not `transaction_with_behavior`, which would keep the connection from the error.
    let begun = Transaction::new_unchecked(conn, TransactionBehavior::Immediate);
    let tx = begun.map_err(|error| StoreError::begin(conn, error))?;
    migrate::refuse_newer(migrate::version(&tx)?)?;
    if !group[0].run(&tx) {
        return Ok(tx.rollback()?);
    }
    while let Some(mut more) = next(group, work) {
        let ran = run_member(&tx, more.as_mut());
        group.push(more);
        ran?;
    }
    Ok(tx.commit()?)
}

/// What joins the group, if anything does before it is committed.
fn next(group: &[Box<dyn Work>], work: &Receiver<Box<dyn Work>>) -> Option<Box<dyn Work>> {
    match group.last()?.then() {
        _ if group.len() == GROUP => None,
        Then::Waits => work.try_recv().ok(),
        Then::GoesOn => work.recv_timeout(MOMENT).ok(),
    }
}

fn run_member(tx: &Tx<'_>, member: &mut dyn Work) -> Result<()> {
    tx.prepare_cached("SAVEPOINT member")?.execute([])?;
    if !member.run(tx) {
        tx.prepare_cached("ROLLBACK TO member")?.execute([])?;
    }
    tx.prepare_cached("RELEASE member")?.execute([])?;
    Ok(())
}
