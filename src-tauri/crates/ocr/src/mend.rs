//! Brings an image to black on white without noise, as far as its measure asks for it. A clean page passes untouched.

use std::borrow::Cow;

use image::GrayImage;

use crate::Step;
use crate::measure::Measure;

/// Grain above this part of the contrast hides thin strokes.
const GRAINY: f32 = 0.12;

/// More than so many pixels that stand alone are dust: the dots of a page of text are far fewer.
const DUSTY: f32 = 0.002;

/// Writing fainter than this against its ground, in steps of brightness, is made stronger.
const FAINT: f32 = 90.0;

/// The image, the steps that were taken, and what it measures now.
pub(crate) struct Mended<'a> {
    pub(crate) gray: Cow<'a, GrayImage>,
    pub(crate) steps: Vec<Step>,
    pub(crate) measure: Measure,
}

pub(crate) fn mend(given: &GrayImage) -> Mended<'_> {
    let mut mended = Mended {
        measure: Measure::of(given),
        gray: Cow::Borrowed(given),
        steps: Vec::new(),
    };
    // What one pass of a filter leaves of heavy noise, a second one takes.
    for _ in 0..2 {
        if !mended.measure.is_blank() && is_noisy(&mended.measure) {
            mended.apply(Step::Denoised, median);
        }
    }
    if mended.measure.is_negative() {
        mended.apply(Step::Inverted, |gray| mapped(gray, |value| 255 - value));
    }
    let now = mended.measure;
    if !now.is_blank()
        && now.contrast() < FAINT
        && now.ink < now.ground
        && now.contrast() > 4.0 * now.grain
    {
        mended.apply(Step::Strengthened, |gray| stretched(gray, now));
    }
    mended
}

impl Mended<'_> {
    fn apply(&mut self, step: Step, change: impl Fn(&GrayImage) -> GrayImage) {
        let changed = change(&self.gray);
        self.measure = Measure::of(&changed);
        self.gray = Cow::Owned(changed);
        self.steps.push(step);
    }
}

fn is_noisy(measure: &Measure) -> bool {
    measure.specks > DUSTY || measure.grain > GRAINY * measure.contrast()
}

fn mapped(gray: &GrayImage, change: impl Fn(u8) -> u8) -> GrayImage {
    let table: Vec<u8> = (0..=255).map(change).collect();
    let mut image = gray.clone();
    image
        .iter_mut()
        .for_each(|value| *value = table[usize::from(*value)]);
    image
}

/// Ink becomes black and the ground white.
fn stretched(gray: &GrayImage, measure: Measure) -> GrayImage {
    let (ink, span) = (f32::from(measure.ink), measure.contrast().max(1.0));
    mapped(gray, |value| {
        ((f32::from(value) - ink) / span * 255.0).clamp(0.0, 255.0) as u8
    })
}

/// The median of each pixel and the eight around it; the margin stays as it is.
fn median(gray: &GrayImage) -> GrayImage {
    let mut image = gray.clone();
    let width = gray.width() as usize;
    if width < 3 {
        return image;
    }
    let rows: Vec<&[u8]> = gray.as_raw().chunks_exact(width).collect();
    for (three, to) in rows.windows(3).zip(image.chunks_exact_mut(width).skip(1)) {
        median_row(three[0], three[1], three[2], &mut to[1..width - 1]);
    }
    image
}

/// Each column of three is sorted; the median of nine is then the median of the largest low, the median middle and the
/// smallest high (Smith, “Implementing median filters in XC4000E FPGAs”, 1996).
fn median_row(above: &[u8], here: &[u8], below: &[u8], to: &mut [u8]) {
    let column = |x: usize| sorted(above[x], here[x], below[x]);
    for (x, value) in to.iter_mut().enumerate() {
        let (a, b, c) = (column(x), column(x + 1), column(x + 2));
        let low = a.0.max(b.0).max(c.0);
        let middle = sorted(a.1, b.1, c.1).1;
        let high = a.2.min(b.2).min(c.2);
        *value = sorted(low, middle, high).1;
    }
}

fn sorted(a: u8, b: u8, c: u8) -> (u8, u8, u8) {
    let (low, high) = (a.min(b), a.max(b));
    (low.min(c), low.max(high.min(c)), high.max(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    #[test]
    fn a_clean_page_is_not_touched() {
        let page = GrayImage::from_fn(300, 300, |x, y| {
            Luma([if y % 30 < 12 && x % 8 < 4 { 0 } else { 255 }])
        });
        let mended = mend(&page);
        assert!(matches!(mended.gray, Cow::Borrowed(_)));
        assert_eq!(mended.steps, []);
    }

    #[test]
    fn the_median_is_the_middle_one_of_nine() {
        let numbers = [9, 1, 7, 3, 250, 2, 8, 4, 6];
        let image = GrayImage::from_raw(3, 3, numbers.to_vec()).expect("nine pixels");
        assert_eq!(median(&image).get_pixel(1, 1).0[0], 6);
    }

    #[test]
    fn a_speck_goes_and_an_edge_stays() {
        let mut image = GrayImage::from_fn(9, 9, |x, _| Luma([if x < 5 { 0 } else { 255 }]));
        image.put_pixel(2, 4, Luma([255]));
        let clean = median(&image);
        assert_eq!(clean.get_pixel(2, 4).0[0], 0);
        assert_eq!(
            (clean.get_pixel(4, 4).0[0], clean.get_pixel(5, 4).0[0]),
            (0, 255)
        );
    }

    #[test]
    fn faint_writing_becomes_black_on_white() {
        let page = GrayImage::from_fn(300, 300, |x, y| {
            Luma([if y % 30 < 12 && x % 8 < 4 { 180 } else { 220 }])
        });
        let mended = mend(&page);
        assert_eq!(mended.steps, [Step::Strengthened]);
        assert_eq!((mended.measure.ink, mended.measure.ground), (0, 255));
    }
}
