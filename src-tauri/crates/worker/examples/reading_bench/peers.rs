//! Other programs on the same files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use sheaf_document::ReadSettings;
use sheaf_extract::Read;

use crate::sorted::{Item, readers};
use crate::usage::{Cost, Meter};
use crate::{AT_ONCE, Arguments};

/// A page as tesseract gets it: the very pixels that Sheaf recognises, already drawn.
pub(crate) struct Picture {
    item: usize,
    dpi: u32,
    file: tempfile::NamedTempFile,
}

pub(crate) fn pictures(arguments: &Arguments, items: &[&Item]) -> Vec<Picture> {
    let settings = ReadSettings {
        force_ocr: true,
        ..ReadSettings::default()
    };
    let mut pictures = Vec::new();
    for (item, one) in items.iter().enumerate() {
        let (file, name) = (
            std::fs::File::open(&one.path).unwrap(),
            one.path.to_string_lossy(),
        );
        let mut document = sheaf_extract::open(
            readers(&arguments.assets),
            sheaf_extract::Bytes::new(file).unwrap(),
            &name,
            &[],
            &settings,
        )
        .unwrap();
        for page in 0..document.pages() {
            let Ok(Read::Scan { image, .. }) = document.read(page) else {
                continue;
            };
            let file = tempfile::Builder::new().suffix(".png").tempfile().unwrap();
            image.gray.save(file.path()).unwrap();
            pictures.push(Picture {
                item,
                dpi: image.dpi,
                file,
            });
        }
    }
    pictures
}

/// A process a page, two at a time, with the same recognition data.
pub(crate) fn tesseract(
    arguments: &Arguments,
    pictures: &[Picture],
    items: usize,
) -> (Cost, Vec<String>) {
    let next = Mutex::new(pictures.iter().enumerate());
    let pages = Mutex::new(Vec::new());
    let meter = Meter::start();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((n, picture)) = next.lock().unwrap().next() else {
                        break;
                    };
                    let mut command = Command::new("tesseract");
                    command
                        .arg(picture.file.path())
                        .args([
                            "stdout",
                            "-l",
                            "eng",
                            "--oem",
                            "1",
                            "--dpi",
                            &picture.dpi.to_string(),
                        ])
                        .arg("--tessdata-dir")
                        .arg(arguments.assets.join("tessdata"))
                        .env("OMP_THREAD_LIMIT", "1");
                    // Before the lock: the other one works meanwhile.
                    let text = output(&mut command);
                    pages.lock().unwrap().push((n, picture.item, text));
                }
            });
        }
    });
    let cost = meter.stop();
    let mut pages = pages.into_inner().unwrap();
    pages.sort();
    let mut texts = vec![String::new(); items];
    pages
        .into_iter()
        .for_each(|(_, item, text)| texts[item].push_str(&text));
    (cost, texts)
}

/// A searchable PDF a file, `--jobs 2`, text beside it.
pub(crate) fn ocrmypdf(program: &Path, items: &[&Item]) -> (Cost, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let text = |n: usize| -> PathBuf { folder.path().join(format!("{n}.txt")) };
    let meter = Meter::start();
    for (n, item) in items.iter().enumerate() {
        let mut command = Command::new(program);
        command
            .args([
                "--jobs",
                "2",
                "--output-type",
                "pdf",
                "--force-ocr",
                "--quiet",
                "--sidecar",
            ])
            .arg(text(n))
            .arg(&item.path)
            .arg(folder.path().join(format!("{n}.pdf")))
            .env("OMP_THREAD_LIMIT", "1");
        output(&mut command);
    }
    let cost = meter.stop();
    (
        cost,
        (0..items.len())
            .map(|n| std::fs::read_to_string(text(n)).unwrap_or_default())
            .collect(),
    )
}

pub(crate) fn pdftotext(items: &[&Item]) -> (Cost, Vec<String>) {
    let meter = Meter::start();
    let texts = items
        .iter()
        .map(|item| output(Command::new("pdftotext").arg(&item.path).arg("-")))
        .collect();
    (meter.stop(), texts)
}

fn output(command: &mut Command) -> String {
    let output = command.stderr(Stdio::null()).output();
    output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}
