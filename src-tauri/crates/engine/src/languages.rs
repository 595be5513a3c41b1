//! Recognition data: what is installed with Sheaf, what a person added to the library, what the system has to offer.
//!
//! Tesseract wants all languages of a page in one folder. So `cache/` holds a folder of links to what counts: the
//! library's own data before that of the assets, the better kind first where that is wished.

mod check;
mod links;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sheaf_document::{Code, Fault, Languages};
use sheaf_store::table::revisions;
use sheaf_store::{Folder, Library};

use crate::assets::Assets;
use crate::config::Settings;
use crate::{EngineError, Result};

/// Which kind of recognition data is preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Models {
    Fast,
    Best,
}

/// Finds which way is up; nobody reads in it.
const ORIENTATION: &str = "osd";
const ENDING: &str = "traineddata";
/// The folder of the better kind within a folder of recognition data.
const BEST: &str = "best";

/// Recognition data of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LanguageAnswer {
    pub language: String,
    /// `built_in`, `library`, or `system` for what can be added.
    pub from: &'static str,
    /// `fast` or `best`; for what the system has, nobody says.
    pub models: &'static str,
    pub installed: bool,
    /// Whether pages are read in it when nobody says otherwise.
    pub in_use: bool,
    /// Documents that were read in it.
    pub documents: u64,
    pub bytes: u64,
    pub path: String,
}

/// Everything there is, by name; what is installed first.
pub(crate) fn list(library: &Library) -> Result<Vec<LanguageAnswer>> {
    let conn = library.read()?;
    let settings = Settings::load(&conn)?;
    let read_in = revisions::read_in(&conn)?;
    drop(conn);
    let mut all: Vec<(&'static str, &'static str, PathBuf)> = Vec::new();
    let own = library.folder().languages();
    let mut add = |from, models, folder: &Path| {
        all.extend(packs(folder).into_iter().map(|path| (from, models, path)));
    };
    if let Ok(assets) = Assets::find() {
        add("built_in", "fast", &assets.folder().join("tessdata"));
        add(
            "built_in",
            "best",
            &assets.folder().join("tessdata").join(BEST),
        );
    }
    add("library", "fast", &own);
    add("library", "best", &own.join(BEST));
    for folder in system_folders() {
        add("system", "", &folder);
    }
    let mut answers: Vec<LanguageAnswer> = Vec::new();
    for (from, models, path) in all {
        let name = name_of(&path);
        let is_known = answers.iter().any(|one| {
            one.language == name && (from == "system" || one.from == from && one.models == models)
        });
        if name == ORIENTATION || is_known {
            continue;
        }
        let has = |list: &Languages| list.names().any(|one| one == name);
        let installed = from != "system";
        answers.push(LanguageAnswer {
            in_use: installed && has(&settings.languages),
            documents: read_in
                .iter()
                .filter(|(list, _)| has(list))
                .map(|(_, count)| count)
                .sum(),
            bytes: std::fs::metadata(&path).map_or(0, |meta| meta.len()),
            path: path.display().to_string(),
            language: name,
            from,
            models,
            installed,
        });
    }
    answers.sort_by(|a, b| (!a.installed, &a.language).cmp(&(!b.installed, &b.language)));
    Ok(answers)
}

/// Adds recognition data: a `.traineddata` file, or a language by its name from the system's folders. It is copied into
/// the library once a child has shown that it can be loaded.
pub(crate) fn add(
    library: &Library,
    program: &Path,
    what: &Path,
    best: bool,
) -> Result<LanguageAnswer> {
    let source = source(what)?;
    let name = name_of(&source);
    check::check(&source, &name, program)?;
    let own = library.folder().languages();
    let folder = if best { own.join(BEST) } else { own };
    copy(&source, &folder, &name)?;
    links::refresh(library)?;
    list(library)?
        .into_iter()
        .find(|one| one.language == name && one.from == "library" && (one.models == BEST) == best)
        .ok_or_else(|| refused(&format!("{name} was taken away while it was added.")))
}

/// Takes away what was added. What was read stays. `false` when there is none of that name in the library.
pub(crate) fn remove(library: &Library, name: &str) -> Result<bool> {
    check::check_name(name)?;
    let own = library.folder().languages();
    let files = [&own, &own.join(BEST)].map(|folder| folder.join(format!("{name}.{ENDING}")));
    if !files.iter().any(|file| file.is_file()) {
        return Ok(false);
    }
    let settings = Settings::load(&*library.read()?)?;
    let is_built_in = Assets::find().is_ok_and(|assets| {
        assets
            .folder()
            .join("tessdata")
            .join(format!("{name}.{ENDING}"))
            .is_file()
    });
    if settings.languages.names().any(|one| one == name) && !is_built_in {
        return Err(refused(&format!(
            "{name} is one of ocr.languages ({}); change that first.",
            settings.languages.as_str()
        )));
    }
    for file in files.iter().filter(|file| file.is_file()) {
        std::fs::remove_file(file).map_err(|source| io(file, source))?;
    }
    links::refresh(library)?;
    Ok(true)
}

/// Refuses languages that are not installed, and says how to get them.
pub(crate) fn require(library: &Library, languages: &Languages) -> Result<()> {
    let Ok(assets) = Assets::find() else {
        return Ok(());
    };
    let there = links::wanted(library.folder(), &assets, Models::Best);
    let Some(name) = languages.names().find(|name| !there.contains_key(*name)) else {
        return Ok(());
    };
    let how = match find_in_system(name) {
        Some(_) => format!("this system has it: `sheaf languages add {name}`"),
        None => {
            format!("get {name}.traineddata (of tessdata_fast), then `sheaf languages add FILE`")
        }
    };
    Err(refused(&format!(
        "The OCR language “{name}” is not installed; {how}."
    )))
}

fn source(what: &Path) -> Result<PathBuf> {
    if what.is_file() {
        return Ok(what.to_owned());
    }
    let word = what.to_string_lossy();
    if word.contains(std::path::is_separator) || word.ends_with(ENDING) {
        return Err(io(what, std::io::ErrorKind::NotFound.into()));
    }
    check::check_name(&word)?;
    let looked = || {
        system_folders()
            .iter()
            .map(|folder| folder.display().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    find_in_system(&word).ok_or_else(|| {
        refused(&match looked() {
            none if none.is_empty() => {
                format!("This system has no Tesseract data; give the path of {word}.traineddata.")
            }
            folders => format!(
                "This system has no {word}.traineddata (looked in {folders}); give the path of one."
            ),
        })
    })
}

fn copy(source: &Path, folder: &Path, name: &str) -> Result<()> {
    let to = folder.join(format!("{name}.{ENDING}"));
    let part = folder.join(format!(".{name}.part"));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::copy(source, &part))
        .and_then(|_| std::fs::File::open(&part)?.sync_all())
        .and_then(|()| std::fs::rename(&part, &to))
        .map_err(|error| io(&to, error))
}

/// The recognition data in a folder; none where there is no folder.
fn packs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let is_pack =
        |path: &PathBuf| path.extension().is_some_and(|ending| ending == ENDING) && path.is_file();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_pack).collect();
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn find_in_system(name: &str) -> Option<PathBuf> {
    let file = |folder: PathBuf| folder.join(format!("{name}.{ENDING}"));
    system_folders()
        .into_iter()
        .map(file)
        .find(|path| path.is_file())
}

/// Where packages of the systems put recognition data.
fn system_folders() -> Vec<PathBuf> {
    let set = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    let known = [
        "/usr/share/tesseract-ocr/5/tessdata",
        "/usr/share/tesseract-ocr/4.00/tessdata",
        "/usr/share/tessdata",
        "/usr/local/share/tessdata",
        "/opt/homebrew/share/tessdata",
    ];
    let folders = set.into_iter().chain(known.map(PathBuf::from));
    folders.filter(|folder| folder.is_dir()).collect()
}

fn refused(why: &str) -> EngineError {
    EngineError::Refused(Fault::new(Code::LanguageMissing, why))
}

fn io(path: &Path, source: std::io::Error) -> EngineError {
    EngineError::Io {
        path: path.display().to_string(),
        source,
    }
}

/// By name, the file that counts.
type Wanted = BTreeMap<String, PathBuf>;

fn take_all(wanted: &mut Wanted, folder: &Path) {
    wanted.extend(packs(folder).into_iter().map(|path| (name_of(&path), path)));
}

/// The folder that a reading child loads from; the assets' own where links cannot be made.
pub(crate) fn folder_for(folder: &Folder, assets: &Assets, models: Models) -> PathBuf {
    links::gather(folder, assets, models).unwrap_or_else(|_| assets.folder().join("tessdata"))
}
