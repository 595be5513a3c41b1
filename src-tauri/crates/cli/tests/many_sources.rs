//! Files that come from several sides at once, and when work on them begins.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use sheaf_engine::{AddOptions, Engine, Priority, ReadSettings};
use support::{Library, items, ledger, number, wait_until};

const FILES: usize = 60;
/// Every process adds so many, and each file is added by three of them.
const STRIDE: usize = FILES / 6;

fn files(library: &Library) -> Vec<PathBuf> {
    let file = |n| {
        library.file(
            &format!("{n:02}.txt"),
            format!("Letter {n} of the harbour master."),
        )
    };
    (0..FILES).map(file).collect()
}

/// Six processes, two threads of an engine that works, and a watched folder, all with the same files.
#[test]
fn what_several_sources_add_at_once_is_neither_lost_nor_read_twice() {
    let library = Library::new();
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    library.json(&["config", "set", "watch.settle_s", "1"]);
    let files = files(&library);
    let engine = Engine::open(&library.folder(), env!("CARGO_BIN_EXE_sheaf").into());
    let engine = engine.expect("the library opens");
    let working = engine.work().expect("it works");
    library.json(&[
        "watch".as_ref(),
        "add".as_ref(),
        library.files().as_os_str(),
    ]);
    let processes: Vec<_> = (0..6)
        .map(|n| {
            let some = files.iter().cycle().skip(n * STRIDE).take(3 * STRIDE);
            let mut command = library.command(&["add", "--json", "-q"]);
            command.args(some).stdout(std::process::Stdio::null());
            command.spawn().expect("it starts")
        })
        .collect();
    let options = AddOptions {
        settings: ReadSettings {
            languages: engine.languages().expect("languages"),
            force_ocr: false,
        },
        keep: false,
        priority: Priority::HIGH,
        collection: None,
        not_before: None,
    };
    std::thread::scope(|scope| {
        for half in files.chunks(FILES / 2) {
            scope.spawn(|| engine.add(half, &options).expect("added"));
        }
    });
    for mut process in processes {
        assert!(process.wait().expect("it ends").success());
    }
    let is_done = || {
        let stats = library.json(&["stats"]);
        number(&stats["documents"]) == FILES as u64
            && stats["embedded"] == stats["passages"]
            && number(&stats["queued"]) + number(&stats["processing"]) == 0
    };
    wait_until("everything is read and indexed", is_done);
    working.stop();
    library.json(&["run", "--until-idle"]);
    let faults = ledger::faults(&library, FILES as u64, 1);
    assert_eq!(faults, Vec::<String>::new());
    let listed = library.json(&["list", "--limit", "1000"]);
    let mut places: BTreeMap<&str, u32> = BTreeMap::new();
    for one in items(&listed) {
        *places
            .entry(one["path"].as_str().expect("a path"))
            .or_default() += 1;
    }
    let once = files
        .iter()
        .map(|path| (path.to_str().expect("a plain path"), 1));
    assert_eq!(places, once.collect());
}

/// The engine sleeps, and looks at nothing by itself; neither the process that adds nor anybody else speaks to it.
#[test]
fn work_that_another_process_adds_is_begun_by_an_engine_that_has_nothing_to_do() {
    let library = Library::new();
    library.json(&["config", "set", "model", "all-MiniLM-L6-v2"]);
    let engine = library.spawn_with(&["run"], &[("SHEAF_REHEARSE_NO_POLLING", "1")]);
    for (n, path) in files(&library).iter().take(3).enumerate() {
        let document = library.add(path);
        wait_until("it is done", || library.show(&document)["state"] == "ready");
        wait_until("the engine sleeps", || {
            let stats = library.json(&["stats"]);
            number(&stats["processing"]) == 0 && number(&stats["completed"]) == 2 * (n as u64 + 1)
        });
    }
    drop(engine);
}
