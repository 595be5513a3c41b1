//! Which way is up: Tesseract's orientation detection, which the `tesseract` crate does not offer.
#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr::NonNull;

use tesseract_sys as tess;

use crate::Script;
use crate::pix::Pix;

/// What a page shows at a glance.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Look {
    /// Quarters of a circle it must be turned clockwise to stand upright; `None` when that is not sure.
    pub(crate) quarters: Option<u8>,
    pub(crate) script: Option<Script>,
}

/// A Tesseract that holds `osd.traineddata`.
pub(crate) struct Orientation(NonNull<tess::TessBaseAPI>);

// SAFETY: a TessBaseAPI belongs to whoever holds it; it is not tied to the thread that made it.
unsafe impl Send for Orientation {}

impl Orientation {
    /// `None` when the data is not there or cannot be loaded: pages then stay as they are.
    pub(crate) fn load(tessdata: &CStr) -> Option<Self> {
        // SAFETY: creates an object that `Self` owns from here on.
        let api = Self(NonNull::new(unsafe { tess::TessBaseAPICreate() })?);
        // SAFETY: the object is live, both texts end with NUL and are only read.
        let failed =
            unsafe { tess::TessBaseAPIInit3(api.0.as_ptr(), tessdata.as_ptr(), c"osd".as_ptr()) };
        (failed == 0).then_some(api)
    }

    /// Which way is up, and in which script. It cannot tell where there are few letters.
    pub(crate) fn look(&mut self, pix: &Pix) -> Look {
        /// Below this, the answer is a guess (Tesseract's own `min_orientation_margin`, 7, is for whole books).
        const LEAST_CONFIDENCE: f32 = 1.0;
        const LEAST_SCRIPT_CONFIDENCE: f32 = 2.0;
        let (mut degrees, mut confidence, mut script_confidence) = (0, 0.0, 0.0);
        let mut name = std::ptr::null();
        // SAFETY: both objects are live and the image is copied; the four places are ours to write. The script's
        // name belongs to Tesseract, ends with NUL, and is copied before Clear lets go of the image.
        let (found, script) = unsafe {
            tess::TessBaseAPISetPageSegMode(self.0.as_ptr(), tess::TessPageSegMode_PSM_OSD_ONLY);
            tess::TessBaseAPISetImage2(self.0.as_ptr(), pix.as_ptr());
            let found = tess::TessBaseAPIDetectOrientationScript(
                self.0.as_ptr(),
                &mut degrees,
                &mut confidence,
                &mut name,
                &mut script_confidence,
            );
            let known = (found != 0 && !name.is_null()).then(|| CStr::from_ptr(name).to_str().ok());
            let script = known.flatten().and_then(Script::named);
            tess::TessBaseAPIClear(self.0.as_ptr());
            (found, script)
        };
        // Tesseract counts counter-clockwise.
        let quarters = (4 - (degrees / 90).rem_euclid(4)) % 4;
        Look {
            quarters: (found != 0 && confidence >= LEAST_CONFIDENCE).then_some(quarters as u8),
            script: script.filter(|_| script_confidence >= LEAST_SCRIPT_CONFIDENCE),
        }
    }
}

impl Drop for Orientation {
    fn drop(&mut self) {
        // SAFETY: `self` owns the object and gives it up here, once.
        unsafe { tess::TessBaseAPIDelete(self.0.as_ptr()) }
    }
}
