//! One way of preparing an image, and what was read from it.

use crate::OcrError;
use crate::pix::Pix;
use crate::place::Place;
use crate::words::{self, Seen};

/// An image made ready, with the way back.
pub(crate) struct Prepared {
    pub(crate) pix: Pix,
    pub(crate) place: Place,
    /// Dots per inch, 0 when unknown.
    pub(crate) dpi: u32,
    /// Quarters of a circle it was turned clockwise.
    pub(crate) quarters: u8,
}

impl Prepared {
    /// The image as it came.
    pub(crate) fn given(pix: Pix, dpi: u32) -> Self {
        Self {
            pix,
            place: Place::GIVEN,
            dpi,
            quarters: 0,
        }
    }

    pub(crate) fn scaled(&self, factor: f32) -> Result<Self, OcrError> {
        Ok(Self {
            pix: self.pix.scaled(factor)?,
            place: self.place.then_scaled(factor),
            dpi: (self.dpi as f32 * factor) as u32,
            ..*self
        })
    }

    pub(crate) fn turned(&self, quarters: u8) -> Result<Self, OcrError> {
        Ok(Self {
            pix: self.pix.turned(quarters)?,
            place: self.place.then_turned(quarters, self.size()),
            quarters: (self.quarters + quarters) % 4,
            ..*self
        })
    }

    /// Clockwise, radians.
    pub(crate) fn rotated(&self, angle: f32) -> Result<Self, OcrError> {
        let pix = self.pix.rotated(angle)?;
        let to = (pix.width(), pix.height());
        Ok(Self {
            place: self.place.then_rotated(angle, self.size(), to),
            pix,
            ..*self
        })
    }

    /// The same place, another look.
    pub(crate) fn cleaned(
        &self,
        clean: impl Fn(&Pix) -> Result<Pix, OcrError>,
    ) -> Result<Self, OcrError> {
        Ok(Self {
            pix: clean(&self.pix)?,
            ..*self
        })
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

    /// Unsure words, or hardly a word on a page that has ink on it (`ink`: share of black pixels).
    pub(crate) fn is_doubtful(&self, ink: f32) -> bool {
        const SURE: f32 = 0.6;
        const FEW_WORDS: usize = 5;
        const NOT_EMPTY: f32 = 0.005;
        let unsure = !self.words.is_empty() && words::confidence(&self.words) < SURE;
        unsure || (self.words.len() < FEW_WORDS && ink > NOT_EMPTY)
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
