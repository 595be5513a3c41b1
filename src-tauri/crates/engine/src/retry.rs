//! How often and how soon work that met a fault is tried again: by kind of fault, else by kind of job, else in general.

use std::time::Duration;

use sheaf_document::Code;
use sheaf_queue::RetryPolicy;

/// What lies outside the document and may be otherwise later. Any other fault is permanent: it is never tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Passing {
    /// The file, or the drive or share it is on.
    File,
    /// The program that does the work, or the model it needs.
    Worker,
    /// The disk that the library is on.
    Disk,
}

impl Passing {
    pub(crate) const ALL: [Self; 3] = [Self::File, Self::Worker, Self::Disk];

    /// As the settings call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Worker => "worker",
            Self::Disk => "disk",
        }
    }

    /// `None` for a permanent fault. A document that takes its worker down (too slow, too large, a crash) was given to a
    /// fresh one already and does not get better by waiting.
    pub(crate) fn of(code: Code) -> Option<Self> {
        match code {
            Code::FileOffline | Code::FileDenied | Code::FileIo | Code::FileChanged => {
                Some(Self::File)
            }
            Code::WorkerUnavailable | Code::ModelMissing | Code::EmbedFailed => Some(Self::Worker),
            Code::DiskFull | Code::LibraryFailed => Some(Self::Disk),
            Code::FileMissing
            | Code::FileEmpty
            | Code::FileNotRegular
            | Code::FileCorrupt
            | Code::FileEncrypted
            | Code::FileUnsupported
            | Code::PageCorrupt
            | Code::PageTooLarge
            | Code::TimedOut
            | Code::OutOfMemory
            | Code::WorkerCrashed
            | Code::WorkerGarbage
            | Code::EngineLost
            | Code::OcrFailed
            | Code::LanguageMissing
            | Code::LanguageDoubtful
            | Code::PartLeftOut
            | Code::LibraryReadOnly
            | Code::QueueFull
            | Code::FailedByHand
            | Code::Cancelled => None,
        }
    }
}

/// The kinds of jobs, as the settings call them.
pub(crate) const JOBS: [&str; 2] = ["read", "index"];

/// A policy with gaps: what is `None` is as the next more general one says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Partly {
    pub(crate) attempts: Option<u32>,
    pub(crate) base: Option<Duration>,
    pub(crate) cap: Option<Duration>,
}

/// All policies of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Policies {
    pub(crate) general: RetryPolicy,
    /// In the order of [`JOBS`].
    pub(crate) jobs: [Partly; 2],
    /// In the order of [`Passing::ALL`].
    pub(crate) faults: [Partly; 3],
}

impl Policies {
    /// No back-off is longer.
    pub(crate) fn longest(&self) -> Duration {
        let parts = self.jobs.iter().chain(&self.faults);
        let caps = parts.filter_map(|partly| partly.cap);
        caps.fold(self.general.cap, Duration::max)
    }

    /// For a kind of job that met a passing fault.
    pub(crate) fn of(&self, job: &str, fault: Passing) -> RetryPolicy {
        let by_job = JOBS.iter().zip(&self.jobs).find(|(kind, _)| **kind == job);
        let by_fault = Passing::ALL.iter().zip(&self.faults);
        let by_fault = by_fault.filter(|(kind, _)| **kind == fault);
        let partly = by_job.map(|(_, partly)| partly);
        partly
            .into_iter()
            .chain(by_fault.map(|(_, partly)| partly))
            .fold(self.general, |policy, partly| RetryPolicy {
                max_attempts: partly.attempts.unwrap_or(policy.max_attempts),
                base: partly.base.unwrap_or(policy.base),
                cap: partly.cap.unwrap_or(policy.cap),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policies() -> Policies {
        let mut policies = Policies {
            general: RetryPolicy::default(),
            jobs: Default::default(),
            faults: Default::default(),
        };
        policies.jobs[1].attempts = Some(5);
        policies.faults[0] = Partly {
            attempts: Some(9),
            cap: Some(Duration::from_secs(7)),
            ..Partly::default()
        };
        policies
    }

    #[test]
    fn the_kind_of_fault_outweighs_the_kind_of_job_and_that_the_general_rule() {
        let attempts = |job, fault| policies().of(job, fault).max_attempts;
        assert_eq!(attempts("read", Passing::Worker), 3);
        assert_eq!(attempts("index", Passing::Worker), 5);
        assert_eq!(attempts("index", Passing::File), 9);
        assert_eq!(attempts("read", Passing::File), 9);
    }

    #[test]
    fn what_a_rule_does_not_say_is_as_in_general() {
        let policy = policies().of("read", Passing::File);
        assert_eq!(policy.base, Duration::from_secs(60));
        assert_eq!(policy.cap, Duration::from_secs(7));
    }

    #[test]
    fn passwords_damage_and_a_deleted_file_are_permanent_and_a_vanished_drive_is_not() {
        for code in [
            Code::FileEncrypted,
            Code::FileCorrupt,
            Code::FileMissing,
            Code::WorkerCrashed,
        ] {
            assert_eq!(Passing::of(code), None, "{code}");
        }
        assert_eq!(Passing::of(Code::FileOffline), Some(Passing::File));
    }
}
