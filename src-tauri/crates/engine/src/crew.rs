//! The threads of a working engine: a seat for every child, one that follows with the word index, and the regular work.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sheaf_queue::{EngineEpoch, WorkerRow, WorkerState};
use sheaf_store::StoreError;
use sheaf_worker::Task;

use crate::commit::Commits;
use crate::intake::{INDEXING, READING};
use crate::rehearsal::{self, Commit};
use crate::seat::{Board, Floor, Seat, rss_bytes};
use crate::{clock, indexing, reading, regular, warning, watch};

/// How long a page in hand may go on after a clean stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

pub(crate) fn write_report(floor: &Floor, rows: Vec<WorkerRow>) -> Result<(), StoreError> {
    let engine = floor.engine;
    floor.library.commit(Commit::Report, move |tx| {
        sheaf_queue::remove_workers_of(tx, engine)?;
        for row in &rows {
            sheaf_queue::register_worker(tx, row)?;
        }
        Ok(())
    })?;
    Ok(())
}

/// What a thread without a child does, and its name.
type Work = (&'static str, fn(&Arc<Floor>));

/// The threads of a working engine.
pub(crate) struct Crew {
    engine: EngineEpoch,
    seats: Vec<(&'static str, Board, JoinHandle<()>)>,
    /// The word index's, and that of regular work.
    others: Vec<JoinHandle<()>>,
}

impl Crew {
    pub(crate) fn hire(floor: &Arc<Floor>) -> Self {
        let mut seats = Vec::new();
        let lanes = [
            (
                READING,
                Task::Read,
                floor.settings.readers,
                reading::sit as fn(Seat),
            ),
            (
                INDEXING,
                Task::Index,
                floor.settings.indexers,
                indexing::sit as fn(Seat),
            ),
        ];
        for (lane, task, count, sit) in lanes {
            for number in 0..count as usize {
                let board = Board::default();
                let seat = Seat::new(number, task, Arc::clone(floor), Arc::clone(&board));
                let thread = std::thread::Builder::new()
                    .name(format!("sheaf-{lane}-{number}"))
                    .spawn(move || sit(seat));
                if let Ok(thread) = thread {
                    seats.push((lane, board, thread));
                }
            }
        }
        let work: [Work; 3] = [
            ("sheaf-words", |floor| follow_words(floor)),
            ("sheaf-regular", |floor| regular::sit(floor)),
            ("sheaf-watch", watch::sit),
        ];
        let others = work.into_iter().filter_map(|(name, sit)| {
            let mine = Arc::clone(floor);
            std::thread::Builder::new()
                .name(name.into())
                .spawn(move || sit(&mine))
                .ok()
        });
        Self {
            engine: floor.engine,
            others: others.collect(),
            seats,
        }
    }

    pub(crate) fn report(&self) -> Vec<WorkerRow> {
        self.seats
            .iter()
            .enumerate()
            .filter_map(|(number, (lane, board, _))| {
                let status = board.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let pid = status.pid?;
                Some(WorkerRow {
                    worker: number as i64 + 1,
                    engine: self.engine,
                    pid,
                    lane: (*lane).to_owned(),
                    state: match (status.starting, status.busy) {
                        (true, _) => WorkerState::Starting,
                        (false, true) => WorkerState::Busy,
                        (false, false) => WorkerState::Idle,
                    },
                    job: status.job,
                    page: status.page,
                    done: status.done,
                    rss_bytes: rss_bytes(pid),
                    restarts: status.restarts,
                    heartbeat_at: clock::now(),
                })
            })
            .collect()
    }

    /// Ends every thread. A lost role ends the children at once; a clean stop lets them finish the page in hand.
    pub(crate) fn dismiss(self, floor: &Arc<Floor>, lost: bool) {
        floor.stopping.store(true, Ordering::Release);
        floor.bell.ring();
        let asked = Instant::now();
        let ended = |crew: &Self| crew.seats.iter().all(|(.., thread)| thread.is_finished());
        while !lost && !ended(&self) && asked.elapsed() < GRACE {
            floor
                .bell
                .wait(floor.bell.mark(), Duration::from_millis(20));
        }
        if !ended(&self) {
            floor.aborting.store(true, Ordering::Release);
            for (_, board, _) in &self.seats {
                if let Some(stopper) = board
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .stopper
                    .clone()
                {
                    stopper.stop();
                }
            }
        }
        for (.., thread) in self.seats {
            let _ = thread.join();
        }
        for thread in self.others {
            let _ = thread.join();
        }
        if !lost {
            let _ = warning::write(floor, &[]);
            let _ = write_report(floor, Vec::new());
        }
    }
}

/// Keeps the word index within a second of the store.
fn follow_words(floor: &Floor) {
    let mut follower = None;
    while !floor.is_stopping() {
        let mark = floor.bell.mark();
        if follower.is_none() {
            follower = sheaf_search::Follower::new(&floor.library).ok().flatten();
        }
        let applied = match follower.as_mut() {
            Some(words) => {
                rehearsal::before(Commit::Words);
                words.step()
            }
            None => Ok(0),
        };
        match applied {
            Ok(0) => floor.bell.wait(mark, Duration::from_millis(500)),
            // Pages come in quick succession; one commit serves those of a quarter of a second.
            Ok(_) => {
                rehearsal::after(Commit::Words);
                floor
                    .bell
                    .wait(floor.bell.mark(), Duration::from_millis(250));
            }
            Err(_) => {
                follower = None;
                floor.bell.wait(mark, Duration::from_secs(1));
            }
        }
    }
    if let Some(words) = follower.as_mut() {
        // What is missed here is caught up at the next start.
        let _ = words.step();
    }
}
