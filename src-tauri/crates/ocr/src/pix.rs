//! Leptonica's image, owned: the few operations that make a page readable.
#![allow(unsafe_code)]

use std::ptr::NonNull;

use image::GrayImage;
use leptonica_sys as lept;
use tesseract::plumbing::leptonica_plumbing::Pix as Lent;

use crate::OcrError;

/// A grey image, 8 bits a pixel.
pub(crate) struct Pix(NonNull<lept::Pix>);

impl Pix {
    pub(crate) fn from_gray(gray: &GrayImage) -> Result<Self, OcrError> {
        let (width, height) = gray.dimensions();
        if width == 0 || height == 0 {
            return Err(OcrError::Failed("an image without pixels".to_owned()));
        }
        // SAFETY: pixCreate checks its arguments and answers null when it cannot.
        let pix = owned("pixCreate", unsafe {
            lept::pixCreate(width as i32, height as i32, 8)
        })?;
        // SAFETY: a Pix has pixGetWpl * height 32-bit words at pixGetData, and `pix` is the only one to hold them.
        let words = unsafe {
            let per_line = lept::pixGetWpl(pix.as_ptr()) as usize;
            let data = lept::pixGetData(pix.as_ptr());
            std::slice::from_raw_parts_mut(data, per_line * height as usize)
        };
        let lines = words.chunks_exact_mut(words.len() / height as usize);
        for (line, row) in lines.zip(gray.as_raw().chunks_exact(width as usize)) {
            for (word, pixels) in line.iter_mut().zip(row.chunks(4)) {
                // The first pixel is in the highest byte of a word, whatever the machine.
                let mut bytes = [0; 4];
                bytes[..pixels.len()].copy_from_slice(pixels);
                *word = u32::from_be_bytes(bytes);
            }
        }
        Ok(pix)
    }

    pub(crate) fn width(&self) -> u32 {
        // SAFETY: the pointer is a live Pix as long as `self` is.
        unsafe { lept::pixGetWidth(self.as_ptr()) as u32 }
    }

    pub(crate) fn height(&self) -> u32 {
        // SAFETY: as above.
        unsafe { lept::pixGetHeight(self.as_ptr()) as u32 }
    }

    /// The image `factor` times as wide and high.
    pub(crate) fn scaled(&self, factor: f32) -> Result<Self, OcrError> {
        // SAFETY: reads a live Pix and answers a new one or null.
        owned("pixScale", unsafe {
            lept::pixScale(self.as_ptr(), factor, factor)
        })
    }

    /// The image turned clockwise by quarters of a circle.
    pub(crate) fn turned(&self, quarters: u8) -> Result<Self, OcrError> {
        // SAFETY: as above; 0 quarters answers a copy.
        owned("pixRotateOrth", unsafe {
            lept::pixRotateOrth(self.as_ptr(), i32::from(quarters % 4))
        })
    }

    /// The image rotated clockwise by an angle in radians about its centre, on a white ground that holds all of it.
    pub(crate) fn rotated(&self, angle: f32) -> Result<Self, OcrError> {
        // SAFETY: as above.
        owned("pixRotate", unsafe {
            lept::pixRotate(
                self.as_ptr(),
                angle,
                lept::L_ROTATE_AREA_MAP as i32,
                lept::L_BRING_IN_WHITE as i32,
                self.width() as i32,
                self.height() as i32,
            )
        })
    }

    /// The image divided by its background: shadows and uneven light go.
    pub(crate) fn evened(&self) -> Result<Self, OcrError> {
        // SAFETY: as above; the mask and the grey version are optional.
        owned("pixBackgroundNormSimple", unsafe {
            lept::pixBackgroundNormSimple(self.as_ptr(), std::ptr::null_mut(), std::ptr::null_mut())
        })
    }

    /// How far the text lines are from level, radians (clockwise rotation puts them right), when that is measurable.
    pub(crate) fn skew(&self, threshold: u8) -> Option<f32> {
        /// Leptonica's own bounds for believing the answer (skew.c: `MIN_ALLOWED_CONFIDENCE`).
        const LEAST_CONFIDENCE: f32 = 3.0;
        const WIDEST_DEGREES: f32 = 15.0;
        let black = self.thresholded(threshold).ok()?;
        let (mut degrees, mut confidence) = (0.0, 0.0);
        // SAFETY: reads a live 1-bit Pix and writes the two numbers it is given.
        let failed = unsafe {
            lept::pixFindSkewSweepAndSearch(
                black.as_ptr(),
                &mut degrees,
                &mut confidence,
                4,
                2,
                WIDEST_DEGREES,
                1.0,
                0.01,
            )
        };
        (failed == 0 && confidence >= LEAST_CONFIDENCE).then(|| degrees.to_radians())
    }

    /// The share of pixels darker than that, 0 to 1.
    pub(crate) fn ink(&self, threshold: u8) -> f32 {
        let Ok(black) = self.thresholded(threshold) else {
            return 0.0;
        };
        let mut count = 0;
        // SAFETY: reads a live 1-bit Pix and writes the number; the table is optional.
        unsafe { lept::pixCountPixels(black.as_ptr(), &mut count, std::ptr::null_mut()) };
        count as f32 / (self.width() as f32 * self.height() as f32)
    }

    /// Black where the image is darker than that, 1 bit a pixel.
    fn thresholded(&self, threshold: u8) -> Result<Self, OcrError> {
        // SAFETY: as in `scaled`.
        owned("pixThresholdToBinary", unsafe {
            lept::pixThresholdToBinary(self.as_ptr(), i32::from(threshold))
        })
    }

    /// Lends the image to Tesseract, which makes its own copy.
    pub(crate) fn lent(&self, take: impl FnOnce(&Lent)) {
        // SAFETY: the pointer is live for the whole call. A `Lent` does not free it, and the closure cannot keep it.
        take(&unsafe { Lent::new_from_pointer(self.as_ptr()) });
    }

    /// The pointer to hand to C, which must not keep or free it.
    pub(crate) fn as_ptr(&self) -> *mut lept::Pix {
        self.0.as_ptr()
    }
}

impl Drop for Pix {
    fn drop(&mut self) {
        let mut pix = self.as_ptr();
        // SAFETY: `self` owns this reference and gives it up here, once.
        unsafe { lept::pixDestroy(&mut pix) }
    }
}

/// Leptonica writes warnings to standard error; in a child that speaks a protocol it must not.
pub(crate) fn silence() {
    // SAFETY: sets a number in the library.
    unsafe { lept::setMsgSeverity(lept::L_SEVERITY_NONE as i32) };
}

fn owned(operation: &str, pix: *mut lept::Pix) -> Result<Pix, OcrError> {
    NonNull::new(pix)
        .map(Pix)
        .ok_or_else(|| OcrError::Failed(format!("{operation} ran out of memory or was refused")))
}
