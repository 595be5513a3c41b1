//! Every setting, with its default and what it means.

mod specs;

use std::time::Duration;

use serde::Serialize;
use sheaf_document::Languages;
use sheaf_queue::RetryPolicy;
use sheaf_store::table::settings;
use sheaf_store::{Conn, Tx};

use self::specs::{Spec, specs};
use crate::languages::Models;
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
    pub(crate) models: Models,
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
    /// 0: never.
    pub(crate) warn_backlog: u32,
    pub(crate) warn_deaths: u32,
    /// How long a file must be quiet before it is read.
    pub(crate) settle: Duration,
    /// How often folders are looked through that the system tells nothing of, and those that it does.
    pub(crate) poll: Duration,
    pub(crate) rescan: Duration,
    /// How long the data of what is out of the library is kept.
    pub(crate) grace: Duration,
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
            models: match text("ocr.models")?.as_str() {
                "best" => Models::Best,
                _ => Models::Fast,
            },
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
            warn_backlog: number("warn.backlog")? as u32,
            warn_deaths: number("warn.deaths")? as u32,
            settle: seconds("watch.settle_s")?,
            poll: seconds("watch.poll_s")?,
            rescan: Duration::from_secs(number("watch.rescan_min")? * 60),
            grace: Duration::from_secs(number("library.grace_h")? * 3600),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::specs::INHERIT;
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
