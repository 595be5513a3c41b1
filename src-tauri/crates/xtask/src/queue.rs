//! `cargo xtask bench queue`: measures the queue, then other queues on SQLite on the same disk.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::build::bench;
use crate::place;
use crate::python::Python;
use crate::step::run;

/// Queues on SQLite that wait for the disk as ours does.
const PEERS: [&str; 2] = ["huey", "persist-queue"];

/// Figures go to standard output, one JSON line each. Peers that cannot be installed are left out.
pub(crate) fn bench_queue(folder: &[OsString]) -> Result<()> {
    bench("sheaf-store", "queue_bench", folder)?;
    let python = match Python::with("queues", &PEERS) {
        Ok(python) => python,
        Err(error) => {
            eprintln!("   without peers: {error:#}");
            return Ok(());
        }
    };
    let parent = folder
        .first()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let home = parent.join(format!("sheaf-queue-peers-{}", std::process::id()));
    std::fs::create_dir(&home).with_context(|| format!("making {}", home.display()))?;
    let script = place::repository().join("src-tauri/crates/xtask/bench/queue_peers.py");
    let measured = run(python.command().arg(script).arg(&home));
    std::fs::remove_dir_all(&home).with_context(|| format!("removing {}", home.display()))?;
    measured
}
