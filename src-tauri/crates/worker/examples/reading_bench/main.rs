//! How fast and how well Sheaf reads: one JSON line a figure, beside other programs on the same files in the same run.
//!
//! `cargo xtask bench reading [DIR]`. Files are told apart by what is in them: scans (pictures, and PDFs of pictures) and
//! documents with text of their own. `NAME.truth.txt` beside `NAME.ext` is what the file says; where it is there, errors
//! are counted. CPU seconds count everything a program starts, its start included. Without DIR, pages are made.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the figures are the output"
)]

#[path = "../../../ocr/tests/common/accuracy.rs"]
mod accuracy;
mod made;
mod ours;
mod peers;
mod sorted;
mod usage;

use std::path::PathBuf;

use accuracy::{character_errors, word_f1};
use sorted::{Item, Nature};
use usage::Cost;

/// As many at once as the peers get.
pub(crate) const AT_ONCE: usize = 2;

fn main() {
    let arguments = Arguments::read();
    let folder = tempfile::tempdir().unwrap();
    let given = arguments.folder.clone().unwrap_or_else(|| {
        made::make(folder.path(), &arguments.assets);
        folder.path().to_owned()
    });
    let items = sorted::sorted(&given, &arguments.assets);
    kinds(&arguments, &items);
    let is_scan = |item: &Item| item.nature == Nature::Scan;
    scans(&arguments, &items, "scanned_pdf", |item| {
        is_scan(item) && item.is_pdf()
    });
    scans(&arguments, &items, "scanned_picture", |item| {
        is_scan(item) && !item.is_pdf()
    });
    texts(&arguments, &items);
}

pub(crate) struct Arguments {
    pub(crate) sheaf: PathBuf,
    pub(crate) assets: PathBuf,
    ocrmypdf: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl Arguments {
    fn read() -> Self {
        let mut words = std::env::args_os().skip(1);
        let (mut sheaf, mut assets, mut ocrmypdf, mut folder) = (None, None, None, None);
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--sheaf") => sheaf = words.next(),
                Some("--assets") => assets = words.next(),
                Some("--ocrmypdf") => ocrmypdf = words.next(),
                _ => folder = Some(word),
            }
        }
        Self {
            sheaf: sheaf.expect("--sheaf PROGRAM").into(),
            assets: assets.expect("--assets FOLDER").into(),
            ocrmypdf: ocrmypdf.map(PathBuf::from),
            folder: folder.map(PathBuf::from),
        }
    }
}

fn tell(set: &str, peer: &str, metric: &str, value: f64) {
    println!(
        "{{\"set\":\"{set}\",\"peer\":\"{peer}\",\"metric\":\"{metric}\",\"value\":{value:.3}}}"
    );
}

/// Every kind by itself: speed and memory of Sheaf alone.
fn kinds(arguments: &Arguments, items: &[Item]) {
    let mut names: Vec<String> = items.iter().map(Item::group).collect();
    names.sort();
    names.dedup();
    for name in names {
        let some: Vec<&Item> = items.iter().filter(|item| item.group() == name).collect();
        let read = ours::read(arguments, &some, AT_ONCE);
        let pages = f64::from(read.pages);
        tell(&name, "sheaf", "files", some.len() as f64);
        tell(&name, "sheaf", "pages", pages);
        tell(&name, "sheaf", "pages_per_s", pages / read.cost.wall);
        tell(
            &name,
            "sheaf",
            "cpu_s_per_page",
            read.cost.cpu / pages.max(1.0),
        );
        tell(
            &name,
            "sheaf",
            "peak_mib",
            read.peak_bytes as f64 / f64::from(1 << 20),
        );
    }
}

/// Scans: Sheaf, tesseract and OCRmyPDF, two at a time each.
fn scans(arguments: &Arguments, items: &[Item], set: &str, wanted: impl Fn(&Item) -> bool) {
    let some: Vec<&Item> = items.iter().filter(|item| wanted(item)).collect();
    if some.is_empty() {
        return;
    }
    let ours = ours::read(arguments, &some, AT_ONCE);
    cost(set, "sheaf", ours.cost);
    quality(set, "sheaf", &some, &ours.texts);
    let pictures = peers::pictures(arguments, &some);
    let (alone, texts) = peers::tesseract(arguments, &pictures, some.len());
    cost(set, "tesseract", alone);
    quality(set, "tesseract", &some, &texts);
    ratios(set, "tesseract", ours.cost, alone);
    if let Some(program) = &arguments.ocrmypdf
        && some.iter().all(|item| item.is_pdf())
    {
        let (theirs, texts) = peers::ocrmypdf(program, &some);
        cost(set, "ocrmypdf", theirs);
        quality(set, "ocrmypdf", &some, &texts);
        ratios(set, "ocrmypdf", ours.cost, theirs);
    }
}

/// PDFs with text of their own: Sheaf and pdftotext, one after the other.
fn texts(arguments: &Arguments, items: &[Item]) {
    const SET: &str = "born_digital_pdf";
    let born = |item: &&Item| item.nature == Nature::Text && item.is_pdf();
    let some: Vec<&Item> = items.iter().filter(born).collect();
    if some.is_empty() {
        return;
    }
    let ours = ours::read(arguments, &some, 1);
    cost(SET, "sheaf", ours.cost);
    quality(SET, "sheaf", &some, &ours.texts);
    let (theirs, texts) = peers::pdftotext(&some);
    cost(SET, "pdftotext", theirs);
    quality(SET, "pdftotext", &some, &texts);
    ratios(SET, "pdftotext", ours.cost, theirs);
}

fn cost(set: &str, peer: &str, cost: Cost) {
    tell(set, peer, "wall_s", cost.wall);
    tell(set, peer, "cpu_s", cost.cpu);
}

fn ratios(set: &str, peer: &str, ours: Cost, theirs: Cost) {
    let name = |what: &str| format!("{what}_sheaf_to_{peer}");
    tell(set, "ratio", &name("wall"), ours.wall / theirs.wall);
    tell(set, "ratio", &name("cpu"), ours.cpu / theirs.cpu);
}

/// Means over the files with truth.
fn quality(set: &str, peer: &str, items: &[&Item], texts: &[String]) {
    let judged: Vec<(&str, &str)> = items
        .iter()
        .zip(texts)
        .filter_map(|(item, text)| Some((text.as_str(), item.truth.as_deref()?)))
        .collect();
    if judged.is_empty() {
        return;
    }
    let mean = |figure: fn(&str, &str) -> f64| {
        judged
            .iter()
            .map(|(text, truth)| figure(text, truth))
            .sum::<f64>()
            / judged.len() as f64
    };
    tell(set, peer, "files_with_truth", judged.len() as f64);
    tell(set, peer, "cer_percent", mean(character_errors));
    tell(set, peer, "word_f1", mean(word_f1));
}
