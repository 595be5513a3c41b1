//! What a process uses, as the system tells it.

use std::time::Duration;

/// What a process uses at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Of all its threads, since it started.
    pub(crate) cpu: Duration,
    pub(crate) rss_bytes: u64,
    /// It runs, or would if a processor were free.
    pub(crate) runnable: bool,
}

/// Reads the usage of one process. Holds its entry in `/proc` open, so that it never means another process.
pub(crate) struct Usage {
    #[cfg(target_os = "linux")]
    stat: Option<std::fs::File>,
}

#[cfg(target_os = "linux")]
impl Usage {
    pub(crate) fn of(pid: u32) -> Self {
        Self {
            stat: std::fs::File::open(format!("/proc/{pid}/stat")).ok(),
        }
    }

    /// `None` when the process is gone or the system hides it.
    pub(crate) fn read(&self) -> Option<Reading> {
        use std::os::unix::fs::FileExt;
        let mut text = [0; 1024];
        let length = self.stat.as_ref()?.read_at(&mut text, 0).ok()?;
        parse(
            std::str::from_utf8(&text[..length]).ok()?,
            rustix::param::clock_ticks_per_second(),
            rustix::param::page_size() as u64,
        )
    }
}

#[cfg(not(target_os = "linux"))]
impl Usage {
    pub(crate) fn of(_pid: u32) -> Self {
        Self {}
    }

    /// Not told on this system yet; the wall clock is the guard.
    pub(crate) fn read(&self) -> Option<Reading> {
        None
    }
}

/// Fields 3, 14, 15 and 24 of proc_pid_stat(5). The second one, the name, may hold spaces and parentheses.
#[cfg(target_os = "linux")]
fn parse(stat: &str, ticks_per_second: u64, page_size: u64) -> Option<Reading> {
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = field(14)?.checked_add(field(15)?)?;
    Some(Reading {
        cpu: Duration::from_millis(ticks.checked_mul(1000)? / ticks_per_second.max(1)),
        rss_bytes: field(24)?.checked_mul(page_size)?,
        runnable: fields.first() == Some(&"R"),
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_cannot_forge_its_numbers() {
        let stat =
            "7 (a) S 1 1 (b) 9) R 1 1 1 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 1 0 5 999 25 18446";
        let expect = Reading {
            cpu: Duration::from_secs(2),
            rss_bytes: 25 * 4096,
            runnable: true,
        };
        assert_eq!(parse(stat, 100, 4096), Some(expect));
        assert_eq!(parse("7 (a) R 1 2", 100, 4096), None);
    }

    #[test]
    fn this_process_uses_memory() {
        let now = Usage::of(std::process::id()).read().unwrap();
        assert!(now.rss_bytes > 1 << 20, "{now:?}");
    }

    #[test]
    fn a_process_that_never_was_uses_nothing() {
        assert_eq!(Usage::of(u32::MAX).read(), None);
    }
}
