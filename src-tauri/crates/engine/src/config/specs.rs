//! What every setting is called, means, takes and is when nobody says otherwise.

use sheaf_document::Languages;

pub(super) struct Spec {
    pub(super) key: &'static str,
    pub(super) default: &'static str,
    pub(super) meaning: &'static str,
    pub(super) takes: &'static str,
    pub(super) good: fn(&str) -> bool,
}

/// Every setting there is.
pub(super) fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().chain(RETRY_SPECS.as_flattened())
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
        key: "ocr.models",
        default: "fast",
        meaning: "recognition data to prefer; best reads a little better and costs a third more time",
        takes: "fast or best",
        good: |v| matches!(v, "fast" | "best"),
    },
    Spec {
        key: "model",
        default: "multilingual-e5-small",
        meaning: "embedding model; another one takes over when it has embedded everything",
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
    Spec {
        key: "warn.backlog",
        default: "100",
        meaning: "waiting jobs from which on a queue that grows for half an hour is warned of; 0 means never",
        takes: "a number from 0 to 4000000000",
        good: |v| within(v, 0, 4_000_000_000),
    },
    Spec {
        key: "warn.deaths",
        default: "5",
        meaning: "unexpected ends of workers within ten minutes that are warned of; 0 means never",
        takes: "a number from 0 to 10000",
        good: |v| within(v, 0, 10_000),
    },
    Spec {
        key: "watch.settle_s",
        default: "2",
        meaning: "seconds without a change until a file in a watched folder is read",
        takes: "a number from 0 to 3600",
        good: |v| within(v, 0, 3600),
    },
    Spec {
        key: "watch.poll_s",
        default: "60",
        meaning: "seconds between two looks through a watched folder of which the system tells nothing, such as a network share",
        takes: "a number from 1 to 86400",
        good: |v| within(v, 1, 86_400),
    },
    Spec {
        key: "watch.rescan_min",
        default: "60",
        meaning: "minutes between two looks through every other watched folder, in case something was missed",
        takes: "a number from 1 to 10080",
        good: |v| within(v, 1, 10_080),
    },
    Spec {
        key: "library.grace_h",
        default: "168",
        meaning: "hours that the data of what was forgotten or deleted is kept, for undo and for files that come back",
        takes: "a number from 0 to 87600",
        good: |v| within(v, 0, 87_600),
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
pub(super) const INHERIT: &str = "-";

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

fn inherits_or_within(value: &str, low: u64, high: u64) -> bool {
    value == INHERIT || within(value, low, high)
}

fn within(value: &str, low: u64, high: u64) -> bool {
    value.parse().is_ok_and(|n: u64| (low..=high).contains(&n))
}
