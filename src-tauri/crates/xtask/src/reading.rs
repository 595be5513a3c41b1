//! `cargo xtask bench reading`: brings what reading is measured against, then measures.

use std::ffi::OsString;

use anyhow::Result;

use crate::build::{bench, cargo, set_up};
use crate::place;
use crate::python::Python;
use crate::step::{run, step};
use crate::{system, tesseract};

/// Figures go to standard output, one JSON line each. Without OCRmyPDF, which may not be installable everywhere, its
/// figures are left out.
pub(crate) fn bench_reading(folder: &[OsString]) -> Result<()> {
    set_up()?;
    tesseract::offer()?;
    system::require_peers()?;
    let ocrmypdf = Python::tool("ocrmypdf");
    if let Err(error) = &ocrmypdf {
        eprintln!("   without OCRmyPDF: {error:#}");
    }
    step("cargo build --release", || {
        run(cargo().args("build --release --quiet -p sheaf-cli --bin sheaf".split(' ')))
    })?;
    let mut arguments = vec![
        OsString::from("--sheaf"),
        place::release()
            .join(format!("sheaf{}", std::env::consts::EXE_SUFFIX))
            .into(),
        OsString::from("--assets"),
        place::assets()?.into(),
    ];
    if let Ok(program) = ocrmypdf {
        arguments.extend([OsString::from("--ocrmypdf"), program.into()]);
    }
    arguments.extend(folder.iter().cloned());
    bench("sheaf-worker", "reading_bench", &arguments)
}
