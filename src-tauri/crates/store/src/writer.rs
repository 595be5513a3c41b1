//! The one writer: a thread that drains its channel into one `BEGIN IMMEDIATE` commit.
//!
//! Under `synchronous=FULL` a commit waits for the disk, so a group of a hundred costs what one costs. Every member of a
//! group runs in its own savepoint: its error undoes it alone. Nobody hears of success before the disk has it.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::{Connection, TransactionBehavior};

use crate::{Result, StoreError, Tx, migrate};

/// The largest group, so that the first member never waits long for the last.
const GROUP: usize = 256;

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

    pub(crate) fn submit<T, F>(&self, work: F) -> Pending<T>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, pending) = bounded(1);
        let task = Box::new(Task {
            work: Some(work),
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
    /// Runs inside a savepoint; `false` undoes it.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    fn finish(self: Box<Self>, commit: &Result<()>);
}

struct Task<T, F> {
    work: Option<F>,
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
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    migrate::refuse_newer(migrate::version(&tx)?)?;
    let mut next = 0;
    while next < group.len() {
        run_member(&tx, group[next].as_mut())?;
        next += 1;
        if next == group.len()
            && group.len() < GROUP
            && let Ok(more) = work.try_recv()
        {
            group.push(more);
        }
    }
    Ok(tx.commit()?)
}

fn run_member(tx: &Tx<'_>, member: &mut dyn Work) -> Result<()> {
    tx.prepare_cached("SAVEPOINT member")?.execute([])?;
    if !member.run(tx) {
        tx.prepare_cached("ROLLBACK TO member")?.execute([])?;
    }
    tx.prepare_cached("RELEASE member")?.execute([])?;
    Ok(())
}
