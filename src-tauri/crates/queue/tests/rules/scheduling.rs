//! Regular work fires once when it is due, and only for the engine.

use sheaf_queue::{Timestamp, fire, schedules, set_schedule};

use crate::queue::{MINUTE, Queue};

/// A queue with one schedule that is due in a minute.
fn due_in_a_minute() -> (Queue, Timestamp) {
    let mut queue = Queue::new();
    let due = Timestamp(queue.now.0 + MINUTE);
    queue.write(|tx, _| set_schedule(tx, "upkeep", "* * * * *", Some(due)));
    (queue, due)
}

fn fire_as_engine(queue: &mut Queue, due: Timestamp) -> bool {
    let engine = queue.engine();
    let next = Timestamp(queue.now.0 + MINUTE);
    queue.write(|tx, now| fire(tx, engine, "upkeep", due, Some(next), now))
}

#[test]
fn nothing_fires_before_its_time() {
    let (mut queue, due) = due_in_a_minute();
    assert!(!fire_as_engine(&mut queue, due));
    assert_eq!(schedules(&queue.conn).unwrap()[0].last_at, None);
}

#[test]
fn however_many_times_were_missed_it_fires_once() {
    let (mut queue, due) = due_in_a_minute();
    queue.wait(100 * MINUTE);
    assert!(fire_as_engine(&mut queue, due));
    assert!(!fire_as_engine(&mut queue, due), "this time is done");
    let row = schedules(&queue.conn).unwrap().remove(0);
    let next = Timestamp(queue.now.0 + MINUTE);
    assert_eq!((row.last_at, row.next_at), (Some(queue.now), Some(next)));
}

#[test]
fn an_engine_that_lost_its_role_fires_nothing() {
    let (mut queue, due) = due_in_a_minute();
    let old = queue.replace_engine();
    queue.wait(2 * MINUTE);
    assert!(!queue.write(|tx, now| fire(tx, old, "upkeep", due, None, now)));
    assert!(fire_as_engine(&mut queue, due));
}

#[test]
fn what_is_off_or_was_changed_meanwhile_does_not_fire() {
    let (mut queue, due) = due_in_a_minute();
    queue.wait(2 * MINUTE);
    queue.write(|tx, _| set_schedule(tx, "upkeep", "* * * * *", None));
    assert!(!fire_as_engine(&mut queue, due));
    let later = Timestamp(queue.now.0 + MINUTE);
    queue.write(|tx, _| set_schedule(tx, "upkeep", "0 * * * *", Some(later)));
    assert!(!fire_as_engine(&mut queue, due));
}
