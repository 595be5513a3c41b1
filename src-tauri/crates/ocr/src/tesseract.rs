//! Tesseract, loaded once and kept alive between pages.
//!
//! A clean page is recognised once. More is done only when the image asks for it (few dots per inch, text lines that
//! are not level) or when the first answer is doubtful (then: which way is up, uneven light, noise).

use std::ffi::{CStr, CString};
use std::path::Path;

use ::tesseract::plumbing::TessBaseApi;
use image::{GrayImage, Luma};
use sheaf_document::{Languages, PageText};
use tesseract_sys::{TessOcrEngineMode_OEM_LSTM_ONLY, TessPageSegMode_PSM_AUTO};

use crate::attempt::{Attempt, Prepared};
use crate::engine::{MAX_PIXELS, check_size, size_pt};
use crate::mend::mend;
use crate::orientation::Orientation;
use crate::pix::{self, Pix};
use crate::{OcrEngine, OcrError, Recognition, Script, Step, words};

/// Pages less evenly lit than this are also read with their background taken out. Flat scans have 0.9 and more.
const EVEN: f32 = 0.6;

/// Text lines further from level than this are put right; Tesseract copes with less, radians.
const LEVEL: f32 = 0.5 * std::f32::consts::PI / 180.0;

/// A Tesseract with its languages and the orientation data in memory (11 to 17 MB a language).
pub struct Tesseract {
    languages: Languages,
    api: TessBaseApi,
    orientation: Option<Orientation>,
    /// How often the present page was read.
    passes: u32,
    /// Seen when which way is up was looked for.
    script: Option<Script>,
}

impl Tesseract {
    /// Loads the data of `languages` and, when it is there, `osd.traineddata` from the folder `tessdata`.
    ///
    /// # Errors
    /// [`OcrError::LanguageMissing`] names the first language without a `.traineddata` file,
    /// [`OcrError::Failed`] says that a file is there, but is no language.
    pub fn load(tessdata: &Path, languages: &Languages) -> Result<Self, OcrError> {
        let data = |name: &str| tessdata.join(format!("{name}.traineddata"));
        if let Some(missing) = languages.names().find(|name| !data(name).is_file()) {
            return Err(OcrError::LanguageMissing(missing.to_owned()));
        }
        pix::silence();
        let folder = c_string(tessdata.as_os_str().as_encoded_bytes())?;
        let wanted = c_string(languages.as_str().as_bytes())?;
        let mut api = TessBaseApi::create();
        // Tesseract writes remarks to standard error; a file that swallows them keeps it quiet.
        set(&mut api, c"debug_file", c"/dev/null")?;
        api.init_4(
            Some(&folder),
            Some(&wanted),
            TessOcrEngineMode_OEM_LSTM_ONLY,
        )
        .map_err(|_| OcrError::Failed(format!("the data of {} is damaged", languages.as_str())))?;
        api.set_page_seg_mode(TessPageSegMode_PSM_AUTO);
        let orientation = data("osd")
            .is_file()
            .then(|| Orientation::load(&folder))
            .flatten();
        let mut engine = Self {
            languages: languages.clone(),
            api,
            orientation,
            passes: 0,
            script: None,
        };
        engine.warm_up()?;
        Ok(engine)
    }

    /// Makes Tesseract remark that there is nothing to read, so that the file that swallows its remarks is open.
    fn warm_up(&mut self) -> Result<(), OcrError> {
        let white = Pix::from_gray(&GrayImage::from_pixel(100, 100, Luma([255])))?;
        if let Some(orientation) = &mut self.orientation {
            orientation.look(&white);
        }
        self.read(&Prepared::given(white, 0, Vec::new())).map(drop)
    }

    /// Reads the image once, as it is: what [`OcrEngine::recognize`] is measured against.
    ///
    /// # Errors
    /// As [`OcrEngine::recognize`].
    pub fn recognize_as_given(&mut self, gray: &GrayImage, dpi: u32) -> Result<PageText, OcrError> {
        check_size(gray)?;
        let read = self.read(&Prepared::given(Pix::from_gray(gray)?, dpi, Vec::new()))?;
        let (pixels, points) = (gray.dimensions(), size_pt(gray, dpi));
        Ok(words::page(&read.words, read.place, pixels, points))
    }

    fn read(&mut self, image: &Prepared) -> Result<Attempt, OcrError> {
        self.passes += 1;
        let gave_up = || OcrError::Failed("Tesseract gave up on the page".to_owned());
        image.pix.lent(|pix| self.api.set_image_2(pix));
        if image.dpi > 0 {
            self.api.set_source_resolution(image.dpi as i32);
        }
        self.api.recognize().map_err(|_| gave_up())?;
        let table = self.api.get_tsv_text(0).map_err(|_| gave_up())?;
        Ok(Attempt {
            words: words::parse(&table.as_ref().to_string_lossy()),
            place: image.place,
            quarters: image.quarters,
            steps: image.steps.clone(),
        })
    }

    /// Reads the image, and again in other ways while the answer is doubtful.
    fn read_well(&mut self, given: &Prepared, uneven: bool) -> Result<Attempt, OcrError> {
        let first = if uneven {
            evened(given)?
        } else {
            given.copied()?
        };
        let ready = prepare(&first)?;
        let mut best = self.read(&ready)?;
        if best.is_doubtful(&ready) || best.is_sideways() {
            let quarters = self.quarters(&ready.pix, &best);
            if quarters > 0 {
                let turned = prepare(&first.turned(quarters)?)?;
                best = self.read(&turned)?.or_better(best);
            }
        }
        if best.is_doubtful(&ready) {
            let other = if uneven {
                given.copied()?
            } else {
                evened(given)?
            };
            let other = prepare(&other.turned(best.quarters)?)?;
            best = best.or_better(self.read(&other)?);
        }
        if best.is_doubtful(&ready) {
            let upright = prepare(&given.turned(best.quarters)?)?;
            let larger = upright.scaled(room(&upright.pix, 2.0))?;
            best = best.or_better(self.read(&larger)?);
        }
        Ok(best)
    }

    /// How many quarters of a circle to turn a page clockwise that reads badly.
    fn quarters(&mut self, pix: &Pix, read: &Attempt) -> u8 {
        const MANY_WORDS: usize = 20;
        let look = self.orientation.as_mut().map(|o| o.look(pix));
        let found = look.unwrap_or_default();
        self.script = found.script;
        // Many words of nonsense are what a page upside down reads like.
        found
            .quarters
            .unwrap_or(if read.words.len() >= MANY_WORDS { 2 } else { 0 })
    }
}

impl OcrEngine for Tesseract {
    fn recognize(
        &mut self,
        gray: &GrayImage,
        dpi: u32,
        languages: &Languages,
    ) -> Result<Recognition, OcrError> {
        check_size(gray)?;
        let loaded = |name: &&str| self.languages.names().any(|known| known == *name);
        if let Some(missing) = languages.names().find(|name| !loaded(name)) {
            return Err(OcrError::LanguageMissing(missing.to_owned()));
        }
        let mended = mend(gray);
        let uneven = mended.measure.evenness < EVEN;
        let given = Prepared::given(Pix::from_gray(&mended.gray)?, dpi, mended.steps)
            .with_threshold(mended.measure.threshold());
        (self.passes, self.script) = (0, None);
        let read = self.read_well(&given, uneven)?;
        Ok(Recognition {
            page: words::page(
                &read.words,
                read.place,
                gray.dimensions(),
                size_pt(gray, dpi),
            ),
            turned: u16::from(read.quarters) * 90,
            steps: read.steps,
            passes: self.passes,
            script: self.script,
        })
    }
}

/// What the image itself asks for: more pixels, level lines.
fn prepare(given: &Prepared) -> Result<Prepared, OcrError> {
    let angle = given.skew().filter(|angle| angle.abs() > LEVEL);
    let level = given.rotated(angle.unwrap_or(0.0))?;
    let factor = match given.dpi {
        1..=80 => 3.0,
        81..=130 => 2.0,
        _ => return Ok(level),
    };
    level.scaled(room(&level.pix, factor))
}

fn evened(given: &Prepared) -> Result<Prepared, OcrError> {
    given.cleaned(Step::Evened, Pix::evened)
}

/// `factor`, or as much of it as [`MAX_PIXELS`] leaves room for; never less than 1.
fn room(pix: &Pix, factor: f32) -> f32 {
    let pixels = pix.width() as f32 * pix.height() as f32;
    factor.min((MAX_PIXELS as f32 / pixels).sqrt()).max(1.0)
}

fn set(api: &mut TessBaseApi, name: &CStr, value: &CStr) -> Result<(), OcrError> {
    api.set_variable(name, value)
        .map_err(|_| OcrError::Failed(format!("Tesseract knows no setting {name:?}")))
}

fn c_string(bytes: &[u8]) -> Result<CString, OcrError> {
    CString::new(bytes).map_err(|_| OcrError::Failed("a name with a NUL".to_owned()))
}
