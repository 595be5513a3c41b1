//! Benches that need the programs, models and libraries in place.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::python::{Python, system_python};
use crate::step::{quiet, run};
use crate::{assets, build, place, system};

/// Paths are meant from where the person stands; cargo runs elsewhere.
fn absolute(path: &OsString) -> Result<OsString> {
    let path = PathBuf::from(path);
    let path = std::path::absolute(&path).with_context(|| path.display().to_string())?;
    Ok(path.into_os_string())
}

/// How well search finds what people judged relevant.
pub(crate) fn retrieval(set: &OsString, library: &[OsString]) -> Result<()> {
    system::require_all()?;
    assets::install(assets::Trust::Stamps, &[])?;
    let mut arguments = vec![build::sheaf()?.into_os_string(), absolute(set)?];
    for folder in library {
        arguments.push(absolute(folder)?);
    }
    build::bench("sheaf-engine", "retrieval_bench", &arguments)
}

/// How fast search is in a large library.
pub(crate) fn search(options: &[OsString]) -> Result<()> {
    let mut options = options.to_vec();
    for at in 1..options.len() {
        if options[at - 1] == "--folder" {
            options[at] = absolute(&options[at])?;
        }
    }
    build::bench("sheaf-search", "search_bench", &options)
}

/// How fast passages become vectors, against Python's fastembed with the float model of the same name.
pub(crate) fn embed(texts: &[OsString]) -> Result<()> {
    system::require_all()?;
    assets::install(assets::Trust::Stamps, &[])?;
    let texts = match texts.first() {
        Some(texts) => PathBuf::from(absolute(texts)?),
        None => place::repository().join("docs/DECISIONS.md"),
    };
    let peer = peer()?;
    for name in ["multilingual-e5-small", "all-MiniLM-L6-v2"] {
        println!("{{\"model\":\"{name}\"}}");
        let model = place::assets()?.join("models").join(name);
        let float = float_model(name, &model)?;
        let arguments = [
            OsString::from(name),
            runtime()?.into(),
            model.into(),
            texts.clone().into(),
            float.clone().into(),
        ];
        build::bench("sheaf-embed", "embed_bench", &arguments)?;
        let script = place::repository().join("assets/bench/fastembed_bench.py");
        let files = [float.join("texts.json"), float.join("ours.f32")];
        run(Command::new(&peer)
            .arg(script)
            .arg(name)
            .arg(&float)
            .args(files))?;
    }
    Ok(())
}

/// Python with fastembed in it.
fn peer() -> Result<PathBuf> {
    let venv = place::peers()?.join("venv");
    let python = match cfg!(windows) {
        true => venv.join("Scripts/python.exe"),
        false => venv.join("bin/python"),
    };
    let has_it = quiet(Command::new(&python).args(["-c", "import fastembed"])).is_ok();
    if !has_it {
        quiet(
            Command::new(system_python())
                .args(["-m", "venv", "--clear"])
                .arg(&venv),
        )?;
        let wanted = place::repository().join("assets/bench/requirements.txt");
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--only-binary",
            ":all:",
            "-r",
        ];
        run(Command::new(&python).args(pip).arg(wanted))?;
    }
    Ok(python)
}

/// The folder of the float model, made from what ours is made from.
fn float_model(name: &str, ours: &Path) -> Result<PathBuf> {
    let folder = place::peers()?.join(name);
    if !folder.join("model.onnx").is_file() {
        let python = Python::ready()?;
        let source = folder.join("source");
        assets::originals(name, &python, &source)?;
        let mut script = python.script("float_onnx.py");
        quiet(script.arg(name).arg(&source).arg(&folder))?;
        fs::remove_dir_all(&source)?;
    }
    for file in [
        "tokenizer.json",
        "config.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
    ] {
        fs::copy(ours.join(file), folder.join(file)).with_context(|| file.to_owned())?;
    }
    Ok(folder)
}

/// The installed ONNX Runtime.
fn runtime() -> Result<PathBuf> {
    let folder = place::assets()?.join("onnxruntime");
    let names = [
        "libonnxruntime.so",
        "libonnxruntime.dylib",
        "onnxruntime.dll",
    ];
    let found = names
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file());
    found.context("no ONNX Runtime is installed")
}
