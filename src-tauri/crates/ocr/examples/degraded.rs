//! What each clean-up step is worth: prints the character error rate of degraded pages read as they are and read with
//! care. With a folder, the same for its pictures that have their truth beside them (`NAME.truth.txt`).
#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;
use std::time::Instant;

use common::accuracy::{character_errors, word_f1};
use common::degrade::{self, clean, truth};
use image::GrayImage;
use image::imageops;
use sheaf_document::Languages;
use sheaf_ocr::{OcrEngine, Tesseract};

fn main() {
    let mut engine = common::english();
    match std::env::args_os().nth(1) {
        Some(folder) => pictures(&mut engine, Path::new(&folder)),
        None => generated(&mut engine),
    }
}

fn generated(engine: &mut Tesseract) {
    let page = clean();
    let truth = truth();
    println!("| page | as it is | with care | passes | steps |");
    println!("|---|---|---|---|---|");
    let only = std::env::var("ONLY").unwrap_or_default();
    for (name, dpi, image) in cases(&page) {
        if !name.contains(&only) {
            continue;
        }
        show(engine, name, &image, dpi, &truth);
    }
}

fn cases(page: &GrayImage) -> Vec<(&'static str, u32, GrayImage)> {
    let low = |dpi| degrade::at_dpi(page, dpi);
    vec![
        ("clean, 300 dpi", 300, page.clone()),
        ("clean, 200 dpi", 200, low(200)),
        ("clean, 150 dpi", 150, low(150)),
        ("upside down", 300, imageops::rotate180(page)),
        ("on its right side", 300, imageops::rotate90(page)),
        ("on its left side", 300, imageops::rotate270(page)),
        ("crooked, 2°", 300, common::skewed(page, 2.0)),
        ("crooked, 7°", 300, common::skewed(page, 7.0)),
        ("crooked, -12°", 300, common::skewed(page, -12.0)),
        (
            "crooked 5° and upside down",
            300,
            imageops::rotate180(&common::skewed(page, 5.0)),
        ),
        (
            "crooked 3° on its side",
            300,
            imageops::rotate90(&common::skewed(page, 3.0)),
        ),
        ("100 dpi", 100, low(100)),
        ("75 dpi", 75, low(75)),
        ("100 dpi that claims 300", 300, low(100)),
        ("in shadow", 300, degrade::in_shadow(page)),
        ("under a hand", 300, degrade::under_a_hand(page)),
        (
            "in shadow, 150 dpi, grain",
            150,
            degrade::grainy(&degrade::in_shadow(&low(150)), 12.0),
        ),
        ("grain 40", 300, degrade::grainy(page, 40.0)),
        ("grain 80", 300, degrade::grainy(page, 80.0)),
        ("grain 40, 150 dpi", 150, degrade::grainy(&low(150), 40.0)),
        ("dust 2 %", 300, degrade::dusty(page, 0.02)),
        ("dust 10 %", 300, degrade::dusty(page, 0.10)),
        ("dust 5 %, 150 dpi", 150, degrade::dusty(&low(150), 0.05)),
        ("negative", 300, degrade::negative(page)),
        ("negative, 150 dpi", 150, degrade::negative(&low(150))),
        ("dark on mid grey", 300, degrade::inked(page, 60.0, 130.0)),
        ("faint, 190 on 225", 300, degrade::inked(page, 190.0, 225.0)),
        (
            "faint with grain 12",
            300,
            degrade::grainy(&degrade::inked(page, 170.0, 225.0), 12.0),
        ),
        ("light on dark grey", 300, degrade::inked(page, 170.0, 90.0)),
        ("boxes of colour", 300, degrade::boxed(page)),
        ("out of focus", 300, degrade::blurred(page, 4.0)),
        (
            "out of focus, 150 dpi",
            150,
            degrade::blurred(&low(150), 2.0),
        ),
    ]
}

fn show(engine: &mut Tesseract, name: &str, image: &GrayImage, dpi: u32, truth: &str) {
    let languages = Languages::default();
    let begun = Instant::now();
    let plain = engine.recognize_as_given(image, dpi).unwrap();
    let between = Instant::now();
    let read = engine.recognize(image, dpi, &languages).unwrap();
    let (first, second) = (between - begun, between.elapsed());
    println!(
        "| {name} | {:.2} | {:.2} | {} | {:?} | f1 {:.3} {:.3} conf {:.2} {:.2} time {:.2} {:.2}",
        character_errors(&plain.text, truth),
        character_errors(&read.page.text, truth),
        read.passes,
        read.steps,
        word_f1(&plain.text, truth),
        word_f1(&read.page.text, truth),
        plain.confidence,
        read.page.confidence,
        first.as_secs_f32(),
        second.as_secs_f32(),
    );
}

fn pictures(engine: &mut Tesseract, folder: &Path) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let Ok(truth) = std::fs::read_to_string(path.with_extension("truth.txt")) else {
            continue;
        };
        let Ok(image) = image::open(&path) else {
            continue;
        };
        let gray = image.into_luma8();
        let dpi = (gray.width().max(gray.height()) as f32 / 11.0).clamp(70.0, 600.0) as u32;
        show(
            engine,
            &path.file_name().unwrap().to_string_lossy(),
            &gray,
            dpi,
            &truth,
        );
    }
}
