//! What one request may take.

use crate::{Limits, Request};
use std::time::Duration;

/// So many pages' worth of time may an export take.
const EXPORT: u32 = 8;

/// The limits of one exchange with a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// Resident memory in bytes.
    pub(crate) memory: u64,
}

impl Budget {
    /// For the time from the start of the process until it is ready.
    pub(crate) fn start(limits: &Limits) -> Self {
        Self::even(limits.start_wall, limits)
    }

    /// For a request; `file_bytes` is the length of the file that goes with it.
    pub(crate) fn of(request: &Request, file_bytes: u64, limits: &Limits) -> Self {
        match request {
            Request::Open { hash, .. } => {
                let gib = if *hash {
                    file_bytes as f64 / (1u64 << 30) as f64
                } else {
                    0.0
                };
                let hashing = Limits::HASH_WALL_PER_GIB.mul_f64(gib);
                Self::even(limits.open_wall.saturating_add(hashing), limits)
            }
            Request::ReadPage { .. } | Request::Embed { .. } | Request::Render { .. } => Self {
                wall: limits.page_wall,
                cpu: limits.page_cpu,
                memory: limits.memory_bytes,
            },
            // All pages of a document at once.
            Request::Export { .. } => Self {
                wall: limits.page_wall * EXPORT,
                cpu: limits.page_cpu * EXPORT,
                memory: limits.memory_bytes,
            },
            Request::Close | Request::Ping | Request::Lay { .. } | Request::Recognizers => {
                Self::even(limits.page_wall, limits)
            }
        }
    }

    fn even(wall: Duration, limits: &Limits) -> Self {
        Self {
            wall,
            cpu: wall,
            memory: limits.memory_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sheaf_document::ReadSettings;

    fn open(hash: bool) -> Request {
        Request::Open {
            name: "a.pdf".into(),
            settings: ReadSettings::default(),
            inside: Vec::new(),
            passwords: Vec::new(),
            hash,
        }
    }

    #[test]
    fn hashing_a_large_file_has_time_by_its_size() {
        let limits = Limits::default();
        let large = 4 << 30;
        let plain = Budget::of(&open(false), large, &limits);
        let hashed = Budget::of(&open(true), large, &limits);
        assert_eq!(plain.wall, limits.open_wall);
        assert_eq!(
            hashed.wall,
            limits.open_wall + 4 * Limits::HASH_WALL_PER_GIB
        );
    }

    #[test]
    fn no_file_is_too_large_for_a_budget() {
        Budget::of(&open(true), u64::MAX, &Limits::default());
    }
}
