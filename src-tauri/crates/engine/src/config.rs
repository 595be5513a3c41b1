//! Every setting, with its default and what it means.

use std::time::Duration;

use serde::Serialize;
use sheaf_document::Languages;
use sheaf_queue::RetryPolicy;
use sheaf_store::table::settings;
use sheaf_store::{Conn, Tx};

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
        key: "retry.attempts",
        default: "3",
        meaning: "faults after which a job is a dead letter",
        takes: "a number from 1 to 100",
        good: |v| within(v, 1, 100),
    },
    Spec {
        key: "retry.base_s",
        default: "60",
        meaning: "seconds until the second attempt; doubles with each further one",
        takes: "a number from 1 to 86400",
        good: |v| within(v, 1, 86_400),
    },
    Spec {
        key: "retry.cap_s",
        default: "600",
        meaning: "seconds between two attempts at most",
        takes: "a number from 1 to 604800",
        good: |v| within(v, 1, 604_800),
    },
    Spec {
        key: "worker.memory_mb",
        default: "1024",
        meaning: "memory above which a reading child is ended, in MiB",
        takes: "a number from 128 to 65536",
        good: |v| within(v, 128, 65_536),
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

fn within(value: &str, low: u64, high: u64) -> bool {
    value.parse().is_ok_and(|n: u64| (low..=high).contains(&n))
}

fn spec(key: &str) -> Result<&'static Spec, SettingError> {
    SPECS
        .iter()
        .find(|spec| spec.key == key)
        .ok_or_else(|| SettingError::Unknown(key.to_owned()))
}

/// All settings with their values in this library.
pub fn settings(conn: &Conn) -> crate::Result<Vec<Setting>> {
    SPECS.iter().map(|spec| setting(conn, spec)).collect()
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
    pub(crate) retry: RetryPolicy,
    pub(crate) memory_bytes: u64,
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
        Ok(Self {
            readers: number("reading.workers")? as u32,
            indexers: number("indexing.workers")? as u32,
            queue_limit: number("queue.limit")? as u32,
            languages: Languages::parse(&text("ocr.languages")?).unwrap_or_default(),
            model: text("model")?,
            retry: RetryPolicy {
                max_attempts: number("retry.attempts")? as u32,
                base: seconds("retry.base_s")?,
                cap: seconds("retry.cap_s")?,
            },
            memory_bytes: number("worker.memory_mb")? << 20,
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
        for spec in SPECS {
            assert!((spec.good)(spec.default), "{}", spec.key);
        }
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
