//! Turns a published model into the one the app loads, and checks it before it is installed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::lock::Convert;
use crate::python::Python;
use crate::step::{quiet, run};

/// Runs the converter on `input`; its files end in `output` where they will lie once installed.
pub(super) fn convert(
    name: &str,
    convert: &Convert,
    python: &Python,
    input: &Path,
    output: &Path,
) -> Result<()> {
    let model = output.join(&convert.folder);
    fs::create_dir_all(&model).context("creating the model's folder")?;
    quiet(python.script(&convert.script).arg(input).arg(&model))?;
    run(python.script("check.py").arg(name).arg(&model))
}
