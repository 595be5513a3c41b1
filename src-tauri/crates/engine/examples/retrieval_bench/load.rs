//! A set's documents in a library, by the way that files go.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sheaf_engine::{AddOptions, Engine, Priority, ReadSettings, Role};

use crate::Failure;
use crate::set::Set;

/// Which documents of the set lie in which file; documents with the same words share one.
pub(crate) struct Shelved(HashMap<String, Vec<String>>);

impl Shelved {
    pub(crate) fn ids<'a>(&'a self, path: &str) -> impl Iterator<Item = &'a str> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ids = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        ids.iter().map(String::as_str)
    }
}

/// Files in `home/files`, the library in `home/library`; what is in it already is not read again.
pub(crate) fn load(home: &Path, program: PathBuf, set: &Set) -> Result<(Engine, Shelved), Failure> {
    let files = home.join("files");
    let shelved = write_files(&files, set)?;
    let engine = Engine::open(&home.join("library"), program)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    engine.set("indexing.workers", &cores.min(16).to_string())?;
    let options = AddOptions {
        settings: ReadSettings::default(),
        priority: Priority::HIGH,
        collection: None,
        not_before: None,
        keep: false,
    };
    engine.add(&[files], &options)?;
    work(&engine)?;
    Ok((engine, shelved))
}

fn write_files(folder: &Path, set: &Set) -> Result<Shelved, Failure> {
    let mut known: HashMap<&str, String> = HashMap::new();
    let mut shelved: HashMap<String, Vec<String>> = HashMap::new();
    for (n, document) in set.documents.iter().enumerate() {
        if document.text.is_empty() {
            continue;
        }
        if let Some(name) = known.get(document.text.as_str()) {
            shelved
                .entry(name.clone())
                .or_default()
                .push(document.id.clone());
            continue;
        }
        let part = folder.join(letters(n / 1000));
        let name = format!("{}.txt", letters(n));
        fs::create_dir_all(&part)?;
        let path = part.join(&name);
        // A file that is there stays as it is, so that it counts as unchanged.
        if fs::read_to_string(&path).ok().as_deref() != Some(&document.text) {
            fs::write(&path, &document.text)?;
        }
        known.insert(&document.text, name.clone());
        shelved.insert(name, vec![document.id.clone()]);
    }
    Ok(Shelved(shelved))
}

/// A name without digits: file names are searched too, and numbers stand in many questions.
fn letters(mut n: usize) -> String {
    let mut name = String::from("zq");
    for _ in 0..5 {
        name.push(char::from(b'a' + (n % 26) as u8));
        n /= 26;
    }
    name
}

fn work(engine: &Engine) -> Result<(), Failure> {
    let working = engine.work()?;
    let mut told = 0;
    loop {
        let is_settled = working.role() != Role::Starting;
        if let Some(trouble) = working.trouble() {
            return Err(trouble.into());
        }
        if is_settled && !engine.is_busy()? {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
        told += 1;
        if told % 50 == 0 {
            let stats = engine.stats()?;
            let (embedded, passages) = (stats.embedded, stats.passages);
            eprintln!("{} pages, {embedded} of {passages} passages", stats.pages);
        }
    }
    working.stop();
    Ok(())
}
