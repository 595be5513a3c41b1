//! Random sequences of what people and programs do to files, while an engine runs, is stopped or is killed. In the end the
//! library is what the tree is.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::folder::{assert_equal, catch_up, folders, watching};
use crate::support::{Library, Sheaf, number};

/// A small generator (xorshift64*, Vigna 2016), so that a seed says all.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        match from.len() {
            0 => None,
            n => Some(&from[self.below(n)]),
        }
    }
}

/// Files and folders below `root`.
fn listing(root: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    let mut next = 0;
    while let Some(folder) = folders.get(next).cloned() {
        next += 1;
        let mut entries: Vec<_> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        let (below, plain): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
        folders.extend(below);
        files.extend(plain);
    }
    (files, folders)
}

struct Tree {
    root: PathBuf,
    chance: Chance,
    written: u32,
}

impl Tree {
    fn text(&mut self) -> String {
        self.written += 1;
        // Some contents come twice.
        match self.chance.below(5) {
            0 => "the same words again".to_owned(),
            _ => format!("words number {}", self.written),
        }
    }

    fn name(&mut self, folders: &[PathBuf]) -> PathBuf {
        let folder = self
            .chance
            .pick(folders)
            .cloned()
            .unwrap_or_else(|| self.root.clone());
        folder.join(format!("{}.txt", self.chance.below(12)))
    }

    /// One thing that happens, and what it was.
    fn step(&mut self) -> String {
        let (files, folders) = listing(&self.root);
        let file = self.chance.pick(&files).cloned();
        match (self.chance.below(12), file) {
            (0..=2, _) | (_, None) => self.create(&folders),
            (3, Some(file)) => self.write_in_parts(&file),
            (4, Some(file)) => self.replace(&file),
            (5 | 6, Some(file)) => self.rename(&file, &folders),
            (7, Some(file)) => {
                std::fs::remove_file(&file).expect("deleted");
                format!("delete {}", file.display())
            }
            (8, Some(file)) => {
                let mode = [0o600, 0o644, 0o444][self.chance.below(3)];
                std::fs::set_permissions(&file, Permissions::from_mode(mode)).expect("a mode");
                format!("chmod {mode:o} {}", file.display())
            }
            (9, _) => self.make_folder(&folders),
            (10, _) => self.move_folder(&folders),
            (_, Some(file)) => self.link(&file, &folders),
        }
    }

    fn create(&mut self, folders: &[PathBuf]) -> String {
        let (path, text) = (self.name(folders), self.text());
        // A file that is there is another one afterwards, as with most editors.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, &text).expect("written");
        format!("create {} {text}", path.display())
    }

    fn write_in_parts(&mut self, path: &Path) -> String {
        let text = self.text();
        let file = std::fs::File::options().append(true).open(path);
        let mut file = file.expect("a file");
        for part in text.split_inclusive(' ') {
            file.write_all(part.as_bytes()).expect("written");
            file.flush().expect("flushed");
        }
        format!("append to {} {text}", path.display())
    }

    fn replace(&mut self, path: &Path) -> String {
        let text = self.text();
        let fresh = path.with_extension("tmp");
        std::fs::write(&fresh, &text).expect("written");
        std::fs::rename(fresh, path).expect("in its place");
        format!("replace {} {text}", path.display())
    }

    fn rename(&mut self, path: &Path, folders: &[PathBuf]) -> String {
        let to = self.name(folders);
        std::fs::rename(path, &to).expect("renamed");
        format!("rename {} to {}", path.display(), to.display())
    }

    fn link(&mut self, path: &Path, folders: &[PathBuf]) -> String {
        let to = self.name(folders);
        match std::fs::hard_link(path, &to) {
            Ok(()) => format!("link {} to {}", path.display(), to.display()),
            Err(_) => "nothing".to_owned(),
        }
    }

    fn make_folder(&mut self, folders: &[PathBuf]) -> String {
        let above = self
            .chance
            .pick(folders)
            .expect("there is the root")
            .clone();
        let path = above.join(format!("folder {}", self.chance.below(4)));
        let _ = std::fs::create_dir(&path);
        format!("mkdir {}", path.display())
    }

    fn move_folder(&mut self, folders: &[PathBuf]) -> String {
        let from = self.chance.pick(&folders[1..]).cloned();
        let to = self.chance.pick(folders).cloned();
        let (Some(from), Some(to)) = (from, to) else {
            return "nothing".to_owned();
        };
        let to = to.join(format!("moved {}", self.chance.below(4)));
        match std::fs::rename(&from, &to) {
            Ok(()) => format!("move {} to {}", from.display(), to.display()),
            Err(_) => "nothing".to_owned(),
        }
    }
}

/// What happens to whoever works, now and then.
fn disturb(library: &Library, engine: &mut Option<Sheaf>, chance: &mut Chance) -> &'static str {
    match (chance.below(10), engine.take()) {
        (0, Some(mut running)) => {
            running.kill();
            "kill"
        }
        (1, Some(mut running)) => {
            running.ask_to_end();
            "stop"
        }
        (2..=5, None) => {
            *engine = Some(library.spawn(&["run"]));
            "start"
        }
        (_, as_before) => {
            *engine = as_before;
            ""
        }
    }
}

fn check(seed: u64) {
    let library = watching(&[]);
    let chance = Chance(seed);
    let mut tree = Tree {
        root: library.files(),
        chance,
        written: 0,
    };
    let mut others = Chance(seed ^ 0x5eed);
    let mut engine = None;
    let mut story = Vec::new();
    for _ in 0..4 {
        for _ in 0..40 {
            story.push(tree.step());
            story.push(disturb(&library, &mut engine, &mut others).to_owned());
        }
        // Between two bursts the library has caught up, whoever does it.
        catch_up(&library);
        let held = super::folder::held(&library);
        let expected = super::folder::tree(&library.files());
        let counted = number(&folders(&library)[0]["files"]) as usize;
        assert!(
            held == expected && counted == held.len(),
            "counted {counted}, seed {seed}\nheld {held:#?}\ntree {expected:#?}\n{}",
            story.join("\n")
        );
    }
    drop(engine);
    catch_up(&library);
    assert_equal(&library);
}

#[test]
fn whatever_happens_the_library_is_what_the_tree_is() {
    check(1);
}

#[test]
fn whatever_else_happens_the_library_is_what_the_tree_is() {
    check(7);
}

/// `cargo xtask torture`: seed after seed, until the time is up.
#[test]
#[ignore = "long; cargo xtask torture"]
fn whatever_happens_for_some_minutes_the_library_is_what_the_tree_is() {
    let minutes = std::env::var("SHEAF_TORTURE_MINUTES");
    let minutes: u64 = minutes.ok().and_then(|text| text.parse().ok()).unwrap_or(5);
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    for seed in 100.. {
        check(seed);
        println!("seed {seed}: the library is what the tree is");
        if Instant::now() > until {
            break;
        }
    }
}
