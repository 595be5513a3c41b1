//! `cargo xtask bench watch`: what watched folders cost, measured from outside on the release build of `sheaf`, beside
//! `find` on the same tree in the same run. One JSON line a figure.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{build, place};

/// Files in the tree that is only looked through, if nobody says otherwise; and files in a folder of it.
const FILES: usize = 100_000;
const IN_A_FOLDER: usize = 100;
/// Files that are read, and then all renamed.
const RENAMED: usize = 10_000;
/// Rounds of rescan and `find`, one after the other; the median counts.
const ROUNDS: usize = 5;
/// Far beyond what anything takes.
const DEADLINE: Duration = Duration::from_secs(3600);

/// `bench watch [DIR] [FILES]`: works in a folder of its own below DIR.
pub(crate) fn bench(arguments: &[OsString]) -> Result<()> {
    let (folder, files) = match arguments {
        [] => (std::env::temp_dir(), FILES),
        [folder] => (PathBuf::from(folder), FILES),
        [folder, files, ..] => {
            let count = files.to_str().and_then(|text| text.parse().ok());
            (PathBuf::from(folder), count.context("FILES is a number")?)
        }
    };
    build::cli()?;
    let home = folder.join(format!("sheaf-bench-watch-{}", std::process::id()));
    fs::create_dir_all(&home)?;
    let outcome = measure(&home, files);
    fs::remove_dir_all(&home)?;
    outcome
}

fn measure(home: &Path, files: usize) -> Result<()> {
    looking_through(&home.join("large"), files)?;
    renaming(&home.join("renamed"))?;
    limit(&home.join("limit"))
}

fn looking_through(home: &Path, files: usize) -> Result<()> {
    let bench = Bench::new(home)?;
    make_tree(&bench.tree, files)?;
    bench.sheaf(&["pause"])?;
    bench.watch(&[])?;
    let begun = Instant::now();
    bench.sheaf(&["run", "--until-idle"])?;
    tell(
        "first scan to all queued",
        begun.elapsed().as_secs_f64(),
        "s",
    );
    let queued = bench.sheaf(&["stats"])?["queued"].as_u64();
    ensure!(
        queued == Some(files as u64),
        "{queued:?} of {files} were queued"
    );
    let mut engine = bench.engine()?;
    let (mut ours, mut finds) = (Vec::new(), Vec::new());
    let (mut our_ticks, mut find_ticks) = (0, 0);
    for _ in 0..ROUNDS {
        let before = children_ticks()?;
        finds.push(find(&bench.tree)?);
        find_ticks += children_ticks()? - before;
        let before = engine.ticks()?;
        ours.push(bench.rescan()?);
        our_ticks += engine.ticks()? - before;
    }
    let (rescan, find) = (median(&mut ours), median(&mut finds));
    tell(&format!("rescan of {files} unchanged files"), rescan, "ms");
    tell(
        &format!("find -printf '%s %T@\\n' of {files} files"),
        find,
        "ms",
    );
    tell("rescan / find, by the clock", rescan / find, "times");
    let ratio = f64::from(our_ticks) / f64::from(find_ticks.max(1));
    tell("rescan / find, by CPU", ratio, "times");
    tell(
        "resident memory of the engine at most",
        engine.peak_mib()?,
        "MiB",
    );
    tell("open watches", engine.watches()? as f64, "folders");
    engine.stop()
}

fn renaming(home: &Path) -> Result<()> {
    let bench = Bench::new(home)?;
    make_tree(&bench.tree, RENAMED)?;
    bench.sheaf(&["pause", "indexing"])?;
    bench.watch(&[])?;
    bench.sheaf(&["run", "--until-idle"])?;
    let before = bench.sheaf(&["stats"])?;
    let mut engine = bench.engine()?;
    let begun = Instant::now();
    for folder in fs::read_dir(&bench.tree)? {
        for file in fs::read_dir(folder?.path())? {
            let path = file?.path();
            fs::rename(&path, path.with_extension("renamed.txt"))?;
        }
    }
    bench.wait("every rename is known", |bench| {
        let list = bench.sheaf(&["list", "--limit", "1"])?;
        let last = list[0]["path"].as_str().unwrap_or_default().to_owned();
        Ok(last.ends_with(".renamed.txt") && bench.folder()?["settling"] == 0)
    })?;
    tell(
        &format!("{RENAMED} renames known after"),
        begun.elapsed().as_secs_f64(),
        "s",
    );
    bench.sheaf(&["run", "--until-idle"])?;
    let after = bench.sheaf(&["stats"])?;
    let count = |stats: &Value, what: &str| stats[what].as_u64().unwrap_or(0);
    let jobs = count(&after, "completed") as f64 - count(&before, "completed") as f64;
    tell("files read again", jobs, "files");
    let documents = count(&after, "documents");
    ensure!(
        documents == count(&before, "documents"),
        "{documents} documents"
    );
    engine.stop()
}

/// What happens at the system's limit of followed folders. Reaching the real one would disturb other programs.
fn limit(home: &Path) -> Result<()> {
    let bench = Bench::new(home)?;
    make_tree(&bench.tree, 10 * IN_A_FOLDER)?;
    bench.sheaf(&["pause"])?;
    bench.watch(&[])?;
    let mut engine = bench.engine_with(&[("SHEAF_WATCH_LIMIT", "5")])?;
    let folder = bench.folder()?;
    println!(
        "{}",
        json!({ "figure": "at the limit of followed folders", "state": folder["state"], "message": folder["message"],
                "open_watches": engine.watches()? })
    );
    engine.stop()
}

fn tell(figure: &str, value: f64, unit: &str) {
    let value = (value * 1000.0).round() / 1000.0;
    println!(
        "{}",
        json!({ "figure": figure, "value": value, "unit": unit })
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Small text files, a hundred a folder, all of them older than any settling time.
fn make_tree(root: &Path, files: usize) -> Result<()> {
    let old = std::time::SystemTime::now() - Duration::from_secs(3600);
    for n in 0..files {
        let folder = root.join(format!("{:05}", n / IN_A_FOLDER));
        if n % IN_A_FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let path = folder.join(format!("letter {n}.txt"));
        fs::write(&path, format!("Letter number {n} of the harbour book\n"))?;
        fs::File::options()
            .append(true)
            .open(&path)?
            .set_modified(old)?;
    }
    Ok(())
}

/// Milliseconds of `find DIR -printf '%s %T@\n'`.
fn find(tree: &Path) -> Result<f64> {
    let begun = Instant::now();
    let status = Command::new("find")
        .arg(tree)
        .args(["-printf", "%s %T@\\n"])
        .stdout(Stdio::null())
        .status()?;
    ensure!(status.success(), "find failed");
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

/// A library, and the tree it watches.
struct Bench {
    library: PathBuf,
    tree: PathBuf,
}

impl Bench {
    fn new(home: &Path) -> Result<Self> {
        let tree = home.join("tree");
        fs::create_dir_all(&tree)?;
        let library = home.join("library");
        Ok(Self { library, tree })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(place::release().join("sheaf"));
        command
            .args(arguments)
            .args(["--json", "--quiet", "--library"])
            .arg(&self.library)
            .stdin(Stdio::null());
        command
    }

    /// Runs `sheaf`; the JSON it prints.
    fn sheaf(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.command(arguments).stderr(Stdio::inherit()).output()?;
        ensure!(
            output.status.success(),
            "sheaf {} failed",
            arguments.join(" ")
        );
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    fn watch(&self, arguments: &[&str]) -> Result<()> {
        let tree = self.tree.to_str().context("a plain path")?;
        self.sheaf(&[&["watch", "add", tree], arguments].concat())?;
        Ok(())
    }

    fn folder(&self) -> Result<Value> {
        Ok(self.sheaf(&["watch", "list"])?[0].take())
    }

    /// Milliseconds of a scan, as the engine itself takes them.
    fn rescan(&self) -> Result<f64> {
        let before = self.folder()?["last_scan_at"].take();
        self.sheaf(&["watch", "scan"])?;
        self.wait("the scan is done", |bench| {
            let folder = bench.folder()?;
            Ok(folder["last_scan_at"] != before && folder["state"] != "scanning")
        })?;
        self.folder()?["last_scan_ms"].as_f64().context("a scan")
    }

    fn engine(&self) -> Result<Engine> {
        self.engine_with(&[])
    }

    /// An engine that has looked through everything.
    fn engine_with(&self, environment: &[(&str, &str)]) -> Result<Engine> {
        let before = self.folder()?["last_scan_at"].take();
        let child = self
            .command(&["run"])
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .spawn()?;
        self.wait("the engine watches", |bench| {
            Ok(bench.folder()?["last_scan_at"] != before)
        })?;
        Ok(Engine { child })
    }

    fn wait(&self, what: &str, mut reached: impl FnMut(&Self) -> Result<bool>) -> Result<()> {
        let begun = Instant::now();
        while !reached(self)? {
            if begun.elapsed() > DEADLINE {
                bail!("never: {what}");
            }
            std::thread::park_timeout(Duration::from_millis(50));
        }
        Ok(())
    }
}

struct Engine {
    child: Child,
}

/// Clock ticks that a process has used; `first` is the field of `/proc/PID/stat`, counted from the state (field 3), that holds
/// those in user space, and the next one holds those in the kernel.
fn ticks(stat: &Path, first: usize) -> Result<u32> {
    let text = fs::read_to_string(stat)?;
    let (_, fields) = text.rsplit_once(')').context("a stat file")?;
    let fields = fields.split_whitespace().skip(first - 3).take(2);
    let parts: Vec<u32> = fields.map(str::parse).collect::<Result<_, _>>()?;
    Ok(parts.iter().sum())
}

/// Of this process's children that have ended (`proc_pid_stat(5)`: cutime and cstime).
fn children_ticks() -> Result<u32> {
    ticks(Path::new("/proc/self/stat"), 16)
}

impl Engine {
    fn proc(&self, name: &str) -> PathBuf {
        Path::new("/proc")
            .join(self.child.id().to_string())
            .join(name)
    }

    fn ticks(&self) -> Result<u32> {
        ticks(&self.proc("stat"), 14)
    }

    fn peak_mib(&self) -> Result<f64> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        Ok(kib.context("VmHWM")? / 1024.0)
    }

    /// Watches of its inotify instances.
    fn watches(&self) -> Result<usize> {
        let mut count = 0;
        for entry in fs::read_dir(self.proc("fdinfo"))? {
            let info = fs::read_to_string(entry?.path()).unwrap_or_default();
            count += info
                .lines()
                .filter(|line| line.starts_with("inotify wd:"))
                .count();
        }
        Ok(count)
    }

    fn stop(&mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        ensure!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()?
                .success(),
            "kill failed"
        );
        ensure!(self.child.wait()?.success(), "the engine did not end well");
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
