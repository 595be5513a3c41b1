//! What an image looks like, measured before anything is done to it: brightness, contrast, evenness, noise. One look at
//! every fourth pixel of every fourth line costs some milliseconds for A4 at 300 dpi.

use image::GrayImage;

/// Side of the tiles a page is divided into, pixels.
const TILE: u32 = 64;

/// Distance of the pixels that are looked at.
const STEP: usize = 4;

/// Facts about an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measure {
    /// Brightness of most of the page, and of what is written on it, 0 to 255.
    pub(crate) ground: u8,
    pub(crate) ink: u8,
    /// How bright the ground is in the darker parts of a page compared with the brighter ones: the tenth part of the
    /// tiles against the ninth, 0 to 1. A page that was scanned flat has about 1, a photograph with a shadow across it
    /// 0.5. The ground of a tile is what an eighth of its pixels outshine.
    pub(crate) evenness: f32,
    /// The part of the tiles that are mostly dark, 0 to 1.
    pub(crate) dark: f32,
    /// Standard deviation of the grain in plain places, in steps of brightness.
    pub(crate) grain: f32,
    /// The part of the pixels that stand out from a plain ring of eight around them, 0 to 1.
    pub(crate) specks: f32,
}

impl Measure {
    pub(crate) fn of(gray: &GrayImage) -> Self {
        let counts = histogram(gray);
        let ground = percentile(&counts, 0.5);
        // Writing is the far side of the ground: below a bright one, above a dark one. A few words on a page are a
        // thousandth of it.
        let (darkest, brightest) = (percentile(&counts, 0.002), percentile(&counts, 0.998));
        let ink = if brightest.abs_diff(ground) > darkest.abs_diff(ground) {
            brightest
        } else {
            darkest
        };
        let (grain, specks) = noise(gray);
        let tiles = tiles(gray);
        Self {
            ground,
            ink,
            evenness: evenness(&tiles),
            dark: dark(&tiles),
            grain,
            specks,
        }
    }

    /// Bright writing on a dark ground.
    pub(crate) fn is_negative(&self) -> bool {
        const NEARLY_ALL: f32 = 0.85;
        self.dark > NEARLY_ALL && self.ink > self.ground
    }

    /// Half way between ink and ground.
    pub(crate) fn threshold(&self) -> u8 {
        if self.is_blank() {
            return u8::MAX / 2;
        }
        ((u16::from(self.ink) + u16::from(self.ground)) / 2) as u8
    }

    /// Paper has more texture than this has contrast.
    pub(crate) fn is_blank(&self) -> bool {
        const TEXTURE: f32 = 20.0;
        self.contrast() < TEXTURE
    }

    /// How far ink and ground are apart.
    pub(crate) fn contrast(&self) -> f32 {
        f32::from(self.ground.abs_diff(self.ink))
    }
}

fn histogram(gray: &GrayImage) -> [u32; 256] {
    let mut counts = [0; 256];
    for row in rows(gray).step_by(STEP) {
        for pixel in row.iter().step_by(STEP) {
            counts[usize::from(*pixel)] += 1;
        }
    }
    counts
}

fn percentile(counts: &[u32; 256], part: f32) -> u8 {
    let wanted = counts.iter().sum::<u32>() as f32 * part;
    let mut below = 0.0;
    for (value, count) in counts.iter().enumerate() {
        below += *count as f32;
        if below > wanted {
            return value as u8;
        }
    }
    u8::MAX
}

/// Grain and specks. Grain is the median of the second difference along a line, which text, being edges in few places,
/// hardly moves; for normal noise that median is 0.6745 · √6 deviations.
fn noise(gray: &GrayImage) -> (f32, f32) {
    const STANDS_OUT: u8 = 40;
    const PLAIN: u8 = 40;
    let width = gray.width() as usize;
    if width < 3 || gray.height() < 3 {
        return (0.0, 0.0);
    }
    let rows: Vec<&[u8]> = rows(gray).collect();
    let (mut counts, mut alone, mut all) = ([0_u32; 1021], 0_u32, 0_u32);
    for three in rows.windows(3).step_by(STEP) {
        for x in (1..width - 1).step_by(STEP) {
            let [above, here, below] =
                [three[0], three[1], three[2]].map(|row| &row[x - 1..=x + 1]);
            let second = 2 * i32::from(here[1]) - i32::from(here[0]) - i32::from(here[2]);
            counts[second.unsigned_abs() as usize] += 1;
            let around = [
                above[0], above[1], above[2], here[0], here[2], below[0], below[1], below[2],
            ];
            let lowest = around.iter().copied().min().unwrap_or(0);
            let highest = around.iter().copied().max().unwrap_or(0);
            let outside = here[1]
                .saturating_sub(highest)
                .max(lowest.saturating_sub(here[1]));
            alone += u32::from(outside >= STANDS_OUT && highest - lowest < PLAIN);
            all += 1;
        }
    }
    let mut below = 0;
    let median = counts.iter().position(|count| {
        below += count;
        below * 2 > all
    });
    let grain = median.unwrap_or(0) as f32 / (0.6745 * 6_f32.sqrt());
    (grain, alone as f32 / all.max(1) as f32)
}

/// How bright each tile is: its middle pixel, and what an eighth of its pixels outshine.
fn tiles(gray: &GrayImage) -> Vec<(u8, u8)> {
    let (across, down) = (gray.width() / TILE, gray.height() / TILE);
    let at = |n| (n % across * TILE, n / across * TILE);
    (0..across * down).map(|n| tile(gray, at(n))).collect()
}

fn tile(gray: &GrayImage, (left, top): (u32, u32)) -> (u8, u8) {
    let mut counts = [0_u32; 256];
    for y in (top..top + TILE).step_by(STEP) {
        let row = y as usize * gray.width() as usize + left as usize;
        for pixel in gray.as_raw()[row..row + TILE as usize].iter().step_by(STEP) {
            counts[usize::from(*pixel)] += 1;
        }
    }
    (percentile(&counts, 0.5), percentile(&counts, 0.875))
}

/// See [`Measure::evenness`]; a snippet without tiles counts as even.
fn evenness(tiles: &[(u8, u8)]) -> f32 {
    let mut grounds: Vec<u8> = tiles.iter().map(|(_, ground)| *ground).collect();
    if grounds.is_empty() {
        return 1.0;
    }
    grounds.sort_unstable();
    let part = |tenths: usize| f32::from(grounds[(grounds.len() - 1) * tenths / 10]);
    part(1) / part(9).max(1.0)
}

/// See [`Measure::dark`].
fn dark(tiles: &[(u8, u8)]) -> f32 {
    const DARK: u8 = 110;
    let dark = tiles.iter().filter(|(middle, _)| *middle < DARK).count();
    dark as f32 / tiles.len().max(1) as f32
}

fn rows(gray: &GrayImage) -> impl Iterator<Item = &[u8]> {
    gray.as_raw().chunks_exact(gray.width().max(1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A page of text-like stripes whose paper is as bright as `paper` says.
    fn page(paper: impl Fn(u32, u32) -> u8) -> GrayImage {
        GrayImage::from_fn(640, 640, |x, y| {
            let written = y % 32 < 12 && x % 8 < 4;
            Luma([if written { 20 } else { paper(x, y) }])
        })
    }

    /// Even numbers from 0 to 255, the same for the same place.
    fn dice(x: u32, y: u32) -> u32 {
        (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35) >> 24
    }

    #[test]
    fn a_page_of_text_on_even_paper_is_even() {
        assert!(Measure::of(&page(|_, _| 230)).evenness > 0.95);
        assert!(
            Measure::of(&page(|_, _| 120)).evenness > 0.95,
            "grey paper is even too"
        );
    }

    #[test]
    fn a_page_that_falls_into_shadow_is_uneven() {
        assert!(Measure::of(&page(|_, y| 250 - (y / 4) as u8)).evenness < 0.7);
    }

    #[test]
    fn a_snippet_too_small_to_judge_counts_as_even() {
        assert_eq!(Measure::of(&GrayImage::new(40, 900)).evenness, 1.0);
        assert_eq!(Measure::of(&GrayImage::new(1, 1)).evenness, 1.0);
    }

    #[test]
    fn ground_and_ink_are_told_apart_on_bright_and_dark_paper() {
        let bright = Measure::of(&page(|_, _| 230));
        assert_eq!((bright.ground, bright.ink), (230, 20));
        assert!(!bright.is_negative());
        let mut dark = page(|_, _| 230);
        dark.iter_mut().for_each(|value| *value = 255 - *value);
        assert!(Measure::of(&dark).is_negative());
        let shaded = page(|x, y| if x + y < 700 { 60 } else { 240 });
        assert!(
            !Measure::of(&shaded).is_negative(),
            "half of it is in shadow"
        );
    }

    #[test]
    fn text_is_no_noise() {
        let clean = Measure::of(&page(|_, _| 230));
        assert_eq!((clean.grain, clean.specks), (0.0, 0.0));
    }

    #[test]
    fn grain_and_dust_are_told_apart() {
        let grain = Measure::of(&page(|x, y| 180 + (dice(x, y) % 60) as u8));
        assert!(grain.grain > 10.0, "{grain:?}");
        let dust = Measure::of(&page(|x, y| if dice(x, y) < 8 { 0 } else { 230 }));
        assert!(dust.grain < 1.0 && dust.specks > 0.01, "{dust:?}");
    }
}
