//! What is installed, where, in which version; what is wrong and how to mend it.

use std::path::{Path, PathBuf};

use serde::Serialize;
use sheaf_document::Code;
use sheaf_store::Library;
use sheaf_worker::{Child, ChildSpec, Limits, Loss, Request, Response, Task};

use crate::assets::{AssetFile, Assets};
use crate::config::Settings;
use crate::languages::folder_for;
use crate::{Result, warning};

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    pub name: String,
    pub ok: bool,
    pub found: String,
    /// How to mend it, where it is not well.
    pub advice: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Health {
    pub ok: bool,
    pub version: &'static str,
    pub checks: Vec<Check>,
    pub assets: Vec<AssetFile>,
}

pub(crate) fn examine(library: &Library, program: &Path) -> Result<Health> {
    let mut checks = vec![
        check_folder(library),
        check_database(library)?,
        check_writing(library),
    ];
    checks.extend(check_warnings(library)?);
    let assets = Assets::find();
    let files = assets.as_ref().map(|a| a.files.clone()).unwrap_or_default();
    match &assets {
        Ok(found) => {
            checks.push(match found.verify() {
                Ok(()) => good("engine files", found.folder().display().to_string()),
                Err(error) => bad(
                    "engine files",
                    error.to_string(),
                    "Run `cargo xtask assets`.",
                ),
            });
            let settings = Settings::load(&*library.read()?)?;
            for task in [Task::Read, Task::Index] {
                let tessdata = folder_for(library.folder(), found, settings.models);
                checks.push(check_child(task, found, program, &settings, tessdata));
            }
        }
        Err(error) => checks.push(bad(
            "engine files",
            error.to_string(),
            "Run `cargo xtask assets`.",
        )),
    }
    Ok(Health {
        ok: checks.iter().all(|check| check.ok),
        version: env!("CARGO_PKG_VERSION"),
        checks,
        assets: files,
    })
}

fn good(name: &str, found: impl Into<String>) -> Check {
    Check {
        name: name.to_owned(),
        ok: true,
        found: found.into(),
        advice: None,
    }
}

fn bad(name: &str, found: impl Into<String>, advice: &str) -> Check {
    Check {
        ok: false,
        advice: Some(advice.to_owned()),
        ..good(name, found)
    }
}

fn check_folder(library: &Library) -> Check {
    good("library", library.folder().path().display().to_string())
}

fn check_database(library: &Library) -> Result<Check> {
    let faults = sheaf_store::table::integrity(&*library.read()?)?;
    Ok(if faults.is_empty() {
        good("database", "integrity check passed")
    } else {
        bad(
            "database",
            faults.join("; "),
            "Keep the folder, and add your documents to a new library; the originals are untouched.",
        )
    })
}

/// A process that was stopped in the middle of a write keeps everybody from writing.
fn check_writing(library: &Library) -> Check {
    match sheaf_store::holder(&library.folder().database()) {
        Some(holder) if holder.stopped => bad(
            "writing",
            holder.to_string(),
            "Until then nobody can write to the library.",
        ),
        Some(_) | None => good("writing", "nobody holds up the others"),
    }
}

fn check_warnings(library: &Library) -> Result<Vec<Check>> {
    let warnings = warning::list(&*library.read()?)?;
    let checks = warnings
        .iter()
        .map(|warning| bad("warning", warning.to_string(), warning.advice()));
    Ok(checks.collect())
}

fn check_child(
    task: Task,
    assets: &Assets,
    program: &Path,
    settings: &Settings,
    tessdata: PathBuf,
) -> Check {
    let name = match task {
        Task::Read => "reading worker",
        Task::Index => "indexing worker",
    };
    let spec = ChildSpec {
        program: program.to_owned(),
        task,
        assets: assets.folder().to_owned(),
        languages: match task {
            Task::Read => vec![settings.languages.clone()],
            Task::Index => Vec::new(),
        },
        tessdata: (task == Task::Read).then_some(tessdata),
        model: settings.model.clone(),
        gentle: false,
        limits: Limits::for_child(task, &settings.model),
    };
    let answer = Child::spawn(&spec).and_then(|mut child| {
        let pong = child.call(&Request::Ping, None)?;
        if task == Task::Read
            && let Response::Recognizers(list) = child.call(&Request::Recognizers, None)?
            && let Some(fault) = list.into_iter().find_map(|(_, fault)| fault)
        {
            return Err(Loss::Unready(fault));
        }
        Ok((pong, child.locked(), child.rss_bytes() >> 20))
    });
    match answer {
        Ok((Response::Pong, locked, mib)) if locked.landlock && locked.seccomp => {
            good(name, format!("answers, locked in, {mib} MiB"))
        }
        Ok((Response::Pong, locked, mib)) => good(
            name,
            format!(
                "answers, {mib} MiB; file lock {}, system-call lock {} (this system offers no more)",
                on(locked.landlock),
                on(locked.seccomp)
            ),
        ),
        Ok(_) => bad(name, "answers nonsense", "Install Sheaf again."),
        Err(Loss::Unready(fault)) if fault.code == Code::LanguageMissing => bad(
            name,
            fault.detail,
            "Run `sheaf languages add`, or change ocr.languages.",
        ),
        Err(loss) => bad(name, loss.to_string(), "Run `cargo xtask assets`."),
    }
}

fn on(set: bool) -> &'static str {
    if set { "on" } else { "off" }
}
