//! One way of preparing an image, and what was read from it.

use crate::pix::Pix;
use crate::place::Place;
use crate::words::{self, Seen};
use crate::{OcrError, Step};

/// Half way between black and white.
const MIDDLE: u8 = 128;

/// An image made ready, with the way back.
pub(crate) struct Prepared {
    pub(crate) pix: Pix,
    pub(crate) place: Place,
    /// Dots per inch, 0 when unknown.
    pub(crate) dpi: u32,
    /// Quarters of a circle it was turned clockwise.
    pub(crate) quarters: u8,
    /// What was done to it, in this order.
    pub(crate) steps: Vec<Step>,
    /// Darker pixels are ink.
    pub(crate) threshold: u8,
}

impl Prepared {
    /// Its lines and its ink are found with this threshold.
    pub(crate) fn with_threshold(self, threshold: u8) -> Self {
        Self { threshold, ..self }
    }

    /// How far the text lines are from level, radians.
    pub(crate) fn skew(&self) -> Option<f32> {
        self.pix.skew(self.threshold)
    }

    /// The share of pixels that are ink, 0 to 1.
    pub(crate) fn ink(&self) -> f32 {
        self.pix.ink(self.threshold)
    }

    /// The image as it came, or after `steps` that left everything in its place.
    pub(crate) fn given(pix: Pix, dpi: u32, steps: Vec<Step>) -> Self {
        Self {
            pix,
            place: Place::GIVEN,
            dpi,
            quarters: 0,
            steps,
            threshold: MIDDLE,
        }
    }

    pub(crate) fn copied(&self) -> Result<Self, OcrError> {
        Ok(Self {
            pix: self.pix.turned(0)?,
            steps: self.steps.clone(),
            ..*self
        })
    }

    pub(crate) fn scaled(&self, factor: f32) -> Result<Self, OcrError> {
        if factor <= 1.0 {
            return self.copied();
        }
        Ok(Self {
            pix: self.pix.scaled(factor)?,
            place: self.place.then_scaled(factor),
            dpi: (self.dpi as f32 * factor) as u32,
            steps: self.and(Step::Enlarged),
            ..*self
        })
    }

    pub(crate) fn turned(&self, quarters: u8) -> Result<Self, OcrError> {
        if quarters == 0 {
            return self.copied();
        }
        Ok(Self {
            pix: self.pix.turned(quarters)?,
            place: self.place.then_turned(quarters, self.size()),
            quarters: (self.quarters + quarters) % 4,
            steps: self.and(Step::Turned),
            ..*self
        })
    }

    /// Clockwise, radians.
    pub(crate) fn rotated(&self, angle: f32) -> Result<Self, OcrError> {
        if angle == 0.0 {
            return self.copied();
        }
        let pix = self.pix.rotated(angle)?;
        let to = (pix.width(), pix.height());
        Ok(Self {
            place: self.place.then_rotated(angle, self.size(), to),
            pix,
            steps: self.and(Step::Levelled),
            ..*self
        })
    }

    /// The same place, another look: the ground is white now.
    pub(crate) fn cleaned(
        &self,
        step: Step,
        clean: impl Fn(&Pix) -> Result<Pix, OcrError>,
    ) -> Result<Self, OcrError> {
        Ok(Self {
            pix: clean(&self.pix)?,
            steps: self.and(step),
            threshold: MIDDLE,
            ..*self
        })
    }

    fn and(&self, step: Step) -> Vec<Step> {
        [&self.steps[..], &[step]].concat()
    }

    fn size(&self) -> (u32, u32) {
        (self.pix.width(), self.pix.height())
    }
}

/// What was read, and where it belongs.
pub(crate) struct Attempt {
    pub(crate) words: Vec<Seen>,
    pub(crate) place: Place,
    pub(crate) quarters: u8,
    pub(crate) steps: Vec<Step>,
}

impl Attempt {
    /// The better of two: more letters in words that Tesseract is sure of.
    pub(crate) fn or_better(self, other: Self) -> Self {
        if other.sure_letters() > self.sure_letters() {
            other
        } else {
            self
        }
    }

    /// Unsure words, or hardly a word on an image that has ink on it.
    pub(crate) fn is_doubtful(&self, image: &Prepared) -> bool {
        const SURE: f32 = 0.6;
        const FEW_WORDS: usize = 5;
        const NOT_EMPTY: f32 = 0.005;
        const FEW_BUT_SURE: f32 = 0.85;
        let confidence = words::confidence(&self.words);
        let unsure = !self.words.is_empty() && confidence < SURE;
        let few = self.words.len() < FEW_WORDS && confidence < FEW_BUT_SURE;
        unsure || (few && image.ink() > NOT_EMPTY)
    }

    /// Most words stand higher than wide: Tesseract reads such a page, but knows it worse than an upright one.
    pub(crate) fn is_sideways(&self) -> bool {
        let long = |word: &&Seen| word.text.chars().count() > 2;
        let upright = |word: &Seen| word.place.height > word.place.width;
        let (mut all, mut tall) = (0, 0);
        for word in self.words.iter().filter(long) {
            all += 1;
            tall += usize::from(upright(word));
        }
        tall * 2 > all
    }

    fn sure_letters(&self) -> usize {
        const SURE: f32 = 0.7;
        let sure = self.words.iter().filter(|word| word.confidence >= SURE);
        sure.map(|word| word.text.chars().count()).sum()
    }
}
