//! Each step helps where it is needed, and a clean page needs none. Error rates are characters in a hundred.
#![allow(clippy::unwrap_used)]

mod common;

use common::accuracy::character_errors;
use common::degrade::{self, clean, truth};
use common::skewed;
use image::{GrayImage, imageops};
use sheaf_document::Languages;
use sheaf_ocr::{OcrEngine, Recognition, Step};

/// The error rate of one pass over the image as it is, that of [`OcrEngine::recognize`], and what that did.
fn read(image: &GrayImage, dpi: u32) -> (f64, f64, Recognition) {
    let mut engine = common::english();
    let plain = engine.recognize_as_given(image, dpi).unwrap();
    let read = engine.recognize(image, dpi, &Languages::default()).unwrap();
    let errors = |text: &str| character_errors(text, &truth());
    (errors(&plain.text), errors(&read.page.text), read)
}

/// As it is, at least `before` of a hundred characters are wrong; with these steps at most `after`.
fn check(image: &GrayImage, dpi: u32, steps: &[Step], before: f64, after: f64) {
    let (plain, careful, read) = read(image, dpi);
    assert!(
        plain >= before,
        "only {plain} % wrong without care: nothing to mend"
    );
    assert!(
        careful <= after,
        "{careful} % wrong with care, {plain} % without; {:?}",
        read.steps
    );
    assert_eq!(read.steps, steps);
}

#[test]
fn a_clean_page_is_read_once_and_untouched_at_any_usual_resolution() {
    for dpi in [150, 200, 300] {
        let (plain, careful, read) = read(&degrade::at_dpi(&clean(), dpi), dpi);
        assert_eq!((read.passes, &read.steps[..]), (1, &[][..]), "{dpi} dpi");
        assert!(careful <= plain && careful < 0.5, "{dpi} dpi: {careful} %");
    }
}

#[test]
fn care_gives_a_clean_page_the_text_that_it_has_without() {
    let mut engine = common::english();
    let plain = engine.recognize_as_given(&clean(), 300).unwrap();
    let read = engine
        .recognize(&clean(), 300, &Languages::default())
        .unwrap();
    assert_eq!(read.page, plain);
}

#[test]
fn turning_helps_pages_that_lie_on_their_side_or_head() {
    check(
        &imageops::rotate180(&clean()),
        300,
        &[Step::Turned],
        50.0,
        0.5,
    );
    check(
        &imageops::rotate270(&clean()),
        300,
        &[Step::Turned],
        50.0,
        0.5,
    );
}

#[test]
fn levelling_helps_crooked_pages() {
    check(&skewed(&clean(), 7.0), 300, &[Step::Levelled], 50.0, 0.5);
    check(&skewed(&clean(), -12.0), 300, &[Step::Levelled], 50.0, 0.5);
}

#[test]
fn turning_and_levelling_go_together() {
    let page = imageops::rotate180(&skewed(&clean(), 5.0));
    check(&page, 300, &[Step::Turned, Step::Levelled], 50.0, 0.5);
}

#[test]
fn enlarging_helps_few_dots_per_inch() {
    check(
        &degrade::at_dpi(&clean(), 75),
        75,
        &[Step::Enlarged],
        1.0,
        0.2,
    );
}

#[test]
fn evening_helps_shadows_and_boxes_of_colour() {
    check(
        &degrade::in_shadow(&clean()),
        300,
        &[Step::Evened],
        5.0,
        0.5,
    );
    check(
        &degrade::under_a_hand(&clean()),
        300,
        &[Step::Evened],
        5.0,
        0.5,
    );
    check(&degrade::boxed(&clean()), 300, &[Step::Evened], 30.0, 6.0);
}

#[test]
fn filtering_helps_dust_and_grain() {
    check(
        &degrade::dusty(&clean(), 0.10),
        300,
        &[Step::Denoised],
        50.0,
        0.5,
    );
    let small = degrade::at_dpi(&clean(), 150);
    check(
        &degrade::dusty(&small, 0.05),
        150,
        &[Step::Denoised],
        10.0,
        1.0,
    );
    check(
        &degrade::grainy(&small, 40.0),
        150,
        &[Step::Denoised],
        1.0,
        0.6,
    );
}

#[test]
fn strengthening_helps_faint_writing_in_grain() {
    let page = degrade::grainy(&degrade::inked(&clean(), 170.0, 225.0), 12.0);
    check(&page, 300, &[Step::Denoised, Step::Strengthened], 50.0, 0.5);
}

#[test]
fn an_empty_sheet_with_the_grain_of_paper_is_looked_at_once() {
    let sheet = GrayImage::from_pixel(1240, 1754, image::Luma([238]));
    let (_, _, read) = read(&degrade::grainy(&sheet, 2.5), 150);
    assert_eq!((read.page.text.as_str(), read.passes), ("", 1));
    assert_eq!(read.steps, []);
}

#[test]
fn a_page_of_few_words_is_read_once() {
    let page = common::draw(2480, 3508, &["Appendix"]).0;
    let read = common::english()
        .recognize(&page, 300, &Languages::default())
        .unwrap();
    assert_eq!((read.page.text.as_str(), read.passes), ("Appendix\n", 1));
}

/// Tesseract tries both, line by line, and takes twice the time; it need not.
#[test]
fn white_on_black_is_turned_round_at_once() {
    let (_, careful, read) = read(&degrade::negative(&clean()), 300);
    assert_eq!((read.passes, &read.steps[..]), (1, &[Step::Inverted][..]));
    assert!(careful < 0.5, "{careful} %");
}

#[test]
fn words_stay_in_their_places_whatever_was_done() {
    let plain = common::english()
        .recognize(&clean(), 300, &Languages::default())
        .unwrap();
    let small = degrade::dusty(&degrade::at_dpi(&clean(), 100), 0.02);
    let read = common::english()
        .recognize(&small, 100, &Languages::default())
        .unwrap();
    assert!(read.steps.contains(&Step::Enlarged), "{:?}", read.steps);
    let place = |read: &Recognition, word: &str| {
        let at = read.page.text.find(word).expect("the word was read") as u32;
        let found = read
            .page
            .words
            .iter()
            .find(|w| w.start == at)
            .expect("it has a box");
        found.rect
    };
    for word in ["lighthouse", "Seventeen", "Master"] {
        let (a, b) = (place(&plain, word), place(&read, word));
        let off = [a.x0 - b.x0, a.y0 - b.y0, a.x1 - b.x1, a.y1 - b.y1];
        assert!(off.iter().all(|d| d.abs() < 0.005), "{word}: {a:?} {b:?}");
    }
}
