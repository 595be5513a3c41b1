//! How many pixels an inch of a picture has: what the file says, where that is believable, else a guess.

use crate::ifd::{Directory, RESOLUTION_UNIT, X_RESOLUTION, Y_RESOLUTION};
use std::io::{Read, Seek};

/// A picture of unknown size is taken for a sheet with this longest edge, in inches: Letter, and nearly A4.
const SHEET_INCHES: f64 = 11.0;

/// A sheet longer than this, in inches, was not scanned: cameras write 72 dpi without meaning it.
const LONGEST_INCHES: f64 = 40.0;

const CM_PER_INCH: f64 = 2.54;
const METRES_PER_INCH: f64 = 0.0254;

/// Pixels per inch across and down; fax machines scan them differently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Resolution {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Resolution {
    fn of(x: f64, y: f64) -> Option<Self> {
        let believable = |dpi: f64| (30.0..=4_800.0).contains(&dpi);
        (believable(x) && believable(y)).then_some(Self { x, y })
    }

    /// A guess from the size in pixels.
    pub(crate) fn guess(width: u32, height: u32) -> Self {
        let dpi = (f64::from(width.max(height)) / SHEET_INCHES).clamp(70.0, 600.0);
        Self { x: dpi, y: dpi }
    }

    /// `told` when a picture of this many pixels can have it.
    pub(crate) fn believed(told: Option<Self>, width: u32, height: u32) -> Self {
        let fits = |r: &Self| {
            f64::from(width) / r.x <= LONGEST_INCHES && f64::from(height) / r.y <= LONGEST_INCHES
        };
        told.filter(fits)
            .unwrap_or_else(|| Self::guess(width, height))
    }

    pub(crate) fn turned(self) -> Self {
        Self {
            x: self.y,
            y: self.x,
        }
    }

    /// TIFF and EXIF: tags 282, 283 and 296.
    pub(crate) fn of_directory<R: Read + Seek>(
        directory: &Directory,
        source: &mut R,
    ) -> Option<Self> {
        let x = directory.rational(source, X_RESOLUTION)?;
        let y = directory.rational(source, Y_RESOLUTION).unwrap_or(x);
        match directory.short(RESOLUTION_UNIT).unwrap_or(2) {
            2 => Self::of(x, y),
            3 => Self::of(x * CM_PER_INCH, y * CM_PER_INCH),
            _ => None,
        }
    }

    /// PNG: the pHYs chunk, pixels per metre (PNG, 11.3.4.3), which stands before the pixels.
    pub(crate) fn of_png(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(8..)?;
        loop {
            let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
            let name = rest.get(4..8)?;
            let data = rest.get(8..8_usize.checked_add(length)?)?;
            match name {
                b"pHYs" if length == 9 && data[8] == 1 => {
                    let per_metre = |at: usize| {
                        let number = data[at..].first_chunk().map(|b| u32::from_be_bytes(*b));
                        f64::from(number.unwrap_or(0)) * METRES_PER_INCH
                    };
                    return Self::of(per_metre(0), per_metre(4));
                }
                b"IDAT" | b"IEND" => return None,
                _ => rest = rest.get(length.checked_add(12)?..)?,
            }
        }
    }

    /// JPEG: the JFIF header (ITU-T T.871, 10.1).
    pub(crate) fn of_jfif(bytes: &[u8]) -> Option<Self> {
        let jfif = bytes.get(2..18)?;
        if !jfif.starts_with(&[0xff, 0xe0]) || &jfif[4..9] != b"JFIF\0" {
            return None;
        }
        let density = |at: usize| f64::from(u16::from_be_bytes([jfif[at], jfif[at + 1]]));
        match jfif[11] {
            1 => Self::of(density(12), density(14)),
            2 => Self::of(density(12) * CM_PER_INCH, density(14) * CM_PER_INCH),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_would_be_a_wall_is_guessed_instead() {
        let camera = Resolution { x: 72.0, y: 72.0 };
        let believed = Resolution::believed(Some(camera), 4_000, 3_000);
        assert_eq!(believed, Resolution::guess(4_000, 3_000));
        let screen = Resolution { x: 96.0, y: 96.0 };
        assert_eq!(Resolution::believed(Some(screen), 1_920, 1_080), screen);
    }

    #[test]
    fn a_sheet_of_300_dpi_is_guessed_as_such() {
        let guess = Resolution::guess(2_550, 3_300);
        assert_eq!(guess, Resolution { x: 300.0, y: 300.0 });
    }

    #[test]
    fn truncated_headers_say_nothing() {
        for length in 0..18 {
            assert_eq!(
                Resolution::of_png(&b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffpHYs......"[..length]),
                None
            );
            assert_eq!(Resolution::of_jfif(&[0xff; 18][..length]), None);
        }
    }
}
