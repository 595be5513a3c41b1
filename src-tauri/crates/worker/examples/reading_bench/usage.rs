//! What something cost: time on the wall, and CPU time of this process's children, once they ended.

use std::time::Instant;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Seconds.
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

pub(crate) struct Meter {
    begun: Instant,
    before: f64,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            begun: Instant::now(),
            before: children(),
        }
    }

    pub(crate) fn stop(self) -> Cost {
        Cost {
            wall: self.begun.elapsed().as_secs_f64(),
            cpu: children() - self.before,
        }
    }
}

/// CPU seconds of all children that ended and were waited for (proc(5): `cutime` and `cstime`, in hundredths).
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |n: usize| {
        fields
            .get(n)
            .and_then(|text| text.parse::<f64>().ok())
            .unwrap_or_default()
    };
    (ticks(13) + ticks(14)) / 100.0
}

/// The most memory a process ever had resident, bytes.
pub(crate) fn peak_bytes(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or_default() * 1024
}
