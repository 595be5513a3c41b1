//! The files of a folder, told apart by whether Sheaf has to recognise them.

use std::path::{Path, PathBuf};

use sheaf_document::ReadSettings;
use sheaf_extract::{Pdfium, Read, Readers};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// All its pages are pictures.
    Scan,
    /// None is.
    Text,
    Mixed,
}

pub(crate) struct Item {
    pub(crate) path: PathBuf,
    pub(crate) kind: String,
    pub(crate) nature: Nature,
    pub(crate) truth: Option<String>,
}

impl Item {
    pub(crate) fn is_pdf(&self) -> bool {
        self.kind == "pdf"
    }

    pub(crate) fn group(&self) -> String {
        match (self.kind.as_str(), self.nature) {
            ("pdf", Nature::Scan) => "kind_pdf_scanned".to_owned(),
            ("pdf", Nature::Mixed) => "kind_pdf_mixed".to_owned(),
            (kind, _) => format!("kind_{kind}"),
        }
    }
}

/// The readers, bound once.
pub(crate) fn readers(assets: &Path) -> &'static Readers {
    static READERS: std::sync::OnceLock<Readers> = std::sync::OnceLock::new();
    READERS.get_or_init(|| {
        let name = format!(
            "{}pdfium{}",
            std::env::consts::DLL_PREFIX,
            std::env::consts::DLL_SUFFIX
        );
        Readers {
            pdfium: Pdfium::bind(&assets.join("pdfium").join(name)).ok(),
        }
    })
}

/// Every file that can be opened, by its path.
pub(crate) fn sorted(folder: &Path, assets: &Path) -> Vec<Item> {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter_map(|path| item(path, assets))
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, paths);
        } else if !path.to_string_lossy().ends_with(".truth.txt") {
            paths.push(path);
        }
    }
}

fn item(path: PathBuf, assets: &Path) -> Option<Item> {
    let file = std::fs::File::open(&path).ok()?;
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut document = sheaf_extract::open(
        readers(assets),
        sheaf_extract::Bytes::new(file).ok()?,
        &name,
        &[],
        &ReadSettings::default(),
    )
    .ok()?;
    let count = document.pages();
    let is_scan = |page: u32| {
        document
            .read(page)
            .ok()
            .map(|read| matches!(read, Read::Scan { .. }))
    };
    let pages: Vec<bool> = (0..count).map(is_scan).collect::<Option<_>>()?;
    let nature = match (
        pages.iter().any(|scan| *scan),
        pages.iter().all(|scan| *scan),
    ) {
        (true, true) => Nature::Scan,
        (true, false) => Nature::Mixed,
        _ => Nature::Text,
    };
    Some(Item {
        truth: std::fs::read_to_string(path.with_extension("truth.txt")).ok(),
        kind: document.kind().as_str().to_owned(),
        nature,
        path,
    })
}
