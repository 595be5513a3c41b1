//! Every setting, with its default and what it means.

use std::time::Duration;

use serde::Serialize;
use sheaf_document::Languages;
use sheaf_queue::RetryPolicy;
use sheaf_store::table::settings;
use sheaf_store::{Conn, Tx};

use crate::retry::{self, Partly, Passing, Policies};

#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    #[error("no setting is called {0}; `sheaf config list` shows them")]
    Unknown(String),
    #[error("{key} takes {takes}, not “{value}”")]
    Invalid {
        key: &'static str,
        takes: &'static str,
        value: String,
    },
}

/// A setting as `sheaf config` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    pub key: &'static str,
    pub value: String,
    pub default: &'static str,
    pub meaning: &'static str,
}

struct Spec {
    key: &'static str,
    default: &'static str,
    meaning: &'static str,
    takes: &'static str,
    good: fn(&str) -> bool,
}

const SPECS: &[Spec] = &[
    Spec {
        key: "reading.workers",
        default: "2",
        meaning: "child processes that read pages; 1 means strictly one after the other",
        takes: "a number from 1 to 64",
        good: |v| within(v, 1, 64),
    },
    Spec {
        key: "indexing.workers",
        default: "1",
        meaning: "child processes that embed passages; each holds the model in memory",
        takes: "a number from 1 to 16",
        good: |v| within(v, 1, 16),
    },
    Spec {
        key: "reading.keep_free",
        default: "0",
        meaning: "of the reading workers, how many wait for urgent work (priority above normal)",
        takes: "a number from 0 to 63",
        good: |v| within(v, 0, 63),
    },
    Spec {
        key: "indexing.keep_free",
        default: "0",
        meaning: "of the indexing workers, how many wait for urgent work (priority above normal)",
        takes: "a number from 0 to 15",
        good: |v| within(v, 0, 15),
    },
    Spec {
        key: "queue.keep_finished_h",
        default: "24",
        meaning: "hours until a finished job is dropped; documents and dead letters stay",
        takes: "a number from 0 to 87600",
        good: |v| within(v, 0, 87_600),
    },
    Spec {
        key: "queue.limit",
        default: "1000000",
        meaning: "waiting jobs a lane holds at most; beyond it, adding is refused whole",
        takes: "a number from 1 to 4000000000",
        good: |v| within(v, 1, 4_000_000_000),
    },
    Spec {
        key: "ocr.languages",
        default: "eng",
        meaning: "languages of scanned pages, as in eng+deu",
        takes: "language names joined by +",
        good: |v| Languages::parse(v).is_ok(),
    },
    Spec {
        key: "model",
        default: "multilingual-e5-small",
        meaning: "embedding model of a new library",
        takes: "multilingual-e5-small or all-MiniLM-L6-v2",
        good: |v| sheaf_embed::ModelName::parse(v).is_some(),
    },
    Spec {
        key: "worker.memory_mb",
        default: "1024",
        meaning: "memory above which a reading child is ended, in MiB",
        takes: "a number from 128 to 65536",
        good: |v| within(v, 128, 65_536),
    },
    Spec {
        key: "worker.recycle_mb",
        default: "768",
        meaning: "memory above which a reading child is replaced by a fresh one after its page, in MiB",
        takes: "a number from 1 to 65536",
        good: |v| within(v, 1, 65_536),
    },
    Spec {
        key: "worker.page_s",
        default: "120",
        meaning: "seconds a page may take before its child is ended",
        takes: "a number from 1 to 3600",
        good: |v| within(v, 1, 3600),
    },
    Spec {
        key: "worker.recycle_after",
        default: "2000",
        meaning: "pages or batches after which a child is replaced by a fresh one",
        takes: "a number from 1 to 1000000",
        good: |v| within(v, 1, 1_000_000),
    },
];

macro_rules! retry_specs {
    ($prefix:literal, $of:literal, $defaults:expr, $good:ident) => {
        [
            Spec {
                key: concat!("retry.", $prefix, "attempts"),
                default: $defaults[0],
                meaning: concat!("faults after which a job is a dead letter", $of),
                takes: "a number from 1 to 100",
                good: |v| $good(v, 1, 100),
            },
            Spec {
                key: concat!("retry.", $prefix, "base_s"),
                default: $defaults[1],
                meaning: concat!(
                    "seconds until the second attempt; doubles with each further one",
                    $of
                ),
                takes: "a number from 1 to 86400",
                good: |v| $good(v, 1, 86_400),
            },
            Spec {
                key: concat!("retry.", $prefix, "cap_s"),
                default: $defaults[2],
                meaning: concat!("seconds between two attempts at most", $of),
                takes: "a number from 1 to 604800",
                good: |v| $good(v, 1, 604_800),
            },
        ]
    };
}

/// Stands for the next more general policy: fault before job before all.
const INHERIT: &str = "-";

/// When work is tried again: in general, by kind of job, by kind of fault.
const RETRY_SPECS: [[Spec; 3]; 6] = [
    retry_specs!("", "", ["3", "60", "600"], within),
    retry_specs!(
        "read.",
        ", for reading; - as in general",
        [INHERIT; 3],
        inherits_or_within
    ),
    retry_specs!(
        "index.",
        ", for indexing; - as in general",
        [INHERIT; 3],
        inherits_or_within
    ),
    retry_specs!(
        "file.",
        ", when the file or its drive is gone; - as for the job",
        [INHERIT; 3],
        inherits_or_within
    ),
    retry_specs!(
        "worker.",
        ", when a worker or model is missing; - as for the job",
        [INHERIT; 3],
        inherits_or_within
    ),
    retry_specs!(
        "disk.",
        ", when the disk is full or the library fails; - as for the job",
        [INHERIT; 3],
        inherits_or_within
    ),
];

fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().chain(RETRY_SPECS.as_flattened())
}

fn inherits_or_within(value: &str, low: u64, high: u64) -> bool {
    value == INHERIT || within(value, low, high)
}

fn within(value: &str, low: u64, high: u64) -> bool {
    value.parse().is_ok_and(|n: u64| (low..=high).contains(&n))
}

fn spec(key: &str) -> Result<&'static Spec, SettingError> {
    specs()
        .find(|spec| spec.key == key)
        .ok_or_else(|| SettingError::Unknown(key.to_owned()))
}

/// All settings with their values in this library.
pub fn settings(conn: &Conn) -> crate::Result<Vec<Setting>> {
    specs().map(|spec| setting(conn, spec)).collect()
}

pub(crate) fn get(conn: &Conn, key: &str) -> crate::Result<Setting> {
    setting(conn, spec(key)?)
}

fn setting(conn: &Conn, spec: &Spec) -> crate::Result<Setting> {
    let value = settings::get(conn, spec.key)?.unwrap_or_else(|| spec.default.to_owned());
    Ok(Setting {
        key: spec.key,
        value,
        default: spec.default,
        meaning: spec.meaning,
    })
}

/// Checks a value before it is stored.
pub(crate) fn check(key: &str, value: &str) -> Result<(), SettingError> {
    let spec = spec(key)?;
    if (spec.good)(value) {
        return Ok(());
    }
    Err(SettingError::Invalid {
        key: spec.key,
        takes: spec.takes,
        value: value.to_owned(),
    })
}

pub(crate) fn set(tx: &Tx<'_>, key: &str, value: &str) -> sheaf_store::Result<()> {
    settings::set(tx, key, value)
}

/// What the runner needs, read once when it takes up the role.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) readers: u32,
    pub(crate) indexers: u32,
    pub(crate) queue_limit: u32,
    pub(crate) languages: Languages,
    pub(crate) model: String,
    /// Of these, how many wait for urgent work; always fewer, so that something is always done.
    pub(crate) readers_free: u32,
    pub(crate) indexers_free: u32,
    pub(crate) keep_finished: Duration,
    pub(crate) retry: Policies,
    pub(crate) memory_bytes: u64,
    pub(crate) recycle_bytes: u64,
    pub(crate) page_wall: Duration,
    pub(crate) recycle_after: u32,
}

impl Settings {
    /// A stored value that no longer passes its check counts as the default.
    pub(crate) fn load(conn: &Conn) -> sheaf_store::Result<Self> {
        let text = |key: &str| -> sheaf_store::Result<String> {
            let Ok(spec) = spec(key) else {
                return Ok(String::new());
            };
            let stored = settings::get(conn, key)?.filter(|value| (spec.good)(value));
            Ok(stored.unwrap_or_else(|| spec.default.to_owned()))
        };
        let number =
            |key: &str| -> sheaf_store::Result<u64> { Ok(text(key)?.parse().unwrap_or_default()) };
        let seconds = |key: &str| number(key).map(Duration::from_secs);
        let partly = |name: &str| -> sheaf_store::Result<Partly> {
            let part = |what: &str| -> sheaf_store::Result<Option<u64>> {
                Ok(text(&format!("retry.{name}.{what}"))?.parse().ok())
            };
            Ok(Partly {
                attempts: part("attempts")?.map(|n| n as u32),
                base: part("base_s")?.map(Duration::from_secs),
                cap: part("cap_s")?.map(Duration::from_secs),
            })
        };
        let [read, index] = retry::JOBS;
        let [file, worker, disk] = Passing::ALL.map(Passing::as_str);
        let readers = number("reading.workers")? as u32;
        let indexers = number("indexing.workers")? as u32;
        Ok(Self {
            readers,
            indexers,
            readers_free: (number("reading.keep_free")? as u32).min(readers - 1),
            indexers_free: (number("indexing.keep_free")? as u32).min(indexers - 1),
            keep_finished: Duration::from_secs(number("queue.keep_finished_h")? * 3600),
            queue_limit: number("queue.limit")? as u32,
            languages: Languages::parse(&text("ocr.languages")?).unwrap_or_default(),
            model: text("model")?,
            retry: Policies {
                general: RetryPolicy {
                    max_attempts: number("retry.attempts")? as u32,
                    base: seconds("retry.base_s")?,
                    cap: seconds("retry.cap_s")?,
                },
                jobs: [partly(read)?, partly(index)?],
                faults: [partly(file)?, partly(worker)?, partly(disk)?],
            },
            memory_bytes: number("worker.memory_mb")? << 20,
            recycle_bytes: number("worker.recycle_mb")? << 20,
            page_wall: seconds("worker.page_s")?,
            recycle_after: number("worker.recycle_after")? as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check() {
        for spec in specs() {
            assert!((spec.good)(spec.default), "{}", spec.key);
        }
    }

    #[test]
    fn a_rule_for_a_kind_may_be_given_back_to_the_general_one() {
        assert!(check("retry.file.attempts", INHERIT).is_ok());
        assert!(check("retry.file.attempts", "0").is_err());
        assert!(check("retry.attempts", INHERIT).is_err());
    }

    #[test]
    fn a_bad_value_says_what_the_key_takes() {
        let error = check("reading.workers", "many").expect_err("refused");
        assert!(
            error.to_string().contains("a number from 1 to 64"),
            "{error}"
        );
        assert!(matches!(
            check("colour", "red"),
            Err(SettingError::Unknown(_))
        ));
    }
}
