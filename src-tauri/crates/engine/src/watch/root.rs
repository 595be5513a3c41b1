//! Whether a watched folder is there, and whether the system tells of what changes in it.
//!
//! Offline is not deleted: a folder that is gone, cannot be read, or is the empty mount point of a drive that is away
//! keeps everything.

use std::path::Path;

use sheaf_store::table::gone::{self, with_separator};
use sheaf_store::table::places::Place;
use sheaf_store::table::watches::Watch;
use sheaf_store::{Conn, Result};

use super::pulse::Pulse;
use crate::walk::{identity, path_of};

/// Why a folder is offline or looked at again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// There is no such folder.
    Gone,
    /// It cannot be read.
    Unreadable,
    /// The system gets no answer from its drive or share.
    Silent,
    /// What is there is not what was there: the drive is away, or another one is in its place.
    Away,
    /// The file system does not tell of changes.
    NoEvents,
    /// The system follows no more folders than that.
    Limit,
    /// The queue is full.
    QueueFull,
}

impl Note {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Unreadable => "unreadable",
            Self::Silent => "silent",
            Self::Away => "away",
            Self::NoEvents => "no_events",
            Self::Limit => "limit",
            Self::QueueFull => "queue_full",
        }
    }

    /// In words; `every` is how often a folder without events is looked at, in seconds.
    pub(super) fn words(self, every: u64) -> String {
        match self {
            Self::Gone => "The folder is offline. Nothing was removed. It is not there now: plug in its drive, or put it back where it was.".to_owned(),
            Self::Unreadable => "The folder is offline. Nothing was removed. The system does not let Sheaf look into it.".to_owned(),
            Self::Silent => "The folder is offline. Nothing was removed. Its drive or share does not answer; Sheaf goes on as soon as it does.".to_owned(),
            Self::Away => "The folder is offline. Nothing was removed. Its drive or share seems to be away: plug it in or connect to it.".to_owned(),
            Self::NoEvents => format!("This file system does not tell of changes, so the folder is looked at every {every} seconds."),
            Self::Limit => format!("The system follows no more folders (on Linux, raise fs.inotify.max_user_watches and max_user_instances), so this one is looked at every {every} seconds."),
            Self::QueueFull => "The queue is full. What is new here is taken in when there is room.".to_owned(),
        }
    }
}

/// How a folder was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Device and inode.
    There(u64, u64),
    Offline(Note),
}

/// Looks whether a folder is there, and is the one that was watched.
pub(super) fn presence(conn: &Conn, watch: &Watch, pulse: &Pulse) -> Result<Presence> {
    let root = path_of(&watch.raw);
    let meta = match std::fs::metadata(&root) {
        Ok(meta) if meta.is_dir() => meta,
        Ok(_) => return Ok(Presence::Offline(Note::Gone)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Presence::Offline(Note::Gone));
        }
        Err(_) => return Ok(Presence::Offline(Note::Unreadable)),
    };
    let Ok(mut entries) = std::fs::read_dir(&root) else {
        return Ok(Presence::Offline(Note::Unreadable));
    };
    let is_empty = entries.next().is_none();
    let (_, device, inode) = identity(&meta);
    let is_same = watch.identity.is_none_or(|known| known == (device, inode));
    let is_made_anew = watch.identity.is_some_and(|(known, _)| known == device) && !is_empty;
    if is_same || is_made_anew || !knows_files(conn, watch)? || has_known_file(conn, watch, pulse)?
    {
        return Ok(Presence::There(device, inode));
    }
    Ok(Presence::Offline(Note::Away))
}

/// Whether the folder is still what it was at the last scan. Cheap, and asked often.
pub(super) fn is_as_before(watch: &Watch) -> bool {
    let now = std::fs::metadata(path_of(&watch.raw)).ok().map(|meta| {
        let (_, device, inode) = identity(&meta);
        (device, inode)
    });
    now.is_some() && now == watch.identity
}

fn knows_files(conn: &Conn, watch: &Watch) -> Result<bool> {
    let known = gone::below(conn, &with_separator(&watch.raw), &[], 1)?;
    Ok(!known.is_empty())
}

fn has_known_file(conn: &Conn, watch: &Watch, pulse: &Pulse) -> Result<bool> {
    let folder = with_separator(&watch.raw);
    let mut after = Vec::new();
    loop {
        let known = gone::below(conn, &folder, &after, 500)?;
        let Some(last) = known.last() else {
            return Ok(false);
        };
        after.clone_from(&last.raw);
        let mut live = known.iter().filter(|place| place.state.is_live());
        let is_there = |place: &Place| {
            pulse.beat();
            std::fs::symlink_metadata(path_of(&place.raw)).is_ok()
        };
        if live.any(is_there) {
            return Ok(true);
        }
    }
}

/// Whether changes in a folder are told of: not on network shares and in user space file systems, where other machines
/// and programs change what this system does not see.
#[cfg(target_os = "linux")]
pub(super) fn tells_of_changes(root: &Path) -> bool {
    /// Magic numbers of `statfs(2)`: NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph, AFS, Coda, NCP, VirtualBox, OCFS2, GFS2, Lustre.
    const SILENT: [u32; 14] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x6573_5546,
        0x0102_1997,
        0x00c3_6400,
        0x5346_414f,
        0x7375_7245,
        0x564c,
        0x786f_4256,
        0x7461_636f,
        0x0116_1970,
        0x0bd0_0bd0,
    ];
    let Ok(answer) = rustix::fs::statfs(root) else {
        return true;
    };
    // The type of the field differs between processors; the magic numbers have 32 bits.
    let kind = answer.f_type as u32;
    !SILENT.contains(&kind) && !is_forced_to_poll()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn tells_of_changes(_: &Path) -> bool {
    !is_forced_to_poll()
}

/// `SHEAF_WATCH_POLL` stands for a file system without events, for tests.
fn is_forced_to_poll() -> bool {
    std::env::var_os("SHEAF_WATCH_POLL").is_some()
}
